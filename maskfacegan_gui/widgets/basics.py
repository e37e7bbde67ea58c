"""Basic widgets: labels, lines, and sliders with their value."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSlider, QWidget

KNOB = 7.0  # radius of a slider's knob in px
INSET = 9.0  # from the widget's ends to where the knob can go


def label(text: str, kind: str = "", wrap: bool = False) -> QLabel:
    """A label; `kind` names its look in the style sheet. Names in it are shown as they are: what looks like
    mark-up in one is none."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("kind", kind)
    result.setWordWrap(wrap)
    return result


def plain_tip(text: str) -> str:
    """A text for a tooltip, which takes for mark-up what looks like it."""
    return html.escape(text) if "<" in text or "&lt;" in text else text


def line() -> QFrame:
    """A thin horizontal rule."""
    result = QFrame()
    result.setProperty("kind", "line")
    return result


class IconLabel(QLabel):
    """A picture that `Icons` keeps in the theme's colours."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def setIcon(self, icon: QIcon) -> None:
        self.setPixmap(icon.pixmap(QSize(self._size, self._size), self.devicePixelRatioF()))


class CalmSlider(QSlider):
    """A horizontal slider whose knob goes where it is pressed, and that leaves the wheel to the list it
    stands in unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._origin: int | None = None

    def set_origin(self, value: int | None) -> None:
        """Where the filled part starts (a tick marks it); None: at the left end."""
        self._origin = value
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 20)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 20)

    def _x(self, value: int) -> float:
        span = max(1, self.maximum() - self.minimum())
        return INSET + (self.width() - 2 * INSET) * (value - self.minimum()) / span

    def value_at(self, x: float) -> int:
        """The value under a place in px."""
        share = (x - INSET) / max(1.0, self.width() - 2 * INSET)
        return round(self.minimum() + min(1.0, max(0.0, share)) * (self.maximum() - self.minimum()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setSliderDown(True)
        self.setSliderPosition(self.value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderPosition(self.value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        palette, middle = self.palette(), self.height() / 2
        enabled = self.isEnabled()
        accent = palette.color(QPalette.ColorRole.Highlight)
        text = palette.color(QPalette.ColorRole.Text)
        faint = palette.color(
            QPalette.ColorRole.PlaceholderText
        )  # the style sheet has one text colour for all
        painter.setBrush(palette.color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(INSET, middle - 2, self.width() - 2 * INSET, 4), 2, 2)
        start = INSET if self._origin is None else self._x(self._origin)
        here = self._x(self.sliderPosition())
        painter.setBrush(accent if enabled else faint)
        painter.drawRoundedRect(QRectF(min(start, here), middle - 2, abs(here - start), 4), 2, 2)
        if self._origin is not None:
            painter.drawRect(QRectF(start - 1, middle - 5, 2, 10))
        lit = self.hasFocus() or self.isSliderDown() or self.underMouse()
        painter.setBrush(faint if not enabled else accent if lit else text)
        painter.drawEllipse(QPointF(here, middle), KNOB, KNOB)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(text, 1.2))
            painter.drawEllipse(QPointF(here, middle), KNOB + 1.5, KNOB + 1.5)

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
