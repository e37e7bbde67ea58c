"""Learns the chosen face before its first edit, a step at a time, while nothing else is to be done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engine import Step

from ..document.document import Document
from ..document.face_state import FaceState
from ..tasks import live_tasks
from ..text.messages import Failure
from .live import Live
from .pack_loader import PackLoader
from .runs import Runs
from .task_runner import TaskRunner

if TYPE_CHECKING:
    from engine import ModelPack  # its import brings torch: not before the window is there

log = logging.getLogger("maskfacegan.session")

PATIENCE = 400  # ms without anything else to do, after a slider has moved


@dataclass(eq=False)
class _Lesson:
    """The steps of one face, whose first one begins them; `preset` is the one that they are part of."""

    state: FaceState
    pack: ModelPack
    preset: str
    steps: Iterator[Step] | None = None
    over: bool = False


class Learning(QObject):
    """Takes the engine's lane for one step whenever it is idle, so that whatever else comes waits for a step
    at most. A run of the face goes on where this was left off."""

    progressed = Signal(object)  # the share that is done, 0..1; None: nothing is learnt now
    learnt = Signal()

    def __init__(
        self,
        document: Document,
        tasks: TaskRunner,
        packs: PackLoader,
        runs: Runs,
        live: Live,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._tasks, self._packs = document, tasks, packs
        self._runs, self._live = runs, live
        self._enabled, self._preset = False, "fast"
        self._lesson: _Lesson | None = None
        self._task = 0
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._step)
        for changed in (document.face_changed, packs.changed, runs.started, runs.ended, live.idle_changed):
            changed.connect(self._consider)
        tasks.engine_lane.idle_changed.connect(self._consider)

    def set_enabled(self, on: bool, preset: str) -> None:
        """Whether to learn by oneself, and for runs with which preset."""
        self._enabled, self._preset = on, preset
        self._consider()

    def stop(self) -> None:
        """The window closes."""
        self._enabled = False
        self._next.stop()
        self._tasks.engine_lane.forget(self._task)

    def _consider(self) -> None:
        """Begin, go on or leave off, as the face and what else there is to do want it."""
        state, pack, lesson = self._document.face, self._packs.pack, self._lesson
        if not self._enabled or state is None or pack is None:
            self._lesson = None
        elif lesson is None or (lesson.state, lesson.pack, lesson.preset) != (state, pack, self._preset):
            self._lesson = _Lesson(state, pack, self._preset)
        lesson = self._lesson
        if lesson is None or lesson.over or self._runs.running:
            self._next.stop()
            self.progressed.emit(None)
        elif not self._task and not self._next.isActive():
            self._next.start(PATIENCE if self._live.active else 0)

    def _step(self) -> None:
        lesson = self._lesson
        if lesson is None or lesson.over or self._runs.running or self._task:
            return
        if not self._tasks.engine_lane.idle or self._live.busy:
            return  # when that ends, it leads back here
        editors = self._runs.editors

        def next_step() -> Step | None:
            if lesson.steps is None:
                masks = lesson.state.request_masks()
                lesson.steps = live_tasks.learner(
                    editors, lesson.pack, lesson.state.crop, masks, lesson.preset
                )
            return next(lesson.steps, None)

        self._task = self._tasks.engine_lane.submit(
            lambda _report: next_step(),
            lambda step: self._stepped(lesson, step),
            lambda failure: self._failed(lesson, failure),
        )

    def _stepped(self, lesson: _Lesson, step: Step | None) -> None:
        self._task = 0
        if step is not None and step.share < 1:
            if lesson is self._lesson and not self._runs.running:  # one may have begun behind this step
                self.progressed.emit(step.share)
            return  # the lane is idle in a moment: that leads back to `_consider`
        lesson.over = True
        if lesson is self._lesson:
            self.progressed.emit(None)
            if step is not None:
                log.info("the face was learnt in %.1f s", step.seconds)
                self.learnt.emit()

    def _failed(self, lesson: _Lesson, failure: Failure) -> None:
        """A run of the face will meet with the same, and tell it."""
        self._task = 0
        lesson.over = True
        log.warning("the face was not learnt: %s", failure.message)
        self.progressed.emit(None)
