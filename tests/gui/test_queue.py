"""Edits that wait: run one after another, committed on their own, halted by a cancel."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow

from .conftest import WAIT, settle
from .test_run import endless, finished, tick  # noqa: F401

LEFT = Qt.MouseButton.LeftButton


def enqueue(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.parts.attributes.clear()
    tick(window, qtbot, name)
    qtbot.mouseClick(window.parts.run.queue_button, LEFT)


@pytest.mark.slow
def test_a_queue_of_three_runs_on_its_own(with_face: MainWindow, qtbot: QtBot) -> None:
    window, document = with_face, with_face.session.document
    crops = []
    window.session.runs.started.connect(lambda: crops.append(window.session.runs.current.request.face.crop))
    for name in ("smiling", "blond_hair", "big_nose"):
        enqueue(window, qtbot, name)
    assert window.session.runs.running, "the first begins at once"
    assert "Blond hair, Big nose" in window.parts.run.queue_text.text()
    qtbot.waitUntil(lambda: len(document.edits) == 2 and document.pending is not None, timeout=3 * WAIT)
    settle(window, qtbot)
    assert [edit.title for edit in document.edits] == ["Smiling", "Blond hair"]
    assert document.pending.title == "Big nose"
    assert not window.session.queue.waiting and not window.parts.run.queue_part.isVisible()
    assert len({crop.tobytes() for crop in crops}) == 3, "each starts from what the one before has made"


def test_a_cancel_halts_the_queue_and_keeps_what_waits(endless: MainWindow, qtbot: QtBot) -> None:  # noqa: F811
    window = endless
    enqueue(window, qtbot, "blond_hair")
    qtbot.mouseClick(window.parts.run.cancel_button, LEFT)
    finished(window, qtbot)
    assert not window.session.runs.running and window.session.queue.halted
    assert "halted" in window.parts.run.queue_text.text()
    qtbot.mouseClick(window.parts.run.queue_go_on, LEFT)
    assert window.session.runs.running
    assert window.session.runs.current.request.attributes[0].name == "blond_hair"


def test_two_presses_on_one_spot_queue_twice(with_face: MainWindow, qtbot: QtBot) -> None:
    """What the first press starts puts no other button under the pointer, least of all Cancel."""
    window, run = with_face, with_face.parts.run
    tick(window, qtbot, "smiling")
    spot = run.queue_button.mapTo(window, run.queue_button.rect().center())
    for _ in range(2):
        qtbot.mouseClick(window.childAt(spot), LEFT)
        qtbot.wait(50)  # the panel is laid out anew
    assert window.session.runs.running and len(window.session.queue.waiting) == 1
    window.session.queue.clear()
    finished(window, qtbot)


def test_clearing_the_queue(endless: MainWindow, qtbot: QtBot) -> None:  # noqa: F811
    enqueue(endless, qtbot, "blond_hair")
    qtbot.mouseClick(endless.parts.run.queue_clear, LEFT)
    qtbot.mouseClick(endless.parts.run.keep_button, LEFT)
    finished(endless, qtbot)
    assert not endless.session.queue.waiting and not endless.session.runs.running
