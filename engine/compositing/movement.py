"""Movement: where each of the photo's pixels goes, and where it must not.

The dense flow between the reconstruction and the edit, kept where it can be trusted and where the
reconstruction shows the photo.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..imaging.optical_flow import dense_flow, without_folds
from ..imaging.tensor_filters import (
    blurred,
    dilated,
    distance_to,
    highest,
    light_of,
    moved,
    smoothstep,
    strongest,
)
from .scale import BROAD, FINE, REACH, SEEN, SMALL, UNSEEN
from .strategy import Strategy

_PULL = (0.06, 0.15)
"""Between which distances from an edited region, in shares of the side, what it pulls along comes to rest."""
_OUTLINED = (15 / 255, 30 / 255)
"""Between which spreads of the luminance around a pixel two things meet there, not light and shade of one."""
_HELD_BEYOND = 1.5
"""From which multiple of `REACH` beside a region outlines are held: nearer, they are the region's own."""
_HELPS = (0.15, 0.5)
"""Between which shares of a change that it explains a flow comes to be trusted,"""
_LITTLE = 0.15
"""and the mean trust at which half of a flow is left."""


def movement(
    edit: Tensor, source: Tensor, before: Tensor, changed: Tensor, region: Tensor | None, strategy: Strategy
) -> Tensor:
    """The flow (1, 2, S, S), x and y in shares of the side: the edit at u shows what lay at u + flow.

    `edit` and `before` (1, 3, S, S) are the generator's, `source` is the photo, `changed` (1, 1, S, S), 0..1,
    where anything can be seen of the edit. Not differentiable. Between hair of another colour and the skin
    there is no movement, though it looks like one.
    """
    size = before.shape[-1]
    if strategy is Strategy.RECOLOUR:
        return before.new_zeros((1, 2, size, size))
    followed = _followed(source, before, region)
    flow = _trusted_flow(edit, before, changed * followed) * followed
    return without_folds(flow * size) / size


def not_from(flow: Tensor, kept: Tensor) -> Tensor:
    """The flow (1, 2, S, S), shares of the side, that neither moves what is `kept`, (1, 1, S, S) in 0..1, nor
    takes its pixels elsewhere."""
    size = flow.shape[-1]
    held = torch.maximum(kept, moved(kept, flow * size)).clamp(0, 1)
    return without_folds(flow * (1 - held) * size) / size


def _followed(source: Tensor, before: Tensor, region: Tensor | None) -> Tensor:
    """0..1: where the reconstruction shows what the photo does, so that its movement is the photo's too.

    A strand of hair or a finger that the generator left out must not be moved with the cheek behind it. The
    edited region itself is always followed: soft as it is drawn there, that is what is to move. Far from it
    nothing moves: an eye that shifts with a smile is by the way; nor does the outline of a cheek before hair
    or a background, which every other code draws a little elsewhere.
    """
    size = source.shape[-1]
    wrong = source - before
    wrong = wrong - blurred(wrong, BROAD * size)
    missed = blurred(strongest(wrong), FINE * size)
    believed = 1 - smoothstep(missed, *SEEN)
    if region is None or not (region >= 0.5).any():
        return believed
    near = 1 - smoothstep(distance_to(region) / size, *_PULL)
    free = near * (1 - outlines_beside(source, region))
    return torch.maximum(believed, (region * 2).clamp(0, 1)) * free


def outlines_beside(source: Tensor, region: Tensor) -> Tensor:
    """0..1: where, beside the region, two things of different lightness meet in the photo (1, 3, S, S)."""
    size, light = source.shape[-1], light_of(source)
    mean, square = (blurred(v, REACH * size) for v in (light, light * light))
    spread = (square - mean * mean).clamp(min=0).sqrt()
    reach = max(int(SMALL * size), 1)
    outlines = smoothstep(highest(spread, reach), *_OUTLINED)
    return outlines * (1 - dilated(region, _HELD_BEYOND * REACH).clamp(0, 1))


def _trusted_flow(edit: Tensor, before: Tensor, changed: Tensor) -> Tensor:
    """The flow in shares of the side, fading to zero where it cannot be trusted or nothing changed."""
    size = edit.shape[-1]
    flow, trust = dense_flow(edit, before)
    sigma = SMALL * size
    unmoved = blurred(strongest(edit - before), sigma)
    left = blurred(strongest(edit - moved(before, flow)), sigma)
    helps = smoothstep(1 - left / (unmoved + UNSEEN[0]), *_HELPS)
    weight = trust * helps * changed
    smooth = blurred(torch.cat([flow * weight, weight], 1), 1.2 * sigma)
    return smooth[:, :2] / (smooth[:, 2:] + _LITTLE) / size
