"""Render a recipe into a picture: its own pixels moved, content added or put in their place, in its grain."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..imaging.warp import sampled
from ..types import FloatArray
from .grain import ROUNDED, as_grainy, energy, lent, resharpened, wanted_of_moved
from .recipe import Recipe
from .tone import picture_in_tone

_LENDS = 10.0
"""How far from what is painted skin lends its grain, in multiples of the recipe's sigma."""
_STILL = 0.02
"""Movements in px below which a pixel stays as it is."""


def render(
    own: FloatArray, maps: Recipe, origin: tuple[int, int] = (0, 0), step: float = 1 / 255
) -> FloatArray:
    """Apply a recipe that is laid over a picture: (h, w, 3), not clamped.

    `own` is (H, W, 3). The maps may cover a part of it only, whose first row and column in `own` are
    `origin`; what moves in from beside that part is then there. The picture will be rounded to multiples of
    `step`, which is grain as well: on smooth skin a fifth of all that there is.
    """
    composed = _composed(own, maps, origin, step)
    top, left = origin
    height, width = maps.mask.shape
    return picture_in_tone(maps.tone, own[top : top + height, left : left + width], composed)


def _composed(own: FloatArray, maps: Recipe, origin: tuple[int, int], step: float) -> FloatArray:
    top, left = origin
    height, width = maps.mask.shape
    picture = photo = own[top : top + height, left : left + width]
    rounding = ROUNDED * step**2
    grain = None if maps.skin is None else energy(photo)
    if maps.flow is not None:
        flow = maps.flow * maps.mask[..., None]
        moving = np.hypot(flow[..., 0], flow[..., 1]) > _STILL
        rows, columns = np.nonzero(moving)
        if len(rows):
            x = columns + flow[moving][:, 0] + (left + 0.5)
            y = rows + flow[moving][:, 1] + (top + 0.5)
            picture = picture.copy()
            picture[moving] = sampled(own, x, y)
            if maps.skin is not None:  # else it is a picture of a slider that moves: soon gone
                wanted = wanted_of_moved(own, x, y, moving, grain, maps.skin)
                picture = resharpened(picture, moving, wanted - rounding)
    mask, content = maps.mask[..., None], maps.content
    if maps.grain is not None and maps.grain.any():
        soft = ndimage.gaussian_filter(picture, (maps.sigma, maps.sigma, 0), truncate=3)
        content = content + maps.grain[..., None] * (picture - soft)
    content = _with_lent_grain(photo, maps, content)
    composed = np.asarray((1 - mask * maps.gone[..., None]) * picture + mask * content, np.float32)
    if maps.skin is None or grain is None:
        return composed
    # What is not changed is not rounded again either.
    changed = np.abs(composed - photo).max(axis=-1) > step / 2
    return as_grainy(composed, grain - rounding, maps.mask * maps.skin * changed)


def _with_lent_grain(photo: FloatArray, maps: Recipe, content: FloatArray) -> FloatArray:
    """The content with the grain of the skin beside it where it is painted and no skin."""
    if maps.skin is None:
        return content
    painted = np.asarray(maps.gone * (1 - maps.skin), np.float32)
    if not (painted > 0.5).any():
        return content
    shown = maps.mask * maps.gone
    near = ndimage.distance_transform_edt(shown < 0.5) < _LENDS * maps.sigma
    return content + lent(photo, painted, content, (maps.skin > 0.9) & (shown < 0.05) & near)
