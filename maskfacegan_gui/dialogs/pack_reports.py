"""The reports of comparisons that the list of packs knows: found, loaded, and opened in the browser."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

import engine

from ..process import answers

if TYPE_CHECKING:
    from engine import ComparisonReport

log = logging.getLogger("maskfacegan.packs")

NAME = "report.json"
_PATIENCE = 1.0  # seconds for a report; its drive may be gone


class PackReports:
    """Reports by the pack that they are of, and which of their figures is shown."""

    def __init__(self) -> None:
        self._reports: dict[str, ComparisonReport] = {}
        self._figures: dict[str, str] = {}

    def of(self, pack: str) -> ComparisonReport | None:
        return self._reports.get(pack)

    def figure(self, pack: str) -> str:
        """The figure that was chosen last; empty before one was."""
        return self._figures.get(pack, "")

    def choose(self, pack: str, figure: str) -> None:
        self._figures[pack] = figure

    def take(self, report: ComparisonReport) -> None:
        """Show this one from now on."""
        self._reports[report.pack.name] = report

    def add(self, found: dict[str, ComparisonReport]) -> None:
        """Reports that were found; they give way to one that was taken meanwhile."""
        self._reports = {**found, **self._reports}

    def show(self, pack: str) -> bool:
        """Open a pack's report in the browser; whether there is one, and a browser."""
        report = self._reports.get(pack)
        page = report.page if report is not None else None
        return page is not None and QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))


def find(folders: Sequence[Path], loaded: Sequence[Path]) -> dict[str, ComparisonReport]:
    """Reports by pack: those that lie in the packs' folders, and those that were loaded before, the last one
    first. Of two of a pack the one that was loaded last counts; one that is gone is passed over.

    For a lane's thread: every file has a moment to be read.
    """
    found = {}
    for path in [*(folder / NAME for folder in folders), *reversed(loaded)]:
        report = answers.answer(lambda path=path: _readable(path), _PATIENCE)  # type: ignore[misc]
        if report is not None:
            found[report.pack.name] = report
    return found


def _readable(path: Path) -> ComparisonReport | None:
    if not path.is_file():
        return None
    try:
        return engine.read_report(path)
    except engine.EngineError as error:
        log.info("a report cannot be read: %s", error)
        return None
