"""Movement: where each of the photo's pixels goes, and where it must not.

The dense flow between the reconstruction and the edit, kept where it can be trusted and where the
reconstruction shows the photo.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    edit: Tensor,
    source: Tensor,
    before: Tensor,
    changed: Tensor,
    region: Tensor | None,
    strategy: Strategy,
    params: Params = DEFAULT,
) -> Tensor:
    """The flow (1, 2, S, S), x and y in shares of the side: the edit at u shows what lay at u + flow.

    `edit` and `before` (1, 3, S, S) are the generator's, `source` is the photo, `changed` (1, 1, S, S), 0..1,
    where anything can be seen of the edit. Not differentiable. Between hair of another colour and the skin
    there is no movement, though it looks like one.
    """
    size = before.shape[-1]
    if strategy is Strategy.RECOLOUR:
        return before.new_zeros((1, 2, size, size))
    followed = _followed(source, before, region, params)
    flow = _trusted_flow(edit, before, changed * followed, params) * followed
    return without_folds(flow * size) / size


def not_from(flow: Tensor, kept: Tensor) -> Tensor:
    """The flow (1, 2, S, S), shares of the side, that neither moves what is `kept`, (1, 1, S, S) in 0..1, nor
    takes its pixels elsewhere."""
    size = flow.shape[-1]
    held = torch.maximum(kept, moved(kept, flow * size)).clamp(0, 1)
    return without_folds(flow * (1 - held) * size) / size


def _followed(source: Tensor, before: Tensor, region: Tensor | None, params: Params) -> Tensor:
    """0..1: where the reconstruction shows what the photo does, so that its movement is the photo's too.

    A strand of hair or a finger that the generator left out must not be moved with the cheek behind it. The
    edited region itself is always followed: soft as it is drawn there, that is what is to move. Far from it
    nothing moves: an eye that shifts with a smile is by the way; nor does the outline of a cheek before hair
    or a background, which every other code draws a little elsewhere.
    """
    size = source.shape[-1]
    wrong = source - before
    wrong = wrong - blurred(wrong, params.structure * size)
    missed = blurred(strongest(wrong), params.missed_within * size)
    believed = 1 - smoothstep(missed, *params.believed)
    if region is None or not (region >= 0.5).any():
        return believed
    near = 1 - smoothstep(distance_to(region) / size, *params.pull)
    free = near * (1 - outlines_beside(source, region, params))
    return torch.maximum(believed, (region * 2).clamp(0, 1)) * free


def outlines_beside(source: Tensor, region: Tensor, params: Params = DEFAULT) -> Tensor:
    """0..1: where, beside the region, two things of different lightness meet in the photo (1, 3, S, S)."""
    size, light = source.shape[-1], light_of(source)
    mean, square = (blurred(v, params.outline_within * size) for v in (light, light * light))
    spread = (square - mean * mean).clamp(min=0).sqrt()
    reach = max(int(params.outline_reach * size), 1)
    outlines = smoothstep(highest(spread, reach), *params.outlined)
    return outlines * (1 - dilated(region, params.held_beyond * REACH).clamp(0, 1))


def _trusted_flow(edit: Tensor, before: Tensor, changed: Tensor, params: Params) -> Tensor:
    """The flow in shares of the side, fading to zero where it cannot be trusted or nothing changed."""
    size = edit.shape[-1]
    flow, trust = dense_flow(edit, before)
    sigma = params.even * size
    unmoved = blurred(strongest(edit - before), sigma)
    left = blurred(strongest(edit - moved(before, flow)), sigma)
    helps = smoothstep(1 - left / (unmoved + params.unseen), *params.helps)
    weight = trust * helps * changed
    smooth = blurred(torch.cat([flow * weight, weight], 1), 1.2 * sigma)
    return smooth[:, :2] / (smooth[:, 2:] + params.little) / size
