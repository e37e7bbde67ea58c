"""Light: by how much an edit may lighten and darken what of the photo it moves and recolours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred, dilated, light_of, moved
from ..imaging.warp import resized
from ..types import FloatArray
from .movement import outlines_beside
from .params import LEAST_LIGHT, REACH
from .strategy import Strategy

if TYPE_CHECKING:
    from .decompose import Parts


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `around` and `evened`: sigmas of the neighbourhood that recoloured pixels may be as light as, and of what
    counts in it. `darkest`: by which share of its light a change may darken the skin beside a region that is
    not painted. `creased` and `light_within`: how far from a small region changes are creases only, and the
    sigma above which they would be light. `half_evened`: mean mask around a pixel at which half of a change
    of light is taken out, a lone crease is to be seen. `shade`: the most that a moved pixel's change of
    light, seen evenly, counts for.
    """

    around: float = 0.04
    evened: float = 0.015
    darkest: float = 0.15
    creased: float = 0.02
    light_within: float = 0.025
    half_evened: float = 0.1
    shade: float = 16 / 255


DEFAULT = Params()


def in_photos_light(
    change: FloatArray,
    source: FloatArray,
    own: FloatArray,
    region: FloatArray,
    strategy: Strategy,
    params: Params = DEFAULT,
) -> FloatArray:
    """A change of colour (S, S, 3) in and around a small `region` (S, S) of the photo `source`, so that what
    is not painted stays in the photo's light. `own` is the photo as it moved."""
    if strategy is not Strategy.REPAINT:
        change = no_lighter_than_around(change, source, own, strategy is Strategy.TINT, params)
    change = no_darker_beside(change, source, region, params)
    return np.asarray(change * (1 - outlines_beside(source, region))[..., None], np.float32)


def no_lighter_than_around(
    change: FloatArray, source: FloatArray, own: FloatArray, recolours: bool, params: Params = DEFAULT
) -> FloatArray:
    """A change of what is not painted, (S, S, 3), that makes the moved photo `own` no lighter than the photo
    is around there (mean and one standard deviation). Teeth where a lip shone would be a white lip. Of what
    only `recolours` the light alone is held back: red is lighter than a beard."""
    size = source.shape[0]
    evened, around = params.evened * size, params.around * size
    even, light = (blurred(light_of(p), evened) for p in (source, own))
    peaks = ndimage.maximum_filter(light_of(change), 4 * int(evened) + 1)
    more = blurred(peaks, evened)
    mean, square = (blurred(v, around) for v in (even, even * even))
    limit = mean + np.sqrt(np.maximum(square - mean * mean, 0))
    share = np.clip(np.maximum(limit - light, 0) / np.maximum(more, LEAST_LIGHT), 0, 1)
    # Squared: what would have to be much lighter is something else, and a part of it only its tint.
    kept = np.where(more > LEAST_LIGHT, share**2, 1)[..., None]
    if recolours:
        return np.asarray(change - (1 - kept) * np.maximum(light_of(change), 0)[..., None], np.float32)
    return np.asarray(change * kept, np.float32)


def no_darker_beside(
    change: FloatArray, source: FloatArray, region: FloatArray, params: Params = DEFAULT
) -> FloatArray:
    """A change of what is not painted, (S, S, 3), that darkens the skin beside the region by a share of its
    light at the most: a crease is drawn, no beard."""
    size = source.shape[0]
    beside = 1 - np.clip(blurred(ndimage.maximum_filter(region, 2 * int(REACH * size / 2) + 1), 2), 0, 1)
    light = blurred(light_of(source), params.evened * size)
    darker = blurred(np.maximum(-light_of(change), 0), params.evened * size)
    share = np.clip(params.darkest * light / np.maximum(darker, LEAST_LIGHT), 0, 1)
    return np.asarray(change * (1 - beside * (1 - share))[..., None], np.float32)


def with_even_light(
    content: FloatArray,
    shown: FloatArray,
    parts: Parts,
    region: FloatArray | None,
    source: FloatArray,
    params: Params = DEFAULT,
) -> FloatArray:
    """The content (S, S, 3) of a recipe whose mask is `shown`, without what the edit does to the light away
    from a small region: a smile draws creases into the cheeks, it makes no darker skin.

    The mean of what is shown around each pixel is taken out, less where little is shown; so is what comes
    from the movement of the photo, `source`: shade that moves into a cheek. An outline that moves is none.
    """
    if region is None or not parts.strategy.of_small_region:
        return content
    size = len(shown)
    beside = 1 - np.clip(dilated(resized(region, size), params.creased), 0, 1)
    beside = np.maximum(beside * (1 - parts.new), parts.grain * parts.new)[..., None]
    new = parts.new[..., None]
    weight = shown[..., None] * beside
    pulled = moved(source, parts.flow * (shown * np.float32(size))[..., None]) - source
    # By movement a pixel changes whole, however little of the content is shown.
    evened = np.clip(blurred(pulled, params.evened * size), -params.shade, params.shade)
    own = (1 - new) * beside * evened
    changed = weight * (content - new * source) + own
    mean = blurred(np.concatenate([changed, weight], axis=-1), params.light_within * size)
    even = mean[..., :-1] / (mean[..., -1:] + params.half_evened)
    return np.asarray(content - beside * even, np.float32)
