"""The packs dialog against a server on this computer: every state, through real events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from engine.distribution import installed
from maskfacegan_gui.dialogs.pack_words import time_left
from maskfacegan_gui.dialogs.packs import PacksDialog
from tests.engine import test_install
from tests.engine.bad_server import Server

from .conftest import WAIT

files, program = test_install.files, test_install.program
servers, offered = test_install.servers, test_install.offered


@pytest.fixture
def dialog(qtbot: QtBot, offered: Path) -> Iterator[PacksDialog]:
    made = PacksDialog()
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    assert made.lane.ended and not made.isVisible()


def press_install(dialog: PacksDialog, qtbot: QtBot) -> None:
    card = dialog.cards["small"]
    assert not card.install.isEnabled()  # the terms come first
    card.accept.setChecked(True)
    qtbot.mouseClick(card.install, Qt.MouseButton.LeftButton)


def ended(dialog: PacksDialog, qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: dialog.control is None, timeout=WAIT)
    return f"{dialog.headline.text()}\n{dialog.message.text()}"


def left_over(home: Path) -> list[str]:
    return [path.name for path in home.rglob("*.part*")]


def test_download_then_use(dialog: PacksDialog, qtbot: QtBot) -> None:
    assert "Be good." in " ".join(w.text() for w in dialog.cards["small"].findChildren(type(dialog.message)))
    press_install(dialog, qtbot)
    assert dialog.bar.isVisible() and dialog.cancel.isVisible()
    text = ended(dialog, qtbot)
    assert "ready" in text and "First seen" in text and installed.pins()["the-parser"] in text
    chosen: list[str] = []
    dialog.pack_chosen.connect(chosen.append)
    qtbot.mouseClick(dialog.cards["small"].use, Qt.MouseButton.LeftButton)
    assert chosen == ["small"]
    assert "“Small pack” is in use." in dialog.headline.text()
    assert dialog.cards["small"].status.text() == "In use" and not dialog.cards["small"].use.isVisible()
    qtbot.mouseClick(dialog.cards["small"].remove, Qt.MouseButton.LeftButton)
    assert "removed" in ended(dialog, qtbot)
    assert not (installed.packs_folder() / "small").exists()
    assert chosen == ["small", "starter"]  # what was in use is gone: the built-in pack is, again


@pytest.mark.slow
def test_a_pack_that_was_asked_for_is_used_as_soon_as_it_is_ready(dialog: PacksDialog, qtbot: QtBot) -> None:
    chosen: list[str] = []
    dialog.pack_chosen.connect(chosen.append)
    dialog.get("small")
    assert "“Small pack” is in use." in ended(dialog, qtbot) and chosen == ["small"]


@pytest.mark.slow
def test_a_failure_is_told_and_leaving_keeps_no_half_file(
    dialog: PacksDialog,
    servers: dict[str, Server],
    qtbot: QtBot,
) -> None:
    servers["generator"].script = ["breaks", "gone"]
    press_install(dialog, qtbot)
    assert "404" in ended(dialog, qtbot)
    assert left_over(installed.packs_folder()) != []
    dialog.close()
    assert left_over(installed.packs_folder()) == []


@pytest.mark.slow
def test_leaving_while_it_loads(
    dialog: PacksDialog,
    servers: dict[str, Server],
    qtbot: QtBot,
) -> None:
    servers["generator"].how = "slow"
    press_install(dialog, qtbot)
    qtbot.waitUntil(lambda: "MB" in dialog.message.text() or "kB" in dialog.message.text(), timeout=WAIT)
    assert not dialog.import_button.isEnabled() and not dialog.cards["small"].accept.isEnabled()
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Close), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert left_over(installed.packs_folder()) == [] and not (installed.packs_folder() / "small").exists()


@pytest.mark.slow
def test_pause_and_cancel(dialog: PacksDialog, servers: dict[str, Server], qtbot: QtBot) -> None:
    servers["generator"].how = "slow"
    press_install(dialog, qtbot)
    qtbot.waitUntil(lambda: "kB" in dialog.message.text() or "MB" in dialog.message.text(), timeout=WAIT)
    qtbot.mouseClick(dialog.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "paused" in dialog.message.text(), timeout=WAIT)
    assert dialog.pause.text() == "Resume"
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert "Cancelled" in ended(dialog, qtbot)
    assert left_over(installed.packs_folder()) == [] and not dialog.cards["small"].remove.isVisible()


@pytest.mark.slow
def test_files_that_are_dropped(
    dialog: PacksDialog,
    files: dict[str, bytes],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "a.pt").write_bytes(files["parser"])
    (folder / "b.pt").write_bytes(b"junk")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    keys = Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), *keys)
    QApplication.sendEvent(dialog, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(dialog, QDropEvent(QPointF(9, 9), *keys))
    text = ended(dialog, qtbot)
    assert "✓ a.pt: Face parser" in text and "✗ b.pt" in text and "Still needed: Generator" in text
    assert set(installed.read_parts(installed.packs_folder() / "small")) == {"parser"}


@pytest.mark.slow
def test_a_broken_connection_is_gone_on_with(
    dialog: PacksDialog, servers: dict[str, Server], qtbot: QtBot
) -> None:
    servers["generator"].script = ["breaks"]
    press_install(dialog, qtbot)
    qtbot.waitUntil(lambda: "trying again" in dialog.message.text(), timeout=WAIT)
    assert "ready" in ended(dialog, qtbot)
    assert servers["generator"].asked[1].startswith("bytes=")


@pytest.mark.slow
def test_a_check_that_finds_something(dialog: PacksDialog, qtbot: QtBot) -> None:
    """Networks of random numbers are no pack that works: the check says so, and why."""
    press_install(dialog, qtbot)
    ended(dialog, qtbot)
    qtbot.mouseClick(dialog.cards["small"].verify, Qt.MouseButton.LeftButton)
    text = ended(dialog, qtbot)
    assert "“Small pack” is not in order." in text and "✗ The mean face has no" in text
    assert "✗ The encoder returns another face" in text
    assert dialog.headline.property("kind") == "bad" and dialog.headline.isVisible()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seconds", "words"), [(3.2, "3 s left"), (136, "2 min left"), (7200, "2 h left"), (89.4, "89 s left")]
)
def test_time_left_in_words(seconds: float, words: str) -> None:
    assert time_left(seconds) == words
