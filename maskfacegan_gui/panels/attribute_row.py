"""One attribute's row: classifier score, live slider, target strength and region size."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine import AttributeEdit

from ..text import labels
from ..widgets.basics import ValueSlider, label
from ..widgets.live_slider import FULL, LiveSlider
from ..widgets.score_bar import ScoreBar

LOW, HIGH = 5, 95  # per cent; beyond these a logistic score saturates and pulls without end
NO_SIZE = 45  # the size slider's first place: leave it to the optimisation


class AttributeRow(QFrame):
    """A tick box with a score bar, or a live slider where the face follows one; ticked, it shows the strength
    and, for a region, the size."""

    changed = Signal()
    live_moved = Signal(str, float)  # the attribute, and where its slider stands, -1..1
    live_let_go = Signal()

    def __init__(self, name: str, local: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("attributeRow")
        self.name = name
        self._score: float | None = None
        self._reason = ""
        self.box = QCheckBox(labels.attribute(name))
        self.box.setAccessibleName(labels.attribute(name))
        self.experimental = label(self.tr("experimental"), "muted")
        self.experimental.setContentsMargins(6, 0, 0, 0)
        self.experimental.hide()
        self.bar = ScoreBar()
        self._live_target: int | None = None  # the strength that goes with where the live slider stands
        self.live = LiveSlider()
        self.live.setAccessibleName(self.tr("Live: {0}").format(labels.attribute(name)))
        self.live.setToolTip(
            self.tr(
                "Drag to see the edit at once: to the right more of it, to the left less. Escape or a double "
                "click puts it back. Apply makes the edit from there."
            )
        )
        self.live.hide()
        self.percent = label("", "muted")
        self.percent.setMinimumWidth(40)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._local = local
        self._offered = HIGH  # the strength until a person sets another
        self._controls = QWidget()
        self._lay_out()
        self.live.moved.connect(lambda value: self.live_moved.emit(self.name, value))
        self.live.let_go.connect(self._live_let_go)
        self.box.toggled.connect(self._picked)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.box, 1)
        head.addWidget(self.experimental)
        head.addWidget(self.bar)
        head.addWidget(self.live)
        head.addWidget(self.percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._controls)
        self._controls.hide()

    @cached_property
    def _sliders(self) -> tuple[ValueSlider, ValueSlider]:
        """Strength and size, made for a row that is ticked: they would be most of a window's widgets."""
        strength = ValueSlider(
            self.tr("Strength"),
            LOW,
            HIGH,
            self._offered,
            self._strength_text,
            self.tr(
                "The probability the classifier shall see in the end. To the right of the present score "
                "the attribute is added, to the left it is taken away."
            ),
        )
        strength.slider.setAccessibleName(
            self.tr("Strength of {0}: the target probability in per cent").format(labels.attribute(self.name))
        )
        size = ValueSlider(
            self.tr("Size"),
            NO_SIZE,
            200,
            NO_SIZE,
            self._size_text,
            self.tr(
                "The area of the region, compared with the photo. “As is” leaves it to the optimisation."
            ),
        )
        size.slider.setSingleStep(5)
        size.slider.setAccessibleName(
            self.tr("Size of the region of {0}").format(labels.attribute(self.name))
        )
        column = QVBoxLayout(self._controls)
        column.setContentsMargins(23, 2, 0, 4)
        column.setSpacing(4)
        column.addWidget(strength)
        if self._local:
            column.addWidget(size)
        else:
            size.setParent(self)
            size.hide()
        strength.slider.set_origin(self._origin)
        strength.value_changed.connect(self._changed)
        size.value_changed.connect(self._changed)
        QWidget.setTabOrder(self.live, strength.slider)
        QWidget.setTabOrder(strength.slider, size.slider)
        return strength, size

    @property
    def strength(self) -> ValueSlider:
        return self._sliders[0]

    @property
    def region_size(self) -> ValueSlider:
        return self._sliders[1]

    @property
    def _has_sliders(self) -> bool:
        return "_sliders" in vars(self)

    @property
    def _origin(self) -> int | None:
        return None if self._score is None else round(100 * self._score)

    # --- what is shown

    def set_score(self, score: float | None) -> None:
        """The classifier's present probability 0..1; None when no face is there."""
        self._score = score
        self.bar.set_score(score)
        self._show_percent(score)
        self._offered = LOW if (score or 0) > 0.5 else HIGH
        if self._has_sliders:
            if not self.box.isChecked():
                self.strength.set_value(self._offered)
            self.strength.slider.set_origin(self._origin)

    def _show_percent(self, score: float | None) -> None:
        self.percent.setText("" if score is None else f"{round(100 * score)} %")

    # --- the live slider

    def set_live(self, on: bool) -> None:
        """Whether the face follows a slider of this attribute."""
        self.live.setVisible(on)
        self.bar.setVisible(not on)

    def show_live(self, score: float | None) -> None:
        """The probability, 0..1, of the live picture, None where there is none. Where the slider stands
        somewhere the edit aims at it, or at as much of the whole way as the slider goes, if that is farther:
        a run can do more than is seen before."""
        self._show_percent(self._score if score is None else score)
        value = self.live.value() / FULL
        if score is None or not value:
            return
        end, farther = (HIGH, max) if value > 0 else (LOW, min)
        now = 100 * (self._score or 0.0)
        target = round(farther(100 * score, now + abs(value) * (end - now)))
        target = self._live_target = min(max(target, LOW), HIGH)
        self.strength.set_value(target)
        self.bar.set_target(target / 100 if self.picked else None)

    def put_live_back(self) -> None:
        """The slider stands at nothing; what is ticked stays so."""
        self.live.set_silently(0.0)
        self._live_target = None
        self._show_percent(self._score)

    @property
    def live_start(self) -> float:
        """Where an edit of this attribute begins, -1..1; 0 where the strength was chosen otherwise."""
        chosen = self.picked and self._live_target == self.strength.value
        return self.live.value() / FULL if chosen else 0.0

    def _live_let_go(self) -> None:
        """What is moved is what shall be applied."""
        self.box.setChecked(self.live.value() != 0)
        self.live_let_go.emit()

    def set_unsupported(self, reason: str | None) -> None:
        """Why the pack cannot edit this attribute; None when it can."""
        self._reason = reason or ""
        self.setEnabled(reason is None)
        self.setToolTip(self._reason)
        if reason is not None:
            self.box.setChecked(False)
        self.box.setAccessibleDescription(self._reason)

    def set_experimental(self, reason: str | None) -> None:
        """Why an edit of this attribute may well fail with the pack; None where it need not."""
        self.experimental.setVisible(reason is not None)
        if reason is not None:
            self.setToolTip(reason)
            self.box.setAccessibleDescription(reason)

    # --- what a person wants

    @property
    def picked(self) -> bool:
        return self.box.isChecked()

    def edit(self) -> AttributeEdit:
        """The edit as it is set now."""
        goal = self.strength.value / 100
        size = 0.0 if not self._local or self.region_size.value < 50 else self.region_size.value / 100
        return AttributeEdit(self.name, target=float(goal >= 0.5), probability=goal, size=size)

    def set_edit(self, edit: AttributeEdit | None) -> None:
        """Show an edit; None unticks the attribute."""
        self.box.setChecked(edit is not None)
        if edit is not None:
            self.strength.set_value(round(100 * edit.goal(0.05)))
            self.region_size.set_value(NO_SIZE if edit.size == 0 else round(100 * edit.size))
            self._changed()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() < 28:
            self.box.toggle()
        super().mousePressEvent(event)

    def _picked(self, on: bool) -> None:
        if on:
            assert self._sliders
        self._controls.setVisible(on)
        self.setProperty("picked", on)
        self.style().unpolish(self)
        self.style().polish(self)
        self._changed()

    def _changed(self) -> None:
        self.bar.set_target(self.strength.value / 100 if self.picked else None)
        self.changed.emit()

    def _strength_text(self, value: int) -> str:
        return f"{value} %"

    def _size_text(self, value: int) -> str:
        return self.tr("as is") if value < 50 else f"{value} %"
