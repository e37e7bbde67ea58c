"""Crash reports: one file per crash, offered at the next start.

A Python exception that reaches the top writes a report and is passed on to whoever listens (the open
window shows a message and goes on). A crash of native code is written by faulthandler into a file that
is empty as long as all is well.

Reports are made to be passed on: no home and no name of a person is in them, and no line is so long that it
could hold a picture (`private`). What a crash of native code left is gone over before it is offered.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import logging
import os
import platform
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

import engine

log = logging.getLogger("maskfacegan.crash")

OFFERS = 2  # starts that speak of a report nobody answers to
OFFERED = "offered.json"

LONGEST_LINE = 2000
"""Characters of a line of a report: a traceback's are shorter, pixels and pasted text longer."""

PIXELS = re.compile(r"(?:[\[\](),\s]+-?\d+(?:\.\d*)?(?:e[+-]?\d+)?){12,}")
"""Twelve numbers in a row: an array that an error's text holds."""

Listener = Callable[[str, str], None]


def private(text: str) -> str:
    """A text for a log or a report: without the person's home and name, without pixels, its long lines
    cut."""
    lines = PIXELS.sub(" …", engine.without_names(text)).split("\n")
    return "\n".join(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…" for line in lines)


class CrashReports:
    """The folder of crash reports. `listener` is called with (sentence, details) from any thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listener: Listener | None = None
        self._native: TextIO | None = None  # what faulthandler writes to
        self._survived: list[Path] = []  # reports of this run that its window has told about

    def watch(self) -> None:
        """Begin to record: excepthooks, and faulthandler into its own file."""
        sys.excepthook = self.record
        threading.excepthook = lambda args: self.record(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"native-{time.strftime('%Y%m%d-%H%M%S')}.txt"
            self._native = (self.folder / name).open("w", encoding="utf-8")
            faulthandler.enable(self._native)
        except OSError:
            faulthandler.enable()

    def record(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None = None
    ) -> None:
        """Write the report of an exception and tell the listener."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = private("".join(traceback.format_exception(kind, error, trace)))
        log.error("unexpected error\n%s", details)
        written = self._write(details)
        if self.listener is not None:
            self._survived += written
            sentence = private(str(error) or kind.__name__)
            self.listener(f"Something unexpected went wrong: {engine.printable(sentence)}", details)
        else:
            sys.__excepthook__(kind, error, trace)

    def _write(self, details: str) -> list[Path]:
        """The report's file; none where it could not be written."""
        head = f"MaskFaceGAN Editor {engine.__version__}\n{platform.platform()}\nPython {sys.version}\n\n"
        try:
            path = self.folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
            # At once: half a report is better than none.
            path.write_text(head + details, encoding="utf-8", errors="backslashreplace")
        except OSError:
            log.warning("the crash report could not be written")
            return []
        return [path]

    def earlier(self) -> list[Path]:
        """Reports that earlier starts left and that may be offered still, oldest first."""
        own = Path(self._native.name) if self._native is not None else None
        offers = self._offers()
        found = [
            path
            for path in self.folder.glob("*.txt")
            if path != own and path.stat().st_size > 0 and offers.get(path.name, 0) < OFFERS
        ]
        for path in found:
            _make_private(path)
        return sorted(found, key=lambda p: p.stat().st_mtime)

    def note_offer(self, reports: list[Path], answered: bool = False) -> None:
        """Reports are offered, or a person has answered to the offer. They stay in their folder."""
        offers = {name: count for name, count in self._offers().items() if (self.folder / name).is_file()}
        for path in reports:
            offers[path.name] = OFFERS if answered else offers.get(path.name, 0) + 1
        try:
            with engine.atomic_write(self.folder / OFFERED) as file:
                file.write(json.dumps(offers).encode())
        except engine.SaveError:
            log.warning("what was offered could not be written down")

    def _offers(self) -> dict[str, int]:
        """How often each report has been offered."""
        try:
            offers = json.loads((self.folder / OFFERED).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {n: c for n, c in offers.items() if isinstance(c, int)} if isinstance(offers, dict) else {}

    def close(self) -> None:
        """End of a clean run: the empty native file goes, and what was survived is no crash to speak of."""
        if self._survived:
            self.note_offer(self._survived, answered=True)
        faulthandler.disable()
        if self._native is not None:
            self._native.close()
            path = Path(self._native.name)
            self._native = None
            if path.exists() and path.stat().st_size == 0:
                path.unlink()


def _make_private(report: Path) -> None:
    """What native code wrote while it crashed, or an older version, is as private as any report from now
    on."""
    with contextlib.suppress(OSError, engine.SaveError):
        before = report.read_text(encoding="utf-8", errors="backslashreplace")
        after = private(before)
        if after != before:
            times = report.stat()
            with engine.atomic_write(report) as file:
                file.write(after.encode("utf-8", "backslashreplace"))
            os.utime(report, ns=(times.st_atime_ns, times.st_mtime_ns))


def install(folder: Path) -> CrashReports:
    """Set the hooks up and return the reports."""
    reports = CrashReports(folder)
    reports.watch()
    return reports
