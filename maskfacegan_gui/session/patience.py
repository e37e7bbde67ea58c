"""Asks a person whether a disk is still waited for: a dead drive may never say that it is one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

import engine

from ..text.messages import Level, Notice
from .notices import Notices

LONG = 8000
"""ms after which a person is asked."""


class Patience(QObject):
    """Between `begin` and `end` something is waited for; once that takes `LONG`, a message says so, and
    offers not to."""

    def __init__(self, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._notices = notices
        self._asking: Notice | None = None  # what is to be said, or is said already
        self.timer = QTimer(self, singleShot=True, interval=LONG)
        self.timer.timeout.connect(self._ask)

    def begin(self, what: str, hint: str, give_up: Callable[[], None]) -> None:
        """`what` is under way; `hint` says what can be done meanwhile. `give_up` is what "Do not wait"
        does."""
        self.end()
        action = self.tr("Do not wait"), give_up
        self._asking = Notice(engine.printable(what), hint, level=Level.WARNING, action=action, lasting=True)
        self.timer.start()

    def end(self) -> None:
        """It has come, or is not waited for."""
        self.timer.stop()
        if self._asking is not None:
            self._notices.withdraw(self._asking)
            self._asking = None

    def _ask(self) -> None:
        if self._asking is not None:
            self._notices.show(self._asking)
