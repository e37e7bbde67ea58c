"""What the command line says on the terminal."""

from __future__ import annotations

import io
import sys

from ..errors import EngineError, printable


def show_anything() -> None:
    """A character that the terminal or a pipe does not know is written as an escape, and ends no run."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(error: EngineError, about: str = "") -> None:
    """The error's sentence and hint on stderr, without a stack trace."""
    prefix = f"{printable(about)}: " if about else ""
    print(f"error: {prefix}{error.message}", file=sys.stderr)
    if error.hint:
        print(f"       {error.hint}", file=sys.stderr)
