"""The model pack manager: lists, downloads, verifies, imports and removes packs, and shows what was measured.

Everything that takes time runs in the dialog's own lane. Leaving the dialog cancels it, and no half file
is left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import engine
from engine import RunControl

from ..tasks.lane import Lane
from ..text.engine_sentences import translated
from ..text.messages import Failure
from ..widgets.basics import label, line
from . import files, pack_reports
from .pack_card import PackCard
from .pack_words import imported_text, is_made_of_files, progress_text, role_title

if TYPE_CHECKING:
    from engine import ComparisonReport, DownloadProgress, PackState

_BAR = 1000
_LOOK_MS = 100


class PacksDialog(QDialog):
    """The packs, and one strip at the bottom for what is going on. `pack_chosen` names one to use,
    `report_loaded` carries a report that a person chose."""

    pack_chosen = Signal(str)
    report_loaded = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None, used: str = "", reports: Sequence[Path] = ()) -> None:
        """`used` is the pack that the window works with; `reports` were loaded before, the last one first."""
        super().__init__(parent)
        self.used = used
        self.setWindowTitle(self.tr("Model packs"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self.lane = Lane("packs", self)
        self.control: RunControl | None = None
        self.cards: dict[str, PackCard] = {}
        self._choices: dict[str, dict[str, str]] = {}
        self._unfinished: set[str] = set()
        self.reports = pack_reports.PackReports()
        self._awaited = ""  # the pack that is to be used as soon as it is ready
        # The newest report, set from the lane's thread and looked at by a timer: the last one counts, and
        # after it there may be none for long (paused, checking).
        self._newest: DownloadProgress | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._list = QVBoxLayout()
        inside = QWidget()
        inside.setLayout(self._list)
        scroll = self.area = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.addWidget(scroll, 1)
        outer.addWidget(line())
        self._add_strip(outer)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.import_button = buttons.addButton(
            self.tr("Import files…"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.import_button.setToolTip(self.tr("Or drop model files or a folder here"))
        self.import_button.clicked.connect(self.ask_import)
        buttons.rejected.connect(self.reject)
        outer.addWidget(buttons)
        self.resize(760, 640)
        self._show_running(False)
        self.refresh()
        self._find_reports(reports)

    def _add_strip(self, outer: QVBoxLayout) -> None:
        """What came of the last thing, the bar, and the buttons that hold or end what is running."""
        self.headline = label("", "good", wrap=True)
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.message = label("", "muted", wrap=True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)  # it shows names of files that anyone made
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setRange(0, _BAR)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self.pause = QPushButton(self.tr("Pause"))
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._hold)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self._cancel)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addWidget(self.pause)
        row.addWidget(self.cancel)
        outer.addWidget(self.headline)
        outer.addWidget(self.message)
        outer.addLayout(row)
        self._say_idle()

    # --- what is shown

    def refresh(self) -> None:
        """Look at the disk again."""
        self.area.setFocus()
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.cards = {}
        try:
            states = engine.pack_states(self._choices)
        except engine.EngineError as error:
            self._failed(Failure.of(error))
            return
        for number, state in enumerate(states):
            if number:
                self._list.addWidget(line())
            self._list.addWidget(self._card(state))
        self._list.addStretch(1)

    def _card(self, state: PackState) -> PackCard:
        name = state.offer.name
        report, figure = self.reports.of(name), self.reports.figure(name)
        card = PackCard(state, self._choices.get(name, {}), name == self.used, report, figure)
        card.choices_changed.connect(lambda: self._choose(name, card.choices))
        card.install_clicked.connect(lambda: self.install(name))
        card.verify_clicked.connect(lambda: self.verify(name))
        card.remove_clicked.connect(lambda: self.remove(name))
        card.use_clicked.connect(lambda: self.use(name))
        card.load_report_clicked.connect(lambda: files.choose_report(self, self.load_report))
        card.show_report_clicked.connect(lambda: self._show_report(name))
        if card.report is not None:
            card.report.figure_chosen.connect(lambda chosen: self.reports.choose(name, chosen))
        self.cards[name] = card
        return card

    def _choose(self, name: str, choices: dict[str, str]) -> None:
        self._choices[name] = choices
        self.refresh()

    def _say_idle(self) -> None:
        self._say(self.tr("Without a connection: get the files elsewhere and drop them here."))

    def _say(self, text: str) -> None:
        """What is going on."""
        self.headline.clear()
        self.headline.hide()
        self.message.setText(text)

    def _conclude(self, good: bool, headline: str, text: str = "") -> None:
        """What came of it: a sentence, and more below."""
        self.headline.setProperty("kind", "good" if good else "bad")
        self.style().unpolish(self.headline)
        self.style().polish(self.headline)
        self.headline.setText(f"{'✓' if good else '✗'} {headline}")
        self.headline.show()
        self.message.setText(text)

    def _show_running(self, running: bool) -> None:
        self.area.setFocus()  # what cannot be used hands the focus on, and the list would scroll after it
        for widget in (self.bar, self.pause, self.cancel):
            widget.setVisible(running)
        self.pause.setChecked(False)
        if running:
            self.bar.setRange(0, 0)
        self.import_button.setEnabled(not running)
        for card in self.cards.values():
            card.set_busy(running)

    # --- what can be done

    def use(self, name: str) -> None:
        """Take a pack for what comes next; the window loads it."""
        self.used = name
        self.pack_chosen.emit(name)
        self.refresh()
        self._conclude(True, self.tr("“{0}” is in use.").format(self.cards[name].state.offer.title))

    def get(self, name: str) -> None:
        """Download a pack whose terms were accepted, and take it for what comes next."""
        self._awaited = name
        self.install(name)

    def install(self, name: str) -> None:
        """Download what the pack lacks."""
        choices = dict(self._choices.get(name, {}))
        self._unfinished.add(name)
        self._start(
            self.tr("Starting the download…"),
            lambda control, report: engine.install_pack(name, control, report, choices),
            lambda state: self._installed(name, state),
        )

    def _installed(self, name: str, state: PackState) -> None:
        self._unfinished.discard(name)
        pinned = [
            f"{part.component.title}: sha256 {part.part.sha256}"
            for part in state.parts
            if part.part is not None and part.component.sha256 is None and part.component.sources
        ]
        first = [self.tr("First seen, and checked from now on:"), *pinned] if pinned else []
        if name == self._awaited:
            self.use(name)
        else:
            self._conclude(True, self.tr("“{0}” is ready.").format(state.offer.title), "\n".join(first))

    def verify(self, name: str) -> None:
        """Check the files, and what they do."""
        title = self.cards[name].state.offer.title

        def done(findings: list[engine.Finding]) -> None:
            good = all(finding.good for finding in findings)
            text = self.tr("“{0}” is in order.") if good else self.tr("“{0}” is not in order.")
            lines = [f"{'✓' if finding.good else '✗'} {translated(finding.text)}" for finding in findings]
            self._conclude(good, text.format(title), "\n".join(lines))

        self._start(
            self.tr("Checking the files, and what they do with a face…"),
            lambda control, _report: engine.verify_pack(name, control),
            done,
        )

    def remove(self, name: str) -> None:
        builtin = next((n for n, card in self.cards.items() if card.state.offer.builtin), "")

        def done(_removed: bool) -> None:
            if name == self.used and builtin:
                self.use(builtin)
            self._say(self.tr("The pack was removed."))

        self._start(self.tr("Removing…"), lambda _control, _report: engine.remove_pack(name), done)

    def ask_import(self) -> QFileDialog:
        """Ask for model files; a folder can be dropped instead."""
        return files.choose_models(self, self.import_paths)

    def import_paths(self, paths: list[Path]) -> None:
        """Take files and folders, recognised by content, into the pack that is made of such files."""
        name = next((n for n, card in self.cards.items() if is_made_of_files(card.state)), "")

        def done(result: tuple[list[engine.Imported], PackState]) -> None:
            imported, state = result
            taken = sum(1 for one in imported if one.role)
            text = self.tr("{0} of {1} files were taken.").format(taken, len(imported))
            lines = [imported_text(one) for one in imported]
            needed = [role_title(part.role) for part in state.missing if not part.optional]
            if needed and not state.ready:
                lines.append(self.tr("Still needed: {0}.").format(", ".join(needed)))
            nothing = self.tr("No model files were found there.")
            self._conclude(0 < taken == len(imported), text if imported else nothing, "\n".join(lines))

        self._start(
            self.tr("Looking at the files…"),
            lambda control, report: engine.import_models(paths, name, control=control, report=report),
            done,
        )

    # --- what was measured

    def _find_reports(self, loaded: Sequence[Path]) -> None:
        """Those that lie with the packs, and those that were loaded before."""
        there = [card.state.folder for card in self.cards.values()]
        self.lane.submit(lambda _report: pack_reports.find(there, loaded), self._found_reports)

    def _found_reports(self, found: dict[str, ComparisonReport]) -> None:
        self.reports.add(found)
        if found:
            self.refresh()

    def load_report(self, path: Path) -> None:
        """Show what a report has measured, at the pack that it is of."""

        def done(report: ComparisonReport) -> None:
            card = self.cards.get(report.pack.name)
            if card is None:
                text = self.tr("This report is of the pack “{0}”, which is not in this list.")
                self._conclude(False, text.format(engine.printable(report.pack.name)))
            else:
                self.reports.take(report)
                self.report_loaded.emit(path)
                text = self.tr("The figures are shown at “{0}”.")
                self._conclude(True, text.format(card.state.offer.title))

        self._start(self.tr("Reading the report…"), lambda _control, _report: engine.read_report(path), done)

    def _show_report(self, name: str) -> None:
        if not self.reports.show(name):
            self._conclude(False, self.tr("The report could not be opened."))

    def _start(
        self,
        text: str,
        task: Callable[[RunControl, Callable[[Any], None]], Any],
        done: Callable[[Any], None],
    ) -> None:
        """Run `task` in the lane. `text` says what it is until it reports something."""
        if self.control is not None:
            return
        control = self.control = RunControl()
        self._newest = None
        self._say(text)
        self._show_running(True)
        self._clock.start()
        self.lane.submit(
            lambda _report: task(control, self._note),
            lambda result: self._ended(lambda: done(result)),
            lambda failure: self._ended(lambda: self._failed(failure)),
            lambda _result: self._ended(self._cancelled),
            control=control,
        )

    def _ended(self, tell: Callable[[], None]) -> None:
        self.control = None
        self._clock.stop()
        self._show_running(False)
        tell()
        self.refresh()

    def _cancelled(self) -> None:
        self._discard_unfinished()
        self._say(self.tr("Cancelled; nothing unfinished was kept."))

    def _failed(self, failure: Failure) -> None:
        self._conclude(False, failure.message, failure.hint)

    def _note(self, progress: DownloadProgress) -> None:
        """Called in the lane's thread."""
        self._newest = progress

    def _look(self) -> None:
        if self._newest is not None:
            self.show_progress(self._newest)

    def show_progress(self, now: DownloadProgress) -> None:
        """A report on the strip at the bottom."""
        if now.total:
            self.bar.setRange(0, _BAR)
            self.bar.setValue(round(_BAR * min(1.0, now.done / now.total)))
        else:
            self.bar.setRange(0, 0)
        self._say(progress_text(now))

    def _hold(self, on: bool) -> None:
        self.pause.setText(self.tr("Resume") if on else self.tr("Pause"))
        if self.control is not None:
            (self.control.pause if on else self.control.resume)()

    def _cancel(self) -> None:
        if self.control is not None:
            self.control.cancel()

    # --- events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.control is None and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._say(self.tr("Let go to import: each file is recognised by what is in it."))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._say_idle()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.import_paths([Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()])

    def done(self, result: int) -> None:
        """However it is left: what is running ends with it."""
        self._cancel()
        self._clock.stop()
        self.lane.close()
        self._discard_unfinished()
        super().done(result)

    def _discard_unfinished(self) -> None:
        for name in self._unfinished:
            engine.discard_unfinished(name)
        self._unfinished.clear()
