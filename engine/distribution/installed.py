"""The person's own packs on the disk: which parts are there, their hashes, and their manifests.

A pack under way is a folder with the parts that have come and a `parts.json` about them. When every
needed part is there and they fit together, `manifest.json` is written, and the pack is one that
`load_pack` opens. Every small file is written beside its place first and then moved.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from .. import paths
from ..atomic_file import atomic_path
from ..errors import PackError
from ..packs.manifest import FORMAT, MANIFEST, REQUIRED, ModelFile, comes_with_program, find, own_parts
from ..packs.registry import ROLES
from .catalogue import Catalogue, Component, Offer, read_catalogue
from .listing import listing_hash

PARTS = "parts.json"
PINS = "pins.json"
_LARGEST_JSON = 4 * 2**20


@dataclass(frozen=True)
class Part:
    """A model file that is in a pack's folder. `component` is "" for one that was imported.

    `origin` tells what it was converted from, and how; "" for one that is as it came.
    """

    file: str
    sha256: str
    bytes: int
    component: str = ""
    origin: str = ""


@dataclass(frozen=True)
class PartState:
    """A role of a pack on offer: the component chosen for it, and whether a file is there.

    `sha256` is the known hash, or the pinned one; None until it is known.
    """

    role: str
    component: Component
    present: bool
    optional: bool
    sha256: str | None
    part: Part | None


@dataclass(frozen=True)
class PackState:
    """A pack on offer as it is on this computer. `missing_bytes` counts parts of known size only."""

    offer: Offer
    folder: Path
    ready: bool
    parts: tuple[PartState, ...]

    @property
    def missing(self) -> tuple[PartState, ...]:
        return tuple(state for state in self.parts if not state.present)

    @property
    def missing_bytes(self) -> int:
        return sum(state.component.bytes or 0 for state in self.missing)

    @property
    def unknown_sizes(self) -> int:
        """How many missing parts have a size that is not known beforehand."""
        return sum(1 for s in self.missing if s.component.bytes is None and s.component.builtin is None)


def packs_folder() -> Path:
    return paths.user_folder() / "packs"


def staging_folder(place: Path) -> Path:
    """Where the pack that is to lie at `place` is put together."""
    return place.with_name(f".{place.name}.part")


def bundled(offer: Offer) -> bool:
    """Whether the whole pack comes with the program."""
    return offer.builtin or comes_with_program(offer.name)


def is_packaged(offer: Offer, catalogue: Catalogue) -> bool:
    """Whether parts of the pack are made from packages; it moves into its place as a whole."""
    names = [name for choice in offer.choices.values() for name in choice]
    return any(catalogue.components[name].package is not None for name in names)


def pack_states(wishes: Mapping[str, Mapping[str, str]] | None = None) -> list[PackState]:
    """Every pack on offer with what is there of it; `wishes` are components by pack and role."""
    catalogue = read_catalogue()
    return [state(offer, catalogue, (wishes or {}).get(name)) for name, offer in catalogue.packs.items()]


def state(offer: Offer, catalogue: Catalogue, wishes: Mapping[str, str] | None = None) -> PackState:
    """One pack on offer with what is there of it."""
    if bundled(offer):
        folder = paths.weights(offer.name)
        return PackState(replace(offer, builtin=True), folder, (folder / MANIFEST).is_file(), ())
    folder = packs_folder() / offer.name
    there = {**read_parts(folder), **read_parts(staging_folder(folder))}
    parts = []
    for role, name in offer.chosen(wishes).items():
        component, part = catalogue.components[name], there.get(role)
        if role in offer.optional and component.builtin is not None and not comes_along(component):
            continue
        wanted = wishes is not None and role in wishes and part is not None and part.component != name
        withdrawn = part is not None and _withdrawn(part, offer.choices[role], catalogue)
        present = part is not None and not wanted and not withdrawn and is_current(part, component)
        parts.append(PartState(role, component, present, role in offer.optional, known_hash(component), part))
    return PackState(offer, folder, (folder / MANIFEST).is_file(), tuple(parts))


def is_current(part: Part, component: Component) -> bool:
    """Whether a part is what its component would give today; True for one that came another way.

    What the program brings along for a pack, and what it converts, may change with its version.
    """
    if part.component != component.name:
        return True
    if component.package is not None:
        return part.origin == component.package.origin
    if component.builtin is not None and component.builtin_pack != "starter":
        return part.sha256 == builtin_file(component).sha256
    return True


def _withdrawn(part: Part, choices: Sequence[str], catalogue: Catalogue) -> bool:
    """Whether a part is of a component that the pack was offered with once, and is no longer."""
    return part.component in catalogue.components and part.component not in choices


def comes_along(component: Component) -> bool:
    """Whether the file of weights/ that a component is a copy of is part of this copy of the program."""
    parts = own_parts(component.builtin_pack)
    return parts is not None and component.builtin in parts.files


def builtin_file(component: Component) -> ModelFile:
    """The file of weights/ that a component is a copy of. Raises PackError when it is not there."""
    parts = own_parts(component.builtin_pack)
    file = parts.files.get(component.builtin or "") if parts is not None else None
    if file is None or not file.path.is_file():
        raise PackError(f"'{component.title}' is missing; install the program again.")
    return file


def read_parts(folder: Path) -> dict[str, Part]:
    """The parts that have come, by role; those whose file is gone are left out."""
    found = {}
    for role, entry in _read_json(folder / PARTS).items():
        part = _part(entry)
        if role in ROLES and part is not None and (folder / part.file).is_file():
            found[role] = part
    return found


def add_part(folder: Path, role: str, part: Part) -> None:
    """Note a part whose file is in the folder; the file that it replaces is deleted."""
    parts = read_parts(folder)
    before = parts.get(role)
    parts[role] = part
    write_whole(folder / PARTS, {name: asdict(entry) for name, entry in parts.items()})
    if before is not None and before.file != part.file:
        with contextlib.suppress(OSError):
            (folder / before.file).unlink()


def write_manifest(folder: Path, offer: Offer, resolution: int, terms: str) -> bool:
    """Make the folder a pack when every needed part is there; True when it is one now."""
    parts = read_parts(folder)
    if any(role not in parts for role in REQUIRED):
        return False
    title = offer.title
    if offer.resolution not in (None, resolution):
        title += f" (here with a generator of {resolution} px)"
    data: dict[str, Any] = {
        "format": FORMAT,
        "name": offer.name,
        "title": title,
        "resolution": resolution,
        "terms": terms,
        "files": {role: asdict(part) for role, part in parts.items()},
    }
    if offer.preset:
        data["preset"] = offer.preset
    data |= {"listing": listing_hash(offer.name), **_facts(offer.name)}
    if parts["classifier"].component == "starter-classifier":
        # The built-in classifier knows some attributes only: the pack can edit no others.
        attributes = find("starter").attributes
        if attributes is not None:
            data["attributes"] = {name: dict(entry) for name, entry in attributes.items()}
    write_whole(folder / MANIFEST, data)
    return True


def _facts(name: str) -> dict[str, Any]:
    """What the program's own parts of the pack say about the whole: attributes, presets, figures, data."""
    told = _read_json(paths.weights(name, MANIFEST))
    kept = ("version", "detail", "data", "how", "attributes", "metrics", "presets", "preset")
    return {key: told[key] for key in kept if key in told}


