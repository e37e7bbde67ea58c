"""What was measured of a pack: one figure at a time, attributes by methods, as the report's page has it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

import engine

from ..text import labels, number_format
from ..text.engine_sentences import translated
from ..widgets.basics import label

if TYPE_CHECKING:
    from engine import ComparisonFigure, ComparisonReport

ALL = "all"
_MOST_ROWS = 12  # that are shown without scrolling


class PackReport(QWidget):
    """The figures of a saved comparison. `figure_chosen` names the one that is shown."""

    figure_chosen = Signal(str)

    def __init__(self, report: ComparisonReport, chosen: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report = report
        self.figures = [
            figure
            for figure in engine.COMPARISON_FIGURES
            if any(row.figure(figure.name) is not None for row in report.figures)
        ]
        self.headline = label(self._headline(), "strong", wrap=True)
        self.headline.setTextFormat(Qt.TextFormat.PlainText)  # what it shows comes from a file of anyone
        self.unfinished = label(
            self.tr("The run was not finished: these are the figures of what there is."), "bad", wrap=True
        )
        self.unfinished.setVisible(not report.finished)
        self.figure = QComboBox()
        self.figure.setAccessibleName(self.tr("Figure"))
        for figure in self.figures:
            self.figure.addItem(translated(figure.title), figure.name)
        self.figure.setCurrentIndex(max(0, self.figure.findData(chosen)))
        self.figure.activated.connect(self._choose)
        self.note = label("", "muted", wrap=True)
        self.table = self._empty_table()
        self._lay_out()
        self._fill()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 4)
        column.addWidget(self.headline)
        column.addWidget(self.unfinished)
        row = QHBoxLayout()
        row.addWidget(self.figure)
        row.addWidget(self.note, 1)
        column.addLayout(row)
        column.addWidget(self.table)
        for widget in (self.figure, self.note, self.table):
            widget.setVisible(bool(self.figures))

    def _headline(self) -> str:
        report = self.report
        when = QDateTime.fromString(report.when, Qt.DateFormat.ISODate)
        date = (
            QLocale().toString(when.date(), QLocale.FormatType.LongFormat) if when.isValid() else report.when
        )
        count = report.dataset.faces
        faces = self.tr("one face") if count == 1 else self.tr("{0} faces").format(number_format.whole(count))
        if not self.figures:
            return self.tr("This report holds no figures.")
        if not date:
            return self.tr("Measured on {0}").format(faces)
        return self.tr("Measured on {0}, {1}").format(faces, date)

    def _empty_table(self) -> QTableWidget:
        names = [attribute.name for attribute in self.report.attributes]
        self.rows = [n for n in (ALL, *names) if any(row.attribute == n for row in self.report.figures)]
        table = QTableWidget(len(self.rows), len(self.report.methods))
        table.setAccessibleName(self.tr("Figures by attribute and method"))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setCornerButtonEnabled(False)
        table.setHorizontalHeaderLabels([one.title or one.name for one in self.report.methods])
        table.setVerticalHeaderLabels([self._title(name) for name in self.rows])
        table.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setObjectName("figures")
        for header in (table.horizontalHeader(), table.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setHighlightSections(False)
        table.horizontalScrollBar().rangeChanged.connect(self._fit)
        return table

    def _title(self, attribute: str) -> str:
        """An attribute's name; as the report has it where this version does not know it."""
        if attribute == ALL:
            return self.tr("All attributes")
        if attribute in engine.ATTRIBUTES:
            return labels.attribute(attribute)
        return next((one.title for one in self.report.attributes if one.name == attribute), "") or attribute

    def _choose(self) -> None:
        self.figure_chosen.emit(self.figure.currentData())
        self._fill()

    def _fill(self) -> None:
        """The values of the chosen figure."""
        if not self.figures:
            return
        figure = self.figures[self.figure.currentIndex()]
        note = translated(figure.note)
        self.note.setText(f"{note}. {self._direction(figure)}")
        for row, attribute in enumerate(self.rows):
            best = self._best(figure, attribute)
            for column, method in enumerate(self.report.methods):
                item = QTableWidgetItem()
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                found = self.report.of(method.name, attribute)
                estimate = found.figure(figure.name) if found is not None else None
                item.setText(cell_text(figure, estimate))
                if estimate is not None and best is not None and figure.badness(estimate.value) <= best:
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                    item.setData(
                        Qt.ItemDataRole.AccessibleTextRole, self.tr("{0}, the best").format(item.text())
                    )
                self.table.setItem(row, column, item)
        self._fit()

    def _best(self, figure: ComparisonFigure, attribute: str) -> float | None:
        """How good the best of several methods is; None where they are alike."""
        rows = [self.report.of(method.name, attribute) for method in self.report.methods]
        found = [row.figure(figure.name) for row in rows if row is not None]
        bad = [figure.badness(one.value) for one in found if one is not None and not math.isnan(one.value)]
        return min(bad) if bad and min(bad) < max(bad) else None

    def _direction(self, figure: ComparisonFigure) -> str:
        return {
            "higher": self.tr("Higher is better."),
            "lower": self.tr("Lower is better."),
            "one": self.tr("Nearer to 1 is better."),
        }[figure.better]

    def _fit(self) -> None:
        """As high as its rows, so that the list of packs scrolls and not a list within it, and no wider than
        its columns."""
        table, frame = self.table, 2 * self.table.frameWidth()
        table.resizeColumnsToContents()
        table.resizeRowsToContents()
        rows = range(min(_MOST_ROWS, table.rowCount()))
        height = (
            sum(table.rowHeight(row) for row in rows) + table.horizontalHeader().sizeHint().height() + frame
        )
        width = table.verticalHeader().sizeHint().width() + table.horizontalHeader().length() + frame
        table.setMaximumWidth(width)
        bar = table.horizontalScrollBar()
        table.setFixedHeight(height + (bar.sizeHint().height() if bar.maximum() > 0 else 0))


def cell_text(figure: ComparisonFigure, found: engine.Estimate | None) -> str:
    """A figure with its interval, "0.31 (0.25–0.38)", in the window's language."""
    if found is None or math.isnan(found.value):
        return "–"
    unit = f"\u00a0{figure.unit}" if figure.unit else ""
    text = _number(figure, found.value) + unit
    if found.low is None or found.high is None:
        return text
    return f"{text} ({_number(figure, found.low)}–{_number(figure, found.high)})"


def _number(figure: ComparisonFigure, value: float) -> str:
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞"
    return number_format.decimal(value * figure.scale, figure.places)
