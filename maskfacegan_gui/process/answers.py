"""Questions to a disk that may not answer: a network drive that is gone lets whoever asks wait for
minutes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 0.2
"""Seconds that the window's thread waits for an answer. A disk at hand answers within a thousandth."""


def answer(question: Callable[[], T], patience: float = PATIENCE) -> T | None:
    """What `question` returns, asked in a thread of its own; None where it fails or does not return in time.

    The thread is left alone then. It ends with the program at the latest. MemoryError where there is none for
    it.
    """
    found: list[T] = []

    def ask() -> None:
        with contextlib.suppress(OSError, ValueError):
            found.append(question())

    thread = threading.Thread(target=ask, name="question", daemon=True)
    begin(thread)
    thread.join(patience)
    return found[0] if found else None


def begin(thread: threading.Thread) -> None:
    """Start a thread. MemoryError where there is none for it."""
    try:
        thread.start()
    except RuntimeError as error:  # so Python says that a thread's stack found no memory
        raise MemoryError(str(error)) from error


def is_file(path: Path) -> bool | None:
    """Whether there is a file at `path`; None where its disk does not say in time."""
    return answer(path.is_file)


def is_folder(path: Path) -> bool | None:
    """Whether there is a folder at `path`; None where its disk does not say in time."""
    return answer(path.is_dir)
