"""Project files (.mfg): everything of a document in one zip, so that it opens to the same pixels.

    manifest.json    format, version, and everything that is no array
    photo.bin        the photo's own file as it was opened, or photo.npy when that is not to be had
    arrays/HASH.npy  arrays by their content, so that what edits share is stored once

The manifest and the photo come first: from a file that was cut off they can still be read. Writing is
atomic. Nothing in a project is executed: arrays are read without pickle, names are never used as paths.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import engine
from engine import EngineError, Orientation, Photo, RunControl

from ..document.snapshot import Snapshot
from ..process import answers
from . import records
from . import validation as checks
from .zip_rescue import rescue

VERSION = 5
"""1: no codes from before an edit, no pictures at other strengths. 2: float32 pictures, and with every edit
its run's masks and crop. 3: half as precise, without these. 4: with the weights that were
fitted to a face. 5: with the orientation of a photo that was turned; photo.bin is the photo before that, all
places are those of the turned one."""

FORMAT = "maskfacegan-project"
SUFFIX = ".mfg"
MANIFEST, PHOTO_FILE, PHOTO_PIXELS = "manifest.json", "photo.bin", "photo.npy"

LARGEST_ENTRY, LARGEST_WHOLE, LARGEST_MANIFEST = 2**30, 2**32, 2**26
"""Bytes that are unpacked at most: of one entry, of all together, of the manifest."""

SOURCE_PATIENCE = 15.0
"""Seconds within which a photo's file has to be read when a project is written; its pixels do as well."""

_unanswered: set[Path] = set()
"""Photos that are still being read after that: a dead drive is not asked twice."""

_BROKEN = (KeyError, ValueError, TypeError, AttributeError, RecursionError, OverflowError)
"""What a damaged or forged record leads to."""


class ProjectError(EngineError):
    """A project file that cannot be read at all."""

    default_hint = "Open the photo itself, or an earlier copy of the project."


class Writer:
    """Collects arrays by content while the manifest is made."""

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self._names: dict[int, str] = {}

    def put(self, array: np.ndarray) -> str:
        """Remember an array; the name it will have."""
        known = self._names.get(id(array))
        if known is None:
            plain = np.ascontiguousarray(array)
            digest = hashlib.sha256(f"{plain.dtype.str}{plain.shape}".encode())
            digest.update(plain.data)
            known = digest.hexdigest()[:32]
            self.arrays[known] = array  # also keeps it alive, so that its id stays its own
            self._names[id(array)] = known
        return known


