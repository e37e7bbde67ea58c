"""Files that have rested: in a watched folder a photo may be there before it is whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .inputs import Source

REST = 2.0
"""Seconds that a file's size and time of change have to stay as they are. Programs that copy write at least
once a second; one that holds on for longer leaves a photo that cannot be read, which the ledger then
names."""

LOOK_EVERY = 1.0
"""Seconds between two looks at a folder. Looking works on every file system, network shares included, where
a system's messages about changes do not."""


class Rested:
    """Passes on the photos that have not changed for `rest` seconds, each once."""

    def __init__(self, rest: float = REST, clock: Callable[[], float] = time.monotonic) -> None:
        self._rest, self._clock = rest, clock
        self._seen: dict[Path, tuple[tuple[int, int], float]] = {}
        self._passed: set[Path] = set()

    def of(self, sources: Iterable[Source]) -> Iterator[Source]:
        """Those of `sources` that have rested since they were first seen as they are now."""
        now, there = self._clock(), set()
        for source in sources:
            there.add(source.path)
            if source.path in self._passed:
                continue
            try:
                found = source.path.stat()
            except OSError:
                continue
            look = (found.st_size, found.st_mtime_ns)
            before, since = self._seen.get(source.path, (None, now))
            if look != before:
                self._seen[source.path] = look, now
            elif now - since >= self._rest:
                self._passed.add(source.path)
                del self._seen[source.path]
                yield source
        for gone in self._seen.keys() - there:
            del self._seen[gone]
