"""Dense flow between two renders of one face: where each pixel of the edit came from.

A coarse-to-fine least-squares fit in Gaussian windows (Lucas and Kanade 1981) with robust weights, on
pictures whose local brightness and contrast are evened out: an edit that only recolours a region shall
not look like a movement. What cannot be matched is found by going there and back again.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..types import FloatArray
from .filters import blurred, moved
from .warp import resized

_SMALLEST = 16
_ROUNDS = 5
_WINDOW = 2.2
_EVENING = 0.06
_HOLD = 0.02
_STEEPEST = 0.6


def dense_flow(target: FloatArray, origin: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The flow f with target(u) = origin(u + f(u)), and how far it can be trusted.

    Both pictures are (S, S, 3), 0..1, of one size. Returns f, (S, S, 2) float32 as x and y in px, and the
    trust (S, S) in 0..1: high where the way there and back ends where it began.
    """
    ahead = _fit(target, origin)
    back = _fit(origin, target)
    miss = np.hypot(*np.moveaxis(ahead + moved(back, ahead), -1, 0))
    size = target.shape[0]
    length = np.hypot(ahead[..., 0], ahead[..., 1])
    # Half a percent of the picture's side, and a tenth of the way itself, are what interpolation costs.
    allowed = 0.005 * size + 0.1 * length
    trust = np.exp(-np.square(miss / allowed) / 2)
    return ahead, np.asarray(trust, np.float32)


def without_folds(flow: FloatArray) -> FloatArray:
    """A flow (S, S, 2) in px, made smaller and smoother where its slope is such that pixels would pile up.

    Where trust ends abruptly the flow does, and skin is torn. A slope of 1 px in each px folds the picture.
    """
    size = flow.shape[0]
    for _ in range(_ROUNDS):
        slope = np.sqrt(sum(np.square(d).sum(axis=-1) for d in np.gradient(flow, axis=(0, 1))))
        if slope.max() <= _STEEPEST:
            break
        steep = ndimage.maximum_filter(slope, 2 * max(round(0.01 * size), 1) + 1)
        calm = blurred(np.minimum(1, _STEEPEST / np.maximum(steep, 1e-6)).astype(np.float32), 0.01 * size)
        flow = blurred(flow * calm[..., None], 0.004 * size)
    return flow


def _fit(target: FloatArray, origin: FloatArray) -> FloatArray:
    size = target.shape[0]
    pair = (_evened(target), _evened(origin))
    flow = np.zeros((1, 1, 2), np.float32)
    for level in _levels(size):
        a, b = (resized(p, level) for p in pair)
        flow = resized(flow, level) * np.float32(level / max(flow.shape[0], 1))
        for _ in range(_ROUNDS):
            flow = _refined(flow, a, b)
    return flow


def _levels(size: int) -> list[int]:
    levels = [size]
    while levels[-1] // 2 >= _SMALLEST:
        levels.append(levels[-1] // 2)
    return levels[::-1]


def _evened(picture: FloatArray) -> FloatArray:
    """Brightness and redness, each less its local mean and over its local spread: (S, S, 2)."""
    light = picture @ np.array([0.3, 0.59, 0.11], np.float32)
    red = picture[..., 0] - picture[..., 1]
    values = np.stack([light, red], axis=-1).astype(np.float32)
    sigma = _EVENING * picture.shape[0]
    values = values - blurred(values, sigma)
    spread = np.sqrt(np.maximum(blurred(values * values, sigma), 0))
    return np.asarray(values / (spread + np.array([0.03, 0.03], np.float32)), np.float32)


def _refined(flow: FloatArray, target: FloatArray, origin: FloatArray) -> FloatArray:
    """One round: the change of the flow that explains best, in each window, what is still different."""
    arrived = moved(origin, flow)
    rest = target - arrived
    mean = (target + arrived) / 2
    dy, dx = (np.asarray(d, np.float32) for d in np.gradient(mean, axis=(0, 1)))
    weight = 1 / np.sqrt(_dot(rest, rest)[..., None] + 0.05)
    pairs = ((dx, dx), (dy, dy), (dx, dy), (dx, rest), (dy, rest))
    sums = np.stack([_dot(a * weight, b) for a, b in pairs], axis=-1)
    xx, yy, xy, xr, yr = np.moveaxis(blurred(sums, _WINDOW), -1, 0)
    xx, yy = xx + _HOLD, yy + _HOLD
    determinant = xx * yy - xy * xy
    step = np.stack([yy * xr - xy * yr, xx * yr - xy * xr], axis=-1) / determinant[..., None]
    step /= np.maximum(1, np.hypot(step[..., 0], step[..., 1]))[..., None]
    # Flow spreads from where the picture has structure to where it has none.
    firm = (determinant / (xx + yy))[..., None]
    spread = blurred(np.concatenate([(flow + step) * firm, firm], axis=-1).astype(np.float32), 1.5)
    return np.asarray(spread[..., :2] / (spread[..., 2:] + 1e-6), np.float32)


def _dot(a: FloatArray, b: FloatArray) -> FloatArray:
    """Sum of products over the few channels, which are last."""
    return np.asarray(np.einsum("...c,...c->...", a, b), np.float32)
