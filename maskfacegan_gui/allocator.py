"""Memory that a run took goes back to the system.

glibc keeps what a thread has freed for that thread's next wishes: after an edit that is a hundred
megabytes which no other program can have.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import engine

P = ParamSpec("P")
R = TypeVar("R")


def gives_back(work: Callable[P, R]) -> Callable[P, R]:
    """Makes a job of the lanes return what it has freed to the system when it is over."""

    @functools.wraps(work)
    def job(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        finally:
            engine.release_memory()

    return job
