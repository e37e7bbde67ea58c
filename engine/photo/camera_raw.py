"""Cameras' raw files, told by their structure: what a sensor measured, not yet a picture.

Pillow opens many of them as a TIFF and shows the small preview that lies in their first folder.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

_STARTS = (
    (0, b"FUJIFILMCCD-RAW"),  # RAF
    (0, b"FOVb"),  # Sigma X3F
    (0, b"\0MRM"),  # Minolta MRW
    (0, b"IIRO"),  # Olympus ORF
    (0, b"IIRS"),
    (0, b"MMOR"),
    (0, b"IIU\0"),  # Panasonic RW2, Leica RWL
    (6, b"HEAPCCDR"),  # Canon CRW
    (4, b"ftypcrx "),  # Canon CR3
    (0, b"ARRI"),
    (0, b"IIII"),  # Phase One, not laid out as a TIFF
    (0, b"MMMM"),
)
_CANON_2 = b"CR"
"""At byte 8 of a TIFF: Canon's CR2."""
_PHASE_ONE = (b"IIII", b"MMMM")

_COMPRESSION, _PHOTOMETRIC, _SUB_FOLDERS, _DNG, _MAKER, _KIND = 259, 262, 330, 50706, 271, 254
_MOSAICS = frozenset((32803, 34892))
"""Photometric interpretations of a colour filter array, and of linear raw (TIFF/EP; DNG 1.7)."""
_PACKINGS = frozenset((34713, 32767, 65535, 65000, 32770, 32867, 32769, 34892))
"""Compressions that only cameras write: Nikon's, Sony's, Pentax's, Kodak's, Samsung's."""
_SHORT, _LONG, _FOLDER, _LONG_8, _FOLDER_8 = 3, 4, 13, 16, 18
_SIZES = {_SHORT: "H", _LONG: "I", _FOLDER: "I", _LONG_8: "Q", _FOLDER_8: "Q"}
_MOST_FOLDERS = 40
_MOST_ENTRIES = 1 << 16


class _Layout(NamedTuple):
    """How a TIFF, or a BigTIFF (which a DNG may be since 1.7), writes numbers: byte order, codes of `struct`
    for the count of a folder's entries and for places, and where the first folder's place stands."""

    order: str
    amount: str
    place: str
    first: int


def is_camera_raw(file: IO[bytes]) -> bool:
    """Whether an open file holds a camera's raw picture; where the file stands afterwards is not said."""
    file.seek(0)
    start = file.read(32)
    if any(start[place : place + len(mark)] == mark for place, mark in _STARTS):
        return True
    order = "<" if start[:2] == b"II" else ">"
    if start[:4] in (b"II*\0", b"MM\0*"):
        if start[8:10] == _CANON_2 or start[8:12] in _PHASE_ONE:
            return True
        layout = _Layout(order, "H", "I", 4)
    elif start[:4] in (b"II+\0", b"MM\0+"):
        layout = _Layout(order, "Q", "Q", 8)
    else:
        return False
    read, cut = list[dict[int, tuple[int, ...]]](), False
    try:
        for folder in _folders(file, layout):
            if _DNG in folder or folder.get(_PHOTOMETRIC, (0,))[0] in _MOSAICS:
                return True
            read.append(folder)
    except (struct.error, OSError, OverflowError, ValueError):
        cut = True
    # A camera's file of which the end is missing still shows its preview, but not what lies beneath it.
    beneath = cut and any(_SUB_FOLDERS in folder for folder in read)
    packed = any(folder.get(_COMPRESSION, (1,))[0] in _PACKINGS for folder in read)
    return any(_MAKER in folder for folder in read) and (packed or beneath)


def _folders(file: IO[bytes], layout: _Layout) -> Iterator[dict[int, tuple[int, ...]]]:
    """The folders of a TIFF, each with those beneath it."""
    file.seek(layout.first)
    waiting, seen = [_number(file, layout.order + layout.place)], set[int]()
    while waiting and len(seen) < _MOST_FOLDERS:
        place = waiting.pop(0)
        if not place or place in seen:
            continue
        seen.add(place)
        folder, following = _folder(file, place, layout)
        yield folder
        waiting += [*folder.get(_SUB_FOLDERS, ()), following]


def _number(file: IO[bytes], code: str) -> int:
    return int(struct.unpack(code, file.read(struct.calcsize(code)))[0])


def _folder(file: IO[bytes], place: int, layout: _Layout) -> tuple[dict[int, tuple[int, ...]], int]:
    """The numbers of a folder's entries that tell what it is, and where the next folder is."""
    order, room = layout.order, struct.calcsize(layout.order + layout.place)
    entry = 4 + 2 * room
    file.seek(place)
    count = min(_number(file, order + layout.amount), _MOST_ENTRIES)
    rows, tail = file.read(entry * count), file.read(room)
    found: dict[int, tuple[int, ...]] = {}
    for start in range(0, entry * count, entry):
        tag, kind, amount = struct.unpack_from(order + "HH" + layout.place, rows, start)
        if tag in (_DNG, _MAKER):
            found[tag] = ()
        elif tag in (_COMPRESSION, _PHOTOMETRIC, _SUB_FOLDERS) and kind in _SIZES and amount:
            code = f"{order}{min(amount, 16)}{_SIZES[kind]}"
            size, value = struct.calcsize(code), start + 4 + room
            if size <= room:
                found[tag] = struct.unpack_from(code, rows, value)
            else:
                file.seek(struct.unpack_from(order + layout.place, rows, value)[0])
                found[tag] = struct.unpack(code, file.read(size))
    return found, struct.unpack(order + layout.place, tail)[0] if len(tail) == room else 0
