"""Colour of 16 bits a sample through Pillow, which hands over one byte of each value at a time.

The file is decoded a second time with the other order of bytes, which gives the lower ones: PNG, and TIFF
with interleaved samples in any compression that libtiff knows. For that, private fields of Pillow's are set
(`_mode`, `tile`).

tifffile was tried in its place for TIFF, on 73 files (byte orders, compressions, predictors, strips, tiles,
planes, BigTIFF, extra samples). It reads two kinds that Pillow refuses, big-endian BigTIFF and 16-bit grey
with alpha; but without imagecodecs (79 MB) it reads no LZW and no JPEG, and as a writer it leaves the EXIF
and GPS folders out. So it is not used, and PNG would need the second decoding all the same.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

from ..types import AnyImage, ByteArray
from .png_chunks import LONGEST_TEXT, readable

_STRIP_PIXELS = 4_000_000

_DECODED = {"RGB": "RGB", "RGBX": "RGB", "RGBA": "RGBA", "RGBa": "RGBA"}
"""The samples of a file, in Pillow's words, and what they become: X is left out, and a is an alpha that the
colours are multiplied with (TIFF 6.0, ExtraSamples 0 and 1)."""

_pillow_limit = threading.Lock()


@contextlib.contextmanager
def own_limits() -> Iterator[None]:
    """Pillow's limit of pixels lies below large panoramas; ours is checked right after the header is read."""
    with _pillow_limit:
        before = Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK
        Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK = None, LONGEST_TEXT
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK = before


def as_pillow_reads(file: IO[bytes]) -> IO[bytes]:
    """An open picture from its beginning, without what would keep Pillow from reading it."""
    found = readable(file) or file
    found.seek(0)
    return found


def as_array(image: Image.Image) -> AnyImage:
    """The picture's pixels, copied strip by strip: in one piece Pillow needs room for two more copies."""
    rows = max(_STRIP_PIXELS // image.width, 1)
    first = np.asarray(image.crop((0, 0, image.width, min(rows, image.height))))
    pixels = np.empty((image.height, *first.shape[1:]), first.dtype)
    pixels[: len(first)] = first
    for top in range(rows, image.height, rows):
        bottom = min(top + rows, image.height)
        pixels[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return pixels


def raw_mode(image: Image.Image) -> str:
    """How the file stores its samples, in Pillow's words; empty when its parts differ."""
    tiles = getattr(image, "tile", [])
    modes = {str(t.args[0] if isinstance(t.args, tuple) else t.args) for t in tiles}
    return modes.pop() if len(modes) == 1 and image.format in ("PNG", "TIFF") else ""


def deep_pixels(image: Image.Image, raw: str, path: Path) -> tuple[AnyImage, str] | None:
    """All 16 bits of a colour PNG or TIFF, None for other files.

    `image` is loaded and holds the upper bytes; `raw` is what `raw_mode` said before.
    """
    if raw == "LA;16B":
        parts = _decode_as(path, "RGBA", "RGBA").astype(np.uint16)
        grey, alpha = parts[..., 0] << 8 | parts[..., 1], parts[..., 2] << 8 | parts[..., 3]
        return np.stack([grey, grey, grey, alpha], axis=-1), "RGBA;16"
    samples, _, order = raw.partition(";16")
    mode = _DECODED.get(samples)
    if mode is None or order not in ("B", "L", "N"):
        return None
    little = order == "L" or (order == "N" and sys.byteorder == "little")
    # Pillow divides by alpha at 8 bits; here that is done afterwards, at 16.
    plain = samples.replace("a", "A")
    upper = as_array(image) if plain == samples else _decode_as(path, mode, f"{plain};16{order}")
    deep = upper.astype(np.uint16)
    deep <<= 8
    # Asked for the other byte order, Pillow hands over the other byte of every value.
    deep |= _decode_as(path, mode, f"{plain};16{'B' if little else 'L'}")
    if plain != samples:
        _divide_by_alpha(deep)
    key = image.info.get("transparency")
    if mode == "RGB" and isinstance(key, tuple):
        solid = np.any(deep != np.array(key, np.uint16), axis=-1)
        return np.dstack([deep, solid.astype(np.uint16) * 65535]).astype(np.uint16), "RGBA;16"
    return deep, f"{mode};16"


def _divide_by_alpha(pixels: npt.NDArray[np.uint16]) -> None:
    """Make (H, W, 4) uint16 with colours that are multiplied with alpha such that are not, in place."""
    rows = max(_STRIP_PIXELS // pixels.shape[1], 1)
    for top in range(0, len(pixels), rows):
        strip = pixels[top : top + rows].astype(np.uint32)
        colour, alpha = strip[..., :3], strip[..., 3:]
        whole = np.minimum((colour * 65535 + alpha // 2) // np.maximum(alpha, 1), 65535)
        pixels[top : top + rows, :, :3] = np.where(alpha > 0, whole, colour)


def _decode_as(path: Path, mode: str, raw: str) -> ByteArray:
    """The file decoded once more with another reading of its bytes."""
    with path.open("rb") as file:
        with own_limits():
            image = Image.open(as_pillow_reads(file), formats=["PNG", "TIFF"])
        image._mode = mode
        tiles = [
            t._replace(args=(raw, *t.args[1:]) if isinstance(t.args, tuple) else raw) for t in image.tile
        ]
        image.tile = tiles
        image.load()
        pixels: ByteArray = as_array(image).astype(np.uint8, copy=False)
        return pixels
