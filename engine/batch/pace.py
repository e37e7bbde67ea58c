"""How fast a batch goes: photos a minute, and the time that the rest takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_LAST = 40
"""Photos that the pace is taken of: enough that large and small ones even out, and few enough that it follows
when other work comes or goes."""


class Pace:
    """Counts photos that are done. The time in which nothing was to be done, held or waiting, is left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._busy_since: float | None = None
        self._busy_before = 0.0
        self._window_start = 0.0
        self._ends: deque[float] = deque()

    def busy(self, on: bool) -> None:
        """Whether photos are being edited now."""
        now = self._clock()
        if on and self._busy_since is None:
            self._busy_since = now
        elif not on and self._busy_since is not None:
            self._busy_before += now - self._busy_since
            self._busy_since = None

    def ended(self) -> None:
        """A photo is done."""
        self._ends.append(self._active())
        if len(self._ends) > _LAST:
            self._window_start = self._ends.popleft()

    @property
    def per_minute(self) -> float:
        """Photos a minute lately; 0 before the first one is done."""
        if not self._ends:
            return 0.0
        return 60 * len(self._ends) / max(self._ends[-1] - self._window_start, 1e-3)

    def seconds_left(self, waiting: int, running: int) -> float | None:
        """Estimated time until so many photos are done; those under way are half done. None: not known."""
        if not self._ends:
            return None
        return 60 * (waiting + running / 2) / self.per_minute

    def _active(self) -> float:
        now = 0.0 if self._busy_since is None else self._clock() - self._busy_since
        return self._busy_before + now
