"""The document: photo, faces, region masks and edits; the model that widgets show.

The photo is never altered, only turned as a whole: then it is the original in another orientation, and what
lies in it goes with it. The picture is always the photo with the enabled edits pasted in order, and the
pending edit (a result that is not committed yet) on top.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRect, Signal

from engine import ByteArray, FaceBox, Orientation, Photo, Points

from .edit import Edit
from .face_state import FaceState
from .move import Move
from .snapshot import Snapshot


class Document(QObject):
    """Holds the state and says when it changed. Changed only by the session and by undo commands."""

    photo_changed = Signal()  # another photo
    photo_turned = Signal()  # the same photo, turned: what was a place in it is another one now
    faces_changed = Signal()  # the list of faces, or which one is chosen
    face_changed = Signal()  # crop, masks or scores of the chosen face
    masks_changed = Signal(QRect)  # part of the region masks, in px of the 512 grid
    edits_changed = Signal()  # the edits: what is pasted must be made anew
    blend_changed = Signal(QRect)  # part of the pending edit's blend mask, in its px, while it is painted
    picture_changed = Signal()  # the composite has been made anew

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.original: Photo | None = None  # as it was opened
        self.orientation = Orientation()
        self.photo: Photo | None = None  # the original in this orientation
        self.picture: Photo | None = None
        self.path: Path | None = None
        self.quads: list[Points] = []
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

    def since(self, orientation: Orientation) -> Move:
        """The way from the frame that the photo had in an orientation to the present one."""
        assert self.original is not None and self.photo is not None
        return Move.between(orientation, self.orientation, self.original, self.photo)

    # --- changes

    def set_photo(
        self, photo: Photo, original: Photo | None = None, orientation: Orientation | None = None
    ) -> None:
        """Another photo: faces and edits of the one before are gone. `original` is what it was before it was
        turned to an `orientation`."""
        self.photo = self.picture = photo
        self.original, self.orientation = original or photo, orientation or Orientation()
        self.path = photo.path
        self.boxes, self.quads, self.faces, self.chosen = [], [], {}, None
        self.edits, self.pending = [], None
        self.photo_changed.emit()
        self.faces_changed.emit()
        self.face_changed.emit()
        self.edits_changed.emit()

    def restore(self, state: Snapshot) -> None:
        """Everything from a project; `set_photo` has been called with its photo."""
        self.boxes, self.quads, self.faces = state.boxes, state.quads, state.faces
        self.chosen = state.chosen
        self.faces_changed.emit()
        self.face_changed.emit()
        self.set_edits(state.edits, state.pending)

    def turn(self, photo: Photo, orientation: Orientation, edits: list[Edit], pending: Edit | None) -> None:
        """The photo is turned: `photo` is the original in this orientation, the edits lie in it already."""
        before, self.orientation = self.orientation, orientation
        self.photo = self.picture = photo
        move = self.since(before)
        self.boxes = [move.box(box) for box in self.boxes]
        self.quads = [move.points(quad) for quad in self.quads]
        self.faces = {index: move.state(state) for index, state in self.faces.items()}
        self.photo_turned.emit()
        self.faces_changed.emit()
        self.set_edits(edits, pending)
        self.face_changed.emit()

    def set_faces(self, boxes: list[FaceBox], quads: list[Points]) -> None:
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
        self, face_index: int, rect: QRect, write: Callable[[ByteArray], None], refined: bool
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
