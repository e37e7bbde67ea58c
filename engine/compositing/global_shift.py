"""The slight, even change of colour that goes through a whole render when its latent code changes.

Another code is another light: every edit shifts skin, hair and background a little, each in its own way. That
shift is no part of the edit.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred, dilated, light_of, smoothstep, strongest
from ..types import FloatArray
from .params import REACH, is_large

_CALM = (5 / 255, 14 / 255)
"""Between which changes there is more than a shift of the light."""
_NEAR, _FAR = 0.05, 0.1
"""Sigmas of the neighbourhood that a shift is the mean of, in shares of the side."""
_BLEEDS = 0.06
"""How far beyond a small region its own change of colour runs out in a render, in shares of the side."""
_SHADES = 8
"""In how many steps of lightness skin, hair and background are told apart."""
_LITTLE = 0.08
"""Mean weight around a pixel at which half of what is known of its shift counts."""
_FADES = 0.005
"""The same of one shade alone."""


def drift(change: FloatArray, source: FloatArray, region: FloatArray | None) -> FloatArray:
    """The even part of a `change` (S, S, 3) of the picture `source` (S, S, 3; 0..1): (S, S, 3).

    It is taken from where nothing else happens and carried on below the rest, where it fades. Around a small
    edited `region` (S, S) all that is even is such a shift: a smile draws creases into the cheeks, it makes
    no darker skin. Skin has its shift from skin and not from the hair beside it, which may become lighter
    while skin becomes darker; a small region has that of the shade that is around it most, from farther away:
    red lips redden the render's skin beside them.
    """
    size = change.shape[0]
    calm = 1 - smoothstep(strongest(blurred(change, 0.01 * size)), *_CALM)
    if region is None or is_large(region):
        return _even(change, calm, _NEAR * size, _LITTLE)
    grown = blurred(ndimage.maximum_filter(region, max(int(2 * REACH * size), 1)), REACH * size / 2)
    calm = np.maximum(calm, 1 - smoothstep(grown, 0.05, 0.3))
    inside, bleeding = np.clip(dilated(region, REACH / 2), 0, 1), dilated(region, _BLEEDS)
    farther = calm * (1 - smoothstep(bleeding, 0.05, 0.3))
    ring = np.clip(bleeding - inside, 0, 1)
    shades = _shades(light_of(blurred(source, 0.006 * size)), inside, ring)
    level = _of_own_shade(change, calm, _NEAR * size, shades)
    beyond = _of_own_shade(change, farther, _FAR * size, shades)
    return np.asarray(level + inside[..., None] * (beyond - level), np.float32)


def _shades(light: FloatArray, inside: FloatArray, ring: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """For each step of lightness how far pixels (S, S) belong to it, and how far their shift is its: that of
    what is `inside` a small region is the shift of the lightness that is most frequent in the `ring`."""
    alike = [np.clip(1 - np.abs(light * _SHADES - step), 0, 1) for step in range(_SHADES + 1)]
    frequent = [np.maximum(blurred(ring * a, _NEAR * len(light)), 0) ** 4 for a in alike]
    total = np.maximum(sum(frequent), 1e-12)
    return [(a, (1 - inside) * a + inside * f / total) for a, f in zip(alike, frequent, strict=True)]


def _of_own_shade(
    change: FloatArray, weight: FloatArray, sigma: float, shades: list[tuple[FloatArray, FloatArray]]
) -> FloatArray:
    """The change's weighted mean around each pixel over pixels of its lightness (as a bilateral grid's)."""
    total = np.zeros_like(change)
    for alike, own in shades:
        total += own[..., None] * _even(change, alike * weight, sigma, _FADES)
    return total


def _even(change: FloatArray, weight: FloatArray, sigma: float, little: float) -> FloatArray:
    """The change's weighted mean around each pixel, fading to zero where there is little weight."""
    both = blurred(np.concatenate([change * weight[..., None], weight[..., None]], axis=-1), sigma)
    return np.asarray(both[..., :3] / (both[..., 3:] + little), np.float32)
