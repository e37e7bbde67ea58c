"""Undoable operations on the pending result and on the list of committed edits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QUndoStack

from engine import ByteArray

from ..document.document import Document
from ..document.edit import BlendMask, Edit
from ..document.undo import SetEdits


class EditOperations(QObject):
    """Pushes undo commands on the document's edits; knows nothing of lanes and networks."""

    def __init__(self, document: Document, stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._stack = document, stack
        self._painting: Edit | None = None

    def _push(self, edits: list[Edit], pending: Edit | None, text: str, merge: str = "") -> None:
        self._stack.push(SetEdits(self._document, edits, pending, text, merge))

    # --- the pending edit

    def put(self, edit: Edit) -> None:
        """A run's result arrives; it takes the place of one of the same face that waited, with its opacity. A
        blend mask refined by hand stays where the same is edited again. What waited on another face is
        committed in the same step: edits of one face do not cost those of another."""
        earlier, edits = self._document.pending, list(self._document.edits)
        if earlier is not None and earlier.face_index == edit.face_index:
            same = _names(earlier) == _names(edit)
            edit = replace(edit, opacity=earlier.opacity, blend=earlier.blend if same else None)
        elif earlier is not None:
            edits.append(earlier)
        self._push(edits, edit, self.tr("Apply {0}").format(edit.title))

    def discard(self) -> None:
        if self._document.pending is not None:
            self._push(self._document.edits, None, self.tr("Discard the result"))

    def commit(self) -> None:
        """The pending edit joins the list (again, when it came from there); the next edit starts from
        the picture as it is now."""
        pending = self._document.pending
        if pending is not None:
            text = self.tr("Commit {0}").format(pending.title)
            self._push([*self._document.edits, pending], None, text)

    def change_pending(self, text: str, merge: str = "", **values: Any) -> None:
        """Change the pending edit's strength, opacity or blend mask."""
        pending = self._document.pending
        if pending is not None:
            key = f"{pending.id}:{merge}" if merge else ""
            self._push(self._document.edits, replace(pending, **values), text, key)

    # --- the blend mask while it is painted

    def show_blend(self, values: ByteArray, rect: QRect) -> None:
        """Show a blend mask (R, R) uint8 that is not one step of undo yet; `rect` is what changed of it."""
        document = self._document
        if document.pending is None:
            return
        if self._painting is None:
            self._painting = document.pending
        document.pending = replace(document.pending, blend=BlendMask(values))
        document.blend_changed.emit(rect)

    def set_blend(self, values: ByteArray, text: str) -> None:
        """The painted blend mask becomes one step of undo."""
        document = self._document
        if self._painting is not None:
            document.pending, self._painting = self._painting, None
        self.change_pending(text, blend=BlendMask(values))

    def forget_blend(self) -> None:
        """The stroke was aborted: the pending edit is what it was before."""
        if self._painting is not None:
            self._document.pending, self._painting = self._painting, None
            self._document.edits_changed.emit()

    # --- the list

    def change(self, edit_id: str, text: str, merge: str = "", **values: Any) -> None:
        """Change one committed edit: on or off, opacity, title."""
        edits = list(self._document.edits)
        place = self._document.find(edit_id)
        edits[place] = replace(edits[place], **values)
        self._push(edits, self._document.pending, text, f"{edit_id}:{merge}" if merge else "")

    def delete(self, edit_id: str) -> None:
        edits = list(self._document.edits)
        deleted = edits.pop(self._document.find(edit_id))
        self._push(edits, self._document.pending, self.tr("Delete {0}").format(deleted.title))

    def move(self, edit_id: str, place: int) -> None:
        """Put a committed edit at another place; 0 is pasted first."""
        edits = list(self._document.edits)
        edit = edits.pop(self._document.find(edit_id))
        edits.insert(min(max(place, 0), len(edits)), edit)
        if edits != self._document.edits:
            self._push(edits, self._document.pending, self.tr("Move {0}").format(edit.title))

    def reopen(self, edit_id: str) -> None:
        """Take a committed edit out of the list and make it the pending one, to refine it or run it
        again. One that is pending already is committed first."""
        document = self._document
        edits = list(document.edits)
        edit = edits.pop(document.find(edit_id))
        if document.pending is not None:
            edits.append(document.pending)
        self._push(edits, replace(edit, enabled=True), self.tr("Edit {0} again").format(edit.title))


def _names(edit: Edit) -> set[str]:
    return {attribute.name for attribute in edit.request.attributes}
