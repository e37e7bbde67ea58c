"""Undo is bounded by bytes: the oldest steps go, the latest can always be undone."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from maskfacegan_gui.document.edit import Edit
from maskfacegan_gui.document.undo import SetEdits
from maskfacegan_gui.document.undo_budget import UndoBudget
from maskfacegan_gui.main_window import MainWindow

from .conftest import settle
from .test_edits import make_edit
from .test_masks import painting, region, stroke  # noqa: F401


def budget(window: MainWindow) -> UndoBudget:
    return window.session.undo_stack.findChild(UndoBudget)


def test_strokes_beyond_the_limit_are_given_up(painting: MainWindow, qtbot: QtBot) -> None:  # noqa: F811
    stack = painting.session.undo_stack
    states = [region(painting).copy()]
    for y in (100, 150, 200, 250, 300):
        stroke(painting, qtbot, (100, y), (250, y))
        states.append(region(painting).copy())
    whole = budget(painting).held_bytes()
    assert whole > 0
    budget(painting).limit = whole // 2
    stroke(painting, qtbot, (100, 350), (250, 350))
    assert budget(painting).held_bytes() <= whole // 2
    undone = 0
    while stack.canUndo():
        painting.commands.undo.trigger()
        qtbot.wait(10)
        undone += 1
        np.testing.assert_array_equal(region(painting), states[-undone])
    assert 1 <= undone < 6 and stack.count() == undone
    for _ in range(undone):
        painting.commands.redo.trigger()
    assert not np.array_equal(region(painting), states[-1])


@pytest.mark.slow
def test_the_last_step_can_be_undone_however_large(painting: MainWindow, qtbot: QtBot) -> None:  # noqa: F811
    budget(painting).limit = 0
    stroke(painting, qtbot, (100, 100), (250, 100))
    once = region(painting).copy()
    stroke(painting, qtbot, (100, 200), (250, 200))
    painting.commands.undo.trigger()
    qtbot.wait(10)
    np.testing.assert_array_equal(region(painting), once)
    assert not painting.session.undo_stack.canUndo()


@pytest.mark.slow
def test_results_that_were_given_up_are_freed(with_face: MainWindow, qtbot: QtBot) -> None:
    make_edit(with_face, qtbot, "smiling", commit=False)
    document = with_face.session.document
    first = weakref.ref(document.pending.stored)
    with_face.session.edits.discard()
    budget(with_face).limit = 0
    make_edit(with_face, qtbot, "smiling", commit=False)
    make_edit(with_face, qtbot, "smiling", commit=False)
    with_face.session.pictures.compositor.compose(document.photo, [])
    settle(with_face, qtbot)
    gc.collect()
    assert first() is None
    assert document.pending is not None


@pytest.mark.slow
def test_what_is_shown_does_not_count(with_face: MainWindow, qtbot: QtBot) -> None:
    make_edit(with_face, qtbot, "smiling", commit=False)
    assert budget(with_face).held_bytes() == 0
    with_face.commands.undo.trigger()
    assert budget(with_face).held_bytes() > 10_000


@pytest.mark.slow
def test_shared_arrays_count_once(with_face: MainWindow, qtbot: QtBot) -> None:
    make_edit(with_face, qtbot, "smiling", commit=False)
    document, stack = with_face.session.document, with_face.session.undo_stack
    edit: Edit = document.pending
    with_face.commands.undo.trigger()
    stack.push(SetEdits(document, [], edit, "once"))
    stack.push(SetEdits(document, [], None, "twice"))
    once = budget(with_face).held_bytes()
    stack.push(SetEdits(document, [edit], None, "thrice"))
    stack.push(SetEdits(document, [], None, "again"))
    assert budget(with_face).held_bytes() == once
    settle(with_face, qtbot)
