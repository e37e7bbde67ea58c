"""Luminance, and filters on numpy pictures: blur, reading along a flow."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..types import FloatArray
from .warp import resized

LUMA = (0.299, 0.587, 0.114)
"""Shares of the channels in the luminance of sRGB values."""
LIGHT = np.array(LUMA, np.float32)

_WIDE = 6.0


def moved(picture: FloatArray, flow: FloatArray) -> FloatArray:
    """The picture (S, S, C) or (S, S) read at u + flow(u), linearly, its border repeated."""
    y, x = np.indices(flow.shape[:2], np.float32)
    at = np.stack([y + flow[..., 1], x + flow[..., 0]])
    if picture.ndim == 2:
        return np.asarray(ndimage.map_coordinates(picture, at, np.float32, 1, "nearest"))
    planes = [
        ndimage.map_coordinates(picture[..., i], at, np.float32, 1, "nearest")
        for i in range(picture.shape[-1])
    ]
    return np.stack(planes, axis=-1)


def blurred(values: FloatArray, sigma: float) -> FloatArray:
    """Gaussian blur of a square map, `sigma` in px, the border repeated."""
    size = values.shape[0]
    if sigma > _WIDE:
        # A wide blur leaves nothing fine: it is done on a smaller picture.
        small = max(round(size * _WIDE / 2 / sigma), 4)
        return resized(blurred(resized(values, small), sigma * small / size), size)
    sigmas = (sigma, sigma) + (0.0,) * (values.ndim - 2)
    return np.asarray(ndimage.gaussian_filter(values, sigmas, mode="nearest", truncate=3.0), np.float32)
