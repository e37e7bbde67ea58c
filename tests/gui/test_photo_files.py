"""What a photo's file loses is said in the window, when it is opened and when the picture is saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
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
