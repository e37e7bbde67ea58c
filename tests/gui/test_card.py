"""A graphics card that fails in the middle of a run, as the window tells it.

No card is needed: networks that run here stand for those on a card, and one of them fails by a hook of
torch's (see tests/engine/test_card.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.packs.manifest import find
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.tasks import engine_tasks
from tests.engine.test_card import DIED, FULL, Card, failing

from .conftest import WAIT, settle, take_whole
from .test_run import apply, finished, tick


@pytest.fixture
def card(pack_folder: Path) -> Card:
    return Card(find(str(pack_folder)), torch.device("cpu"), None)


@pytest.fixture
def on_card(
    make_window, card: Card, pack_folder: Path, photo: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> MainWindow:
    """A window whose pack lies on a card, with a face."""
    monkeypatch.setattr(engine_tasks, "load_pack", lambda _source, _device: card)
    return take_whole(make_window(pack_folder), photo, qtbot)


@pytest.mark.parametrize("error", [DIED, FULL], ids=["died", "out of memory"])
def test_the_run_goes_on_and_that_is_said(
    on_card: MainWindow, card: Card, error: Exception, qtbot: QtBot
) -> None:
    died, window = error is DIED, on_card
    tick(window, qtbot, "smiling")
    failing(card, error, 5, for_good=died)
    places: list[int] = []
    window.session.runs.stepped.connect(lambda steps: places.extend(step.done for step in steps))
    apply(window, qtbot)
    finished(window, qtbot)
    assert window.session.document.pending is not None and card.lost_device == died
    assert places == sorted(set(places)), "no step is made twice"
    assert window.parts.message.text.text().startswith("The graphics card failed (CUDA")
    assert ("cpu" in window.parts.pack.text()) and window.session.runs.last_completed
    qtbot.mouseClick(window.parts.run.commit_button, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    window.parts.message.dismiss()
    apply(window, qtbot)
    qtbot.waitUntil(lambda: window.session.document.pending is not None, timeout=WAIT)
    settle(window, qtbot)
    assert not window.parts.message.isVisible(), "it is said once"
