"""Small pictures of photo files, for lists: quick where the format allows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from ..types import ByteArray, Photo
from .colour import to_srgb
from .deep_reading import own_limits
from .reading import open_photo

_FINER = 2
"""A JPEG is decoded at the smallest of its sizes that is so many times the thumbnail's."""


def thumbnail(path: Path | str, side: int) -> ByteArray:
    """A photo's picture (h, w, 3) uint8 sRGB, upright, its longer side `side` px or the photo's own if that
    is shorter. A JPEG is decoded at reduced size. Raises `PhotoError` for a file that cannot be read."""
    path = Path(path)
    image = _reduced_jpeg(path, side)
    if image is None:
        photo = open_photo(path)
        image = Image.fromarray(to_srgb(photo.pixels, photo))
    image.thumbnail((side, side), reducing_gap=2.0)
    return np.asarray(image)


def _reduced_jpeg(path: Path, side: int) -> Image.Image | None:
    """An RGB JPEG at reduced size, upright and in sRGB; None for everything else."""
    try:
        with own_limits(), Image.open(path, formats=["JPEG"]) as image:
            image.draft("RGB", (_FINER * side, _FINER * side))
            if image.mode != "RGB":
                return None
            icc = image.info.get("icc_profile")
            upright = ImageOps.exif_transpose(image)
            pixels = np.asarray(upright)
            return Image.fromarray(to_srgb(pixels, Photo(pixels, "RGB", icc_profile=icc)))
    except MemoryError:
        raise
    except Exception:  # whatever is wrong with it, reading it as a whole says so
        return None
