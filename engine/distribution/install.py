"""Installing a pack from the net, and importing model files that came by other ways.

A file becomes part of a pack only after it was read safely, built as the network it is said to be,
and found to fit the parts that are there.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..atomic_file import atomic_path, leftovers
from ..errors import CheckpointError, EngineError, PackError, UnsafeCheckpointError
from ..file_hash import sha256_of
from ..packs import checkpoint, registry
from ..packs.manifest import REQUIRED
from ..run_control import RunControl
from . import staging
from .catalogue import Catalogue, Component, Offer, read_catalogue
from .download import SPARE_BYTES, DownloadProgress, Fetched, Report, Tries, discard, fetch
from .http import StoppedError
from .installed import (
    PackState,
    Part,
    add_part,
    builtin_file,
    bundled,
    is_packaged,
    known_hash,
    packs_folder,
    pin,
    read_parts,
    staging_folder,
    state,
    write_manifest,
)
from .listing import is_up_to_date
from .package_install import discard_archive, fetch_part

MODEL_SUFFIXES = (".pt", ".pth", ".safetensors", ".ckpt", ".bin", ".pkl")
_MOST_FILES = 500
_DEPTH = 5


@dataclass(frozen=True)
class Imported:
    """What became of one file: the role it fills, or the reason why it was not taken."""

    path: Path
    role: str | None
    reason: str = ""


def install_pack(
    name: str,
    control: RunControl | None = None,
    report: Report = lambda _: None,
    wishes: Mapping[str, str] | None = None,
    tries: Tries | None = None,
) -> PackState | None:
    """Download what a pack lacks and make it ready; None when it was cancelled.

    `wishes` choose other components by role ("none" leaves an optional one out). Files that are whole are
    kept when a later one fails. Raises `DownloadError`, or `CheckpointError` for a file that is not the
    network it should be.
    """
    catalogue = read_catalogue()
    offer = catalogue.pack(name)
    control = control or RunControl()
    before = state(offer, catalogue, wishes)
    if bundled(offer):
        return before
    if before.ready and not before.missing and is_packaged(offer, catalogue):
        if not is_up_to_date(name):
            _finish(before.folder, offer, catalogue)
        return before
    folder = _workplace(before, catalogue)
    for entry in before.missing:
        component = entry.component
        fetched = _get(component, folder, control, report, tries or Tries())
        if fetched is None or control.cancelled:
            return None
        report(DownloadProgress(component.name, "checking", fetched.bytes, fetched.bytes))
        _take(folder, entry.role, fetched, component)
    _finish(folder, offer, catalogue)
    if folder != before.folder:
        staging.put_in_place(before.folder)
    return state(offer, catalogue, wishes)


def _workplace(before: PackState, catalogue: Catalogue) -> Path:
    """Where the parts gather: in the pack's folder, or beside it where it moves into place as a whole."""
    if not is_packaged(before.offer, catalogue):
        return before.folder
    there = read_parts(before.folder)
    keep = {entry.role: entry.part for entry in before.parts if entry.present and entry.part is not None}
    return staging.begin(
        before.folder, {role: part for role, part in keep.items() if there.get(role) == part}
    )


def _get(
    component: Component, folder: Path, control: RunControl, report: Report, tries: Tries
) -> Fetched | None:
    """A component's file in `folder`: copied, made from a package, or downloaded; None when cancelled."""
    if component.builtin is not None:
        return _copy_builtin(component, folder, control, report)
    if component.package is not None:
        return fetch_part(component, folder, control, report, tries)
    return fetch(replace(component, sha256=known_hash(component)), folder, control, report, tries)


def discard_unfinished(name: str) -> None:
    """Delete the half files that a broken or paused installation left; whole parts stay."""
    catalogue = read_catalogue()
    offer, folder = catalogue.pack(name), packs_folder() / name
    for names in offer.choices.values():
        for component in names:
            discard(folder, catalogue.components[component])
            discard_archive(staging_folder(folder), catalogue.components[component])
    # Of an import that was killed; the second kind is that of earlier versions.
    begun = leftovers(staging_folder(folder))
    for copy in [*leftovers(folder), *begun, *folder.glob("imported-*.part")]:
        with contextlib.suppress(OSError):
            copy.unlink()
    staging.discard_empty(folder)
    with contextlib.suppress(OSError):
        folder.rmdir()  # only when nothing is in it


def import_models(
    paths: Iterable[Path],
    name: str = "maskfacegan-1024",
    control: RunControl | None = None,
    report: Report = lambda _: None,
) -> tuple[list[Imported], PackState]:
    """Copy model files into the pack `name`; files and folders, recognised by content, not by name.

    Returns what became of every file, and the pack afterwards. A file that is unsafe, damaged, unknown or
    does not fit the parts that are there is refused with its reason; nothing is raised for it.
    """
    catalogue = read_catalogue()
    offer, folder = catalogue.pack(name), packs_folder() / name
    if offer.builtin:
        raise PackError(f"The pack '{name}' comes with the program; nothing can be added to it.")
    control = control or RunControl()
    results: list[Imported] = []
    for path in candidates(paths):
        if not control.wait():
            break
        results.append(_import_one(path, folder, offer, catalogue, control, report))
    _finish(folder, offer, catalogue)
    return results, state(offer, catalogue)


