"""Small arithmetic that the parts of a composite share: luminance, differences, soft thresholds, regions."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..types import FloatArray
from .extent import LUMA, REACH
from .flow import blurred

LIGHT = np.array(LUMA, np.float32)


def smoothstep(values: FloatArray, low: float, high: float) -> FloatArray:
    t = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def light_of(picture: FloatArray) -> FloatArray:
    return np.asarray(picture @ LIGHT, np.float32)


def strongest(difference: FloatArray) -> FloatArray:
    return np.asarray(np.abs(difference).max(axis=-1), np.float32)


def dilated(region: FloatArray, by: float = REACH) -> FloatArray:
    """The region (S, S), 0..1, and a little around it, `by` in shares of the side."""
    reach = by * region.shape[0]
    return blurred(ndimage.maximum_filter(region, 2 * max(int(reach), 1) + 1), reach / 2)
