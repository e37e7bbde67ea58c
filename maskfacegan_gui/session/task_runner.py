"""Two lanes of work and what is said about them: the base of the session.

The engine's lane does everything that needs the networks, one thing after the other; the photo's lane
reads, pastes and writes, so that a running optimisation never keeps a photo from being saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from ..tasks.lane import Lane
from ..text.messages import Failure, Level, Notice


class TaskRunner(QObject):
    """Submits short jobs, keeps track of what is going on, and passes messages on."""

    noticed = Signal(object)  # Notice
    busy_changed = Signal(str)  # what is going on besides a run; empty when nothing is

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine_lane = Lane("engine", self)
        self.photo_lane = Lane("photo", self)
        self._busy: dict[int, str] = {}

    def close(self) -> None:
        """Cancel what can be cancelled, let both lanes end, and wait for them."""
        self.engine_lane.close()
        self.photo_lane.close()

    def do(
        self,
        lane: Lane,
        text: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Failure], None] | None = None,
    ) -> int:
        """A short job with a text that says what is going on."""
        job = 0

        def end(value: Any, handle: Callable[[Any], None]) -> None:
            self._set_busy(job, "")
            handle(value)

        job = lane.submit(
            lambda _report: work(),
            lambda value: end(value, done),
            lambda failure: end(failure, failed or self.fail),
        )
        self._set_busy(job, text)
        return job

    def drop(self, lane: Lane, job: int) -> None:
        lane.forget(job)
        self._set_busy(job, "")

    def _set_busy(self, job: int, text: str) -> None:
        if text:
            self._busy[job] = text
        else:
            self._busy.pop(job, None)
        self.busy_changed.emit(next(iter(self._busy.values()), ""))

    def fail(self, failure: Failure) -> None:
        self.noticed.emit(Notice.of(failure))

    def tell(self, text: str, hint: str = "", level: Level = Level.INFO, **more: Any) -> None:
        self.noticed.emit(Notice(text, hint, level=level, **more))
