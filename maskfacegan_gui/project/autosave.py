"""Autosave: a copy of unsaved work in the recovery folder survives a crash.

Each running window has its own file and a lock beside it; a lock whose owner is gone marks work that can
be recovered. Whoever makes it says how a copy is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

import engine

from .file import SUFFIX

INTERVAL_MS = 20_000


class Autosave(QObject):
    """`save` is asked to write the document to a path, at most every 20 s and only after changes.

    `impossible` is told once for every time that copies cannot be kept any more; trying goes on.
    """

    impossible = Signal()

    def __init__(self, save: Callable[[Path], None], parent: QObject) -> None:
        super().__init__(parent)
        self.folder = engine.user_folder() / "recovery"
        self.path = self.folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._save = save
        self._changed = False
        self._lock: QLockFile | None = None
        self._failing = False
        self._taken: list[Path] = []
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.save_now)

    @property
    def active(self) -> bool:
        """Whether it looks for changes at intervals: from the first change until all is saved."""
        return self._timer.isActive()

    def note_change(self) -> None:
        """The document has changed: write it with the next tick."""
        self._changed = True
        if not self._timer.isActive():
            self._timer.start()

    def save_now(self) -> None:
        if not self._changed:
            return
        if not self._own_lock():
            self.failed()
            return
        self._changed = False
        self._save(self.path)

    def failed(self) -> None:
        """The copy could not be written: it is tried again with the next tick, and told once."""
        self.note_change()
        if not self._failing:
            self._failing = True
            self.impossible.emit()

    def succeeded(self) -> None:
        """The copy was written: those that it stands for are not needed any more."""
        self._failing = False
        self._forget_taken()

    def take_over(self, path: Path) -> None:
        """The document came from that copy of an ended window: it goes once there is one of this window."""
        self._taken.append(path)
        self.note_change()
        self.save_now()

    def _forget_taken(self) -> None:
        while self._taken:
            self._taken.pop().unlink(missing_ok=True)

    def forget(self) -> None:
        """Everything is saved, or given up: the copy goes."""
        self._changed = False
        self._timer.stop()
        self.path.unlink(missing_ok=True)
        self._forget_taken()

    def close(self) -> None:
        """The window closes in good order."""
        self.forget()
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _own_lock(self) -> bool:
        if self._lock is None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
            except OSError:
                return False
            lock = new_lock(self.path)
            self._lock = lock if lock.tryLock(0) else None
        return self._lock is not None

    def lost(self) -> list[Path]:
        """Copies whose owner is gone, the latest first."""
        found = []
        for path in self.folder.glob(f"*{SUFFIX}"):
            lock = new_lock(path)
            if path != self.path and lock.tryLock(0):
                lock.unlock()
                found.append(path)
        return sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)


def new_lock(path: Path) -> QLockFile:
    """The lock of a recovery file. It is stale only when its owner's process is gone."""
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return lock
