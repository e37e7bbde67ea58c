"""Soft masks by hand: the arithmetic, and the tools through real mouse events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from engine import REGIONS
from maskfacegan_gui.canvas.geometry import crop_to_photo
from maskfacegan_gui.controllers.mask_editor import Layer
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.pixels import mask_ops

from .conftest import settle
from .test_run import apply, finished, tick

LEFT = Qt.MouseButton.LeftButton
MOUTH, SKIN, NOSE = (REGIONS.index(name) for name in ("mouth", "skin", "nose"))
OPEN = [False] * 3


def stack(*values: int) -> np.ndarray:
    """Masks of one pixel."""
    return np.array(values, np.uint8).reshape(-1, 1, 1)


def wanted(value: float) -> np.ndarray:
    return np.full((1, 1), value, np.float32)


class TestPut:
    def test_what_a_class_gains_the_others_lose_in_proportion(self) -> None:
        new = mask_ops.put(stack(55, 100, 100), 0, wanted(155), OPEN)
        assert new.ravel().tolist() == [155, 50, 50]

    def test_locked_classes_give_nothing_away(self) -> None:
        new = mask_ops.put(stack(55, 100, 100), 0, wanted(255), [False, True, False])
        assert new.ravel().tolist() == [155, 100, 0]

    def test_what_a_class_loses_the_others_gain(self) -> None:
        new = mask_ops.put(stack(155, 50, 50), 0, wanted(55), OPEN)
        assert new.ravel().tolist() == [55, 100, 100]

    def test_what_nobody_can_take_the_spare_class_does(self) -> None:
        new = mask_ops.put(stack(255, 0, 0), 0, wanted(0), OPEN, spare=2)
        assert new.ravel().tolist() == [0, 0, 255]

    def test_a_single_mask_is_simply_set(self) -> None:
        assert mask_ops.put(stack(10), 0, wanted(300), [False]).ravel().tolist() == [255]

    def test_the_sum_stays(self) -> None:
        rng = np.random.default_rng(1)
        before = rng.dirichlet(np.ones(9), (20, 20)).transpose(2, 0, 1)
        before = np.rint(before * 255).astype(np.uint8)
        goal = rng.uniform(0, 255, (20, 20)).astype(np.float32)
        new = mask_ops.put(before, 3, goal, [False] * 9, spare=6)
        assert np.abs(new.sum(axis=0).astype(int) - 255).max() <= 9  # rounding of nine classes


class TestStamps:
    def test_a_stroke_has_no_gaps(self) -> None:
        points = mask_ops.line_points((0, 0), (30, 40), 5.0)
        steps = np.diff(np.array([(0, 0), *points]), axis=0)
        np.testing.assert_allclose(np.hypot(steps[:, 0], steps[:, 1]), 5.0)
        assert len(points) == 10

    def test_the_rest_of_a_short_move_is_kept_for_the_next(self) -> None:
        assert mask_ops.line_points((0, 0), (3, 0), 5.0) == []

    def test_hardness_makes_the_border_steeper(self) -> None:
        soft, hard = mask_ops.disc(20, 0.0), mask_ops.disc(20, 1.0)
        assert soft[20, 20] == hard[20, 20] == 1
        assert hard[20, 35] == 1 and soft[20, 35] < 0.3
        assert soft[20, 40] == hard[20, 40] == 0

    def test_flow_adds_up_and_stays_below_one(self) -> None:
        coverage = np.zeros((50, 50), np.float32)
        shape = mask_ops.disc(5, 1.0)
        for expected in (0.5, 0.75, 0.875):
            rect = mask_ops.stamp(coverage, (25.5, 25.5), shape, 0.5)
            assert coverage[25, 25] == pytest.approx(expected)
        assert (rect.x0, rect.x1) == (20, 31)

    def test_at_the_border_the_stamp_is_cut(self) -> None:
        coverage = np.zeros((20, 20), np.float32)
        assert mask_ops.stamp(coverage, (0.5, 19.5), mask_ops.disc(4, 1.0), 1.0) == mask_ops.Rect(
            0, 15, 5, 20
        )
        assert mask_ops.stamp(coverage, (90, 90), mask_ops.disc(4, 1.0), 1.0).empty


class TestOperations:
    @pytest.fixture
    def square(self) -> np.ndarray:
        mask = np.zeros((60, 60), np.uint8)
        mask[20:40, 15:35] = 255
        return mask

    def test_grow_and_shrink(self, square: np.ndarray) -> None:
        larger, smaller = mask_ops.grown(square, 3), mask_ops.shrunk(square, 3)
        assert larger[30, 12] == 255 and larger[30, 11] == 0
        assert smaller[30, 18] == 255 and smaller[30, 17] == 0

    def test_feather_softens_and_keeps_the_area(self, square: np.ndarray) -> None:
        soft = mask_ops.feathered(square, 3)
        assert 100 < soft[30, 15] < 155
        assert soft.sum() == pytest.approx(square.sum(dtype=float), rel=0.01)

    def test_smooth_takes_a_spike_away(self, square: np.ndarray) -> None:
        square[30, 35:50] = 255
        assert mask_ops.smoothed(square, 3)[30, 48] == 0
        assert mask_ops.smoothed(square, 3)[30, 25] == 255

    def test_mirror(self, square: np.ndarray) -> None:
        both = mask_ops.mirrored(square)
        np.testing.assert_array_equal(both, both[:, ::-1])
        assert both[30, 16] == 255 and both[30, 43] == 255

    def test_fill_closes_a_hole_and_nothing_else(self, square: np.ndarray) -> None:
        square[27:33, 22:28] = 0
        assert mask_ops.filled(square, 24, 30).min(initial=255, where=square > 0) == 255
        assert mask_ops.filled(square, 24, 30)[30, 24] == 255
        assert mask_ops.filled(square, 2, 2) is None
        assert mask_ops.filled(square, 16, 22) is None

    def test_bounding_box_of_a_change(self, square: np.ndarray) -> None:
        other = square.copy()
        other[10, 50] = 9
        assert mask_ops.changed_rect(square[None], other[None]) == mask_ops.Rect(50, 10, 51, 11)
        assert mask_ops.changed_rect(square[None], square[None]).empty


# --- through the window


def on_screen(window: MainWindow, x: float, y: float) -> QPoint:
    """Where a place of the region masks' grid is on the canvas."""
    quad = window.session.document.face.crop.quad
    return window.parts.canvas.mapFromScene(crop_to_photo(quad, 512).map(QPointF(x, y)))


