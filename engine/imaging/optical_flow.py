"""Dense flow between two renders of one face: where each pixel of the edit came from.

A coarse-to-fine least-squares fit in Gaussian windows (Lucas and Kanade 1981) with robust weights, on
pictures whose local brightness and contrast are evened out: an edit that only recolours a region shall
not look like a movement. What cannot be matched is found by going there and back again. Not differentiable.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .tensor_filters import blurred, highest, moved, resized

_SMALLEST = 16
_ROUNDS = 5
_WINDOW = 2.2
_EVENING = 0.06
_HOLD = 0.02
_STEEPEST = 0.6


@torch.no_grad()
def dense_flow(target: Tensor, origin: Tensor) -> tuple[Tensor, Tensor]:
    """The flow f with target(u) = origin(u + f(u)), and how far it can be trusted.

    Both pictures are (1, 3, S, S), 0..1, of one size. Returns f, (1, 2, S, S) as x and y in px, and the
    trust (1, 1, S, S) in 0..1: high where the way there and back ends where it began.
    """
    pair = _evened(torch.cat([target, origin]))
    ahead, back = torch.split(_fit(pair, pair.flip(0)), 1)
    miss = _length(ahead + moved(back, ahead))
    size = target.shape[-1]
    # Half a percent of the picture's side, and a tenth of the way itself, are what interpolation costs.
    allowed = 0.005 * size + 0.1 * _length(ahead)
    return ahead, (-(miss / allowed).square() / 2).exp()


@torch.no_grad()
def without_folds(flow: Tensor) -> Tensor:
    """A flow (1, 2, S, S) in px, made smaller and smoother where its slope is such that pixels would pile up.

    Where trust ends abruptly the flow does, and skin is torn. A slope of 1 px in each px folds the picture.
    """
    size = flow.shape[-1]
    for _ in range(_ROUNDS):
        down, right = torch.gradient(flow, dim=(2, 3))
        slope = (down.square() + right.square()).sum(1, keepdim=True).sqrt()
        if slope.max() <= _STEEPEST:
            break
        steep = highest(slope, 2 * max(round(0.01 * size), 1) + 1)
        calm = blurred((_STEEPEST / steep.clamp(min=1e-6)).clamp(max=1), 0.01 * size)
        flow = blurred(flow * calm, 0.004 * size)
    return flow


def _fit(target: Tensor, origin: Tensor) -> Tensor:
    """The flows (N, 2, S, S) between N pairs of evened pictures (N, 2, S, S)."""
    flow = target.new_zeros((len(target), 2, 1, 1))
    for level in _levels(target.shape[-1]):
        a, b = resized(target, level), resized(origin, level)
        flow = resized(flow, level) * (level / flow.shape[-1])
        for _ in range(_ROUNDS):
            flow = _refined(flow, a, b)
    return flow


def _length(flow: Tensor) -> Tensor:
    # torch's norm over two channels takes forty times as long.
    return flow.square().sum(1, keepdim=True).sqrt()


def _levels(size: int) -> list[int]:
    levels = [size]
    while levels[-1] // 2 >= _SMALLEST:
        levels.append(levels[-1] // 2)
    return levels[::-1]


def _evened(picture: Tensor) -> Tensor:
    """Brightness and redness, each less its local mean and over its local spread: (N, 2, S, S)."""
    red, green, blue = torch.split(picture, 1, 1)
    values = torch.cat([0.3 * red + 0.59 * green + 0.11 * blue, red - green], 1)
    sigma = _EVENING * picture.shape[-1]
    values = values - blurred(values, sigma)
    spread = blurred(values * values, sigma).clamp(min=0).sqrt()
    return values / (spread + 0.03)


def _refined(flow: Tensor, target: Tensor, origin: Tensor) -> Tensor:
    """One round: the change of the flow that explains best, in each window, what is still different."""
    arrived = moved(origin, flow)
    rest = target - arrived
    dy, dx = torch.gradient((target + arrived) / 2, dim=(2, 3))
    weight = (rest.square().sum(1, keepdim=True) + 0.05).rsqrt()
    pairs = ((dx, dx), (dy, dy), (dx, dy), (dx, rest), (dy, rest))
    sums = torch.cat([(a * b).sum(1, keepdim=True) for a, b in pairs], 1) * weight
    xx, yy, xy, xr, yr = torch.split(blurred(sums, _WINDOW), 1, 1)
    xx, yy = xx + _HOLD, yy + _HOLD
    determinant = xx * yy - xy * xy
    step = torch.cat([yy * xr - xy * yr, xx * yr - xy * xr], 1) / determinant
    step = step / _length(step).clamp(min=1)
    # Flow spreads from where the picture has structure to where it has none.
    firm = determinant / (xx + yy)
    spread = blurred(torch.cat([(flow + step) * firm, firm], 1), 1.5)
    return spread[:, :2] / (spread[:, 2:] + 1e-6)
