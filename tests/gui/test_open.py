"""The ways in: a drop, the dialog, the clipboard, the command line, a random face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow

from .conftest import WAIT, drop, settle


def opened(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.session.document.photo is not None, timeout=WAIT)
    settle(window, qtbot)
    assert window.parts.canvas.isVisible()


def test_empty_window_says_what_to_do(window: MainWindow) -> None:
    assert window.parts.stack.currentWidget() is window.parts.welcome
    assert window.parts.welcome.open_button.isVisible()
    assert not window.parts.run.apply_button.isEnabled()
    assert "photo" in window.parts.run.apply_button.toolTip()


def test_drop(window: MainWindow, photo: Path, qtbot: QtBot) -> None:
    drop(window, [photo])
    opened(window, qtbot)
    assert window.session.document.path == photo
    assert photo.name in window.windowTitle()
    assert window.settings.get("recent") == [str(photo)]


def test_dialog(window: MainWindow, photo: Path, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.parts.welcome.open_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(QFileDialog)
    dialog.setDirectory(str(photo.parent))
    dialog.selectFile(photo.name)
    dialog.accept()
    opened(window, qtbot)
    assert window.focusWidget() is window.parts.canvas, "not the button that opens"
    search = window.parts.attributes.search
    search.setFocus()
    window.files.open_now(photo)
    settle(window, qtbot)
    assert window.focusWidget() is search, "somebody types"


def test_paste_of_a_file(window: MainWindow, photo: Path, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    QGuiApplication.clipboard().setMimeData(data)
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    opened(window, qtbot)
    assert window.session.document.path == photo


def test_paste_of_a_picture(window: MainWindow, qtbot: QtBot) -> None:
    picture = QImage(70, 50, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkCyan)
    picture.setPixelColor(3, 2, Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(picture)
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    opened(window, qtbot)
    pixels = window.session.document.photo.pixels
    assert pixels.shape == (50, 70, 3)
    np.testing.assert_array_equal(pixels[2, 3], (255, 0, 0))


def test_nothing_in_the_clipboard(window: MainWindow) -> None:
    QGuiApplication.clipboard().clear()
    window.files.paste()
    assert "clipboard" in window.parts.message.text.text()


def test_random_face_is_ready_to_edit(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.parts.welcome.random_button, Qt.MouseButton.LeftButton)
    opened(window, qtbot)
    document = window.session.document
    qtbot.waitUntil(lambda: document.face is not None, timeout=WAIT)
    assert document.photo.width == window.session.pack.resolution
    assert document.face.crop.size == document.photo.width


def test_scores_and_overlay_come_with_the_face(with_face: MainWindow, qtbot: QtBot) -> None:
    row = with_face.parts.attributes.rows["smiling"]
    score = with_face.session.document.face.scores["smiling"]
    assert row.percent.text() == f"{round(100 * score)} %"
    assert with_face.parts.canvas.overlay.isVisible()
    qtbot.keyClick(with_face.parts.canvas, Qt.Key.Key_O)
    assert not with_face.parts.canvas.overlay.isVisible()
    assert not with_face.parts.regions.overlay.isChecked()


def test_what_is_open_stays_until_the_next_photo_is_read(
    with_face: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    before = with_face.session.document.photo
    drop(with_face, [bad])
    settle(with_face, qtbot)
    assert with_face.session.document.photo is before
    assert with_face.session.document.face is not None
