"""The menu of recently opened files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from ..settings.settings import Settings


class RecentMenu(QObject):
    """Hangs below an action; filled each time it is opened. `open_path` is called with what is chosen,
    `tell_missing` with what is not there any more, which leaves the list."""

    def __init__(
        self,
        action: QAction,
        settings: Settings,
        open_path: Callable[[Path], None],
        tell_missing: Callable[[Path], None],
    ) -> None:
        super().__init__(action)
        self._settings, self._open, self._tell_missing = settings, open_path, tell_missing
        self.menu = QMenu()
        action.setMenu(self.menu)
        self.menu.aboutToShow.connect(self.fill)
        self.menu.setToolTipsVisible(True)

    def fill(self) -> None:
        self.menu.clear()
        paths = [Path(text) for text in self._settings.get("recent")]
        for number, path in enumerate(paths, 1):
            number_key = f"&{number} " if number < 10 else ""
            name = path.name.replace("&", "&&")
            entry = self.menu.addAction(f"{number_key}{name}")
            entry.setToolTip(str(path))
            entry.triggered.connect(lambda _on=False, p=path: self.choose(p))
        if not paths:
            self.menu.addAction(self.tr("No file was opened yet")).setEnabled(False)
            return
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Clear the list")).triggered.connect(self.clear)

    def choose(self, path: Path) -> None:
        if path.is_file():
            self._open(path)
            return
        self._settings.set("recent", [text for text in self._settings.get("recent") if Path(text) != path])
        self._tell_missing(path)

    def clear(self) -> None:
        self._settings.set("recent", [])
