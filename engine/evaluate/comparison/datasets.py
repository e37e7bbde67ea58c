"""The pictures of a data set, by the layout in which it is published.

- `celebahq`: CelebAMask-HQ as its authors publish it (Lee et al., CVPR 2020; github.com/switchablenorms/
  CelebAMask-HQ): CelebA-HQ-img/0.jpg to 29999.jpg, aligned, 1024 px; CelebAMask-HQ-mask-anno/0 to 14 with
  00000_skin.png, 00000_nose.png, ... of 2,000 pictures each. A folder of aligned pictures alone is taken too.
- `helen`: Le et al., ECCV 2012 (www.ifp.illinois.edu/~vuongle2/helen): photos NUMBER_FACE.jpg in folders of
  the training and test parts, trainnames.txt and testnames.txt with a name a line. And its copy with labels
  by Smith et al., CVPR 2013 (pages.cs.wisc.edu/~lizhang/projects/face-parsing): images/, labels/, and
  exemplars.txt, tuning.txt, testing.txt with "number , name" a line.
- `siblingsdb`: SiblingsDB-HQf (Vieira et al., The Visual Computer 30, 2014) is given out by the Politecnico
  di Torino on request. There is no public description of its folders: all pictures of a folder HQf are taken
  where there is one, of the whole folder otherwise.
- `folder`: all photos in a folder and the folders below it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...errors import ConfigError, printable
from ...photo.folders import SUFFIXES, photos_below

KINDS = ("celebahq", "helen", "siblingsdb", "folder")
CELEBAHQ_COUNT = 30_000
_HELEN_LISTS = ("trainnames.txt", "testnames.txt", "exemplars.txt", "tuning.txt", "testing.txt")
_IMAGES, _MASKS = "CelebA-HQ-img", "CelebAMask-HQ-mask-anno"


@dataclass(frozen=True)
class LeftOut:
    """A file, or several in words, that is no part of the comparison, and why."""

    file: str
    why: str


@dataclass(frozen=True)
class Picture:
    """A picture of a data set. `aligned`: the whole of it is the face's square already. `masks` are
    CelebAMask-HQ's of it, by part ("skin", "l_eye", ...)."""

    name: str
    path: Path
    kind: str
    aligned: bool = False
    masks: dict[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """What a data set holds: its pictures in the order of their names, and what is missing."""

    pictures: list[Picture]
    left_out: list[LeftOut]


def find(kind: str, folder: Path) -> Listing:
    """The pictures of a folder in the layout `kind`. `ConfigError` where there are none."""
    if not folder.is_dir():
        raise ConfigError(f"There is no folder {folder}.", "Give the data set's folder with --data.")
    listing = {"celebahq": _celebahq, "helen": _helen, "siblingsdb": _siblings, "folder": _folder}[kind](
        folder
    )
    if not listing.pictures:
        raise ConfigError(
            f"There are no pictures in {folder}.",
            f"Its layout was taken for '{kind}'; --dataset says another.",
            path=folder,
        )
    return listing


def find_all(data: Sequence[tuple[str, Path]]) -> Listing:
    """The pictures of several data sets in turn, one of each after the other, each evenly spread over its
    set; names that two share get their folder's before them."""
    found = [find(kind, folder) for kind, folder in data]
    queues = [spread(listing.pictures) for listing in found]
    several = [q.pop(0) for i in range(max(map(len, queues))) for q in queues if q]
    folders = {picture.path: folder.name for listing, (_, folder) in zip(found, data, strict=True)
               for picture in listing.pictures}  # fmt: skip
    return Listing(_named_apart(several, folders), [gone for listing in found for gone in listing.left_out])


def spread(pictures: Sequence[Picture]) -> list[Picture]:
    """The same in another order: the first N of it are spread over the whole list, whatever N is."""
    order = sorted(range(len(pictures)), key=_halving)
    return [pictures[i] for i in order]


def _halving(index: int) -> float:
    """Van der Corput's sequence turned round: 0, 1/2, 1/4, 3/4, ... for 0, 1, 2, 3, ..."""
    value, share = 0.0, 0.5
    while index:
        value, index, share = value + share * (index & 1), index >> 1, share / 2
    return value


def by_number(path: Path) -> tuple[object, ...]:
    """A key that sorts 2.jpg before 10.jpg."""
    parts = re.split(r"(\d+)", path.name.lower())
    return tuple(int(part) if part.isdigit() else part for part in parts)


def _celebahq(folder: Path) -> Listing:
    images = folder / _IMAGES if (folder / _IMAGES).is_dir() else folder
    files = sorted(
        (path for path in images.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()),
        key=by_number,
    )
    masks = folder / _MASKS
    gone = _missing_numbers(files) if images != folder and files else []
    pictures = [Picture(path.stem, path, "celebahq", True, _masks_of(path, masks)) for path in files]
    if masks.is_dir():
        without = [picture.path.name for picture in pictures if not picture.masks]
        gone += [LeftOut(name, "It has no masks; the pack's parser stands in.") for name in without]
    return Listing(pictures, gone)


def _missing_numbers(files: Sequence[Path]) -> list[LeftOut]:
    there = {int(path.stem) for path in files if path.stem.isdigit()}
    gone = sorted(set(range(CELEBAHQ_COUNT)) - there)
    if not gone:
        return []
    some = f"{gone[0]} to {gone[-1]}" if len(gone) > 1 else f"{gone[0]}"
    return [LeftOut(_IMAGES, f"{len(gone):,} of its {CELEBAHQ_COUNT:,} pictures are missing ({some}).")]


def _masks_of(path: Path, masks: Path) -> dict[str, Path]:
    if not path.stem.isdigit():
        return {}
    number = int(path.stem)
    start = f"{number:05d}_"
    return {file.stem[len(start) :]: file for file in (masks / str(number // 2000)).glob(f"{start}*.png")}


def _helen(folder: Path) -> Listing:
    found = photos_below(folder)
    files = {path.stem: path for path in found if "labels" not in path.relative_to(folder).parts[:-1]}
    pictures = [Picture(name, files[name], "helen") for name in sorted(files)]
    gone = []
    for listed in _HELEN_LISTS:
        if (folder / listed).is_file():
            text = (folder / listed).read_text("utf-8", "replace")
            names = [line.split(",")[-1].strip() for line in text.splitlines()]
            gone += [
                LeftOut(f"{name}.jpg", f"{listed} names it, but it is missing.")
                for name in names
                if name and name not in files
            ]
    return Listing(pictures, gone)


def _siblings(folder: Path) -> Listing:
    inner = next((p for p in sorted(folder.iterdir()) if p.is_dir() and p.name.lower() == "hqf"), folder)
    return Listing([Picture(p.stem, p, "siblingsdb") for p in sorted(photos_below(inner), key=by_number)], [])


def _folder(folder: Path) -> Listing:
    return Listing([Picture(p.stem, p, "folder") for p in sorted(photos_below(folder), key=str)], [])


def _named_apart(pictures: Sequence[Picture], folders: dict[Path, str]) -> list[Picture]:
    """Every picture under a name of its own: it is a part of file names."""
    taken: set[str] = set()
    found = []
    for picture in pictures:
        own, number = printable(picture.name), 1
        name = own
        if name.casefold() in taken:
            name = printable(f"{folders[picture.path]}-{picture.path.parent.name}-{own}")
        while name.casefold() in taken:
            number += 1
            name = f"{own}-{number}"
        taken.add(name.casefold())
        found.append(replace(picture, name=name))
    return found
