"""The Help menu: what the program is, its licences, responsible use, and newer versions; and the start."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QTextBrowser
from pytestqt.qtbot import QtBot

import engine
from engine import paths
from maskfacegan_gui import app, bootstrap
from maskfacegan_gui.dialogs import about
from maskfacegan_gui.dialogs.updates import UpdatesDialog
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import splash
from maskfacegan_gui.tasks import engine_tasks
from tests.engine.bad_server import serving

from .conftest import WAIT, take_whole


def test_about_shows_its_pages(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """With the notices that a packed application carries."""
    (tmp_path / "resources" / "pages").mkdir(parents=True)
    (tmp_path / "resources" / "third-party-notices.txt").write_text("torch 2\nBSD", encoding="utf-8")
    shutil.copytree(paths.weights("starter"), tmp_path / "weights" / "starter")
    page = paths.resource("pages", "responsible-use.md").read_text(encoding="utf-8")
    (tmp_path / "resources" / "pages" / "responsible-use.md").write_text(page, encoding="utf-8")
    monkeypatch.setattr(paths, "data_root", lambda: tmp_path)
    window.commands.about.trigger()
    box = window.findChild(QMessageBox)
    assert engine.__version__ in box.text()
    buttons = {button.text(): button for button in box.buttons()}
    pages = {"Responsible use": "consent", "Third-party licences": "BSD", "Model terms": "non-commercial use"}
    for title, words in pages.items():
        buttons[title].click()
        view = next(v for v in window.findChildren(QTextBrowser) if v.accessibleName() == title)
        assert words in view.toPlainText()
        view.window().close()
    box.close()


def test_responsible_use_says_what_matters() -> None:
    page = paths.resource("pages", "responsible-use.md").read_text(encoding="utf-8")
    for words in ("consent", "metadata", "turn it off", "sends nothing"):
        assert words in page


Ask = Callable[[str], UpdatesDialog]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Ask]:
    """Opens the dialog of a program that names the given address; closed and checked afterwards."""
    dialogs: list[UpdatesDialog] = []

    def opened(latest: str) -> UpdatesDialog:
        (tmp_path / "weights").mkdir()
        (tmp_path / "weights" / "manifest.toml").write_text(f'format = 1\n[program]\nlatest = "{latest}"\n')
        monkeypatch.setattr(paths, "data_root", lambda: tmp_path)
        dialog = UpdatesDialog()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialogs.append(dialog)
        dialog.show()
        return dialog

    yield opened
    for dialog in dialogs:
        dialog.close()
        assert dialog.lane.ended and not dialog.isVisible()


@pytest.mark.parametrize(("version", "words"), [("99.0", "Version 99.0"), ("0.0.1", "newest")])
def test_newer_versions(version: str, words: str, ask: Ask, qtbot: QtBot) -> None:
    page = "https://example.org/get?a=1&b=<b>"
    with serving(json.dumps({"version": version, "page": page}).encode()) as server:
        dialog = ask(server.url)
        qtbot.waitUntil(lambda: dialog.lane.idle, timeout=WAIT)
        assert words in dialog.message.text() and "<b>" not in dialog.message.text()
        assert len(server.asked) == 1


def test_no_network_is_said(ask: Ask, qtbot: QtBot) -> None:
    dialog = ask("https://no-such-host.invalid/x")
    qtbot.waitUntil(lambda: dialog.lane.idle, timeout=WAIT)
    assert "no-such-host.invalid" in dialog.message.text() and "connection" in dialog.hint.text()


def test_leaving_ends_the_question(ask: Ask, qtbot: QtBot) -> None:
    with serving(b"") as server:
        server.how = "silent"
        dialog = ask(server.url)
        qtbot.waitUntil(lambda: bool(server.asked), timeout=WAIT)
        dialog.close()
        assert dialog.lane.ended


def test_nothing_is_asked_unless_a_person_asks(window: MainWindow) -> None:
    assert not window.findChildren(UpdatesDialog)
    assert window.commands.updates in [a for _, group in window.commands.groups() for a in group]


def test_the_splash_goes_when_the_window_is_there(window: MainWindow, qtbot: QtBot) -> None:
    shown = splash.show()
    assert shown.isVisible() and not shown.pixmap().isNull()
    shown.finish(window)
    qtbot.waitUntil(lambda: not shown.isVisible(), timeout=WAIT)


def test_files_that_the_system_asks_to_open(qapp: QApplication, photo: Path, qtbot: QtBot) -> None:
    opener = app.FileOpener(qapp)
    asked: list[Path] = []
    opener.requested.connect(asked.append)
    try:
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(photo))))
        assert asked == [photo] and opener.paths == [photo]
    finally:
        qapp.removeEventFilter(opener)
        opener.deleteLater()


def test_the_log_turns_and_stays_small(tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        bootstrap.set_up_log(tmp_path / "logs")
        for number in range(6000):
            root.info("line %d %s", number, "x" * 1000)
        files = sorted(path.name for path in (tmp_path / "logs").iterdir())
        assert files == ["editor.log", "editor.log.1", "editor.log.2", "editor.log.3"]
        assert sum(path.stat().st_size for path in (tmp_path / "logs").iterdir()) < 4.2e6
    finally:
        root.setLevel(level)
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
            handler.close()


def test_the_log_holds_nothing_of_a_picture(
    window: MainWindow, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Not even where an edit fails in a way that nobody thought of."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        bootstrap.set_up_log(tmp_path / "logs")
        take_whole(window, photo, qtbot)

        def fail(request: engine.EditRequest, *_: object) -> None:
            raise RuntimeError(f"{request} {request.face} {window.session.document.photo}")

        monkeypatch.setattr(engine_tasks, "run_edit", fail)
        window.session.runs.apply((engine.AttributeEdit("smiling"),), "quick", seed=0)
        qtbot.waitUntil(lambda: not window.session.runs.running, timeout=WAIT)
        text = (tmp_path / "logs" / "editor.log").read_text(encoding="utf-8")
    finally:
        root.setLevel(level)
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
            handler.close()
    assert "RuntimeError: EditRequest(face=Face(quad=" in text and "Photo(mode='RGB'" in text
    assert len(text) < 10_000 and "uint8" not in text and "float32" not in text


def test_a_log_that_cannot_be_written_goes_to_the_errors(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        bootstrap.set_up_log(tmp_path / "file" / "logs")
        [added] = [handler for handler in root.handlers if handler not in before]
        assert type(added) is logging.StreamHandler
    finally:
        root.setLevel(level)
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)


def test_about_in_a_checkout_has_no_empty_page(window: MainWindow) -> None:
    box = about.show(window)
    titles = [button.text() for button in box.buttons()]
    assert "Responsible use" in titles
    assert ("Third-party licences" in titles) == paths.resource("third-party-notices.txt").is_file()
    box.close()
