"""The queue of edits: each starts when the one before is committed, on the picture that it made."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine import AttributeEdit, BlendMode

from ..document.document import Document
from ..text import labels
from .edit_operations import EditOperations
from .runs import Runs
from .task_runner import TaskRunner


@dataclass(frozen=True)
class Waiting:
    """An edit that has not begun."""

    attributes: tuple[AttributeEdit, ...]
    preset: str
    seed: int
    mode: BlendMode

    @property
    def title(self) -> str:
        return labels.edit_title(self.attributes)


class EditQueue(QObject):
    """Begins the next edit when the one before has been committed and the face has been read again.

    A run that is cancelled or fails halts the queue; what waits is kept until `go_on` or `clear`.
    """

    changed = Signal()

    def __init__(
        self,
        document: Document,
        edits: EditOperations,
        runs: Runs,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._edits, self._runs, self._tasks = document, edits, runs, tasks
        self.waiting: list[Waiting] = []
        self.halted = False
        runs.ended.connect(self._run_ended)
        document.photo_changed.connect(self.clear)
        for lane in tasks.lanes:
            lane.idle_changed.connect(self._advance)

    def add(self, edit: Waiting) -> None:
        self.waiting.append(edit)
        self.changed.emit()
        self._advance()

    def clear(self) -> None:
        self.waiting, self.halted = [], False
        self.changed.emit()

    def go_on(self) -> None:
        """After a halt."""
        self.halted = False
        self.changed.emit()
        self._advance()

    def _run_ended(self) -> None:
        if self.waiting and not self._runs.last_completed:
            self.halted = True
            self.changed.emit()

    def _advance(self) -> None:
        ready = self._tasks.at_rest and not self._runs.running and self._document.face is not None
        if not self.waiting or self.halted or not ready:
            return
        if self._document.pending is not None:
            self._edits.commit()  # the lanes paste and read the face; their end leads back here
            return
        edit = self.waiting.pop(0)
        self.changed.emit()
        self._runs.apply(edit.attributes, edit.preset, edit.seed, edit.mode)
