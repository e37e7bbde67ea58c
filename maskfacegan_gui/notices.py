"""Messages for a person: what happened, what to do next, and optionally one thing to press."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from .worker import Failure


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
