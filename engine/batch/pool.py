"""Worker processes on this machine: one thread each, the pack loaded once, and ends of any kind noticed.

A worker is given one photo at a time, so that it is known which one it had when its process ended. Workers
end with the process that started them, however that ends.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol

from ..errors import EngineError
from .edit_file import BatchJob
from .work import SAVE_ANEW, Outcome, Task, edit_photo, load_for

_STARTS = 2
"""Workers that may end while they load the pack before the batch is given up."""

_NO_BEGINNING = "Try another model pack, or --device cpu; what the worker said is on the terminal."

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_GRACE = 5.0
"""Seconds between the end of a worker's pipe and that of its process."""

_NICE = 5 if os.name == "posix" else 0x4000  # Windows: BELOW_NORMAL_PRIORITY_CLASS
"""Of workers that leave the processor to a window."""


@dataclass(frozen=True)
class Ended:
    """A worker is through with a photo."""

    task: Task
    outcome: Outcome
    worker: str


@dataclass(frozen=True)
class Died:
    """A worker's process ended while it had a photo. `blame` is false where that cannot be the photo's doing,
    as when a machine of a cluster is gone."""

    task: Task
    why: str
    hint: str
    blame: bool = True


Event = Ended | Died


class Workers(Protocol):
    """Whoever edits the photos: processes here, or actors on a cluster. Used by one thread."""

    @property
    def free(self) -> int:
        """How many tasks can be given out now."""

    def submit(self, task: Task) -> str:
        """Hand out a task; returns a name for the worker that has it."""

    def wait(self, timeout: float) -> list[Event]:
        """What happened, after `timeout` seconds at the latest. `EngineError` where no worker can work."""

    def close(self) -> None:
        """End all workers at once, whatever they do."""


class Pool:
    """`count` worker processes."""

    def __init__(self, job: BatchJob, count: int, background: bool = False) -> None:
        """`background`: they leave the processor to everybody else."""
        self._job, self._background = job, background
        self._context = multiprocessing.get_context("spawn")
        self._numbers = itertools.count(1)
        self._lost = 0
        self._workers: list[_Worker] = []
        try:
            for _ in range(count):
                self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        arguments = (theirs, self._job, self._background)
        process = self._context.Process(
            target=serve, args=arguments, name=f"worker {next(self._numbers)}", daemon=True
        )
        with _one_thread():
            process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours))

    @property
    def free(self) -> int:
        return sum(worker.ready and worker.task is None for worker in self._workers)

    @property
    def processes(self) -> dict[str, int]:
        """The workers' names and process numbers."""
        return {worker.process.name: worker.process.pid or 0 for worker in self._workers}

    def submit(self, task: Task) -> str:
        worker = next(w for w in self._workers if w.ready and w.task is None)
        worker.task = task
        with contextlib.suppress(OSError):  # it has just ended: `wait` says so
            worker.pipe.send(task)
        return worker.process.name

    def wait(self, timeout: float) -> list[Event]:
        by_handle: dict[Any, _Worker] = {}
        for worker in self._workers:
            by_handle[worker.pipe] = by_handle[worker.process.sentinel] = worker
        ready = wait(list(by_handle), timeout)
        found: list[Event] = []
        for worker in dict.fromkeys(by_handle[handle] for handle in ready):
            found.extend(self._hear(worker))
        return found

    def _hear(self, worker: _Worker) -> Iterator[Event]:
        try:
            while worker.pipe.poll():
                said = worker.pipe.recv()
                if isinstance(said, EngineError):
                    raise said
                if worker.task is None:
                    worker.ready, self._lost = True, 0
                    continue
                task, worker.task = worker.task, None
                yield Ended(task, said, worker.process.name)
        except (EOFError, OSError):
            worker.process.join(_GRACE)
            worker.process.kill()
            worker.process.join()
        if not worker.process.is_alive():
            yield from self._bury(worker)

    def _bury(self, worker: _Worker) -> Iterator[Event]:
        """Tell of a worker that ended by itself, and start another in its place."""
        self._workers.remove(worker)
        worker.process.join()
        worker.pipe.close()
        why, hint = _why(worker.process.exitcode)
        if not worker.ready:
            self._lost += 1
            if self._lost >= _STARTS:
                raise EngineError(f"A worker could not begin: {why}.", hint or _NO_BEGINNING)
        self._start()
        if worker.task is not None:
            told = f"The process that edited this photo ended: {why}."
            yield Died(worker.task, told, hint or SAVE_ANEW)

    def close(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()


class _Worker:
    def __init__(self, process: SpawnProcess, pipe: Connection[Any, Any]) -> None:
        self.process, self.pipe = process, pipe
        self.ready = False
        self.task: Task | None = None


def _why(code: int | None) -> tuple[str, str]:
    """Why a process ended, in words, and what to do."""
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            much = "The system does this when memory runs out; try fewer --jobs, or scale the photo down."
            return f"signal {name}", much if name == "SIGKILL" else ""
    return f"exit code {code}", ""


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """What is started inside computes in one thread from the first import on: a child has our environment."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


# --- in the worker's process


def serve(pipe: Connection[Any, Any], job: BatchJob, background: bool) -> None:
    """Load the pack, say so, then edit what comes until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to hear
    _end_with_parent()
    if background:
        _step_back()
    warnings.filterwarnings("ignore", module=r"PIL\b")  # as the command line does
    import torch

    torch.set_num_threads(1)
    try:
        pack = load_for(job)
    except EngineError as error:
        pipe.send(error)
        return
    pipe.send("ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(edit_photo(pack, job, pipe.recv()))


def _end_with_parent() -> None:
    """End this process as soon as the one that started it has, even amid a photo."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _step_back() -> None:
    import psutil

    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(_NICE)
