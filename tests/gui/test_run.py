"""An edit from the tick to the saved file, through real events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from maskfacegan_gui.document.stored_result import StoredResult
from maskfacegan_gui.main_window import MainWindow

from .conftest import WAIT, settle, take_whole

LEFT = Qt.MouseButton.LeftButton


def tick(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """Tick an attribute with the keyboard, to be added whatever its score is now."""
    row = window.parts.attributes.rows[name]
    box = row.box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()
    row.strength.slider.setValue(95)


def apply(window: MainWindow, qtbot: QtBot) -> None:
    assert window.parts.run.apply_button.isEnabled()
    qtbot.mouseClick(window.parts.run.apply_button, LEFT)
    assert window.session.runs.running


def finished(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.session.runs.running, timeout=WAIT)
    settle(window, qtbot)


@pytest.fixture
def endless(make_window, long_pack_folder: Path, photo: Path, qtbot: QtBot) -> MainWindow:
    """A window whose run of "smiling" goes on until it is stopped, some steps in."""
    window = take_whole(make_window(long_pack_folder), photo, qtbot)
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    qtbot.waitUntil(lambda: window.parts.run.bar.value() > 3, timeout=WAIT)
    return window


def test_run_shows_progress_and_ends_in_a_pending_result(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    steps: list = []
    window.session.runs.stepped.connect(steps.extend)
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    assert window.parts.run.run_part.isVisible() and not window.parts.run.apply_button.isEnabled()
    finished(window, qtbot)
    assert steps and steps[-1].done == steps[-1].total
    assert any(step.preview is not None for step in steps)
    assert window.parts.run.result_part.isVisible()
    pending = window.session.document.pending
    assert pending is not None and pending.title == "Smiling"
    assert not np.array_equal(window.session.document.picture.pixels, window.session.document.photo.pixels)


@pytest.mark.usefixtures("stored_runs")
def test_undo_and_redo_of_a_run(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    document = window.session.document
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    edited = document.picture.pixels
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(window, qtbot)
    assert document.pending is None and document.picture is document.photo
    window.commands.redo.trigger()
    settle(window, qtbot)
    assert document.pending is not None
    np.testing.assert_array_equal(document.picture.pixels, edited)


def test_pause_holds_and_continue_goes_on(endless: MainWindow, qtbot: QtBot) -> None:
    run = endless.parts.run
    qtbot.mouseClick(run.pause_button, LEFT)
    assert endless.session.runs.current.control.paused and run.pause_button.text() == "Continue"
    qtbot.wait(500)  # the step that was going on ends, and its report arrives
    held = run.bar.value()
    qtbot.wait(500)
    assert run.bar.value() == held
    qtbot.mouseClick(run.pause_button, LEFT)
    qtbot.waitUntil(lambda: run.bar.value() > held, timeout=WAIT)


def test_a_run_is_held_by_the_keyboard(endless: MainWindow, qtbot: QtBot) -> None:
    control, keys = Qt.KeyboardModifier.ControlModifier, endless.parts.canvas
    qtbot.keyClick(keys, Qt.Key.Key_Period, control)
    assert endless.session.runs.current.control.paused and endless.parts.run.pause_button.isChecked()
    qtbot.keyClick(keys, Qt.Key.Key_Period, control)
    assert not endless.session.runs.current.control.paused and not endless.commands.pause.isChecked()
    qtbot.keyClick(keys, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    finished(endless, qtbot)
    assert endless.session.document.pending is None


def test_stop_and_keep_hands_over_what_there_is(endless: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(endless.parts.run.keep_button, LEFT)
    finished(endless, qtbot)
    pending = endless.session.document.pending
    assert pending is not None and pending.result.cancelled
    assert "stopped early" in endless.parts.run.figures.text()


def test_cancel_discards(endless: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(endless.parts.run.cancel_button, LEFT)
    finished(endless, qtbot)
    assert endless.session.document.pending is None
    assert not endless.session.unsaved
    assert not endless.parts.canvas.preview.isVisible()


def test_cancel_while_paused(endless: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(endless.parts.run.pause_button, LEFT)
    qtbot.wait(200)
    qtbot.mouseClick(endless.parts.run.cancel_button, LEFT)
    finished(endless, qtbot)
    assert endless.session.document.pending is None


def test_closing_during_a_run_asks_and_ends_cleanly(endless: MainWindow, qtbot: QtBot) -> None:
    endless.close()
    assert endless.isVisible()
    box = endless.findChild(QMessageBox)
    stop = next(b for b in box.findChildren(QPushButton) if b.text() == "Stop the run")
    qtbot.mouseClick(stop, LEFT)
    qtbot.waitUntil(lambda: not endless.isVisible(), timeout=WAIT)
    assert endless.session.tasks.ended


def test_nothing_is_opened_during_a_run(endless: MainWindow, photo: Path, qtbot: QtBot) -> None:
    before = endless.session.document.photo
    endless.files.open_paths([photo])
    assert endless.session.document.photo is before
    assert "running" in endless.parts.message.text.text()


@pytest.mark.usefixtures("stored_runs")
def test_strength_moves_between_before_and_after(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    document, slider = window.session.document, window.parts.run.strength.slider
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    full = document.picture.pixels.astype(int)
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    settle(window, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, document.photo.pixels)
    slider.setValue(50)
    settle(window, qtbot)
    half = document.picture.pixels.astype(int)
    base = document.photo.pixels.astype(int)
    assert 0 < np.abs(half - base).mean() < np.abs(full - base).mean()
    count = window.session.undo_stack.count()
    slider.setValue(60)
    assert window.session.undo_stack.count() == count, "a drag of the slider is one step of undo"


@pytest.mark.usefixtures("stored_runs")
def test_commit_makes_the_next_edit_start_from_the_picture(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    document = window.session.document
    before = document.face.crop.crop.copy()
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    picture = document.picture.pixels
    qtbot.mouseClick(window.parts.run.commit_button, LEFT)
    settle(window, qtbot)
    assert document.pending is None and [edit.title for edit in document.edits] == ["Smiling"]
    np.testing.assert_array_equal(document.picture.pixels, picture)
    assert not np.array_equal(document.face.crop.crop, before)


def choose_name(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Fill the save dialog in and accept it."""
    dialog = window.findChild(QFileDialog)
    dialog.setDirectory(str(path.parent))
    dialog.selectFile(path.name)
    dialog.accept()


