"""Which photos there are, and where each one's result belongs: folders are mirrored."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..photo.folders import photos_below


@dataclass(frozen=True)
class Source:
    """A photo: its absolute `path`, and the `place` of its result below the output folder, without a
    suffix."""

    path: Path
    place: PurePosixPath


class Inputs:
    """Files and folders that were named. A folder's photos keep their folders below it; with several folders
    each gets one of its own, called after it. Hidden files and folders are passed over, links to folders are
    not followed, and nothing is taken from the output folder: its pictures are results."""

    def __init__(self, named: Sequence[Path], outdir: Path) -> None:
        self._outdir = outdir.resolve()
        paths = [Path(os.path.abspath(path)) for path in named]  # noqa: PTH100 (a link keeps its own name)
        # Not by Path.is_dir, which raises for a name that is too long: that is the one photo's failure.
        self.folders = [path for path in dict.fromkeys(paths) if os.path.isdir(path)]  # noqa: PTH112
        self._files = [path for path in dict.fromkeys(paths) if path not in self.folders]
        self._tops = dict(zip(self.folders, _tops(self.folders), strict=True))

    def __iter__(self) -> Iterator[Source]:
        """All photos that are there now, in the order of their names."""
        for path in self._files:
            yield Source(path, PurePosixPath(path.stem or path.name))
        for folder, top in self._tops.items():
            for path in photos_below(folder, self._outdir):
                yield Source(path, top / path.relative_to(folder).with_suffix("").as_posix())


def _tops(folders: list[Path]) -> list[PurePosixPath]:
    """The folder below the output folder that each input folder is mirrored into."""
    if len(folders) < 2:
        return [PurePosixPath()] * len(folders)
    taken: set[str] = set()
    tops = []
    for folder in folders:
        number, top = 1, folder.name or "photos"
        while top.casefold() in taken:
            number += 1
            top = f"{folder.name or 'photos'}-{number}"
        taken.add(top.casefold())
        tops.append(PurePosixPath(top))
    return tops


def shown(path: Path | str) -> str:
    """A path as text that every terminal and file takes: bytes that are no text become question marks."""
    return str(path).encode("utf-8", "replace").decode()
