"""Renders edits at another strength than their run's own in the background, the topmost edit first."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from ..document.document import Document
from ..document.edit import Edit
from ..document.stored_result import StoredResult
from ..tasks import engine_tasks
from ..text.messages import Failure
from .pack_loader import PackLoader
from .task_runner import TaskRunner

CACHE_SIZE = 6  # pictures of one result; a step back on the slider then costs nothing


class StrengthRenders(QObject):
    """Renders in the engine's lane, one picture at a time. Until a picture is there, its edit is faded."""

    arrived = Signal()

    def __init__(
        self, document: Document, packs: PackLoader, tasks: TaskRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._packs, self._lane = document, packs, tasks.engine_lane
        self._drawn: weakref.WeakKeyDictionary[StoredResult, OrderedDict[float, StoredResult]] = (
            weakref.WeakKeyDictionary()
        )
        self._cannot: weakref.WeakSet[StoredResult] = weakref.WeakSet()
        self._task = 0
        self._waiting: list[Callable[[], None]] = []
        document.edits_changed.connect(self._draw_next)
        packs.changed.connect(self._pack_changed)

    def _pack_changed(self) -> None:
        """What the pack before could not draw, this one may."""
        self._cannot.clear()
        self._draw_next()

    def rendered(self, edits: list[Edit]) -> list[Edit]:
        """The edits with the pictures of their strengths, as far as there are any."""
        return [self._render(edit) for edit in edits]

    def when_drawn(self, action: Callable[[], None]) -> None:
        """Do something as soon as nothing is faded any more that can be drawn."""
        self._waiting.append(action)
        self._draw_next()

    def _render(self, edit: Edit) -> Edit:
        if edit.strength in (0.0, 1.0):
            return edit if edit.drawn is None else replace(edit, drawn=None)
        if edit.drawn is not None and edit.drawn.frame.strength == edit.strength:
            self._remember(edit.kept, edit.drawn)
            return edit
        renders = self._drawn.get(edit.kept)
        drawn = None if renders is None else renders.get(edit.strength)
        return edit if drawn is edit.drawn else replace(edit, drawn=drawn)

    def _remember(self, result: StoredResult, drawn: StoredResult) -> None:
        renders = self._drawn.setdefault(result, OrderedDict())
        renders[drawn.frame.strength] = drawn
        renders.move_to_end(drawn.frame.strength)
        while len(renders) > CACHE_SIZE:
            renders.popitem(last=False)

    def _missing(self) -> Edit | None:
        """The edit to be drawn next: of those that are seen, the one on top."""
        for edit in reversed(self.rendered(self._document.visible_edits())):
            faded = edit.strength not in (0.0, 1.0) and edit.drawn is None
            if faded and edit.kept not in self._cannot:
                return edit
        return None

    def _draw_next(self) -> None:
        pack = self._packs.pack
        if self._task:
            return
        edit = None if pack is None else self._missing()
        if pack is None or edit is None:
            waiting, self._waiting = self._waiting, []
            for action in waiting:
                action()
            return
        self._task = self._lane.submit(
            lambda _report: engine_tasks.at_strength(edit, pack),
            lambda drawn: self._ended(edit, drawn),
            lambda failure: self._failed(edit, failure),
        )

    def _ended(self, edit: Edit, drawn: StoredResult) -> None:
        self._task = 0
        self._remember(edit.kept, drawn)
        self.arrived.emit()
        self._draw_next()

    def _failed(self, edit: Edit, _failure: Failure) -> None:
        """An edit of another pack stays faded; that is no error a person could mend here."""
        self._task = 0
        self._cannot.add(edit.kept)
        self._draw_next()
