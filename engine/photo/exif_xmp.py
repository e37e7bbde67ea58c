"""The metadata that travels with a photo: EXIF and XMP, made those of the upright photo.

EXIF is patched in place, byte for byte, instead of being rewritten: makers' notes hold offsets that a
rewrite would break.
"""

from __future__ import annotations

import contextlib
import re
import struct
from typing import Any

from PIL import Image

from .previews import blank_folders, blank_pictures, holds_picture
from .xmp import XMP_NOTE, BrokenXmpError, Packet, Property

EXIF_PREFIX = b"Exif\x00\x00"

_ORIENTATION = 0x0112
_EXIF_FOLDER = 0x8769
_SUB_FOLDERS = 0x014A
_GPS_FOLDER = 0x8825
_INTEROP_FOLDER = 0xA005
_IMAGE_SIDES = 0x0100, 0x0101
"""ImageWidth and ImageLength, in the first folder."""
_PIXEL_SIDES = 0xA002, 0xA003
"""PixelXDimension and PixelYDimension, in the EXIF folder."""
_BYTE, _SHORT, _LONG = 1, 3, 4
_PICTURES = 0x501B, 0x935C
"""In the first folder: thumbnails as Windows' GDI+ writes them, packed or not, and Photoshop's layers."""
_TIFF_TAGS = (270, 271, 272, 305, 306, 315, 33432, _EXIF_FOLDER, _GPS_FOLDER)
"""The tags of a TIFF's first folder that describe the photo and not the layout of the file."""

_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_THUMBNAILS = ("http://ns.adobe.com/xap/1.0/", "Thumbnails")
_PROVENANCE = ("http://purl.org/dc/terms/", "provenance")
_MANIFEST = re.compile(r"jumbf|c2pa|^self#")
_MOTION = ("Motion", "MicroVideo")
_OF_OTHER_PARTS = frozenset(
    (
        XMP_NOTE,  # of extended XMP, which is read together with the rest
        "http://ns.adobe.com/hdr-gain-map/1.0/",
        "http://ns.apple.com/HDRGainMap/1.0/",
        "http://ns.apple.com/pixeldatainfo/1.0/",
        "http://ns.google.com/photos/1.0/container/",
        "http://ns.google.com/photos/1.0/container/item/",
        "http://ns.google.com/photos/dd/1.0/container/",
        "http://ns.google.com/photos/dd/1.0/device/",
        "http://ns.google.com/photos/1.0/image/",
        "http://ns.google.com/photos/1.0/depthmap/",
        "http://ns.google.com/photos/1.0/focus/",
        "http://ns.google.com/photos/1.0/audio/",
        "http://ns.xiaomi.com/photos/1.0/camera/",
    )
)
"""Namespaces of XMP that describe further pictures, videos, depth and sound in the same file."""


def upright_exif(exif: bytes, width: int, height: int) -> bytes | None:
    """EXIF of the upright photo: orientation 1, no embedded previews, its own sides in px.

    Previews show the photo as it was before; they are unlinked and overwritten. Sides that the block names
    (Exif 2.32: ImageWidth and ImageLength, PixelXDimension and PixelYDimension) become `width` and `height`:
    those of a turned photo are the other way round, and a photo that was scaled before may name its former
    ones. None when the block is broken.
    """
    data = bytearray(exif.removeprefix(EXIF_PREFIX))
    if bytes(data[:4]) not in (b"II*\x00", b"MM\x00*"):
        return None
    order = "<" if data[:2] == b"II" else ">"
    try:
        first = struct.unpack_from(order + "I", data, 4)[0]
        entries = _entries(data, first, order)
        if _ORIENTATION in entries:
            struct.pack_into(order + "HIHH", data, entries[_ORIENTATION] + 2, _SHORT, 1, 1, 0)
        count = struct.unpack_from(order + "H", data, first)[0]
        end = first + 2 + 12 * count
        _set_sides(data, entries, order, _IMAGE_SIDES, (width, height))
        further = struct.unpack_from(order + "I", data, end)[0] if end + 4 <= len(data) else 0
        if further:
            struct.pack_into(order + "I", data, end, 0)
    except struct.error:
        return None
    # What the first folder tells is worth keeping even where a second one is broken.
    with contextlib.suppress(struct.error):
        if _EXIF_FOLDER in entries:
            inner = _entries(data, struct.unpack_from(order + "I", data, entries[_EXIF_FOLDER] + 8)[0], order)
            _set_sides(data, inner, order, _PIXEL_SIDES, (width, height))
    with contextlib.suppress(struct.error):
        for tag in _PICTURES:
            if tag in entries:
                _blank_value(data, entries[tag], order)
    for folder in (further, *_taken_out(data, entries, order)):
        with contextlib.suppress(struct.error):
            blank_folders(data, folder, order, (first, end + 4))
    blank_pictures(data)
    return EXIF_PREFIX + bytes(data)


