"""Reading and writing files whose disk may stop answering.

A thread that reads from a dead network drive, or writes to it, stands in the kernel for minutes, and nothing
can end it. So such tasks have threads of their own, one after the other; but a task waits for the one before
it for `PATIENCE` only, then it gets a thread beside that one's. They are daemons: none keeps the program from
ending.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine import EngineError

from ..process.answers import begin
from ..text.messages import Failure
from .lane import Handlers, Task, TaskFunction, next_id, nothing

log = logging.getLogger("maskfacegan.worker")

PATIENCE = 1.0
"""Seconds that the next task, or the end of the window, waits for a disk."""


class _End:
    """The end of a lane that its threads speak to. Once `close` has returned, none of them does.

    A thread that stood in a dead disk may come back while the lane is taken apart: a signal of an object that
    is being deleted ends the program.
    """

    def __init__(self, tell: Callable[[int, str, object], None]) -> None:
        self._lock = threading.Lock()
        self._tell: Callable[[int, str, object], None] | None = tell

    def tell(self, task_id: int, how: str, value: object) -> None:
        """In any thread."""
        with self._lock:
            if self._tell is not None:
                self._tell(task_id, how, value)

    def close(self) -> None:
        with self._lock:
            self._tell = None


class DiskLane(QObject):
    """The GUI thread's end: submit tasks, forget them, hear of their ends, close. Tasks report nothing and
    are not cancelled in their course."""

    idle_changed = Signal(bool)
    _came_back = Signal(int, str, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._handlers: dict[int, Handlers] = {}
        self._waiting: deque[Task] = deque()
        self._running: tuple[int, threading.Thread] | None = None
        self._closed = False
        self._came_back.connect(self._on_end)
        self._end = _End(self._came_back.emit)

    def submit(
        self,
        function: TaskFunction,
        done: Callable[[Any], None] = nothing,
        failed: Callable[[Failure], None] = nothing,
    ) -> int:
        """Queue a task; the handlers run in the GUI thread. Returns the task's id (0 after `close`)."""
        if self._closed:
            return 0
        task = Task(next_id(), function, None)
        self._handlers[task.id] = Handlers(done, failed, nothing, nothing)
        self._waiting.append(task)
        if len(self._handlers) == 1:
            self.idle_changed.emit(False)
        self._go_on()
        return task.id

    def forget(self, task_id: int) -> None:
        """Nobody waits for a task any more. One that has not begun never will."""
        if self._handlers.pop(task_id, None) is not None:
            self._waiting = deque(task for task in self._waiting if task.id != task_id)
            self._tell_idle()

    @property
    def idle(self) -> bool:
        """Whether there is no task that somebody waits for."""
        return not self._handlers

    @property
    def ended(self) -> bool:
        """Whether the lane has been closed; a thread that stands in a dead disk is no part of it then."""
        return self._closed and self._running is None

    def close(self) -> None:
        """Forget every task. The one that runs may come to its end, if it does so soon."""
        self._closed = True
        self._handlers.clear()
        self._waiting.clear()
        if self._running is not None:
            self._running[1].join(PATIENCE)
            self._leave(self._running[0])
        self._end.close()

    def _go_on(self) -> None:
        """Begin the next task, if none is under way; otherwise soon, whatever that one does."""
        if self._running is None and self._waiting:
            self._begin(self._waiting.popleft())
        if self._running is not None and self._waiting:
            task_id = self._running[0]
            QTimer.singleShot(round(1000 * PATIENCE), self, lambda: self._leave(task_id))

    def _begin(self, task: Task) -> None:
        thread = threading.Thread(target=_work, args=(task, self._end), name=self._name, daemon=True)
        self._running = task.id, thread
        try:
            begin(thread)
        except MemoryError as error:
            self._running = None
            failure = Failure.of(error)
            # Not at once: whoever submits the task does not know its id yet.
            QTimer.singleShot(0, self, lambda: self._on_end(task.id, "failed", failure))

    def _leave(self, task_id: int) -> None:
        """The next task gets a thread, if that one still stands there."""
        if self._running is not None and self._running[0] == task_id:
            if self._running[1].is_alive():
                log.warning("task %d takes long and is not waited for", task_id)
            self._running = None
            self._go_on()

    @Slot(int, str, object)
    def _on_end(self, task_id: int, how: str, value: object) -> None:
        if self._running is not None and self._running[0] == task_id:
            self._running = None
        handlers = self._handlers.pop(task_id, None)
        self._go_on()
        if handlers is not None:
            getattr(handlers, how)(value)
            self._tell_idle()

    def _tell_idle(self) -> None:
        if not self._handlers and not self._closed:
            self.idle_changed.emit(True)


def _work(task: Task, end: _End) -> None:
    """In a thread of its own, which knows nothing of the lane but its end."""
    try:
        how, value = "done", task.function(nothing)
    except Exception as error:  # whatever it is, the window must hear of it
        if not isinstance(error, EngineError):
            log.exception("task %d failed", task.id)
        how, value = "failed", Failure.of(error)
    end.tell(task.id, how, value)