@pytest.mark.usefixtures("stored_runs")
def test_save_writes_the_full_size_photo(
    with_face: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = with_face
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    assert window.session.unsaved and window.isWindowModified()
    window.commands.save.trigger()
    target = tmp_path / "result.png"
    choose_name(window, qtbot, target)
    settle(window, qtbot)
    with Image.open(target) as saved:
        np.testing.assert_array_equal(np.asarray(saved), window.session.document.picture.pixels)
    assert window.session.unsaved, "its masks and edits are in no file"
    assert window.session.exports.exported == target
    assert "Saved" in window.parts.message.text.text()


@pytest.mark.usefixtures("stored_runs")
def test_export_mask_has_the_photos_size(with_face: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = with_face
    assert not window.commands.export_mask.isEnabled()
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    window.commands.export_mask.trigger()
    filters = window.findChild(QFileDialog).nameFilters()
    assert [text.split(" (")[0] for text in filters] == ["PNG", "TIFF", "BMP"], "what keeps every value"
    choose_name(window, qtbot, tmp_path / "mask.png")
    settle(window, qtbot)
    with Image.open(tmp_path / "mask.png") as saved:
        mask = np.asarray(saved)
    photo = window.session.document.photo
    assert mask.shape == (photo.height, photo.width)
    changed = (window.session.document.picture.pixels != photo.pixels).any(axis=-1)
    assert changed.any() and not changed[mask == 0].any()


@pytest.mark.usefixtures("stored_runs")
def test_unsaved_changes_are_asked_about(with_face: MainWindow, qtbot: QtBot, photo: Path) -> None:
    window = with_face
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    first = window.session.document.photo
    window.files.open_paths([photo])
    box = window.findChild(QMessageBox)
    cancel = next(b for b in box.findChildren(QPushButton) if b.text() == "Cancel")
    qtbot.mouseClick(cancel, LEFT)
    assert window.session.document.photo is first
    window.close()
    assert window.isVisible()


@pytest.mark.usefixtures("stored_runs")
def test_a_project_can_be_saved_when_asked(
    with_face: MainWindow, qtbot: QtBot, photo: Path, tmp_path: Path
) -> None:
    window = with_face
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    window.close()
    box = window.findChild(QMessageBox)
    qtbot.mouseClick(next(b for b in box.findChildren(QPushButton) if b.text() == "Save project"), LEFT)
    choose_name(window, qtbot, tmp_path / "kept.mfg")
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)
    assert (tmp_path / "kept.mfg").is_file()


def test_a_saved_picture_does_not_stand_for_the_project(
    with_face: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """The project's file still lacks what was changed."""
    window = with_face
    window.commands.save_project.trigger()
    choose_name(window, qtbot, tmp_path / "kept.mfg")
    settle(window, qtbot)
    window.commands.grow.trigger()
    settle(window, qtbot)
    assert window.session.unsaved
    window.commands.save.trigger()
    choose_name(window, qtbot, tmp_path / "picture.png")
    settle(window, qtbot)
    assert (tmp_path / "picture.png").is_file() and window.session.unsaved
    window.commands.save_project.trigger()
    settle(window, qtbot)
    assert not window.session.unsaved


def test_same_seed_same_result(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    tick(window, qtbot, "smiling")
    pictures = []
    for _ in range(2):
        apply(window, qtbot)
        finished(window, qtbot)
        pictures.append(window.session.document.pending.result.image)
    np.testing.assert_array_equal(*pictures)


def test_apply_can_go_on_from_the_result(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    assert window.session.runs.current.request.initial_latent is None
    finished(window, qtbot)
    first = window.session.document.pending.result
    window.parts.run.go_on.setChecked(True)
    apply(window, qtbot)
    np.testing.assert_array_equal(window.session.runs.current.request.initial_latent, first.latent)
    finished(window, qtbot)
    assert window.session.document.pending.result is not first


def test_going_on_with_an_edit_of_another_pack_names_the_pack(with_face: MainWindow, qtbot: QtBot) -> None:
    """The edit, of a project made with that pack, stays as it is."""
    window, document = with_face, with_face.session.document
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    result = replace(document.pending.result, latent=np.zeros((23, 512), np.float32), pack="portrait")
    foreign = replace(document.pending, stored=StoredResult.of(result))
    document.pending = foreign
    window.parts.run.go_on.setChecked(True)
    qtbot.mouseClick(window.parts.run.apply_button, LEFT)
    assert not window.session.runs.running
    assert "made with the model pack 'portrait'" in window.parts.message.text.text()
    assert document.pending is foreign


def test_the_focus_goes_to_apply_when_a_run_has_ended(with_face: MainWindow, qtbot: QtBot) -> None:
    window = with_face
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    assert window.focusWidget() is window.parts.run.pause_button
    finished(window, qtbot)
    assert window.focusWidget() is window.parts.run.apply_button


def test_the_focus_goes_to_apply_when_a_run_was_cancelled(endless: MainWindow, qtbot: QtBot) -> None:
    """Not to whatever comes next in the window, such as Save."""
    run = endless.parts.run
    qtbot.mouseClick(run.cancel_button, Qt.MouseButton.LeftButton)
    assert endless.focusWidget() is run
    finished(endless, qtbot)
    assert endless.focusWidget() is run.apply_button
