"""The dialog of export: format, quality, metadata; and the menu of recent files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import engine
from maskfacegan_gui.dialogs.export import ExportDialog
from maskfacegan_gui.main_window import MainWindow

from . import tiny_pack
from .conftest import settle, take_whole

SAVED = [row for row in engine.PHOTO_FORMATS if row.name in engine.save_formats()]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo that says who made it."""
    path = tmp_path / "portrait.jpg"
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    tiny_pack.face_picture(192).save(path, quality=95, exif=exif, dpi=(200, 200))
    return path


def export(window: MainWindow, qtbot: QtBot, path: Path, **choices: object) -> Path:
    window.commands.export.trigger()
    dialog = window.findChild(ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData(path.suffix))
    if "quality" in choices:
        dialog.quality.slider.setValue(choices["quality"])
    dialog.metadata.setChecked(choices.get("metadata", True))
    assert dialog.quality.isEnabled() == (path.suffix in (".jpg", ".webp"))
    assert dialog.metadata.isEnabled() == dialog.tag.isEnabled() == (path.suffix != ".bmp")
    assert ("no metadata" in dialog.note.text()) == (path.suffix == ".bmp")
    qtbot.mouseClick(dialog.go_on, LEFT)
    place = window.findChild(QFileDialog)
    assert place.defaultSuffix() == path.suffix[1:]
    place.setDirectory(str(path.parent))
    place.selectFile(path.stem)
    place.accept()
    settle(window, qtbot)
    assert path.is_file()
    return path


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_every_format_with_and_without_metadata(
    with_face: MainWindow, qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    kept = export(with_face, qtbot, tmp_path / f"kept{suffix}", metadata=True)
    bare = export(with_face, qtbot, tmp_path / f"bare{suffix}", metadata=False)
    with Image.open(kept) as one, Image.open(bare) as other:
        assert one.size == other.size == (192, 192)
        assert one.getexif().get(0x013B) == "Somebody"
        assert 0x013B not in other.getexif()


def offered(window: MainWindow, qtbot: QtBot) -> tuple[list[str], list[str]]:
    """What the dialog of export lists, and the filters of the one that asks where."""
    window.commands.export.trigger()
    dialog = window.findChild(ExportDialog)
    listed = [dialog.format.itemText(i) for i in range(dialog.format.count())]
    qtbot.mouseClick(dialog.go_on, LEFT)
    place = window.findChild(QFileDialog)
    filters = place.nameFilters()
    place.reject()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
    return listed, filters


@pytest.mark.slow
def test_every_format_that_the_engine_writes_is_offered(with_face: MainWindow, qtbot: QtBot) -> None:
    listed, filters = offered(with_face, qtbot)
    assert [text.split(" (")[0] for text in listed] == [row.title for row in SAVED]
    assert all(text.endswith(")") for text in listed), "each says what it is for"
    suffixes = {pattern.strip("*)") for text in filters for pattern in text.split("(")[1].split()}
    assert suffixes == {suffix for each in engine.save_formats().values() for suffix in each}


@pytest.mark.slow
def test_a_format_that_pillow_lacks_is_not(
    with_face: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(features.modules, "webp", ("PIL._built_without", None))
    with_face.settings.set("export/suffix", ".webp")
    listed, filters = offered(with_face, qtbot)
    assert [text.split(" (")[0] for text in listed] == [row.title for row in SAVED if row.name != "WEBP"]
    assert not any("webp" in text for text in filters)
    assert with_face.settings.get("export/suffix") == ".png", "the first takes its place"


@pytest.mark.slow
def test_bmp_holds_every_pixel_and_nothing_else(
    window: MainWindow, photo: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    take_whole(window, photo, qtbot)
    saved = export(window, qtbot, tmp_path / "kept.bmp")
    with Image.open(saved) as one, Image.open(photo) as other:
        assert one.format == "BMP" and np.array_equal(np.asarray(one), np.asarray(other))
        assert not one.getexif()
    assert "no metadata" in window.parts.message.hint.text()
    assert window.settings.get("save/metadata") and window.settings.get("save/tag")


@pytest.mark.slow
def test_what_the_format_cannot_hold_is_said(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path, bar = tmp_path / "inks.tif", window.parts.message
    Image.new("CMYK", (192, 192), (10, 60, 90, 20)).save(path)
    take_whole(window, path, qtbot)
    for name, lost in (("a.tif", False), ("a.png", True)):
        window.session.exports.save_picture(tmp_path / name)
        settle(window, qtbot)
        assert bar.text.text() == f"Saved {name}." and ("no inks" in bar.hint.text()) == lost
        assert bar.property("level") == ("warning" if lost else "info")


@pytest.mark.slow
def test_quality_changes_the_file(with_face: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    fine = export(with_face, qtbot, tmp_path / "fine.jpg", quality=98)
    coarse = export(with_face, qtbot, tmp_path / "coarse.jpg", quality=20)
    assert coarse.stat().st_size < 0.5 * fine.stat().st_size
    assert with_face.settings.get("save/quality") == 20
    with_face.commands.export.trigger()
    dialog = with_face.findChild(ExportDialog)
    assert dialog.format.currentData() == ".jpg" and dialog.quality.value == 20
    dialog.reject()


def recent(window: MainWindow) -> list[str]:
    window.recent.menu.aboutToShow.emit()
    return [action.text() for action in window.recent.menu.actions() if not action.isSeparator()]


@pytest.mark.slow
def test_recent_files(window: MainWindow, photo: Path, tmp_path: Path, qtbot: QtBot) -> None:
    assert recent(window) == ["No file was opened yet"]
    other = tmp_path / "a & b.png"
    tiny_pack.face_picture(64).save(other)
    for path in (photo, other):
        take_whole(window, path, qtbot)
    assert recent(window) == ["&1 a && b.png", "&2 portrait.jpg", "Clear the list"]
    window.recent.menu.actions()[1].trigger()
    settle(window, qtbot)
    assert window.session.document.path == photo
    assert recent(window)[0] == "&1 portrait.jpg"
    window.recent.menu.actions()[-1].trigger()
    assert recent(window) == ["No file was opened yet"]


@pytest.mark.slow
def test_a_recent_file_that_is_gone_leaves_the_list(with_face: MainWindow, photo: Path, qtbot: QtBot) -> None:
    photo.unlink()
    assert recent(with_face)[0] == "&1 portrait.jpg"
    with_face.recent.menu.actions()[0].trigger()
    assert "portrait.jpg is not there any more" in with_face.parts.message.text.text()
    assert recent(with_face) == ["No file was opened yet"]
    assert with_face.session.document.path == photo, "what is open stays"
