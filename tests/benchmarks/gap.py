"""How long the event loop stands still while an edit runs, from Apply to the pasted result."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from .bench import Row, face_photo, open_face, opened, quantile, settle

TICK = 5  # ms


def measure(folder: Path) -> list[Row]:
    seconds, percentile, longest = an_edit(folder)
    return [
        Row("event loop during an edit, 99th percentile", percentile, "ms", 50.0),
        Row("event loop during an edit, longest", longest, "ms"),
        Row("that edit", seconds, "s"),
    ]


def an_edit(folder: Path) -> tuple[float, float, float]:
    """An edit in a new window: its seconds, and the event loop's gaps, 99th percentile and longest, in ms."""
    folder.mkdir(exist_ok=True)
    with opened("starter") as window:
        open_face(window, face_photo(folder, 1024))
        row = window.parts.attributes.rows["smiling"]
        row.box.setChecked(True)
        row.strength.slider.setValue(95)
        ticks: list[float] = []
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        timer.start(TICK)
        window.runs.apply()
        begin = time.perf_counter()
        settle(window)
        seconds = time.perf_counter() - begin
        timer.stop()
    gaps = [1000 * (b - a) for a, b in itertools.pairwise(ticks)]
    return seconds, quantile(gaps, 0.99), max(gaps)
