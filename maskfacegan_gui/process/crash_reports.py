"""Crash reports: one file per crash, offered at the next start.

A Python exception that reaches the top writes a report and is passed on to whoever listens (the open
window shows a message and goes on). A crash of native code is written by faulthandler into a file that
is empty as long as all is well.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import platform
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

Listener = Callable[[str, str], None]


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
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("unexpected error\n%s", details)
        written = self._write(details)
        if self.listener is not None:
            self._survived += written
            self.listener(f"Something unexpected went wrong: {error or kind.__name__}", details)
        else:
            sys.__excepthook__(kind, error, trace)

    def _write(self, details: str) -> list[Path]:
        """The report's file; none where it could not be written."""
        head = f"MaskFaceGAN Editor {engine.__version__}\n{platform.platform()}\nPython {sys.version}\n\n"
        try:
            path = self.folder / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
            path.write_text(head + details, encoding="utf-8")  # at once: half a report is better than none
        except OSError:
            log.warning("the crash report could not be written")
            return []
        return [path]

    def earlier(self) -> list[Path]:
        """Reports that earlier starts left and that may be offered still, oldest first."""
        own = Path(self._native.name) if self._native is not None else None
        offers = self._offers()
        found = (
            path
            for path in self.folder.glob("*.txt")
            if path != own and path.stat().st_size > 0 and offers.get(path.name, 0) < OFFERS
        )
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


def install(folder: Path) -> CrashReports:
    """Set the hooks up and return the reports."""
    reports = CrashReports(folder)
    reports.watch()
    return reports
