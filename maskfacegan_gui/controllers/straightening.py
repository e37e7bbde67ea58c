"""Straightens the photo on the canvas: a live preview of the angle with a grid, used or given up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QSizeF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

import engine
from engine import Photo

from ..canvas.straighten_item import StraightenItem
from ..canvas.view import CanvasView
from ..pixels.pyramid import Pyramid
from ..session.session import Session
from ..tasks import engine_tasks
from ..widgets.straighten_bar import STEPS, StraightenBar

KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


class Straightening(QObject):
    """While it is active, dragging on the canvas turns the photo about its middle; panning with Space or the
    middle button and zooming stay.

    Keys: the arrows turn by a tenth of a degree (Shift: by one), Return straightens, Escape cancels.
    """

    def __init__(self, session: Session, canvas: CanvasView, bar: StraightenBar, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._bar = session, canvas, bar
        self._item = StraightenItem()
        canvas.scene().addItem(self._item)
        self.on = False
        self.degrees = 0.0
        self._dragged: float | None = None  # the angle less the pointer's direction from the middle
        self._watched = (canvas, canvas.viewport(), bar.angle.slider)
        document = session.document
        for signal in (session.photos.opening, session.runs.started):
            signal.connect(self.cancel)
        for signal in (document.photo_changed, document.photo_turned):
            signal.connect(self.cancel)
        bar.angle_changed.connect(self.show)
        bar.use_button.clicked.connect(self.use)
        bar.stop_button.clicked.connect(self.cancel)

    # --- begin and end

    def begin(self) -> None:
        """Start from the angle that the photo has been straightened by."""
        document, now = self._session.document, self._canvas.photo.now
        if self.on or document.photo is None or now is None or self._session.runs.refuse_if_running():
            return
        self.on, self._dragged = True, None
        leaning = document.orientation.seen_degrees
        self._item.set_picture(now, leaning, self._middle())
        if leaning:
            self._fetch_whole(document.photo)
        for watched in self._watched:
            watched.installEventFilter(self)
        self._bar.show()
        self._item.show()
        self.show(leaning)
        self._canvas.setFocus()

    def _fetch_whole(self, photo: Photo) -> None:
        """Of a photo that was straightened before, show what was cropped too."""
        original = self._session.document.original
        upright = replace(self._session.document.orientation, degrees=0.0)

        def arrived(picture: Pyramid) -> None:
            if self.on and self._session.document.photo is photo:
                self._item.set_picture(picture, 0.0, self._middle())

        if original is not None:
            self._session.tasks.photo_lane.submit(
                lambda _report: engine_tasks.picture_of(engine_tasks.turned(original, upright)), done=arrived
            )

    def use(self) -> None:
        if self.on:
            self.cancel()
            self._session.turning.straighten(self.degrees)

    def cancel(self) -> None:
        if self.on:
            self.on = False
            for watched in self._watched:
                watched.removeEventFilter(self)
            self._bar.hide()
            self._item.hide()

    def show(self, degrees: float) -> None:
        """Preview an angle: clockwise, of the photo as it was opened."""
        original, orientation = self._session.document.original, self._session.document.orientation
        if original is None:
            return
        most = engine.STEEPEST
        self.degrees = round(float(np.clip(degrees, -most, most)) * STEPS) / STEPS
        wanted = orientation.straightened(self.degrees - orientation.seen_degrees)
        self._bar.show_angle(self.degrees)
        self._item.show_angle(self.degrees, QSizeF(*wanted.size(original.width, original.height)))

    # --- events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._knows(event):
                event.accept()
                return True
            return event.type() == QEvent.Type.KeyPress and self._key(event)
        if watched is self._canvas.viewport() and isinstance(event, QMouseEvent):
            return self._mouse(event)
        return False

    def _knows(self, event: QKeyEvent) -> bool:
        allowed = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        return not event.modifiers() & ~allowed and event.key() in (*KEYS, *ENDS)

    def _key(self, event: QKeyEvent) -> bool:
        if not self._knows(event):
            return False
        key = Qt.Key(event.key())
        if key in KEYS:
            step = 1.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1 / STEPS
            self.show(self.degrees + KEYS[key] * step)
        elif key == Qt.Key.Key_Escape:
            self.cancel()
        else:
            self.use()
        return True

    def _mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            if self._canvas.panning_wanted:
                return False
            self._dragged = self.degrees - self._direction(event)
            return True
        if kind == QEvent.Type.MouseMove and self._dragged is not None:
            # The way across straight left does not go round.
            self.show((self._dragged + self._direction(event) + 180) % 360 - 180)
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._dragged is not None:
            self._dragged = None
            return True
        return False

    def _direction(self, event: QMouseEvent) -> float:
        """From the photo's middle to the pointer, in degrees clockwise."""
        inverse, _ = self._canvas.viewportTransform().inverted()
        place = inverse.map(event.position()) - self._middle()
        return float(np.degrees(np.arctan2(place.y(), place.x())))

    def _middle(self) -> QPointF:
        return self._canvas.photo.boundingRect().center()
