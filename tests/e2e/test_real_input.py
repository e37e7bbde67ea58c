"""As a person would: a photo on the command line or dragged from another program, mouse and keyboard."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from tests.benchmarks.bench import short_pack

from .real_input import SOURCE, Editor, Screen, ended, require_tools, wait_until
from .test_whole_way import photo  # noqa: F401

CANVAS = (460, 420)
"""A place of the window of 1280 x 800 that lies in the photo."""


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    require_tools()
    with Screen.started() as started:
        yield started


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return short_pack(tmp_path_factory.mktemp("packs"), 9, 2)


@pytest.mark.slow
def test_open_paint_undo_edit_commit_save(
    screen: Screen,
    short: Path,
    photo: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    target = tmp_path / "work.mfg"
    with Editor.started(screen, tmp_path / "home", short, photo) as editor:
        wait_until(lambda: editor.title.startswith(photo.name), "the photo was not opened")
        editor.wait_for_log("face 0 is ready")
        assert not editor.unsaved

        screen.keys("b")
        before = np.asarray(screen.picture())
        screen.drag(CANVAS, (CANVAS[0] + 60, CANVAS[1] + 30))
        wait_until(lambda: editor.unsaved, "the stroke changed nothing")
        painted = np.asarray(screen.picture())
        part = np.s_[CANVAS[1] - 40 : CANVAS[1] + 70, CANVAS[0] - 40 : CANVAS[0] + 100]
        assert (painted[part] != before[part]).any(axis=2).sum() > 200, "the stroke cannot be seen"
        screen.keys("ctrl+z")
        wait_until(lambda: not editor.unsaved, "the stroke was not undone")

        screen.keys("ctrl+f")
        screen.do("type", "smil")
        screen.keys("Down", "space", "ctrl+Return")
        editor.wait_for_log("a run ended")
        wait_until(lambda: editor.unsaved, "the result did not arrive")
        screen.keys("ctrl+shift+Return")
        editor.wait_for_log("face 0 is ready", 2)  # read again from the picture with the edit

        screen.keys("ctrl+shift+s")
        wait_until(lambda: bool(screen.windows("Save the project")), "nothing asked for a name")
        screen.do("windowfocus", screen.windows("Save the project")[-1])
        screen.do("type", str(target))
        screen.keys("Return")
        wait_until(lambda: target.is_file() and not editor.unsaved, "the project was not saved")
        assert editor.title.startswith("work.mfg")
        screen.do("windowfocus", editor.window)
        screen.keys("ctrl+q")
        wait_until(lambda: editor.process.poll() is not None, "the window was not closed")
        assert editor.process.returncode == 0
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None and b'"smiling"' in archive.read("manifest.json")
    assert not list((tmp_path / "home" / "crashes").iterdir())


@pytest.mark.slow
def test_a_file_is_dragged_from_another_program(
    screen: Screen,
    short: Path,
    tmp_path: Path,
    pack: engine.ModelPack,
) -> None:
    face = tmp_path / "dragged.png"
    Image.fromarray(engine.random_face(pack, seed=4)).save(face)
    source = [sys.executable, "-c", SOURCE, str(face)]
    with (
        Editor.started(screen, tmp_path / "home", short) as editor,
        ended(subprocess.Popen(source, env=screen.environment)),
    ):
        wait_until(
            lambda: bool(screen.windows("files of another program")), "the other program did not start"
        )

        def dropped() -> bool:
            if not editor.title.startswith(face.name):
                screen.drag((1440, 200), CANVAS)
            return editor.title.startswith(face.name)

        wait_until(dropped, "the dragged file was not opened")
        editor.wait_for_log("face 0 is ready")
