"""The table of photo file formats: what each is called, how it is told, what it holds and what it loses.

Everything that asks about a format asks here: opening, saving, the command line and the window's dialogs. A
further format that Pillow reads or writes is one more row (and a test).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_QUALITY = 95
"""Of 1..100, where a format has such a choice and nothing else is wished."""

DEFLATE_LEVEL = 4
"""Three times as fast on a large photo as zlib's default, for a few percent of size."""

_ALL_8 = ("L", "LA", "RGB", "RGBA")
_ALL_16 = ("I;16", "RGB;16", "RGBA;16")


def _no_options(_quality: int) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class PhotoFormat:
    """One file format.

    `name` is Pillow's, `title` is for people, `suffixes` have their dot and are lower case, the usual one
    first; `short` names it on the command line and in sentences, "" for the usual suffix. `purpose` says in a
    few words what the format is good for, to a person who chooses one.

    How it is told: by content, never by the suffix. `openers` are Pillow's readers for it, which know their
    files by the first bytes; `brands` are those of an ISO base media file (ISO 14496-12, after "ftyp") of
    which Pillow may have no reader.

    What it holds: `modes` are those of `Photo` that can be saved in it, none where it can only be opened;
    what is in another mode is converted. `lossless`: what is saved is read again value by value. `icc`,
    `exif`, `xmp`, `iptc`, `texts` (a PNG's), `dpi` and `comment` say for which metadata it has a place,
    `code_points` whether it says colours by those of H.273. `longest_exif` and `longest_iptc` are how many
    bytes of them it holds, `longest_side` how many px, None where any number. `several` says what more than
    one picture in a file is: "animated", "pages", or "" where it does not matter.

    How it is written: `quality` is the default of 1..100, None where there is no such choice; `options`
    makes Pillow's further options from the quality; `needs` is the part of Pillow (`PIL.features`) without
    which it cannot be written, "" for none; "heif" is a library with an encoder for HEIC (`heif`).
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    openers: tuple[str, ...]
    short: str = ""
    purpose: str = ""
    brands: tuple[bytes, ...] = ()
    modes: tuple[str, ...] = ()
    lossless: bool = False
    icc: bool = False
    exif: bool = False
    xmp: bool = False
    iptc: bool = False
    texts: bool = False
    dpi: bool = False
    comment: bool = False
    code_points: bool = False
    longest_side: int | None = None
    longest_exif: int | None = None
    longest_iptc: int | None = None
    several: str = ""
    quality: int | None = None
    options: Callable[[int], Mapping[str, Any]] = _no_options
    needs: str = ""


PHOTO_FORMATS = (
    PhotoFormat(
        name="PNG",
        title="PNG",
        suffixes=(".png",),
        openers=("PNG",),
        purpose="keeps every pixel",
        modes=(*_ALL_8, *_ALL_16),
        lossless=True,
        icc=True,
        exif=True,
        xmp=True,
        iptc=True,
        texts=True,
        dpi=True,
        code_points=True,
        several="animated",
        options=lambda _: {"compress_level": DEFLATE_LEVEL},
        needs="zlib",
    ),
    PhotoFormat(
        name="JPEG",
        title="JPEG",
        suffixes=(".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".mpo"),
        openers=("JPEG", "MPO"),  # an MPO's further pictures are previews and depths of the first
        purpose="small, for sharing",
        modes=("L", "RGB", "CMYK"),
        icc=True,
        exif=True,
        xmp=True,
        iptc=True,
        dpi=True,
        comment=True,
        longest_side=65500,  # libjpeg's; the standard's is 65,535
        longest_exif=65533,
        longest_iptc=65500,
        quality=DEFAULT_QUALITY,
        options=lambda quality: {"quality": quality, "subsampling": 0, "optimize": True},
        needs="jpg",
    ),
    PhotoFormat(
        name="WEBP",
        title="WebP",
        suffixes=(".webp",),
        openers=("WEBP",),
        purpose="smaller, without loss at 100",
        modes=("RGB", "RGBA"),
        icc=True,
        exif=True,
        xmp=True,
        longest_side=16383,
        several="animated",
        quality=DEFAULT_QUALITY,
        options=lambda quality: {"quality": quality, "lossless": quality == 100, "exact": True},
        needs="webp",
    ),
    PhotoFormat(
        name="TIFF",
        title="TIFF",
        suffixes=(".tif", ".tiff"),
        short="tiff",
        openers=("TIFF",),
        purpose="keeps every pixel, 16 bit and CMYK too",
        modes=(*_ALL_8, "CMYK", *_ALL_16),
        lossless=True,
        icc=True,
        exif=True,
        xmp=True,
        iptc=True,
        dpi=True,
        several="pages",
    ),
    PhotoFormat(
        name="BMP",
        title="BMP",
        suffixes=(".bmp",),
        openers=("BMP", "DIB"),
        purpose="large, for old programs",
        modes=("L", "RGB"),
        lossless=True,
        dpi=True,
    ),
    PhotoFormat(
        name="AVIF",
        title="AVIF",
        suffixes=(".avif",),
        openers=("AVIF",),
        purpose="smallest, for new programs",
        modes=("RGB", "RGBA"),
        icc=True,
        exif=True,
        xmp=True,
        longest_side=32768,  # what libavif reads again
        several="animated",
        quality=DEFAULT_QUALITY,
        options=lambda quality: {"quality": quality, "subsampling": "4:4:4"},
        needs="avif",
    ),
    PhotoFormat(
        name="HEIF",
        title="HEIC",
        suffixes=(".heic", ".heif", ".hif"),
        openers=("HEIF",),
        brands=(b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"),
        purpose="small, for telephones",
        modes=("RGB", "RGBA"),
        icc=True,
        exif=True,
        xmp=True,
        longest_side=16384,
        several="pages",
        quality=DEFAULT_QUALITY,
        options=lambda quality: {"quality": quality, "chroma": 444},
        needs="heif",
    ),
    PhotoFormat(name="GIF", title="GIF", suffixes=(".gif",), openers=("GIF",), several="animated"),
    PhotoFormat(
        name="JPEG2000",
        title="JPEG 2000",
        suffixes=(".jp2", ".j2k", ".jpx"),
        openers=("JPEG2000",),
    ),
    PhotoFormat(name="PPM", title="PNM", suffixes=(".ppm", ".pgm", ".pbm", ".pnm"), openers=("PPM",)),
)
"""All formats that can be opened, those that can be saved first."""

OPENERS = tuple(opener for row in PHOTO_FORMATS for opener in row.openers)
BY_OPENER = {opener: row for row in PHOTO_FORMATS for opener in row.openers}
SAVED_BY_SUFFIX = {suffix: row for row in PHOTO_FORMATS if row.modes for suffix in row.suffixes}
SAVED = {row.short or row.suffixes[0][1:]: row for row in PHOTO_FORMATS if row.modes}
"""The formats that can be saved, by their names on the command line."""
