"""How far an edit may show beyond the region it is of; shares of the aligned square.

What is composed and what the classifier is shown while an edit is optimised must agree in these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

    from ..types import FloatArray

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

RESTYLED = (0.04, 0.12)
"""Between which changes of a photo's hair an edit of the whole face would have it shorter, longer or gone."""
RESTYLED_WITHIN = 0.01
"""Sigma of the neighbourhood that such a change counts for."""

KNOWN, DRAWN = 0.93, 0.8
"""How alike the photo's structure and the render's, in and around a region that the generator knows, are at
least (correlation), and how much of it the render has: soft it may be, that can be mended."""
STRUCTURE = (0.008, 0.04)
"""Sigmas between which differences are structure: finer ones are grain, coarser ones are light."""

AROUND, EVENED = 0.04, 0.015
"""Sigmas of the neighbourhood that recoloured pixels may be as light as, and of what counts in it."""

UNDRAWN = (24 / 255, 56 / 255)
"""Between which errors of its colour a reconstruction no longer shows the photo's hair."""
MOST_COLOURED, COLOURED = 0.8, (0.25, 0.75)
"""The quantile of a large region's changes that is its colour, and from which shares of it on it is there."""
OUTLINES, CARRIED, FAR_SHARE = 0.03, 0.15, 0.01
"""Sigmas over which a change of colour follows outlines and is carried on, and how little the latter counts.
"""

BRIGHTEST, KNEE = 0.99, 0.8
"""Quantile of the face's luminance that is its lightest place, and from which share of the lightest paint on
luminances are bent down to it."""
COLDEST = 0.9
"""Quantile of the face's green and blue in relation to its red that paint may have."""
_WHITER, _TEETH = 0.2, 0.82

_SOFTEST = 3.5
_RECOGNISED = 0.755

CREASED, LIGHT_WITHIN = 0.02, 0.025
"""How far from a small region changes are creases only, and the sigma above which they would be light."""
OUTLINED, OUTLINE_WITHIN, OUTLINE_REACH = (15 / 255, 30 / 255), 0.02, 0.012
"""Between which spreads of the luminance around a pixel, within that sigma, it lies on an outline, and how
wide the search for one is."""
DARKEST = 0.15
"""By which share of its light a change may darken the skin beside a region that is not painted."""
LEAST_LIGHT = 0.004
"""Changes of the luminance below this are none."""


def is_fine_enough(enlarged: float) -> bool:
    """Whether what a pack draws may take the place of a photo's pixels, each of its own spread over
    `enlarged` of them: a mouth softer than that is worse than the photo's own mouth, moved."""
    return enlarged <= _SOFTEST


def is_recognised(sureness: float) -> bool:
    """Whether the parser takes a mouth of a render for one, `sureness` as in `EditResult.recognised`: what it
    is less sure of looks like no mouth to a person either."""
    return sureness >= _RECOGNISED


def inner_face(size: int) -> npt.NDArray[np.bool_]:
    """Where an aligned face is skin, eyes and mouth, whoever it is: (S, S) of True and False."""
    y, x = (np.indices((size, size)) + 0.5) / size
    return np.asarray(np.hypot((x - 0.5) / 0.25, (y - 0.62) / 0.3) < 1)


def lightest_paint(brightest: float) -> float:
    """The limit of painted luminances, between the face's lightest place and white: teeth are lighter than
    skin, but in a dim picture not as white as paper, and lighter than teeth are only where skin is, too."""
    return min(brightest + _WHITER * (1 - brightest), max(_TEETH, brightest))


def is_large(region: FloatArray | Tensor) -> bool:
    """Whether a region (..., S, S) in 0..1 covers more than `LARGE_REGION` of the square."""
    return float((region > 0.5).sum()) / math.prod(region.shape) > LARGE_REGION


def is_known(photo: FloatArray | Tensor, render: FloatArray | Tensor, weight: FloatArray | Tensor) -> bool:
    """Whether a render has a photo's structure: lines where it has lines, and no others.

    `photo` and `render` are luminances between the sigmas of `STRUCTURE`, `weight` says where they count.
    """
    pairs = ((photo, render), (photo, photo), (render, render))
    together, alone, other = (float((weight * a * b).sum()) for a, b in pairs)
    floor = float(weight.sum()) / 255**2
    alike = together + floor > KNOWN * (math.sqrt(alone * other) + floor)
    return alike and together + floor > DRAWN * (max(alone, other) + floor)
