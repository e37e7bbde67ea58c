"""The window's whole way with the built-in pack: drop, edit, strength, commit, export, project, reopen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow
from tests.benchmarks.bench import short_pack
from tests.gui.conftest import (  # noqa: F401
    WAIT,
    drop,
    loaded,
    make_window,
    no_qt_warnings,
    own_home,
    read_packs_once,
    settle,
)
from tests.gui.test_run import apply, finished, tick

from .test_whole_way import photo  # noqa: F401


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built-in networks with a short run."""
    return short_pack(tmp_path_factory.mktemp("packs"), 30, 4)


@pytest.mark.slow
def test_photo_to_edited_photo_in_the_window(
    make_window,  # noqa: F811
    short: Path,
    photo: Path,  # noqa: F811
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    window: MainWindow = make_window(short)
    window.settings.set("blend_mode", "detail")
    document = window.session.document
    drop(window, [photo])
    qtbot.waitUntil(lambda: document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    assert document.face.crop.box is not None, "the face was found, not taken whole"
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    window.parts.run.strength.slider.setValue(120)
    settle(window, qtbot)
    qtbot.mouseClick(window.parts.run.commit_button, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    picture = document.picture.pixels
    window.session.exports.save_picture(tmp_path / "out.png")
    window.session.projects.save(tmp_path / "work.mfg")
    window.session.exports.save_mask(tmp_path / "mask.png")
    settle(window, qtbot)
    np.testing.assert_array_equal(engine.open_photo(tmp_path / "out.png").pixels, picture)
    mask = np.asarray(Image.open(tmp_path / "mask.png"))
    assert 0 < (mask > 0).mean() < 0.5
    np.testing.assert_array_equal(picture[mask == 0], document.photo.pixels[mask == 0])
    other: MainWindow = make_window(short)
    drop(other, [tmp_path / "work.mfg"])
    settle(other, qtbot)
    np.testing.assert_array_equal(other.session.document.picture.pixels, picture)
    assert other.session.document.edits[0].strength == 1.2
