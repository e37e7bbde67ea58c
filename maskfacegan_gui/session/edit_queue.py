"""Edits that run one after another on their own, each on the picture that the one before has made."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from engine import AttributeEdit

from ..text import labels
from .session import Session


@dataclass(frozen=True)
class Waiting:
    """An edit that has not begun."""

    attributes: tuple[AttributeEdit, ...]
    preset: str
    seed: int
    mode: str

    @property
    def title(self) -> str:
        return labels.edit_title(self.attributes)


class EditQueue(QObject):
    """Begins the next edit when the one before has been committed and the face has been read again.

    A run that is cancelled or fails halts the queue; what waits is kept until `go_on` or `clear`.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.waiting: list[Waiting] = []
        self.halted = False
        session.run_ended.connect(self._run_ended)
        session.document.photo_changed.connect(self.clear)
        for lane in (session.engine_lane, session.photo_lane):
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
        if self.waiting and not self._session.last_run_whole:
            self.halted = True
            self.changed.emit()

    def _advance(self) -> None:
        session = self._session
        idle = session.engine_lane.idle and session.photo_lane.idle and not session.running
        if not self.waiting or self.halted or not idle or session.document.face is None:
            return
        if session.document.pending is not None:
            session.edits.commit()  # the lanes paste and read the face; their end leads back here
            return
        edit = self.waiting.pop(0)
        self.changed.emit()
        session.apply(edit.attributes, edit.preset, edit.seed, edit.mode)