def stroke(
    window: MainWindow, qtbot: QtBot, *places: tuple[float, float], keys=None, end: bool = True
) -> None:
    view = window.parts.canvas.viewport()
    keys = keys or Qt.KeyboardModifier.NoModifier
    points = [on_screen(window, *place) for place in places]
    qtbot.mousePress(view, LEFT, keys, points[0])
    for point in points[1:]:
        qtbot.mouseMove(view, point)
    if end:
        qtbot.mouseRelease(view, LEFT, keys, points[-1])


@pytest.fixture
def painting(with_face: MainWindow, qtbot: QtBot) -> MainWindow:
    """The brush on the mouth, 20 px."""
    qtbot.keyClick(with_face.parts.canvas, Qt.Key.Key_B)
    assert with_face.commands.brush.isChecked() and with_face.parts.options.isVisible()
    with_face.parts.regions.choose("mouth")
    with_face.parts.options.radius.slider.setValue(20)
    with_face.parts.options.hardness.slider.setValue(100)
    return with_face


def region(window: MainWindow) -> np.ndarray:
    return window.session.document.face.masks


def test_a_stroke_paints_where_the_mouse_went_and_is_one_step_of_undo(
    painting: MainWindow, qtbot: QtBot
) -> None:
    before = region(painting).copy()
    stroke(painting, qtbot, (100, 200), (200, 260), (300, 200))
    after = region(painting)
    for x, y in ((100, 200), (150, 230), (200, 260), (250, 230), (299, 200)):
        assert after[MOUTH, y, x] > 250
    assert after[MOUTH, 300, 300] == before[MOUTH, 300, 300]
    assert after[NOSE, 230, 150] < 5
    assert painting.session.undo_stack.count() == 1
    share = 100 * painting.session.document.face.share("mouth")
    assert painting.parts.regions.rows["mouth"].share.text() == f"{share:.1f} %"
    painted = after.copy()
    painting.commands.undo.trigger()
    np.testing.assert_array_equal(region(painting), before)
    assert not painting.session.document.face.refined
    painting.commands.redo.trigger()
    np.testing.assert_array_equal(region(painting), painted)
    assert painting.session.document.face.refined


