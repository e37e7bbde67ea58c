"""What the lanes do: plain functions from the engine's public names to results. No widgets in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import engine
from engine import EditRequest, EditResult, Face, FaceBox, Photo, RunControl

from ..document.edit import Edit
from ..document.face_state import FaceState
from ..document.stored_result import StoredResult
from ..pixels.pyramid import Pyramid
from ..process import malloc
from .compositor import Compositor
from .lane import Report

if TYPE_CHECKING:
    from engine import FaceSession, ModelPack  # its import brings torch: not before the window is there


@dataclass(frozen=True, eq=False)
class Opened:
    """A photo and the picture of it for the screen."""

    photo: Photo
    pyramid: Pyramid


def load_pack(source: str, device: str) -> ModelPack:
    """The pack's networks on a device ("auto": the fastest that is there)."""
    return engine.load_pack(source, device=device)


def open_photo(path: Path) -> Opened:
    photo = engine.open_photo(path)
    return Opened(photo, picture_of(photo))


def picture_of(photo: Photo) -> Pyramid:
    """The photo in sRGB at all sizes the screen may want."""
    return Pyramid(engine.to_srgb(photo.pixels, photo))


@malloc.gives_back
def take_face(
    photo: Photo, box: FaceBox | None, pack: ModelPack, refine_in: Photo | None = None
) -> FaceState:
    """Align a face of the photo (or take a square photo as it is), parse and score it. With `refine_in`, the
    photo it was found in, its landmarks are looked at closer first."""
    if box is not None and refine_in is not None:
        box = engine.refine_landmarks(refine_in, box, pack)
    face = engine.take_whole(photo) if box is None else engine.align(photo, box)
    return FaceState.fresh(box, face, engine.parse(face, pack), dict(engine.score(face, pack)))


def face_pictures(photo: Photo, boxes: list[FaceBox], size: int) -> list[np.ndarray | None]:
    """A small picture (size, size, 3) uint8 of each face; None where none can be cut out."""
    pictures: list[np.ndarray | None] = []
    for box in boxes:
        try:
            pictures.append(engine.align(photo, box, size).crop)
        except engine.PhotoError:
            pictures.append(None)
    return pictures


class Sessions:
    """The engine's session of the face that was edited last: its next edit starts behind the
    reconstruction. Used in the networks' lane only, but for `forget`."""

    def __init__(self) -> None:
        self._last: FaceSession | None = None

    def of(self, face: Face, pack: ModelPack) -> FaceSession:
        last = self._last
        if last is None or last.face is not face or last.pack is not pack:
            last = self._last = engine.FaceSession(face, pack)
        return last

    def forget(self) -> None:
        self._last = None


@malloc.gives_back
def run_edit(
    request: EditRequest,
    pack: ModelPack,
    control: RunControl,
    sessions: Sessions,
    earlier: EditResult | None,
    report: Report,
    mode: str = "detail",
) -> StoredResult | None:
    """Walk the engine's run; every step is reported, the last one brings the result, scored as the blend
    `mode` shows it. A run that started from an `earlier` result is one edit together with it."""
    if earlier is not None:
        engine.require_pack(earlier, pack)
    result = None
    for step in engine.run(request, pack, control, sessions.of(request.face, pack)):
        report(step)
        result = step.result or result
    if result is not None and earlier is not None:
        result = engine.continued(result, earlier, pack)
    return None if result is None else StoredResult.of(engine.scored(result, pack, mode))


def go_on_settings(pack: ModelPack, preset: str) -> dict[str, Any]:
    """What a run needs to start from a latent code: no reconstruction, which would undo the edit."""
    settings = {**engine.PRESETS[preset].settings, **pack.presets.get(preset, {})}
    hold = settings.get("steps.hold_region", 0)
    return {"steps.e4e_start": hold} if hold else {}


def at_strength(edit: Edit, pack: ModelPack) -> StoredResult:
    drawn = engine.at_strength(edit.result, pack, edit.strength)
    return edit.kept.at(engine.scored(drawn, pack, edit.mode))


def compose(composer: Compositor, photo: Photo, edits: list[Edit]) -> Opened:
    picture = composer.compose(photo, edits)
    return Opened(picture, picture_of(picture))


def save(composer: Compositor, photo: Photo, edits: list[Edit], path: Path, options: dict[str, Any]) -> Path:
    """Write the full-size photo with the edits. The composer has it already unless edits came since.

    Unless the option `tag` is false, an edited picture says in its metadata that it is one; unless
    `metadata` is, the photo's own goes along. The colour profile always does.
    """
    picture = composer.compose(photo, edits)
    if not options.pop("metadata", True):
        picture = replace(picture, exif=None, info={k: v for k, v in picture.info.items() if k == "dpi"})
    if options.pop("tag", True) and edits:
        picture = engine.mark_edited(picture)
    engine.save_photo(picture, path, **options)
    return path


def export_mask(photo: Photo, edits: list[Edit], path: Path) -> Path:
    """The union of the edits' blend masks at the photo's size."""
    union = np.zeros((photo.height, photo.width), np.uint8)
    for edit in edits:
        mask = engine.paste_mask(photo, edit.face, edit.shown, edit.refined_mask(), edit.mode)
        np.maximum(union, np.rint(mask * edit.amount).astype(np.uint8), out=union)
    engine.save_mask(path, union)
    return path


def random_face(pack: ModelPack, seed: int) -> Opened:
    photo = photo_from_pixels(engine.random_face(pack, seed))
    return Opened(photo, picture_of(photo))


def photo_from_pixels(rgb: np.ndarray) -> Photo:
    """A photo that never was a file, for example from the clipboard. `rgb` (H, W, 3) uint8."""
    pixels = np.ascontiguousarray(rgb)
    pixels.flags.writeable = False
    return Photo(pixels, "RGB")
