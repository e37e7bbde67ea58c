"""Undo commands. They hold data (old and new values), never widgets, and act on the document alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QUndoCommand, QUndoStack

from .document import Document, Edit

MEMORY_LIMIT = 256 * 2**20  # bytes of old values; the oldest commands are dropped beyond it


class SetPending(QUndoCommand):
    """A run's result arrives, is changed, is taken back."""

    def __init__(self, document: Document, new: Edit | None, text: str) -> None:
        super().__init__(text)
        self._document, self._old, self._new = document, document.pending, new

    def redo(self) -> None:
        self._document.set_pending(self._new)

    def undo(self) -> None:
        self._document.set_pending(self._old)


class SetEdits(QUndoCommand):
    """The list of committed edits, and the pending one, become others. Edits share their arrays, so
    that both lists together cost little."""

    def __init__(
        self, document: Document, edits: list[Edit], pending: Edit | None, text: str, merge: str = ""
    ) -> None:
        super().__init__(text)
        self._document = document
        self._old = (list(document.edits), document.pending)
        self._new = (edits, pending)
        self._merge = merge

    def id(self) -> int:
        return 1 if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """One drag of a slider is one step."""
        if not isinstance(other, SetEdits) or other._merge != self._merge:
            return False
        self._new = other._new
        return True

    def redo(self) -> None:
        self._put(*self._new)

    def undo(self) -> None:
        self._put(*self._old)

    def _put(self, edits: list[Edit], pending: Edit | None) -> None:
        self._document.pending = pending
        self._document.set_edits(list(edits))


@dataclass(frozen=True, eq=False)
class MaskPatch:
    """Values of all nine masks in a rectangle, before and after: (9, h, w) uint8."""

    rect: QRect
    old: np.ndarray
    new: np.ndarray

    @property
    def nbytes(self) -> int:
        return self.old.nbytes + self.new.nbytes


class ChangeMasks(QUndoCommand):
    """One stroke or one operation on the region masks of a face."""

    def __init__(self, document: Document, face_index: int, patch: MaskPatch, text: str) -> None:
        super().__init__(text)
        self._document, self._index, self._patch = document, face_index, patch
        self._was_refined = document.faces[face_index].refined
        self.refined_after = True

    @property
    def nbytes(self) -> int:
        return self._patch.nbytes

    def redo(self) -> None:
        self._document.write_masks(self._index, self._patch.rect, self._patch.new, self.refined_after)

    def undo(self) -> None:
        self._document.write_masks(self._index, self._patch.rect, self._patch.old, self._was_refined)


def new_stack(parent) -> QUndoStack:
    """The application's undo stack; 200 steps at the most."""
    stack = QUndoStack(parent)
    stack.setUndoLimit(200)
    return stack
