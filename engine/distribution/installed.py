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
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import paths
from ..atomic_file import atomic_path
from ..errors import PackError
from ..packs.manifest import FORMAT, MANIFEST, REQUIRED, find
from ..packs.registry import ROLES
from .catalogue import Catalogue, Component, Offer, read_catalogue

PARTS = "parts.json"
PINS = "pins.json"
_LARGEST_JSON = 4 * 2**20


@dataclass(frozen=True)
class Part:
    """A model file that is in a pack's folder. `component` is "" for one that was imported."""

    file: str
    sha256: str
    bytes: int
    component: str = ""


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


def pack_states(wishes: Mapping[str, Mapping[str, str]] | None = None) -> list[PackState]:
    """Every pack on offer with what is there of it; `wishes` are components by pack and role."""
    catalogue = read_catalogue()
    return [state(offer, catalogue, (wishes or {}).get(name)) for name, offer in catalogue.packs.items()]


def state(offer: Offer, catalogue: Catalogue, wishes: Mapping[str, str] | None = None) -> PackState:
    """One pack on offer with what is there of it."""
    if offer.builtin:
        folder = paths.weights(offer.name)
        return PackState(offer, folder, (folder / MANIFEST).is_file(), ())
    folder = packs_folder() / offer.name
    there = read_parts(folder)
    parts = []
    for role, name in offer.chosen(wishes).items():
        component, part = catalogue.components[name], there.get(role)
        wanted = wishes is not None and role in wishes and part is not None and part.component != name
        present = part is not None and not wanted
        parts.append(PartState(role, component, present, role in offer.optional, known_hash(component), part))
    return PackState(offer, folder, (folder / MANIFEST).is_file(), tuple(parts))


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
        "name": folder.name,
        "title": title,
        "resolution": resolution,
        "terms": terms,
        "files": {role: asdict(part) for role, part in parts.items()},
    }
    if parts["classifier"].component == "starter-classifier":
        # The built-in classifier knows some attributes only: the pack can edit no others.
        attributes = find("starter").attributes
        if attributes is not None:
            data["attributes"] = {name: dict(entry) for name, entry in attributes.items()}
    write_whole(folder / MANIFEST, data)
    return True


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
    component = entry.get("component", "")
    plain = isinstance(file, str) and Path(file).name == file and file.isprintable() and len(file) < 150
    if (
        not plain
        or not isinstance(digest, str)
        or not isinstance(size, int)
        or not isinstance(component, str)
    ):
        return None
    return Part(str(file), digest, size, component)
