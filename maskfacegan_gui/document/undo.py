"""Undo commands: they hold old and new values, never widgets, and change the document only."""

from __future__ import annotations

import zlib

import numpy as np
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine import ByteArray, Orientation, Photo

from .document import Document
from .edit import Edit, arrays_of
from .move import Move
from .undo_budget import UndoBudget
from .undo_step import Sized, Step, owner

STEPS = 200  # the oldest are dropped beyond these

_Turned = tuple[Photo, Orientation, list[Edit], Edit | None]


class SetEdits(Step):
    """The list of committed edits, and the pending one, become others. Edits share their arrays, so
    that both lists together cost little. Steps with the same `merge` that follow one another become one."""

    def __init__(
        self, document: Document, edits: list[Edit], pending: Edit | None, text: str, merge: str = ""
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = (list(document.edits), document.pending)
        self.after = (list(edits), pending)
        self.merge = merge

    def id(self) -> int:
        return 1 if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """One drag of a slider is one step."""
        if not isinstance(other, SetEdits) or other.merge != self.merge:
            return False
        self.after = other.after
        return True

    def redo(self) -> None:
        self._document.set_edits(*self.after)

    def undo(self) -> None:
        self._document.set_edits(*self._before)

    def holds(self) -> list[Sized]:
        edits = [*self._before[0], self._before[1], *self.after[0], self.after[1]]
        return [array for edit in edits if edit is not None for array in arrays_of(edit)]

    def release(self) -> None:
        self._before = self.after = ([], None)


class TurnPhoto(Step):
    """The whole photo becomes `photo`, the original in another orientation, and what lies in it goes along.

    Photos that are only turned by right angles are views of one another, and take no memory."""

    def __init__(self, document: Document, photo: Photo, orientation: Orientation, text: str) -> None:
        super().__init__(text)
        assert document.photo is not None and document.original is not None
        self._document, self._original = document, document.original
        edits, pending = list(document.edits), document.pending
        move = Move.between(document.orientation, orientation, document.original, photo)
        moved = [move.edit(edit) for edit in edits]
        self._before: _Turned | None = (document.photo, document.orientation, edits, pending)
        self._after: _Turned | None = (photo, orientation, moved, pending and move.edit(pending))

    def redo(self) -> None:
        if self._after is not None:
            self._document.turn(*self._after)

    def undo(self) -> None:
        if self._before is not None:
            self._document.turn(*self._before)

    def holds(self) -> list[Sized]:
        found: list[Sized] = []
        for photo, _, edits, pending in filter(None, (self._before, self._after)):
            pixels = owner(photo.pixels)
            found += [pixels] if pixels is not owner(self._original.pixels) else []
            found += [array for edit in [*edits, pending] if edit is not None for array in arrays_of(edit)]
        return found

    def release(self) -> None:
        self._before = self._after = None


class MaskPatch:
    """Values of the masks in a rectangle, before and after: (9, h, w) uint8. Only the classes that changed
    are kept, compressed: masks are smooth, so a stroke takes some kilobytes."""

    def __init__(self, rect: QRect, old: ByteArray, new: ByteArray) -> None:
        self.rect = rect
        self._shape = old.shape[1:]
        self._channels = [c for c in range(len(old)) if not np.array_equal(old[c], new[c])]
        self._old, self._new = (zlib.compress(side[self._channels].tobytes(), 1) for side in (old, new))

    @property
    def nbytes(self) -> int:
        return len(self._old) + len(self._new)

    def write(self, masks: ByteArray, new: bool) -> None:
        """Put the values into a stack (9, S, S), in place."""
        data = zlib.decompress(self._new if new else self._old)
        values = np.frombuffer(data, np.uint8).reshape(len(self._channels), *self._shape)
        rows = slice(self.rect.top(), self.rect.top() + self._shape[0])
        columns = slice(self.rect.left(), self.rect.left() + self._shape[1])
        for channel, value in zip(self._channels, values, strict=True):
            masks[channel, rows, columns] = value


class ChangeMasks(Step):
    """One stroke or one operation on the region masks of a face."""

    def __init__(self, document: Document, face_index: int, patch: MaskPatch, text: str) -> None:
        super().__init__(text)
        self._document, self._index = document, face_index
        self._patch: MaskPatch | None = patch
        self._was_refined = document.faces[face_index].refined

    def holds(self) -> list[Sized]:
        return [] if self._patch is None else [self._patch]

    def release(self) -> None:
        self._patch = None

    def redo(self) -> None:
        self._write(True, True)

    def undo(self) -> None:
        self._write(False, self._was_refined)

    def _write(self, new: bool, refined: bool) -> None:
        patch = self._patch
        if patch is not None:
            self._document.patch_masks(
                self._index, patch.rect, lambda masks: patch.write(masks, new), refined
            )


def new_stack(parent: QObject, document: Document) -> QUndoStack:
    """The application's undo stack, bounded by steps and by bytes."""
    stack = QUndoStack(parent)
    stack.setUndoLimit(STEPS)
    UndoBudget(stack, document)
    return stack
