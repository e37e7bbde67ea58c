"""Short background tasks in four lanes, with a text that says what is going on.

The engine's lane does everything that needs the networks, one task after the other; the photo's lane pastes,
so that a running optimisation never keeps a photo from being saved; files are read and written in two lanes
that can leave a dead drive alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

import engine

from ..tasks.disk_lane import DiskLane
from ..tasks.lane import Lane
from ..text.messages import Failure
from .notices import Notices

T = TypeVar("T")


class TaskRunner(QObject):
    """Owns the lanes. A task that fails is told to the person unless its caller handles the failure."""

    busy_changed = Signal(str)  # what is going on besides a run; empty when nothing is

    def __init__(self, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self.engine_lane = Lane("engine", self)
        self.photo_lane = Lane("photo", self)
        self.reading_lane = DiskLane("reading", self)
        self.writing_lane = DiskLane("writing", self)
        self.lanes = (self.engine_lane, self.photo_lane, self.reading_lane, self.writing_lane)
        self._tasks: dict[int, tuple[Lane | DiskLane, str]] = {}

    @property
    def idle(self) -> bool:
        return self.at_rest and self.writing_lane.idle

    @property
    def at_rest(self) -> bool:
        """Whether nothing is under way that may change the document: a file may still be written."""
        return self.engine_lane.idle and self.photo_lane.idle and self.reading_lane.idle

    @property
    def ended(self) -> bool:
        """Whether `close` has been called and all lanes have ended."""
        return all(lane.ended for lane in self.lanes)

    def close(self) -> None:
        """Cancel what can be cancelled, let the lanes end, and wait for them; for a disk only a moment."""
        for lane in self.lanes:
            lane.close()

    def do(
        self,
        lane: Lane | DiskLane,
        text: str,
        task: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Failure], None] | None = None,
    ) -> int:
        """Run `task` in a lane; `text` says what is going on. The handlers run in the GUI thread. Returns the
        task's id."""
        task_id = 0

        def end(value: Any, handle: Callable[[Any], None]) -> None:
            self._set_busy(lane, task_id, "")
            handle(value)

        task_id = lane.submit(
            lambda _report: task(),
            lambda value: end(value, done),
            lambda failure: end(failure, failed or self._notices.fail),
        )
        self._set_busy(lane, task_id, text)
        return task_id

    def drop(self, task_id: int) -> None:
        """Whatever a task still brings is of an older time and is ignored. 0 and ended tasks are none."""
        if task_id in self._tasks:
            lane, _ = self._tasks[task_id]
            lane.forget(task_id)
        self._set_busy(None, task_id, "")

    def _set_busy(self, lane: Lane | DiskLane | None, task_id: int, text: str) -> None:
        if text and lane is not None:
            self._tasks[task_id] = lane, engine.printable(text)
        else:
            self._tasks.pop(task_id, None)
        self.busy_changed.emit(next((text for _, text in self._tasks.values()), ""))
