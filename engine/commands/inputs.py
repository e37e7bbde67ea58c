"""Which photos a command line names: files, patterns that the shell left as they are, folders."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Sequence
from pathlib import Path

from ..batch.inputs import is_folder
from ..errors import ConfigError
from ..photo.folders import photos_below
from .record import record_path


def photos(named: Sequence[Path], recursive: bool, outdir: Path | None = None) -> list[Path]:
    """The files that `named` stands for, each once, in the order of the arguments.

    A name with `*`, `?` or `[` that is no file is taken for a pattern (`**` for folders in folders): shells
    of Windows pass them on, and so do quotes. Of a folder all photos below it are taken if `recursive`, by
    their suffixes, but for hidden ones and for those in `outdir`, which hold earlier results. A file that is
    not there stays in the list: opening it says so. Raises `ConfigError` for a pattern that fits nothing, and
    for a folder without `recursive` or without any photo in it.
    """
    found: dict[Path, None] = {}
    for path in named:
        for file in expanded(path, recursive):
            if is_folder(file):
                found |= dict.fromkeys(_in_folder(file, recursive, outdir))
            else:
                found[file] = None
    return list(found)


def expanded(path: Path, folders: bool) -> list[Path]:
    """What a name stands for: itself, or as a pattern the files and, with `folders`, the folders that fit.
    `ConfigError` for a pattern that fits nothing."""
    if not glob.has_magic(str(path)) or os.path.lexists(path):
        return [path]
    # Path.expanduser raises for a name that begins with ~ and is nobody's home.
    pattern = _pattern(Path(os.path.expanduser(path)))  # noqa: PTH111
    fitting = sorted(Path(name) for name in glob.glob(pattern, recursive=True))  # noqa: PTH207  (absolute, too)
    files = [file for file in fitting if folders or not file.is_dir()]
    if not fitting:
        raise ConfigError(f"No file is called like {path}.", "Check the folder and the pattern.", path=path)
    return files or fitting


def _pattern(path: Path) -> str:
    """A path as a pattern: the folders of it that are there are meant as they are called, as in
    `Holidays [2024]/*.jpg`."""
    there = next((folder for folder in path.parents if os.path.lexists(folder)), None)
    if there is None:
        return str(path)
    return os.path.join(glob.escape(str(there)), path.relative_to(there))  # noqa: PTH118


def _in_folder(folder: Path, recursive: bool, outdir: Path | None) -> list[Path]:
    if not recursive:
        raise ConfigError(
            f"{folder} is a folder, not a photo.",
            "Name the photos in it, or take all of them with --recursive.",
            path=folder,
        )
    results = None if outdir is None else outdir.resolve()
    files = [path for path in photos_below(folder, outdir) if not _is_result(path, results)]
    if not files:
        raise ConfigError(f"There is no photo in the folder {folder}.", path=folder)
    return files


def _is_result(path: Path, results: Path | None) -> bool:
    """Whether a picture in the folder of results, which may be the photos' own, has its record beside it."""
    if results is None or path.parent.resolve() != results:
        return False
    try:
        return "request" in json.loads(record_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False
