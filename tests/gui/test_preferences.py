"""Preferences apply at once and are remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from maskfacegan_gui.dialogs.preferences import PreferencesDialog
from maskfacegan_gui.look.theme import LIGHT
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.settings.settings import DEFAULTS, Settings

from .conftest import WAIT, settle


@pytest.fixture
def dialog(window: MainWindow) -> PreferencesDialog:
    window.commands.preferences.trigger()
    return window.findChild(PreferencesDialog)


def choose(box, value: str) -> None:
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_theme(window: MainWindow, dialog: PreferencesDialog, qapp: QApplication) -> None:
    choose(dialog.theme, "light")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.window)
    assert Settings().get("theme") == "light"
    dialog.close()


def test_another_pack_is_loaded_and_the_face_read_by_it(
    with_face: MainWindow, long_pack_folder: Path, qtbot: QtBot
) -> None:
    old, face = with_face.session.pack, with_face.session.document.face
    with_face.settings.set("pack", str(long_pack_folder))
    qtbot.waitUntil(lambda: with_face.session.pack is not old, timeout=WAIT)
    settle(with_face, qtbot)
    assert with_face.session.document.face is not face


def test_only_what_differs_from_the_default_is_stored(own_home: Path) -> None:
    settings = Settings()
    settings.set("save/quality", 80)
    settings.set("theme", "dark")
    settings.set("theme", DEFAULTS["theme"])
    settings.sync()
    text = (own_home / "settings.ini").read_text()
    assert "quality=80" in text and "theme" not in text


def test_a_spoilt_settings_file_falls_back_to_the_defaults(own_home: Path) -> None:
    (own_home / "settings.ini").write_text("[save]\nquality=much\n[overlay]\nopacity=\n")
    settings = Settings()
    assert settings.get("save/quality") == DEFAULTS["save/quality"]
    assert settings.get("overlay/opacity") == DEFAULTS["overlay/opacity"]
