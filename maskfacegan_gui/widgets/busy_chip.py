"""A busy indicator over the photo that says what the application is doing."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from ..text import labels
from .basics import label

DELAY_MS = 250  # what is over sooner is not worth a sign


class BusyChip(QFrame):
    """Appears a moment after work has begun and goes when it is over."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("busyChip")
        self.text = label("")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(60)
        bar.setAccessibleName(self.tr("Working"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(10)
        row.addWidget(bar)
        row.addWidget(self.text)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self._appear)
        self.hide()

    def set_text(self, text: str) -> None:
        """What is going on; empty when it is over."""
        if not text:
            self._timer.stop()
            self.hide()
            return
        self.text.setText(labels.fitting(text))
        if self.isVisible():
            self.adjustSize()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The window closes: nothing shall appear any more."""
        self.set_text("")

    def _appear(self) -> None:
        self.adjustSize()
        self.move(14, 14)
        self.show()
        self.raise_()
