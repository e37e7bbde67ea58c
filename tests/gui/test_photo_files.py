"""What a photo's file loses is said in the window, when it is opened and when the picture is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from maskfacegan_gui.dialogs.files import choose_photo, choose_target
from maskfacegan_gui.main_window import MainWindow
from tests.engine.test_camera_raw import RAW
from tests.engine.test_left_behind import ISO, VIDEO, jpeg, segment
from tests.engine.test_previews import preview

from .conftest import settle


def test_gain_map_and_video_are_spoken_of(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    jpeg(path, preview() + VIDEO, "", segment(0xE2, ISO))
    told: list[str] = []
    window.session.notices.noticed.connect(lambda notice: told.append(f"{notice.text} {notice.hint}"))
    window.files.open_now(path)
    settle(window, qtbot)
    shown = window.parts.message
    if "No face" in shown.text.text():
        qtbot.mouseClick(shown.close_button, Qt.MouseButton.LeftButton)
    assert "gain map is not kept" in shown.text.text() and "video is not kept" in shown.hint.text()
    assert sum("is not kept" in text for text in told) == 1
    told.clear()
    window.session.exports.save_picture(tmp_path / "b.jfif")
    settle(window, qtbot)
    saved = next(text for text in told if "b.jfif" in text)
    assert "gain map was left out" in saved and "video was left out" in saved
    assert (tmp_path / "b.jfif").read_bytes().startswith(b"\xff\xd8")


def test_a_cameras_raw_file_is_named(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "DSC_0001.jpg"
    path.write_bytes(RAW["a mosaic beneath a preview"]("<"))
    window.files.open_now(path)
    qtbot.waitUntil(window.parts.message.isVisible, timeout=20_000)
    assert window.parts.message.text.text() == "DSC_0001.jpg is a camera's raw file."
    assert "Develop it first" in window.parts.message.hint.text()


def test_the_dialogs_know_the_suffixes(window: MainWindow, tmp_path: Path) -> None:
    opening = choose_photo(window, tmp_path, lambda path: None)
    assert isinstance(opening, QFileDialog)
    offered = opening.nameFilters()[0]
    for suffix in (".jfif", ".jpe", ".pjpeg", ".mpo", ".heic", ".hif", ".avif"):
        assert f"*{suffix} *{suffix.upper()}" in offered
    opening.reject()
    saving = choose_target(window, "Save", tmp_path / "a.jpe", lambda path: None)
    assert "*.jpe" in saving.selectedNameFilter()
    saving.reject()


NAMES = ["<b>bold.png", "<img src='x.png'>.png", "&amp;<h1>.png", "n" * 240 + ".png"]


@pytest.mark.parametrize("name", NAMES, ids=["bold", "picture", "heading", "long"])
def test_names_are_shown_as_they_are(name: str, window: MainWindow, photo: Path, qtbot: QtBot) -> None:
    """What looks like mark-up is none, and no line is broken by a name's length."""
    path, saved = photo.with_name(name), photo.with_name(f"2{name[1:]}" if len(name) > 99 else f"2 {name}")
    photo.rename(path)
    message, width = window.parts.message, window.width()
    window.files.open_now(path)
    settle(window, qtbot)
    assert window.session.document.path == path
    window.session.exports.save_picture(saved)
    settle(window, qtbot)
    assert saved.is_file() and window.width() == width
    for shown in (message.text, window.parts.busy.text, window.parts.size, window.parts.pack):
        assert shown.textFormat() is Qt.TextFormat.PlainText
    if len(name) < 99:
        assert name in message.text.text()
    else:
        assert "nnn…nnn" in message.text.text() and name[1:] in message.text.toolTip()
    assert message.text.sizeHint().width() <= 1000
    window.recent.fill()
    entry = window.recent.menu.actions()[0]
    assert len(entry.text()) < 70
    tip = QTextDocument()
    (tip.setHtml if "<" in name else tip.setPlainText)(entry.toolTip())  # as Qt.mightBeRichText has it
    assert tip.toPlainText() == str(path)
