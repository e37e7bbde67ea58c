"""The attribute panel: groups, search, strength and size as an edit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import engine
from engine.attributes import CELEBA_ATTRIBUTES
from maskfacegan_gui.main_window import MainWindow

from . import tiny_pack


def test_every_attribute_has_a_row_in_its_group(window: MainWindow) -> None:
    panel = window.parts.attributes
    assert set(panel.rows) == set(CELEBA_ATTRIBUTES)
    for group in panel.groups:
        regions = {engine.attribute_group(row.name) for row in group.rows}
        assert len(regions) == 1


def test_what_the_pack_cannot_edit_is_disabled_with_the_reason(window: MainWindow) -> None:
    row = window.parts.attributes.rows[tiny_pack.UNSUPPORTED]
    assert not row.isEnabled()
    assert row.toolTip() == window.session.pack.unsupported_reason(tiny_pack.UNSUPPORTED)
    window.parts.attributes.unsupported.setChecked(False)
    assert not row.isVisibleTo(window.parts.attributes)


def test_what_the_pack_tells_poorly_says_so_in_a_word_and_can_be_picked(window: MainWindow) -> None:
    rows = window.parts.attributes.rows
    row = rows[tiny_pack.EXPERIMENTAL]
    assert row.isEnabled() and row.experimental.isVisibleTo(row)
    assert "(AUC 0.90)" in row.toolTip() and row.box.accessibleDescription() == row.toolTip()
    assert [name for name, other in rows.items() if other.experimental.isVisibleTo(other)] == [row.name]


def test_search_finds_by_either_name_and_keeps_what_is_picked(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.parts.attributes
    panel.rows["male"].box.setChecked(True)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(panel.search, "brow")
    shown = {name for name, row in panel.rows.items() if row.isVisibleTo(panel)}
    assert shown == {"arched_eyebrows", "bushy_eyebrows", "male"} | {
        name for name in panel.rows if "brow" in name.replace("_", " ") and name.startswith("brown")
    }
    qtbot.keyClick(panel.search, Qt.Key.Key_Escape)
    assert all(row.isVisibleTo(panel) for row in panel.rows.values())


def test_the_arrow_goes_to_what_was_found_and_not_to_what_is_picked(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.parts.attributes
    window.activateWindow()
    panel.rows["smiling"].box.setChecked(True)
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "blond")
    assert panel.rows["smiling"].isVisible()
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    assert window.focusWidget() is panel.rows["blond_hair"].box


def test_search_that_finds_nothing_says_so(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.parts.attributes
    qtbot.keyClicks(panel.search, "zebra")
    assert panel.nothing.isVisibleTo(panel)


def test_strength_is_the_target_probability(with_face: MainWindow) -> None:
    panel = with_face.parts.attributes
    row = panel.rows["smiling"]
    row.box.setChecked(True)
    row.strength.slider.setValue(70)
    row.region_size.slider.setValue(130)
    [edit] = panel.edits()
    assert (edit.name, edit.goal(0.05), edit.size) == ("smiling", 0.7, 1.3)
    row.strength.slider.setValue(5)
    row.region_size.slider.setValue(row.region_size.slider.minimum())
    [edit] = panel.edits()
    assert (edit.goal(0.05), edit.target, edit.size) == (0.05, 0.0, 0.0)


@pytest.mark.parametrize(("score", "expected"), [(0.1, 95), (0.9, 5)])
def test_the_slider_starts_on_the_far_side_of_the_present_score(
    window: MainWindow, score: float, expected: int
) -> None:
    row = window.parts.attributes.rows["smiling"]
    row.set_score(score)
    assert row.strength.value == expected


def test_a_global_attribute_has_no_size(window: MainWindow) -> None:
    panel = window.parts.attributes
    for name, row in panel.rows.items():
        if row.isEnabled():
            row.box.setChecked(True)
            assert row.region_size.isVisibleTo(row) == engine.has_size(name)


def test_several_attributes_at_once_and_clear(with_face: MainWindow, qtbot: QtBot) -> None:
    panel = with_face.parts.attributes
    for name in ("smiling", "blond_hair", "male"):
        panel.rows[name].box.setChecked(True)
    assert {edit.name for edit in panel.edits()} == {"smiling", "blond_hair", "male"}
    qtbot.mouseClick(panel.clear_button, Qt.MouseButton.LeftButton)
    assert panel.edits() == ()
    assert not with_face.parts.run.apply_button.isEnabled()


def test_edits_can_be_put_back(window: MainWindow) -> None:
    panel = window.parts.attributes
    edits = (
        engine.AttributeEdit("smiling", probability=0.6, size=1.2),
        engine.AttributeEdit("male", target=0.0),
    )
    panel.set_edits(edits)
    found = {edit.name: edit for edit in panel.edits()}
    assert found["smiling"].probability == 0.6 and found["smiling"].size == 1.2
    assert found["male"].goal(0.05) == 0.05


def test_keyboard_moves_the_strength(with_face: MainWindow, qtbot: QtBot) -> None:
    row = with_face.parts.attributes.rows["smiling"]
    row.box.setChecked(True)
    row.strength.slider.setFocus()
    before = row.strength.value
    key = Qt.Key.Key_Left if before > 50 else Qt.Key.Key_Right
    qtbot.keyClick(row.strength.slider, key)
    assert abs(row.strength.value - before) == 1


def test_the_keyboard_goes_from_the_search_through_the_list(with_face: MainWindow, qtbot: QtBot) -> None:
    panel = with_face.parts.attributes
    with_face.activateWindow()
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "smil")
    qtbot.keyClick(panel.search, Qt.Key.Key_Down)
    smiling = panel.rows["smiling"]
    assert with_face.focusWidget() is smiling.box
    qtbot.keyClick(smiling.box, Qt.Key.Key_Space)
    qtbot.keyClick(smiling.box, Qt.Key.Key_Tab)
    assert with_face.focusWidget() is smiling.strength.slider
    panel.search.clear()
    panel.search.setFocus()
    seen = []
    for _ in range(8):
        qtbot.keyClick(with_face.focusWidget(), Qt.Key.Key_Tab)
        seen.append(with_face.focusWidget())
    boxes = [row.box for row in panel.rows.values()]
    assert panel.saved_button in seen and sum(widget in boxes for widget in seen) >= 3
