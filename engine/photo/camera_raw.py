"""Cameras' raw files, told by their structure: what a sensor measured, not yet a picture.

Pillow opens many of them as a TIFF and shows the small preview that lies in their first folder.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO

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
)
_CANON_2 = b"CR"
"""At byte 8 of a TIFF: Canon's CR2."""
_PHASE_ONE = (b"IIII", b"MMMM")

_COMPRESSION, _PHOTOMETRIC, _SUB_FOLDERS, _DNG, _MAKER, _KIND = 259, 262, 330, 50706, 271, 254
_MOSAICS = frozenset((32803, 34892))
"""Photometric interpretations of a colour filter array, and of linear raw (TIFF/EP; DNG 1.7)."""
_PACKINGS = frozenset((34713, 32767, 65535, 65000, 32770, 32867, 32769, 34892))
"""Compressions that only cameras write: Nikon's, Sony's, Pentax's, Kodak's, Samsung's."""
_SHORT, _LONG, _FOLDER = 3, 4, 13
_MOST_FOLDERS = 40


def is_camera_raw(file: IO[bytes]) -> bool:
    """Whether an open file holds a camera's raw picture; where the file stands afterwards is not said."""
    file.seek(0)
    start = file.read(32)
    if any(start[place : place + len(mark)] == mark for place, mark in _STARTS):
        return True
    if start[:4] not in (b"II*\0", b"MM\0*"):
        return False
    if start[8:10] == _CANON_2 or start[8:12] in _PHASE_ONE:
        return True
    order = "<" if start[:2] == b"II" else ">"
    try:
        return any(_is_raw(folder) for folder in _folders(file, order))
    except (struct.error, OSError, OverflowError):
        return False


def _is_raw(folder: dict[int, tuple[int, ...]]) -> bool:
    if _DNG in folder or folder.get(_PHOTOMETRIC, (0,))[0] in _MOSAICS:
        return True
    return _MAKER in folder and folder.get(_COMPRESSION, (1,))[0] in _PACKINGS


def _folders(file: IO[bytes], order: str) -> Iterator[dict[int, tuple[int, ...]]]:
    """The folders of a TIFF, each with those beneath it."""
    file.seek(4)
    waiting, seen = [struct.unpack(order + "I", file.read(4))[0]], set[int]()
    while waiting and len(seen) < _MOST_FOLDERS:
        place = waiting.pop(0)
        if not place or place in seen:
            continue
        seen.add(place)
        folder, following = _folder(file, place, order)
        yield folder
        waiting += [*folder.get(_SUB_FOLDERS, ()), following]


def _folder(file: IO[bytes], place: int, order: str) -> tuple[dict[int, tuple[int, ...]], int]:
    """The numbers of a folder's entries that tell what it is, and where the next folder is."""
    file.seek(place)
    count = struct.unpack(order + "H", file.read(2))[0]
    rows = file.read(12 * count)
    tail = file.read(4)
    found: dict[int, tuple[int, ...]] = {}
    for start in range(0, 12 * count, 12):
        tag, kind, amount = struct.unpack_from(order + "HHI", rows, start)
        if tag in (_DNG, _MAKER):
            found[tag] = ()
        elif (
            tag in (_COMPRESSION, _PHOTOMETRIC, _SUB_FOLDERS) and kind in (_SHORT, _LONG, _FOLDER) and amount
        ):
            code = f"{order}{min(amount, 16)}{'H' if kind == _SHORT else 'I'}"
            size = struct.calcsize(code)
            if size <= 4:
                found[tag] = struct.unpack_from(code, rows, start + 8)
            else:
                file.seek(struct.unpack_from(order + "I", rows, start + 8)[0])
                found[tag] = struct.unpack(code, file.read(size))
    return found, struct.unpack(order + "I", tail)[0] if len(tail) == 4 else 0
