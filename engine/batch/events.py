"""What a batch tells while it runs, and how it is held, ended and stopped."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from ..run_control import RunControl
from .ledger import PhotoRow
from .memory import Budget


class BatchControl(RunControl):
    """Set from any thread. `pause` begins no further photo and lets those under way come to their end;
    `cancel` stops at once, and photos under way wait for the next time; `finish` lets those under way come to
    their end and then ends the batch, a watched folder's too."""

    def __init__(self) -> None:
        super().__init__()
        self._finishing = threading.Event()

    def finish(self) -> None:
        self._finishing.set()
        self.resume()

    @property
    def finishing(self) -> bool:
        return self._finishing.is_set()


@dataclass(frozen=True)
class BatchProgress:
    """Where a batch stands: how many photos of the ledger are in each state, photos a minute lately (0: not
    known yet), seconds left (None: not known yet), and the photos whose state `changed` since it was last
    told. `workers` maps the workers' names to their process numbers and `budget` says what they may take,
    where they are on this machine."""

    done: int
    failed: int
    running: int
    waiting: int
    per_minute: float
    seconds_left: float | None
    changed: tuple[PhotoRow, ...] = field(default=(), repr=False)
    workers: dict[str, int] = field(default_factory=dict, repr=False)
    budget: Budget | None = None

    @property
    def total(self) -> int:
        return self.done + self.failed + self.running + self.waiting


@dataclass(frozen=True)
class BatchSummary:
    """How a batch ended. `done` and `waiting` count the ledger's photos, `done_now` those of this run;
    `failures` are all in the ledger, of earlier runs too. `stopped`: it was ended before its time."""

    outdir: Path
    done: int
    done_now: int
    waiting: int
    failures: tuple[PhotoRow, ...]
    seconds: float
    per_minute: float
    stopped: bool
