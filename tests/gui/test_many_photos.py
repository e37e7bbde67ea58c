"""Many photos in the window: saving an edit, the list, pause, cancel, results, and the editor beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import engine
from engine import AttributeEdit, BatchEdit, BatchProgress
from maskfacegan_gui.dialogs import photo_list
from maskfacegan_gui.dialogs.many_photos import ManyPhotosDialog, progress_text
from maskfacegan_gui.dialogs.photo_list import PICTURE, SENTENCE, STATE, PhotoList
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.settings.saved_edits import SavedEdit, SavedEdits

from . import tiny_pack
from .conftest import WAIT, settle
from .test_run import tick
from .test_saved_edits import entry

SMILE = (AttributeEdit("smiling", 1.0, 0.8),)


@pytest.fixture(scope="session")
def finding_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack that finds drawn faces, with few steps."""
    steps = {**tiny_pack.STEPS, "steps.latent": 4, "steps.noise": 1}
    return tiny_pack.write(tmp_path_factory.mktemp("packs") / "finding", steps, finder=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos with a face, and one file that is none."""
    made = tmp_path / "wedding"
    made.mkdir()
    for name in ("a", "b", "c"):
        tiny_pack.face_picture(192).save(made / f"{name}.png")
    (made / "d.jpg").write_bytes(b"no photo")
    return made


def opened(window: MainWindow, folder: Path) -> ManyPhotosDialog:
    """The dialog with the folder and a saved edit chosen."""
    SavedEdits().put(SavedEdit("Smile", SMILE, "fast", "paper"))
    window.commands.many.trigger()
    dialog = window.many.dialog
    assert dialog is not None and dialog.isVisible()
    dialog.folder.setText(str(folder))
    dialog.edit.setCurrentText("Smile")
    return dialog


def states(dialog: ManyPhotosDialog) -> list[str]:
    photos = dialog.list.photos
    assert photos is not None
    return [photos.index(row).data(STATE) for row in range(photos.rowCount())]


def start(dialog: ManyPhotosDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert dialog.running


def end(dialog: ManyPhotosDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.running, timeout=3 * WAIT)


def test_the_panel_is_saved_for_many_photos(with_face: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = with_face
    assert not entry(window.saved_edits.menu, "Save edit for many photos…").isEnabled()
    tick(window, qtbot, "smiling")
    window.parts.run.choose_preset("quick")
    window.parts.run.seed.setValue(5)
    entry(window.saved_edits.menu, "Save edit for many photos…").trigger()
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "smile.json"))
    dialog.close()
    settle(window, qtbot)
    edit = engine.read_edit(tmp_path / "smile.json")
    assert edit.attributes == window.parts.attributes.edits() and (edit.preset, edit.seed) == ("quick", 5)
    assert (edit.mode, edit.pack) == ("paper", window.settings.get("pack"))
    assert "smile.json" in window.parts.message.text.text()


@pytest.mark.slow
def test_a_folder_is_edited_beside_the_editor(
    make_window: Callable[[Path], MainWindow], finding_pack: Path, folder: Path, photo: Path, qtbot: QtBot
) -> None:
    window = make_window(finding_pack)
    dialog = opened(window, folder)
    assert dialog.outdir.text() == f"{folder}-edited"
    start(dialog, qtbot)
    assert not dialog.start_button.isVisible() and not dialog.retry.isVisible()
    window.files.open_now(photo)  # the editor is not held up
    settle(window, qtbot)
    assert window.session.document.photo is not None
    end(dialog, qtbot)
    assert dialog.start_button.isVisible() and dialog.retry.isVisible()
    assert states(dialog) == ["Done", "Done", "Done", "Failed"]
    photos = dialog.list.photos
    assert photos is not None and "d.jpg" in photos.index(3).data(SENTENCE)
    assert "3 of 4 photos are done · 1 failed" in dialog.headline.text()
    qtbot.waitUntil(lambda: photos.index(0).data(PICTURE) is not None, timeout=WAIT)
    assert photos.index(3).data(PICTURE) is None
    results = sorted(path.name for path in Path(dialog.outdir.text()).glob("*.png"))
    assert results == ["a.png", "b.png", "c.png"]
    assert not dialog.open_button.isEnabled()
    dialog.list.setCurrentIndex(photos.index(1))
    qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert window.session.document.path == Path(dialog.outdir.text()) / "b.png"


@pytest.mark.slow
def test_it_goes_on_after_a_pause_and_a_cancel(
    make_window: Callable[[Path], MainWindow], finding_pack: Path, folder: Path, qtbot: QtBot
) -> None:
    window = make_window(finding_pack)
    dialog = opened(window, folder)
    start(dialog, qtbot)
    qtbot.mouseClick(dialog.pause, Qt.MouseButton.LeftButton)
    assert dialog.pause.text() == "Resume" and dialog.control is not None and dialog.control.paused
    dialog.close()  # it goes on, hidden
    assert dialog.running
    window.commands.many.trigger()
    assert dialog.isVisible() and window.many.dialog is dialog
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    end(dialog, qtbot)
    assert "Waiting" in states(dialog)
    assert dialog.start_button.text() == "Go on" and dialog.pause.text() == "Pause"
    start(dialog, qtbot)
    end(dialog, qtbot)
    assert states(dialog) == ["Done", "Done", "Done", "Failed"]


def test_the_list_follows_the_photos_under_way(qtbot: QtBot, tmp_path: Path) -> None:
    listed = PhotoList()
    qtbot.addWidget(listed)
    listed.resize(400, 300)
    listed.show()
    photos = listed.show_photos(tmp_path)
    rows = [
        engine.PhotoRow(n, tmp_path / f"{n}.jpg", PurePosixPath(f"{n}.png"), "waiting") for n in range(60)
    ]
    photos.take(rows)

    def in_sight_after_it_began(number: int) -> bool:
        photos.take([replace(rows[number], state="running")])
        listed.follow()
        return listed.viewport().rect().contains(listed.visualRect(photos.index(number)))

    assert all(in_sight_after_it_began(number) for number in (0, 1, 30, 31))
    listed.scrollToTop()  # to look at what was done: it stays there
    assert not in_sight_after_it_began(32) and listed.verticalScrollBar().value() == 0
    listed.scrollTo(photos.index(32))
    assert in_sight_after_it_began(40)
    listed.close_photos()


def test_names_are_told_as_they_are(qtbot: QtBot, tmp_path: Path) -> None:
    """On one line, and not as mark-up; a name of Linux need not be text."""
    listed = PhotoList()
    qtbot.addWidget(listed)
    photos = listed.show_photos(tmp_path)
    names = ("two\nlines.png", "<b>bold.png", "caf\udce9.png")
    photos.take(
        engine.PhotoRow(n, tmp_path / name, PurePosixPath(f"{n}.png"), "failed", error="It is broken.")
        for n, name in enumerate(names)
    )
    shown = [photos.index(row).data(Qt.ItemDataRole.DisplayRole) for row in range(3)]
    assert shown == ["two\\nlines.png", "<b>bold.png", "caf\\udce9.png"]
    tips = [photos.index(row).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert all(str(tmp_path) in tip and "It is broken." in tip for tip in tips)
    assert "&lt;b&gt;bold" in tips[1]
    assert "two\\nlines.png: Failed" in photos.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    listed.close_photos()


def test_thumbnails_are_kept_of_what_was_looked_at_last(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who scrolls far leaves many behind before they are made: these are not kept, either."""
    monkeypatch.setattr(photo_list, "_KEPT", 5)
    tiny_pack.face_picture(64).save(tmp_path / "face.png")
    paths = [tmp_path / f"{n}.png" for n in range(30)]
    for path in paths:
        path.hardlink_to(tmp_path / "face.png")
    thumbnails = photo_list.Thumbnails(8)
    for path in paths:
        thumbnails.of(path)
    qtbot.waitUntil(lambda: all(thumbnails.of(path) is not None for path in paths[-5:]), timeout=WAIT)
    assert thumbnails.of(paths[-6]) is None, "forgotten, though it was asked for before"
    thumbnails.close()


def test_where_a_batch_stands_in_words() -> None:
    assert (
        progress_text(BatchProgress(0, 0, 0, 60, 0.0, None), False)
        == "0 of 60 photos · the pack is being loaded"
    )
    assert progress_text(BatchProgress(0, 0, 2, 58, 0.0, None), False) == "0 of 60 photos"
    assert progress_text(BatchProgress(9, 0, 0, 51, 0.0, None), False).endswith("loaded")  # gone on with
    now = BatchProgress(7, 2, 2, 49, 1.25, 75.0)
    assert progress_text(now, False) == "7 of 60 photos · 2 failed · 1.3 a minute · 75 s left"
    assert progress_text(now, True) == "7 of 60 photos · 2 failed · paused"


def test_what_is_missing_is_said(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    window.commands.many.trigger()
    dialog = window.many.dialog
    assert dialog is not None and not dialog.start_button.isEnabled()
    assert "folder of photos" in dialog.why_not()
    dialog.folder.setText(f"/{'n' * 300}")  # a name that no disk can have
    assert "folder of photos" in dialog.why_not()
    dialog.folder.setText(str(tmp_path))
    assert "save an edit" in dialog.why_not()
    (tmp_path / "bad.json").write_text("{}")
    dialog.take_edit(tmp_path / "bad.json")
    assert "does not hold a saved edit" in dialog.headline.text()
    dialog.take_edit(engine.write_edit(tmp_path / "good.json", BatchEdit(SMILE)))
    assert dialog.why_not() == "" and dialog.edit.currentText() == "good.json"
    dialog.offer_edits({"Smile": BatchEdit(SMILE)})
    assert [dialog.edit.itemText(row) for row in range(dialog.edit.count())] == ["Smile", "good.json"]
    dialog.outdir.setText("")
    assert "results" in dialog.why_not()


@pytest.mark.slow
def test_another_edit_in_the_same_folder_is_refused(
    make_window: Callable[[Path], MainWindow], finding_pack: Path, folder: Path, qtbot: QtBot
) -> None:
    window = make_window(finding_pack)
    dialog = opened(window, folder)
    start(dialog, qtbot)
    # One that began no photo may begin again otherwise.
    qtbot.waitUntil(lambda: "Done" in states(dialog), timeout=WAIT)
    dialog.stop()
    end(dialog, qtbot)
    dialog.faces.setCurrentIndex(dialog.faces.findData("all"))
    start(dialog, qtbot)
    end(dialog, qtbot)
    assert "was begun otherwise" in dialog.headline.text()
