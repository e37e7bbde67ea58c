"""Labels, lines and sliders with a value beside them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QWidget


def label(text: str, kind: str = "", wrap: bool = False) -> QLabel:
    """A label; `kind` names its look in the style sheet."""
    result = QLabel(text)
    result.setProperty("kind", kind)
    result.setWordWrap(wrap)
    return result


def line() -> QFrame:
    """A thin horizontal rule."""
    result = QFrame()
    result.setProperty("kind", "line")
    return result


class CalmSlider(QSlider):
    """A horizontal slider that leaves the wheel to the list it stands in, unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ValueSlider(QWidget):
    """A name, a slider and its value as text. `value_changed` on every move, `settled` after it."""

    value_changed = Signal(int)
    settled = Signal(int)

    def __init__(
        self,
        name: str,
        least: int,
        most: int,
        value: int,
        show: Callable[[int], str],
        tip: str = "",
        name_width: int = 62,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._show = show
        self.name = label(name, "muted")
        self.name.setMinimumWidth(name_width)
        self.slider = CalmSlider()
        self.slider.setRange(least, most)
        self.slider.setValue(value)
        self.slider.setPageStep(max(1, (most - least) // 10))
        self.slider.setAccessibleName(name)
        self.shown = label(show(value))
        self.shown.setMinimumWidth(46)
        self.shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.name.setBuddy(self.slider)
        self.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.slider, 1)
        row.addWidget(self.shown)
        self.slider.valueChanged.connect(self._changed)
        self.slider.sliderReleased.connect(lambda: self.settled.emit(self.slider.value()))

    @property
    def value(self) -> int:
        return self.slider.value()

    def set_value(self, value: int) -> None:
        """Show a value without saying that it was changed."""
        self.slider.blockSignals(True)
        self.slider.setValue(value)
        self.slider.blockSignals(False)
        self.shown.setText(self._show(self.slider.value()))

    def _changed(self, value: int) -> None:
        self.shown.setText(self._show(value))
        self.value_changed.emit(value)
        if not self.slider.isSliderDown():
            self.settled.emit(value)
