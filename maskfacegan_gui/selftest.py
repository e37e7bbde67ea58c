"""`--self-test OUT.json`: an end-to-end run in the real window, and a report of it.

Looks whether everything is there, loads the pack, opens the sample (a face of nobody), runs an edit for a few
steps in the worker, saves the picture, closes, and ends with 0 when all of it worked. For installers, and for
a person who wonders whether an installation is complete.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

import engine
from engine import AttributeEdit

from .main_window import MainWindow

OPTION = "--self-test"
LIMIT_SECONDS = 600
SAMPLE = engine.resource("sample", "nobody.jpg")
_STEPS = 4
_LOOK_MS = 50


def target(argv: list[str]) -> Path | None:
    """The report's path when the command line asks for a self-test."""
    if OPTION not in argv[1:]:
        return None
    place = argv.index(OPTION) + 1
    return Path(argv[place]) if place < len(argv) else None


class SelfTest(QObject):
    """Walks the window through its stages; each is a condition polled until it holds."""

    def __init__(self, window: MainWindow, report: Path) -> None:
        super().__init__(window)
        self._window, self._report = window, report
        self._start, self._shown = time.monotonic(), time.time()
        self._times: dict[str, float] = {}
        self._complaints: list[str] = []
        self._folder = tempfile.TemporaryDirectory()
        self.picture = Path(self._folder.name) / "edited.png"
        self._taken = "found by itself"
        self._steps = 0
        self.status = 1
        self._findings: list[engine.Finding] = []
        self._stages: list[tuple[str, Callable[[], bool]]] = [
            ("complete", self._complete),
            ("pack loaded", lambda: window.session.pack is not None),
            ("photo open", self._photo),
            ("face found", self._face),
            ("edited", self._edited),
            ("saved", self._saved),
        ]
        self._begun: set[str] = set()
        window.session.notices.noticed.connect(self._hear)
        window.session.runs.stepped.connect(self._count)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._look)
        self._clock.start()

    def _once(self, name: str) -> bool:
        """True the first time it is called with that name."""
        first = name not in self._begun
        self._begun.add(name)
        return first

    def _complete(self) -> bool:
        if self._once("complete"):
            self._findings = engine.check_installation()
            self._complaints += [f"{f.what}: {f.text}" for f in self._findings if not f.good]
        return not self._complaints

    def _photo(self) -> bool:
        session = self._window.session
        if self._once("photo"):
            self._window.files.open_now(SAMPLE)
        return session.document.photo is not None

    def _face(self) -> bool:
        session = self._window.session
        idle = session.tasks.idle
        if idle and session.document.face is None and self._once("whole"):
            self._taken = "taken whole"
            session.faces.use_whole()
        return session.document.face is not None

    def _edited(self) -> bool:
        session = self._window.session
        if self._once("edit") and session.pack is not None:
            name = session.pack.supported[0]
            session.runs.apply((AttributeEdit(name),), "fast", seed=0)
        return session.document.pending is not None and session.tasks.photo_lane.idle

    def _saved(self) -> bool:
        session = self._window.session
        if self._once("save"):
            session.edits.commit()
            self._window.session.exports.save_picture(self.picture)
        return session.tasks.writing_lane.idle and self.picture.is_file()

    def _count(self, steps: list[object]) -> None:
        self._steps += len(steps)
        if self._steps >= _STEPS:
            self._window.session.runs.cancel(keep=True)

    def _hear(self, notice: object) -> None:
        if getattr(getattr(notice, "level", None), "value", "") == "error":
            self._complaints.append(str(getattr(notice, "text", "")))

    def _look(self) -> None:
        late = time.monotonic() - self._start > LIMIT_SECONDS
        if not self._complaints and not late and self._stages:
            name, done = self._stages[0]
            if done():
                self._times[name] = round(time.monotonic() - self._start, 2)
                self._stages.pop(0)
            if self._stages:
                return
        self._clock.stop()
        self._finish()

    def _finish(self) -> None:
        done = not self._stages and self._steps > 0
        if done:
            photo = engine.open_photo(self.picture)
            done = photo.pixels.size > 0
        self.status = 0 if done else 1
        pack = self._window.session.pack
        report = {
            "ok": done,
            "version": engine.__version__,
            "python": sys.version.split()[0],
            "system": platform.platform(),
            "frozen": bool(getattr(sys, "frozen", False)),
            "platform": QApplication.platformName(),
            "pack": None if pack is None else {"name": pack.name, "resolution": pack.resolution},
            "window shown": round(self._shown, 2),
            "complete": {finding.what: finding.text for finding in self._findings},
            "seconds": self._times,
            "face": self._taken,
            "steps": self._steps,
            "not reached": [name for name, _ in self._stages],
            "errors": self._complaints,
        }
        self._report.write_text(json.dumps(report, indent=1), encoding="utf-8")
        self._folder.cleanup()
        self._window.close_now()
        QApplication.exit(self.status)
