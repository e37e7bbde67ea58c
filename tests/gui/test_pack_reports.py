"""What was measured of a pack, in the list of packs: loaded, shown, opened, kept, refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from engine.evaluate.comparison.page import write_page
from maskfacegan_gui.dialogs.packs import PacksDialog
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import translation
from tests.engine import reports

from .conftest import WAIT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[PacksDialog]:
    yield from shown(PacksDialog(used="starter"), qtbot)


def shown(made: PacksDialog, qtbot: QtBot) -> Iterator[PacksDialog]:
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.lane.idle, timeout=WAIT)
    yield made
    made.close()


def saved(folder: Path, **changed: Any) -> Path:
    path = folder / "report.json"
    path.write_text(json.dumps({**reports.report(), **changed}), encoding="utf-8")
    return path


def loaded(dialog: PacksDialog, path: Path, qtbot: QtBot) -> str:
    """Through the button and the file dialog; what is said then."""
    qtbot.mouseClick(dialog.cards["starter"].load_report, LEFT)
    chooser = dialog.findChild(QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    qtbot.waitUntil(lambda: dialog.control is None, timeout=WAIT)
    return f"{dialog.headline.text()} {dialog.message.text()}".strip()


def texts(dialog: PacksDialog) -> list[list[str]]:
    """The table's rows, each with its head."""
    table = dialog.cards["starter"].report.table
    return [
        [
            table.verticalHeaderItem(row).text(),
            *(table.item(row, column).text() for column in range(table.columnCount())),
        ]
        for row in range(table.rowCount())
    ]


class Browser(QObject):
    """Takes what would be opened in the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[QUrl] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url)


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    QDesktopServices.setUrlHandler("file", made, "open")
    yield made
    QDesktopServices.unsetUrlHandler("file")


def test_a_report_is_loaded_looked_at_and_opened(
    dialog: PacksDialog, tmp_path: Path, browser: Browser, qtbot: QtBot
) -> None:
    path = saved(tmp_path)
    page = write_page(reports.report(), tmp_path)
    assert dialog.cards["starter"].report is None
    kept: list[Path] = []
    dialog.report_loaded.connect(kept.append)
    assert loaded(dialog, path, qtbot) == "✓ The figures are shown at “Starter pack”."
    card = dialog.cards["starter"]
    assert (
        kept == [path] and "2 faces" in card.report.headline.text() and "2026" in card.report.headline.text()
    )
    assert card.report.unfinished.isHidden()
    assert texts(dialog) == [
        ["All attributes", "–", "–"],
        ["Smiling", "75\u00a0% (50–100)", "100\u00a0% (100–100)"],
    ]
    qtbot.keyClick(card.report.figure, Qt.Key.Key_Down)
    assert (
        card.report.figure.currentText() == "Entanglement" and "Lower is better." in card.report.note.text()
    )
    assert texts(dialog)[1] == ["Smiling", "0.10 (0.05–0.20)", "0.60 (0.50–0.80)"]
    bold = [card.report.table.item(1, column).font().bold() for column in (0, 1)]
    assert bold == [True, False]
    dialog.refresh()  # the cards are made anew, and show what was chosen
    assert dialog.cards["starter"].report.figure.currentText() == "Entanglement"
    qtbot.mouseClick(dialog.cards["starter"].show_report, LEFT)
    assert [Path(url.toLocalFile()) for url in browser.opened] == [page]


def test_without_its_page_there_is_nothing_to_open(dialog: PacksDialog, tmp_path: Path, qtbot: QtBot) -> None:
    loaded(dialog, saved(tmp_path, finished=False), qtbot)
    card = dialog.cards["starter"]
    assert card.show_report.isHidden() and not card.report.unfinished.isHidden()


def test_what_cannot_be_shown_is_told_in_a_sentence(
    dialog: PacksDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "other.json").write_text('{"edits": []}', encoding="utf-8")
    told = loaded(dialog, tmp_path / "other.json", qtbot)
    assert told.startswith("✗ other.json is no report of a comparison. Choose the report.json")
    told = loaded(dialog, saved(tmp_path, pack={"name": "no\nbody's"}), qtbot)
    assert told == "✗ This report is of the pack “no\\nbody's”, which is not in this list."
    assert all(card.report is None for card in dialog.cards.values())


@pytest.mark.slow
def test_reports_are_found_again(window: MainWindow, tmp_path: Path, own_home: Path, qtbot: QtBot) -> None:
    """One that was loaded before; after it is gone, nothing is said."""
    path = saved(tmp_path)
    window.settings.add_report(path)
    for there in (True, False):
        dialog = window.show_packs()
        qtbot.waitUntil(lambda dialog=dialog: dialog.lane.idle, timeout=WAIT)
        assert (dialog.cards["starter"].report is not None) == there
        assert dialog.headline.text() == ""
        dialog.close()
        path.unlink(missing_ok=True)


def test_in_another_language(dialog: PacksDialog, tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    translators = translation.install(qapp, QLocale("de_DE"))
    try:
        loaded(dialog, saved(tmp_path), qtbot)
        card = dialog.cards["starter"]
        assert card.report.figure.currentText() == "Ziel erreicht"
        qtbot.keyClick(card.report.figure, Qt.Key.Key_Down)
        assert texts(dialog)[1] == ["Lächeln", "0,10 (0,05–0,20)", "0,60 (0,50–0,80)"]
    finally:
        translation.remove(qapp, translators)
