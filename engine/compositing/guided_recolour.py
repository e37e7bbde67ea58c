"""A new colour for a large region, hair above all: through all of it, and kept to its outlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..imaging.filters import blurred, light_of, smoothstep, strongest
from ..types import FloatArray
from .params import LEAST_LIGHT


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `undrawn`: between which errors of its colour (sigma `missed_within`) a reconstruction no longer shows the
    photo's hair. `most`: the quantile of a large region's changes that is its colour, and `coloured` from
    which shares of it on it is there. `outlines`, `carried`, `far_share`: sigmas over which a change of
    colour follows outlines and is carried on, and how little the latter counts. Contrasts below `strands` are
    no outlines. `soft`: sigma of a region's own border, a parser's is jagged.
    """

    undrawn: tuple[float, float] = (24 / 255, 56 / 255)
    missed_within: float = 0.02
    most: float = 0.8
    coloured: tuple[float, float] = (0.25, 0.75)
    outlines: float = 0.03
    carried: float = 0.15
    far_share: float = 0.01
    strands: float = 0.1
    soft: float = 0.004


DEFAULT = Params()


def within(
    change: FloatArray,
    region: FloatArray,
    source: FloatArray,
    before: FloatArray,
    params: Params = DEFAULT,
) -> FloatArray:
    """A change of a large region's colour, (S, S, 3), that goes through all of it and keeps to it.

    The generator's hair ends softly and a little beside the photo's, and lacks what lies far from the face:
    a light rim on the wall, half a head of hair as it was. The change is taken from where it draws the
    photo's hair and colours it, and carried on over the rest, up to the photo's own outlines.
    """
    light = light_of(source)
    matte = np.clip(_along_outlines(region[..., None], light, np.ones_like(light), params), 0, 1)
    own = blurred(region, params.soft * len(region))[..., None]
    matte = own + _told_apart(region, light, params)[..., None] * (matte - own)
    weight = _coloured(change, region, source, before, params)
    return np.asarray(_along_outlines(change, light, weight, params) * matte)


def _coloured(
    change: FloatArray, region: FloatArray, source: FloatArray, before: FloatArray, params: Params
) -> FloatArray:
    """0..1: where in a large region the generator draws what the photo has there, and changes its colour."""
    size = source.shape[0]
    missed = blurred(strongest(source - before), params.missed_within * size)
    strength = blurred(strongest(change), params.missed_within * size)
    inside = strength[region > 0.5]
    most = float(np.quantile(inside, params.most)) if inside.size else 1.0
    known = 1 - smoothstep(missed, *params.undrawn)
    return np.asarray(
        region * known * smoothstep(strength / (most + LEAST_LIGHT), *params.coloured), np.float32
    )


def _told_apart(region: FloatArray, light: FloatArray, params: Params) -> FloatArray:
    """0..1: how far the luminance tells a region from what is beside it (squared correlation in each
    neighbourhood). Dark hair before a dark wall has no outline that could be followed."""
    sigma = params.outlines * light.shape[0]
    m, v, mm, vv, mv = (
        blurred(p, sigma) for p in (region, light, region * region, light * light, region * light)
    )
    spread = np.maximum(mm - m * m, 0) * np.maximum(vv - v * v, 0)
    return np.asarray(np.clip(np.square(mv - m * v) / (spread + 1e-8), 0, 1), np.float32)


def _along_outlines(values: FloatArray, light: FloatArray, weight: FloatArray, params: Params) -> FloatArray:
    """In each neighbourhood a line through the luminance (guided filter of He, Sun and Tang 2010), fitted
    where `weight` (S, S) is; where there is little of it nearby, by what lies farther."""
    sigma, far = params.outlines * light.shape[0], params.carried * light.shape[0]

    def mean(of: FloatArray) -> FloatArray:
        weighted = np.concatenate([weight[..., None] * of, weight[..., None]], axis=-1)
        everywhere = weighted.mean(axis=(0, 1), keepdims=True)
        total = blurred(weighted, sigma) + params.far_share * (
            blurred(weighted, far) + params.far_share * everywhere
        )
        return np.asarray(total[..., :-1] / (total[..., -1:] + 1e-9), np.float32)

    guide = light[..., None]
    means = mean(np.concatenate([guide, guide * guide, values, guide * values], axis=-1))
    count = values.shape[-1]
    middle, square, value, product = np.split(means, [1, 2, 2 + count], axis=-1)
    spread = np.maximum(square - middle * middle, 0) + params.strands**2
    slope = np.asarray((product - middle * value) / spread, np.float32)
    rest = np.asarray(value - slope * middle, np.float32)
    return np.asarray(blurred(slope, sigma) * guide + blurred(rest, sigma), np.float32)
