"""Faces marked by hand and chosen in the bar, with real mouse and keyboard events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.main_window import MainWindow

from .conftest import WAIT, drop, settle
from .test_faces import seeing_pack, two_faces  # noqa: F401 (fixtures)

TARGET = np.array([(230.0, 150.0), (290.0, 155.0), (262.0, 190.0), (236.0, 220.0), (284.0, 224.0)])


@pytest.fixture
def wall(tmp_path: Path) -> Path:
    """Nothing that a finder takes for a face."""
    path = tmp_path / "wall.png"
    Image.new("RGB", (520, 380), (120, 130, 140)).save(path)
    return path


@pytest.fixture
def window(make_window, seeing_pack: Path) -> MainWindow:  # noqa: F811
    return make_window(seeing_pack)


def opened(window: MainWindow, path: Path, qtbot: QtBot) -> MainWindow:
    drop(window, [path])
    qtbot.waitUntil(lambda: window.session.document.photo is not None, timeout=WAIT)
    settle(window, qtbot)
    return window


def on_screen(window: MainWindow, point: np.ndarray) -> QPoint:
    return window.parts.canvas.mapFromScene(QPointF(*point))


def drag(window: MainWindow, start: np.ndarray, end: np.ndarray, qtbot: QtBot) -> None:
    viewport, left = window.parts.canvas.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, pos=on_screen(window, start))
    qtbot.mouseMove(viewport, on_screen(window, (start + end) / 2))
    qtbot.mouseMove(viewport, on_screen(window, end))
    qtbot.mouseRelease(viewport, left, pos=on_screen(window, end))


def test_five_points_are_dragged_where_no_face_was_found(
    window: MainWindow, wall: Path, qtbot: QtBot
) -> None:
    opened(window, wall, qtbot)
    bar, marking = window.parts.faces, window.faces.marking
    assert "No face" in window.parts.message.text.text() and bar.isVisible()
    qtbot.mouseClick(window.parts.message.action, Qt.MouseButton.LeftButton)
    assert marking.on and bar.use_button.isVisible() and "1 of 5" in bar.guide.text()
    squares = []
    for index in range(5):
        drag(window, marking.points[index], TARGET[index], qtbot)
        squares.append(marking.square())
        assert f"{index + 1} of 5" in bar.guide.text()
    assert np.abs(marking.points - TARGET).max() < 2  # a px of the screen is one to two of the photo
    assert len({square.tobytes() for square in squares}) == 4  # of the five, the nose makes no difference
    qtbot.mouseClick(bar.use_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    face = window.session.document.face
    assert not marking.on and np.allclose(face.crop.quad, engine.ffhq_quad(marking.points))
    assert "px wide in the photo" in bar.size_text.text() and bar.size_text.text().endswith("at 16 px.")


@pytest.mark.slow
def test_the_keyboard_alone_marks_a_face(window: MainWindow, wall: Path, qtbot: QtBot) -> None:
    opened(window, wall, qtbot)
    canvas, marking = window.parts.canvas, window.faces.marking
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert marking.on and "No face" in window.parts.message.text.text()
    before, step = marking.points.copy(), 1 / canvas.transform().m11()
    qtbot.keyClick(canvas, Qt.Key.Key_4)
    assert marking.active == 3 and "mouth" in window.parts.faces.guide.text()
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Left)
    qtbot.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert np.allclose(marking.points[3] - before[3], (-3 * step, 10 * step))
    qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert marking.active == 4
    assert np.array_equal(np.delete(marking.points, 3, 0), np.delete(before, 3, 0))
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    assert np.allclose(window.session.document.face.box.landmarks, marking.points)
    assert not window.parts.message.isVisible()  # there is a face now


@pytest.mark.slow
def test_escape_leaves_everything_as_it_was(window: MainWindow, wall: Path, qtbot: QtBot) -> None:
    opened(window, wall, qtbot)
    qtbot.mouseClick(window.parts.faces.mark_button, Qt.MouseButton.LeftButton)
    drag(window, window.faces.marking.points[0], TARGET[0], qtbot)
    qtbot.keyClick(window.parts.canvas, Qt.Key.Key_Escape)
    settle(window, qtbot)
    assert not window.faces.marking.on and window.session.document.face is None
    assert window.parts.faces.mark_button.isVisible()


@pytest.mark.slow
def test_points_that_make_no_face_get_a_sentence_and_stay(
    window: MainWindow, wall: Path, qtbot: QtBot
) -> None:
    opened(window, wall, qtbot)
    window.commands.mark.trigger()
    marking = window.faces.marking
    marking.points[:] = (200.0, 200.0)
    assert marking.square() is None
    qtbot.mouseClick(window.parts.faces.use_button, Qt.MouseButton.LeftButton)
    assert "do not make a face" in window.parts.message.text.text()
    assert marking.on and window.session.document.face is None


@pytest.mark.slow
def test_a_face_found_wrongly_is_corrected_in_its_place(
    window: MainWindow,
    two_faces: Path,  # noqa: F811
    qtbot: QtBot,
) -> None:
    opened(window, two_faces, qtbot)
    document, marking = window.session.document, window.faces.marking
    window.commands.mark.trigger()
    assert np.array_equal(marking.points, document.face.box.landmarks)
    drag(window, marking.points[1], marking.points[1] + (15, 4), qtbot)
    qtbot.keyClick(window.parts.canvas, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert len(document.boxes) == 2 and document.chosen == 0
    assert np.array_equal(document.face.box.landmarks, marking.points)
    # Once something was done to a face, a marked one stands beside it.
    window.mask_tools.editor.begin(200.0, 200.0, False)
    window.mask_tools.editor.end()
    painted = document.face.masks.copy()
    window.commands.mark.trigger()
    qtbot.keyClick(window.parts.canvas, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert len(document.boxes) == 3 and document.chosen == 2 and window.parts.faces.list.count() == 3
    window.session.faces.choose(0)
    settle(window, qtbot)
    np.testing.assert_array_equal(document.face.masks, painted)


@pytest.mark.slow
def test_the_bar_shows_the_faces_and_chooses_them(
    window: MainWindow,
    two_faces: Path,  # noqa: F811
    qtbot: QtBot,
) -> None:
    opened(window, two_faces, qtbot)
    document, faces = window.session.document, window.parts.faces.list
    assert faces.isVisible() and faces.count() == 2 and faces.currentRow() == document.chosen == 0
    qtbot.waitUntil(lambda: not faces.item(1).icon().isNull(), timeout=WAIT)
    pictures = [faces.item(i).icon().pixmap(48, 48).toImage() for i in range(2)]
    assert all(len(colours(picture)) > 20 for picture in pictures)
    place = faces.visualItemRect(faces.item(1)).center()
    qtbot.mouseClick(faces.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(window, qtbot)
    assert document.chosen == 1 and document.face.crop.quad[:, 0].mean() > 350
    first = window.parts.faces.size_text.text()
    qtbot.keyClick(faces, Qt.Key.Key_Left)
    settle(window, qtbot)
    assert document.chosen == 0 and window.parts.faces.size_text.text() != first
    window.commands.next_face.trigger()
    settle(window, qtbot)
    assert faces.currentRow() == 1


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


@pytest.mark.slow
def test_landmarks_are_refined_once_in_the_photo_as_it_was(
    window: MainWindow,
    two_faces: Path,  # noqa: F811
    qtbot: QtBot,
) -> None:
    opened(window, two_faces, qtbot)
    document, session = window.session.document, window.session
    found = engine.find_faces(document.photo, session.pack)
    expected = engine.refine_landmarks(document.photo, found[0], session.pack)
    assert np.array_equal(document.boxes[0].landmarks, expected.landmarks)
    quad = document.face.crop.quad.copy()
    session.faces.take(0, document.face.box)
    settle(window, qtbot)
    assert np.array_equal(document.face.crop.quad, quad)


@pytest.mark.slow
@pytest.mark.parametrize("committed", [True, False])
def test_an_edit_of_one_face_stays_when_another_is_edited(
    window: MainWindow,
    two_faces: Path,  # noqa: F811
    tmp_path: Path,
    qtbot: QtBot,
    committed: bool,
) -> None:
    opened(window, two_faces, qtbot)
    document, session = window.session.document, window.session
    original = document.photo.pixels
    touched = []
    for index in (0, 1):
        session.faces.choose(index)
        settle(window, qtbot)
        if index and not committed:
            assert window.parts.run.title.text() == "Smiling, of face 1"
        session.runs.apply((engine.AttributeEdit("smiling"),), "quick", index, "paper", go_on=not committed)
        assert session.runs.current.request.initial_latent is None  # the other face's code is none of its own
        qtbot.waitUntil(lambda: not session.runs.running, timeout=WAIT)
        if committed:
            session.edits.commit()
        settle(window, qtbot)
        assert committed or window.parts.run.title.text() == "Smiling"
        touched.append((document.picture.pixels != original).any(axis=2))
    left, right = np.s_[:, :340], np.s_[:, 380:]
    assert touched[0][left].any() and not touched[0][right].any() and touched[1][right].any()
    np.testing.assert_array_equal(touched[0][left], touched[1][left])
    first = document.picture.pixels
    session.faces.choose(0)
    settle(window, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, first)
    engine.save_photo(document.picture, tmp_path / "both.png")
    np.testing.assert_array_equal(engine.open_photo(tmp_path / "both.png").pixels, first)
    assert [edit.face_index for edit in document.visible_edits()] == [0, 1]
    session.undo_stack.undo()  # the second's result, or its commit
    assert [edit.face_index for edit in document.visible_edits()] == ([0, 1] if committed else [0])
