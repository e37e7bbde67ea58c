"""The attributes panel: all attributes grouped by face region, with search."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import engine
from engine import REGIONS, AttributeEdit

from ..look.theme import REGION_COLOURS
from ..text import labels
from ..text.engine_sentences import translated
from ..widgets.basics import label
from .attribute_row import AttributeRow

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there

ORDER = ("mouth", "eyebrows", "eyes", "nose", "hair", "skin", "ears", "belowface", "face")


class Group(QWidget):
    """The attributes of one region under its name and colour."""

    def __init__(self, name: str, rows: list[AttributeRow]) -> None:
        super().__init__()
        self.rows = rows
        head = QHBoxLayout()
        head.setContentsMargins(8, 10, 8, 2)
        if name in REGIONS:
            dot = label("●")
            dot.setStyleSheet(f"color: {REGION_COLOURS[REGIONS.index(name)]};")
            head.addWidget(dot)
        head.addWidget(label(labels.group(name), "group"))
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addLayout(head)
        for row in rows:
            column.addWidget(row)

    def filter(self, text: str, with_unsupported: bool) -> bool:
        """Show the rows that match; True when any does."""
        any_shown = False
        for row in self.rows:
            shown = row.picked or (fits(row, text) and (with_unsupported or row.isEnabled()))
            row.setVisible(shown)
            any_shown = any_shown or shown
        self.setVisible(any_shown)
        return any_shown


def fits(row: AttributeRow, text: str) -> bool:
    """Whether an attribute is found by a text in small letters."""
    return text in labels.attribute(row.name).lower() or text in row.name.replace("_", " ")


class AttributesPanel(QWidget):
    """Says which attributes are picked and how; `changed` whenever that changes."""

    changed = Signal()
    live_moved = Signal(str, float)
    live_let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, AttributeRow] = {}
        self.groups: list[Group] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search attributes"))
        self.search.setAccessibleName(self.tr("Search attributes"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear the search"))
        self.search.installEventFilter(self)
        self.unsupported = QCheckBox(self.tr("Show those this pack cannot edit"))
        self.unsupported.setChecked(True)
        self.unsupported.hide()  # until a pack is there that lacks something
        self.clear_button = QPushButton(self.tr("Clear"))
        self.clear_button.setProperty("flat", True)
        self.clear_button.setToolTip(self.tr("Untick all attributes"))
        self.saved_button = QToolButton()
        self.saved_button.setText(self.tr("Saved"))
        self.saved_button.setAccessibleName(self.tr("Saved settings of edits"))
        self.saved_button.setToolTip(self.tr("Attributes, strengths and sizes that you saved under a name"))
        self.saved_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.saved_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.nothing = label(self.tr("No attribute has this name."), "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self._list = QVBoxLayout()
        self._list.setContentsMargins(6, 0, 6, 8)
        self._list.setSpacing(0)
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.unsupported.toggled.connect(self._filter)
        self.clear_button.clicked.connect(self.clear)
        self.clear_button.setEnabled(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 10, 12, 4)
        head.addWidget(self.search, 1)
        head.addWidget(self.saved_button)
        head.addWidget(self.clear_button)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list)
        column.addWidget(self.nothing)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumHeight(10)  # on a small screen it gives way to the result below, which cannot
        self._scroll = scroll
        foot = QHBoxLayout()
        foot.setContentsMargins(14, 4, 12, 6)
        foot.addWidget(self.unsupported)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)

    # --- what is shown

    def set_pack(self, pack: ModelPack) -> None:
        """The attributes of the pack's classifier; those it cannot edit are disabled, with the reason."""
        for group in self.groups:
            self._list.removeWidget(group)
            group.deleteLater()
        self.groups, self.rows = [], {}
        grouped: dict[str, list[AttributeRow]] = {}
        for name in pack.attributes:
            region = engine.attribute_group(name)
            row = AttributeRow(name, local=region in REGIONS)
            reason = pack.unsupported_reason(name)
            row.set_unsupported(None if reason is None else translated(reason))
            doubt = pack.experimental_reason(name)
            row.set_experimental(None if doubt is None else translated(doubt))
            row.changed.connect(self._changed)
            row.live_moved.connect(self.live_moved)
            row.live_let_go.connect(self.live_let_go)
            self.rows[name] = row
            grouped.setdefault(region if region in ORDER else "face", []).append(row)
        for region in ORDER:
            rows = sorted(grouped.get(region, []), key=lambda row: not row.isEnabled())
            if rows:
                group = Group(region, rows)
                self.groups.append(group)
                self._list.addWidget(group)
        before: QWidget = self.clear_button
        for row in self._in_order():
            for control in (row.box, row.live):
                QWidget.setTabOrder(before, control)
                before = control
        QWidget.setTabOrder(before, self.unsupported)
        missing = any(not row.isEnabled() for row in self.rows.values())
        self.unsupported.setVisible(missing)
        self._filter()
        self._changed()

    def set_scores(self, scores: dict[str, float] | None) -> None:
        """The chosen face's scores 0..1; None without a face."""
        for name, row in self.rows.items():
            row.set_score(None if scores is None else scores.get(name))

    # --- live sliders

    def set_live(self, names: Collection[str]) -> None:
        """The attributes whose sliders the face follows."""
        for name, row in self.rows.items():
            row.set_live(name in names)

    def show_live(self, scores: Mapping[str, float] | None) -> None:
        """The scores 0..1 of the live picture; None: there is none, and all sliders stand at nothing."""
        for name, row in self.rows.items():
            if scores is None:
                row.put_live_back()
            else:
                row.show_live(scores.get(name))

    def live_starts(self) -> dict[str, float]:
        """Where the edits begin that are picked and were seen."""
        return {name: row.live_start for name, row in self.rows.items() if row.live_start}

    def _in_order(self) -> list[AttributeRow]:
        """The rows from top to bottom."""
        return [row for group in self.groups for row in group.rows]

    def _text(self) -> str:
        return self.search.text().strip().lower()

    def _filter(self) -> None:
        text = self._text()
        shown = [group.filter(text, self.unsupported.isChecked()) for group in self.groups]
        self.nothing.setVisible(bool(text) and not any(shown))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape empties the search; the arrow down goes into the list."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                rows = [row for row in self._in_order() if row.isVisible() and row.isEnabled()]
                if rows:  # those that are shown only because they are picked come after what was found
                    first = next((row for row in rows if fits(row, self._text())), rows[0])
                    first.box.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    # --- what a person wants

    def edits(self) -> tuple[AttributeEdit, ...]:
        """The picked attributes."""
        return tuple(row.edit() for row in self.rows.values() if row.picked and row.isEnabled())

    def set_edits(self, edits: tuple[AttributeEdit, ...]) -> None:
        """Tick exactly these attributes, with their settings."""
        wanted = {edit.name: edit for edit in edits}
        for name, row in self.rows.items():
            row.set_edit(wanted.get(name))
        self._filter()  # a picked one is seen whatever is searched for

    def clear(self) -> None:
        self.set_edits(())

    def _changed(self) -> None:
        self.clear_button.setEnabled(any(row.picked for row in self.rows.values()))
        self.changed.emit()
