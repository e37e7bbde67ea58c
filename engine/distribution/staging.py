"""A pack is put together beside its place and moved there when it is whole.

Until then there is no such pack, or the one from before: nobody loads half of it. What has come stays in the
hidden folder, so that a broken installation goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from ..errors import PackError
from .installed import PARTS, Part, add_part, read_parts, staging_folder


def begin(place: Path, keep: dict[str, Part]) -> Path:
    """The folder in which the pack for `place` is put together, with the parts `keep` of the one there."""
    folder = staging_folder(place)
    folder.mkdir(parents=True, exist_ok=True)
    for role, part in keep.items():
        if role not in read_parts(folder):
            _link(place / part.file, folder / part.file)
            add_part(folder, role, part)
    return folder


def put_in_place(place: Path) -> None:
    """Make the whole pack the one at `place`; the one from before is deleted. Raises PackError."""
    folder, away = staging_folder(place), place.with_name(f".removed-{secrets.token_hex(4)}")
    replaced = place.exists()
    try:
        if replaced:
            place.rename(away)
        try:
            folder.rename(place)
        except OSError:
            if replaced:
                away.rename(place)
            raise
    except OSError as error:
        raise PackError(
            f"The pack '{place.name}' could not be put in its place: {error.strerror}.",
            "Close what uses it and try again; nothing has to be downloaded again.",
            path=place,
        ) from error
    shutil.rmtree(away, ignore_errors=True)


def discard_empty(place: Path) -> None:
    """Delete the folder when nothing is in it but an empty list of parts."""
    folder = staging_folder(place)
    if not read_parts(folder):
        with contextlib.suppress(OSError):
            (folder / PARTS).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _link(source: Path, target: Path) -> None:
    """Another name for the same file, or a copy where the file system has none."""
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:
        try:
            shutil.copyfile(source, target)
        except OSError as error:
            raise PackError(
                f"{source.name} could not be copied: {error.strerror}.", "Free some space and try again."
            ) from error
