"""The run panel: preset and seed, progress of the run, and controls for its result."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

import engine
from engine import Step

from ..look.icons import Icons
from ..text import labels, number_format
from ..widgets.basics import ValueSlider, label
from .curves import Curves

_FINE = 1_000_000
_TOLD_FROM, _TOLD_AFTER = 0.03, 10
"""The share of a run, or the steps, after which its pace is told: a run's first step warms up."""


class RunPanel(QFrame):
    """Three faces: ready to apply, running, and a result that waits to be committed or discarded."""

    apply_clicked = Signal()
    pause_toggled = Signal(bool)
    cancelled = Signal(bool)  # True: keep what there is
    strength_changed = Signal(float)
    commit_clicked = Signal()
    discard_clicked = Signal()
    mode_chosen = Signal(str)
    queue_clicked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runPanel")
        self._icons = icons
        self._why_not = ""
        self._make_settings()
        self._make_run()
        self._make_result()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        for part in (self.result_part, self.settings_part, self.queue_part, self.run_part):
            column.addWidget(part)
        start = QHBoxLayout()
        start.setSpacing(6)
        start.addWidget(self.apply_button, 1)
        start.addWidget(self.queue_button)
        column.addLayout(start)  # last: these two stay where they are, whatever else is shown
        self.run_part.hide()
        self.result_part.hide()

    # --- the parts

    def _make_settings(self) -> None:
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Preset"))
        self.preset.setToolTip(
            self.tr("How long and how carefully the edit is optimised. “As published” is the slowest.")
        )
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setToolTip(
            self.tr("Where the random numbers start. The same seed gives the same result again.")
        )
        self.seed.setMaximumWidth(90)
        self.seed.lineEdit().setTextMargins(5, 0, 5, 0)
        self.settings_part = QWidget()
        row = QHBoxLayout(self.settings_part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        preset_label, seed_label = label(self.tr("Preset"), "muted"), label(self.tr("Seed"), "muted")
        preset_label.setBuddy(self.preset)
        seed_label.setBuddy(self.seed)
        row.addWidget(preset_label)
        row.addWidget(self.preset, 1)
        row.addWidget(seed_label)
        row.addWidget(self.seed)
        self.apply_button = QPushButton(self.tr("Apply"))
        self.apply_button.setProperty("primary", True)
        self.apply_button.clicked.connect(self.apply_clicked)
        self.queue_button = QPushButton(self.tr("Queue"))
        self.queue_button.clicked.connect(self.queue_clicked)
        self._icons.put(self.queue_button, "queue")
        self.queue_text = label("", "muted", wrap=True)
        self.queue_go_on = QPushButton(self.tr("Go on"))
        self.queue_clear = QPushButton(self.tr("Clear"))
        self.queue_clear.setAccessibleName(self.tr("Clear the queue"))
        for button in (self.queue_go_on, self.queue_clear):
            button.setProperty("flat", True)
        self.queue_part = QWidget()
        queue_row = QHBoxLayout(self.queue_part)
        queue_row.setContentsMargins(0, 0, 0, 0)
        queue_row.addWidget(self.queue_text, 1)
        queue_row.addWidget(self.queue_go_on)
        queue_row.addWidget(self.queue_clear)
        self.queue_part.hide()

    def _make_run(self) -> None:
        self.run_part = QWidget()
        self.stage = label("", "strong")
        self.left = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the edit"))
        self.curves = Curves()
        self.pause_button = QPushButton(self.tr("Pause"))
        self.pause_button.setCheckable(True)
        self.keep_button = QPushButton(self.tr("Stop and keep"))
        self.keep_button.setToolTip(self.tr("End the run now and show what it has reached"))
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setToolTip(self.tr("End the run now and discard what it has reached"))
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.pause_button, self.keep_button, self.cancel_button):
            buttons.addWidget(button, 1)
        column = QVBoxLayout(self.run_part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.stage)
        column.addWidget(self.bar)
        column.addWidget(self.left)
        column.addWidget(self.curves)
        column.addLayout(buttons)
        self.pause_button.toggled.connect(self._pause)
        self.keep_button.clicked.connect(lambda: self._stop(True))
        self.cancel_button.clicked.connect(lambda: self._stop(False))

    def _make_result(self) -> None:
        self.result_part = QWidget()
        self.title = label("", "strong", wrap=True)
        self.figures = label("", "muted", wrap=True)
        self.strength = ValueSlider(
            self.tr("Strength"),
            0,
            150,
            100,
            lambda v: f"{v} %",
            self.tr(
                "Between the photo as it was (0 %) and the edit (100 %), or beyond it: along the line "
                "between their two latent codes, without another run."
            ),
        )
        self.strength.slider.setAccessibleName(self.tr("Strength of the result"))
        self.commit_button = QPushButton(self.tr("Commit"))
        self.commit_button.setToolTip(
            self.tr("Keep this edit; the next one starts from the picture as it is")
        )
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.setToolTip(self.tr("Go back to the picture before this edit"))
        self._icons.put(self.commit_button, "commit")
        self._icons.put(self.discard_button, "discard")
        self.mode = QComboBox()
        self.mode.setAccessibleName(self.tr("How the result is blended"))
        self.mode.setToolTip(
            self.tr(
                "Keep detail: only what the edit changed is brought into the photo, whose own skin and "
                "hair stay sharp. As published: the generated picture itself is shown inside the mask."
            )
        )
        self.mode.addItem(self.tr("Keep detail"), "detail")
        self.mode.addItem(self.tr("As published"), "paper")
        self.mode.activated.connect(lambda: self.mode_chosen.emit(self.mode.currentData()))
        blending = QHBoxLayout()
        mode_label = label(self.tr("Blending"), "muted")
        mode_label.setMinimumWidth(62)
        mode_label.setBuddy(self.mode)
        blending.addWidget(mode_label)
        blending.addWidget(self.mode, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.commit_button, 1)
        buttons.addWidget(self.discard_button, 1)
        grid = QGridLayout(self.result_part)
        grid.setContentsMargins(0, 0, 0, 4)
        grid.setVerticalSpacing(6)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.figures, 1, 0)
        grid.addWidget(self.strength, 2, 0)
        grid.addLayout(blending, 3, 0)
        self.go_on = QCheckBox(self.tr("Apply goes on from this result"))
        self.go_on.setToolTip(
            self.tr(
                "The next run starts from the latent code that this one has reached, instead of from the "
                "photo: for a little more of the same, or the same with other settings."
            )
        )
        grid.addLayout(buttons, 4, 0)
        grid.addWidget(self.go_on, 5, 0)
        self.strength.value_changed.connect(lambda v: self.strength_changed.emit(v / 100))
        self.commit_button.clicked.connect(self.commit_clicked)
        self.discard_button.clicked.connect(self.discard_clicked)

    # --- ready

    def set_ready(self, why_not: str) -> None:
        """Whether Apply can be pressed; otherwise the reason, which becomes its tooltip."""
        self.apply_button.setEnabled(not why_not)
        self.apply_button.setToolTip(why_not or self.tr("Run the edit (Ctrl+Return)"))

    def set_presets(self, chosen: str) -> None:
        """Fill the list from the engine (whose import takes a moment: not before a pack is there)."""
        self.preset.clear()
        for name, preset in engine.PRESETS.items():
            self.preset.addItem(labels.preset(name), name)
            tip = Qt.ItemDataRole.ToolTipRole
            self.preset.setItemData(self.preset.count() - 1, preset.description, tip)
        self.choose_preset(chosen)

    def set_queue_ready(self, why_not: str) -> None:
        """Whether an edit can be queued; otherwise the reason."""
        self.queue_button.setEnabled(not why_not)
        tip = self.tr("Run this edit after those that wait, and commit them one after the other")
        self.queue_button.setToolTip(why_not or tip)

    def show_queue(self, titles: list[str], halted: bool) -> None:
        """What waits to be run."""
        state = self.tr("Queue halted: {0}") if halted else self.tr("Then: {0}")
        self.queue_text.setText(state.format(", ".join(titles)))
        self.queue_go_on.setVisible(halted)
        self.queue_part.setVisible(bool(titles))

    def chosen_preset(self) -> str:
        return str(self.preset.currentData())

    def choose_preset(self, name: str) -> None:
        index = self.preset.findData(name)
        if index >= 0:
            self.preset.setCurrentIndex(index)

    # --- running

    def start(self) -> None:
        self.curves.clear()
        self.bar.setRange(0, 0)
        self.stage.setText(self.tr("Starting…"))
        self.left.setText("")
        self.pause_button.setChecked(False)
        for button in (self.pause_button, self.keep_button, self.cancel_button):
            button.setEnabled(True)
        self._show_running(True)
        self.pause_button.setFocus()

    def step(self, steps: list[Step]) -> None:
        last = steps[-1]
        self.curves.add(dict(last.losses))  # the others' numbers stay on the device unread
        # By the work that is done, not by steps: they differ in what they cost.
        self.bar.setRange(0, _FINE)
        self.bar.setValue(round(_FINE * last.share))
        if self.keep_button.isEnabled() and not self.pause_button.isChecked():
            stage = self._stage(last)
            self.stage.setText(self.tr("{0}, step {1} of {2}").format(stage, last.done, last.total))
        if last.share >= _TOLD_FROM or last.done >= _TOLD_AFTER:
            speed = last.done / last.seconds if last.seconds > 0 else 0.0
            self.left.setText(
                self.tr("{0} steps/s · {1} left").format(
                    number_format.decimal(speed), labels.duration(last.seconds_left)
                )
            )

    def _stage(self, step: Step) -> str:
        """What the run is doing, for a person."""
        if step.stage == "noise":
            return self.tr("Fine detail")
        editing = {"classf", "seg", "size"} & set(step.losses)
        return self.tr("Shape and colour") if editing else self.tr("Learning the face")

    def stop(self) -> None:
        buttons = (self.pause_button, self.keep_button, self.cancel_button)
        had_focus = self.window().focusWidget() in (self, *buttons)
        self._show_running(False)
        if had_focus:
            self.apply_button.setFocus()

    def _show_running(self, on: bool) -> None:
        self.run_part.setVisible(on)

    def _pause(self, on: bool) -> None:
        self.pause_button.setText(self.tr("Continue") if on else self.tr("Pause"))
        if on:
            self.stage.setText(self.tr("Paused"))
        self.pause_toggled.emit(on)

    def _stop(self, keep: bool) -> None:
        self.setFocus()  # else it would go from the disabled button to the next one, which is Save
        for button in (self.pause_button, self.keep_button, self.cancel_button):
            button.setEnabled(False)
        self.stage.setText(self.tr("Stopping…"))
        self.cancelled.emit(keep)

    # --- the result

    def show_result(self, title: str, figures: str, strength: float, mode: str) -> None:
        self.title.setText(title)
        self.figures.setText(figures)
        self.figures.setVisible(bool(figures))
        if not self.strength.slider.isSliderDown():
            self.strength.set_value(round(100 * strength))
        self.mode.setCurrentIndex(self.mode.findData(mode))
        self.result_part.setVisible(True)

    def hide_result(self) -> None:
        self.go_on.setChecked(False)
        self.result_part.setVisible(False)
