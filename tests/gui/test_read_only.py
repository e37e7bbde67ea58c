"""A file that may not be written, and links, when a picture, a mask or a project is saved from the window."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file

from .conftest import settle
from .test_edits import make_edit

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")

Save = Callable[[MainWindow, Path], None]
SAVES: dict[str, tuple[Save, str]] = {
    "picture": (lambda window, path: window.session.exports.save_picture(path, quality=90), "out.jpg"),
    "mask": (lambda window, path: window.session.exports.save_mask(path), "mask.png"),
    "project": (lambda window, path: window.session.projects.save(path), "work.mfg"),
}


@pytest.fixture
def edited(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    make_edit(with_face, qtbot, "smiling")
    return with_face


def opens(path: Path) -> bool:
    if path.suffix == ".mfg":
        return len(project_file.read(path).edits) == 1
    return engine.open_photo(path).width == 192


@pytest.mark.parametrize("what", SAVES)
def test_it_is_replaced_only_when_a_person_says_so(
    edited: MainWindow, tmp_path: Path, what: str, qtbot: QtBot
) -> None:
    save, name = SAVES[what]
    path = tmp_path / name
    path.write_bytes(b"precious")
    path.chmod(0o444)
    save(edited, path)
    settle(edited, qtbot)
    message = edited.parts.message
    assert message.isVisible() and f"{name} is read-only" in message.text.text()
    assert path.read_bytes() == b"precious" and edited.session.unsaved
    qtbot.mouseClick(message.action, Qt.MouseButton.LeftButton)
    settle(edited, qtbot)
    assert opens(path) and stat.S_IMODE(path.stat().st_mode) == 0o444
    assert edited.session.unsaved == (what != "project")


@pytest.mark.slow
@pytest.mark.parametrize("what", SAVES)
def test_links_are_followed(edited: MainWindow, tmp_path: Path, what: str, qtbot: QtBot) -> None:
    save, name = SAVES[what]
    (tmp_path / "elsewhere").mkdir()
    target, link = tmp_path / "elsewhere" / name, tmp_path / f"link{Path(name).suffix}"
    link.symlink_to(Path("elsewhere") / name)
    for _ in range(2):
        save(edited, link)
        settle(edited, qtbot)
        assert link.is_symlink() and target.is_file() and not target.is_symlink() and opens(link)
    assert [p.name for p in target.parent.iterdir()] == [name]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["n" * 251 + ".png", "ä" * 125 + ".png", "two\nlines.png"])
def test_names_that_are_suggested_and_shown(
    edited: MainWindow, photo: Path, name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = photo.rename(photo.with_name(name))
    edited.session.undo_stack.setClean()
    edited.files.open_now(path)
    settle(edited, qtbot)
    assert edited.session.document.path == path and edited.windowTitle().isprintable()
    for command in (edited.commands.save, edited.commands.save_project_as, edited.commands.export_mask):
        command.setEnabled(True)
        command.trigger()
        dialog = next(d for d in edited.findChildren(QFileDialog) if d.isVisible())
        [chosen] = dialog.selectedFiles()
        assert len(os.fsencode(Path(chosen).name)) <= 250 and "-" in Path(chosen).name
        dialog.reject()
    edited.session.exports.save_picture(path.with_name("n" * 251 + ".jpeg"))
    settle(edited, qtbot)
    assert "too long" in edited.parts.message.text.text()
