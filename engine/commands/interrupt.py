"""What Ctrl-C does to a command that has something to keep."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..run_control import RunControl


@contextmanager
def interruptible(said: str) -> Iterator[RunControl]:
    """Ctrl-C is told by the sentence `said` and cancels the control, which ends the step under way; a second
    one stops at once."""
    control = RunControl()

    def interrupt(_number: int, _frame: Any) -> None:
        if control.cancelled:
            raise KeyboardInterrupt
        print(f"\n{said}", file=sys.stderr)
        control.cancel()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield control
    finally:
        signal.signal(signal.SIGINT, before)
