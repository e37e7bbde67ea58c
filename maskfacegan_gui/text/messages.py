"""Messages to the user: what happened, what to do next, and an optional action."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QCoreApplication

import engine
from engine import EngineError

from .engine_sentences import translated


def _tr(text: str) -> str:
    return QCoreApplication.translate("worker", text)


@dataclass(frozen=True)
class Failure:
    """Why a task failed, for a person: a sentence, the next thing to do, and what a developer needs."""

    message: str
    hint: str = ""
    details: str = ""
    error: BaseException | None = None

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        details = engine.without_names("".join(traceback.format_exception(error)))
        if isinstance(error, EngineError):
            return cls(translated(error.message), translated(error.hint), details, error)
        if isinstance(error, MemoryError):
            return cls(
                _tr("There is not enough memory for this."), _tr("Close other programs."), details, error
            )
        what = engine.without_names(str(error)) or type(error).__name__
        text = _tr("Something unexpected went wrong: {0}").format(engine.printable(what))
        return cls(text, "", details, error)


class Level(Enum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Notice:
    """`text` is one sentence, `hint` the next thing to do, `details` for a developer (foldable).
    `action` is a button's text and what it does. One with an action, or that `stays`, comes back when a later
    message over it is gone. A `lasting` one outlives the photo that is open. `closed` is called when a person
    closes it unanswered."""

    text: str
    hint: str = ""
    details: str = ""
    level: Level = Level.INFO
    action: tuple[str, Callable[[], None]] | None = None
    stays: bool = False
    lasting: bool = False
    closed: Callable[[], None] | None = None

    @classmethod
    def of(cls, failure: Failure) -> Notice:
        return cls(failure.message, failure.hint, failure.details, Level.ERROR)
