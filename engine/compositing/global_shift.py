"""The slight, even change of colour that goes through a whole render when its latent code changes.

Another code is another light: every edit shifts skin, hair and background a little, each in its own way. That
shift is no part of the edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred, dilated, light_of, smoothstep, strongest
from ..types import FloatArray
from .params import REACH
from .strategy import Strategy


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `calm`: between which changes (evened by the sigma `evened`) there is more than a shift of the light.
    `near` and `far`: sigmas of the neighbourhood that a shift is the mean of. `beside`: between which values
    of the dilation of a small region what lies there is not calm; `bleeds`: how far beyond it its own change
    of colour runs out in a render. `shades`: in how many steps of lightness (evened by `shade_within`) skin,
    hair and background are told apart. `little`: mean weight around a pixel at which half of what is known of
    its shift counts, and `fades` the same of one shade alone.
    """

    calm: tuple[float, float] = (5 / 255, 14 / 255)
    evened: float = 0.01
    near: float = 0.05
    far: float = 0.1
    beside: tuple[float, float] = (0.05, 0.3)
    bleeds: float = 0.06
    shades: int = 8
    shade_within: float = 0.006
    little: float = 0.08
    fades: float = 0.005


DEFAULT = Params()


def drift(
    change: FloatArray,
    source: FloatArray,
    region: FloatArray | None,
    strategy: Strategy,
    params: Params = DEFAULT,
) -> FloatArray:
    """The even part of a `change` (S, S, 3) of the picture `source` (S, S, 3; 0..1): (S, S, 3).

    It is taken from where nothing else happens and carried on below the rest, where it fades. Around a small
    edited `region` (S, S) all that is even is such a shift: a smile draws creases into the cheeks, it makes
    no darker skin. Skin has its shift from skin and not from the hair beside it, which may become lighter
    while skin becomes darker; a small region has that of the shade that is around it most, from farther away:
    red lips redden the render's skin beside them.
    """
    size = change.shape[0]
    calm = 1 - smoothstep(strongest(blurred(change, params.evened * size)), *params.calm)
    if region is None or not strategy.of_small_region:
        return _even(change, calm, params.near * size, params.little)
    grown = blurred(ndimage.maximum_filter(region, max(int(2 * REACH * size), 1)), REACH * size / 2)
    calm = np.maximum(calm, 1 - smoothstep(grown, *params.beside))
    inside, bleeding = np.clip(dilated(region, REACH / 2), 0, 1), dilated(region, params.bleeds)
    farther = calm * (1 - smoothstep(bleeding, *params.beside))
    ring = np.clip(bleeding - inside, 0, 1)
    shades = _shades(light_of(blurred(source, params.shade_within * size)), inside, ring, params)
    level = _of_own_shade(change, calm, params.near * size, shades, params.fades)
    beyond = _of_own_shade(change, farther, params.far * size, shades, params.fades)
    return np.asarray(level + inside[..., None] * (beyond - level), np.float32)


def _shades(
    light: FloatArray, inside: FloatArray, ring: FloatArray, params: Params
) -> list[tuple[FloatArray, FloatArray]]:
    """For each step of lightness how far pixels (S, S) belong to it, and how far their shift is its: that of
    what is `inside` a small region is the shift of the lightness that is most frequent in the `ring`."""
    alike = [np.clip(1 - np.abs(light * params.shades - step), 0, 1) for step in range(params.shades + 1)]
    frequent = [np.maximum(blurred(ring * a, params.near * len(light)), 0) ** 4 for a in alike]
    total = np.maximum(sum(frequent), 1e-12)
    return [(a, (1 - inside) * a + inside * f / total) for a, f in zip(alike, frequent, strict=True)]


def _of_own_shade(
    change: FloatArray,
    weight: FloatArray,
    sigma: float,
    shades: list[tuple[FloatArray, FloatArray]],
    little: float,
) -> FloatArray:
    """The change's weighted mean around each pixel over pixels of its lightness (as a bilateral grid's)."""
    total = np.zeros_like(change)
    for alike, own in shades:
        total += own[..., None] * _even(change, alike * weight, sigma, little)
    return total


def _even(change: FloatArray, weight: FloatArray, sigma: float, little: float) -> FloatArray:
    """The change's weighted mean around each pixel, fading to zero where there is little weight."""
    both = blurred(np.concatenate([change * weight[..., None], weight[..., None]], axis=-1), sigma)
    return np.asarray(both[..., :3] / (both[..., 3:] + little), np.float32)
