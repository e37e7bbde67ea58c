"""The metadata that travels with a photo: EXIF and XMP, made those of the upright photo.

EXIF is patched in place, byte for byte, instead of being rewritten: makers' notes hold offsets that a
rewrite would break.
"""

from __future__ import annotations

import contextlib
import re
import struct

from PIL import Image

EXIF_PREFIX = b"Exif\x00\x00"

_ORIENTATION = 0x0112
_EXIF_FOLDER = 0x8769
_GPS_FOLDER = 0x8825
_IMAGE_SIDES = 0x0100, 0x0101
"""ImageWidth and ImageLength, in the first folder."""
_PIXEL_SIDES = 0xA002, 0xA003
"""PixelXDimension and PixelYDimension, in the EXIF folder."""
_LONG = 4
_TIFF_TAGS = (270, 271, 272, 305, 306, 315, 33432, _EXIF_FOLDER, _GPS_FOLDER)
"""The tags of a TIFF's first folder that describe the photo and not the layout of the file."""


def upright_exif(exif: bytes, width: int, height: int) -> bytes | None:
    """EXIF of the upright photo: orientation 1, no embedded thumbnail, its own sides in px.

    The thumbnail shows the photo as it was before; it is unlinked. Sides that the block names (Exif 2.32:
    ImageWidth and ImageLength, PixelXDimension and PixelYDimension) become `width` and `height`: those of a
    turned photo are the other way round, and a photo that was scaled before may name its former ones. None
    when the block is broken.
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
        _set_sides(data, entries, order, _IMAGE_SIDES, (width, height))
    except struct.error:
        return None
    # What the first folder tells is worth keeping even where a second one is broken.
    with contextlib.suppress(struct.error):
        if _EXIF_FOLDER in entries:
            inner = _entries(data, struct.unpack_from(order + "I", data, entries[_EXIF_FOLDER] + 8)[0], order)
            _set_sides(data, inner, order, _PIXEL_SIDES, (width, height))
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


def upright_xmp(xmp: bytes | str, width: int, height: int) -> bytes:
    """XMP with what it says of orientation and sides, set to upright and `width`, `height` px."""
    raw = xmp.encode() if isinstance(xmp, str) else bytes(xmp)
    values = {b"tiff:Orientation": 1}
    values |= {b"tiff:ImageWidth": width, b"tiff:ImageLength": height}
    values |= {b"exif:PixelXDimension": width, b"exif:PixelYDimension": height}
    for name, value in values.items():
        new = rb"\g<1>%d\g<2>" % value
        raw = re.sub(rb'(%s\s*=\s*["\'])\d+(["\'])' % name, new, raw)
        raw = re.sub(rb"(<%s>)\s*\d+\s*(</%s>)" % (name, name), new, raw)
    return raw


def _entries(data: bytearray, start: int, order: str) -> dict[int, int]:
    """Where each tag's entry begins in the folder at `start`."""
    count = struct.unpack_from(order + "H", data, start)[0]
    places = (start + 2 + 12 * i for i in range(count))
    return {struct.unpack_from(order + "H", data, p)[0]: p for p in places}


def _set_sides(
    data: bytearray, entries: dict[int, int], order: str, tags: tuple[int, int], sides: tuple[int, int]
) -> None:
    """Overwrite the entries of two sides in px, as far as the folder has them, with numbers of 32 bits."""
    for tag, side in zip(tags, sides, strict=True):
        if tag in entries:
            struct.pack_into(order + "HII", data, entries[tag] + 2, _LONG, 1, side)
