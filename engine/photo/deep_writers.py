"""PNG and TIFF files that Pillow cannot write: 16-bit colour, and TIFF with a whole EXIF folder.

PNG as in the W3C recommendation (third edition, sections 5 to 10), TIFF as in revision 6.0 with the
deflate compression of its supplement 2. tifffile does not write the EXIF and GPS folders, so the strips are
made here and the folder is Pillow's `ImageFileDirectory_v2`.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from ..types import AnyImage
from .exif_xmp import tag_value
from .formats import DEFLATE_LEVEL

CMYK_TIFF = {262: 5}
"""The photometric interpretation of a TIFF that holds inks."""

_LONG = 4
_BAND = 64
"""Rows that are filtered and compressed at a time."""

_PNG_COLOUR_TYPE = {3: 2, 4: 6}


def write_deep_png(file: IO[bytes], pixels: AnyImage, extra: Iterable[tuple[bytes, bytes]]) -> None:
    """Write (H, W, 3 or 4) uint16 as a PNG. `extra` are further chunks, names and data, in order."""
    height, width, channels = pixels.shape
    file.write(b"\x89PNG\r\n\x1a\n")
    header = struct.pack(">IIBBBBB", width, height, 16, _PNG_COLOUR_TYPE[channels], 0, 0, 0)
    _chunk(file, b"IHDR", header)
    for name, data in extra:
        _chunk(file, name, data)
    packer = zlib.compressobj(DEFLATE_LEVEL)
    above = np.zeros(width * channels * 2, np.uint8)
    for start in range(0, height, _BAND):
        rows = pixels[start : start + _BAND].astype(">u2").reshape(-1, width * channels)
        band = np.ascontiguousarray(rows).view(np.uint8)
        _chunk(file, b"IDAT", packer.compress(_filtered(band, above, channels * 2)))
        above = band[-1]
    _chunk(file, b"IDAT", packer.flush())
    _chunk(file, b"IEND", b"")


def _filtered(band: npt.NDArray[np.uint8], above: npt.NDArray[np.uint8], step: int) -> bytes:
    """Each row with the filter (Sub, Up or Paeth) that leaves the smallest differences."""
    up = np.concatenate([above[None], band[:-1]])
    left = np.zeros_like(band)
    left[:, step:] = band[:, :-step]
    corner = np.zeros_like(band)
    corner[:, step:] = up[:, :-step]
    tries = {1: band - left, 2: band - up, 4: band - _paeth(left, up, corner)}
    sizes = np.stack([np.abs(t.view(np.int8).astype(np.int16)).sum(axis=1) for t in tries.values()])
    best = np.array(list(tries), np.uint8)[sizes.argmin(axis=0)]
    lines = np.empty((len(band), band.shape[1] + 1), np.uint8)
    lines[:, 0] = best
    for kind, rows in tries.items():
        lines[best == kind, 1:] = rows[best == kind]
    return lines.tobytes()


def _paeth(
    left: npt.NDArray[np.uint8], up: npt.NDArray[np.uint8], corner: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    a, b, c = left.astype(np.int16), up.astype(np.int16), corner.astype(np.int16)
    to_a, to_b, to_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    first = (to_a <= to_b) & (to_a <= to_c)
    return np.where(first, left, np.where(to_b <= to_c, up, corner))


def _chunk(file: IO[bytes], name: bytes, data: bytes) -> None:
    if name == b"IDAT" and not data:
        return
    file.write(struct.pack(">I", len(data)) + name + data)
    file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(name))))


def write_tiff(file: IO[bytes], pixels: AnyImage, tags: Mapping[int, Any]) -> None:
    """Write (H, W) or (H, W, C) uint8 or uint16 as a TIFF, deflated with the horizontal predictor.

    One channel is grey, two are grey with alpha, three RGB, four RGB with alpha; for CMYK put
    `CMYK_TIFF` into `tags`, which are further entries of the first folder (profile, EXIF, resolution).
    """
    height, width = pixels.shape[:2]
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    depth = pixels.dtype.newbyteorder("<")
    strips = []
    for start in range(0, height, _BAND):
        rows = pixels[start : start + _BAND].astype(depth)
        change = rows.copy()
        np.subtract(rows[:, 1:], rows[:, :-1], out=change[:, 1:])
        strips.append(zlib.compress(change.tobytes(), DEFLATE_LEVEL))
    sizes = [len(s) for s in strips]
    offsets = list(itertools.accumulate(sizes, initial=0))[:-1]
    folder = TiffImagePlugin.ImageFileDirectory_v2(prefix=b"II")
    layout: dict[int, Any] = {256: width, 257: height, 258: (depth.itemsize * 8,) * channels, 259: 8}
    layout |= {262: 1 if channels < 3 else 2, 277: channels, 278: _BAND, 284: 1, 317: 2}
    if channels in (2, 4):
        layout[338] = 2
    layout |= {273: tuple(offsets), 279: tuple(sizes)} | dict(tags)
    if layout[262] == CMYK_TIFF[262]:
        del layout[338]
    for tag, value in layout.items():
        folder[tag] = value
    folder.tagtype[273] = folder.tagtype[279] = _LONG
    # Saving the folder moves the strips' offsets behind it.
    folder.save(file)
    for strip in strips:
        file.write(strip)


def tiff_folder(exif: Image.Exif, icc: bytes | None, dpi: tuple[float, float] | None) -> dict[int, Any]:
    """The descriptive entries of a TIFF's first folder."""
    tags: dict[int, Any] = {tag: tag_value(exif, tag) for tag in exif}
    if icc:
        tags[34675] = icc
    if dpi:
        tags |= {282: dpi[0], 283: dpi[1], 296: 2}
    return tags
