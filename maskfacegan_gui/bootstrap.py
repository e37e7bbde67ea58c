"""Start-up steps that must run before the first Qt import, in this order.

Streams that a windowed program lacks are mended, the log and the crash report are set up, torch is
imported first where the order matters, and what Qt needs of the system is checked, so that a missing
library gives a sentence and not an abort.
"""

from __future__ import annotations

import importlib
import logging
import logging.handlers
import os
import sys
from pathlib import Path

import engine

from .process import crash_reports, malloc, platform_check

log = logging.getLogger("maskfacegan.bootstrap")


def start(argv: list[str]) -> int:
    """Prepare the process and run the application; returns its exit status."""
    mend_streams()
    if "--version" in argv[1:]:
        print(f"maskfacegan-gui {engine.__version__}")
        return 0
    problem = platform_check.problem()
    if problem is not None:
        print(problem, file=sys.stderr)
        return 1
    engine.wait_asleep()
    malloc.share_one_heap()
    home = engine.user_folder()
    set_up_log(home / "logs")
    reports = crash_reports.install(home / "crashes")
    if sys.platform == "win32":
        importlib.import_module("torch")  # its DLLs must be loaded before Qt's (WinError 1114 otherwise)
    from .app import run

    return run(argv, reports)


def mend_streams() -> None:
    """Give stdout and stderr somewhere to go: a windowed program on Windows has none."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


class PrivateFormatter(logging.Formatter):
    """Lines that may be passed on: they do not say who the person is, nor what is in a picture or a long
    text."""

    def format(self, record: logging.LogRecord) -> str:
        return crash_reports.private(super().format(record))


def set_up_log(folder: Path) -> None:
    """A rotating log file of 1 MB, three kept; without a writable folder, the standard error only."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / "editor.log",
            maxBytes=1_000_000,
            backupCount=3,
            encoding="utf-8",
            delay=True,
            errors="backslashreplace",
        )
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    log.info("maskfacegan-gui %s, Python %s, %s", engine.__version__, sys.version.split()[0], sys.platform)
