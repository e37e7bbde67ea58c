"""A new colour for a large region, hair above all: through all of it, and kept to its outlines."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, light_of, quantile, resized, smoothstep, strongest
from .scale import BROAD, FINE, LEAST_LIGHT, OTHER, REACH

_MOST, _COLOURED = 0.8, (0.25, 0.75)
"""The quantile of a large region's changes that is its new colour, and between which shares of it that is
there."""
_CARRIED, _FAR_SHARE = 0.15, 0.01
"""The sigma, in shares of the side, over which a change of colour is carried on to where none is known,
and how little that counts beside what is known nearby."""
_STRANDS = 0.1
"""Contrasts of the luminance below this are strands, and no outlines."""
_SIDE = 64
"""Side in px at which the lines are fitted: means of wide neighbourhoods are smooth."""


@dataclass(frozen=True, eq=False)
class Matte:
    """A large region, (1, 1, S, S) in 0..1 each: `outline`, up to the photo's own outlines; `known`, where
    the generator draws in it what the photo has there; `inside`, its pixels (bool)."""

    outline: Tensor
    known: Tensor
    inside: Tensor


def matte(region: Tensor, source: Tensor, before: Tensor) -> Matte:
    """The matte of a region (1, 1, S, S) of the photo `source`, of which the generator drew `before`."""
    light, size = light_of(source), region.shape[-1]
    fitted = _along_outlines(region, light, torch.ones_like(light)).clamp(0, 1)
    own = blurred(region, FINE * size)
    outline = own + _told_apart(region, light) * (fitted - own)
    missed = blurred(strongest(source - before), REACH * size)
    return Matte(outline, region * (1 - smoothstep(missed, *OTHER)), region > 0.5)


def within(change: Tensor, source: Tensor, found: Matte) -> Tensor:
    """A change of a large region's colour, (1, 3, S, S), that goes through all of it and keeps to it.

    The generator's hair ends softly and a little beside the photo's, and lacks what lies far from the face:
    a light rim on the wall, half a head of hair as it was. The change is taken from where it draws the
    photo's hair and colours it, and carried on over the rest, up to the photo's own outlines.
    """
    weight = _coloured(change.detach(), found)
    return _along_outlines(change, light_of(source), weight) * found.outline


def repainted(novelty: Tensor, found: Matte) -> Tensor:
    """(1, 1, S, S), 0..1: where a large region shows the generator's pixels: what it draws is new, 0..1 in
    `novelty`, and before the edit it had drawn the photo's.

    Black hair holds no light that a colour could be laid on: made blond by adding to it, it is a flat haze.
    """
    return novelty * found.outline.clamp(0, 1) * found.known


def _coloured(change: Tensor, found: Matte) -> Tensor:
    """0..1: where in a large region the generator draws what the photo has there, and changes its colour."""
    strength = blurred(strongest(change), REACH * change.shape[-1])
    inside = strength[found.inside]
    most = quantile(inside, _MOST) if len(inside) else 1.0
    return found.known * smoothstep(strength / (most + LEAST_LIGHT), *_COLOURED)


def _told_apart(region: Tensor, light: Tensor) -> Tensor:
    """0..1: how far the luminance tells a region from what is beside it (squared correlation in each
    neighbourhood). Dark hair before a dark wall has no outline that could be followed."""
    products = torch.cat([region, light, region * region, light * light, region * light], 1)
    m, v, mm, vv, mv = torch.split(blurred(products, BROAD * light.shape[-1]), 1, 1)
    spread = (mm - m * m).clamp(min=0) * (vv - v * v).clamp(min=0)
    return ((mv - m * v).square() / (spread + 1e-8)).clamp(0, 1)


def _along_outlines(values: Tensor, light: Tensor, weight: Tensor) -> Tensor:
    """In each neighbourhood a line through the luminance (guided filter of He, Sun and Tang 2010), fitted
    where `weight` (1, 1, S, S) is; where there is little of it nearby, by what lies farther."""
    size, count = light.shape[-1], values.shape[1]
    # Means of wide neighbourhoods are smooth: all but the last line is done on a smaller picture.
    side = min(_SIDE, size)
    sigma, far = BROAD * side, _CARRIED * side
    guide = resized(torch.cat([weight, weight * light, weight * light * light], 1), side)
    guided = resized(torch.cat([weight * values, weight * light * values], 1), side)
    weighted = torch.cat([guide, guided], 1)
    farther = blurred(weighted, far) + _FAR_SHARE * weighted.mean((2, 3), keepdim=True)
    total = blurred(weighted, sigma) + _FAR_SHARE * farther
    means = total[:, 1:] / (total[:, :1] + 1e-9)
    middle, square, value, product = torch.split(means, [1, 1, count, count], 1)
    spread = (square - middle * middle).clamp(min=0) + _STRANDS**2
    slope = (product - middle * value) / spread
    rest = value - slope * middle
    slope, rest = torch.split(resized(blurred(torch.cat([slope, rest], 1), sigma), size), count, 1)
    return slope * light + rest
