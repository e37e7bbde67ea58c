"""The photos in a folder and below it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from .formats import PHOTO_FORMATS

SUFFIXES = frozenset(suffix for row in PHOTO_FORMATS for suffix in row.suffixes)
"""Of the files that are taken from a folder, in small letters; one that is named is taken whatever it is
called."""


def photos_below(folder: Path, passed_over: Path | None = None) -> Iterator[Path]:
    """The files with a photo's suffix in a folder and below it, by name.

    Hidden files and folders are passed over, and so is the folder `passed_over`, where results go, if it lies
    below; links to folders, which may go round, are not followed. What cannot be listed holds nothing.
    """
    left_out = None if passed_over is None else passed_over.resolve()
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(n for n in folders if not n.startswith(".") and not _is(here / n, left_out))
        for name in sorted(names):
            if not name.startswith(".") and os.path.splitext(name)[1].lower() in SUFFIXES:  # noqa: PTH122
                yield here / name


def _is(folder: Path, other: Path | None) -> bool:
    """Whether a folder is another, resolved one. Names are compared first: resolving asks the disk."""
    return other is not None and folder.name == other.name and folder.resolve() == other
