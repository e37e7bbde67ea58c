"""Connects the bar of faces: thumbnails, selection, face size, marking by hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from engine import ByteArray

from ..canvas.view import CanvasView
from ..session.session import Session
from ..tasks import engine_tasks
from ..text import number_format
from ..widgets.faces_bar import PICTURE, FacesBar
from .landmark_marking import LandmarkMarking


class FaceList(QObject):
    """Wiring only: what is chosen on the photo is chosen in the bar, and the other way round."""

    def __init__(self, session: Session, canvas: CanvasView, bar: FacesBar, mark: QAction) -> None:
        super().__init__(canvas)
        self._session, self._bar, self._mark = session, bar, mark
        self.marking = LandmarkMarking(session, canvas, self)
        self._shown: tuple[object, ...] = ()
        document = session.document
        document.faces_changed.connect(self._faces_changed)
        document.face_changed.connect(self._tell_size)
        document.photo_changed.connect(self.refresh)
        session.packs.changed.connect(self._tell_size)
        session.runs.started.connect(self.refresh)
        session.runs.ended.connect(self.refresh)
        bar.face_chosen.connect(self._choose)
        bar.mark_button.clicked.connect(self.marking.begin)
        bar.use_button.clicked.connect(self.marking.use)
        bar.stop_button.clicked.connect(self.marking.cancel)
        mark.triggered.connect(self.marking.begin)
        session.faces.marking_wanted.connect(self.marking.begin)
        self.marking.changed.connect(self._marking_changed)
        self.refresh()

    def refresh(self) -> None:
        """What can be done now."""
        has_photo, running = self._session.document.photo is not None, self._session.runs.running
        self._bar.setVisible(has_photo)
        self._bar.list.setEnabled(not running)
        for target in (self._mark, self._bar.mark_button):
            target.setEnabled(has_photo and not running)

    def _faces_changed(self) -> None:
        document = self._session.document
        self._bar.set_faces(len(document.boxes), document.chosen)
        photo, boxes = document.photo, list(document.boxes)
        # The landmarks of a face that was looked at closer move a little: no reason to cut all out again.
        shown = (photo, len(boxes))
        if photo is None or len(boxes) < 2 or shown == self._shown:
            return
        self._shown = shown

        def arrived(pictures: list[ByteArray | None]) -> None:
            if self._session.document.photo is photo and len(self._session.document.boxes) == len(boxes):
                self._bar.set_pictures(pictures)

        self._session.tasks.photo_lane.submit(
            lambda _report: engine_tasks.face_pictures(photo, boxes, 2 * PICTURE), done=arrived
        )

    def _choose(self, index: int) -> None:
        self._session.faces.choose(index)
        self._bar.set_faces(len(self._session.document.boxes), index)

    def _tell_size(self) -> None:
        state, pack = self._session.document.face, self._session.pack
        if state is None or pack is None:
            self._bar.size_text.setText("")
            return
        side = round(float(np.hypot(*(state.crop.quad[3] - state.crop.quad[0]))))
        mouth = pack.detail_of(["mouth"])
        if mouth > pack.detail:
            text = self.tr(
                "This face is {0} px wide in the photo; the pack draws changes at {1} px, a mouth at {2} px."
            )
        else:
            text = self.tr("This face is {0} px wide in the photo; the pack draws changes at {1} px.")
        sizes = (number_format.whole(number) for number in (side, pack.detail, mouth))
        self._bar.size_text.setText(text.format(*sizes))
        self._bar.size_text.setToolTip(
            self.tr(
                "What an edit moves or recolours keeps the photo's own detail. What it draws anew, such as"
                " teeth, is as fine as the pack."
            )
        )

    def _marking_changed(self) -> None:
        marking = self.marking
        self._bar.set_marking(marking.on)
        if marking.on:
            text = self.tr("Point {0} of 5: {1}. Drag the points, or press 1 to 5 and move with the arrows.")
            self._bar.guide.setText(text.format(marking.active + 1, marking.names()[marking.active]))
