"""A drive that dies while it is saved to: nothing waits for it unasked, nothing is lost or half written."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

import engine
from engine import AttributeEdit, BatchEdit
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file
from maskfacegan_gui.tasks.disk_lane import DiskLane

from . import tiny_pack
from .conftest import WAIT
from .test_edits import make_edit
from .test_queue import enqueue
from .test_run import apply, tick

LEFT = Qt.MouseButton.LeftButton
SMILE = BatchEdit((AttributeEdit("smiling"),))

Save = Callable[[MainWindow, Path], None]
SAVES: dict[str, tuple[Save, str]] = {
    "picture": (lambda window, path: window.session.exports.save_picture(path), "out.png"),
    "mask": (lambda window, path: window.session.exports.save_mask(path), "mask.png"),
    "project": (lambda window, path: window.session.projects.save(path), "work.mfg"),
    "edit": (lambda window, path: window.many.save(path, SMILE), "smile.json"),
}


class Drive:
    """A folder on a drive: while it is dead, flushing a file there does not come back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alive = threading.Event()
        self.asked = threading.Event()

    def holds(self, descriptor: int) -> bool:
        found = os.fstat(descriptor)
        there = [path.stat() for path in self.folder.iterdir()]
        return any((found.st_dev, found.st_ino) == (one.st_dev, one.st_ino) for one in there)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drive]:
    made = Drive(tmp_path / "drive")
    made.folder.mkdir()
    original = os.fsync

    def fsync(descriptor: int) -> None:
        if made.holds(descriptor):
            made.asked.set()
            made.alive.wait(600)
        original(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    yield made
    made.alive.set()


@pytest.fixture
def edited(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    make_edit(with_face, qtbot, "smiling")
    return with_face


def rest(window: MainWindow, qtbot: QtBot) -> None:
    """Wait for everything but files that are being written."""
    qtbot.waitUntil(lambda: window.session.tasks.at_rest, timeout=WAIT)


def stuck(window: MainWindow, drive: Drive, what: str, qtbot: QtBot) -> Path:
    """Something is being saved on the dead drive."""
    save, name = SAVES[what]
    save(window, drive.folder / name)
    qtbot.waitUntil(drive.asked.is_set, timeout=WAIT)
    return drive.folder / name


def question(window: MainWindow) -> QMessageBox:
    [box] = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    return box


def answer(window: MainWindow, qtbot: QtBot, text: str) -> None:
    qtbot.mouseClick(next(b for b in question(window).findChildren(QPushButton) if b.text() == text), LEFT)


def opens(path: Path) -> bool:
    if path.suffix == ".mfg":
        return len(project_file.read(path).edits) == 1
    return engine.read_edit(path) == SMILE if path.suffix == ".json" else engine.open_photo(path).width == 192


@pytest.mark.parametrize("what", SAVES)
def test_work_goes_on_while_a_save_hangs(
    edited: MainWindow, drive: Drive, what: str, tmp_path: Path, qtbot: QtBot
) -> None:
    """Edited, saved elsewhere, another photo opened; and where the drive comes back the file is whole."""
    path = stuck(edited, drive, what, qtbot)
    assert path.name in edited.parts.busy.text.text() and not path.exists()
    edited.parts.attributes.clear()
    tick(edited, qtbot, "smiling")
    apply(edited, qtbot)
    qtbot.waitUntil(lambda: edited.session.document.pending is not None, timeout=WAIT)
    edited.commands.commit.trigger()
    rest(edited, qtbot)
    assert len(edited.session.document.edits) == 2
    edited.session.projects.save(tmp_path / "elsewhere.mfg")
    qtbot.waitUntil(lambda: not edited.session.unsaved, timeout=WAIT)
    assert len(project_file.read(tmp_path / "elsewhere.mfg").edits) == 2
    other = tmp_path / "other.png"
    tiny_pack.face_picture(150).save(other)
    edited.files.open_now(other)
    qtbot.waitUntil(lambda: edited.session.document.path == other, timeout=WAIT)
    assert not path.exists()
    drive.alive.set()
    qtbot.waitUntil(lambda: edited.session.tasks.idle, timeout=WAIT)
    assert opens(path) and drive.names() == [path.name]


def test_the_queue_goes_on_while_a_save_hangs(edited: MainWindow, drive: Drive, qtbot: QtBot) -> None:
    stuck(edited, drive, "picture", qtbot)
    for _ in range(2):
        enqueue(edited, qtbot, "smiling")
    document = edited.session.document
    qtbot.waitUntil(lambda: len(document.edits) == 2 and document.pending is not None, timeout=WAIT)
    rest(edited, qtbot)


@pytest.mark.parametrize("what", ["picture", "project"])
def test_a_person_need_not_wait(edited: MainWindow, drive: Drive, what: str, qtbot: QtBot) -> None:
    """Who does not wait is told that nothing was saved, and that is so, also when the drive comes back."""
    path, message = drive.folder / SAVES[what][1], edited.parts.message
    path.write_bytes(b"precious")
    stuck(edited, drive, what, qtbot)
    [save] = edited.session.saving.under_way
    save.patience.timer.start(1)
    qtbot.waitUntil(lambda: message.isVisible() and "may not answer" in message.hint.text(), timeout=WAIT)
    assert path.name in message.text.text()
    qtbot.mouseClick(message.action, LEFT)
    assert message.text.text() == f"{path.name} was not saved."
    assert edited.session.tasks.idle and not edited.parts.busy.isVisible()
    assert edited.session.unsaved and not edited.session.saving.under_way
    drive.alive.set()
    qtbot.waitUntil(lambda: drive.names() == [path.name], timeout=WAIT)
    assert path.read_bytes() == b"precious"
    assert message.text.text() == f"{path.name} was not saved." and edited.session.unsaved


@pytest.mark.slow
def test_a_drive_that_comes_back_is_waited_for(edited: MainWindow, drive: Drive, qtbot: QtBot) -> None:
    path, message = stuck(edited, drive, "project", qtbot), edited.parts.message
    edited.session.saving.under_way[0].patience.timer.start(1)
    qtbot.waitUntil(message.isVisible, timeout=WAIT)
    drive.alive.set()
    qtbot.waitUntil(lambda: not edited.session.unsaved, timeout=WAIT)
    assert message.text.text() == "Saved work.mfg." and opens(path)
    message.dismiss()
    assert not message.isVisible(), "nobody is asked whether to wait for what has come"


@pytest.mark.slow
def test_the_later_of_two_saves_to_one_place_is_what_is_there(
    edited: MainWindow, drive: Drive, qtbot: QtBot
) -> None:
    path = stuck(edited, drive, "project", qtbot)
    edited.session.edits.change(edited.session.document.edits[0].id, "x", opacity=0.5)
    edited.session.projects.save(path)
    qtbot.wait(1500)  # the later one has a thread of its own by now
    assert len(edited.session.saving.under_way) == 2 and edited.session.unsaved
    drive.alive.set()
    qtbot.waitUntil(lambda: not edited.session.saving.under_way, timeout=WAIT)
    assert project_file.read(path).edits[0].opacity == 0.5 and not edited.session.unsaved


@pytest.mark.slow
def test_a_save_does_not_wait_for_one_that_was_given_up(
    edited: MainWindow, drive: Drive, qtbot: QtBot
) -> None:
    """The drive was connected anew; the thread that stands in the old connection never comes back."""
    path = stuck(edited, drive, "project", qtbot)
    [first] = edited.session.saving.under_way
    edited.session.projects.save(path)
    first.patience.timer.start(1)
    qtbot.waitUntil(edited.parts.message.isVisible, timeout=WAIT)
    drive.holds = lambda _descriptor: False  # type: ignore[method-assign]
    qtbot.mouseClick(edited.parts.message.action, LEFT)
    qtbot.waitUntil(lambda: not edited.session.unsaved, timeout=WAIT)
    assert opens(path)


def test_the_window_closes_when_it_is_written(edited: MainWindow, drive: Drive, qtbot: QtBot) -> None:
    edited.session.undo_stack.setClean()
    path = stuck(edited, drive, "picture", qtbot)
    edited.close()
    assert edited.isVisible() and "out.png is still being saved" in question(edited).text()
    drive.alive.set()
    qtbot.waitUntil(lambda: not edited.isVisible(), timeout=WAIT)
    assert opens(path)


@pytest.mark.parametrize("way", ["close", "discard"])
def test_quitting_is_possible(edited: MainWindow, drive: Drive, way: str, qtbot: QtBot) -> None:
    """Also behind the question about unsaved work. What was there stays."""
    path = drive.folder / "out.png"
    path.write_bytes(b"precious")
    if way == "close":
        edited.session.undo_stack.setClean()
    stuck(edited, drive, "picture", qtbot)
    edited.close()
    if way == "discard":
        answer(edited, qtbot, "Discard")
    answer(edited, qtbot, "Cancel")
    assert edited.isVisible() and edited.session.saving.under_way
    edited.close()
    if way == "discard":
        answer(edited, qtbot, "Discard")
    answer(edited, qtbot, "Close without it")
    assert not edited.isVisible() and edited.session.tasks.ended
    drive.alive.set()
    qtbot.waitUntil(lambda: drive.names() == [path.name], timeout=WAIT)
    assert path.read_bytes() == b"precious"


@pytest.mark.slow
def test_a_save_that_fails_keeps_the_window_open(edited: MainWindow, drive: Drive, qtbot: QtBot) -> None:
    edited.session.undo_stack.setClean()
    path = stuck(edited, drive, "picture", qtbot)
    edited.close()
    path.mkdir()  # in the place of the file that is to come
    drive.alive.set()
    qtbot.waitUntil(lambda: not edited.session.saving.under_way, timeout=WAIT)
    assert edited.isVisible() and not [b for b in edited.findChildren(QMessageBox) if b.isVisible()]
    assert "out.png" in edited.parts.message.text.text()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_what_hangs_in_the_kernel(edited: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Opening a pipe that nobody reads does not come back, as a dead drive does not."""
    pipe = tmp_path / "out.bmp"
    os.mkfifo(pipe)
    edited.session.exports.save_picture(pipe)
    edited.session.exports.save_picture(tmp_path / "out.png")
    qtbot.waitUntil(lambda: len(edited.session.saving.under_way) == 1, timeout=WAIT)
    with Image.open(tmp_path / "out.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), edited.session.document.picture.pixels)
    edited.session.undo_stack.setClean()
    edited.close()
    answer(edited, qtbot, "Close without it")
    assert not edited.isVisible() and edited.session.tasks.ended
    pipe.open("rb").close()  # the thread comes back and ends


@pytest.mark.slow
def test_a_project_is_saved_although_its_photo_cannot_be_read(
    edited: MainWindow, photo: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The drive that the photo came from died; its pixels are known."""
    monkeypatch.setattr(project_file, "SOURCE_PATIENCE", 0.05)
    over, asked, original = threading.Event(), [], engine.open_photo

    def read(path: Path) -> engine.Photo:
        if path == photo:
            asked.append(path)
            over.wait(60)
        return original(path)

    monkeypatch.setattr(engine, "open_photo", read)
    for name in ("one.mfg", "two.mfg"):
        edited.session.projects.save(tmp_path / name)
        qtbot.waitUntil(lambda: edited.session.tasks.idle, timeout=WAIT)
        found = project_file.read(tmp_path / name)
        np.testing.assert_array_equal(found.photo.pixels, edited.session.document.photo.pixels)
    assert len(asked) == 1, "it is not asked again before it has answered"
    over.set()


@pytest.mark.slow
def test_a_copy_for_recovery_that_comes_late_is_none(
    edited: MainWindow, drive: Drive, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was saved meanwhile is not offered to be recovered; and one copy at a time is written."""
    autosave = edited.session.recovery.autosave
    monkeypatch.setattr(autosave, "path", drive.folder / "copy.mfg")
    autosave.save_now()
    qtbot.waitUntil(drive.asked.is_set, timeout=WAIT)
    autosave.note_change()
    autosave.save_now()
    assert len([name for name in drive.names() if name.endswith(".part")]) == 1
    assert "No copy of your work" in edited.parts.message.text.text()
    edited.session.projects.save(tmp_path / "kept.mfg")
    qtbot.waitUntil(lambda: not edited.session.unsaved, timeout=WAIT)
    drive.alive.set()
    qtbot.waitUntil(lambda: edited.session.tasks.idle, timeout=WAIT)
    assert drive.names() == ["copy.lock"]


def test_a_task_that_finds_no_thread_fails_and_the_next_one_goes_on(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane, told = DiskLane("disk"), []

    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        lane.submit(lambda _: 1, told.append, lambda failure: told.append(failure.message))
        assert not told and not lane.idle
    lane.submit(lambda _: 2, told.append)
    qtbot.waitUntil(lambda: lane.idle, timeout=WAIT)
    assert sorted(map(str, told)) == ["2", "There is not enough memory for this."]
    lane.close()
    assert lane.ended
