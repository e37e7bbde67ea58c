"""How far an edit may show beyond the region it is of; shares of the aligned square.

What is composed and what the classifier is shown while an edit is optimised must agree in these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from ..types import FloatArray

LUMA = (0.299, 0.587, 0.114)
"""Shares of the channels in the luminance of sRGB values."""
LARGE_REGION = 0.08
"""Edited regions of a larger share of the square, hair, keep the photo's texture."""
REACH = 0.02
"""How far beyond a smaller region, in shares of the side, its new content goes."""

FACE_CENTRE, FACE_AXES, FACE_EDGE = (0.5, 0.58), (0.27, 0.34), (1.0, 1.5)
"""The aligned face as an ellipse, x and y, and between which multiples of it it ends."""
MISSED = (8 / 255, 20 / 255)
"""Between which errors of its structure, outside the face, a reconstruction no longer shows the photo."""
MISSED_WITHIN, MISSED_BELOW = 0.02, 0.03
"""Sigmas for that: of the neighbourhood an error counts for, and above which a difference is a tint."""

KNOWN = 0.835
"""How much of the photo's structure, in and around a region, a generator that knows it shows at least."""
STRUCTURE = (0.004, 0.04)
"""Sigmas between which differences are structure: finer ones are grain, coarser ones are light."""

AROUND, EVENED = 0.04, 0.015
"""Sigmas of the neighbourhood that recoloured pixels may be as light as, and of what counts in it."""

LEAST_LIGHT = 0.004
"""Changes of the luminance below this are none."""


def is_large(region: FloatArray | Tensor) -> bool:
    """Whether a region (..., S, S) in 0..1 covers more than `LARGE_REGION` of the square."""
    return float((region > 0.5).sum()) / math.prod(region.shape) > LARGE_REGION


def is_known(photo: FloatArray | Tensor, render: FloatArray | Tensor, weight: FloatArray | Tensor) -> bool:
    """Whether a render draws at least `KNOWN` of a photo's structure, and not much more than it has.

    `photo` and `render` are luminances between the sigmas of `STRUCTURE`, `weight` says where they count.
    """
    pairs = ((photo, render), (photo, photo), (render, render))
    together, alone, other = (float((weight * a * b).sum()) for a, b in pairs)
    floor = float(weight.sum()) / 255**2
    return together + floor > KNOWN * (max(alone, other) + floor)
