"""The metadata that travels with a photo: EXIF and XMP with the orientation reset.

EXIF is patched in place, byte for byte, instead of being rewritten: makers' notes hold offsets that a
rewrite would break.
"""

from __future__ import annotations

import re
import struct

from PIL import Image

EXIF_PREFIX = b"Exif\x00\x00"

_ORIENTATION = 0x0112
_EXIF_FOLDER = 0x8769
_GPS_FOLDER = 0x8825
_PIXEL_WIDTH, _PIXEL_HEIGHT = 0xA002, 0xA003
_TIFF_TAGS = (270, 271, 272, 305, 306, 315, 33432, _EXIF_FOLDER, _GPS_FOLDER)
"""The tags of a TIFF's first folder that describe the photo and not the layout of the file."""


def upright_exif(exif: bytes, turned: bool) -> bytes | None:
    """EXIF of the upright photo: orientation 1, no embedded thumbnail, sides swapped when `turned`.

    The thumbnail shows the photo as it was before; it is unlinked. None when the block is broken.
    """
    data = bytearray(exif.removeprefix(EXIF_PREFIX))
    if bytes(data[:4]) not in (b"II*\x00", b"MM\x00*"):
        return None
    order = "<" if data[:2] == b"II" else ">"
    try:
        first = struct.unpack_from(order + "I", data, 4)[0]
        entries = _entries(data, first, order)
        if _ORIENTATION in entries:
            struct.pack_into(order + "H", data, entries[_ORIENTATION] + 8, 1)
        count = struct.unpack_from(order + "H", data, first)[0]
        end = first + 2 + 12 * count
        if end + 4 <= len(data):
            struct.pack_into(order + "I", data, end, 0)
        if turned and _EXIF_FOLDER in entries:
            inner = _entries(data, struct.unpack_from(order + "I", data, entries[_EXIF_FOLDER] + 8)[0], order)
            _swap_sides(data, inner)
    except struct.error:
        return None
    return EXIF_PREFIX + bytes(data)


def tiff_exif(image: Image.Image) -> bytes | None:
    """The descriptive tags of an open TIFF as an EXIF block."""
    source, kept = image.getexif(), Image.Exif()
    for tag in _TIFF_TAGS:
        if tag in source:
            folder = tag in (_EXIF_FOLDER, _GPS_FOLDER)
            kept[tag] = dict(source.get_ifd(tag)) if folder else source[tag]
    return kept.tobytes() if len(kept) else None


def tiff_tags(exif: bytes) -> Image.Exif:
    """The descriptive tags of an EXIF block, for the first folder of a TIFF."""
    block = Image.Exif()
    block.load(exif)
    for tag in list(block):
        if tag not in _TIFF_TAGS:
            del block[tag]
    return block


def upright_xmp(xmp: bytes | str) -> bytes:
    """XMP with its copy of the orientation, if it has one, set to upright."""
    raw = xmp.encode() if isinstance(xmp, str) else bytes(xmp)
    raw = re.sub(rb'(tiff:Orientation\s*=\s*["\'])\d(["\'])', rb"\g<1>1\g<2>", raw)
    return re.sub(rb"(<tiff:Orientation>)\d(</tiff:Orientation>)", rb"\g<1>1\g<2>", raw)


def _entries(data: bytearray, start: int, order: str) -> dict[int, int]:
    """Where each tag's entry begins in the folder at `start`."""
    count = struct.unpack_from(order + "H", data, start)[0]
    places = (start + 2 + 12 * i for i in range(count))
    return {struct.unpack_from(order + "H", data, p)[0]: p for p in places}


def _swap_sides(data: bytearray, entries: dict[int, int]) -> None:
    """Exchange the stored width and height; type and value both lie in the entry's last ten bytes."""
    if _PIXEL_WIDTH in entries and _PIXEL_HEIGHT in entries:
        a, b = entries[_PIXEL_WIDTH] + 2, entries[_PIXEL_HEIGHT] + 2
        data[a : a + 10], data[b : b + 10] = data[b : b + 10], data[a : a + 10]
