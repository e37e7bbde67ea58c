"""The faces of the photo: detected, chosen, added by hand, aligned and parsed."""

from __future__ import annotations

import logging

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

import engine
from engine import FaceBox, Orientation, Photo, Points

from ..document.document import Document
from ..document.face_state import FaceState
from ..tasks import engine_tasks
from ..tasks.compositor import Compositor
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level, Notice
from .notices import Notices
from .pack_loader import PackLoader
from .picture_updates import PictureUpdates
from .runs import Runs
from .task_runner import TaskRunner

log = logging.getLogger("maskfacegan.session")


class Faces(QObject):
    """Works on the document's faces with the pack's networks; one task at a time, the latest wins."""

    marking_wanted = Signal()  # a face shall be marked by hand
    lying_found = Signal(int)  # the largest face found lies: by so many right angles, clockwise

    def __init__(
        self,
        document: Document,
        undo_stack: QUndoStack,
        notices: Notices,
        tasks: TaskRunner,
        packs: PackLoader,
        runs: Runs,
        pictures: PictureUpdates,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._undo_stack = document, undo_stack
        self._notices, self._tasks, self._packs = notices, tasks, packs
        self._runs, self._pictures = runs, pictures
        self._task = 0
        self._unrefined: set[int] = set()  # faces whose landmarks are as the detector placed them
        self._no_face: Notice | None = None  # what was said of a photo without a face
        document.photo_changed.connect(self._forget)
        document.photo_turned.connect(self._turned)
        packs.loaded.connect(self._pack_loaded)
        pictures.face_stale.connect(self.take)

    def _forget(self) -> None:
        """Another photo is open."""
        self._tasks.drop(self._task)
        self._task, self._unrefined = 0, set()

    def _turned(self) -> None:
        """The photo was turned; where nothing was found there may be something now."""
        if not self._document.quads:
            self._withdraw_no_face()
            self.find()

    def _withdraw_no_face(self) -> None:
        if self._no_face is not None:
            self._notices.withdraw(self._no_face)
            self._no_face = None

    def _pack_loaded(self, replaced: bool) -> None:
        """What the pack has to say of the open photo is asked at once."""
        face = self._document.face
        if face is None:
            self.find()
        elif replaced:
            self.take(int(self._document.chosen or 0), face.box)

    # --- detection

    def find(self) -> None:
        """Detect the faces of the open photo and choose the largest; without a pack, once there is one."""
        photo, pack = self._document.photo, self._packs.pack
        if photo is None or pack is None:
            return
        orientation = self._document.orientation
        self._tasks.drop(self._task)
        self._task = self._tasks.do(
            self._tasks.engine_lane,
            self.tr("Looking for faces…"),
            lambda: engine_tasks.find_faces(photo, pack),
            lambda boxes: self._found([self._document.since(orientation).box(box) for box in boxes]),
            self._not_found,
        )

    def _found(self, boxes: list[FaceBox]) -> None:
        if not boxes:
            self._not_found(
                Failure(
                    self.tr("No face was found in this photo."), translated(engine.NoFaceError.default_hint)
                )
            )
            return
        self._unrefined = set(range(len(boxes)))
        quads = [box_corners(box) for box in boxes]
        self._document.set_faces(list(boxes), quads)
        largest = max(range(len(boxes)), key=lambda i: float(np.ptp(quads[i], axis=0).prod()))
        if len(boxes) > 1:
            self._notices.tell(
                self.tr("{0} faces were found; the largest is chosen.").format(len(boxes)),
                self.tr("Click another face, in the photo or below it, to edit that one."),
            )
        self.choose(largest)
        quarters = quarters_of(boxes[largest])
        if quarters:
            self.lying_found.emit(quarters)

    def _not_found(self, failure: Failure) -> None:
        photo, action = self._document.photo, (self.tr("Mark a face…"), self.marking_wanted.emit)
        hint = self.tr("Mark its eyes, nose and mouth yourself, or try a photo with a larger, upright face.")
        if photo is not None and photo.width == photo.height:

            def use() -> None:
                if self._document.photo is photo:  # the offer may be older than the photo that is open now
                    self.use_whole()

            action, hint = (self.tr("Use the whole picture"), use), failure.hint
        self._no_face = Notice(failure.message, hint, failure.details, Level.WARNING, action)
        self._notices.show(self._no_face)

    # --- choice

    def use_whole(self) -> None:
        """Take a square photo as an aligned face."""
        photo = self._document.photo
        if photo is None:
            return
        side = float(photo.width)
        self._document.boxes = []
        self._document.quads = [np.array([(0.0, 0.0), (0.0, side), (side, side), (side, 0.0)])]
        self.take(0, None)

    def add(self, box: FaceBox) -> None:
        """A face that a person marked is chosen. It takes the place of the chosen one as long as nothing has
        been done to that; afterwards it stands beside it."""
        document = self._document
        boxes, quads = list(document.boxes), [box_corners(b) for b in document.boxes]
        index = document.chosen
        untouched = not self._undo_stack.count() and not document.edits
        if index is not None and index < len(boxes) and untouched:
            boxes[index], quads[index] = box, box_corners(box)
        else:
            index = len(boxes)
            boxes.append(box)
            quads.append(box_corners(box))
        document.faces.pop(index, None)
        self._unrefined.discard(index)  # a person knows best
        document.boxes, document.quads = boxes, quads
        self.take(index, box)

    def choose_next(self) -> None:
        if len(self._document.boxes) > 1:
            self.choose((int(self._document.chosen or 0) + 1) % len(self._document.boxes))

    def choose(self, index: int) -> None:
        """Align and parse a face, unless that was done before; its edits stay whichever is chosen."""
        if self._runs.refuse_if_running():
            return
        if index in self._document.faces:
            self._document.choose(index)
        else:
            self.take(index, self._document.boxes[index])

    # --- alignment and parsing

    def take(self, index: int, box: FaceBox | None, picture: Photo | None = None) -> None:
        """Align and parse a face in `picture` and choose it; without one, in the photo with its committed
        edits. Without a box the whole photo is the aligned face."""
        pack, old = self._packs.pack, self._document.faces.get(index)
        photo, edits = self._document.photo, self._pictures.committed_edits()
        if photo is None or pack is None:
            return
        refine, orientation = index in self._unrefined, self._document.orientation
        whole = self._document.quads[index] if box is None and orientation != Orientation() else None

        def taken(state: FaceState) -> None:
            state = self._document.since(orientation).state(state)
            if refine and state.box is not None:
                self._unrefined.discard(index)
                self._document.boxes[index] = state.box
            self._document.set_face(index, state.with_refinement(old))
            self._withdraw_no_face()
            log.info("face %d is ready", index)

        self._tasks.drop(self._task)
        self._task = self._tasks.do(
            self._tasks.engine_lane,
            self.tr("Aligning and parsing the face…"),
            lambda: engine_tasks.take_face(
                photo, picture or Compositor().compose(photo, edits), box, pack, refine, whole
            ),
            taken,
        )


def box_corners(box: FaceBox) -> Points:
    """The detector's rectangle as corners TL, BL, BR, TR, (4, 2) in px of the photo."""
    x0, y0, x1, y1 = box.box
    return np.array([[x0, y0], [x0, y1], [x1, y1], [x1, y0]])


def quarters_of(box: FaceBox) -> int:
    """By how many right angles a face is turned clockwise, -1 to 2."""
    across = box.landmarks[1] - box.landmarks[0]
    return (round(float(np.arctan2(across[1], across[0])) / (np.pi / 2)) + 1) % 4 - 1
