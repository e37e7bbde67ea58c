"""Movement: where each of the photo's pixels goes, and where it must not.

The dense flow between the reconstruction and the edit, kept where it can be trusted and where the
reconstruction shows the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred, dilated, light_of, moved, smoothstep, strongest
from ..imaging.optical_flow import dense_flow, without_folds
from ..types import FloatArray
from .params import REACH
from .strategy import Strategy


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `pull`: between which distances from an edited region what it pulls along comes to rest. `believed`:
    between which errors of its structure (finer than `structure`, within `missed_within`) a reconstruction no
    longer shows the photo. `outlined`: between which spreads of the luminance around a pixel, within the
    sigma `outline_within`, it lies on an outline, and `outline_reach` how wide the search for one is;
    `held_beyond` multiples of the region's surroundings it is held from. `helps`: between which shares of a
    change that a flow must explain it is trusted, `unseen` a change that needs no explanation; `even` the
    flow's sigma, and `little` the mean trust at which half of it is left.
    """

    pull: tuple[float, float] = (0.06, 0.15)
    believed: tuple[float, float] = (10 / 255, 30 / 255)
    structure: float = 0.03
    missed_within: float = 0.006
    outlined: tuple[float, float] = (15 / 255, 30 / 255)
    outline_within: float = 0.02
    outline_reach: float = 0.012
    held_beyond: float = 1.5
    helps: tuple[float, float] = (0.15, 0.5)
    unseen: float = 2 / 255
    even: float = 0.01
    little: float = 0.15


DEFAULT = Params()


def movement(
    edit: FloatArray,
    source: FloatArray,
    before: FloatArray,
    changed: FloatArray,
    region: FloatArray | None,
    strategy: Strategy,
    params: Params = DEFAULT,
) -> FloatArray:
    """The flow (S, S, 2), x and y in shares of the side: the edit at u shows what lay at u + flow.

    `edit` and `before` (S, S, 3) are the generator's, `source` is the photo, `changed` (S, S), 0..1, where
    anything can be seen of the edit. Between hair of another colour and the skin there is no movement, though
    it looks like one.
    """
    size = before.shape[0]
    if strategy is Strategy.RECOLOUR:
        return np.zeros((size, size, 2), np.float32)
    followed = _followed(source, before, region, params)
    flow = _trusted_flow(edit, before, changed * followed, params) * followed[..., None]
    return without_folds(flow * size) / np.float32(size)


def _followed(
    source: FloatArray, before: FloatArray, region: FloatArray | None, params: Params
) -> FloatArray:
    """0..1: where the reconstruction shows what the photo does, so that its movement is the photo's too.

    A strand of hair or a finger that the generator left out must not be moved with the cheek behind it. The
    edited region itself is always followed: soft as it is drawn there, that is what is to move. Far from it
    nothing moves: an eye that shifts with a smile is by the way; nor does the outline of a cheek before hair
    or a background, which every other code draws a little elsewhere.
    """
    size = source.shape[0]
    wrong = source - before
    wrong = wrong - blurred(wrong, params.structure * size)
    missed = blurred(strongest(wrong), params.missed_within * size)
    believed = 1 - smoothstep(missed, *params.believed)
    if region is None or not (region >= 0.5).any():
        return believed
    far = ndimage.distance_transform_edt(region < 0.5) / size
    near = 1 - smoothstep(np.asarray(far, np.float32), *params.pull)
    free = near * (1 - outlines_beside(source, region, params))
    return np.asarray(np.maximum(believed, np.clip(region * 2, 0, 1)) * free, np.float32)


def outlines_beside(source: FloatArray, region: FloatArray, params: Params = DEFAULT) -> FloatArray:
    """0..1: where, beside the region, two things of different lightness meet in the photo (S, S, 3)."""
    size, light = len(source), light_of(source)
    mean, square = (blurred(v, params.outline_within * size) for v in (light, light * light))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    reach = max(int(params.outline_reach * size), 1)
    outlines = smoothstep(ndimage.maximum_filter(spread, reach), *params.outlined)
    surroundings = np.clip(dilated(region, params.held_beyond * REACH), 0, 1)
    return np.asarray(outlines * (1 - surroundings), np.float32)


def _trusted_flow(edit: FloatArray, before: FloatArray, changed: FloatArray, params: Params) -> FloatArray:
    """The flow in shares of the side, fading to zero where it cannot be trusted or nothing changed."""
    size = edit.shape[0]
    flow, trust = dense_flow(edit, before)
    sigma = params.even * size
    unmoved = blurred(strongest(edit - before), sigma)
    left = blurred(strongest(edit - moved(before, flow)), sigma)
    helps = smoothstep(1 - left / (unmoved + params.unseen), *params.helps)
    weight = (trust * helps * changed)[..., None]
    smooth = blurred(np.concatenate([flow * weight, weight], axis=-1).astype(np.float32), 1.2 * sigma)
    return np.asarray(smooth[..., :2] / (smooth[..., 2:] + params.little) / size, np.float32)
