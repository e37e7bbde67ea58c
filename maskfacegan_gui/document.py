"""The one truth: the photo, its faces and masks, and the edits. Widgets only show it.

The photo is never altered. The picture is always the photo with the enabled edits pasted in order, and
the pending edit (a result that is not committed yet) on top.
"""

from __future__ import annotations

import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QRect, Signal

import engine
from engine import REGIONS, EditResult, Face, FaceBox, Photo, RegionMasks

from .kept import Asked, Kept

if TYPE_CHECKING:
    from .project import State

MASK_SIZE = 512
PARSED_STEPS = 4095  # what the parser says is kept in this many steps: 16 times finer than a painted mask


@dataclass(frozen=True, eq=False)
class BlendMask:
    """A blend mask refined by hand: `values` (R, R) uint8, never changed once it is here. Two are equal
    only when they are the same object, so it can tell a composition's cache whether anything changed."""

    values: np.ndarray = field(repr=False)


_blend_masks: weakref.WeakKeyDictionary[Kept, dict[str, np.ndarray]] = weakref.WeakKeyDictionary()
"""A brush asks for the mask at every move; it follows from the result and the mode."""


@dataclass(frozen=True, eq=False)
class Edit:
    """One edit of one face. `face` says where it lies, without its pixels. `blend` is the blend mask refined
    by hand, None: as the run made it; `mode` one of engine.BLEND_MODES. `strength` moves between before (0)
    and after (1) and beyond; `drawn` is the result at that strength, None while there is no picture of it.
    `opacity` fades the whole edit."""

    title: str
    face_index: int
    face: Face
    request: Asked
    kept: Kept
    blend: BlendMask | None = None
    mode: str = "detail"
    strength: float = 1.0
    opacity: float = 1.0
    enabled: bool = True
    drawn: Kept | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def amount(self) -> float:
        """How much of `shown` is laid over the picture, 0..1: without a picture at this strength the edit is
        faded."""
        faded = 1.0 if self.drawn is not None else min(self.strength, 1.0)
        return faded * self.opacity

    @property
    def result(self) -> EditResult:
        """What the run made, with all its arrays."""
        return self.kept.whole()

    @property
    def showing(self) -> Kept:
        """The result at the edit's strength, or what stands in for it."""
        return self.kept if self.drawn is None else self.drawn

    @property
    def shown(self) -> EditResult:
        """The same with all its arrays."""
        return self.showing.whole()

    def refined_mask(self) -> np.ndarray | None:
        """The mask refined by hand, (R, R) float32 0..1; None when it is as the run made it."""
        return None if self.blend is None else self.blend.values.astype(np.float32) / 255

    def blend_bytes(self) -> np.ndarray:
        """The mask that shows this edit at full strength, (R, R) uint8."""
        if self.blend is not None:
            return self.blend.values
        known = _blend_masks.setdefault(self.kept, {})
        if self.mode not in known:
            known[self.mode] = to_bytes(engine.recipe(self.result, None, self.mode).mask)
        return known[self.mode]

    def look(self) -> tuple[object, ...]:
        """What its pixels depend on; equal looks give equal pictures."""
        return (self.id, self.blend, self.mode, self.drawn, self.amount)


@dataclass(eq=False)
class FaceState:
    """One found face. `crop` is cut from the picture as it is now; `masks` (9, 512, 512) uint8 are what
    a person may refine, `parsed` what the parser said of this crop. `scores`: attribute -> 0..1."""

    box: FaceBox | None
    crop: Face
    parsed: RegionMasks
    masks: np.ndarray = field(repr=False)
    scores: dict[str, float]
    refined: bool = False

    @classmethod
    def fresh(
        cls, box: FaceBox | None, crop: Face, parsed: RegionMasks, scores: dict[str, float]
    ) -> FaceState:
        masks = to_bytes(parsed.probabilities)
        steps = np.rint(parsed.probabilities * np.float32(PARSED_STEPS))
        return cls(box, crop, RegionMasks(from_steps(steps)), masks, scores)

    def with_refinement(self, older: FaceState | None) -> FaceState:
        """This state with the masks that a person refined in an older one of the same face."""
        if older is not None and older.refined:
            self.masks, self.refined = older.masks, True
        return self

    def request_masks(self) -> RegionMasks:
        """The masks a run gets: the parser's own values unless a person changed them."""
        return RegionMasks(self.masks.astype(np.float32) / 255) if self.refined else self.parsed

    def share(self, region: str) -> float:
        """The fraction of the crop that a region covers, 0..1."""
        return float(self.masks[REGIONS.index(region)].mean()) / 255


