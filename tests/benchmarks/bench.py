"""What the benchmarks share: a window on the built-in pack, waiting, and figures in rows."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

import engine
from maskfacegan_gui.look.theme import Theme
from maskfacegan_gui.main_window import MainWindow
from maskfacegan_gui.process import malloc, pyside_none_fix
from maskfacegan_gui.settings.settings import Settings

PATIENCE = 900.0  # seconds


@dataclass(frozen=True)
class Row:
    """One figure; `goal` is the bound it should keep, None where there is none."""

    name: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "met" if self.value < self.goal else "missed"


def application() -> QApplication:
    if QApplication.instance() is None:
        pyside_none_fix.protect()
        malloc.share_one_heap()
    return QApplication.instance() or QApplication(["benchmarks"])


def wait_for(done: Callable[[], bool]) -> None:
    """Run the event loop until something is so. It sleeps between events, as the application's does: one that
    polls takes the processor, and Python's lock, from what is measured."""
    end = time.monotonic() + PATIENCE
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if done() or time.monotonic() > end else None)
    timer.start(20)
    loop.exec()
    timer.stop()
    if not done():
        raise TimeoutError("the window did not get there")


def settle(window: MainWindow) -> None:
    session = window.session
    wait_for(lambda: session.tasks.idle and not session.runs.running)


@contextmanager
def opened(pack: str, size: tuple[int, int] = (1280, 800)) -> Iterator[MainWindow]:
    """A shown window with its pack loaded; closed again."""
    settings = Settings()
    settings.set("pack", pack)
    settings.set("learn_faces", False)  # what it does beside them belongs to no figure
    window = MainWindow(settings, Theme(application(), "dark"))
    window.resize(*size)
    window.show()
    window.start([])
    wait_for(lambda: window.session.pack is not None)
    try:
        yield window
    finally:
        window.close_now()
        window.theme.deleteLater()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def open_face(window: MainWindow, path: Path) -> None:
    """Open a square photo and take the whole of it as the face."""
    window.files.open_now(path)
    settle(window)
    window.session.faces.use_whole()
    settle(window)


def face_photo(folder: Path, size: int) -> Path:
    """A face of nobody, enlarged to `size`."""
    path = folder / f"face-{size}.png"
    face = Image.fromarray(engine.random_face(engine.load_pack("starter", device="cpu"), seed=4))
    face.resize((size, size), Image.Resampling.BICUBIC).save(path, compress_level=1)
    return path


def short_pack(folder: Path, latent: int, noise: int) -> Path:
    """The built-in pack with shorter presets, its files copied."""
    source = engine.data_root() / "weights" / "starter"
    manifest: dict[str, Any] = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    begin = latent // 3
    steps = {
        "steps.latent": latent,
        "steps.noise": noise,
        "steps.hold_region": begin,
        "loss.start_steps.classf": begin,
        "loss.start_steps.seg": begin,
        "dynamic_masking_iters": begin,
    }
    for name in engine.PRESETS:
        manifest["presets"][name] = {**manifest["presets"].get(name, {}), **steps}
    target = folder / "short"
    target.mkdir()
    for entry in manifest["files"].values():
        shutil.copy(source / entry["file"], target / entry["file"])
    (target / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return target


def quantile(values: list[float], share: float) -> float:
    return float(np.quantile(np.array(values), share))
