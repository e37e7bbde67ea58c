"""Filters on pictures as tensors (N, C, S, S), differentiable: luminance, blur, resampling, dilation, warps.

Blurring and resampling are linear and separable: a picture between two matrices. Values agree with those of
`filters` and `warp`, scipy's and Pillow's, to single precision.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from scipy import ndimage
from torch import Tensor

from ..types import FloatArray
from . import filters, warp
from .filters import LUMA

_WIDE = 6.0
_FEW = 10
"""Taps of half a filter up to which a sum over them is faster than a matrix product."""
_DENSE = 320
"""Side in px up to which a matrix product is faster than scipy's and Pillow's loops over a filter's taps."""


def smoothstep(values: Tensor, low: float, high: float) -> Tensor:
    t = ((values - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def light_of(picture: Tensor) -> Tensor:
    """The luminance (1, 1, S, S) of a picture (1, 3, S, S)."""
    red, green, blue = torch.split(picture, 1, 1)
    return LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue


def strongest(difference: Tensor) -> Tensor:
    """The largest magnitude of the channels, (1, 1, S, S)."""
    return difference.abs().amax(1, keepdim=True)


def blurred(values: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, `sigma` in px, the border repeated."""
    size = values.shape[-1]
    if sigma > _WIDE:
        # A wide blur leaves nothing fine: it is done on a smaller picture.
        small = max(round(size * _WIDE / 2 / sigma), 4)
        return resized(blurred(resized(values, small), sigma * small / size), size)
    taps = _taps(float(sigma))
    if len(taps) <= _FEW:
        blur: Tensor = _Convolved.apply(values, taps)
        return blur
    if _is_for_scipy(values):
        return _stacked((filters.blurred(plane, sigma) for plane in _planes(values)), values)
    return _applied(_gaussian(size, float(sigma)), values)


def resized(values: Tensor, size: int) -> Tensor:
    """A map at another size: by area when smaller, bicubic when larger."""
    if values.shape[-1] == size:
        return values
    if values.shape[-1] % size == 0:
        return F.avg_pool2d(values, values.shape[-1] // size)
    if _is_for_scipy(values, size):
        return _stacked((warp.resized(plane, size) for plane in _planes(values)), values)
    return _applied(_resampling(values.shape[-1], size), values)


def highest(values: Tensor, window: int) -> Tensor:
    """The highest value in a window of that side in px around each pixel; one that is even begins one px
    earlier than it ends."""
    before, behind = window // 2, window - 1 - window // 2
    padded = F.pad(values, (before, behind, before, behind), value=-torch.inf)
    for axis in (-2, -1):
        # The highest of 2, 4, 8 ... neighbours, and at last of two such runs that overlap.
        length = 1
        while length < window:
            step = min(length, window - length)
            count = padded.shape[axis] - step
            padded = torch.maximum(padded.narrow(axis, 0, count), padded.narrow(axis, step, count))
            length += step
    return padded


def dilated(region: Tensor, by: float) -> Tensor:
    """The region, 0..1, and a little around it, `by` in shares of the side."""
    reach = by * region.shape[-1]
    return blurred(highest(region, 2 * max(int(reach), 1) + 1), reach / 2)


def moved(picture: Tensor, flow: Tensor) -> Tensor:
    """The picture read at u + flow(u), linearly, its border repeated; `flow` (1, 2, S, S) is x and y in
    px."""
    size = picture.shape[-1]
    at = torch.arange(size, dtype=flow.dtype, device=flow.device)
    x, y = at + flow[:, 0], at[:, None] + flow[:, 1]
    where = torch.stack([x, y], -1) * (2 / max(size - 1, 1)) - 1
    return F.grid_sample(picture, where, "bilinear", "border", align_corners=True)


def distance_to(region: Tensor) -> Tensor:
    """Each pixel's distance in px to the nearest in which `region` (1, 1, S, S) is at least one half; 0
    everywhere where there is none. Not differentiable."""
    inside = (region >= 0.5)[0, 0].cpu().numpy()
    if not inside.any():
        return torch.zeros_like(region)
    far = ndimage.distance_transform_edt(~inside).astype(np.float32)
    return torch.from_numpy(far).to(region.device)[None, None]


def quantile(values: Tensor, share: float) -> float:
    """The value below which a share of all lies, linearly between two."""
    return float(np.quantile(values.detach().cpu().numpy(), share))


def grid_of(picture: FloatArray, device: torch.device | str = "cpu") -> Tensor:
    """(S, S) or (S, S, C) as (1, C, S, S)."""
    planes = picture[None] if picture.ndim == 2 else np.moveaxis(picture, -1, 0)
    return torch.from_numpy(np.array(planes, np.float32, order="C"))[None].to(device)


def array_of(grid: Tensor) -> FloatArray:
    """(1, C, S, S) as (S, S, C); as (S, S) where there is one channel."""
    planes = grid.detach()[0].cpu()
    picture = planes[0] if len(planes) == 1 else planes.permute(1, 2, 0)
    return np.ascontiguousarray(picture.numpy(), np.float32)


class _Convolved(torch.autograd.Function):
    """A symmetric filter of a few taps along both axes, the border repeated."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, taps: tuple[float, ...]) -> Tensor:
        ctx.taps = taps
        reach = len(taps) - 1
        down = _along(F.pad(values, (0, 0, reach, reach), mode="replicate"), taps, -2)
        return _along(F.pad(down, (reach, reach, 0, 0), mode="replicate"), taps, -1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return _back(_back(gradients[0], ctx.taps, -1), ctx.taps, -2), None


def _along(padded: Tensor, taps: tuple[float, ...], axis: int) -> Tensor:
    """A filter along an axis; `taps` from its middle on."""
    reach = len(taps) - 1
    size = padded.shape[axis] - 2 * reach
    total = padded.narrow(axis, reach, size) * taps[0]
    for i in range(1, reach + 1):
        pair = padded.narrow(axis, reach - i, size) + padded.narrow(axis, reach + i, size)
        total.add_(pair, alpha=taps[i])
    return total


def _back(gradient: Tensor, taps: tuple[float, ...], axis: int) -> Tensor:
    """The gradient of `_along` after a border that repeats: what is beyond it belongs to it."""
    reach = len(taps) - 1
    wide = (0, 0, 2 * reach, 2 * reach) if axis == -2 else (2 * reach, 2 * reach)
    spread = _along(F.pad(gradient, wide), taps, axis)
    size = gradient.shape[axis]
    inner = spread.narrow(axis, reach, size).clone()
    inner.narrow(axis, 0, 1).add_(spread.narrow(axis, 0, reach).sum(axis, keepdim=True))
    inner.narrow(axis, size - 1, 1).add_(spread.narrow(axis, reach + size, reach).sum(axis, keepdim=True))
    return inner


@functools.lru_cache(maxsize=256)
def _taps(sigma: float) -> tuple[float, ...]:
    """A Gaussian's values from its middle on."""
    reach = int(3.0 * sigma + 0.5)
    values = np.exp(-0.5 * np.square(np.arange(reach + 1) / max(sigma, 1e-12)))
    return tuple((values / (2 * values.sum() - values[0])).tolist())


@functools.lru_cache(maxsize=256)
def _gaussian(size: int, sigma: float) -> Tensor:
    """The matrix (size, size) of a blur along one axis."""
    unit = np.eye(size, dtype=np.float64)
    blur = ndimage.gaussian_filter1d(unit, sigma, axis=0, mode="nearest", truncate=3.0) if sigma > 0 else unit
    return torch.from_numpy(np.asarray(blur, np.float32))


@functools.lru_cache(maxsize=256)
def _resampling(size: int, other: int) -> Tensor:
    """The matrix (other, size) of a change of size along one axis."""
    how = Image.Resampling.BOX if other < size else Image.Resampling.BICUBIC
    unit = Image.fromarray(np.eye(size, dtype=np.float32))
    return torch.from_numpy(np.array(unit.resize((size, other), how)))


def _applied(matrix: Tensor, values: Tensor) -> Tensor:
    """The matrix along both axes."""
    here = matrix.to(values.device)
    return here @ values @ here.T


def _is_for_scipy(values: Tensor, size: int = 0) -> bool:
    """Whether a picture is so large that filters with few taps are faster than a matrix product."""
    return max(values.shape[-1], size) > _DENSE and values.device.type == "cpu" and not values.requires_grad


def _planes(values: Tensor) -> list[FloatArray]:
    size = values.shape[-1]
    return [np.ascontiguousarray(plane) for plane in values.detach().reshape(-1, size, size).numpy()]


def _stacked(planes: Iterable[FloatArray], like: Tensor) -> Tensor:
    stack = torch.from_numpy(np.stack(list(planes)))
    return stack.reshape(*like.shape[:2], *stack.shape[1:])
