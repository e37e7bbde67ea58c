"""Marks a face by hand: five draggable landmarks, with the aligned square shown live."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

import engine
from engine import PhotoError, Points

from ..canvas.marks import GRAB, MarksItem
from ..canvas.view import CanvasView
from ..session.session import Session
from ..text.messages import Level

# Where the points of an aligned face lie, in shares of its square.
USUAL = np.array([(0.38, 0.48), (0.62, 0.48), (0.5, 0.62), (0.4, 0.74), (0.6, 0.74)])
SHARE = 0.6  # of the photo's shorter side, for the square that is offered first
FEWEST = 240  # px of the screen for the square's side while it is being marked
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LandmarkMarking(QObject):
    """While it is active the canvas's mouse and keys go to the points first; panning and zooming stay.

    Keys: 1 to 5 or Tab choose a point, the arrows move it (Shift: ten times as far), Return uses the face,
    Escape cancels.
    """

    changed = Signal()  # begun, ended, or another point is active

    def __init__(self, session: Session, canvas: CanvasView, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._canvas = session, canvas
        self._item = MarksItem()
        self._item.hide()
        canvas.scene().addItem(self._item)
        self.points = USUAL.copy()
        self.active = 0
        self.on = False
        self._overlay_shown = False
        self._dragged: QPointF | None = None  # from the pointer to the middle of the point
        document = session.document
        for signal in (session.photos.opening, session.runs.started):
            signal.connect(self.cancel)
        for signal in (document.photo_changed, document.photo_turned):
            signal.connect(self.cancel)

    # --- begin and end

    def begin(self) -> None:
        """Start from the chosen face's points, or from usual ones in the middle of the photo."""
        document = self._session.document
        if self.on or document.photo is None or self._session.runs.refuse_if_running():
            return
        face = document.face
        if face is not None and face.box is not None:
            self.points = in_order(np.array(face.box.landmarks, np.float64))
        else:
            side = SHARE * min(document.photo.width, document.photo.height)
            middle = np.array([document.photo.width, document.photo.height]) / 2
            self.points = middle + (USUAL - (0.5, 0.58)) * side
        self.on, self.active, self._dragged = True, 0, None
        for watched in (self._canvas, self._canvas.viewport()):
            watched.installEventFilter(self)
        self._overlay_shown = self._canvas.overlay.isVisible()
        self._canvas.overlay.hide()  # it would lie over the eyes and the mouth
        self._item.show()
        self._show()
        self._come_near()
        self._canvas.setFocus()
        self.changed.emit()

    def use(self) -> None:
        """The marked face becomes one of the photo's faces and is chosen; what makes no face stays to be
        corrected."""
        photo = self._session.document.photo
        if not self.on or photo is None:
            return
        try:
            box = engine.face_from_points(photo, self.points)
        except PhotoError as error:
            self._session.notices.tell(error.message, error.hint, Level.WARNING)
            return
        self.cancel()
        self._session.faces.add(box)

    def cancel(self) -> None:
        if self.on:
            self.on, self._dragged = False, None
            for watched in (self._canvas, self._canvas.viewport()):
                watched.removeEventFilter(self)
            self._item.hide()
            self._canvas.overlay.setVisible(self._overlay_shown)
            self.changed.emit()

    # --- what is said

    def names(self) -> list[str]:
        return [
            self.tr("the eye on the left"),
            self.tr("the eye on the right"),
            self.tr("the tip of the nose"),
            self.tr("the left corner of the mouth"),
            self.tr("the right corner of the mouth"),
        ]

    def square(self) -> Points | None:
        """The aligned square of the points, (4, 2); None when they make none."""
        try:
            return engine.ffhq_quad(self.points)
        except PhotoError:
            return None

    # --- events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            # An arrow or Escape must not set off the window's shortcuts meanwhile.
            if event.type() == QEvent.Type.ShortcutOverride and self._knows(event):
                event.accept()
                return True
        if watched is self._canvas.viewport() and isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _knows(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        keys = (*ARROWS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab)
        number = Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_5
        return plain and (number or event.key() in (*keys, Qt.Key.Key_Backtab))

    def _key(self, event: QKeyEvent) -> bool:
        if not self._knows(event):
            return False
        key = Qt.Key(event.key())
        if key in ARROWS:
            step = (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1) / self._scale()
            self._move(self.points[self.active] + step * np.array(ARROWS[key]))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.use()
        elif key == Qt.Key.Key_Escape:
            self.cancel()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return self._next(1 if key == Qt.Key.Key_Tab else -1)
        else:
            self._choose(int(key) - int(Qt.Key.Key_1))
        return True

    def _next(self, by: int) -> bool:
        """Tab goes through the points, and after the last one on to the buttons."""
        if not 0 <= self.active + by < 5:
            return False
        self._choose(self.active + by)
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        inverse, _ = self._canvas.viewportTransform().inverted()
        place = inverse.map(event.position())
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            index = self._point_at(place)
            if event.button() != Qt.MouseButton.LeftButton or index is None:
                return False
            x, y = self.points[index]
            self._dragged = QPointF(x, y) - place
            self._choose(index)
            self._canvas.setFocus()
            return True
        if kind == QEvent.Type.MouseMove and self._dragged is not None:
            to = place + self._dragged
            self._move(np.array([to.x(), to.y()]))
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._dragged is not None:
            self._dragged = None
            return True
        return False

    def _point_at(self, place: QPointF) -> int | None:
        distances = np.hypot(*(self.points - (place.x(), place.y())).T)
        nearest = int(np.argmin(distances))
        return nearest if distances[nearest] * self._scale() <= GRAB else None

    def _come_near(self) -> None:
        """Zoom to a face whose points would lie on top of one another."""
        square = self.square()
        if square is None:
            return
        side = float(np.hypot(*(square[3] - square[0])))
        if side * self._scale() < FEWEST:
            self._canvas.set_zoom(1.5 * FEWEST / side * self._canvas.devicePixelRatioF())
            self._canvas.centerOn(QPointF(*map(float, square.mean(axis=0))))

    def _scale(self) -> float:
        """Screen px (device-independent) of one photo px."""
        return max(self._canvas.transform().m11(), 1e-6)

    def _move(self, place: Points) -> None:
        photo = self._session.document.photo
        if photo is not None:
            # Eyes of a face half outside the frame may lie outside too.
            self.points[self.active] = np.clip(
                place, (-photo.width, -photo.height), (2 * photo.width, 2 * photo.height)
            )
            self._show()

    def _choose(self, index: int) -> None:
        self.active = index
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self._item.show_marks(self.points, self.square(), self.active)


def in_order(points: Points) -> Points:
    """Landmarks (5, 2) with the eye and the corner on the face's left in the picture first: those of a photo
    that was mirrored since they were found come the other way round."""
    across, down = points[1] - points[0], points[3:].mean(axis=0) - points[:2].mean(axis=0)
    return points if across[0] * down[1] > across[1] * down[0] else points[[1, 0, 2, 4, 3]]
