"""Every shortcut can be typed on US, German, French and Spanish keyboards, and none is typed into a text."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QUndoStack
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from maskfacegan_gui.dialogs.shortcuts import ShortcutsDialog
from maskfacegan_gui.frame.actions import Actions
from maskfacegan_gui.frame.keys import Keys
from maskfacegan_gui.look.icons import Icons
from maskfacegan_gui.look.theme import Theme
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import keyboard_layout

# What each key writes by itself, from the one left of 1 on; "´" and the like wait for a letter.
ROWS = {
    "us": ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    "de": ("^1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"),
    "fr": ("²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!"),
    "es": ("º1234567890'¡", "qwertyuiop`+", "asdfghjklñ´ç", "<zxcvbnm,.-"),
}
DEAD = {"^": Qt.Key.Key_Dead_Circumflex, "`": Qt.Key.Key_Dead_Grave, "´": Qt.Key.Key_Dead_Acute}
NO_LETTER_WAITS = ("us",)
NO_MODIFIER, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
MAC = sys.platform == "darwin"
FIRST_LETTER_KEY = 24  # Q, as X11 counts


def event(layout: str, character: str, modifiers: Qt.KeyboardModifier, kind: QEvent.Type) -> QKeyEvent:
    """The key event of the key that writes a character by itself, as Qt makes it on that layout."""
    scan = next((FIRST_LETTER_KEY + row.index(character) for row in ROWS[layout][1:2] if character in row), 9)
    if scan in (34, 35):
        place = keyboard_layout.POSITIONS[scan - 34]
        scan, virtual = (0, place) if MAC else (place, 0)
    else:
        virtual = 0
    waits = layout not in NO_LETTER_WAITS and character in DEAD
    key = DEAD[character] if waits else Qt.Key(ord(keyboard_layout.capital(character)))
    plain = not modifiers or modifiers == SHIFT
    written = (character.upper() if modifiers else character) if plain and not waits else ""
    return QKeyEvent(kind, key, modifiers, scan, virtual, 0, written)


def type_key(
    widget: QWidget, layout: str, character: str, modifiers: Qt.KeyboardModifier = NO_MODIFIER
) -> None:
    """As a window system delivers it: asked about first, then pressed, then released."""
    over = event(layout, character, modifiers, QEvent.Type.ShortcutOverride)
    over.ignore()
    QApplication.sendEvent(widget, over)
    pressed = event(layout, character, modifiers, QEvent.Type.KeyPress)
    if over.isAccepted() or not shortcut(widget, pressed):
        QApplication.sendEvent(widget, pressed)
    QApplication.sendEvent(widget, event(layout, character, modifiers, QEvent.Type.KeyRelease))


def shortcut(widget: QWidget, pressed: QKeyEvent) -> bool:
    """Trigger the window's action with that key, as Qt's shortcut map does; whether there was one."""
    combination = QKeySequence(QKeyCombination(pressed.modifiers(), Qt.Key(pressed.key())))
    for action in widget.window().actions():
        if combination in action.shortcuts() and action.isEnabled():
            action.trigger()
            return True
    return False


@pytest.fixture
def actions(qtbot: QtBot, qapp: QApplication) -> Iterator[Actions]:
    window = QMainWindow()
    qtbot.addWidget(window)
    theme = Theme(qapp, "dark")
    made = Actions(window, Icons(theme), QUndoStack(window))
    made.undo.setEnabled(True)
    made.redo.setEnabled(True)
    yield made
    theme.deleteLater()


def all_of(actions: Actions) -> list[QAction]:
    return [action for _, group in actions.groups() for action in group if action is not None]


def typed(layout: str, sequence: QKeySequence) -> tuple[str, Qt.KeyboardModifier] | None:
    """The key to press and what to hold for a shortcut, where a key writes its character by itself."""
    combination = sequence[0]
    code = combination.key().value
    if code >= 0x01000000:
        return "", combination.keyboardModifiers()
    character = chr(code)
    here = "".join(ROWS[layout])
    for key in (character.lower(), character):
        if key in here and not (layout not in NO_LETTER_WAITS and key in DEAD):
            return key, combination.keyboardModifiers()
    return None


@pytest.mark.parametrize("layout", ROWS)
def test_every_shortcut_can_be_typed(actions: Actions, layout: str) -> None:
    window = actions.hand.parent()
    assert isinstance(window, QMainWindow)
    keys = Keys(window, actions)
    assert keys is not None
    left, right = ROWS[layout][1][10:12]
    actions.set_brush_keys(left.upper(), right.upper())
    by_place = {
        actions.smaller: (left, NO_MODIFIER),
        actions.larger: (right, NO_MODIFIER),
        actions.softer: (left, SHIFT),
        actions.harder: (right, SHIFT),
    }
    with_keys = [action for action in all_of(actions) if not action.shortcut().isEmpty()]
    assert len(with_keys) > 40
    for action in with_keys:
        heard: list[QAction] = []
        for other in with_keys:
            other.triggered.connect(lambda *_, a=other, all_=heard: all_.append(a))
        ways = [by_place[action]] if action in by_place else [typed(layout, s) for s in action.shortcuts()]
        pressed = next((way for way in ways if way is not None), None)
        assert pressed is not None, f"{action.text()}: {action.shortcut().toString()} on {layout}"
        if pressed[0]:
            type_key(window, layout, *pressed)
            assert heard == [action], (action.text(), [a.text() for a in heard])
        for other in with_keys:
            other.triggered.disconnect()


def test_no_two_actions_have_a_key_in_common(actions: Actions) -> None:
    for layout in ROWS:
        left, right = ROWS[layout][1][10:12]
        actions.set_brush_keys(left.upper(), right.upper())
        keys = [sequence.toString() for action in all_of(actions) for sequence in set(action.shortcuts())]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("layout", ROWS)
def test_the_brush_in_the_window(with_face: MainWindow, layout: str) -> None:
    editor, canvas = with_face.mask_tools.editor, with_face.parts.canvas
    with_face.commands.brush.trigger()
    canvas.setFocus()
    left, right = ROWS[layout][1][10:12]
    before = editor.radius, editor.hardness
    type_key(canvas, layout, left)
    type_key(canvas, layout, left, SHIFT)
    assert editor.radius < before[0] and editor.hardness < before[1]
    smaller = editor.radius, editor.hardness
    type_key(canvas, layout, right)
    type_key(canvas, layout, right, SHIFT)
    assert editor.radius > smaller[0] and editor.hardness > smaller[1]
    type_key(canvas, layout, left, Qt.KeyboardModifier.ControlModifier)
    assert editor.radius > smaller[0]


@pytest.mark.parametrize("layout", ROWS)
def test_the_list_names_the_keys_as_the_layout_has_them(
    window: MainWindow, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = (key.upper() for key in ROWS[layout][1][10:12])
    monkeypatch.setattr(keyboard_layout, "labels", lambda: (left, right))
    window.show_shortcuts()
    dialog = window.findChild(ShortcutsDialog)
    shown = {row.text() for row in dialog.findChildren(QWidget) if hasattr(row, "text")}
    assert {left, right, f"Shift+{left}", f"Shift+{right}"} <= shown
    dialog.close()


@pytest.mark.parametrize("layout", ROWS)
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit, "read-only"])
def test_no_key_alone_is_a_shortcut_in_a_text(
    actions: Actions, layout: str, kind: object, qtbot: QtBot
) -> None:
    window = actions.hand.parent()
    assert isinstance(window, QMainWindow)
    Keys(window, actions)
    field = QPlainTextEdit(readOnly=True) if kind == "read-only" else kind()  # type: ignore[operator]
    inside = QWidget()
    QVBoxLayout(inside).addWidget(field)
    window.setCentralWidget(inside)
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    heard: list[str] = []
    for action in all_of(actions):
        action.triggered.connect(lambda *_, a=action: heard.append(a.text()))
    for character in "".join(ROWS[layout]):
        for modifiers in (NO_MODIFIER, SHIFT):
            type_key(field, layout, character, modifiers)
    assert heard == []
    if kind is QLineEdit:
        assert "b" in field.text() and "B" in field.text() and "o" in field.text()


def test_the_photo_before_is_not_shown_while_text_is_typed(with_face: MainWindow, qtbot: QtBot) -> None:
    search = with_face.parts.attributes.search
    with_face.commands.search.trigger()
    qtbot.waitUntil(search.hasFocus)
    for character in "cbo":
        type_key(search, "us", character)
    assert search.text() == "cbo" and not with_face.commands.brush.isChecked()
    assert with_face.parts.canvas.overlay.isVisible()


EXPECTED = {"us": ("[", "]"), "de": ("Ü", "+"), "fr": ("^", "$"), "es": ("`", "+")}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="of X11")
@pytest.mark.parametrize("layout", EXPECTED)
def test_an_x_server_says_what_is_on_the_keys(layout: str) -> None:
    for tool in ("Xvfb", "setxkbmap", "xkbcomp"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-noreset", "-screen", "0", "320x200x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            display = f":{said.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display}
        subprocess.run(["setxkbmap", layout], env=environment, check=True)
        code = "from maskfacegan_gui.process import keyboard_layout as k; print(*k.labels())"
        end = time.monotonic() + 30
        found: tuple[str, ...] = ()
        while found != EXPECTED[layout] and time.monotonic() < end:
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
            )
            found = tuple(done.stdout.split())
        assert found == EXPECTED[layout]
    finally:
        server.terminate()
        server.wait()
