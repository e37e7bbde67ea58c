"""Mask tools (brush, lasso, fill, pick): map mouse positions to the mask grid and call the editor."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPen,
    QPointingDevice,
    QPolygonF,
    QTabletEvent,
)

from engine import Points

from .geometry import crop_to_photo, photo_to_crop

PointerEvent = QMouseEvent | QTabletEvent
"""What moves a tool: both have a place, modifiers and buttons; a pen has pressure and two ends besides."""


def _pressure(event: PointerEvent) -> float:
    """How hard a pen is pressed, 0..1; 1 for anything else."""
    return min(max(event.pressure(), 0.0), 1.0) if isinstance(event, QTabletEvent) else 1.0


def _is_eraser_end(event: PointerEvent) -> bool:
    return isinstance(event, QTabletEvent) and event.pointerType() == QPointingDevice.PointerType.Eraser


class Editor(Protocol):
    """What the tools need of the mask editor. Places are px of its grid of `size` x `size`."""

    radius: float

    @property
    def size(self) -> int: ...
    @property
    def scale(self) -> float: ...
    @property
    def quad(self) -> Points | None: ...
    def begin(self, x: float, y: float, erase: bool, pressure: float = 1.0) -> bool: ...
    def move(self, x: float, y: float, pressure: float = 1.0) -> None: ...
    def end(self) -> None: ...
    def cancel(self) -> None: ...
    def fill(self, x: float, y: float) -> bool: ...
    def pick(self, x: float, y: float) -> None: ...
    def lasso(self, inside: npt.NDArray[np.bool_], erase: bool) -> None: ...


class MaskTool:
    """Common to all: from the photo to the masks' grid."""

    def __init__(self, editor: Editor) -> None:
        self.editor = editor

    def place(self, scene: QPointF) -> QPointF | None:
        """The place on the grid; None when there are no masks."""
        quad = self.editor.quad
        return None if quad is None else photo_to_crop(quad, self.editor.size).map(scene)

    def press(self, place: QPointF, event: PointerEvent) -> bool:
        return False

    def move(self, place: QPointF, event: PointerEvent) -> None:
        return

    def release(self, place: QPointF, event: PointerEvent) -> None:
        return

    def cancel(self) -> None:
        return

    def draw_cursor(self, painter: QPainter, place: QPointF) -> None:
        return

    def cursor_area(self, place: QPointF) -> QRectF:
        """What `draw_cursor` covers at that place, in the photo's px."""
        return QRectF()


class BrushTool(MaskTool):
    """Paints, or with `erase` (or Alt held) erases; a pen's eraser end always does. The cursor is the brush's
    outline."""

    def __init__(self, editor: Editor, erase: bool = False) -> None:
        super().__init__(editor)
        self.erase = erase

    def press(self, place: QPointF, event: PointerEvent) -> bool:
        spot = self.place(place)
        erase = _is_eraser_end(event) or self.erase != bool(
            event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        return spot is not None and self.editor.begin(spot.x(), spot.y(), erase, _pressure(event))

    def move(self, place: QPointF, event: PointerEvent) -> None:
        spot = self.place(place)
        if spot is not None:
            self.editor.move(spot.x(), spot.y(), _pressure(event))

    def release(self, place: QPointF, event: PointerEvent) -> None:
        self.editor.end()

    def cancel(self) -> None:
        self.editor.cancel()

    def _radius(self) -> float:
        """Of the brush in the photo's px; 0 without masks."""
        quad = self.editor.quad
        if quad is None:
            return 0.0
        transform = crop_to_photo(quad, self.editor.size)
        return self.editor.radius * self.editor.scale * float(np.hypot(transform.m11(), transform.m12()))

    def cursor_area(self, place: QPointF) -> QRectF:
        radius = self._radius()
        return QRectF(place.x() - radius, place.y() - radius, 2 * radius, 2 * radius)

    def draw_cursor(self, painter: QPainter, place: QPointF) -> None:
        radius = self._radius()
        if not radius:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((2.6, QColor(0, 0, 0, 130)), (1.2, QColor(255, 255, 255, 230))):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawEllipse(place, radius, radius)


class LassoTool(MaskTool):
    """Outlines an area by hand; Alt takes it away instead of adding it."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._points: list[QPointF] = []
        self._erase = False

    def press(self, place: QPointF, event: PointerEvent) -> bool:
        self._erase = _is_eraser_end(event) or bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        self._points = [place]
        return self.editor.quad is not None

    def move(self, place: QPointF, event: PointerEvent) -> None:
        self._points.append(place)

    def release(self, place: QPointF, event: PointerEvent) -> None:
        spots = [self.place(point) for point in self._points]
        self._points = []
        if len(spots) > 2:
            polygon = QPolygonF([spot for spot in spots if spot is not None])
            self.editor.lasso(rasterised(polygon, self.editor.size), self._erase)

    def cancel(self) -> None:
        self._points = []

    def cursor_area(self, place: QPointF) -> QRectF:
        return QPolygonF(self._points).boundingRect()

    def draw_cursor(self, painter: QPainter, place: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for width, colour in ((2.6, QColor(0, 0, 0, 130)), (1.2, QColor(255, 255, 255, 230))):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF(self._points))


class FillTool(MaskTool):
    """Fills the hole that is clicked."""

    def press(self, place: QPointF, event: PointerEvent) -> bool:
        spot = self.place(place)
        if spot is not None:
            self.editor.fill(spot.x(), spot.y())
        return spot is not None


class PickTool(MaskTool):
    """Chooses the region that is clicked."""

    def press(self, place: QPointF, event: PointerEvent) -> bool:
        spot = self.place(place)
        if spot is not None:
            self.editor.pick(spot.x(), spot.y())
        return spot is not None


def rasterised(polygon: QPolygonF, size: int) -> npt.NDArray[np.bool_]:
    """The inside of a polygon as (size, size) bool."""
    image = QImage(size, size, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("white"))
    painter.drawPolygon(polygon, Qt.FillRule.WindingFill)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(size, image.bytesPerLine())
    inside: npt.NDArray[np.bool_] = rows[:, :size] > 127
    return inside
