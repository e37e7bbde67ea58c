"""A full disk, a home that cannot be written and too little memory, in the window: a sentence, and the work
is kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

import engine
from engine import AttributeEdit
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.project import file as project_file
from tests.hard_places import KILO, SmallDisk, little_memory, read_only, small_disk

from .conftest import WAIT, settle, take_whole


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 32 * 1024 * KILO) as made:
        yield made


@pytest.fixture
def edited(with_face: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with one edit that is nowhere but in it."""
    return edit(with_face, qtbot)


def edit(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.session.runs.apply((AttributeEdit("smiling"),), "quick", seed=0)
    qtbot.waitUntil(lambda: window.session.document.pending is not None, timeout=WAIT)
    window.session.edits.commit()
    settle(window, qtbot)
    window.parts.message.hide()
    return window


def told(window: MainWindow, qtbot: QtBot) -> str:
    """What the window said, after checking that the work is still there, and unsaved."""
    qtbot.waitUntil(window.parts.message.isVisible, timeout=WAIT)
    settle(window, qtbot)
    assert len(window.session.document.edits) == 1 and window.session.unsaved
    text = f"{window.parts.message.text.text()} {window.parts.message.hint.text()}"
    assert "unexpected" not in text and "Errno" not in text
    window.parts.message.hide()
    return text


def test_saving_on_a_full_disk(edited: MainWindow, disk: SmallDisk, qtbot: QtBot) -> None:
    picture, work = disk.folder / "out.png", disk.folder / "work.mfg"
    edited.session.exports.save_picture(picture)
    settle(edited, qtbot)
    edited.session.projects.save(work)
    settle(edited, qtbot)
    before = picture.read_bytes(), work.read_bytes()
    edited.session.edits.change(edited.session.document.edits[0].id, "x", title="Another name")
    edited.parts.message.hide()
    disk.fill(2 * KILO)
    edited.session.exports.save_picture(picture)
    assert "out.png" in told(edited, qtbot)
    edited.session.projects.save(work)
    assert "work.mfg" in told(edited, qtbot)
    assert (picture.read_bytes(), work.read_bytes()) == before
    assert {path.name for path in disk.folder.iterdir()} <= {"out.png", "work.mfg", "filler"}
    disk.free()
    edited.session.projects.save(work)
    settle(edited, qtbot)
    assert not edited.session.unsaved
    assert project_file.read(work).edits[0].title == "Another name"


@pytest.mark.slow
def test_the_copy_for_recovery_on_a_full_disk(edited: MainWindow, disk: SmallDisk, qtbot: QtBot) -> None:
    """The earlier copy stays; it is told once, and tried again until there is space."""
    recovery = edited.session.recovery.autosave
    recovery.folder, recovery.path = disk.folder, disk.folder / "0.mfg"
    recovery.save_now()
    settle(edited, qtbot)
    before = recovery.path.read_bytes()
    edited.session.edits.change(edited.session.document.edits[0].id, "x", title="Another name")
    disk.fill(2 * KILO)
    recovery.save_now()
    assert "No copy of your work" in told(edited, qtbot)
    recovery.save_now()
    settle(edited, qtbot)
    assert not edited.parts.message.isVisible()
    assert recovery.path.read_bytes() == before
    disk.free()
    recovery.save_now()
    settle(edited, qtbot)
    assert project_file.read(recovery.path).edits[0].title == "Another name"


@pytest.mark.slow
def test_a_home_that_cannot_be_written(
    make_window, pack_folder: Path, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    with read_only(tmp_path / "sealed") as home:
        monkeypatch.setenv("MASKFACEGAN_HOME", str(home))
        window = take_whole(make_window(pack_folder), photo, qtbot)
        edit(window, qtbot)
        window.session.recovery.autosave.save_now()
        assert "No copy of your work" in told(window, qtbot)
        window.session.exports.save_picture(tmp_path / "out.png")
        settle(window, qtbot)
        assert engine.open_photo(tmp_path / "out.png").width == 192
        window.close_now()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is counted from /proc")
def test_too_little_memory(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """A photo of 13 megapixels with an edit; then nothing of that size can be had any more."""
    large = tmp_path / "large.png"
    Image.new("RGB", (3600, 3600), (120, 100, 90)).save(large, compress_level=1)
    edit(take_whole(window, large, qtbot), qtbot)
    other = tmp_path / "other.png"
    Image.new("RGB", (4000, 3600), "grey").save(other, compress_level=1)
    with little_memory(24):
        window.session.projects.save(tmp_path / "work.mfg")
        assert "memory" in told(window, qtbot).lower()
        window.session.photos.open_path(other)
        assert "other.png" in told(window, qtbot)
    assert window.session.document.path == large and not (tmp_path / "work.mfg").exists()
    window.session.projects.save(tmp_path / "work.mfg")
    settle(window, qtbot)
    again = project_file.read(tmp_path / "work.mfg")
    assert len(again.edits) == 1 and np.array_equal(again.photo.pixels, window.session.document.photo.pixels)
    assert list(tmp_path.glob(".*.part")) == []
