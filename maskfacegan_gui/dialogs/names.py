"""The dialog that asks for a name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget


def ask_name(
    parent: QWidget, title: str, question: str, suggestion: str, given: Callable[[str], None]
) -> QInputDialog:
    """Ask for a name; nothing happens when it is left empty."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(question)
    dialog.setTextValue(suggestion)
    for field in dialog.findChildren(QLineEdit):
        field.setAccessibleName(question)
        field.selectAll()
    dialog.textValueSelected.connect(lambda text: given(text.strip()) if text.strip() else None)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
