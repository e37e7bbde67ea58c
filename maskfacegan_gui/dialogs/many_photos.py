"""Many photos: a folder, a saved edit, and the list of what becomes of each photo. Runs beside the editor.

The dialog is not modal. Closing it while a batch runs hides it; the batch goes on, and the menu brings it
back.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import engine
from engine import BatchControl, BatchEdit, BatchJob, BatchOptions, BatchProgress, BatchSummary, EngineError

from ..tasks.lane import Lane
from ..text import labels, number_format
from ..text.messages import Failure
from ..widgets.basics import label, line
from . import files
from .photo_list import PhotoList

_BAR = 1000


class ManyPhotosDialog(QDialog):
    """`result_wanted` carries a result that is to be opened, `ended` the sentence with which a batch
    ended."""

    result_wanted = Signal(object)  # Path
    ended = Signal(str)

    def __init__(
        self, tag: Callable[[], bool], device: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        """`tag` and `device` give the settings: whether results say that they were edited, what computes."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Edit many photos"))
        self._tag, self._device = tag, device
        self.lane = Lane("batch", self)
        self.control: BatchControl | None = None
        self._edits: dict[str, BatchEdit] = {}
        self._own_outdir = False
        self._says_why = False
        self.list = PhotoList()
        self.list.setAccessibleName(self.tr("Photos"))
        self.list.opened.connect(self.result_wanted)
        self.list.moved.connect(self._update)
        self._make_strip()
        self._make_form()
        for button in (
            self.folder_button,
            self.outdir_button,
            self.file_button,
            self.open_button,
            self.pause,
        ):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addLayout(self._form)
        column.addWidget(line())
        column.addWidget(self.list, 1)
        column.addWidget(self.headline)
        column.addWidget(self.bar)
        column.addLayout(self._buttons)
        self.resize(620, 680)
        self._update()

    # --- parts

    def _make_form(self) -> None:
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder of photos"))
        self.folder.textChanged.connect(self._folder_changed)
        self.outdir = QLineEdit()
        self.outdir.setAccessibleName(self.tr("Folder for the results"))
        self.outdir.textEdited.connect(self._outdir_edited)
        self.outdir.textChanged.connect(self._update)
        self.edit = QComboBox()
        self.edit.setAccessibleName(self.tr("Edit"))
        self.edit.currentIndexChanged.connect(self._update)
        self.faces = QComboBox()
        self.faces.setAccessibleName(self.tr("Faces"))
        self.faces.addItem(self.tr("The largest face of each photo"), "largest")
        self.faces.addItem(self.tr("All faces of each photo"), "all")
        self.retry = QCheckBox(self.tr("Try again what failed before"))
        self.retry.setToolTip(
            self.tr("A folder for results that a batch was begun in is gone on with: what is done stays.")
        )
        choose = self.tr("Choose…")
        self.folder_button = QPushButton(choose)
        self.folder_button.setAccessibleName(self.tr("Choose the folder of photos"))
        self.folder_button.clicked.connect(lambda: self._ask_folder(self.folder))
        self.outdir_button = QPushButton(choose)
        self.outdir_button.setAccessibleName(self.tr("Choose the folder for the results"))
        self.outdir_button.clicked.connect(lambda: self._ask_folder(self.outdir))
        self.file_button = QPushButton(self.tr("From a file…"))
        self.file_button.clicked.connect(self.ask_edit)
        self._form = QGridLayout()
        self._form.setVerticalSpacing(8)
        self._form.setHorizontalSpacing(16)
        rows = (
            (self.tr("Photos"), self.folder, self.folder_button),
            (self.tr("Edit"), self.edit, self.file_button),
            (self.tr("Faces"), self.faces, None),
            (self.tr("Results"), self.outdir, self.outdir_button),
        )
        for number, (text, field, button) in enumerate(rows):
            self._form.addWidget(label(text), number, 0)
            self._form.addWidget(field, number, 1)
            if button is not None:
                self._form.addWidget(button, number, 2)
        self._form.addWidget(self.retry, len(rows), 1, 1, 2)

    def _make_strip(self) -> None:
        self.headline = label("", "muted", wrap=True)
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setRange(0, _BAR)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.open_button = QPushButton(self.tr("Open result"))
        self.open_button.clicked.connect(self._open_result)
        self.pause = QPushButton(self.tr("Pause"))
        self.pause.setCheckable(True)
        self.pause.setToolTip(self.tr("Photos under way come to their end; no other one begins"))
        self.pause.toggled.connect(self._hold)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Stop at once; what is done stays, and can be gone on with"))
        self.cancel.clicked.connect(self.stop)
        self.start_button = QPushButton(self.tr("Start"))
        self.start_button.setProperty("primary", True)
        self.start_button.clicked.connect(self.start)
        self._buttons = QHBoxLayout()
        self._buttons.addWidget(self.open_button)
        self._buttons.addStretch(1)
        for button in (self.pause, self.cancel, self.start_button):
            self._buttons.addWidget(button)

    # --- what is to be done

    def offer_edits(self, edits: dict[str, BatchEdit]) -> None:
        """The edits to choose from, by their names; one that came from a file stays."""
        chosen = self.edit.currentText()
        kept = {name: edit for name, edit in self._edits.items() if self.edit.itemData(self._place(name))}
        self._edits = {**edits, **kept}
        self.edit.clear()
        for name in self._edits:
            self.edit.addItem(name, name in kept)
            place = self.edit.count() - 1
            self.edit.setItemData(
                place, labels.edit_title(self._edits[name].attributes), Qt.ItemDataRole.ToolTipRole
            )
        self.edit.setCurrentIndex(max(0, self._place(chosen)))
        self._update()

    def _place(self, name: str) -> int:
        return self.edit.findText(name, Qt.MatchFlag.MatchExactly)

    def ask_edit(self) -> QFileDialog:
        """Ask for a file that holds an edit."""
        return files.choose_edit(self, Path(self.folder.text() or Path.home()), self.take_edit)

    def take_edit(self, path: Path) -> None:
        """Read an edit's file and choose it."""
        try:
            edit = engine.read_edit(path)
        except EngineError as error:
            self._say(Failure.of(error).message, "bad")
            return
        if self._place(path.name) < 0:
            self.edit.addItem(path.name, True)
        self._edits[path.name] = edit
        self.edit.setCurrentIndex(self._place(path.name))
        self._update()

    def _ask_folder(self, field: QLineEdit) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder"), field.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(field.setText)
        if field is self.outdir:
            dialog.fileSelected.connect(self._outdir_edited)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _outdir_edited(self, _text: str) -> None:
        self._own_outdir = True

    def _folder_changed(self, text: str) -> None:
        if not self._own_outdir:
            folder = Path(text)
            self.outdir.setText(str(folder.with_name(f"{folder.name}-edited")) if folder.name else "")
        self._update()

    def why_not(self) -> str:
        """Why nothing can be started; empty when it can."""
        if not os.path.isdir(self.folder.text()):  # noqa: PTH112 (says no for a name that cannot be)
            return self.tr("Choose a folder of photos.")
        if self.edit.currentText() not in self._edits:
            return self.tr("Tick attributes in the panel, save an edit, or choose one from a file.")
        if not self.outdir.text():
            return self.tr("Choose a folder for the results.")
        return ""

    # --- running

    @property
    def running(self) -> bool:
        return self.control is not None

    def start(self) -> None:
        """Begin the batch, or go on with the one in the folder for the results."""
        if self.running or self.why_not():
            return
        outdir, known = Path(self.outdir.text()).absolute(), engine.has_ledger(self.outdir.text())
        edit, faces = self._edits[self.edit.currentText()], self.faces.currentData()
        job = BatchJob(edit, faces, tag=self._tag(), device=self._device())
        options = BatchOptions(resume=known, retry=known and self.retry.isChecked(), background=True)
        control = self.control = BatchControl()
        self.list.show_photos(outdir)
        inputs = [Path(self.folder.text())]
        self.lane.submit(
            lambda report: engine.run_batch(inputs, job, outdir, options, control, report),
            self._done,
            self._failed,
            self._done,
            self._report,
        )
        self.bar.setRange(0, 0)
        self._say(self.tr("Starting…"))
        self._update()
        self.pause.setFocus()

    def stop(self) -> None:
        """End the batch at once."""
        if self.control is not None:
            self.control.cancel()
            self._say(self.tr("Stopping…"))

    def _hold(self, on: bool) -> None:
        self.pause.setText(self.tr("Resume") if on else self.tr("Pause"))
        if self.control is not None:
            (self.control.pause if on else self.control.resume)()

    def _report(self, items: list[BatchProgress]) -> None:
        if self.list.photos is not None:
            for item in items:
                self.list.photos.take(item.changed)
            self.list.follow()
        now = items[-1]
        self.bar.setRange(0, _BAR)
        self.bar.setValue(round(_BAR * (now.done + now.failed) / max(1, now.total)))
        if self.control is not None and not self.control.cancelled:
            self._say(progress_text(now, self.control.paused))
        self._update()

    def _done(self, summary: BatchSummary) -> None:
        good = not summary.failures and not summary.stopped
        self._end(summary_text(summary), "good" if good else "muted" if not summary.failures else "bad")

    def _failed(self, failure: Failure) -> None:
        self._end(f"{failure.message} {failure.hint}".strip(), "bad")

    def _end(self, text: str, kind: str) -> None:
        self.control = None
        self.pause.setChecked(False)
        self.bar.setRange(0, _BAR)
        self._say(text, kind)
        self._update()
        self.ended.emit(text)

    # --- what is shown

    def _say(self, text: str, kind: str = "muted") -> None:
        self._says_why = False
        self.headline.setProperty("kind", kind)
        self.style().unpolish(self.headline)
        self.style().polish(self.headline)
        self.headline.setText(text)

    def _update(self) -> None:
        why_not, running = self.why_not(), self.running
        fields: list[QWidget] = [self.folder, self.folder_button, self.outdir, self.outdir_button, self.edit]
        for widget in [*fields, self.file_button, self.faces, self.retry]:
            widget.setEnabled(not running)
        known = not running and bool(self.outdir.text()) and engine.has_ledger(self.outdir.text())
        self.retry.setVisible(known)
        self.start_button.setVisible(not running)
        self.start_button.setEnabled(not why_not)
        self.start_button.setText(self.tr("Go on") if known else self.tr("Start"))
        self.start_button.setToolTip(why_not)
        self.pause.setVisible(running)
        self.cancel.setVisible(running)
        self.bar.setVisible(running)
        self.open_button.setEnabled(self.list.chosen_result() is not None)
        if not running and (self._says_why or not self.headline.text()):
            self._say(why_not)
            self._says_why = True

    def _open_result(self) -> None:
        result = self.list.chosen_result()
        if result is not None:
            self.result_wanted.emit(result)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange:
            self._update()
        super().changeEvent(event)

    def shut_down(self) -> None:
        """The application ends: stop the batch and wait. What is done stays; the rest can be gone on with."""
        if self.control is not None:
            self.control.cancel()
        self.lane.close()
        self.list.close_photos()
        self.close()


