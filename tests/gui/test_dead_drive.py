"""A network drive that is gone: whoever asks it waits for minutes, so the window's thread never does."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import answers
from maskfacegan_gui.tasks import engine_tasks

from . import tiny_pack
from .conftest import WAIT, settle, take_whole
from .test_run import apply, tick

DEAD = "/dead-drive/"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A drive that answers only when the test is over; holds the names of the threads that asked it."""
    threads: list[str] = []
    over = threading.Event()

    def dead(original):  # type: ignore[no-untyped-def]
        def ask(path, *args, **kwargs):  # type: ignore[no-untyped-def]
            if isinstance(path, str | os.PathLike) and (os.fspath(path) + "/").startswith(DEAD):
                threads.append(threading.current_thread().name)
                over.wait(60)
                raise FileNotFoundError(path)
            return original(path, *args, **kwargs)

        return ask

    for name in ("stat", "lstat", "open", "scandir", "listdir", "access", "readlink"):
        monkeypatch.setattr(os, name, dead(getattr(os, name)))
    yield threads
    over.set()


def not_by_the_window(asked: list[str]) -> bool:
    return threading.main_thread().name not in asked


def test_a_recent_file_on_a_dead_drive(window: MainWindow, asked: list[str], qtbot: QtBot) -> None:
    lost = Path(DEAD) / "share" / "face.png"
    window.settings.add_recent(lost)
    window.recent.fill()
    assert asked == []
    window.recent.choose(lost)
    assert asked and not_by_the_window(asked)
    assert "does not answer" in window.parts.message.text.text()
    assert window.settings.recent() == [lost], "the drive may come back"


