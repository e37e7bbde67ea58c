"""Background tasks as plain functions over the engine's public names. No widgets in here."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

import engine
from engine import (
    BlendMode,
    ByteArray,
    EditRequest,
    EditResult,
    FaceBox,
    Orientation,
    Photo,
    Points,
    RunControl,
)

from ..document.edit import Edit
from ..document.face_state import FaceState
from ..document.move import is_mirrored
from ..document.stored_result import StoredResult
from ..pixels.pyramid import Pyramid
from ..process import malloc
from ..settings.settings import AUTO
from ..text.messages import Failure
from .compositor import Compositor
from .lane import Report

if TYPE_CHECKING:
    from engine import Editor, ModelPack  # its import brings torch: not before the window is there


@dataclass(frozen=True, eq=False)
class Opened:
    """A photo and the picture of it for the screen."""

    photo: Photo
    pyramid: Pyramid


def load_chosen(source: str, device: str) -> tuple[ModelPack, Failure | None]:
    """The pack of a name or folder. Of the one that is taken by itself, why it could not be, and then the
    built-in one in its place."""
    if source not in (AUTO, engine.PREFERRED_PACK):
        return load_pack(source, device), None
    name = engine.default_pack()
    try:
        return load_pack(name, device), None
    except engine.PackError as error:
        if name != engine.PREFERRED_PACK:
            raise
        return load_pack(engine.BUILTIN_PACK, device), Failure.of(error)


def load_pack(source: str, device: str) -> ModelPack:
    """The pack's networks on a device ("auto": the fastest that is there)."""
    return engine.load_pack(source, device=device)


def open_photo(path: Path) -> Opened:
    photo = engine.open_photo(path)
    return Opened(photo, picture_of(photo))


def picture_of(photo: Photo) -> Pyramid:
    """The photo in sRGB at all sizes the screen may want."""
    return Pyramid(engine.to_srgb(photo.pixels, photo))


def turned(photo: Photo, orientation: Orientation) -> Photo:
    """The photo, as it was opened, in an orientation. Straightening a large one takes a second."""
    return engine.oriented(photo, orientation)


def find_faces(photo: Photo, pack: ModelPack) -> list[FaceBox]:
    editor = engine.Editor(pack)
    editor.open(photo)
    return editor.faces()


@malloc.gives_back
def take_face(
    photo: Photo,
    picture: Photo,
    box: FaceBox | None,
    pack: ModelPack,
    refine: bool = False,
    whole: Points | None = None,
) -> FaceState:
    """Align a face in `picture`, the photo with its edits (without a box, take the square picture as it is,
    or `whole` (4, 2) of it), parse and score it. With `refine` its landmarks are looked at closer first, in
    the photo."""
    editor = engine.Editor(pack)
    editor.open(photo, picture)
    face = editor.whole(whole) if box is None else editor.align(box, refine)
    return FaceState.fresh(face.box, face, editor.parse(face), editor.score(face))


def face_pictures(photo: Photo, boxes: list[FaceBox], size: int) -> list[ByteArray | None]:
    """A small picture (size, size, 3) uint8 of each face, upright, and in the mirror where the photo is; None
    where none can be cut out."""
    pictures: list[ByteArray | None] = []
    for box in boxes:
        try:
            face = engine.align(photo, box, size)
            pictures.append(face.crop[:, ::-1] if is_mirrored(face.quad) else face.crop)
        except engine.PhotoError:
            pictures.append(None)
    return pictures


class Editors:
    """The engine's editor that runs were made with: what it keeps of a face serves the face's next edit.
    Used in the networks' lane only, but for `forget`."""

    def __init__(self) -> None:
        self._last: Editor | None = None

    def of(self, pack: ModelPack) -> Editor:
        last = self._last
        if last is None or last.pack is not pack:
            last = self._last = engine.Editor(pack)
        return last

    def forget(self) -> None:
        self._last = None


@malloc.gives_back
def run_edit(
    request: EditRequest,
    pack: ModelPack,
    control: RunControl,
    editors: Editors,
    earlier: EditResult | None,
    report: Report,
    mode: BlendMode = "detail",
    live: Mapping[str, float] = MappingProxyType({}),
) -> StoredResult:
    """Walk the engine's run; every step is reported, the last one brings the result, scored as the blend
    `mode` shows it. A run that started from an `earlier` result is one edit together with it; one of
    attributes whose sliders stand somewhere (`live`) begins there."""
    editor = editors.of(pack)
    if live and earlier is None:
        request = replace(request, start=editor.live(request.face, request.masks).ways(live))
    return StoredResult.of(editor.scored(editor.edit(request, control, report, earlier), mode))


def at_strength(edit: Edit, pack: ModelPack) -> StoredResult:
    drawn = engine.at_strength(edit.result, pack, edit.strength)
    return edit.stored.at(engine.scored(drawn, pack, edit.mode))


def compose(composer: Compositor, photo: Photo, edits: list[Edit]) -> Opened:
    picture = composer.compose(photo, edits)
    return Opened(picture, picture_of(picture))


def save(
    photo: Photo, picture: Photo | None, path: Path, options: dict[str, Any], control: RunControl
) -> Path:
    """Write the full-size `picture`, the photo with its edits; None for the photo as it is.

    Unless the option `tag` is false, an edited picture says in its metadata that it is one; unless
    `metadata` is, the photo's own goes along. The colour profile always does.
    """
    editor = engine.Editor()
    editor.open(photo, picture)
    return editor.save(path, **options, control=control)


def mask_of(photo: Photo, edits: list[Edit]) -> ByteArray:
    """The union of the edits' blend masks at the photo's size, (H, W) uint8."""
    union = np.zeros((photo.height, photo.width), np.uint8)
    for edit in edits:
        mask = engine.paste_mask(photo, edit.face, edit.shown, edit.refined_mask(), edit.mode)
        np.maximum(union, np.rint(mask * edit.amount).astype(np.uint8), out=union)
    return union


def random_face(pack: ModelPack, seed: int) -> Opened:
    photo = photo_from_pixels(engine.random_face(pack, seed))
    return Opened(photo, picture_of(photo))


def photo_from_pixels(values: ByteArray) -> Photo:
    """A photo that never was a file, for example from the clipboard: (H, W, 3) uint8, or (H, W, 4) with its
    opacity."""
    pixels = np.ascontiguousarray(values)
    pixels.flags.writeable = False
    return Photo(pixels, "RGBA" if pixels.shape[2] == 4 else "RGB")


def open_encoded(data: bytes) -> Opened | None:
    """The photo that a file's bytes hold; None where they hold none. It belongs to no path."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "photo"
        file.write_bytes(data)
        try:
            photo = replace(engine.open_photo(file), path=None)
        except engine.PhotoTooLargeError:
            raise
        except engine.PhotoError:
            return None
    return Opened(photo, picture_of(photo))
