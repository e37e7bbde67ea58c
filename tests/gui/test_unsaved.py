"""Nothing is lost unasked: edits that no project holds are asked about, also after an export."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file

from .conftest import WAIT, drop, settle, take_whole
from .test_edits import make_edit
from .test_run import apply, choose_name, finished, tick

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def question(window: MainWindow) -> QMessageBox:
    [box] = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    return box


def answer(window: MainWindow, qtbot: QtBot, text: str) -> None:
    qtbot.mouseClick(next(b for b in question(window).findChildren(QPushButton) if b.text() == text), LEFT)


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    """A key with Ctrl, once no dialog has the keyboard any more."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, key, CONTROL)


def export(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    press(window, qtbot, Qt.Key.Key_S)
    choose_name(window, qtbot, path)
    settle(window, qtbot)
    assert path.is_file()


@pytest.fixture
def edited(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    """A window with a committed edit that is saved nowhere."""
    make_edit(with_face, qtbot, "smiling")
    return with_face


@pytest.fixture
def exported(edited: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """The same, its picture exported as it is."""
    export(edited, qtbot, tmp_path / "out.png")
    return edited


def replace_by(way: str, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    """Bring another photo in, or close the window."""
    other = shutil.copy(tmp_path / "portrait.png", tmp_path / "other.png")
    if way == "drop":
        drop(window, [Path(other)])
    elif way == "paste":
        QGuiApplication.clipboard().setImage(QImage(other))
        press(window, qtbot, Qt.Key.Key_V)
    elif way == "recent":
        window.settings.add_recent(Path(other))
        window.recent.menu.aboutToShow.emit()
        window.recent.menu.actions()[0].trigger()
    elif way == "random":
        window.commands.random.trigger()
    elif way == "open":
        press(window, qtbot, Qt.Key.Key_O)
    else:
        window.close()


@pytest.mark.parametrize("way", ["drop", "paste", "recent", "random", "open", "close"])
def test_edits_are_asked_about_after_an_export(
    exported: MainWindow, way: str, qtbot: QtBot, tmp_path: Path
) -> None:
    document = exported.session.document
    photo = document.photo
    replace_by(way, exported, qtbot, tmp_path)
    settle(exported, qtbot)
    assert "out.png" in question(exported).text()
    assert "Only the masks and edits would be lost" in question(exported).informativeText()
    answer(exported, qtbot, "Cancel")
    settle(exported, qtbot)
    assert exported.isVisible() and document.photo is photo and len(document.edits) == 1
    assert exported.findChild(QFileDialog) is None


@pytest.mark.slow
def test_edits_are_given_up_when_told_to(exported: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    replace_by("paste", exported, qtbot, tmp_path)
    answer(exported, qtbot, "Discard the edits")
    settle(exported, qtbot)
    assert exported.session.document.edits == [] and exported.session.document.path is None


@pytest.mark.slow
def test_a_project_is_offered_after_an_export(exported: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    exported.close()
    answer(exported, qtbot, "Save project")
    choose_name(exported, qtbot, tmp_path / "kept.mfg")
    qtbot.waitUntil(lambda: not exported.isVisible(), timeout=WAIT)
    assert [edit.title for edit in project_file.read(tmp_path / "kept.mfg").edits] == ["Smiling"]


@pytest.mark.slow
def test_what_was_changed_since_the_export_is_no_picture_anywhere(
    exported: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    edit = exported.session.document.edits[0]
    exported.session.edits.change(edit.id, "x", opacity=0.5)
    settle(exported, qtbot)
    exported.close()
    assert question(exported).text() == "The photo has edits that are not saved."
    answer(exported, qtbot, "Cancel")
    press(exported, qtbot, Qt.Key.Key_Z)
    settle(exported, qtbot)
    exported.close()
    assert "out.png" in question(exported).text(), "it is again what was exported"
    answer(exported, qtbot, "Cancel")
    (tmp_path / "out.png").unlink()
    exported.close()
    assert question(exported).text() == "The photo has edits that are not saved."
    answer(exported, qtbot, "Cancel")


@pytest.mark.slow
def test_a_picture_that_is_saved_when_asked_lets_the_window_close(
    edited: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    edited.close()
    answer(edited, qtbot, "Save picture…")
    choose_name(edited, qtbot, tmp_path / "out.png")
    qtbot.waitUntil(lambda: not edited.isVisible(), timeout=WAIT)
    assert (tmp_path / "out.png").is_file()


@pytest.mark.slow
def test_what_is_changed_while_the_project_is_written_is_asked_about(
    edited: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    edited.close()
    answer(edited, qtbot, "Save project")
    choose_name(edited, qtbot, tmp_path / "kept.mfg")
    press(edited, qtbot, Qt.Key.Key_Z)  # the file is being written
    edited.commands.grow.trigger()  # as many steps as were written
    settle(edited, qtbot)
    assert (tmp_path / "kept.mfg").is_file()
    assert edited.isVisible() and edited.session.unsaved
    answer(edited, qtbot, "Cancel")


@pytest.mark.slow
def test_stopping_a_run_to_close_does_not_give_up_earlier_edits(
    make_window, long_pack_folder: Path, photo: Path, qtbot: QtBot
) -> None:
    window = take_whole(make_window(long_pack_folder), photo, qtbot)
    window.commands.grow.trigger()
    settle(window, qtbot)
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    window.close()
    answer(window, qtbot, "Stop the run")
    finished(window, qtbot)
    assert window.isVisible()
    assert question(window).text() == "The photo has edits that are not saved."
    answer(window, qtbot, "Discard")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)


@pytest.mark.slow
def test_lost_work_is_not_put_over_unsaved_edits_unasked(
    edited: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    copy = edited.session.recovery.autosave.folder / "lost.mfg"
    edited.session.recovery.autosave.save_now()
    settle(edited, qtbot)
    shutil.copy(edited.session.recovery.autosave.path, copy)
    edited.session.recovery.offer(edited.files.if_nothing_is_lost)
    before = edited.session.document.photo
    qtbot.mouseClick(edited.parts.message.action, LEFT)
    answer(edited, qtbot, "Cancel")
    settle(edited, qtbot)
    assert edited.session.document.photo is before and copy.is_file()
    edited.session.recovery.offer(edited.files.if_nothing_is_lost)
    qtbot.mouseClick(edited.parts.message.action, LEFT)
    answer(edited, qtbot, "Discard")
    settle(edited, qtbot)
    assert edited.session.document.photo is not before
    np.testing.assert_array_equal(edited.session.document.photo.pixels, before.pixels)


@pytest.mark.slow
def test_a_photo_without_edits_is_replaced_unasked(
    with_face: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    export(with_face, qtbot, tmp_path / "out.png")
    replace_by("drop", with_face, qtbot, tmp_path)
    settle(with_face, qtbot)
    assert with_face.session.document.path == tmp_path / "other.png"
