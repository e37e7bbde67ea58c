"""Messages from the session to the window: shown, and withdrawn when they are true no longer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

import engine

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

    def fail_to_save(self, failure: Failure, replace: Callable[[], None]) -> None:
        """Why a file was not saved. One that may not be written is replaced if a person says so:
        `replace`."""
        if isinstance(failure.error, engine.ReadOnlyError):
            action = (self.tr("Replace it anyway"), replace)
            self.tell(failure.message, failure.hint, Level.WARNING, action=action)
        else:
            self.fail(failure)

    def tell(
        self,
        text: str,
        hint: str = "",
        level: Level = Level.INFO,
        action: tuple[str, Callable[[], None]] | None = None,
        stays: bool = False,
        lasting: bool = False,
    ) -> None:
        """Say a sentence and the next thing to do, whatever the names of files in them hold; see `Notice` for
        the rest."""
        text, hint = engine.printable(text), engine.printable(hint)
        self.noticed.emit(Notice(text, hint, level=level, action=action, stays=stays, lasting=lasting))
