"""PNG files as Pillow reads them: without the chunks beside the picture that would keep it from reading all.

Pillow refuses a whole PNG for a text that is damaged (by its checksum), for one that unpacks to more than its
limit, and for texts that are longer together than another; libpng, and with it most programs, passes over
them. Such chunks are left out of what Pillow gets, and packed ones behind the picture come before it, as its
limit there is another.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import IO

LONGEST_TEXT = 1 << 24
"""Bytes of an unpacked text or profile: profiles of printers take some MB, and Pillow's own limit is one."""

_ALL_TEXTS = 3 << 24
"""Bytes of all texts; Pillow's limit is 64 of its longest one."""
_HEAD = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_NAME = 1024
"""Bytes in which a text's name ends; it may have 79 (PNG specification, 11.3.3)."""
_LARGEST_CHECKED = 1 << 26


def readable(file: IO[bytes]) -> IO[bytes] | None:
    """A copy of an open PNG that Pillow reads, or None where it reads the file as it is. Where the file
    stands afterwards is not said."""
    file.seek(0)
    if file.read(8) != _HEAD:
        return None
    parts, room, behind, changed = list[tuple[int, int]](), _ALL_TEXTS, False, False
    first = None
    for name, start, length in chunks(file):
        if name == b"IDAT":
            first, behind = len(parts) if first is None else first, True
        place = len(parts)
        if name in _TEXTS:
            size = _unpacked_size(file, name, start, length)
            if size is None or size > min(LONGEST_TEXT, room):
                changed = True
                continue
            room -= size
            if behind and size > length and first is not None:
                place, changed = first, True
        if name[0] & 0x20 and not _is_whole(file, name, start, length):
            changed = True
            continue
        parts.insert(place, (start - 8, length + 12))
    return _copy(file, parts) if changed else None


def texts(file: IO[bytes]) -> Iterator[bytes]:
    """The names of an open PNG's texts, as they come."""
    for name, start, length in chunks(file):
        if name in _TEXTS:
            file.seek(start)
            yield file.read(min(length, _NAME)).partition(b"\0")[0]


def chunks(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of an open PNG: name, where the data begin, and how long they are."""
    place = 8
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head)
        yield name, place + 8, length
        place += 12 + length


def _unpacked_size(file: IO[bytes], name: bytes, start: int, length: int) -> int | None:
    """Bytes of a text, more than `LONGEST_TEXT` where it is longer than that; None for one that is broken."""
    if name == b"tEXt" or length > LONGEST_TEXT:
        return length
    file.seek(start)
    data = file.read(length).partition(b"\0")[2]
    if name == b"iTXt":
        packed, data = data[:1], data[2:].partition(b"\0")[2].partition(b"\0")[2]
        if packed != b"\1":
            return len(data)
    else:
        data = data[1:]
    try:
        return len(zlib.decompressobj().decompress(data, LONGEST_TEXT + 1))
    except zlib.error:
        return None


def _is_whole(file: IO[bytes], name: bytes, start: int, length: int) -> bool:
    """Whether a chunk's checksum is right."""
    if length > _LARGEST_CHECKED:
        return True
    file.seek(start)
    data, found = file.read(length), file.read(4)
    return len(found) < 4 or zlib.crc32(data, zlib.crc32(name)) == int.from_bytes(found, "big")


def _copy(file: IO[bytes], parts: list[tuple[int, int]]) -> IO[bytes]:
    copied = io.BytesIO(_HEAD)
    copied.seek(len(_HEAD))
    for start, length in parts:
        file.seek(start)
        copied.write(file.read(length))
    copied.seek(0)
    return copied
