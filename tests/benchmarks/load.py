"""The same edit alone, and beside processes that each keep a core busy: its time, and the window's.

The window's threads wait for each other at every operation of the networks. Where they wait by spinning, a
third process that takes a core for a moment makes both of them stand still.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .bench import Row
from .gap import an_edit

BUSY = {1: 2.2, 2: 3.2}
"""Busy processes -> how much longer than alone an edit may take beside them on two cores."""


def measure(folder: Path) -> list[Row]:
    alone, gap, _ = an_edit(folder / "alone")
    rows = [
        Row("an edit alone", alone, "s"),
        Row("event loop, 99th percentile", gap, "ms", 50.0),
    ]
    for count, most in BUSY.items():
        with busy(count):
            seconds, gap, _ = an_edit(folder / f"beside-{count}")
        beside = f"beside {count} busy process{'es' if count > 1 else ''}"
        rows.append(Row(f"the same {beside} / alone", seconds / alone, "x", most))
        rows.append(Row(f"event loop {beside}, 99th percentile", gap, "ms", 50.0))
    return rows


@contextmanager
def busy(count: int) -> Iterator[None]:
    """While so many processes take all of a core that they can get."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
