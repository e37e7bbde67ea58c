"""The copies of a photo in which faces are looked for: small ones, and turned ones."""

from __future__ import annotations

import numpy as np
from PIL import Image

from ..photo.colour import to_srgb
from ..types import ByteArray, Photo, Points

_STRIP_PIXELS = 4_000_000
_GREY = (128, 128, 128)


def small_copy(photo: Photo, longest: int) -> ByteArray:
    """The photo in sRGB, (H, W, 3) uint8, shrunk by averaging to a longer side of at most `longest` px."""
    block = max(max(photo.width, photo.height) // longest, 1)
    rows = max(_STRIP_PIXELS // photo.width // block, 1) * block
    strips = []
    for start in range(0, photo.height, rows):
        strip = Image.fromarray(to_srgb(photo.pixels[start : start + rows], photo))
        strips.append(np.asarray(strip.reduce(block) if block > 1 else strip))
    image = Image.fromarray(np.concatenate(strips))
    shrink = longest / max(image.size)
    if shrink < 1:
        size = max(round(image.width * shrink), 1), max(round(image.height * shrink), 1)
        image = image.resize(size, Image.Resampling.BOX)
    return np.asarray(image)


def turned_copy(picture: ByteArray, degrees: float) -> tuple[ByteArray, Points]:
    """A picture turned anticlockwise, whole, on grey; and the affine map (2, 3) from px there to px here.

    By right angles every pixel stays what it is.
    """
    if not degrees:
        return picture, np.eye(2, 3)
    turned = np.asarray(
        Image.fromarray(picture).rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=_GREY)
    )
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    back = np.array([[cos, -sin], [sin, cos]])
    here, there = (np.array(image.shape[1::-1]) / 2 for image in (picture, turned))
    return turned, np.column_stack([back, here - back @ there])
