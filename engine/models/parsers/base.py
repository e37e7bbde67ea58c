"""What some face parsers tell beside the nine regions of the method."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from torch import Tensor

GLASSES, INNER_MOUTH, CLOTH, HAT = 6, 11, 16, 18
"""Numbers of those of CelebAMask-HQ's nineteen classes that lie before a face, on it or below it."""


@runtime_checkable
class TellsClasses(Protocol):
    """A parser of the nineteen classes, in the order of `bisenet.CLASSES`."""

    def classes(self, image: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in 0..1 -> probabilities (N, 19, 512, 512), one in sum."""
        ...

    def regions(self, classes: Tensor) -> Tensor:
        """The nine regions (N, 9, S, S) of those (N, 19, S, S)."""
        ...
