"""Painting: where the generator's pixels take the place of the photo's (inpainted content)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, dilated, light_of, smoothstep, strongest
from .scale import BROAD, FINE, REACH, SEEN
from .strategy import Strategy

_NOISE = 5 / 255
"""Structure below which two pictures are alike whatever they show."""
_UNLIKE = (0.25, 0.6)
"""Between which values of one less their correlation nothing is alike in two structures."""
_LIGHTENED, _DARKENED = (0.1, 0.22), (0.2, 0.4)
"""Between which changes of the luminance a pixel is no longer the same thing in another colour: paint may be
darker than lips, teeth are lighter."""
_GROWN = (0.05, 0.8)
"""Between which values of its dilation a small region comes to be painted: with its surroundings,"""
_LARGE = (0.3, 0.7)
"""and between which of its own a large one that gets another shape: its rim is the photo's."""
_LINES = FINE, BROAD
"""A generator knows a region whose structure between these,"""
_KNOWN, _DRAWN = 0.93, 0.8
"""correlates with the photo's by so much, and that draws so much of it: soft it may be, that can be
mended."""


def painted(novelty: Tensor, region: Tensor | None, strategy: Strategy) -> Tensor:
    """(1, 1, S, S), 0..1: where the photo gives way to the generator's picture.

    Of the whole face, wherever something is new (`novelty`, (1, 1, S, S)); a small region as a whole where a
    good part of it is, or not at all. Half a mouth moved and half a mouth painted make no mouth: the old lips
    show through beside the new. Away from the region nothing is new: what an edit paints there is by the way.
    """
    if strategy is Strategy.WHOLE_FACE:
        return novelty
    if strategy is Strategy.REPAINT and region is not None:
        return smoothstep(dilated(region, REACH), *_GROWN)
    return torch.zeros_like(novelty)


def of_other_shape(region: Tensor) -> Tensor:
    """(1, 1, S, S), 0..1: where a large region, as it was and as it is, shows the generator's pixels: hair of
    another shape has no strand where it was, and uncovers a background that the photo has not."""
    return smoothstep(blurred(region, FINE * region.shape[-1]), *_LARGE)


def novelty(edit: Tensor, origin: Tensor) -> Tensor:
    """0..1: where the edit shows something that the moved reconstruction does not have.

    Recoloured lips keep their outline and stay like themselves; teeth between them do not. Nor is that paint
    which becomes so much lighter or darker: teeth where a lip shone are teeth.
    """
    size = edit.shape[-1]
    a, b = (p - blurred(p, BROAD * size) for p in (edit, origin))
    sigma = REACH * size
    together, own_a, own_b = (blurred(v.sum(1, keepdim=True), sigma) for v in (a * b, a * a, b * b))
    floor = 3 * _NOISE**2
    alike = (together + floor) / ((own_a * own_b).clamp(min=0).sqrt() + floor)
    rest = blurred(strongest(edit - origin), FINE * size)
    unlike = smoothstep(1 - alike, *_UNLIKE) * smoothstep(rest, *SEEN)
    light = blurred(light_of(edit - origin), FINE * size)
    repainted = torch.maximum(smoothstep(light, *_LIGHTENED), smoothstep(-light, *_DARKENED))
    return torch.maximum(unlike, repainted)


def share_of_new(novelty: Tensor, region: Tensor) -> float:
    """The share of an edited region (1, 1, S, S) that is new."""
    return float((novelty * region).sum() / (region.sum() + 1))


def is_known(source: Tensor, before: Tensor, region: Tensor) -> bool:
    """Whether the reconstruction shows the edited region as the photo does, lines where it has lines.

    What a generator draws in the place of a mouth that it does not know is a blot. Then nothing is painted:
    the photo's own mouth moves and takes other colours.
    """
    size = source.shape[-1]
    weight = dilated(region, REACH)
    a, b = (light_of(p) for p in (source, before))
    fine, coarse = (sigma * size for sigma in _LINES)
    a, b = (blurred(p, fine) - blurred(p, coarse) for p in (a, b))
    return has_the_same_lines(a, b, weight)


def has_the_same_lines(photo: Tensor, render: Tensor, weight: Tensor) -> bool:
    """Whether a render has a photo's structure: lines where it has lines, and no others.

    `photo` and `render` are luminances between the sigmas `lines`, `weight` says where they count.
    """
    pairs = ((photo, render), (photo, photo), (render, render))
    together, alone, other = (float((weight * a * b).sum()) for a, b in pairs)
    floor = float(weight.sum()) / 255**2
    alike = together + floor > _KNOWN * (math.sqrt(alone * other) + floor)
    return alike and together + floor > _DRAWN * (max(alone, other) + floor)
