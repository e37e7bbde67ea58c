"""Settings of edits under a name: saved, applied, deleted; the file is written whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu
from pytestqt.qtbot import QtBot

import engine
from engine import AttributeEdit
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.settings.saved_edits import SavedEdit, SavedEdits

from .test_run import tick
from .tiny_pack import UNSUPPORTED

SMILE = SavedEdit("Smile", (AttributeEdit("smiling", 1.0, 0.8, 0.0),), "quick", "paper")


def entry(menu: QMenu, text: str) -> QAction:
    menu.aboutToShow.emit()
    found = [action for action in menu.actions() if action.text() == text]
    assert found, [action.text() for action in menu.actions()]
    return found[0]


def save_as(window: MainWindow, qtbot: QtBot, name: str) -> None:
    entry(window.saved_edits.menu, "Save these settings…").trigger()
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue(name)
    dialog.accept()


def test_save_apply_and_delete(with_face: MainWindow, qtbot: QtBot) -> None:
    window, attributes = with_face, with_face.parts.attributes
    assert not entry(window.saved_edits.menu, "Save these settings…").isEnabled()
    tick(window, qtbot, "smiling")
    attributes.rows["smiling"].region_size.slider.setValue(140)
    tick(window, qtbot, "blond_hair")
    window.parts.run.choose_preset("paper")
    ticked = attributes.edits()
    save_as(window, qtbot, "Holiday")
    attributes.clear()
    window.parts.run.choose_preset("quick")
    window.settings.set("blend_mode", "detail")
    entry(window.saved_edits.menu, "Holiday").trigger()
    assert attributes.edits() == ticked and ticked[0].size == 1.4
    assert window.parts.run.chosen_preset() == "paper" and window.settings.get("blend_mode") == "paper"
    gone = entry(window.saved_edits.menu, "Delete").menu()
    next(action for action in gone.actions() if action.text() == "Holiday").trigger()
    assert window.saved_edits.saved.all() == []


def test_the_button_opens_the_menu(with_face: MainWindow, qtbot: QtBot) -> None:
    button = with_face.parts.attributes.saved_button
    shown: list[QMenu] = []

    def look() -> None:
        shown.append(with_face.saved_edits.menu)
        with_face.saved_edits.menu.close()

    QTimer.singleShot(100, look)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].actions()[0].text() == "Nothing is saved yet"


def test_a_name_is_used_once(own_home: Path) -> None:
    saved = SavedEdits()
    saved.put(SMILE)
    other = SavedEdit("Smile", (AttributeEdit("male", 0.0, 0.1, 0.0),), "paper", "detail")
    saved.put(other)
    assert SavedEdits().all() == [other]


def test_what_the_pack_lacks_is_named(with_face: MainWindow) -> None:
    window = with_face
    both = (*SMILE.attributes, AttributeEdit(UNSUPPORTED))
    window.saved_edits.apply(SavedEdit("Hats", both, "quick", "detail"))
    assert [edit.name for edit in window.parts.attributes.edits()] == ["smiling"]
    assert "Hat" in window.parts.message.text.text()


@pytest.mark.parametrize("content", ["", "[]", "{", '{"edits": 3}', '{"edits": [1, {}, {"name": "x"}]}'])
def test_a_spoilt_file_holds_nothing(own_home: Path, content: str) -> None:
    (own_home / "edits.json").write_text(content)
    saved = SavedEdits()
    assert saved.all() == []
    saved.put(SMILE)
    assert saved.all() == [SMILE]


def test_records_of_a_later_version_stay_in_the_file(own_home: Path) -> None:
    path = own_home / "edits.json"
    path.write_text(json.dumps({"format": 2, "edits": [{"name": "new kind", "curve": [1, 2]}]}))
    SavedEdits().put(SMILE)
    names = [record["name"] for record in json.loads(path.read_text())["edits"]]
    assert names == ["new kind", "Smile"]


def test_a_full_disk_leaves_the_old_file(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = SavedEdits()
    saved.put(SMILE)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(engine.SaveError, match="No space left"):
        saved.delete("Smile")
    assert saved.all() == [SMILE]
    assert [path.name for path in own_home.iterdir() if "part" in path.name] == []
