"""The list of committed edits: always the photo's composite, and everything can be undone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow

from .conftest import settle
from .test_run import apply, finished, tick

LEFT = Qt.MouseButton.LeftButton


def make_edit(window: MainWindow, qtbot: QtBot, name: str, commit: bool = True) -> None:
    window.parts.attributes.clear()
    tick(window, qtbot, name)
    apply(window, qtbot)
    finished(window, qtbot)
    if commit:
        qtbot.mouseClick(window.parts.run.commit_button, LEFT)
        settle(window, qtbot)


@pytest.fixture
def two(with_face: MainWindow, stored_runs: None, qtbot: QtBot) -> MainWindow:
    """Two committed edits: a mouth below, hair above."""
    make_edit(with_face, qtbot, "smiling")
    make_edit(with_face, qtbot, "blond_hair")
    with_face.parts.tabs.setCurrentWidget(with_face.parts.edits)
    return with_face


def picture(window: MainWindow) -> np.ndarray:
    return window.session.document.picture.pixels


def titles(window: MainWindow) -> list[str]:
    """From the top of the list."""
    return [row.title.text() for row in window.parts.edits.rows]


def test_the_list_shows_the_latest_on_top(two: MainWindow) -> None:
    assert titles(two) == ["Blond hair", "Smiling"]
    assert two.parts.tabs.tabText(two.parts.tabs.indexOf(two.parts.edits)) == "Edits (2)"
    assert not two.parts.edits.rows[0].picture.pixmap().isNull()


@pytest.mark.slow
def test_hide_all_and_the_photo_is_back(two: MainWindow, qtbot: QtBot) -> None:
    both = picture(two)
    for _ in range(2):
        row = next(row for row in two.parts.edits.rows if row.visible_button.isChecked())
        qtbot.mouseClick(row.visible_button, LEFT)
        settle(two, qtbot)
    document = two.session.document
    np.testing.assert_array_equal(picture(two), document.photo.pixels)
    for _ in range(2):
        two.commands.undo.trigger()
    settle(two, qtbot)
    np.testing.assert_array_equal(picture(two), both)


@pytest.mark.slow
def test_opacity_fades_an_edit_and_a_drag_is_one_step(two: MainWindow, qtbot: QtBot) -> None:
    both, count = picture(two), two.session.undo_stack.count()
    slider = two.parts.edits.rows[0].opacity.slider
    for value in (80, 50, 0):
        slider.setValue(value)
    settle(two, qtbot)
    without = picture(two)
    assert two.session.undo_stack.count() == count + 1
    two.parts.edits.rows[0].opacity.slider.setValue(50)
    settle(two, qtbot)
    half = picture(two).astype(float)
    between = (without.astype(float) + both) / 2
    assert np.abs(half - between).max() <= 1
    two.commands.undo.trigger()
    settle(two, qtbot)
    np.testing.assert_array_equal(picture(two), both)


@pytest.mark.slow
def test_reorder(two: MainWindow, qtbot: QtBot) -> None:
    top, bottom = two.parts.edits.rows
    assert not top.up.isEnabled() and not bottom.down.isEnabled()
    qtbot.mouseClick(bottom.up, LEFT)
    settle(two, qtbot)
    assert titles(two) == ["Smiling", "Blond hair"]
    two.commands.undo.trigger()
    settle(two, qtbot)
    assert titles(two) == ["Blond hair", "Smiling"]


@pytest.mark.slow
def test_delete_and_undo(two: MainWindow, qtbot: QtBot) -> None:
    both = picture(two)
    qtbot.mouseClick(two.parts.edits.rows[0].delete, LEFT)
    settle(two, qtbot)
    assert titles(two) == ["Smiling"]
    two.commands.undo.trigger()
    settle(two, qtbot)
    assert titles(two) == ["Blond hair", "Smiling"]
    np.testing.assert_array_equal(picture(two), both)


@pytest.mark.slow
def test_the_keyboard_stays_where_it_was_in_the_list(two: MainWindow, qtbot: QtBot) -> None:
    def rows() -> list:
        return two.parts.edits.rows

    two.activateWindow()
    rows()[1].visible_button.setFocus()
    for _ in range(2):  # off and on again
        qtbot.keyClick(two.focusWidget(), Qt.Key.Key_Space)
        settle(two, qtbot)
        assert two.focusWidget() is rows()[1].visible_button
    rows()[1].up.setFocus()
    qtbot.keyClick(two.focusWidget(), Qt.Key.Key_Space)
    settle(two, qtbot)
    assert titles(two) == ["Smiling", "Blond hair"]
    assert two.focusWidget() is rows()[0].down, "it cannot go up any further"
    rows()[0].delete.setFocus()
    qtbot.keyClick(two.focusWidget(), Qt.Key.Key_Space)
    settle(two, qtbot)
    assert titles(two) == ["Blond hair"] and two.focusWidget() is rows()[0].delete
    qtbot.keyClick(two.focusWidget(), Qt.Key.Key_Space)
    settle(two, qtbot)
    assert rows() == []


@pytest.mark.slow
def test_rename(two: MainWindow, qtbot: QtBot) -> None:
    title = two.parts.edits.rows[0].title
    title.selectAll()
    qtbot.keyClicks(title, "Summer hair")
    qtbot.keyClick(title, Qt.Key.Key_Return)
    assert two.session.document.edits[1].title == "Summer hair"
    two.commands.undo.trigger()
    assert two.session.document.edits[1].title == "Blond hair"


@pytest.mark.slow
def test_edit_again_brings_its_settings_back(two: MainWindow, qtbot: QtBot) -> None:
    two.parts.attributes.clear()
    qtbot.mouseClick(two.parts.edits.rows[1].again, LEFT)
    settle(two, qtbot)
    document = two.session.document
    assert document.pending.title == "Smiling" and [e.title for e in document.edits] == ["Blond hair"]
    assert [edit.name for edit in two.parts.attributes.edits()] == ["smiling"]
    assert two.parts.run.result_part.isVisible()


@pytest.mark.slow
def test_edit_again_shows_its_attribute_whatever_is_searched_for(two: MainWindow, qtbot: QtBot) -> None:
    panel = two.parts.attributes
    panel.clear()
    qtbot.keyClicks(panel.search, "blond")
    qtbot.mouseClick(two.parts.edits.rows[1].again, LEFT)
    settle(two, qtbot)
    assert panel.rows["smiling"].picked and panel.rows["smiling"].isVisible()


@pytest.mark.slow
def test_run_again_keeps_opacity_and_the_hand_made_mask(two: MainWindow, qtbot: QtBot) -> None:
    commands, document = two.session.edits, two.session.document
    mouth = document.edits[0]
    commands.change(mouth.id, "fade", opacity=0.4)
    commands.reopen(mouth.id)
    mask = np.full(document.pending.blend_bytes().shape, 200, np.uint8)
    commands.set_blend(mask, "paint")
    settle(two, qtbot)
    earlier = document.pending
    make_edit(two, qtbot, "smiling", commit=False)
    again = document.pending
    assert again.stored is not earlier.stored
    assert again.opacity == 0.4 and again.blend is earlier.blend
    make_edit(two, qtbot, "wearing_lipstick", commit=False)
    other = document.pending
    assert other.opacity == 0.4 and other.blend is None, "a mask made for another edit stays with it"


@pytest.mark.slow
def test_edits_of_one_photo_do_not_follow_to_the_next(two: MainWindow, photo, qtbot: QtBot) -> None:
    two.files.open_now(photo)
    settle(two, qtbot)
    assert titles(two) == []
    assert two.session.undo_stack.count() == 0


@pytest.mark.slow
def test_compositions_are_reused(two: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changing the last edit pastes at most that one."""
    import engine

    pasted: list[object] = []
    real = engine.paste
    monkeypatch.setattr(engine, "paste", lambda *args, **more: pasted.append(args[2]) or real(*args, **more))
    slider = two.parts.edits.rows[0].opacity.slider
    for value in (90, 70, 40):
        slider.setValue(value)
        settle(two, qtbot)
    assert len(pasted) <= 1
