"""The real application on a virtual screen, worked with the mouse and the keyboard of the X server.

What is waited for is what a person can see (the window's title, its pixels) or a file that the application
writes; nothing waits for a time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image, ImageGrab

from maskfacegan_gui.process import platform_check
from tests import no_screen

PATIENCE = 120.0  # seconds; generous, since the machine may be busy
WIDTH, HEIGHT = 1600, 900
NEEDED = ("Xvfb", "xdotool")


def require_tools() -> None:
    """Skip on a machine without the tools; where tests are run for everybody (.ci/run) that is a failure."""
    no_screen.require(platform_check.BASE | platform_check.XCB)
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{', '.join(missing)} must be installed here: see .ci/run")
    if missing or sys.platform != "linux":
        pytest.skip(f"needs {', '.join(NEEDED)}")


def wait_until(what: Callable[[], bool], why: str) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.05)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, which is over when the block is."""
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Screen:
    """An X server of its own, with the pointer and the keyboard that xdotool works."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": "1",
            "LANG": "C.UTF-8",
        }

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Screen]:
        reading, writing = os.pipe()
        command = [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{WIDTH}x{HEIGHT}x24",
            "-nolisten",
            "tcp",
            "-noreset",  # else it starts anew whenever its last client leaves, and refuses others meanwhile
        ]
        with ended(subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)):
            os.close(writing)
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()
            assert number, "the X server did not start"
            yield cls(f":{number}")

    def do(self, *words: object) -> str:
        """One xdotool command; what it printed."""
        command = ["xdotool", *map(str, words)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        ).stdout.strip()

    def windows(self, title: str) -> list[str]:
        return self.do("search", "--onlyvisible", "--name", title).split()

    def keys(self, *names: str) -> None:
        self.do("key", "--delay", "40", *names)

    def point(self, place: tuple[int, int]) -> None:
        self.do("mousemove", "--sync", *place)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the left button, move in steps, and release it."""
        self.point(start)
        self.do("mousedown", 1)
        for step in range(1, 11):
            self.point(tuple(round(a + (b - a) * step / 10) for a, b in zip(start, end, strict=True)))
        self.do("mouseup", 1)

    def picture(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.display)


class Editor:
    """The application in a process of its own, with a home of its own."""

    def __init__(self, screen: Screen, home: Path, process: subprocess.Popen[bytes]) -> None:
        self.screen, self.home, self.process = screen, home, process
        self.window = ""

    @classmethod
    @contextmanager
    def started(cls, screen: Screen, home: Path, pack: Path, *files: Path) -> Iterator[Editor]:
        home.mkdir()
        (home / "settings.ini").write_text(f"[General]\npack={pack}\n", encoding="utf-8")
        environment = {**screen.environment, "MASKFACEGAN_HOME": str(home), "HOME": str(home)}
        command = [sys.executable, "-m", "maskfacegan_gui", *map(str, files)]
        with ended(subprocess.Popen(command, env=environment)) as process:
            editor = cls(screen, home, process)
            wait_until(lambda: bool(screen.windows("MaskFaceGAN Editor$")), "no window came up")
            wait_until(editor.placed, "the window was not placed")
            yield editor

    def placed(self) -> bool:
        """Put the window into the corner and give it the keyboard, as a window manager would."""
        found = self.screen.windows("MaskFaceGAN Editor$")
        if not found:
            return False
        self.window = found[-1]
        self.screen.do("windowsize", self.window, 1280, 800)
        self.screen.do("windowmove", self.window, 0, 0)
        self.screen.do("windowfocus", self.window)
        place = self.screen.do("getwindowgeometry", self.window)
        return "Position: 0,0" in place and "1280x800" in place

    @property
    def title(self) -> str:
        return self.screen.do("getwindowname", self.window)

    @property
    def unsaved(self) -> bool:
        return "*" in self.title

    def log(self) -> str:
        path = self.home / "logs" / "editor.log"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def wait_for_log(self, words: str, count: int = 1) -> None:
        wait_until(
            lambda: self.log().count(words) >= count or self.process.poll() is not None,
            f"“{words}” was not heard of",
        )
        assert self.process.poll() is None, "the application ended"


SOURCE = """
import sys
from PySide6.QtCore import QMimeData, QUrl, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication, QLabel

class Source(QLabel):
    def mousePressEvent(self, event):
        drag, data = QDrag(self), QMimeData()
        data.setUrls([QUrl.fromLocalFile(sys.argv[1])])
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)

app = QApplication(sys.argv)
source = Source("A file to drag")
source.setWindowTitle("files of another program")
source.setGeometry(1320, 100, 240, 200)
source.show()
app.exec()
"""
"""Another X client, as a file manager is: what is pressed in it is dragged as a file."""
