"""Where a command writes: what could keep a result from being written is found out before any work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from ..atomic_file import fitting_name, is_read_only, longest_name
from ..errors import ConfigError, ReadOnlyError, SaveError
from .edit_options import check_quality
from .record import check_record, record_path, safe


def prepare_place(options: argparse.Namespace, images: Sequence[Path]) -> None:
    """Make the folder of the results and check every name that was given, for photos `images`.

    Raises `ConfigError` or `SaveError`.
    """
    from ..photo.api import format_of

    check_quality(options)
    for path in (options.save_mask, options.save_latent, options.trace):
        if path is not None:
            check_name(path)
    if options.output is None:
        prepare_folder(options.outdir)
        return
    format_of(options.output)
    if len(images) > 1:
        raise ConfigError("--output belongs to one photo.", "Give --outdir for several photos.")
    for path in (options.output, record_path(options.output)):
        check_name(path)
    if _is_same(options.output, images[0]):
        raise ConfigError("The result would take the photo's own place.", "Choose another name for --output.")
    check_record(options.output)
    prepare_folder(options.output.parent)


def _is_same(path: Path, other: Path) -> bool:
    """Whether two names are of one file that is there."""
    try:
        return path.samefile(other)
    except (OSError, ValueError):  # one of them is not there, or cannot be
        return False


def check_name(path: Path) -> None:
    """`SaveError` for a name that is too long for its folder, `ReadOnlyError` for a file that may not be
    written."""
    longest = longest_name(path.parent)
    if len(os.fsencode(path.name)) > longest:
        raise SaveError(
            f"The name {path.name[:20]}… is too long.", f"{longest} bytes are the limit there.", path=path
        )
    if is_read_only(path):
        raise ReadOnlyError(
            f"{path.name} is read-only, so it was not replaced.",
            "Choose another name, or allow writing to it first.",
            path=path,
        )


class Beside:
    """Names of further files of each photo: with several photos each gets its own, `mask.png` becomes
    `mask-portrait.png`. No two photos share one, though they may be called alike in different folders."""

    def __init__(self, several: bool) -> None:
        self._several = several
        self._owners: dict[Path, Path] = {}

    def name(self, path: Path | None, image: Path) -> Path | None:
        """Where what `path` stands for is written for `image`."""
        if path is None or not self._several:
            return path
        longest, number, ending = longest_name(path.parent), 1, path.suffix
        while True:
            found = path.with_name(fitting_name(f"{path.stem}-{safe(image.stem)}", ending, longest))
            if self._owners.setdefault(found, image) == image:
                return found
            number += 1
            ending = f"-{number}{path.suffix}"


def prepare_folder(folder: Path) -> None:
    """Make a folder and make sure that a file can be written there, before any work."""
    probe = folder / ".maskfacegan-write-test"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SaveError(
            f"The folder {folder} cannot be written to ({error.strerror}).", path=folder
        ) from error
