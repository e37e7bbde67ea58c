"""The menu of recently opened files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

import engine

from ..process import answers
from ..settings.settings import Settings
from ..text import labels
from ..widgets.basics import plain_tip


class RecentMenu(QObject):
    """Hangs below an action; filled each time it is opened. `open_path` is called with what is chosen,
    `tell_missing` with what is not there any more, which leaves the list, or with what is on a drive that
    does not answer, and False."""

    def __init__(
        self,
        action: QAction,
        settings: Settings,
        open_path: Callable[[Path], None],
        tell_missing: Callable[[Path, bool], None],
    ) -> None:
        super().__init__(action)
        self._settings, self._open, self._tell_missing = settings, open_path, tell_missing
        self.menu = QMenu()
        action.setMenu(self.menu)
        self.menu.aboutToShow.connect(self.fill)
        self.menu.setToolTipsVisible(True)

    def fill(self) -> None:
        self.menu.clear()
        paths = self._settings.recent()
        for number, path in enumerate(paths, 1):
            number_key = f"&{number} " if number < 10 else ""
            name = labels.fitting(engine.printable(path.name)).replace("&", "&&")
            entry = self.menu.addAction(f"{number_key}{name}")
            entry.setToolTip(plain_tip(engine.printable(str(path))))
            entry.triggered.connect(lambda _on=False, p=path: self.choose(p))
        if not paths:
            self.menu.addAction(self.tr("No file was opened yet")).setEnabled(False)
            return
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Clear the list")).triggered.connect(self.clear)

    def choose(self, path: Path) -> None:
        there = answers.is_file(path)
        if there:
            self._open(path)
            return
        if there is not None:
            self._settings.forget_recent(path)
        self._tell_missing(path, there is not None)

    def clear(self) -> None:
        self._settings.set("recent", [])
