"""What the command line says on the terminal."""

from __future__ import annotations

import sys

from ..errors import EngineError


def tell(error: EngineError, about: str = "") -> None:
    """The error's sentence and hint on stderr, without a stack trace."""
    prefix = f"{about}: " if about else ""
    print(f"error: {prefix}{error.message}", file=sys.stderr)
    if error.hint:
        print(f"       {error.hint}", file=sys.stderr)