def candidates(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to look at: named ones, and those of named folders that have a model's suffix."""
    count = 0
    for path in paths:
        found = _inside(path, _DEPTH) if path.is_dir() else iter([path])
        for file in found:
            count += 1
            if count > _MOST_FILES:
                return
            yield file


def recognise(path: Path) -> str:
    """The role of the network in a model file, told from its tensors.

    Raises `CheckpointError` for a file that cannot be read or holds no network that this program knows.
    """
    try:
        content = checkpoint.read(path)
    except UnsafeCheckpointError as error:
        if path.suffix.lower() == ".pkl":
            hint = "If it is NVIDIA's generator: convert it first with 'maskfacegan packs convert'."
            raise UnsafeCheckpointError(error.message, hint, path=path) from error
        raise
    for role in registry.ROLES:
        with contextlib.suppress(CheckpointError):
            if registry.has_layout(role, registry.state_of(role, content, path)):
                return role
    raise CheckpointError(
        f"The model file {path.name} holds no network that this program knows.",
        "Parts of a pack are: generator, parser, classifier, encoder, VGG16.",
        path=path,
    )


def _inside(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            if depth:
                yield from _inside(entry, depth - 1)
        elif entry.suffix.lower() in MODEL_SUFFIXES:
            yield entry


def _import_one(
    path: Path, folder: Path, offer: Offer, catalogue: Catalogue, control: RunControl, report: Report
) -> Imported:
    try:
        role = recognise(path)
        if role not in offer.choices:
            return Imported(path, None, f"'{offer.title}' has no use for a {role}.")
        digest = sha256_of(path)
        component = _component_of(role, digest, catalogue)
        copied = _copy(path, folder, component, digest, control, report)
        if copied is None:
            return Imported(path, None, "It was cancelled.")
        _take(folder, role, copied, component)
    except EngineError as error:
        return Imported(path, None, error.message)
    except OSError as error:
        return Imported(path, None, f"{path.name} could not be copied: {error.strerror}.")
    return Imported(path, role)


def _component_of(role: str, digest: str, catalogue: Catalogue) -> Component:
    """The component with that hash, or a nameless one of the role."""
    for component in catalogue.components.values():
        if component.role == role and known_hash(component) == digest:
            return component
    return Component("", role, f"imported {role}", f"imported-{role}-{digest[:8]}.pt")


def _copy_builtin(component: Component, folder: Path, control: RunControl, report: Report) -> Fetched | None:
    file = builtin_file(component)
    file.verify()
    return _copy(file.path, folder, component, sha256_of(file.path), control, report)


def _copy(
    path: Path, folder: Path, component: Component, digest: str, control: RunControl, report: Report
) -> Fetched | None:
    """Copy a file into the pack's folder under the component's name; None when cancelled."""
    folder.mkdir(parents=True, exist_ok=True)
    size = path.stat().st_size
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise PackError(f"There is too little space for {path.name} ({size / 1e6:,.0f} MB).", path=folder)
    name = Path(component.file)
    if not component.name and path.suffix == ".safetensors":
        name = name.with_suffix(".safetensors")
    target = folder / name
    try:
        with atomic_path(target) as temporary:
            with path.open("rb") as source, temporary.open("wb") as copy:
                while data := source.read(2**20):
                    if control.cancelled:
                        raise StoppedError
                    copy.write(data)
                    report(DownloadProgress(component.name or component.title, "loading", copy.tell(), size))
            if sha256_of(temporary) != digest:
                raise CheckpointError(f"The model file {path.name} changed while it was copied.", path=path)
    except StoppedError:
        return None
    return Fetched(target, size, digest, "")


def _take(folder: Path, role: str, fetched: Fetched, component: Component) -> None:
    """Make a file part of the pack, or delete it and say why it cannot be."""
    before = read_parts(folder).get(role)
    try:
        _check(folder, role, fetched.path)
    except EngineError:
        if before is None or before.file != fetched.path.name:
            fetched.path.unlink(missing_ok=True)
        raise
    if fetched.url and component.sha256 is None:
        pin(component, fetched.sha256)
    origin = component.package.origin if component.package is not None else ""
    add_part(folder, role, Part(fetched.path.name, fetched.sha256, fetched.bytes, component.name, origin))


def _check(folder: Path, role: str, path: Path) -> None:
    """The file is the network it should be, and fits the generator or encoder that is there."""
    registry.load(role, path)
    parts = read_parts(folder)
    other = {"generator": "encoder", "encoder": "generator"}.get(role)
    if other is None or other not in parts:
        return
    files = {role: path, other: folder / parts[other].file}
    (rows, width), (need_rows, need_width) = (
        _code_shape("encoder", files["encoder"]),
        _code_shape("generator", files["generator"]),
    )
    if (rows, width) != (need_rows, need_width):
        raise PackError(
            f"{path.name} does not fit the {other} of the pack: the encoder makes latent codes of {rows} x "
            f"{width} numbers, the generator needs {need_rows} x {need_width}.",
            "Remove the pack's other part first, or import the one that belongs to it.",
            path=path,
        )


def _code_shape(role: str, path: Path) -> tuple[int, int]:
    content = checkpoint.read(path)
    return registry.code_shape(registry.state_of(role, content, path), path, role)


def _finish(folder: Path, offer: Offer, catalogue: Catalogue) -> None:
    """Write the pack's manifest when all its needed parts are there."""
    parts = read_parts(folder)
    if any(role not in parts for role in REQUIRED):
        return
    resolution = registry.load_generator(folder / parts["generator"].file).resolution
    terms = "\n".join(
        f"{catalogue.components[part.component].title}: {catalogue.components[part.component].terms}"
        if part.component in catalogue.components
        else f"{role}: imported; its terms are those of its source."
        for role, part in parts.items()
    )
    write_manifest(folder, offer, resolution, terms)
