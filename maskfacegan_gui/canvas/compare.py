"""Before/after comparison: a draggable vertical split line over the photo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from .items import device_scale

GRAB = 9  # view px to either side of the line
HANDLE = 15  # radius in view px
STEP = 0.02  # of the photo's width, for the keyboard


class SplitItem(QGraphicsItem):
    """Drawn over everything. `fraction` is the place of the line, 0 at the left edge, 1 at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._photo = QRectF()
        self.fraction = 0.5
        self.setZValue(100)
        self.setVisible(False)

    @property
    def line_x(self) -> float:
        """The line's place in scene coordinates."""
        return self._photo.left() + self.fraction * self._photo.width()

    def set_photo(self, rect: QRectF) -> None:
        self.prepareGeometryChange()
        self._photo = QRectF(rect)

    def move_to(self, scene_x: float) -> None:
        if self._photo.width() > 0:
            self.fraction = min(1.0, max(0.0, (scene_x - self._photo.left()) / self._photo.width()))
            self.update()

    def nudge(self, steps: int) -> None:
        self.fraction = min(1.0, max(0.0, self.fraction + STEP * steps))
        self.update()

    def grabbed_at(self, scene: QPointF, scale: float) -> bool:
        """Whether a press at this place takes hold of the line; `scale`: view px per scene unit."""
        return (
            self.isVisible()
            and abs(scene.x() - self.line_x) * scale <= GRAB
            and self._photo.top() <= scene.y() <= self._photo.bottom()
        )

    def boundingRect(self) -> QRectF:
        # The handle is drawn in view px; the margin covers it at any zoom that can be reached.
        margin = self._photo.width() * 0.5
        return self._photo.adjusted(-margin, 0, margin, 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for width, colour in ((3.0, QColor(0, 0, 0, 120)), (1.4, QColor(255, 255, 255))):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(
                QPointF(self.line_x, self._photo.top()), QPointF(self.line_x, self._photo.bottom())
            )
        self._draw_handle(painter)

    def _draw_handle(self, painter: QPainter) -> None:
        ratio = painter.device().devicePixelRatioF()
        unit = ratio / max(device_scale(painter), 1e-9)  # one view px in scene units
        painter.save()
        painter.translate(self.line_x, self._photo.center().y())
        painter.scale(unit, unit)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 1.0))
        painter.setBrush(QColor(255, 255, 255, 235))
        painter.drawEllipse(QPointF(0, 0), HANDLE, HANDLE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(60, 60, 60))
        for side in (-1, 1):
            painter.drawPolygon(
                QPolygonF([QPointF(side * 3, -5), QPointF(side * 9, 0), QPointF(side * 3, 5)])
            )
        painter.restore()