def known_hash(component: Component) -> str | None:
    """The hash from the list of packs, or the one that was pinned on the first download."""
    return component.sha256 or pins().get(component.name)


def pins() -> dict[str, str]:
    """Pinned hashes by component."""
    entries = _read_json(packs_folder() / PINS)
    return {name: value for name, value in entries.items() if isinstance(value, str) and len(value) == 64}


def pin(component: Component, digest: str) -> None:
    """Keep the hash of a component that came without a known one."""
    write_whole(packs_folder() / PINS, {**pins(), component.name: digest})


def remove_pack(name: str) -> bool:
    """Delete a pack of the person's own, with all its files; False when there is none.

    Raises PackError for the built-in pack, for a name that is no pack's, and when files cannot be deleted.
    """
    offers = read_catalogue().packs
    if name in offers and offers[name].builtin:
        raise PackError(f"The pack '{name}' comes with the program and cannot be removed.")
    if Path(name).name != name or name in ("", ".", ".."):
        raise PackError(f"'{name}' is not the name of a pack.")
    folder = packs_folder() / name
    begun = staging_folder(folder)
    if begun.is_dir() and not begun.is_symlink():
        shutil.rmtree(begun, ignore_errors=True)
        if not folder.exists():
            return True
    if folder.is_symlink() or not folder.is_dir():
        return False
    if not ((folder / PARTS).is_file() or (folder / MANIFEST).is_file()):
        raise PackError(f"The folder {folder} is not a pack that this program installed.", path=folder)
    away = folder.with_name(f".removed-{secrets.token_hex(4)}")
    try:
        folder.rename(away)
        shutil.rmtree(away)
    except OSError as error:
        raise PackError(
            f"The pack '{name}' could not be deleted: {error.strerror}.", "Close what uses it.", path=folder
        ) from error
    return True


def write_whole(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON, whole or not at all. Raises PackError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(path) as temporary:
            temporary.write_text(json.dumps(data, indent=1), encoding="utf-8")
    except OSError as error:
        raise PackError(
            f"{path.name} could not be written in {path.parent}: {error.strerror}.",
            "Free some space, or check the folder's permissions.",
            path=path,
        ) from error


def _read_json(path: Path) -> dict[str, Any]:
    """A small table from the person's folder; empty when it is missing or not understood."""
    try:
        if path.stat().st_size > _LARGEST_JSON:
            return {}
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _part(entry: Any) -> Part | None:
    if not isinstance(entry, dict):
        return None
    file, digest, size = entry.get("file"), entry.get("sha256"), entry.get("bytes")
    component, origin = entry.get("component", ""), entry.get("origin", "")
    plain = isinstance(file, str) and Path(file).name == file and file.isprintable() and len(file) < 150
    if (
        not plain
        or not isinstance(digest, str)
        or not isinstance(size, int)
        or not isinstance(component, str)
        or not isinstance(origin, str)
    ):
        return None
    return Part(str(file), digest, size, component, origin)