def arrays_of(edit: Edit) -> list[np.ndarray]:
    """The arrays that an edit keeps in memory; edits of one run share most of them."""
    found = list(edit.kept.arrays.values())
    if edit.blend is not None:
        found.append(edit.blend.values)
    if edit.drawn is not None:
        found += edit.drawn.arrays.values()
    return found


def to_bytes(masks: np.ndarray) -> np.ndarray:
    """Masks 0..1 as uint8 0..255."""
    return np.rint(np.clip(masks, 0, 1) * 255).astype(np.uint8)


def from_steps(steps: np.ndarray) -> np.ndarray:
    """Masks 0..1 float32 from whole numbers 0..`PARSED_STEPS`."""
    return steps.astype(np.float32) / np.float32(PARSED_STEPS)


class Document(QObject):
    """Holds the state and says when it changed. Changed only by the studio and by undo commands."""

    photo_changed = Signal()  # another photo
    faces_changed = Signal()  # the list of faces, or which one is chosen
    face_changed = Signal()  # crop, masks or scores of the chosen face
    masks_changed = Signal(QRect)  # part of the region masks, in px of the 512 grid
    edits_changed = Signal()  # the edits: what is pasted must be made anew
    blend_changed = Signal(QRect)  # part of the pending edit's blend mask, in its px, while it is painted
    picture_changed = Signal()  # the composite has been made anew

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.photo: Photo | None = None
        self.picture: Photo | None = None
        self.path: Path | None = None
        self.quads: list[np.ndarray] = []
        self.boxes: list[FaceBox] = []
        self.faces: dict[int, FaceState] = {}
        self.chosen: int | None = None
        self.edits: list[Edit] = []
        self.pending: Edit | None = None

    # --- what there is

    @property
    def face(self) -> FaceState | None:
        """The chosen face, once it has been aligned and parsed."""
        return None if self.chosen is None else self.faces.get(self.chosen)

    def visible_edits(self) -> list[Edit]:
        """The edits that make the picture, bottom first."""
        shown = [edit for edit in self.edits if edit.enabled]
        return shown if self.pending is None else [*shown, self.pending]

    def find(self, edit_id: str) -> int:
        """The place of an edit in the list; ValueError when it is not there."""
        return [edit.id for edit in self.edits].index(edit_id)

    # --- changes

    def set_photo(self, photo: Photo) -> None:
        """Another photo: faces and edits of the one before are gone."""
        self.photo = self.picture = photo
        self.path = photo.path
        self.boxes, self.quads, self.faces, self.chosen = [], [], {}, None
        self.edits, self.pending = [], None
        self.photo_changed.emit()
        self.faces_changed.emit()
        self.face_changed.emit()
        self.edits_changed.emit()

    def restore(self, state: State) -> None:
        """Everything from a project; `set_photo` has been called with its photo."""
        self.boxes, self.quads, self.faces = state.boxes, state.quads, state.faces
        self.chosen = state.chosen
        self.faces_changed.emit()
        self.face_changed.emit()
        self.set_edits(state.edits, state.pending)

    def set_faces(self, boxes: list[FaceBox], quads: list[np.ndarray]) -> None:
        self.boxes, self.quads = boxes, quads
        self.faces, self.chosen = {}, None
        self.faces_changed.emit()

    def set_face(self, index: int, state: FaceState) -> None:
        """A face has been aligned and parsed (again); it becomes the chosen one."""
        self.faces[index] = state
        self.choose(index)

    def choose(self, index: int) -> None:
        self.chosen = index
        self.faces_changed.emit()
        self.face_changed.emit()

    def patch_masks(
        self, face_index: int, rect: QRect, write: Callable[[np.ndarray], None], refined: bool
    ) -> None:
        """Let `write` change a face's masks (9, 512, 512) within `rect`. A face whose masks were dropped
        meanwhile, since the photo changed, has nothing to patch."""
        state = self.faces.get(face_index)
        if state is None:
            return
        write(state.masks)
        state.refined = refined
        if face_index == self.chosen:
            self.masks_changed.emit(rect)

    def set_edits(self, edits: list[Edit], pending: Edit | None) -> None:
        self.edits, self.pending = list(edits), pending
        self.edits_changed.emit()

    def set_picture(self, picture: Photo) -> None:
        self.picture = picture
        self.picture_changed.emit()
