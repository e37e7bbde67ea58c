"""The pack for 1024 px is offered with its terms; without a network a sentence says so, nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

import engine
from engine.distribution import installed
from maskfacegan_gui.controllers import pack_offer
from maskfacegan_gui.dialogs import packs
from maskfacegan_gui.dialogs.packs import PacksDialog
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.settings.settings import AUTO
from maskfacegan_gui.tasks import engine_tasks
from maskfacegan_gui.text.messages import Notice

from .conftest import WAIT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")


@pytest.fixture
def offered(window: MainWindow) -> MainWindow:
    window.parts.message.dismiss()
    window.offer_pack(pack_offer.lacking())
    return window


def test_the_terms_are_shown_before_anything_is_downloaded(offered: MainWindow, qtbot: QtBot) -> None:
    message = offered.parts.message
    assert message.isVisible() and message.action.text() == "Get the portrait pack"
    assert "151 MB" in message.text.text() and "non-commercial" in message.hint.text()
    qtbot.mouseClick(message.fold, LEFT)
    shown = message.details.toPlainText()
    assert message.details.isVisible()
    assert all(
        terms in shown for terms in ("NVIDIA Source Code License-NC", "CC BY-NC-SA 4.0", "CelebAMask-HQ")
    )
    assert not installed.packs_folder().exists()


def test_without_a_network_a_sentence_says_so(offered: MainWindow, qtbot: QtBot) -> None:
    before = offered.session.pack
    qtbot.mouseClick(offered.parts.message.action, LEFT)
    (dialog,) = offered.findChildren(PacksDialog)
    qtbot.waitUntil(lambda: dialog.control is None, timeout=WAIT)
    told, card = dialog.headline.text(), dialog.cards["portrait"]
    again = card.install.isVisibleTo(card)
    dialog.close()
    assert "could not be found" in told and "refuses the connection" in told and again
    assert offered.session.pack is before and not (installed.packs_folder() / "portrait").exists()


def test_what_the_program_brings_along_is_not_missing(offered: MainWindow, qtbot: QtBot) -> None:
    offered.commands.packs.trigger()
    (dialog,) = offered.findChildren(PacksDialog)
    states = {state.offer.name: state for state in engine.pack_states()}
    for name, card in dialog.cards.items():
        texts = [text.text() for text in card.findChildren(QLabel)]
        brought = [part for part in states[name].parts if part.component.builtin]
        fetched = [part for part in states[name].parts if not part.component.builtin]
        assert texts.count("built in") == len(brought)
        assert texts.count("missing") == len([part for part in fetched if not part.optional])
    dialog.close()


def test_closed_by_hand_it_does_not_come_again(offered: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(offered.parts.message.close_button, LEFT)
    assert pack_offer.offer(pack_offer.lacking(), offered.settings, lambda _name: None) is None


def test_a_message_that_is_there_stays_above(window: MainWindow, qtbot: QtBot) -> None:
    message = window.parts.message
    message.show_notice(
        Notice("Work that is lost comes first.", action=("Recover", lambda: None), lasting=True)
    )
    window.offer_pack(pack_offer.lacking())
    assert message.text.text() == "Work that is lost comes first."
    qtbot.mouseClick(message.close_button, LEFT)
    assert message.action.text() == "Get the portrait pack"


def test_a_key_for_one_message_does_not_answer_the_next(window: MainWindow, qtbot: QtBot) -> None:
    """The offer comes back under the button that was just pressed: a second Space would accept its terms."""
    message, done = window.parts.message, []
    for button in (message.action, message.close_button):
        window.offer_pack(pack_offer.lacking())
        message.show_notice(Notice("The face lies on its side.", action=("Turn it", lambda: done.append(1))))
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
        assert message.action.text() == "Get the portrait pack"
        assert not message.isAncestorOf(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert message.isVisible() and not window.findChildren(PacksDialog)
        message.withdraw(window.offered)
    assert done == [1]


def test_files_are_imported_into_the_pack_that_is_made_of_files() -> None:
    names = [state.offer.name for state in engine.pack_states() if packs.is_made_of_files(state)]
    assert names == ["maskfacegan-1024"]


def test_a_damaged_pack_does_not_keep_the_window_from_working(own_home: Path, pack_folder: Path) -> None:
    place = own_home / "packs" / "portrait"
    shutil.copytree(pack_folder, place)
    (place / "parser.pt").write_bytes(b"nothing")
    for chosen in (AUTO, engine.PREFERRED_PACK):
        pack, failure = engine_tasks.load_chosen(chosen, "cpu")
        assert pack.name == "starter" and failure is not None and "parser.pt" in failure.message
    (place / "parser.pt").unlink()  # not even whole: the built-in pack, and nothing to be said
    pack, failure = engine_tasks.load_chosen(AUTO, "cpu")
    assert pack.name == "starter" and failure is None


def test_with_a_pack_of_ones_own_nothing_is_offered(window: MainWindow, pack_folder: Path) -> None:
    assert window.settings.get("pack") == str(pack_folder) and window.offered is None