def tiff_exif(image: Image.Image) -> bytes | None:
    """The descriptive tags of an open TIFF as an EXIF block."""
    source, kept = image.getexif(), Image.Exif()
    for tag in _TIFF_TAGS:
        if tag in source:
            kept[tag] = tag_value(source, tag)
    return kept.tobytes() if len(kept) else None


def tag_value(exif: Image.Exif, tag: int) -> Any:
    """What a tag of the first folder says, to be written elsewhere. Folders are taken whole: where theirs
    lay in the old file is no place in the new one."""
    if tag not in (_EXIF_FOLDER, _GPS_FOLDER):
        return exif[tag]
    folder = dict(exif.get_ifd(tag))
    if folder.pop(_INTEROP_FOLDER, None) is not None and (inner := dict(exif.get_ifd(_INTEROP_FOLDER))):
        folder[_INTEROP_FOLDER] = inner
    return folder


def tiff_tags(exif: bytes) -> Image.Exif:
    """The descriptive tags of an EXIF block, for the first folder of a TIFF."""
    block = Image.Exif()
    block.load(exif)
    for tag in list(block):
        if tag not in _TIFF_TAGS:
            del block[tag]
    return block


def clean_xmp(xmp: bytes | str, width: int, height: int) -> bytes | None:
    """XMP of the upright photo that is saved: what it says of orientation and sides becomes upright and
    `width`, `height` px; previews, and what it claims of parts that are not saved, are taken out.

    The bytes as they were where there is nothing to change; None for what is no XMP at all.
    """
    raw = xmp.encode("utf-8", "surrogateescape") if isinstance(xmp, str) else bytes(xmp)
    try:
        packet = Packet(raw)
        packet.correct(
            {
                (_TIFF, "Orientation"): "1",
                (_TIFF, "ImageWidth"): str(width),
                (_TIFF, "ImageLength"): str(height),
                (_EXIF, "PixelXDimension"): str(width),
                (_EXIF, "PixelYDimension"): str(height),
            }
        )
        packet.remove(_is_gone)
        # What no property holds, as a comment, is not written.
        changed = packet.changed or holds_picture(raw.decode("latin-1"))
        return packet.to_bytes() if changed else raw
    except (BrokenXmpError, RecursionError):
        return None


def is_part_lost(xmp: bytes | str) -> bool:
    """Whether something in a packet is of no form that XMP has, and is taken out by `clean_xmp`."""
    try:
        return Packet(xmp).lost
    except (BrokenXmpError, RecursionError):
        return False


def _is_gone(found: Property) -> bool:
    """Whether a property is a preview, or speaks of a part of the file that is not kept."""
    space, name = found.name
    if space in _OF_OTHER_PARTS or found.name == _THUMBNAILS:
        return True
    if name.startswith(_MOTION) and "camera" in (space or ""):
        return True
    if found.name == _PROVENANCE and any(_MANIFEST.search(text) for text in found.texts):
        return True  # the address of content credentials
    return holds_picture("".join(found.texts)) or any(holds_picture(text) for text in found.texts)


def _entries(data: bytearray, start: int, order: str) -> dict[int, int]:
    """Where each tag's entry begins in the folder at `start`."""
    count = struct.unpack_from(order + "H", data, start)[0]
    places = (start + 2 + 12 * i for i in range(count))
    return {struct.unpack_from(order + "H", data, p)[0]: p for p in places}


def _taken_out(data: bytearray, entries: dict[int, int], order: str) -> list[int]:
    """The places of the folders beneath the first, which is left without them."""
    with contextlib.suppress(KeyError, struct.error):
        entry = entries[_SUB_FOLDERS]
        count = struct.unpack_from(order + "I", data, entry + 4)[0]
        code = f"{order}{min(count, 16)}I"
        place = entry + 8 if count < 2 else struct.unpack_from(order + "I", data, entry + 8)[0]
        found = list(struct.unpack_from(code, data, place))
        struct.pack_into(code, data, place, *[0] * len(found))
        return found
    return []


def _blank_value(data: bytearray, entry: int, order: str) -> None:
    """Overwrite the bytes that an entry stands for, and leave it without any."""
    count, place = struct.unpack_from(order + "II", data, entry + 4)
    if count > 4 and 8 <= place < len(data):
        end = min(place + count, len(data))
        data[place:end] = bytes(end - place)
    struct.pack_into(order + "HII", data, entry + 2, _BYTE, 1, 0)


def _set_sides(
    data: bytearray, entries: dict[int, int], order: str, tags: tuple[int, int], sides: tuple[int, int]
) -> None:
    """Overwrite the entries of two sides in px, as far as the folder has them, with numbers of 32 bits."""
    for tag, side in zip(tags, sides, strict=True):
        if tag in entries:
            struct.pack_into(order + "HII", data, entries[tag] + 2, _LONG, 1, side)
