"""The grain of a photo, its finest detail: what moved, edited and painted pixels have of it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..imaging.filters import LIGHT
from ..imaging.warp import sampled
from ..types import FloatArray

Where = npt.NDArray[np.bool_]

ROUNDED = 20 / 12 * float(np.square(LIGHT).sum())
"""Variance of the Laplacian of the luminance of values that were rounded to a step of 1: each rounding has
1/12, and the Laplacian's weights squared are 20."""


_MOST_GAIN, _LEAST_GAIN = 1.6, 0.6
"""By how much the finest band is raised and lowered at most,"""
_SHARPENINGS = 4
"""in each of so many rounds."""
_ROUNDS, _RAISED = 3, 1.06
"""How often edited skin's grain is compared with the photo's, and by how much it is raised at most each
time."""
_NEAR = 2.0
"""Sigma in px of the neighbourhood whose grain is compared: in a wider one lines lend theirs to the skin."""
_FINEST, _LENT = 1.0, 1.5
"""Sigmas in px below which detail is the finest band, and below which lent detail is grain."""
_PATCHES = (24, 16, 10)
"""Sides in px of the patch of skin whose grain is lent: the largest that there is."""
_LINES = 3.0
"""How many standard deviations of its grain it may have: more are pores, hairs and lines."""
_TYPICAL = 1.4826
"""Standard deviations of a normal distribution in its median absolute deviation."""


def resharpened(picture: FloatArray, moving: Where, wanted: FloatArray) -> FloatArray:
    """The moved pixels of a picture (H, W, 3) with the fine grain that sampling between pixels took from
    them: the energy of the Laplacian that is `wanted` of each."""
    part = _around(moving)
    sharp = picture[part]
    for _ in range(_SHARPENINGS):
        sharp = _nearer(sharp, moving[part], wanted, _MOST_GAIN)
    whole = picture.copy()
    whole[part] = sharp
    return whole


def as_grainy(picture: FloatArray, wanted: FloatArray, skin: FloatArray) -> FloatArray:
    """The composed picture with the photo's grain, the energy that is `wanted` of each pixel, on edited skin
    (`skin`, 0..1): what moves, is drawn and is painted there would add up. A little is also raised, lines
    that went away are not made up for by it."""
    where = skin > 0
    if not where.any():
        return picture
    part = _around(where)
    alike, there, near = picture[part], wanted[where], where[part]
    for _ in range(_ROUNDS):
        alike = _nearer(alike, near, there, _RAISED)
    whole = picture.copy()
    whole[part] += skin[part][..., None] * (alike - picture[part])
    return np.asarray(whole, np.float32)


def wanted_of_moved(
    own: FloatArray,
    x: FloatArray,
    y: FloatArray,
    moving: Where,
    grain: FloatArray | None,
    skin: FloatArray | None,
) -> FloatArray:
    """The energy of the Laplacian that moved pixels shall have: what they had where they came from, `x` and
    `y`. On `skin` (h, w), 0..1, it is what the photo has where they arrive, `grain` (h, w): a crease that
    opens shows skin like the skin around it, not stretched or crowded pores."""
    there = np.maximum(sampled(energy(own)[..., None], x, y)[:, 0], 0)
    if grain is None or skin is None:
        return there
    around, here = grain[moving], skin[moving]
    return np.asarray((there + 1e-8) ** (1 - here) * (around + 1e-8) ** here, np.float32)


def energy(picture: FloatArray) -> FloatArray:
    """Local energy of the Laplacian of the luminance, (H, W)."""
    light = picture @ LIGHT
    return np.asarray(
        ndimage.gaussian_filter(np.square(ndimage.laplace(light)), _NEAR, truncate=2), np.float32
    )


def lent(photo: FloatArray, painted: FloatArray, content: FloatArray, skin: Where) -> FloatArray:
    """Grain for what is painted, (H, W, 3): lips and teeth of a render have none of the photo's noise.

    `painted` (H, W) is 0..1, somewhere above one half. The grain is as that of a patch of the photo's `skin`
    beside it, white noise folded with it (spot noise: van Wijk 1991; Galerne, Gousseau and Morel 2011), and
    as much of it as `content`, the painted picture, lacks. Nothing where there is no skin beside it.
    """
    there = painted > 0.5
    patch = _patch(_fine(photo), skin)
    if patch is None:
        return np.zeros_like(content)
    rows, columns = (slice(int(i.min()), int(i.max()) + 1) for i in np.nonzero(painted))
    wanted, has = _typical(patch), _typical(_fine(content)[there])
    lacks = np.sqrt(max(1 - (has / max(wanted, 1e-6)) ** 2, 0)) / len(patch)
    part = painted[rows, columns]
    # As wide as the patch at least; that the noise goes on from border to border does not show.
    height, width = (max(side, len(patch)) for side in part.shape)
    white = np.fft.rfft2(np.random.default_rng(0).standard_normal((height, width)))
    spectrum = white[..., None] * np.fft.rfft2(patch, (height, width), axes=(0, 1))
    spots = np.fft.irfft2(spectrum, (height, width), axes=(0, 1))[: part.shape[0], : part.shape[1]]
    grain = np.zeros_like(content)
    grain[rows, columns] = lacks * part[..., None] * spots
    return grain


def _fine(picture: FloatArray) -> FloatArray:
    soft = ndimage.gaussian_filter(picture, (_LENT, _LENT, 0), truncate=3)
    return np.asarray(picture - soft, np.float32)


def _patch(fine: FloatArray, skin: Where) -> FloatArray | None:
    """A square of the grain of skin without lines: of all that there are one with less energy than
    two thirds of them."""
    for side in _PATCHES:
        whole = ndimage.minimum_filter(skin, side, mode="constant", cval=0)
        rows, columns = np.nonzero(whole)
        if len(rows):
            light = np.square(fine @ LIGHT)
            strength = ndimage.uniform_filter(light, side)[rows, columns]
            best = int(np.argsort(strength)[len(strength) // 3])
            top, left = rows[best] - side // 2, columns[best] - side // 2
            patch = fine[top : top + side, left : left + side]
            limit = _LINES * _typical(patch)
            return np.asarray(np.clip(patch - patch.mean((0, 1)), -limit, limit), np.float32)
    return None


def _typical(fine: FloatArray) -> float:
    """Standard deviation of the luminance as its median tells it, which lines do not raise."""
    return _TYPICAL * float(np.median(np.abs(fine @ LIGHT)))


def _around(where: Where) -> tuple[slice, slice]:
    """Rows and columns beyond which nothing is seen from `where`, which is somewhere: an edit is a small part
    of a photo, and outside it no pixel changes from round to round."""
    margin = 2 + math.ceil(max(2 * _NEAR, 3 * _FINEST))  # a Laplacian, and what blurs cut off
    found = []
    for axis in (1, 0):
        there = np.flatnonzero(where.any(axis=axis))
        found.append(slice(max(int(there[0]) - margin, 0), int(there[-1]) + 1 + margin))
    return found[0], found[1]


def _nearer(picture: FloatArray, where: Where, wanted: FloatArray, most: float) -> FloatArray:
    """The finest band raised, or lowered, until the Laplacian has locally the energy that is wanted, by at
    most `most` and not below `least_gain`."""
    gain = np.sqrt(np.maximum(wanted, 0) / (energy(picture)[where] + 1e-8))
    gain = np.clip(gain, _LEAST_GAIN, most).astype(np.float32)
    fine = picture - ndimage.gaussian_filter(picture, (_FINEST, _FINEST, 0), truncate=3)
    changed = picture.copy()
    changed[where] += (gain - 1)[:, None] * fine[where]
    return changed
