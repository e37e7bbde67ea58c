"""A step of undo that knows what it keeps in memory."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QUndoCommand


class Sized(Protocol):
    """Something that takes memory."""

    @property
    def nbytes(self) -> int: ...


class Step(QUndoCommand):
    """A step of undo that can tell what it keeps in memory, and let go of it."""

    def holds(self) -> list[Sized]:
        """What the step keeps alive; steps may share it."""
        return []

    def release(self) -> None:
        """Let go of everything; the step is never undone or redone again."""


def owner(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array whose memory this one shows."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
