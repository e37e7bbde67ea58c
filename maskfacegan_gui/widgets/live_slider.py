"""A slider around a middle, for an edit that is seen while it moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .basics import CalmSlider

FULL = 100
_NEAR = 4  # of the middle, so near that a drag across it stops there


class LiveSlider(CalmSlider):
    """From -1 over 0, nothing, to 1. Escape and a double click put it back to nothing."""

    moved = Signal(float)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(-FULL, FULL)
        self.setValue(0)
        self.setSingleStep(5)
        self.setPageStep(25)
        self.set_origin(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._moved)
        self.sliderReleased.connect(self.let_go)

    def sizeHint(self) -> QSize:
        return QSize(84, 20)  # the longest name has room beside it, also in German

    def set_silently(self, value: float) -> None:
        """Stand at a value, -1..1, without saying so."""
        self.blockSignals(True)
        self.setValue(round(FULL * value))
        self.blockSignals(False)
        self.update()

    def put_back(self) -> None:
        self.setSliderDown(False)
        self.setValue(0)

    def value_at(self, x: float) -> int:
        value = super().value_at(x)
        return 0 if abs(value) <= _NEAR else value

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.put_back()

    def event(self, event: QEvent) -> bool:
        """Escape is the slider's before it is a shortcut, as long as there is something to put back."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.value():
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.put_back()
                return True
        return super().event(event)

    def _moved(self, value: int) -> None:
        self.moved.emit(value / FULL)
        if not self.isSliderDown():
            self.let_go.emit()
