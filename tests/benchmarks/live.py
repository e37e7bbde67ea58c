"""An edit in the window against the same edit without one: first preview, steps, the time that is left."""

from __future__ import annotations

import statistics
import time
from itertools import pairwise
from pathlib import Path

import engine
from engine import Step
from maskfacegan_gui.main_window import MainWindow

from .bench import Row, face_photo, open_face, opened, settle, wait_for

ROUNDS = 3


def measure(folder: Path) -> list[Row]:
    with opened("starter") as window:
        open_face(window, face_photo(folder, 1024))
        window.parts.attributes.rows["smiling"].box.setChecked(True)
        seen: list[Step] = []
        window.session.runs.stepped.connect(seen.extend)
        first = first_preview(window)
        request = window.session.runs.current.request
        assert request is not None
        shown, bare, off = [], [], []
        for turn in range(ROUNDS):
            if turn:
                seen.clear()
                window.runs.apply()
            settle(window)
            shown.append(step_time(seen))
            off.append(estimate_off(seen))
            bare.append(step_time(list(engine.run(request, window.session.pack, session=None))))
    ratio = statistics.median(shown) / statistics.median(bare)
    return [
        Row("from Apply to the first preview", first, "s", 1.0),
        Row("editing step in the window / without", ratio, "x", 1.1),
        Row("time left after a tenth of a first edit, off by", 100 * off[0], "%", 20.0),
        Row("the same, later edits of the face", 100 * max(off[1:]), "%", 20.0),
    ]


def first_preview(window: MainWindow) -> float:
    """Seconds from applying an edit until something of it is seen on the canvas."""
    begin = time.perf_counter()
    window.runs.apply()
    wait_for(lambda: window.parts.canvas.preview.isVisible() or not window.session.runs.running)
    return time.perf_counter() - begin


def step_time(steps: list[Step]) -> float:
    """Median seconds of the steps in which the classifier takes part."""
    editing = [step.seconds for step in steps if step.result is None and "classf" in step.losses]
    return statistics.median(b - a for a, b in pairwise(editing))


def estimate_off(steps: list[Step]) -> float:
    """How far the time left, told after a tenth of the run, was from what the rest took; 0.2 is a fifth."""
    whole = steps[-1].seconds
    early = next(step for step in steps if step.seconds >= whole / 10)
    left = whole - early.seconds
    return abs(early.seconds_left - left) / left
