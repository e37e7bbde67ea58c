"""Graphics item for the five facial landmarks marked by hand, and the aligned square they give."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine import Points

from .geometry import outline
from .items import device_scale

RADIUS = 7.0  # of a point, in device-independent px of the screen
GRAB = 14.0  # how far from a point's middle it can be taken hold of
Z = 60.0


class MarksItem(QGraphicsItem):
    """Points (5, 2) in px of the photo, one of them active; the square (4, 2), None when they make none."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(Z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._points = np.zeros((5, 2))
        self._quad: Points | None = None
        self._active = 0

    def show_marks(self, points: Points, quad: Points | None, active: int) -> None:
        self.prepareGeometryChange()
        self._points, self._quad, self._active = points.copy(), quad, active
        self.update()

    def boundingRect(self) -> QRectF:
        corners = self._points if self._quad is None else np.concatenate([self._points, self._quad])
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        # The points have one size on the screen: however far the photo is zoomed out, they are within this.
        room = 0.5 * max(x1 - x0, y1 - y0) + 2 * GRAB
        return QRectF(x0 - room, y0 - room, x1 - x0 + 2 * room, y1 - y0 + 2 * room)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        places = [QPointF(float(x), float(y)) for x, y in self._points]
        for pen in _pens(3.2, 1.6):
            painter.setPen(pen)
            if self._quad is not None:
                painter.drawPolyline(outline(self._quad))
                painter.drawPolyline(_top_mark(self._quad))
            painter.drawPolyline(QPolygonF([places[0], places[2], places[1]]))
            painter.drawPolyline(QPolygonF([places[3], places[4]]))
        radius = RADIUS * painter.device().devicePixelRatio() / max(device_scale(painter), 1e-6)
        for index, place in enumerate(places):
            painter.setPen(_pens(2.0, 2.0)[0])
            active = index == self._active
            painter.setBrush(QColor("#ffb02e") if active else QColor(255, 255, 255, 200))
            size = radius * (1.25 if active else 1.0)
            path = QPainterPath()
            path.addEllipse(place, size, size)
            path.addEllipse(place, 0.3 * size, 0.3 * size)  # a hole: what lies under the middle stays visible
            painter.drawPath(path)


def _pens(shade: float, line: float) -> list[QPen]:
    pens = [QPen(QColor(0, 0, 0, 140), shade), QPen(QColor(255, 255, 255, 235), line)]
    for pen in pens:
        pen.setCosmetic(True)
    return pens


def _top_mark(quad: Points) -> QPolygonF:
    """A small arrow on the square's upper side: a face that is marked upside down shows it."""
    top, down = (quad[0] + quad[3]) / 2, (quad[1] - quad[0]) * 0.04
    side = (quad[3] - quad[0]) * 0.04
    return QPolygonF([QPointF(*map(float, p)) for p in (top - side + down, top, top + side + down)])
