"""Graphics item for straightening: the photo turned by a small angle, what will be cropped, and a grid."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from ..pixels.pyramid import Pyramid
from .items import draw_part

Z = 70.0
CELLS = 8  # of the grid, along each side
GROUND = QColor(25, 25, 25)
CROPPED = QColor(0, 0, 0, 150)


class StraightenItem(QGraphicsItem):
    """Lies over the photo and has its middle in common with it. A picture that is `leaning` by some degrees
    already is turned by what is missing to the wanted angle."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(Z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.hide()
        self._picture: Pyramid | None = None
        self._leaning = self._degrees = 0.0
        self._middle = QPointF()
        self._kept = QSizeF()

    def set_picture(self, picture: Pyramid, leaning: float, middle: QPointF) -> None:
        """`middle` is the photo's, in px of the scene."""
        self.prepareGeometryChange()
        self._picture, self._leaning, self._middle = picture, leaning, middle
        self.update()

    def show_angle(self, degrees: float, kept: QSizeF) -> None:
        """Clockwise; `kept` are the sides in px of what will be left."""
        self._degrees, self._kept = degrees, kept
        self.update()

    def boundingRect(self) -> QRectF:
        if self._picture is None:
            return QRectF()
        reach = self._picture.width + self._picture.height  # more than the diagonal
        return QRectF(self._middle.x() - reach / 2, self._middle.y() - reach / 2, reach, reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._picture is None:
            return
        whole = QRectF(0, 0, self._picture.width, self._picture.height)
        painter.fillRect(self.boundingRect(), GROUND)
        painter.save()
        painter.translate(self._middle)
        painter.rotate(self._degrees - self._leaning)
        painter.translate(-whole.center())
        draw_part(painter, self._picture, whole)
        painter.restore()
        kept = QRectF(QPointF(), self._kept)
        kept.moveCenter(self._middle)
        cropped = QPainterPath()
        cropped.addRect(self.boundingRect())
        cropped.addRect(kept)  # odd and even: a hole
        painter.fillPath(cropped, CROPPED)
        self._draw_grid(painter, kept)

    def _draw_grid(self, painter: QPainter, kept: QRectF) -> None:
        for width, colour in ((2.4, QColor(0, 0, 0, 70)), (1.0, QColor(255, 255, 255, 120))):
            pen = QPen(colour, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            for place in range(1, CELLS):
                x = kept.left() + kept.width() * place / CELLS
                y = kept.top() + kept.height() * place / CELLS
                painter.drawLine(QPointF(x, kept.top()), QPointF(x, kept.bottom()))
                painter.drawLine(QPointF(kept.left(), y), QPointF(kept.right(), y))
            painter.drawRect(kept)
