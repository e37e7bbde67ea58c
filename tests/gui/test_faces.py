"""Faces found by the finder, and the choice among several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.text.messages import Level, Notice

from . import tiny_pack
from .conftest import WAIT, drop, settle


@pytest.fixture(scope="module")
def seeing_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "seeing", finder=True)


@pytest.fixture
def two_faces(tmp_path: Path) -> Path:
    """A larger face on the left, a smaller one on the right."""
    picture = Image.new("RGB", (700, 400), (150, 160, 150))
    picture.paste(tiny_pack.face_picture(300), (20, 50))
    picture.paste(tiny_pack.face_picture(220), (420, 100))
    path = tmp_path / "two.png"
    picture.save(path)
    return path


@pytest.fixture
def window(make_window, seeing_pack: Path) -> MainWindow:
    return make_window(seeing_pack)


def test_the_largest_is_chosen_and_the_other_can_be_clicked(
    window: MainWindow, two_faces: Path, qtbot: QtBot
) -> None:
    drop(window, [two_faces])
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    document = window.session.document
    assert len(document.boxes) == 2 and "2 faces" in window.parts.message.text.text()
    assert document.face.crop.quad[:, 0].mean() < 350
    place = window.parts.canvas.mapFromScene(QPointF(530, 220))
    qtbot.mouseClick(window.parts.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(window, qtbot)
    assert document.face.crop.quad[:, 0].mean() > 350
    window.commands.next_face.trigger()
    settle(window, qtbot)
    assert document.face.crop.quad[:, 0].mean() < 350


@pytest.mark.slow
def test_what_was_painted_on_one_face_is_there_when_it_is_chosen_again(
    window: MainWindow, two_faces: Path, qtbot: QtBot
) -> None:
    drop(window, [two_faces])
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    window.mask_tools.editor.begin(200.0, 200.0, False)
    window.mask_tools.editor.end()
    painted = window.session.document.face.masks.copy()
    window.commands.next_face.trigger()
    settle(window, qtbot)
    assert not np.array_equal(window.session.document.face.masks, painted)
    window.commands.next_face.trigger()
    settle(window, qtbot)
    np.testing.assert_array_equal(window.session.document.face.masks, painted)


@pytest.mark.slow
def test_no_face_gives_a_sentence_and_a_square_photo_can_be_taken_whole(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "wall.png"
    Image.new("RGB", (200, 200), (120, 130, 140)).save(path)
    drop(window, [path])
    qtbot.waitUntil(window.parts.message.isVisible, timeout=WAIT)
    settle(window, qtbot)
    assert "No face" in window.parts.message.text.text() and window.parts.message.hint.text()
    qtbot.mouseClick(window.parts.message.action, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    assert window.session.document.face.crop.size == 200


@pytest.mark.slow
def test_of_an_animation_the_first_picture_is_taken_and_that_is_said(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "moving.webp"
    first = Image.new("RGB", (500, 400), (150, 160, 150))
    first.paste(tiny_pack.face_picture(300), (90, 50))
    first.save(path, save_all=True, append_images=[Image.new("RGB", (500, 400))], lossless=True)
    drop(window, [path])
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    assert "first picture" in window.parts.message.text.text()
    assert np.array_equal(window.session.document.photo.pixels, np.asarray(first))


@pytest.mark.slow
def test_what_is_left_behind_of_a_photo_is_said_beside_how_many_faces_it_has(
    window: MainWindow, two_faces: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    path, bar = tmp_path / "pages.tif", window.parts.message
    Image.open(two_faces).save(path, save_all=True, append_images=[Image.new("RGB", (700, 400))])
    drop(window, [path])
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    assert bar.text.text().startswith("2 faces")
    bar.dismiss()  # as it goes by itself
    assert bar.isVisible() and "only the first" in bar.text.text()


@pytest.mark.slow
def test_an_offer_comes_back_when_the_message_over_it_is_closed(window: MainWindow, qtbot: QtBot) -> None:
    bar, done = window.parts.message, []
    bar.show_notice(Notice("An offer.", level=Level.WARNING, action=("Take it", lambda: done.append(1))))
    bar.show_notice(Notice("Something else."))
    assert bar.text.text() == "Something else."
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert bar.isVisible() and bar.text.text() == "An offer."
    qtbot.mouseClick(bar.action, Qt.MouseButton.LeftButton)
    assert done == [1] and not bar.isVisible()


@pytest.mark.slow
def test_what_was_said_of_a_photo_goes_with_it(window: MainWindow, two_faces: Path, qtbot: QtBot) -> None:
    bar = window.parts.message
    offer = ("Take it", lambda: None)
    bar.show_notice(Notice("Work was found.", level=Level.WARNING, action=offer, lasting=True))
    bar.show_notice(Notice("That photo is broken.", level=Level.ERROR))
    window.files.open_now(two_faces)
    assert bar.text.text() == "Work was found."
