"""Where model packs are and what they say about themselves.

A pack is a folder with a manifest.json and the model files it names, or the `models/` folder of the
MaskFaceGAN authors' implementation as it stands. Packs come with the program (weights/) or lie in the
person's own folder (packs/).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import paths
from ..attributes import ATTRIBUTES
from ..errors import CheckpointError, PackError
from ..file_hash import sha256_of
from .registry import ROLES

MANIFEST = "manifest.json"
PREFERRED_PACK = "portrait"
"""The pack that is taken where none is named, wherever it is in place."""

BUILTIN_PACK = "starter"
"""The pack that is taken otherwise."""

FORMAT = 1
_LARGEST = 4 * 2**20
_LONGEST_NAME = 200
REQUIRED = ("generator", "parser", "classifier")
REFERENCE_FILES = {
    "generator": "stylegan2/stylegan2-ffhq-config-f.pt",
    "parser": "face_parser/state.pt",
    "classifier": "attribute_classifier/state.pt",
    "encoder": "e4e/state.pt",
    "perceptual": "lpips/vgg16-397923af.pth",
}
"""The reference implementation's files inside its models/ folder."""

_REFERENCE_TERMS = (
    "StyleGAN2 FFHQ weights: non-commercial research use (NVIDIA Source Code License-NC, FFHQ "
    "CC BY-NC-SA 4.0). The classifier and the parser are trained on CelebA and CelebAMask-HQ: "
    "non-commercial research."
)


@dataclass(frozen=True)
class ModelFile:
    """One model file of a pack; `bytes` and `sha256` when the manifest states them."""

    path: Path
    bytes: int | None = None
    sha256: str | None = None

    def verify(self) -> None:
        """CheckpointError when the file is there but is not the one that the manifest names."""
        if not self.path.is_file():
            return
        size = self.path.stat().st_size
        if self.bytes is not None and size != self.bytes:
            raise CheckpointError(
                f"The model file {self.path.name} has {size:,} bytes where the manifest says {self.bytes:,}.",
                path=self.path,
            )
        if self.sha256 is not None and sha256_of(self.path) != self.sha256.lower():
            raise CheckpointError(
                f"The model file {self.path.name} is not the file that the manifest names "
                "(its checksum differs).",
                path=self.path,
            )


@dataclass(frozen=True)
class Manifest:
    """A pack before any of its networks is loaded. `attributes` is None when the pack lists none, `detail`
    when its generator draws as finely as its pictures are large. `preset` is the one that it recommends."""

    name: str
    title: str
    folder: Path
    files: Mapping[str, ModelFile]
    resolution: int | None = None
    version: str = ""
    terms: str = ""
    attributes: Mapping[str, Mapping[str, Any]] | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_reference: bool = False
    detail: int | None = None
    preset: str = ""

    def missing(self) -> tuple[str, ...]:
        """The names of the files that the pack needs and lacks, relative to its folder."""
        needed = [file for role, file in self.files.items() if role in REQUIRED or not self.is_reference]
        return tuple(_relative(file.path, self.folder) for file in needed if not file.path.is_file())

    def experimental_reason(self, attribute: str) -> str | None:
        """What is to be said of an attribute that is offered but told poorly; None for all others."""
        entry = (self.attributes or {}).get(attribute, {})
        if entry.get("experimental") is not True:
            return None
        words, auc = attribute.replace("_", " "), entry.get("auc")
        if not isinstance(auc, float):
            return f"Experimental: this pack tells '{words}' less reliably than the others."
        return f"Experimental: this pack tells '{words}' less reliably than the others (AUC {auc:.2f})."

    def share_of_rate(self, attribute: str) -> float:
        """An attribute's `rate`, above 0 to 1; 1 where it has none, or none that could be one."""
        rate = (self.attributes or {}).get(attribute, {}).get("rate")
        return float(rate) if isinstance(rate, int | float) and 0 < rate <= 1 else 1.0

    def codes_of(self, attribute: str) -> tuple[int, int] | None:
        """An attribute's `codes`: the first of the code's vectors that it is drawn by, and the one behind the
        last; None where it has none, or none that could be some."""
        match (self.attributes or {}).get(attribute, {}).get("codes"):
            case [int(first), int(end)] if 0 <= first < end:
                return first, end
        return None


@dataclass(frozen=True)
class PackInfo:
    """A line of `maskfacegan packs`. `available` is true when every file that the pack needs is there."""

    name: str
    title: str
    where: Path
    resolution: int | None
    terms: str
    available: bool
    missing: tuple[str, ...]


def list_packs() -> list[PackInfo]:
    """The packs that come with the program, then those in the person's own folder, by name.

    A folder whose manifest cannot be read is listed as not available, with the manifest as what is
    missing; nothing is raised.
    """
    found: dict[str, PackInfo] = {}
    for root in _roots():
        for folder in sorted(root.iterdir()) if root.is_dir() else []:
            if folder.name not in found and not folder.name.startswith(".") and _is_pack(folder):
                found[folder.name] = _describe(folder)
    return list(found.values())


def find(source: str | Path) -> Manifest:
    """The pack of that name, or in that folder. Raises PackError when there is none."""
    named = _named(str(source))
    folder = named or Path(source).expanduser()
    if not folder.exists():
        known = ", ".join(info.name for info in list_packs()) or "none"
        raise PackError(
            f"There is no model pack '{source}', neither by name nor as a folder.",
            f"Packs that are here: {known}. A folder needs a {MANIFEST} or the reference's models/ files.",
        )
    if not folder.is_dir():
        raise PackError(f"{folder} is a file; a model pack is a folder.", path=folder)
    return read_folder(folder)


