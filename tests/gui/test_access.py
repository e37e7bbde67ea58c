"""Names for screen readers, the keyboard, the sheet of shortcuts, both themes, translations."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import maskfacegan_gui
from maskfacegan_gui.dialogs.shortcuts import ShortcutsDialog
from maskfacegan_gui.look.theme import DARK, LIGHT, Colours
from maskfacegan_gui.main_window import MainWindow

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def controls(window: QWidget) -> list[QWidget]:
    return [
        w
        for w in window.findChildren(QWidget)
        if isinstance(w, CONTROLS) and not isinstance(w, QScrollBar) and not w.objectName().startswith("qt_")
    ]


def test_every_control_has_an_accessible_name(with_face: MainWindow) -> None:
    nameless = [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in controls(with_face)
        if not w.accessibleName() and not (isinstance(w, QAbstractButton) and w.text())
    ]
    assert not nameless


def test_everything_that_can_be_clicked_can_be_reached_by_tab(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    window.activateWindow()
    window.parts.attributes.search.setFocus()
    reached = set()
    for _ in range(300):
        focus = QApplication.focusWidget()
        if focus in reached:
            break
        reached.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    wanted = {
        w
        for w in controls(window)
        if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    assert wanted <= reached


def test_no_shortcut_is_given_twice(window: MainWindow) -> None:
    keys = Counter(
        key.toString() for action in window.actions() for key in action.shortcuts() if not key.isEmpty()
    )
    assert not [key for key, count in keys.items() if count > 1]


def test_shortcuts_sheet_lists_the_real_actions(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    sheet = window.findChild(ShortcutsDialog)
    assert sheet.isVisible()
    from PySide6.QtWidgets import QLabel

    texts = {w.text() for w in sheet.findChildren(QLabel)}
    for action in window.actions():
        if not action.shortcut().isEmpty() and action.isVisible():
            assert action.shortcut().toString() in texts, action.text()
    room = sheet.findChild(QScrollArea).verticalScrollBar().maximum()
    assert room == 0 or sheet.height() > 0.8 * sheet.screen().availableGeometry().height()
    sheet.close()


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read(colours: Colours) -> None:
    """Contrast of text on its ground after WCAG 2: 4.5 for text, 3 for muted text and icons."""

    def luminance(name: str) -> float:
        c = QColor(name)
        parts = [
            (v / 12.92) if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
            for v in (c.redF(), c.greenF(), c.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    def contrast(a: str, b: str) -> float:
        low, high = sorted((luminance(a), luminance(b)))
        return (high + 0.05) / (low + 0.05)

    for ground in (colours.window, colours.panel, colours.raised, colours.field):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.muted, ground) >= 4.0
    assert contrast(colours.accent_text, colours.accent) >= 4.5
    assert contrast(colours.text, colours.accent_soft) >= 4.5


def test_theme_applies_at_once(window: MainWindow, qapp: QApplication) -> None:
    for wish, colours in (("light", LIGHT), ("dark", DARK)):
        window.theme.apply(wish)
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(colours.window)


def test_no_token_is_left_in_the_style_sheet(window: MainWindow, qapp: QApplication) -> None:
    assert "@" not in qapp.styleSheet().split("*/", 1)[1]


def test_texts_for_people_go_through_translation() -> None:
    """No bare text in the calls that show one."""
    shows = {"setText", "setToolTip", "setWindowTitle", "setAccessibleName", "setPlaceholderText", "addTab"}
    bare = []
    for path in Path(maskfacegan_gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in shows
            ):
                bare += [
                    f"{path.name}:{node.lineno} {arg.value!r}"
                    for arg in node.args
                    if isinstance(arg, ast.Constant)
                    and isinstance(arg.value, str)
                    and any(c.isalpha() for c in arg.value)
                ]
    assert not bare
