"""A new colour for a large region, hair above all: through all of it, and kept to its outlines."""

from __future__ import annotations

import numpy as np

from ..imaging.filters import blurred, light_of, smoothstep, strongest
from ..types import FloatArray
from .params import CARRIED, COLOURED, FAR_SHARE, LEAST_LIGHT, MISSED_WITHIN, MOST_COLOURED, OUTLINES, UNDRAWN

_STRANDS = 0.1
"""Contrasts below this are no outlines."""
_SOFT = 0.004
"""Sigma of a region's own border: a parser's is jagged."""


def within(change: FloatArray, region: FloatArray, source: FloatArray, before: FloatArray) -> FloatArray:
    """A change of a large region's colour, (S, S, 3), that goes through all of it and keeps to it.

    The generator's hair ends softly and a little beside the photo's, and lacks what lies far from the face:
    a light rim on the wall, half a head of hair as it was. The change is taken from where it draws the
    photo's hair and colours it, and carried on over the rest, up to the photo's own outlines.
    """
    light = light_of(source)
    matte = np.clip(_along_outlines(region[..., None], light, np.ones_like(light)), 0, 1)
    own = blurred(region, _SOFT * len(region))[..., None]
    matte = own + _told_apart(region, light)[..., None] * (matte - own)
    return np.asarray(_along_outlines(change, light, _coloured(change, region, source, before)) * matte)


def _coloured(change: FloatArray, region: FloatArray, source: FloatArray, before: FloatArray) -> FloatArray:
    """0..1: where in a large region the generator draws what the photo has there, and changes its colour."""
    size = source.shape[0]
    missed = blurred(strongest(source - before), MISSED_WITHIN * size)
    strength = blurred(strongest(change), MISSED_WITHIN * size)
    inside = strength[region > 0.5]
    most = float(np.quantile(inside, MOST_COLOURED)) if inside.size else 1.0
    known = 1 - smoothstep(missed, *UNDRAWN)
    return np.asarray(region * known * smoothstep(strength / (most + LEAST_LIGHT), *COLOURED), np.float32)


def _told_apart(region: FloatArray, light: FloatArray) -> FloatArray:
    """0..1: how far the luminance tells a region from what is beside it (squared correlation in each
    neighbourhood). Dark hair before a dark wall has no outline that could be followed."""
    sigma = OUTLINES * light.shape[0]
    m, v, mm, vv, mv = (
        blurred(p, sigma) for p in (region, light, region * region, light * light, region * light)
    )
    spread = np.maximum(mm - m * m, 0) * np.maximum(vv - v * v, 0)
    return np.asarray(np.clip(np.square(mv - m * v) / (spread + 1e-8), 0, 1), np.float32)


def _along_outlines(values: FloatArray, light: FloatArray, weight: FloatArray) -> FloatArray:
    """In each neighbourhood a line through the luminance (guided filter of He, Sun and Tang 2010), fitted
    where `weight` (S, S) is; where there is little of it nearby, by what lies farther."""
    sigma, far = OUTLINES * light.shape[0], CARRIED * light.shape[0]

    def mean(of: FloatArray) -> FloatArray:
        weighted = np.concatenate([weight[..., None] * of, weight[..., None]], axis=-1)
        everywhere = weighted.mean(axis=(0, 1), keepdims=True)
        total = blurred(weighted, sigma) + FAR_SHARE * (blurred(weighted, far) + FAR_SHARE * everywhere)
        return np.asarray(total[..., :-1] / (total[..., -1:] + 1e-9), np.float32)

    guide = light[..., None]
    means = mean(np.concatenate([guide, guide * guide, values, guide * values], axis=-1))
    count = values.shape[-1]
    middle, square, value, product = np.split(means, [1, 2, 2 + count], axis=-1)
    spread = np.maximum(square - middle * middle, 0) + _STRANDS**2
    slope = np.asarray((product - middle * value) / spread, np.float32)
    rest = np.asarray(value - slope * middle, np.float32)
    return np.asarray(blurred(slope, sigma) * guide + blurred(rest, sigma), np.float32)