def default_pack() -> str:
    """The name of the pack that is taken where none is named."""
    folder = _named(PREFERRED_PACK)
    return PREFERRED_PACK if folder is not None and _describe(folder).available else BUILTIN_PACK


def comes_with_program(name: str) -> bool:
    """Whether all that the pack `name` needs lies in weights/."""
    return _is_pack(paths.weights() / name)


def own_parts(name: str) -> Manifest | None:
    """What the program brings along of the pack `name`, whose other parts are installed; None for nothing.

    Raises PackError for a manifest that cannot be read.
    """
    folder = paths.weights() / name
    return _read_manifest(folder, needed=()) if (folder / MANIFEST).is_file() else None


def read_folder(folder: Path) -> Manifest:
    """The manifest of a pack's folder, or of the reference implementation's models/ folder."""
    if (folder / MANIFEST).is_file():
        return _read_manifest(folder)
    for candidate in (folder, folder / "models"):
        if _is_reference(candidate):
            return _reference(candidate)
    raise PackError(
        f"The folder {folder} is no model pack: it has neither {MANIFEST} nor "
        f"{REFERENCE_FILES['generator']}.",
        path=folder,
    )


def _roots() -> tuple[Path, Path]:
    return paths.weights(), paths.user_folder() / "packs"


def _named(name: str) -> Path | None:
    if not name or Path(name).name != name:
        return None
    for root in _roots():
        if _is_pack(root / name):
            return root / name
    return None


def _is_pack(folder: Path) -> bool:
    whole = (folder / MANIFEST).is_file() and not _is_part_of_one(folder)
    return whole or _is_reference(folder)


def _is_part_of_one(folder: Path) -> bool:
    """Whether a folder of weights/ holds only parts for a pack: its manifest names no generator."""
    if folder.parent != paths.weights():
        return False
    try:
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    files = data.get("files") if isinstance(data, dict) else None
    return isinstance(files, dict) and bool(files) and "generator" not in files


def _is_reference(folder: Path) -> bool:
    return any((folder / file).is_file() for file in REFERENCE_FILES.values())


def _describe(folder: Path) -> PackInfo:
    try:
        manifest = read_folder(folder)
    except PackError as error:
        return PackInfo(folder.name, str(error), folder, None, "", False, (MANIFEST,))
    missing = manifest.missing()
    return PackInfo(
        manifest.name, manifest.title, folder, manifest.resolution, manifest.terms, not missing, missing
    )


def _reference(folder: Path) -> Manifest:
    return Manifest(
        name=folder.parent.name if folder.name == "models" else folder.name,
        title="MaskFaceGAN, the published networks",
        folder=folder,
        files={role: ModelFile(folder / file) for role, file in REFERENCE_FILES.items()},
        terms=_REFERENCE_TERMS,
        is_reference=True,
    )


def _read_manifest(folder: Path, needed: tuple[str, ...] = REQUIRED) -> Manifest:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _LARGEST:
            raise PackError(f"The manifest {path} is too large to be one.", path=path)
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise PackError(f"The manifest {path} cannot be read: {error}.", path=path) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise PackError(
            f"The manifest {path} is not of format {FORMAT}, the one this program reads.", path=path
        )
    files = {role: _model_file(path, role, entry) for role, entry in _table(data, "files", path).items()}
    lacking = [role for role in needed if role not in files]
    if lacking:
        raise PackError(f"The manifest {path} names no file for: {', '.join(lacking)}.", path=path)
    resolution, detail = data.get("resolution"), data.get("detail")
    return Manifest(
        name=str(data.get("name") or folder.name),
        title=str(data.get("title") or folder.name),
        folder=folder,
        files=files,
        resolution=resolution if isinstance(resolution, int) else None,
        version=str(data.get("version", "")),
        terms=str(data.get("terms", "")),
        attributes=_attributes(data, path) if "attributes" in data else None,
        metrics=_table(data, "metrics", path),
        presets=_tables(data, "presets", path),
        detail=detail if isinstance(detail, int) and detail > 0 else None,
        preset=str(data.get("preset", "")),
    )


def _model_file(manifest: Path, role: str, entry: Any) -> ModelFile:
    name = entry.get("file") if isinstance(entry, dict) else None
    if role not in ROLES or not isinstance(name, str):
        raise PackError(
            f"The manifest {manifest} has an entry '{role}' that is not understood.", path=manifest
        )
    if Path(name).name != name or name in ("", ".", "..") or not _plain(name):
        raise PackError(
            f"The manifest {manifest} names a file outside its folder: '{name[:60]}'.", path=manifest
        )
    size, digest = entry.get("bytes"), entry.get("sha256")
    return ModelFile(
        manifest.parent / name,
        size if isinstance(size, int) else None,
        digest if isinstance(digest, str) else None,
    )


def _plain(name: str) -> bool:
    """Whether every file system can hold a file of that name."""
    return name.isprintable() and "\\" not in name and len(name.encode()) <= _LONGEST_NAME


def _attributes(data: Mapping[str, Any], path: Path) -> Mapping[str, Mapping[str, Any]]:
    attributes = _tables(data, "attributes", path)
    unknown = [name for name in attributes if name not in ATTRIBUTES]
    if unknown:
        raise PackError(f"The manifest {path} lists unknown attributes: {', '.join(unknown)}.", path=path)
    return attributes


def _table(data: Mapping[str, Any], key: str, path: Path) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise PackError(f"'{key}' in the manifest {path} is not a table.", path=path)
    return value


def _tables(data: Mapping[str, Any], key: str, path: Path) -> dict[str, Mapping[str, Any]]:
    table = _table(data, key, path)
    return {name: _table(table, name, path) for name in table}


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
