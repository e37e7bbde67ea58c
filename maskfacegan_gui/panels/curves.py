"""Loss curves of a run, one small plot per term, each on its own scale."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..text import labels, number_format

COLOURS = {"recon": "#7db4e6", "classf": "#e5a04f", "seg": "#a877d8", "size": "#3fb59b", "n_loss": "#9a9a9a"}
ROW = 20  # px a term


class Curves(QWidget):
    """`add` the terms of each step; a term that never appears takes no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, list[float]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Loss terms of the run"))
        self.setToolTip(
            self.tr(
                "Likeness: how far the picture is from the photo where it must not change. Attribute: how "
                "far the classifier is from the target. Shape and size: how far the region is from the "
                "one wanted. Noise: what keeps the fine grain natural. Lower is better."
            )
        )

    def clear(self) -> None:
        self._values = {}
        self.updateGeometry()
        self.update()

    def add(self, losses: dict[str, float]) -> None:
        new = [name for name in losses if name not in self._values]
        for name, value in losses.items():
            self._values.setdefault(name, []).append(float(value))
        if new:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * max(1, len(self._values)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        name_width, value_width = 64, 62
        for row, (name, values) in enumerate(self._values.items()):
            top = row * ROW
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            painter.drawText(QRectF(0, top, name_width, ROW), 0x0081, labels.term(name))
            painter.drawText(
                QRectF(self.width() - value_width, top, value_width, ROW),
                0x0082,
                number_format.brief(values[-1]),
            )
            area = QRectF(name_width + 4, top + 3, self.width() - name_width - value_width - 8, ROW - 6)
            painter.setPen(QPen(QColor(COLOURS.get(name, "#9a9a9a")), 1.5))
            painter.drawPolyline(curve(values, area))


def curve(values: list[float], area: QRectF) -> QPolygonF:
    """The values as a line that fills the area; at most one point a px."""
    step = max(1, len(values) // max(1, int(area.width())))
    samples = values[::step]
    low, high = min(samples), max(samples)
    span = (high - low) or 1.0
    last = max(1, len(samples) - 1)
    return QPolygonF(
        [
            QPointF(area.left() + area.width() * i / last, area.bottom() - area.height() * (v - low) / span)
            for i, v in enumerate(samples)
        ]
    )
