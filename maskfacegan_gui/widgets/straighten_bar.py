"""The bar for straightening the photo: the angle, and whether to use it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ..text import number_format
from .basics import ValueSlider, label

STEPS = 10  # to a degree


class StraightenBar(QWidget):
    """A slider of tenths of a degree; to the right turns clockwise."""

    angle_changed = Signal(float)  # degrees

    def __init__(self, steepest: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facesBar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        most = round(STEPS * steepest)
        self.angle = ValueSlider(self.tr("Angle"), -most, most, 0, _shown)
        self.angle.slider.set_origin(0)
        self.angle.slider.setPageStep(STEPS)
        self.use_button = QPushButton(self.tr("Straighten"))
        self.use_button.setProperty("primary", True)
        self.stop_button = QPushButton(self.tr("Cancel"))
        self.stop_button.setAccessibleName(self.tr("Cancel straightening the photo"))
        text = self.tr("Drag the photo, or use the arrow keys; Enter straightens, Esc cancels.")
        hint = label(text, "muted", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(10)
        for widget, stretch in ((self.angle, 3), (hint, 2), (self.stop_button, 0), (self.use_button, 0)):
            row.addWidget(widget, stretch)
        self.angle.value_changed.connect(lambda value: self.angle_changed.emit(value / STEPS))
        self.hide()

    def show_angle(self, degrees: float) -> None:
        self.angle.set_value(round(STEPS * degrees))


def _shown(value: int) -> str:
    return f"{number_format.decimal(value / STEPS)}°"
