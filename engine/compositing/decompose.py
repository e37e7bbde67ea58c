"""Decompose an edit into a warp, a colour residual and inpainted content.

Everything is decided from three pictures of the aligned square: the input, the generator's picture of it
before the edit (the reconstruction) and after. Lengths are shares of the square's side, differences are
in the image's range 0..1, so that the same numbers hold at every resolution.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, resized, smoothstep, strongest
from .scale import BELONGS, BROAD, FINE, SMALL
from .strategy import Strategy

_COARSE = 0.008
"""The sigma, in shares of the side, below which a change is fine texture and no crease,"""
_STRONG = (6 / 255, 16 / 255)
"""and between which strengths that is more than any two renders differ by."""
_LEAST_MISSED = 1e-4
"""Squared: a reconstruction that misses less is right, and nothing of it can be made good."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The edit's parts, (1, C, S, S) float32, S the generator's resolution.

    `flow` is x and y in shares of the side: the edit at u shows what lay at u + flow. `change` is added
    to the moved photo. `new` (0..1) says where the photo gives way to `picture`, the edit itself in the
    photo's tint; `grain` (0..1) how far the photo's finest detail stays over it, since new skin beside a new
    mouth has the same pores. `changed` (0..1) is where anything can be seen of the edit.
    """

    flow: Tensor
    change: Tensor
    new: Tensor
    picture: Tensor
    changed: Tensor
    grain: Tensor
    strategy: Strategy

    @functools.cached_property
    def paints(self) -> bool:
        """Whether the photo gives way anywhere."""
        return bool(self.new.any())


def share_of_improvement(source: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """0..1: how much of what the reconstruction missed the edit's render has made good.

    The optimisation goes on fitting the photo while it edits. That part of the difference is no edit.
    """
    error, change = before - source, after - before
    sigma = BROAD * before.shape[-1]
    along = blurred(-(change * error).sum(1, keepdim=True), sigma)
    missed = blurred((error * error).sum(1, keepdim=True), sigma)
    return (along / (missed + _LEAST_MISSED)).clamp(0, 1)


def without_improvement(source: Tensor, before: Tensor, after: Tensor, share: Tensor) -> Tensor:
    """The edit's render (1, 3, S, S) as far off the photo as the reconstruction is."""
    return after + share * (before - source)


def residual(rest: Tensor, new: Tensor, around: Tensor | None) -> Tensor:
    """What a movement leaves unexplained, (1, 3, S, S), without the generator's own fine texture.

    That differs between any two renders. It is shown where it is `new` (1, 1, S, S), or stronger than that;
    beside a small region, the dilation of which is `around`, creases are all there is, and they are soft.
    """
    size = rest.shape[-1]
    soft = blurred(rest, _COARSE * size)
    fine = rest - soft
    with torch.no_grad():
        structure = blurred(strongest(fine) ** 2, SMALL * size).clamp(min=0).sqrt()
        strong = smoothstep(structure, *_STRONG)
        shown = torch.maximum(new, strong if around is None else strong * around)
    return soft + shown * fine


def beside(region: Tensor | None, like: Tensor) -> Tensor:
    """(1, 1, S, S), 0..1, of the size of `like`: what does not belong to the edited region, neither as it was
    nor as it is."""
    if region is None:
        return torch.zeros_like(like)
    size = like.shape[-1]
    return 1 - smoothstep(blurred(resized(region, size), FINE * size), *BELONGS)
