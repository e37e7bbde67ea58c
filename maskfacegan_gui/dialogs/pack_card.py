"""One model pack in the list of packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

import engine

from ..widgets.basics import label
from .pack_report import PackReport
from .pack_words import megabytes, role_title

if TYPE_CHECKING:
    from engine import ComparisonReport, PackState

NONE = "none"


class PackCard(QFrame):
    """One pack: its title and state, a row for each part, its terms, and what can be done with it."""

    choices_changed = Signal()
    use_clicked = Signal()
    install_clicked = Signal()
    verify_clicked = Signal()
    remove_clicked = Signal()
    show_report_clicked = Signal()
    load_report_clicked = Signal()

    def __init__(
        self,
        state: PackState,
        choices: dict[str, str],
        used: bool = False,
        report: ComparisonReport | None = None,
        figure: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`report` is what was measured of the pack, `figure` the one of it to be shown first."""
        super().__init__(parent)
        self.report = PackReport(report, figure) if report is not None else None
        self.state, self.choices, self.used = state, dict(choices), used
        self.boxes: list[QComboBox] = []  # of the components
        self.setObjectName("packCard")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 12)
        head = QHBoxLayout()
        head.addWidget(label(state.offer.title, "strong"))
        head.addStretch(1)
        self.status = label(self._status(), "muted")
        head.addWidget(self.status)
        column.addLayout(head)
        column.addWidget(label(state.offer.summary, "muted", wrap=True))
        if state.parts:
            column.addLayout(self._rows())
        self.accept = QCheckBox(self.tr("I accept these licences"))
        if state.missing:
            column.addSpacing(6)
            column.addLayout(self._terms())
            column.addWidget(self.accept)
        if self.report is not None:
            column.addWidget(self.report)
        column.addLayout(self._buttons())

    def _status(self) -> str:
        state = self.state
        if state.ready and not any(not part.optional for part in state.missing):
            return self.tr("In use") if self.used else self.tr("Ready")
        text = self.tr("{0} to download").format(megabytes(state.missing_bytes))
        if state.unknown_sizes == 1:
            text += " " + self.tr("and a file of unknown size")
        elif state.unknown_sizes:
            text += " " + self.tr("and {0} files of unknown size").format(state.unknown_sizes)
        return text

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for row, part in enumerate(self.state.parts):
            grid.addWidget(label(role_title(part.role)), row, 0)
            grid.addWidget(self._choice(part.role, part.component.name), row, 1)
            size = part.part.bytes if part.part else part.component.bytes
            known = megabytes(size) if size else self.tr("size unknown")
            grid.addWidget(label(self.tr("built in") if part.component.builtin else known, "muted"), row, 2)
            absent = self.tr("optional") if part.optional else self.tr("missing")
            if part.component.builtin:
                absent = ""  # the program has it, and adds it to what is downloaded
            digest = label(self.tr("there") if part.present else absent, "muted")
            digest.setToolTip(
                f"sha256 {part.part.sha256 if part.part else part.sha256}"
                if part.sha256 or part.part
                else self.tr("No hash is known. It is shown, kept and checked from the first download on.")
            )
            grid.addWidget(digest, row, 3)
        grid.setColumnStretch(1, 1)
        return grid

    def _choice(self, role: str, chosen: str) -> QComboBox:
        """The components that can fill a role."""
        box = QComboBox()
        self.boxes.append(box)
        box.setAccessibleName(role_title(role))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(24)
        components = engine.pack_components()
        for name in self.state.offer.choices[role]:
            component = components[name]
            box.addItem(component.title, name)
            box.setItemData(box.count() - 1, component.enables, Qt.ItemDataRole.ToolTipRole)
        if role in self.state.offer.optional:
            box.addItem(self.tr("None"), NONE)
        box.setCurrentIndex(max(0, box.findData(self.choices.get(role, chosen))))
        box.activated.connect(lambda _index: self._wish(role, str(box.currentData())))
        return box

    def _wish(self, role: str, name: str) -> None:
        self.choices[role] = name
        self.choices_changed.emit()

    def _terms(self) -> QGridLayout:
        """The licences of what would be downloaded, a row for each."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for row, part in enumerate(self.state.missing):
            grid.addWidget(label(role_title(part.role), "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(part.component.terms, "muted", wrap=True), row, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.install = QPushButton(self.tr("Download"))
        self.install.setProperty("primary", "true")
        self.install.setEnabled(False)
        self.accept.toggled.connect(self.install.setEnabled)
        self.use = QPushButton(self.tr("Use this pack"))
        self.verify = QPushButton(self.tr("Check"))
        self.verify.setToolTip(self.tr("Check the files, and what they do with a face"))
        self.remove = QPushButton(self.tr("Remove"))
        self.show_report = QPushButton(self.tr("Show report…"))
        self.show_report.setToolTip(self.tr("Open the whole report, with its pictures, in the browser"))
        self.load_report = QPushButton(self.tr("Load report…"))
        self.load_report.setToolTip(self.tr("Choose the report.json that “maskfacegan evaluate” wrote"))
        self.install.setVisible(bool(self.state.missing))
        self.show_report.setVisible(self.report is not None and self.report.report.page is not None)
        self.load_report.setVisible(self.state.ready)
        self.use.setVisible(self.state.ready and not self.used)
        self.verify.setVisible(self.state.ready)
        there = self.state.ready or any(part.part is not None for part in self.state.parts)
        self.remove.setVisible(there and not self.state.offer.builtin)
        for button, signal in (
            (self.install, self.install_clicked),
            (self.use, self.use_clicked),
            (self.verify, self.verify_clicked),
            (self.remove, self.remove_clicked),
            (self.show_report, self.show_report_clicked),
            (self.load_report, self.load_report_clicked),
        ):
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def set_busy(self, busy: bool) -> None:
        """While something runs, nothing else can be started."""
        for button in (self.use, self.verify, self.remove, self.load_report):
            button.setEnabled(not busy)
        self.install.setEnabled(not busy and self.accept.isChecked())
        self.accept.setEnabled(not busy)
        for box in self.boxes:
            box.setEnabled(not busy)
