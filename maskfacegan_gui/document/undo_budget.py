"""Memory limit of the undo history: beyond a number of bytes the oldest steps are given up."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoStack

from .document import Document
from .edit import arrays_of
from .undo_step import Step, owner

LIMIT = 512 * 2**20  # bytes


class UndoBudget(QObject):
    """Watches a stack of `Step`s. What several steps share counts once, and what the document
    shows not at all. A step that is given up is dropped by the stack when it comes to it."""

    def __init__(self, stack: QUndoStack, document: Document, limit: int = LIMIT) -> None:
        super().__init__(stack)
        self._stack, self._document, self.limit = stack, document, limit
        self._sweep = QTimer(self)  # the stack must not be changed while it tells of a change
        self._sweep.setSingleShot(True)
        self._sweep.setInterval(0)
        self._sweep.timeout.connect(self._drop_given_up)
        stack.indexChanged.connect(self._check)

    def held_bytes(self) -> int:
        """Bytes that only the steps keep alive."""
        seen, total = self._shown(), 0
        for place in range(self._stack.count()):
            total += self._added(place, seen)
        return total

    def _check(self) -> None:
        seen, total = self._shown(), 0
        for place in reversed(range(self._stack.count())):
            total += self._added(place, seen)
            # The last step stays whatever it takes: one must always be able to go back once.
            if total > self.limit and place < self._stack.index() - 1:
                self._give_up(place)
                break
        if self._next_is_given_up():
            self._sweep.start()

    def _added(self, place: int, seen: set[int]) -> int:
        """Bytes of a step that are not in `seen` yet; they are from now on."""
        new = [part for part in self._step(place).holds() if id(part) not in seen]
        seen.update(id(part) for part in new)
        return sum(part.nbytes for part in new)

    def _step(self, place: int) -> Step:
        step = self._stack.command(place)
        assert isinstance(step, Step)  # the application pushes no others
        return step

    def _give_up(self, newest: int) -> None:
        for place in range(newest + 1):
            step = self._step(place)
            step.release()
            step.setObsolete(True)

    def _next_is_given_up(self) -> bool:
        place = self._stack.index() - 1
        return place >= 0 and self._stack.command(place).isObsolete()

    def _drop_given_up(self) -> None:
        """Nothing but steps that were given up can be undone any more: they go."""
        while self._next_is_given_up():
            self._stack.undo()

    def _shown(self) -> set[int]:
        document = self._document
        edits = [*document.edits, document.pending]
        photos = [] if document.photo is None else [id(owner(document.photo.pixels))]
        return {*photos, *(id(array) for edit in edits if edit is not None for array in arrays_of(edit))}