def test_escape_aborts_a_stroke(painting: MainWindow, qtbot: QtBot) -> None:
    before = region(painting).copy()
    stroke(painting, qtbot, (100, 200), (200, 260), end=False)
    assert not np.array_equal(region(painting), before)
    qtbot.keyClick(painting.parts.canvas, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(region(painting), before)
    assert painting.session.undo_stack.count() == 0


def test_eraser_and_alt(painting: MainWindow, qtbot: QtBot) -> None:
    stroke(painting, qtbot, (150, 150), (200, 150))
    qtbot.keyClick(painting.parts.canvas, Qt.Key.Key_E)
    stroke(painting, qtbot, (150, 150), (170, 150))
    assert region(painting)[MOUTH, 150, 150] < 5
    stroke(painting, qtbot, (150, 150), (160, 150), keys=Qt.KeyboardModifier.AltModifier)
    assert region(painting)[MOUTH, 150, 150] > 250


def test_locked_region_is_left_alone(painting: MainWindow, qtbot: QtBot) -> None:
    for name in REGIONS:
        if name != "mouth":
            painting.parts.regions.rows[name].lock_button.setChecked(True)
    before = region(painting).copy()
    stroke(painting, qtbot, (150, 150), (200, 150))
    others = [c for c in range(9) if c != MOUTH]
    assert np.abs(region(painting)[others].astype(int) - before[others]).max() <= 1


def test_what_lies_in_front_is_painted_beside_the_regions(painting: MainWindow, qtbot: QtBot) -> None:
    """It takes nothing of a region, is undone like one, and the run gets it."""
    painting.parts.regions.choose("in_front")
    before = region(painting).copy()
    stroke(painting, qtbot, (150, 150), (200, 150))
    assert region(painting)[-1, 150, 150:200].min() > 250
    np.testing.assert_array_equal(region(painting)[:-1], before[:-1])
    row = painting.parts.regions.rows["in_front"]
    assert row.share.text() != "0.0 %" and not row.lock_button.isVisible()
    tick(painting, qtbot, "smiling")
    apply(painting, qtbot)
    request = painting.session.runs.current.request
    assert request.masks.in_front is not None and request.masks.in_front[150, 175] > 0.98
    finished(painting, qtbot)
    while painting.session.undo_stack.canUndo():
        painting.session.undo_stack.undo()
    np.testing.assert_array_equal(region(painting), before)
    assert painting.session.document.face.request_masks().in_front is None


def test_lasso_adds_what_is_outlined(painting: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(painting.parts.canvas, Qt.Key.Key_L)
    stroke(painting, qtbot, (100, 100), (200, 100), (200, 200), (100, 200), (100, 100))
    assert region(painting)[MOUTH, 110:190, 110:190].min() > 250


def test_pick_chooses_what_is_clicked(painting: MainWindow, qtbot: QtBot) -> None:
    region(painting)[:] = 0
    region(painting)[NOSE, 240:280, 240:280] = 255
    qtbot.keyClick(painting.parts.canvas, Qt.Key.Key_I)
    qtbot.mouseClick(painting.parts.canvas.viewport(), LEFT, pos=on_screen(painting, 260, 260))
    assert painting.mask_tools.editor.region == "nose"
    assert painting.parts.options.region.currentData() == "nose"


def test_the_regions_stay_as_faint_as_they_were(painting: MainWindow, qtbot: QtBot) -> None:
    """After the untouched photo was shown, also where another window came in between."""
    canvas, spot = painting.parts.canvas, on_screen(painting, 256, 256)

    def seen() -> tuple[int, int, int, int]:
        return canvas.viewport().grab().toImage().pixelColor(spot).getRgb()

    faint = seen()
    qtbot.keyPress(painting, Qt.Key.Key_C)
    untouched = seen()
    qtbot.keyRelease(painting, Qt.Key.Key_C)
    assert untouched != faint and seen() == faint
    canvas.show_before(False)
    assert seen() == faint


def test_what_is_under_the_pointer_follows_the_masks(painting: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseMove(painting.parts.canvas.viewport(), on_screen(painting, 256, 256))
    before = painting.parts.hover.text()
    stroke(painting, qtbot, (250, 256), (256, 256))
    assert painting.parts.hover.text() != before and "Mouth 100 %" in painting.parts.hover.text()
    painting.commands.undo.trigger()
    # Not `before`: between two pixels, which regions the small random parser sees there may differ.
    assert "Mouth 100 %" not in painting.parts.hover.text()
    painting.commands.redo.trigger()
    assert "Mouth 100 %" in painting.parts.hover.text()


def test_operations_and_reset(painting: MainWindow, qtbot: QtBot) -> None:
    parsed = region(painting).copy()
    stroke(painting, qtbot, (100, 200), (220, 260))
    for action in painting.commands.mask_operations[:-1]:
        before = region(painting).copy()
        action.trigger()
        assert not np.array_equal(region(painting)[MOUTH], before[MOUTH]), action.text()
    painting.commands.reset.trigger()
    assert np.abs(region(painting)[MOUTH].astype(int) - parsed[MOUTH]).max() <= 2
    nose = region(painting)[NOSE].copy()
    copies = painting.parts.options.copy_menu.actions()
    assert [REGIONS[i] for i, action in enumerate(copies) if not action.isEnabled()] == ["mouth"]
    copies[NOSE].trigger()
    np.testing.assert_allclose(region(painting)[MOUTH], nose, atol=1)
    while painting.session.undo_stack.canUndo():
        painting.session.undo_stack.undo()
    np.testing.assert_array_equal(region(painting), parsed)


def test_brackets_change_the_brush(painting: MainWindow, qtbot: QtBot) -> None:
    canvas, editor = painting.parts.canvas, painting.mask_tools.editor
    radius, hardness = editor.radius, editor.hardness
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert editor.radius > radius
    qtbot.keyClick(canvas, Qt.Key.Key_BracketLeft, Qt.KeyboardModifier.ShiftModifier)
    assert editor.hardness < hardness
    assert painting.parts.options.radius.value == round(editor.radius)


def test_refined_masks_are_what_the_run_gets(painting: MainWindow, qtbot: QtBot) -> None:
    stroke(painting, qtbot, (100, 200), (300, 200))
    tick(painting, qtbot, "smiling")
    apply(painting, qtbot)
    request = painting.session.runs.current.request
    np.testing.assert_allclose(request.masks["mouth"] * 255, region(painting)[MOUTH], atol=0.01)
    finished(painting, qtbot)


@pytest.mark.usefixtures("stored_runs")
def test_blend_mask_is_refined_without_another_run(with_face: MainWindow, qtbot: QtBot) -> None:
    window, document = with_face, with_face.session.document
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    result, edited = document.pending.result, document.picture.pixels
    window.commands.eraser.setChecked(True)
    options = window.parts.options
    options.layer.setCurrentIndex(options.layer.findData("blend"))
    assert window.mask_tools.editor.layer is Layer.BLEND
    options.radius.slider.setValue(150)
    options.hardness.slider.setValue(100)
    for y in range(20, 512, 120):
        stroke(window, qtbot, (0, y), (255, y), (511, y))
    settle(window, qtbot)
    assert document.pending.result is result
    assert document.pending.blend_bytes().max() < 40
    change = np.abs(document.picture.pixels.astype(int) - document.photo.pixels).mean()
    assert change < 0.2 * np.abs(edited.astype(int) - document.photo.pixels).mean()
    window.commands.reset.trigger()
    settle(window, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, edited)
    window.commands.undo.trigger()
    assert document.pending.blend is not None
    while document.pending.blend is not None:
        window.commands.undo.trigger()
    settle(window, qtbot)
    np.testing.assert_array_equal(document.picture.pixels, edited)


@pytest.mark.usefixtures("stored_runs")
def test_escape_aborts_a_stroke_on_the_blend_mask(with_face: MainWindow, qtbot: QtBot) -> None:
    window, document = with_face, with_face.session.document
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    finished(window, qtbot)
    window.commands.eraser.setChecked(True)
    window.mask_tools.editor.set_layer(Layer.BLEND)
    edited, pending = document.picture.pixels, document.pending
    stroke(window, qtbot, (100, 250), (400, 250), end=False)
    assert document.pending is not pending
    window.parts.canvas.setFocus()
    qtbot.keyClick(window.parts.canvas, Qt.Key.Key_Escape)
    settle(window, qtbot)
    assert document.pending is pending
    np.testing.assert_array_equal(document.picture.pixels, edited)