def write(
    path: Path, state: Snapshot, replace_read_only: bool = False, control: RunControl | None = None
) -> Path:
    """Write a project, whole or not at all. Raises `engine.SaveError`, also when `control` is cancelled
    meanwhile; `engine.ReadOnlyError` for a file that may not be written, unless `replace_read_only`."""
    writer = Writer()
    original = state.photo if state.original is None else state.original
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "program": engine.__version__,
        "photo": records.photo_record(original),
        "orientation": engine.to_record(state.orientation),
        "boxes": [records.box_record(box) for box in state.boxes],
        "quads": [quad.tolist() for quad in state.quads],
        "chosen": state.chosen,
        "faces": {str(i): records.face_state_record(face, writer) for i, face in state.faces.items()},
        "edits": [records.edit_record(edit, writer) for edit in state.edits],
        "pending": None if state.pending is None else records.edit_record(state.pending, writer),
    }
    try:
        with (
            engine.atomic_write(path, replace_read_only, control) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
            _write_photo(archive, original)
            for name, array in writer.arrays.items():
                if control is not None and control.cancelled:
                    break  # nobody waits for it: it is not put in place
                archive.writestr(f"arrays/{name}.npy", npy_bytes(array))
    except engine.ReadOnlyError:
        raise
    except engine.SaveError as error:
        raise engine.SaveError(f"{path.name} could not be written: {error.reason}.") from error
    return path


def _write_photo(archive: zipfile.ZipFile, photo: Photo) -> None:
    """The photo's file where it still is what was opened, otherwise its pixels."""
    content = _file_of(photo)
    if content:
        archive.writestr(zipfile.ZipInfo(PHOTO_FILE), content)  # stored: photos are compressed already
    else:
        archive.writestr(PHOTO_PIXELS, npy_bytes(photo.pixels))


def _file_of(photo: Photo) -> bytes:
    """The bytes of the photo's file; none where it is not what was opened any more, or where its disk does
    not give it in time. A disk that has not answered is not asked again before it does."""
    path = photo.path
    if path is None or path in _unanswered:
        return b""

    def read() -> bytes:
        try:
            same = np.array_equal(engine.open_photo(path).pixels, photo.pixels)
            return path.read_bytes() if same else b""
        except (EngineError, OSError, ValueError, MemoryError):
            return b""
        finally:
            _unanswered.discard(path)

    content = answers.answer(read, SOURCE_PATIENCE)
    if content is None:
        _unanswered.add(path)
    return content or b""


def npy_bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


class Archive(Mapping[str, bytes]):
    """The entries of a zip, each unpacked when it is asked for and only up to the limits; KeyError for one
    that is missing, damaged or too large. Names are never used as paths."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._left = LARGEST_WHOLE

    def __getitem__(self, name: str) -> bytes:
        info = self._zip.getinfo(name)
        if info.file_size > min(LARGEST_ENTRY, self._left):
            raise KeyError(name)
        self._left -= info.file_size
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error) as error:
            raise KeyError(name) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._zip.namelist())

    def __len__(self) -> int:
        return len(self._zip.namelist())

    def __contains__(self, name: object) -> bool:
        return name in self._zip.NameToInfo


class Reader:
    """The entries of a project, whole or rescued from a damaged file."""

    def __init__(self, entries: Mapping[str, bytes]) -> None:
        self._entries = entries
        self._arrays: dict[str, np.ndarray] = {}

    def has(self, name: str) -> bool:
        return name in self._entries

    def bytes(self, name: str) -> bytes:
        return self._entries[name]

    def get(self, name: str) -> np.ndarray:
        """An array by its name; read only. Raises KeyError or ValueError when it is not to be had."""
        if name not in self._arrays:
            self._arrays[name] = array_of(self._entries[f"arrays/{name}.npy"])
        return self._arrays[name]


def array_of(data: bytes) -> np.ndarray:
    """The array of an .npy file, read only; ValueError unless its header and its bytes agree."""
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, fortran, dtype = read_header(file)
    except Exception as error:  # numpy's parser raises whatever the bytes lead it to
        raise ValueError("not an array") from error
    rest = memoryview(data)[file.tell() :]
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(rest):
        raise ValueError("not an array")
    return np.frombuffer(rest, dtype).reshape(shape, order="F" if fortran else "C")  # read only


def read(path: Path) -> Snapshot:
    """Read a project; what is damaged is left out and named in `damage`. Raises `ProjectError` when not
    even the photo can be had."""
    try:
        return _read(path)
    except MemoryError as error:
        raise ProjectError(
            f"There is too little memory to open {path.name}.", "Close other programs.", path=path
        ) from error


def _read(path: Path) -> Snapshot:
    entries, damage = _entries(path)
    reader = Reader(entries)
    manifest = _manifest(reader, path)
    try:
        original = _photo(reader, manifest["photo"])
        orientation = records.orientation_of(manifest.get("orientation", {}))  # since version 5
    except (*_BROKEN, EngineError) as error:
        raise ProjectError(f"The photo in {path.name} is damaged.", path=path) from error
    photo = engine.oriented(original, orientation) if orientation != Orientation() else original
    state = Snapshot(photo, damage=damage, original=original, orientation=orientation)
    _read_faces(state, manifest, reader)
    _read_edits(state, manifest, reader)
    return state


def _read_faces(state: Snapshot, manifest: dict[str, Any], reader: Reader) -> None:
    try:
        state.boxes = [records.box_of(record) for record in manifest.get("boxes", [])]
        state.quads = [checks.corners(quad) for quad in manifest.get("quads", [])]
        faces = dict(manifest.get("faces", {}))
        whole = not state.boxes and len(state.quads) == 1  # a photo taken as a face has a square and no box
        if len(state.quads) != len(state.boxes) and not whole:
            raise ValueError("not a square for each face")
    except _BROKEN:
        state.boxes, state.quads = [], []
        state.damage.append("The faces could not be recovered; they have to be found again.")
        return
    for key, record in faces.items():
        try:
            index = checks.whole(int(key), 0, len(state.quads) - 1)
            state.faces[index] = records.face_state_of(record, reader)
        except _BROKEN:
            state.damage.append("The masks of a face could not be recovered; it has to be parsed again.")
    chosen = manifest.get("chosen")
    state.chosen = chosen if isinstance(chosen, int) and chosen in state.faces else None


def _read_edits(state: Snapshot, manifest: dict[str, Any], reader: Reader) -> None:
    edits, pending = manifest.get("edits", []), manifest.get("pending")
    if not isinstance(edits, list):
        edits = []
        state.damage.append("The edits could not be recovered.")
    known: set[str] = set()
    for record in [*edits, pending]:
        if record is None:
            continue
        try:
            edit = records.edit_of(record, reader)
            if edit.id in known:
                raise ValueError("the same edit twice")
        except _BROKEN:
            title = record.get("title") if isinstance(record, dict) else None
            shown = checks.text(title)[:60] if isinstance(title, str) else "?"
            state.damage.append(f"The edit “{shown}” could not be recovered.")
            continue
        known.add(edit.id)
        if record is pending:
            state.pending = edit
        else:
            state.edits.append(edit)


def _entries(path: Path) -> tuple[Mapping[str, bytes], list[str]]:
    """All entries that can be read, and what is wrong with the file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode) or path.stat().st_size > LARGEST_WHOLE:
            raise ProjectError(f"{path.name} is not a project of this program.", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path.name} cannot be read: {error.strerror or error}.", path=path) from error
    try:
        return Archive(data), []
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, struct.error):
        entries = rescue(data)
        if MANIFEST not in entries:
            raise ProjectError(f"{path.name} is not a project of this program.", path=path) from None
        return entries, [f"{path.name} is incomplete; what could be read was recovered."]


def _manifest(reader: Reader, path: Path) -> dict[str, Any]:
    try:
        text = reader.bytes(MANIFEST)
        if len(text) > LARGEST_MANIFEST:
            raise ValueError("too large")
        manifest = json.loads(text)
    except (KeyError, ValueError, RecursionError) as error:
        raise ProjectError(f"{path.name} is not a project of this program.", path=path) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ProjectError(f"{path.name} is not a project of this program.", path=path)
    version = manifest.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise ProjectError(
            f"{path.name} was made by a newer version of this program.", "Update the program.", path=path
        )
    return manifest


def _photo(reader: Reader, record: dict[str, Any]) -> Photo:
    path = checks.place(record.get("path"))
    if reader.has(PHOTO_FILE):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "photo"
            copy.write_bytes(reader.bytes(PHOTO_FILE))
            return replace(engine.open_photo(copy), path=path)
    pixels = array_of(reader.bytes(PHOTO_PIXELS))
    return records.photo_of(record, pixels, path)
