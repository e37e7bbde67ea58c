"""Writes files to disks that may stop answering: no save holds up another, or anything else."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine import RunControl

from ..text.messages import Failure
from .notices import Notices
from .patience import Patience
from .task_runner import TaskRunner

Write = Callable[[RunControl], Path]
"""Writes a file, whole or, where the control is cancelled meanwhile, not at all; returns its path."""

_LOOK = 0.2
"""Seconds between two looks whether the save before was given up."""


@dataclass(eq=False)
class Save:
    """A file that is being written; `over` when a thread has done with it."""

    path: Path
    patience: Patience
    control: RunControl = field(default_factory=RunControl)
    over: threading.Event = field(default_factory=threading.Event)
    task: int = 0


class Saving(QObject):
    """What is to be written is made in the photo's lane, and written in one that can leave a dead drive
    alone.

    Of two saves to one place the later one waits for the other, so that the file is the later one's in the
    end, unless the other was given up: that one leaves the file that was there.
    """

    ended = Signal(bool)  # nothing is being written any more; whether all of it was

    def __init__(self, notices: Notices, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices, self._tasks = notices, tasks
        self._saves: list[Save] = []
        self._last: dict[str, Save] = {}  # the last save that has begun, by its place
        self._turns = threading.Lock()
        self._all_written = True

    @property
    def under_way(self) -> tuple[Save, ...]:
        """The saves that somebody waits for, the earliest first."""
        return tuple(self._saves)

    def write(
        self,
        path: Path,
        make: Callable[[], Write],
        done: Callable[[Path], None],
        failed: Callable[[Failure], None] | None = None,
    ) -> None:
        """Make what is to be written, and write it; the handlers run in the GUI thread, neither of them for a
        save that is given up."""
        save = Save(path, Patience(self._notices, self))
        text = self.tr("Saving {0}…").format(path.name)
        fail = failed or self._notices.fail

        def made(write: Write) -> None:
            task = self._in_turn(save, write)
            save.task = self._tasks.do(
                self._tasks.writing_lane,
                text,
                task,
                lambda written: self._end(save, True, lambda: done(written)),
                lambda failure: self._end(save, False, lambda: fail(failure)),
            )

        if not self._saves:
            self._all_written = True
        self._saves.append(save)
        hint = self.tr("The drive may not answer. What is open can be edited and saved elsewhere meanwhile.")
        save.patience.begin(text, hint, lambda: self._give_up(save))
        save.task = self._tasks.do(
            self._tasks.photo_lane,
            text,
            make,
            made,
            lambda failure: self._end(save, False, lambda: fail(failure)),
        )

    def give_up(self) -> None:
        """The window closes: wait for nothing."""
        for save in self.under_way:
            self._leave(save)

    def _in_turn(self, save: Save, write: Write) -> Callable[[], Path]:
        """The writing itself, behind the save to the same place before it."""
        place = os.fspath(save.path)

        def task() -> Path:
            with self._turns:
                before, self._last[place] = self._last.get(place), save
            try:
                while before is not None and not (before.control.cancelled or before.over.wait(_LOOK)):
                    pass
                return write(save.control)
            finally:
                save.over.set()
                with self._turns:
                    if self._last[place] is save:
                        del self._last[place]

        return task

    def _end(self, save: Save, written: bool, tell: Callable[[], None]) -> None:
        self._all_written &= written
        self._forget(save)
        tell()
        self._tell_end()

    def _give_up(self, save: Save) -> None:
        """A person does not wait any longer. Should the drive come back, the file that was there stays."""
        self._leave(save)
        self._all_written = False
        self._notices.tell(
            self.tr("{0} was not saved.").format(save.path.name),
            self.tr("What is open is as it was. Save it to another drive."),
        )
        self._tell_end()

    def _leave(self, save: Save) -> None:
        save.control.cancel()
        self._tasks.drop(save.task)
        self._forget(save)

    def _forget(self, save: Save) -> None:
        self._saves.remove(save)
        save.patience.end()
        save.patience.deleteLater()

    def _tell_end(self) -> None:
        if not self._saves:
            self.ended.emit(self._all_written)
