"""The whole photo turned, mirrored and straightened in the window: faces, masks and edits go with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

import engine
from engine import Orientation
from maskfacegan_gui.controllers.drop_and_paste import pixels_of
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.session.faces import quarters_of
from tests.engine.test_turned_photos import scene

from . import tiny_pack
from .conftest import WAIT, drop, settle, take_whole
from .test_edits import make_edit, picture
from .test_face_marking import TARGET
from .test_faces import seeing_pack, two_faces  # noqa: F401 (fixtures)
from .test_masks import region, stroke

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def worked(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    """A committed edit, masks painted by hand, and an edit that waits."""
    make_edit(with_face, qtbot, "smiling")
    with_face.commands.brush.setChecked(True)
    stroke(with_face, qtbot, (120, 140), (240, 160))
    make_edit(with_face, qtbot, "blond_hair", commit=False)
    return with_face


def do(window: MainWindow, qtbot: QtBot, *actions: QAction) -> None:
    for action in actions:
        action.trigger()
    settle(window, qtbot)


def levels_apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    assert one.shape == other.shape
    return np.abs(one.astype(int) - other.astype(int))


def shown_pixels(window: MainWindow) -> np.ndarray:
    image = window.parts.canvas.photo.current_image()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), 2::-1]


def test_edits_masks_and_faces_go_with_the_photo_and_back(worked: MainWindow, qtbot: QtBot) -> None:
    document, commands = worked.session.document, worked.commands
    before, masks, face = picture(worked).copy(), region(worked).copy(), document.face
    quads = [face.crop.quad, document.edits[0].face.quad, document.pending.face.quad]
    do(worked, qtbot, commands.rotate_right)
    assert levels_apart(picture(worked), np.rot90(before, -1)).max() <= 1
    assert worked.session.undo_stack.undoText() == "Rotate right"
    do(worked, qtbot, commands.flip)
    wanted = np.rot90(before, -1)[:, ::-1]
    assert levels_apart(picture(worked), wanted).max() <= 1
    assert levels_apart(shown_pixels(worked), wanted).max() <= 1
    assert np.array_equal(region(worked), masks)
    assert document.face.crop.crop is face.crop.crop and document.face.refined
    assert document.orientation == Orientation(0.0, True, 3)
    do(worked, qtbot, commands.rotate_left, commands.flip, commands.rotate_left, commands.rotate_left)
    assert document.orientation == Orientation()
    assert levels_apart(picture(worked), before).max() <= 1
    for _ in range(6):
        commands.undo.trigger()
    settle(worked, qtbot)
    assert np.array_equal(picture(worked), before)
    now = [document.face.crop.quad, document.edits[0].face.quad, document.pending.face.quad]
    np.testing.assert_allclose(now, quads, atol=1e-9)
    for _ in range(2):
        commands.redo.trigger()
    settle(worked, qtbot)
    assert levels_apart(picture(worked), wanted).max() <= 1


@pytest.mark.slow
def test_work_goes_on_in_the_turned_photo(worked: MainWindow, qtbot: QtBot) -> None:
    """A stroke, undo through the turn, and the next edit of the same face, which starts from what is seen."""
    document, commands = worked.session.document, worked.commands
    masks = region(worked).copy()
    do(worked, qtbot, commands.flip, commands.rotate_right)
    commands.brush.setChecked(True)
    stroke(worked, qtbot, (60, 60), (80, 120))
    painted = region(worked).copy()
    assert not np.array_equal(painted, masks)
    do(worked, qtbot, commands.commit)
    crop = document.face.crop
    for committed in document.edits:
        np.testing.assert_allclose(committed.face.quad, crop.quad, atol=1e-6)
    assert np.array_equal(region(worked), painted)
    seen = engine.oriented(document.picture, Orientation(quarters=3)).pixels[:, ::-1]
    assert levels_apart(crop.crop, seen).max() <= 1
    make_edit(worked, qtbot, "young", commit=False)
    np.testing.assert_allclose(document.pending.face.quad, crop.quad)
    for _ in range(3):
        commands.undo.trigger()
    assert np.array_equal(region(worked), masks)


@pytest.mark.slow
def test_a_project_keeps_how_the_photo_is_turned(
    worked: MainWindow, make_window, pack_folder: Path, photo: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    do(worked, qtbot, worked.commands.rotate_right, worked.commands.flip)
    worked.session.turning.straighten(4.0)
    settle(worked, qtbot)
    path = tmp_path / "turned.mfg"
    worked.session.projects.save(path)
    settle(worked, qtbot)
    other = make_window(pack_folder)
    drop(other, [path])
    settle(other, qtbot)
    a, b = worked.session.document, other.session.document
    assert b.orientation == a.orientation == Orientation(-4.0, True, 3)
    assert np.array_equal(b.original.pixels, engine.open_photo(photo).pixels)
    assert np.array_equal(b.photo.pixels, a.photo.pixels)
    assert np.array_equal(picture(other), picture(worked))
    assert np.array_equal(region(other), region(worked))
    np.testing.assert_array_equal(b.face.crop.quad, a.face.crop.quad)
    other.session.turning.straighten(0.0)
    settle(other, qtbot)
    assert b.orientation == Orientation(0.0, True, 3)
    assert np.array_equal(b.photo.pixels, np.rot90(b.original.pixels[:, ::-1], -3))


@pytest.mark.slow
def test_the_picture_is_saved_as_it_is_seen(with_face: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    do(with_face, qtbot, with_face.commands.rotate_left)
    for name in ("seen.png", "seen.tiff", "seen.bmp"):
        with_face.session.exports.save_picture(tmp_path / name)
        settle(with_face, qtbot)
        assert np.array_equal(engine.open_photo(tmp_path / name).pixels, picture(with_face))
    assert with_face.session.exports.exported is not None
    do(with_face, qtbot, with_face.commands.flip)
    assert with_face.session.exports.exported is None


@pytest.mark.slow
def test_the_photo_is_straightened_with_the_arrows_and_enter(
    with_face: MainWindow, qtbot: QtBot, photo: Path
) -> None:
    parts, document, mode = with_face.parts, with_face.session.document, with_face.straightening
    with_face.commands.straighten.trigger()
    assert mode.on and parts.straighten.isVisible()
    for _ in range(2):
        qtbot.keyClick(parts.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    for _ in range(3):
        qtbot.keyClick(parts.canvas, Qt.Key.Key_Left)
    assert mode.degrees == pytest.approx(1.7) and "1.7" in parts.straighten.angle.shown.text()
    qtbot.keyClick(parts.canvas, Qt.Key.Key_Escape)
    settle(with_face, qtbot)
    assert not mode.on and not parts.straighten.isVisible() and document.orientation == Orientation()
    with_face.commands.straighten.trigger()
    assert mode.degrees == 0
    parts.straighten.angle.slider.setValue(50)
    quad = document.face.crop.quad
    qtbot.keyClick(parts.straighten.angle.slider, Qt.Key.Key_Return)
    settle(with_face, qtbot)
    assert document.orientation == Orientation(5.0) and not mode.on
    expected = engine.oriented(engine.open_photo(photo), Orientation(5.0))
    assert np.array_equal(picture(with_face), expected.pixels)
    assert parts.canvas.photo.boundingRect().width() == expected.width
    across = document.face.crop.quad[3] - document.face.crop.quad[0]
    assert np.degrees(np.arctan2(across[1], across[0])) == pytest.approx(5.0)
    do(with_face, qtbot, with_face.commands.undo)
    np.testing.assert_allclose(document.face.crop.quad, quad, atol=1e-9)
    assert np.array_equal(picture(with_face), engine.open_photo(photo).pixels)


@pytest.mark.slow
def test_the_photo_follows_the_mouse_and_starts_where_it_was_left(
    with_face: MainWindow, qtbot: QtBot
) -> None:
    parts, document, mode = with_face.parts, with_face.session.document, with_face.straightening
    do(with_face, qtbot, with_face.commands.flip)
    with_face.commands.straighten.trigger()
    viewport, side = parts.canvas.viewport(), document.photo.width

    def at(degrees: float) -> QPointF:
        turn = np.deg2rad(degrees)
        return QPointF(side / 2 + 0.45 * side * np.cos(turn), side / 2 + 0.45 * side * np.sin(turn))

    start, end = (parts.canvas.mapFromScene(at(degrees)) for degrees in (176, 184))
    qtbot.mousePress(viewport, LEFT, pos=start)
    qtbot.mouseMove(viewport, end)
    qtbot.mouseRelease(viewport, LEFT, pos=end)
    assert mode.degrees == pytest.approx(8, abs=0.6)
    qtbot.mouseClick(parts.straighten.use_button, LEFT)
    settle(with_face, qtbot)
    assert document.orientation == Orientation(-mode.degrees, True, 0)
    width = document.photo.width
    with_face.commands.straighten.trigger()
    assert mode.degrees == document.orientation.seen_degrees
    settle(with_face, qtbot)  # the photo without the crop is there
    mode.show(0.0)
    mode.use()
    settle(with_face, qtbot)
    assert document.orientation == Orientation(mirrored=True) and document.photo.width == side > width
    assert with_face.session.undo_stack.count() == 3


@pytest.mark.slow
def test_marking_a_face_and_straightening_end_one_another(with_face: MainWindow, qtbot: QtBot) -> None:
    with_face.commands.straighten.trigger()
    with_face.commands.mark.trigger()
    assert with_face.faces.marking.on and not with_face.straightening.on
    with_face.commands.straighten.trigger()
    assert with_face.straightening.on and not with_face.faces.marking.on
    do(with_face, qtbot, with_face.commands.rotate_left)
    assert not with_face.straightening.on


@pytest.mark.slow
def test_every_outline_goes_with_several_faces(
    make_window,
    seeing_pack: Path,  # noqa: F811
    two_faces: Path,  # noqa: F811
    qtbot: QtBot,
) -> None:
    window = make_window(seeing_pack)
    drop(window, [two_faces])
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    document = window.session.document
    quads, boxes = list(document.quads), list(document.boxes)
    do(window, qtbot, window.commands.rotate_right)
    assert document.photo.width == 400 and window.parts.size.text() == "400 × 700"
    for old, new in zip(quads, document.quads, strict=True):
        np.testing.assert_allclose(new, np.stack([400 - old[:, 1], old[:, 0]], axis=-1))
    assert [quarters_of(box) for box in document.boxes] == [1, 1]
    window.commands.next_face.trigger()
    settle(window, qtbot)
    crop = document.face.crop.crop
    do(window, qtbot, window.commands.undo)
    assert document.face.crop.crop is crop
    np.testing.assert_allclose([b.landmarks for b in document.boxes], [b.landmarks for b in boxes], atol=2)


@pytest.mark.slow
def test_small_pictures_of_a_mirrored_photo_are_mirrored(
    make_window,
    seeing_pack: Path,  # noqa: F811
    two_faces: Path,  # noqa: F811
    stored_runs: None,
    qtbot: QtBot,
) -> None:
    """Those of the faces and of the edits show what the photo shows there."""
    window = make_window(seeing_pack)
    drop(window, [two_faces])
    qtbot.waitUntil(lambda: window.session.document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    make_edit(window, qtbot, "smiling")

    def small_pictures() -> list[np.ndarray]:
        faces = window.parts.faces.list
        icons = [faces.item(i).icon().pixmap(faces.iconSize()) for i in range(faces.count())]
        return [pixels_of(each.toImage()) for each in [*icons, window.parts.edits.rows[0].picture.pixmap()]]

    before = small_pictures()
    do(window, qtbot, window.commands.flip)
    mirrored = small_pictures()
    assert len(before) == 3
    for one, other in zip(before, mirrored, strict=True):
        assert levels_apart(one[:, ::-1], other).mean() < 2 < levels_apart(one, other).mean()
    do(window, qtbot, window.commands.rotate_right, window.commands.undo, window.commands.undo)
    for one, other in zip(before, small_pictures(), strict=True):
        assert levels_apart(one, other).mean() < 2


@pytest.mark.slow
def test_a_photo_is_turned_while_its_faces_are_looked_for(
    make_window,
    seeing_pack: Path,  # noqa: F811
    two_faces: Path,  # noqa: F811
    qtbot: QtBot,
) -> None:
    window = make_window(seeing_pack)
    drop(window, [two_faces])
    document = window.session.document
    qtbot.waitUntil(lambda: document.photo is not None, timeout=WAIT)
    window.commands.flip.trigger()
    qtbot.waitUntil(lambda: document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    assert document.face.crop.quad[:, 0].mean() > 350  # the larger one is on the right in the mirror
    inside = engine.align(document.photo, document.face.box, 64).crop
    assert levels_apart(inside, engine.align(document.picture, document.face.box, 64).crop).max() == 0


@pytest.mark.slow
def test_a_run_that_was_turned_back_during_it_lies_where_the_face_is(
    with_face: MainWindow, stored_runs: None, qtbot: QtBot
) -> None:
    document, commands = with_face.session.document, with_face.commands
    do(with_face, qtbot, commands.rotate_right)
    make_edit(with_face, qtbot, "smiling")  # made once, so that the next is told at once
    do(with_face, qtbot, commands.undo, commands.undo)
    do(with_face, qtbot, commands.redo, commands.redo)
    assert not with_face.session.runs.running
    with_face.runs.apply()
    assert with_face.session.runs.running and not commands.rotate_left.isEnabled()
    with_face.session.turning.rotate(1)
    assert "running" in with_face.parts.message.text.text()
    quarters = document.orientation.quarters
    while document.orientation != Orientation():
        commands.undo.trigger()
    assert quarters == 1
    qtbot.waitUntil(lambda: not with_face.session.runs.running, timeout=WAIT)
    settle(with_face, qtbot)
    np.testing.assert_allclose(document.pending.face.quad, document.face.crop.quad, atol=1e-9)


@pytest.mark.slow
def test_marks_on_a_mirrored_face_come_in_the_usual_order(
    make_window, pack_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(pack_folder)
    path = tmp_path / "wide.png"
    canvas = Image.new("RGB", (520, 380), (120, 130, 140))
    canvas.paste(tiny_pack.face_picture(220), (150, 80))
    canvas.save(path)
    drop(window, [path])
    qtbot.waitUntil(lambda: window.session.document.photo is not None, timeout=WAIT)
    settle(window, qtbot)
    document, marking = window.session.document, window.faces.marking
    window.session.faces.add(engine.face_from_points(document.photo, TARGET))
    settle(window, qtbot)
    crop = document.face.crop.crop
    do(window, qtbot, window.commands.flip)
    assert document.face.crop.crop is crop
    window.commands.mark.trigger()
    assert marking.points[0, 0] < marking.points[1, 0] and marking.points[3, 0] < marking.points[4, 0]
    np.testing.assert_allclose(marking.points[0], (520 - TARGET[1, 0], TARGET[1, 1]))


@pytest.mark.slow
def test_the_keys_turn_the_photo(with_face: MainWindow, qtbot: QtBot) -> None:
    with_face.activateWindow()
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(with_face, Qt.Key.Key_R, control)
    assert with_face.session.document.orientation.quarters == 1
    qtbot.keyClick(with_face, Qt.Key.Key_R, control | shift)
    assert with_face.session.document.orientation.quarters == 0
    qtbot.keyClick(with_face, Qt.Key.Key_T, control)
    assert with_face.straightening.on
    settle(with_face, qtbot)


@pytest.mark.slow
def test_a_whole_face_is_read_again_where_it_lies(
    window: MainWindow, photo: Path, stored_runs: None, qtbot: QtBot
) -> None:
    take_whole(window, photo, qtbot)
    document = window.session.document
    do(window, qtbot, window.commands.rotate_right, window.commands.flip)
    window.session.turning.straighten(6.0)
    settle(window, qtbot)
    before = document.face.crop.crop
    window.session.faces.take(0, None)
    settle(window, qtbot)
    middle = slice(60, 130)  # its corners lie beyond what is left of the photo
    assert levels_apart(document.face.crop.crop, before)[middle, middle].mean() < 3


@pytest.mark.slow
@pytest.mark.parametrize(("quarters", "words"), [(1, "lies on its side"), (2, "is upside down")])
def test_a_lying_photo_is_turned_when_a_person_says_so(
    make_window, tmp_path: Path, quarters: int, words: str, qtbot: QtBot
) -> None:
    """By the built-in pack's own networks, which find the face as it lies."""
    path, pixels = tmp_path / "lying.png", np.ascontiguousarray(np.rot90(scene(0), -quarters))
    Image.fromarray(pixels).save(path)
    window = make_window(engine.data_root() / "weights" / "starter")
    document, message = window.session.document, window.parts.message
    window.files.open_now(path)
    qtbot.waitUntil(lambda: document.face is not None, timeout=WAIT)
    settle(window, qtbot)
    np.testing.assert_array_equal(document.photo.pixels, pixels)
    assert words in message.text.text() and not window.session.unsaved
    qtbot.mouseClick(message.action, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    np.testing.assert_array_equal(document.photo.pixels, scene(0))
    assert len(document.boxes) == 1
    eyes = document.boxes[0].landmarks[:2]
    assert eyes[0][0] < eyes[1][0] and abs(eyes[0][1] - eyes[1][1]) < 20
    window.session.undo_stack.undo()
    settle(window, qtbot)
    np.testing.assert_array_equal(document.photo.pixels, pixels)
