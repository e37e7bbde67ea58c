"""Render a recipe into a picture: its own pixels moved, content added or put in their place, in its grain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..imaging.warp import sampled
from ..types import FloatArray
from .grain import DEFAULT as GRAIN
from .grain import ROUNDED, as_grainy, energy, lent, resharpened, wanted_of_moved
from .grain import Params as GrainParams
from .recipe import Recipe
from .tone import picture_in_tone


@dataclass(frozen=True)
class Params:
    """`lends`: how far from what is painted skin lends its grain, in multiples of the recipe's sigma.
    `still`: movements in px below which a pixel stays as it is."""

    lends: float = 0.06 / 0.008
    still: float = 0.02
    grain: GrainParams = GRAIN


DEFAULT = Params()


def render(
    own: FloatArray,
    maps: Recipe,
    origin: tuple[int, int] = (0, 0),
    step: float = 1 / 255,
    params: Params = DEFAULT,
) -> FloatArray:
    """Apply a recipe that is laid over a picture: (h, w, 3), not clamped.

    `own` is (H, W, 3). The maps may cover a part of it only, whose first row and column in `own` are
    `origin`; what moves in from beside that part is then there. The picture will be rounded to multiples of
    `step`, which is grain as well: on smooth skin a fifth of all that there is.
    """
    composed = _composed(own, maps, origin, step, params)
    top, left = origin
    height, width = maps.mask.shape
    return picture_in_tone(maps.tone, own[top : top + height, left : left + width], composed)


def _composed(
    own: FloatArray, maps: Recipe, origin: tuple[int, int], step: float, params: Params
) -> FloatArray:
    top, left = origin
    height, width = maps.mask.shape
    picture = photo = own[top : top + height, left : left + width]
    rounding = ROUNDED * step**2
    grain = None if maps.skin is None else energy(photo, params.grain)
    if maps.flow is not None:
        flow = maps.flow * maps.mask[..., None]
        moving = np.hypot(flow[..., 0], flow[..., 1]) > params.still
        rows, columns = np.nonzero(moving)
        if len(rows):
            x = columns + flow[moving][:, 0] + (left + 0.5)
            y = rows + flow[moving][:, 1] + (top + 0.5)
            picture = picture.copy()
            picture[moving] = sampled(own, x, y)
            if maps.skin is not None:  # else it is a picture of a slider that moves: soon gone
                wanted = wanted_of_moved(own, x, y, moving, grain, maps.skin, params.grain)
                picture = resharpened(picture, moving, wanted - rounding, params.grain)
    mask, content = maps.mask[..., None], maps.content
    if maps.grain is not None and maps.grain.any():
        soft = ndimage.gaussian_filter(picture, (maps.sigma, maps.sigma, 0), truncate=3)
        content = content + maps.grain[..., None] * (picture - soft)
    content = _with_lent_grain(photo, maps, content, params)
    composed = np.asarray((1 - mask * maps.gone[..., None]) * picture + mask * content, np.float32)
    if maps.skin is None or grain is None:
        return composed
    # What is not changed is not rounded again either.
    changed = np.abs(composed - photo).max(axis=-1) > step / 2
    return as_grainy(composed, grain - rounding, maps.mask * maps.skin * changed, params.grain)


def _with_lent_grain(photo: FloatArray, maps: Recipe, content: FloatArray, params: Params) -> FloatArray:
    """The content with the grain of the skin beside it where it is painted and no skin."""
    if maps.skin is None:
        return content
    painted = np.asarray(maps.gone * (1 - maps.skin), np.float32)
    if not (painted > 0.5).any():
        return content
    shown = maps.mask * maps.gone
    near = ndimage.distance_transform_edt(shown < 0.5) < params.lends * maps.sigma
    return content + lent(photo, painted, content, (maps.skin > 0.9) & (shown < 0.05) & near, params.grain)
