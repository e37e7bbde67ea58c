"""A bar for the classifier's probability: the present score, and the target if there is one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget


class ScoreBar(QWidget):
    """`score` and `target` are probabilities 0..1; None: not known, or no target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: float | None = None
        self._target: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(64, 14)

    def set_score(self, score: float | None) -> None:
        self._score = score
        self._describe()

    def set_target(self, target: float | None) -> None:
        self._target = target
        self._describe()

    def _describe(self) -> None:
        if self._score is None:
            text = self.tr("No score yet")
        elif self._target is None:
            text = self.tr("Now {0} %").format(round(100 * self._score))
        else:
            text = self.tr("Now {0} %, target {1} %").format(
                round(100 * self._score), round(100 * self._target)
            )
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette = self.palette()
        track = QRectF(0, self.height() / 2 - 2, self.width(), 4)
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(track, 2, 2)
        if self._score is not None:
            done = QRectF(track)
            done.setWidth(max(4.0, track.width() * self._score))
            role = QPalette.ColorRole.Text if self.isEnabled() else QPalette.ColorRole.PlaceholderText
            colour = palette.color(role)
            colour.setAlpha(170)
            painter.setBrush(colour)
            painter.drawRoundedRect(done, 2, 2)
        if self._target is not None:
            x = min(max(self._target * self.width(), 2.0), self.width() - 2.0)
            painter.setBrush(QColor(palette.color(QPalette.ColorRole.Highlight)))
            painter.drawRoundedRect(QRectF(x - 2, 0, 4, self.height()), 2, 2)
