"""Messages from the session to the window: shown, and withdrawn when they are true no longer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ..text.messages import Failure, Level, Notice


class Notices(QObject):
    """The one way for the session's parts to say something to a person."""

    noticed = Signal(object)  # Notice
    withdrawn = Signal(object)  # a Notice that is true no longer

    def show(self, notice: Notice) -> None:
        self.noticed.emit(notice)

    def withdraw(self, notice: Notice) -> None:
        self.withdrawn.emit(notice)

    def fail(self, failure: Failure) -> None:
        self.noticed.emit(Notice.of(failure))

    def tell(
        self,
        text: str,
        hint: str = "",
        level: Level = Level.INFO,
        action: tuple[str, Callable[[], None]] | None = None,
        stays: bool = False,
        lasting: bool = False,
    ) -> None:
        """Say a sentence and the next thing to do; see `Notice` for the rest."""
        self.noticed.emit(Notice(text, hint, level=level, action=action, stays=stays, lasting=lasting))
