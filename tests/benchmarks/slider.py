"""A live slider that is dragged over a photo of 24 megapixels: pictures a second, and the one that stays."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

import engine
from engine import FaceBox
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.tasks.live_tasks import LiveView

from .bench import Row, opened, quantile, settle, wait_for

WIDTH, SIZE, FACE = 1400, (6000, 4000), 2400
SECONDS = 6.0
LEAST = 8  # pictures
EVENT = 16  # ms between two events of a mouse
FIRST_VIEWS = 2  # the first ones make ready what the others use


def measure(folder: Path) -> list[Row]:
    rows = []
    for pack in packs():
        rows += of_pack(folder, pack)
    return rows


def packs() -> list[str]:
    """The built-in pack, and the portrait pack where this person has it."""
    home = os.environ.pop("MASKFACEGAN_HOME", None)
    portrait = engine.user_folder() / "packs" / engine.PREFERRED_PACK
    if home is not None:
        os.environ["MASKFACEGAN_HOME"] = home
    return ["starter", *([str(portrait)] if (portrait / "manifest.json").is_file() else [])]


def of_pack(folder: Path, pack: str) -> list[Row]:
    name = Path(pack).name
    with opened(pack, (WIDTH, 900)) as window:
        window.files.open_now(large_photo(folder, window))
        settle(window)
        window.session.faces.add(marked())
        wait_for(lambda: bool(window.session.live.attributes))
        drag = Drag(window, "smiling")
        drag.run()
        first = drag.seconds_to_first
        rate = (len(drag.times) - FIRST_VIEWS) / (drag.times[-1] - drag.times[FIRST_VIEWS - 1])
        whole = drag.seconds_to_whole()
        gaps = [1000 * (b - a) for a, b in itertools.pairwise(drag.ticks)]
    return [
        Row(f"{name}: from the first touch to a picture", first, "s"),
        Row(f"{name}: seconds for a picture while dragging", 1 / rate, "s", 0.25),
        Row(f"{name}: pictures in a second while dragging", rate, "1/s"),
        Row(f"{name}: processor time for a picture, all threads", drag.processor_seconds(), "s"),
        Row(f"{name}: from letting go to the refined one", whole, "s", 2.0),
        Row(f"{name}: event loop meanwhile, 99th percentile", quantile(gaps, 0.99), "ms", 50.0),
    ]


class Drag:
    """A mouse that holds a slider's knob and goes to and fro with it."""

    def __init__(self, window: MainWindow, name: str) -> None:
        self._window = window
        self._row = window.parts.attributes.rows[name]
        self.times: list[float] = []
        self.ticks: list[float] = []
        self._whole: list[float] = []
        self._work: list[float] = []
        window.session.live.drawn.connect(self._drawn)

    def _drawn(self, view: LiveView) -> None:
        if not view.whole:
            self._work.append(time.process_time())
        (self._whole if view.whole else self.times).append(time.perf_counter())

    def run(self) -> None:
        slider = self._row.live
        self._window.parts.attributes._scroll.ensureWidgetVisible(slider)
        middle = QPoint(slider.width() // 2, slider.height() // 2)
        begin = time.perf_counter()
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)

        def move() -> None:
            self.ticks.append(time.perf_counter())
            way = (time.perf_counter() - begin) / 2
            reach = 0.5 + 0.4 * np.sin(2 * np.pi * way)
            QTest.mouseMove(slider, QPoint(round(reach * slider.width()), middle.y()))

        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(move)
        timer.start(EVENT)
        wait_for(lambda: len(self.times) >= LEAST and time.perf_counter() - self.times[0] > SECONDS)
        timer.stop()
        self.seconds_to_first = self.times[0] - begin

    def processor_seconds(self) -> float:
        """What a picture takes of the processor, which other programs on the machine change less."""
        first, last = self._work[FIRST_VIEWS - 1], self._work[-1]
        return (last - first) / (len(self._work) - FIRST_VIEWS)

    def seconds_to_whole(self) -> float:
        slider = self._row.live
        place = QPoint(round(0.9 * slider.width()), slider.height() // 2)
        QTest.mouseMove(slider, place)
        begin = time.perf_counter()
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=place)
        wait_for(lambda: bool(self._whole))
        return self._whole[-1] - begin


def large_photo(folder: Path, window: MainWindow) -> Path:
    """A face of nobody's in a photo of 24 megapixels."""
    path = folder / "large.jpg"
    pack = window.session.pack
    assert pack is not None
    face = Image.fromarray(engine.random_face(pack, seed=4)).resize((FACE, FACE), Image.Resampling.BICUBIC)
    photo = Image.new("RGB", SIZE, (120, 124, 130))
    photo.paste(face, ((SIZE[0] - FACE) // 2, (SIZE[1] - FACE) // 2))
    photo.save(path, quality=92)
    return path


def marked() -> FaceBox:
    """Where the points of an aligned face are, in that photo."""
    points = np.array([(0.38, 0.48), (0.62, 0.48), (0.5, 0.62), (0.4, 0.71), (0.6, 0.71)])
    places = points * FACE + [(SIZE[0] - FACE) / 2, (SIZE[1] - FACE) / 2]
    (x0, y0), (x1, y1) = places.min(0) - 0.1 * FACE, places.max(0) + 0.1 * FACE
    return FaceBox((x0, y0, x1, y1), 1.0, places)
