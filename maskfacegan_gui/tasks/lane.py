"""Background tasks: one persistent worker thread per lane, tasks in order, one end signal per task.

A `Lane` belongs to the GUI thread. It owns a QThread (16 MiB stack: the default on macOS is too small
for deep networks) and a `Worker` that lives there. A task is a plain function; whatever it reports goes
through a one-slot mailbox, so that a fast task cannot flood the event loop. Cancel and pause are events
of the task's `RunControl`, set straight from the GUI thread. Threads are never terminated.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine import EngineError, RunControl

from ..text.messages import Failure

log = logging.getLogger("maskfacegan.worker")

STACK_BYTES = 16 * 2**20
REPORT_INTERVAL = 0.1  # seconds between two reports to the window

_ids = itertools.count(1)

Report = Callable[[Any], None]
TaskFunction = Callable[[Report], Any]


def next_id() -> int:
    """One count for all lanes: an id names one task."""
    return next(_ids)


@dataclass(frozen=True)
class Task:
    """A function to run in a lane. `control` is what cancels or pauses it; None for a short task."""

    id: int
    function: TaskFunction
    control: RunControl | None


class Mailbox:
    """Holds what a task has reported since the window last looked: every item, or just the newest.

    `post` answers whether the window should be told, at most ten times a second and not again before
    it has emptied the box.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[Any] = []
        self._told = False
        self._last = float("-inf")

    def post(self, item: Any) -> bool:
        with self._lock:
            self._items.append(item)
            now = time.monotonic()
            if self._told or now - self._last < REPORT_INTERVAL:
                return False
            self._told, self._last = True, now
            return True

    def take(self) -> list[Any]:
        with self._lock:
            items, self._items, self._told = self._items, [], False
            return items


class Worker(QObject):
    """Lives in the lane's thread and runs its tasks. Exactly one of the end signals follows each task,
    unless the lane is closed before the task has begun."""

    reported = Signal(int)
    finished = Signal(int, object)
    cancelled = Signal(int, object)
    failed = Signal(int, object)

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()
        self._mailbox = mailbox
        self.closing = threading.Event()

    @Slot(object)
    def do(self, task: Task) -> None:
        def report(item: Any) -> None:
            if self._mailbox.post((task.id, item)):
                self.reported.emit(task.id)

        if self.closing.is_set():
            return  # nobody waits for it any more
        try:
            if task.control is not None and task.control.cancelled:
                self.cancelled.emit(task.id, None)
                return
            result = task.function(report)
        except Exception as error:  # whatever it is, the window must hear of it
            if not isinstance(error, EngineError):
                log.exception("task %d failed", task.id)
            self.failed.emit(task.id, Failure.of(error))
            return
        stopped = task.control is not None and task.control.cancelled
        (self.cancelled if stopped else self.finished).emit(task.id, result)


@dataclass(frozen=True)
class Handlers:
    done: Callable[[Any], None]
    failed: Callable[[Failure], None]
    cancelled: Callable[[Any], None]
    report: Callable[[list[Any]], None]


def nothing(*_: Any) -> None:
    return


class Lane(QObject):
    """The GUI thread's end of a worker: submit tasks, hear of their ends, close."""

    idle_changed = Signal(bool)
    _submitted = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handlers: dict[int, Handlers] = {}
        self._controls: dict[int, RunControl] = {}
        self._mailbox = Mailbox()
        self._thread = QThread()
        self._thread.setObjectName(name)
        self._thread.setStackSize(STACK_BYTES)
        self._worker = Worker(self._mailbox)
        self._worker.moveToThread(self._thread)
        self._thread.finished.connect(self._worker.deleteLater)
        self._submitted.connect(self._worker.do)
        self._worker.reported.connect(self._on_report)
        self._worker.finished.connect(self._on_finished)
        self._worker.cancelled.connect(self._on_cancelled)
        self._worker.failed.connect(self._on_failed)
        self._closed = False
        self._thread.start()

    def submit(
        self,
        function: TaskFunction,
        done: Callable[[Any], None] = nothing,
        failed: Callable[[Failure], None] = nothing,
        cancelled: Callable[[Any], None] = nothing,
        report: Callable[[list[Any]], None] = nothing,
        control: RunControl | None = None,
    ) -> int:
        """Queue a task; the handlers run in the GUI thread. Returns the task's id (0 after `close`)."""
        if self._closed:
            return 0
        task = Task(next_id(), function, control)
        self._handlers[task.id] = Handlers(done, failed, cancelled, report)
        if control is not None:
            self._controls[task.id] = control
        if len(self._handlers) == 1:
            self.idle_changed.emit(False)
        self._submitted.emit(task)
        return task.id

    def forget(self, task_id: int) -> None:
        """Drop a task's handlers: whatever it still sends is of an older time. Cancels it if it can be."""
        control = self._controls.get(task_id)
        if control is not None:
            control.cancel()
        if task_id in self._handlers:
            self._handlers[task_id] = Handlers(nothing, nothing, nothing, nothing)

    @property
    def idle(self) -> bool:
        return not self._handlers

    @property
    def ended(self) -> bool:
        """Whether the lane has been closed and its thread has come to its end."""
        return self._closed and self._thread.isFinished()

    @property
    def stack_size(self) -> int:
        """The stack of the lane's thread, in bytes."""
        return self._thread.stackSize()

    def close(self) -> None:
        """Cancel what can be cancelled, let the running task end, and wait for the thread."""
        if self._closed:
            return
        self._closed = True
        self._worker.closing.set()
        for task_id in list(self._handlers):
            self.forget(task_id)
        self._handlers.clear()
        self._thread.quit()
        self._thread.wait()

    @Slot(int)
    def _on_report(self, _task_id: int) -> None:
        self._deliver_reports()

    def _deliver_reports(self) -> None:
        by_task: dict[int, list[Any]] = {}
        for task_id, item in self._mailbox.take():
            by_task.setdefault(task_id, []).append(item)
        for task_id, items in by_task.items():
            if task_id in self._handlers:
                self._handlers[task_id].report(items)

    @Slot(int, object)
    def _on_finished(self, task_id: int, result: object) -> None:
        self._end(task_id, "done", result)

    @Slot(int, object)
    def _on_cancelled(self, task_id: int, result: object) -> None:
        self._end(task_id, "cancelled", result)

    @Slot(int, object)
    def _on_failed(self, task_id: int, failure: Failure) -> None:
        self._end(task_id, "failed", failure)

    def _end(self, task_id: int, how: str, value: Any) -> None:
        self._deliver_reports()
        self._controls.pop(task_id, None)
        handlers = self._handlers.pop(task_id, None)
        if handlers is not None:
            getattr(handlers, how)(value)
        if not self._handlers and not self._closed:
            self.idle_changed.emit(True)
