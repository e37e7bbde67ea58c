"""A network drive that is gone: whoever asks it waits for minutes, so the window's thread never does."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.tasks import answers

from .conftest import settle, take_whole

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