def progress_text(now: BatchProgress, paused: bool) -> str:
    """Where a batch stands, in a line."""
    parts = [_tr("{0} of {1} photos").format(number_format.whole(now.done), number_format.whole(now.total))]
    if now.failed:
        parts.append(_tr("{0} failed").format(number_format.whole(now.failed)))
    if paused:
        parts.append(_tr("paused"))
    elif now.waiting and not (now.running or now.per_minute):
        parts.append(_tr("the pack is being loaded"))
    elif now.per_minute:
        parts.append(_tr("{0} a minute").format(number_format.decimal(now.per_minute)))
        if now.seconds_left is not None:
            parts.append(_tr("{0} left").format(labels.duration(now.seconds_left)))
    return " · ".join(parts)


def summary_text(summary: BatchSummary) -> str:
    """How a batch ended, in a line."""
    total = summary.done + summary.waiting + len(summary.failures)
    parts = [
        _tr("{0} of {1} photos are done").format(
            number_format.whole(summary.done), number_format.whole(total)
        )
    ]
    if summary.failures:
        parts.append(_tr("{0} failed").format(number_format.whole(len(summary.failures))))
    if summary.waiting:
        parts.append(_tr("{0} are waiting").format(number_format.whole(summary.waiting)))
    return " · ".join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("many_photos", text)
