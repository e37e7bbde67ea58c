"""Decompose an edit into a warp, a colour residual and inpainted content.

Everything is decided from three pictures of the aligned square: the input, the generator's picture of it
before the edit (the reconstruction) and after. Lengths are shares of the square's side, differences are
in the image's range 0..1, so that the same numbers hold at every resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..imaging.filters import blurred, dilated, smoothstep, strongest
from ..imaging.warp import resized
from ..types import FloatArray
from .params import REACH
from .strategy import Strategy


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `improved_within`: sigma of the neighbourhood in which an edit makes good what the reconstruction missed,
    by `least_missed` (squared) at least. `coarse`: the sigma below which a change is fine texture;
    `texture_within`: that of the neighbourhood whose texture is measured; `strong`: between which strengths
    it is more than any two renders differ by. `border`: sigma of a region's border, and `inside`: between
    which values of it a pixel belongs to the region.
    """

    improved_within: float = 0.03
    least_missed: float = 1e-4
    coarse: float = 0.008
    texture_within: float = 0.01
    strong: tuple[float, float] = (6 / 255, 16 / 255)
    border: float = 0.004
    inside: tuple[float, float] = (0.05, 0.4)


DEFAULT = Params()


@dataclass(frozen=True, eq=False)
class Parts:
    """The edit's parts, (S, S) or (S, S, C) float32, S the generator's resolution.

    `flow` is x and y in shares of the side: the edit at u shows what lay at u + flow. `change` is added
    to the moved photo. `new` (0..1) says where the photo gives way to `picture`, the edit itself in the
    photo's tint; `grain` (0..1) how far the photo's finest detail stays over it, since new skin beside a new
    mouth has the same pores. `changed` (0..1) is where anything can be seen of the edit.
    """

    flow: FloatArray
    change: FloatArray
    new: FloatArray
    picture: FloatArray
    changed: FloatArray
    grain: FloatArray
    strategy: Strategy


def share_of_improvement(
    source: FloatArray, before: FloatArray, after: FloatArray, params: Params = DEFAULT
) -> FloatArray:
    """0..1: how much of what the reconstruction missed the edit's render has made good.

    The optimisation goes on fitting the photo while it edits. That part of the difference is no edit.
    """
    error, change = before - source, after - before
    sigma = params.improved_within * before.shape[0]
    along = blurred(-(change * error).sum(axis=-1), sigma)
    missed = blurred((error * error).sum(axis=-1), sigma)
    return np.asarray(np.clip(along / (missed + params.least_missed), 0, 1), np.float32)


def without_improvement(
    source: FloatArray, before: FloatArray, after: FloatArray, share: FloatArray
) -> FloatArray:
    """The edit's render (S, S, 3) as far off the photo as the reconstruction is."""
    return np.asarray(after + share[..., None] * (before - source), np.float32)


def residual(
    rest: FloatArray, new: FloatArray, region: FloatArray | None, strategy: Strategy, params: Params = DEFAULT
) -> FloatArray:
    """What a movement leaves unexplained, (S, S, 3), without the generator's own fine texture.

    That differs between any two renders. It is shown where it is `new` (S, S), or stronger than that; beside
    a small `region` (S, S) creases are all there is, and they are soft.
    """
    size = rest.shape[0]
    soft = blurred(rest, params.coarse * size)
    fine = rest - soft
    structure = np.sqrt(np.maximum(blurred(strongest(fine) ** 2, params.texture_within * size), 0))
    strong = smoothstep(structure, *params.strong)
    if region is not None and strategy.of_small_region:
        strong = strong * np.clip(dilated(region, REACH), 0, 1)
    return np.asarray(soft + np.maximum(new, strong)[..., None] * fine, np.float32)


def beside(region: FloatArray | None, size: int, params: Params = DEFAULT) -> FloatArray:
    """(size, size), 0..1: what does not belong to the edited region, neither as it was nor as it is."""
    if region is None:
        return np.zeros((size, size), np.float32)
    return 1 - smoothstep(blurred(resized(region, size), params.border * size), *params.inside)
