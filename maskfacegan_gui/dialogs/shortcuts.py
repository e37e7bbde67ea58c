"""The list of keyboard shortcuts, made from the actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..widgets.basics import label

Group = tuple[str, Sequence[tuple[str, str]]]


def from_actions(groups: list[tuple[str, list[QAction | None]]]) -> list[Group]:
    """(title, [(keys, text), ...]) of every action that has a shortcut."""
    result: list[Group] = []
    for title, actions in groups:
        rows = [
            (
                action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
                action.text().replace("&", "").rstrip("…"),
            )
            for action in actions
            if action is not None and not action.shortcut().isEmpty()
        ]
        if rows:
            result.append((title.replace("&", ""), rows))
    return result


class ShortcutsDialog(QDialog):
    """Two columns of groups."""

    def __init__(self, groups: list[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QHBoxLayout()
        columns.setSpacing(36)
        halves: list[list[Group]] = [[], []]
        for group in groups:
            halves[sum(len(g[1]) + 2 for g in halves[0]) > sum(len(g[1]) + 2 for g in halves[1])].append(
                group
            )
        for half in halves:
            column = QVBoxLayout()
            column.setSpacing(4)
            for title, rows in half:
                column.addSpacing(8)
                column.addWidget(label(title, "group"))
                for keys, text in rows:
                    column.addLayout(self._row(keys, text))
            column.addStretch(1)
            columns.addLayout(column, 1)
        inside = QWidget()
        inside.setLayout(columns)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        outer = QVBoxLayout(self)
        outer.addWidget(scroll, 1)
        outer.addWidget(buttons)
        hint = inside.sizeHint()  # all of it where the screen has room: a list is read at a glance
        room = self.screen().availableGeometry().height() * 9 // 10
        self.resize(hint.width() + 60, min(hint.height() + 90, room))

    def _row(self, keys: str, text: str) -> QHBoxLayout:
        row = QHBoxLayout()
        key = label(keys, "strong")
        key.setMinimumWidth(150)
        row.addWidget(key)
        row.addWidget(label(text), 1)
        return row
