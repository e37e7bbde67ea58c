"""Works around a reference-counting bug of PySide that aborts the process on Python 3.11.

PySide6 6.12.0 gives None, True and False back from its calls without counting the reference. From Python
3.12 on nobody counts the references to these; before, the count falls with every call of Qt until the
interpreter aborts with "deallocating None", after some tens of thousands of calls: minutes of work.
"""

from __future__ import annotations

import ctypes
import logging
import sys

from PySide6.QtCore import QObject

log = logging.getLogger("maskfacegan.none_guard")

PROBES = 200
PLENTY = sys.maxsize // 4


def loses_references() -> bool:
    """Whether calls of Qt take references to None away; asked of the binding itself."""
    probe = QObject()
    before = sys.getrefcount(None)
    for _ in range(PROBES):
        probe.parent()
    return before - sys.getrefcount(None) > PROBES // 2


def protect() -> None:
    """Give None, True and False more references than any session can lose, where it would lose them."""
    if sys.implementation.name == "cpython" and sys.version_info < (3, 12) and loses_references():
        for constant in (None, True, False):
            ctypes.c_ssize_t.from_address(id(constant)).value += PLENTY
        log.info("this version of PySide6 loses references to None; they were made up for")
