"""Recovers entries of a truncated zip, whose central directory at the end is missing.

The local headers before each entry say enough to read the complete ones.
"""

from __future__ import annotations

import struct
import zlib

_HEADER = struct.Struct("<4sHHHHHIIIHH")  # APPNOTE.TXT 4.3.7, local file header
_SIGNATURE = b"PK\x03\x04"
_LARGEST = 2**30  # bytes of one entry
_MOST_FAILURES = 200  # a file made of nothing but signatures would take for ever


def rescue(data: bytes) -> dict[str, bytes]:
    """The complete entries whose checksum is right, by name."""
    entries: dict[str, bytes] = {}
    place = failures = 0
    while failures < _MOST_FAILURES and (place := data.find(_SIGNATURE, place)) >= 0:
        if place + _HEADER.size > len(data):
            break
        fields = _HEADER.unpack_from(data, place)
        method, checksum, packed, size, name_length, extra = fields[3], *fields[6:11]
        start = place + _HEADER.size + name_length + extra
        content = _unpacked(data[start : start + packed], method, size)
        if content is not None and zlib.crc32(content) == checksum:
            name = data[place + _HEADER.size : place + _HEADER.size + name_length]
            entries[name.decode("utf-8", "replace")] = content
            place = start + packed
        else:
            place += len(_SIGNATURE)
            failures += 1
    return entries


def _unpacked(packed: bytes, method: int, size: int) -> bytes | None:
    if size > _LARGEST:
        return None
    if method == 0:
        return packed if len(packed) == size else None
    try:
        content = zlib.decompressobj(-15).decompress(packed, size + 1)
    except zlib.error:
        return None
    return content if len(content) == size else None
