"""The report of an earlier crash is offered until there is an answer, and at two starts at most."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import crash_reports

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "crashes"
    folder.mkdir()
    path = folder / "crash-20260101-120000.txt"
    path.write_text("what went wrong", encoding="utf-8")
    return path


def start(window: MainWindow, folder: Path) -> bool:
    """What a start does; whether it speaks of a report."""
    window.parts.message.hide()
    window.reports = crash_reports.CrashReports(folder)
    window.start([])
    return window.parts.message.isVisible()


def test_closing_the_message_is_an_answer(window: MainWindow, report: Path, qtbot: QtBot) -> None:
    assert start(window, report.parent)
    assert window.parts.message.action.text() == "Show the report"
    qtbot.mouseClick(window.parts.message.close_button, LEFT)
    assert not window.parts.message.isVisible()
    assert not start(window, report.parent)
    assert report.read_text(encoding="utf-8") == "what went wrong"


def test_without_an_answer_it_is_offered_once_more(window: MainWindow, report: Path) -> None:
    assert [start(window, report.parent) for _ in range(4)] == [True, True, False, False]
    assert report.is_file()
    (report.parent / "crash-20260102-120000.txt").write_text("another", encoding="utf-8")
    assert start(window, report.parent), "a later crash is another matter"


def test_showing_the_report_is_an_answer(
    window: MainWindow, report: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    can_open = [True, False]  # a system without a file manager, the second time
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or can_open.pop(0))
    assert start(window, report.parent)
    later = report.with_name("crash-20260102-120000.txt")
    later.write_text("written after the offer", encoding="utf-8")
    qtbot.mouseClick(window.parts.message.action, LEFT)
    assert [url.toLocalFile() for url in opened] == [str(report.parent)]
    assert report.is_file() and not window.parts.message.isVisible()
    assert start(window, report.parent), "the later one was not shown"
    qtbot.mouseClick(window.parts.message.action, LEFT)
    assert window.parts.message.hint.text() == str(later), "so that it can be found by hand"
    assert not start(window, report.parent)


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"crash-20260101-120000.txt": "often"}'])
def test_a_damaged_note_of_offers_does_no_harm(window: MainWindow, report: Path, content: str) -> None:
    (report.parent / crash_reports.OFFERED).write_text(content, encoding="utf-8")
    assert [start(window, report.parent) for _ in range(3)] == [True, True, False]
