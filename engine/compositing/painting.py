"""Painting: where the generator's pixels take the place of the photo's (inpainted content)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, dilated, light_of, smoothstep, strongest
from .params import REACH
from .strategy import Strategy


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    Of two pictures' structure (finer than the sigma `structure`) in neighbourhoods of sigma `alike_within`
    nothing is alike between the values `unlike` of one less their correlation, `noise` apart; what differs by
    less than `seen` (sigma `seen_within`) is not new. Between the changes `darkened` and `lightened` of the
    luminance a pixel is no longer the same thing in another colour: paint may be darker than lips, teeth are
    lighter. `grown`: between which values of its dilation a region is painted, `large` between which of its
    own (sigma `large_within`) a large one that gets another shape: its rim is the photo's.
    A generator knows a region whose structure, between the sigmas `lines`, correlates with the photo's by
    `known` at least, and that draws as much of it as `drawn`: soft it may be, that can be mended.
    """

    structure: float = 0.04
    alike_within: float = 0.015
    noise: float = 5 / 255
    unlike: tuple[float, float] = (0.25, 0.6)
    seen: tuple[float, float] = (8 / 255, 24 / 255)
    seen_within: float = 0.008
    darkened: tuple[float, float] = (0.2, 0.4)
    lightened: tuple[float, float] = (0.1, 0.22)
    grown: tuple[float, float] = (0.05, 0.8)
    large: tuple[float, float] = (0.3, 0.7)
    large_within: float = 0.006
    lines: tuple[float, float] = (0.008, 0.04)
    known: float = 0.93
    drawn: float = 0.8


DEFAULT = Params()


def painted(novelty: Tensor, region: Tensor | None, strategy: Strategy, params: Params = DEFAULT) -> Tensor:
    """(1, 1, S, S), 0..1: where the photo gives way to the generator's picture.

    Of the whole face, wherever something is new (`novelty`, (1, 1, S, S)); a small region as a whole where a
    good part of it is, or not at all. Half a mouth moved and half a mouth painted make no mouth: the old lips
    show through beside the new. Away from the region nothing is new: what an edit paints there is by the way.
    """
    if strategy is Strategy.WHOLE_FACE:
        return novelty
    if strategy is Strategy.REPAINT and region is not None:
        return smoothstep(dilated(region, REACH), *params.grown)
    return torch.zeros_like(novelty)


def of_other_shape(region: Tensor, params: Params = DEFAULT) -> Tensor:
    """(1, 1, S, S), 0..1: where a large region, as it was and as it is, shows the generator's pixels: hair of
    another shape has no strand where it was, and uncovers a background that the photo has not."""
    return smoothstep(blurred(region, params.large_within * region.shape[-1]), *params.large)


def novelty(edit: Tensor, origin: Tensor, params: Params = DEFAULT) -> Tensor:
    """0..1: where the edit shows something that the moved reconstruction does not have.

    Recoloured lips keep their outline and stay like themselves; teeth between them do not. Nor is that paint
    which becomes so much lighter or darker: teeth where a lip shone are teeth.
    """
    size = edit.shape[-1]
    a, b = (p - blurred(p, params.structure * size) for p in (edit, origin))
    sigma = params.alike_within * size
    together, own_a, own_b = (blurred(v.sum(1, keepdim=True), sigma) for v in (a * b, a * a, b * b))
    floor = 3 * params.noise**2
    alike = (together + floor) / ((own_a * own_b).clamp(min=0).sqrt() + floor)
    rest = blurred(strongest(edit - origin), params.seen_within * size)
    unlike = smoothstep(1 - alike, *params.unlike) * smoothstep(rest, *params.seen)
    light = blurred(light_of(edit - origin), params.seen_within * size)
    repainted = torch.maximum(smoothstep(light, *params.lightened), smoothstep(-light, *params.darkened))
    return torch.maximum(unlike, repainted)


def share_of_new(novelty: Tensor, region: Tensor) -> float:
    """The share of an edited region (1, 1, S, S) that is new."""
    return float((novelty * region).sum() / (region.sum() + 1))


def is_known(source: Tensor, before: Tensor, region: Tensor, params: Params = DEFAULT) -> bool:
    """Whether the reconstruction shows the edited region as the photo does, lines where it has lines.

    What a generator draws in the place of a mouth that it does not know is a blot. Then nothing is painted:
    the photo's own mouth moves and takes other colours.
    """
    size = source.shape[-1]
    weight = dilated(region, REACH)
    a, b = (light_of(p) for p in (source, before))
    fine, coarse = (sigma * size for sigma in params.lines)
    a, b = (blurred(p, fine) - blurred(p, coarse) for p in (a, b))
    return has_the_same_lines(a, b, weight, params)


def has_the_same_lines(
    photo: Tensor,
    render: Tensor,
    weight: Tensor,
    params: Params = DEFAULT,
) -> bool:
    """Whether a render has a photo's structure: lines where it has lines, and no others.

    `photo` and `render` are luminances between the sigmas `lines`, `weight` says where they count.
    """
    pairs = ((photo, render), (photo, photo), (render, render))
    together, alone, other = (float((weight * a * b).sum()) for a, b in pairs)
    floor = float(weight.sum()) / 255**2
    alike = together + floor > params.known * (math.sqrt(alone * other) + floor)
    return alike and together + floor > params.drawn * (max(alone, other) + floor)
