"""A new colour for a large region, hair above all: through all of it, and kept to its outlines."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, light_of, quantile, resized, smoothstep, strongest
from .params import LEAST_LIGHT


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `undrawn`: between which errors of its colour (sigma `missed_within`) a reconstruction no longer shows the
    photo's hair. `most`: the quantile of a large region's changes that is its colour, and `coloured` from
    which shares of it on it is there. `outlines`, `carried`, `far_share`: sigmas over which a change of
    colour follows outlines and is carried on, and how little the latter counts. Contrasts below `strands` are
    no outlines. `soft`: sigma of a region's own border, a parser's is jagged. `side`: in px, at which the
    lines are fitted.
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
    side: int = 64


DEFAULT = Params()


@dataclass(frozen=True, eq=False)
class Matte:
    """A large region, (1, 1, S, S) in 0..1 each: `outline`, up to the photo's own outlines; `known`, where
    the generator draws in it what the photo has there; `inside`, its pixels (bool)."""

    outline: Tensor
    known: Tensor
    inside: Tensor


def matte(region: Tensor, source: Tensor, before: Tensor, params: Params = DEFAULT) -> Matte:
    """The matte of a region (1, 1, S, S) of the photo `source`, of which the generator drew `before`."""
    light, size = light_of(source), region.shape[-1]
    fitted = _along_outlines(region, light, torch.ones_like(light), params).clamp(0, 1)
    own = blurred(region, params.soft * size)
    outline = own + _told_apart(region, light, params) * (fitted - own)
    missed = blurred(strongest(source - before), params.missed_within * size)
    return Matte(outline, region * (1 - smoothstep(missed, *params.undrawn)), region > 0.5)


def within(change: Tensor, source: Tensor, found: Matte, params: Params = DEFAULT) -> Tensor:
    """A change of a large region's colour, (1, 3, S, S), that goes through all of it and keeps to it.

    The generator's hair ends softly and a little beside the photo's, and lacks what lies far from the face:
    a light rim on the wall, half a head of hair as it was. The change is taken from where it draws the
    photo's hair and colours it, and carried on over the rest, up to the photo's own outlines.
    """
    weight = _coloured(change.detach(), found, params)
    return _along_outlines(change, light_of(source), weight, params) * found.outline


def repainted(novelty: Tensor, found: Matte) -> Tensor:
    """(1, 1, S, S), 0..1: where a large region shows the generator's pixels: what it draws is new, 0..1 in
    `novelty`, and before the edit it had drawn the photo's.

    Black hair holds no light that a colour could be laid on: made blond by adding to it, it is a flat haze.
    """
    return novelty * found.outline.clamp(0, 1) * found.known


def _coloured(change: Tensor, found: Matte, params: Params) -> Tensor:
    """0..1: where in a large region the generator draws what the photo has there, and changes its colour."""
    strength = blurred(strongest(change), params.missed_within * change.shape[-1])
    inside = strength[found.inside]
    most = quantile(inside, params.most) if len(inside) else 1.0
    return found.known * smoothstep(strength / (most + LEAST_LIGHT), *params.coloured)


def _told_apart(region: Tensor, light: Tensor, params: Params) -> Tensor:
    """0..1: how far the luminance tells a region from what is beside it (squared correlation in each
    neighbourhood). Dark hair before a dark wall has no outline that could be followed."""
    products = torch.cat([region, light, region * region, light * light, region * light], 1)
    m, v, mm, vv, mv = torch.split(blurred(products, params.outlines * light.shape[-1]), 1, 1)
    spread = (mm - m * m).clamp(min=0) * (vv - v * v).clamp(min=0)
    return ((mv - m * v).square() / (spread + 1e-8)).clamp(0, 1)


def _along_outlines(values: Tensor, light: Tensor, weight: Tensor, params: Params) -> Tensor:
    """In each neighbourhood a line through the luminance (guided filter of He, Sun and Tang 2010), fitted
    where `weight` (1, 1, S, S) is; where there is little of it nearby, by what lies farther."""
    size, count = light.shape[-1], values.shape[1]
    # Means of wide neighbourhoods are smooth: all but the last line is done on a smaller picture.
    side = min(params.side, size)
    sigma, far = params.outlines * side, params.carried * side
    guide = resized(torch.cat([weight, weight * light, weight * light * light], 1), side)
    guided = resized(torch.cat([weight * values, weight * light * values], 1), side)
    weighted = torch.cat([guide, guided], 1)
    farther = blurred(weighted, far) + params.far_share * weighted.mean((2, 3), keepdim=True)
    total = blurred(weighted, sigma) + params.far_share * farther
    means = total[:, 1:] / (total[:, :1] + 1e-9)
    middle, square, value, product = torch.split(means, [1, 1, count, count], 1)
    spread = (square - middle * middle).clamp(min=0) + params.strands**2
    slope = (product - middle * value) / spread
    rest = value - slope * middle
    slope, rest = torch.split(resized(blurred(torch.cat([slope, rest], 1), sigma), size), count, 1)
    return slope * light + rest