@pytest.mark.slow
@pytest.mark.parametrize("command", ["open", "save", "save_project_as", "export_mask"])
def test_dialogs_begin_elsewhere(
    with_face: MainWindow, asked: list[str], command: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_face.settings.add_recent(Path(DEAD) / "face.png")
    monkeypatch.setattr(with_face.session.document, "path", Path(DEAD) / "portrait.png")
    monkeypatch.setattr(with_face.session.projects, "path", Path(DEAD) / "work.mfg")
    action = getattr(with_face.commands, command)
    action.setEnabled(True)
    action.trigger()
    [dialog] = [d for d in with_face.findChildren(QFileDialog) if d.isVisible()]
    assert asked and not_by_the_window(asked)
    assert not dialog.directory().path().startswith(DEAD.rstrip("/"))
    dialog.reject()


@pytest.mark.slow
def test_what_was_saved_there_is_not_asked_for(
    window: MainWindow, photo: Path, asked: list[str], qtbot: QtBot
) -> None:
    take_whole(window, photo, qtbot)
    assert not_by_the_window(asked)
    window.settings.add_recent(Path(DEAD) / "x.png")
    window.files.open_now(photo)
    settle(window, qtbot)
    assert asked == [] and window.settings.recent() == [photo, Path(DEAD) / "x.png"]


@pytest.mark.slow
def test_an_answer_that_does_not_come_costs_no_second() -> None:
    over = threading.Event()
    assert answers.answer(lambda: over.wait(60), 0.01) is None
    over.set()
    assert answers.answer(lambda: 7) == 7 and answers.PATIENCE <= 0.2

    def refused() -> bool:
        raise PermissionError

    assert answers.answer(refused) is None
    assert answers.is_file(Path(__file__)) is True and answers.is_file(Path(__file__).parent) is False
    assert (
        answers.is_folder(Path(__file__).parent) is True and answers.is_file(Path("/no\0thing")) is not True
    )


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A photo on a drive that died after it was asked for: reading it never ends while the test goes on."""
    path, over = Path(DEAD) / "face.png", threading.Event()
    original = engine.open_photo

    def read(wanted):  # type: ignore[no-untyped-def]
        if wanted == path:
            over.wait(60)
            raise engine.PhotoError("The drive is gone.")
        return original(wanted)

    monkeypatch.setattr(engine, "open_photo", read)
    yield path
    over.set()


def test_work_goes_on_while_a_dead_drive_is_read(
    with_face: MainWindow, stuck: Path, stored_runs: None, tmp_path: Path, qtbot: QtBot
) -> None:
    """The picture that is open is edited and saved, another opened; the window closes."""
    session = with_face.session
    session.photos.open_path(stuck)
    tick(with_face, qtbot, "smiling")
    apply(with_face, qtbot)
    qtbot.waitUntil(lambda: with_face.session.document.pending is not None, timeout=WAIT)
    with_face.commands.commit.trigger()
    session.exports.save_picture(tmp_path / "saved.png")
    qtbot.waitUntil((tmp_path / "saved.png").is_file, timeout=WAIT)
    other = tmp_path / "other.png"
    tiny_pack.face_picture(150).save(other)
    session.photos.open_path(other)
    qtbot.waitUntil(lambda: session.document.path == other, timeout=WAIT)
    settle(with_face, qtbot)
    session.photos.open_path(stuck)
    with_face.close_now()
    assert session.tasks.ended


@pytest.mark.slow
def test_a_person_need_not_wait(
    with_face: MainWindow, stuck: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, message = with_face.session, with_face.parts.message
    session.photos.open_path(stuck)
    assert not session.tasks.idle and "face.png" in with_face.parts.busy.text.text()
    session.photos.patience.timer.start(1)
    qtbot.waitUntil(message.isVisible, timeout=WAIT)
    assert "face.png" in message.text.text() and "may not answer" in message.hint.text()
    qtbot.mouseClick(message.action, Qt.MouseButton.LeftButton)
    assert not message.isVisible() and session.tasks.idle and not with_face.parts.busy.isVisible()
    assert session.document.face is not None


@pytest.mark.slow
def test_a_photo_that_comes_during_a_run_does_not_take_its_place(
    make_window, long_pack_folder: Path, photo: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = take_whole(make_window(long_pack_folder), photo, qtbot)
    session, other, slow = window.session, tmp_path / "other.png", Event()
    tiny_pack.face_picture(150).save(other)

    def read() -> engine_tasks.Opened:
        slow.wait(60)
        return engine_tasks.open_photo(other)

    came: list[engine_tasks.Opened] = []
    session.photos.read(session.tasks.reading_lane, "Opening…", read, came.append)
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    slow.set()
    qtbot.waitUntil(lambda: session.tasks.reading_lane.idle, timeout=WAIT)
    message = window.parts.message
    assert not came and session.document.path == photo and "has been read" in message.text.text()
    qtbot.mouseClick(message.action, Qt.MouseButton.LeftButton)
    assert not came and "running" in message.text.text()
    session.runs.cancel(keep=False)
    qtbot.waitUntil(lambda: not session.runs.running, timeout=WAIT)


def test_a_photo_that_comes_late_does_not_take_the_place_of_work(
    with_face: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    session, message, other, slow = with_face.session, with_face.parts.message, tmp_path / "o.png", Event()
    tiny_pack.face_picture(150).save(other)

    def read() -> engine_tasks.Opened:
        slow.wait(60)
        return engine_tasks.open_photo(other)

    came: list[engine_tasks.Opened] = []
    session.photos.read(session.tasks.reading_lane, "Opening…", read, came.append)
    with_face.commands.flip.trigger()
    slow.set()
    qtbot.waitUntil(lambda: session.tasks.idle, timeout=WAIT)
    assert not came and session.unsaved
    qtbot.mouseClick(message.action, Qt.MouseButton.LeftButton)
    [question] = [box for box in with_face.findChildren(QMessageBox) if box.isVisible()]
    assert not came
    discard = next(b for b in question.buttons() if "Discard" in b.text())
    discard.click()
    assert len(came) == 1
