"""Turns the whole photo: by right angles, in the mirror, or by a small angle; each is a step of undo."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

import engine
from engine import Orientation, Photo

from ..document.document import Document
from ..document.undo import TurnPhoto
from ..tasks import engine_tasks
from .faces import Faces
from .notices import Notices
from .runs import Runs
from .task_runner import TaskRunner


class Turning(QObject):
    """Faces, masks and edits go with the photo. Nothing is turned during a run, nor unasked."""

    def __init__(
        self,
        document: Document,
        undo_stack: QUndoStack,
        notices: Notices,
        tasks: TaskRunner,
        runs: Runs,
        faces: Faces,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._undo_stack = document, undo_stack
        self._notices, self._tasks, self._runs = notices, tasks, runs
        self._task = 0
        document.photo_changed.connect(self._forget)
        document.photo_turned.connect(self._forget)
        faces.lying_found.connect(self._offer)

    def _forget(self) -> None:
        """What is being straightened is of another photo, or of this one before it was turned."""
        self._tasks.drop(self._task)
        self._task = 0

    def rotate(self, quarters: int) -> None:
        """Clockwise by so many right angles."""
        text = self.tr("Rotate left") if quarters % 4 == 3 else self.tr("Rotate right")
        self._turn(Orientation(quarters=quarters % 4), self._document.orientation.turned(quarters), text)

    def flip(self) -> None:
        """Left and right change places."""
        flipped = self._document.orientation.flipped()
        self._turn(Orientation(mirrored=True), flipped, self.tr("Flip horizontally"))

    def _turn(self, by: Orientation, orientation: Orientation, text: str) -> None:
        """Right angles cost nothing: the photo's own pixels are shown in another order."""
        photo = self._document.photo
        if photo is not None and not self._runs.refuse_if_running():
            self._push(engine.oriented(photo, by), orientation, text)

    def straighten(self, degrees: float) -> None:
        """So that the photo as it was opened is turned clockwise by `degrees` in all, as it is seen."""
        original, now = self._document.original, self._document.orientation
        orientation = now.straightened(degrees - now.seen_degrees)
        if original is None or orientation == now or self._runs.refuse_if_running():
            return
        self._forget()
        self._task = self._tasks.do(
            self._tasks.photo_lane,
            self.tr("Straightening the photo…"),
            lambda: engine_tasks.turned(original, orientation),
            lambda photo: self._push(photo, orientation, self.tr("Straighten")),
        )

    def _push(self, photo: Photo, orientation: Orientation, text: str) -> None:
        if not self._runs.refuse_if_running():  # one may have begun while the photo was straightened
            self._undo_stack.push(TurnPhoto(self._document, photo, orientation, text))

    def _offer(self, quarters: int) -> None:
        """A face was found that lies: the photo is not turned unasked."""
        photo = self._document.photo

        def turn() -> None:
            if self._document.photo is photo:  # the offer may be older than what is open now
                self.rotate(-quarters)

        upside_down = self.tr("The face in this photo is upside down."), self.tr("Turn the photo over")
        lying = self.tr("The face in this photo lies on its side."), self.tr("Turn the photo upright")
        text, action = upside_down if quarters == 2 else lying
        self._notices.tell(
            text, self.tr("It can be edited as it is, or turned first (Edit menu)."), action=(action, turn)
        )
