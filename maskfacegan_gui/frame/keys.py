"""Keys that need more than a shortcut: the brush's, which go by their place, and single keys beside text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ..process import keyboard_layout
from .actions import Actions

_TEXTS = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


def is_text(widget: QWidget | None) -> bool:
    """Whether what is typed into a widget is text, be it only to be read and copied."""
    return isinstance(widget, _TEXTS) or (isinstance(widget, QComboBox) and widget.isEditable())


def writes(event: QKeyEvent) -> bool:
    """Whether a key alone, or with Shift, stands for a character."""
    plain = not event.modifiers() & _COMMANDS
    return plain and bool(event.text().isprintable() and event.text().strip())


class Keys(QObject):
    """Looks at the window's key events that no widget wanted.

    The two keys right of P change the brush's size, and with Shift its hardness, on every layout. While a
    text has the focus no key that writes is a shortcut.
    """

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        super().__init__(window)
        self._actions = actions
        window.installEventFilter(self)

    def follow_layout(self) -> None:
        """Let menus and the list of shortcuts name the brush's keys as the layout has them."""
        self._actions.set_brush_keys(*keyboard_layout.labels())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride) or not isinstance(
            event, QKeyEvent
        ):
            return False
        typing = is_text(QApplication.focusWidget())
        if kind == QEvent.Type.ShortcutOverride:
            if typing and writes(event):
                event.accept()  # then it is no shortcut
                return True
            return False
        return not typing and self._brush(event)

    def _brush(self, event: QKeyEvent) -> bool:
        place = keyboard_layout.position(event.nativeScanCode(), event.nativeVirtualKey())
        if place is None or event.modifiers() & ~_SHIFT:
            return False
        do = self._actions
        pair = (do.softer, do.harder) if event.modifiers() & _SHIFT else (do.smaller, do.larger)
        pair[place].trigger()
        return True
