"""Light: by how much an edit may lighten and darken what of the photo it moves and recolours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, dilated, highest, light_of, moved, resized
from .movement import outlines_beside
from .scale import BROAD, LEAST_LIGHT, REACH
from .strategy import Strategy

if TYPE_CHECKING:
    from .decompose import Parts

_EVENED, _LIGHT = 0.015, 0.025
"""Sigmas, in shares of the side, of what counts for light, and above which a change is light, no crease."""
_DARKEST = 0.15
"""By which share of its light a change may darken the skin beside a region that is not painted."""
_HALF_EVENED = 0.1
"""Mean mask around a pixel at which half of a change of light is taken out: a lone crease is to be seen."""
_SHADE = 16 / 255
"""The most that a moved pixel's change of light, seen evenly, counts for."""


@dataclass(frozen=True, eq=False)
class PhotosLight:
    """What the light of a photo allows in and beside a small region; (1, 1, S, S) each.

    `room`: by how much the moved photo may become lighter; `darkest`: by how much what lies `beside` the
    region (0..1) may become darker; `free` (0..1): where no outline is that nothing may be drawn over.
    """

    room: Tensor
    darkest: Tensor
    beside: Tensor
    free: Tensor


def photos_light(source: Tensor, own: Tensor, region: Tensor) -> PhotosLight:
    """What the light of a photo `source` (1, 3, S, S) allows; `own` is the photo as it moved.

    No lighter than the photo is around there (mean and one standard deviation): teeth where a lip shone would
    be a white lip. Beside the region (1, 1, S, S) darker by a share of its light: a crease is drawn, no
    beard.
    """
    size = source.shape[-1]
    even, light = (blurred(light_of(p), _EVENED * size) for p in (source, own))
    mean, square = (blurred(v, BROAD * size) for v in (even, even * even))
    limit = mean + (square - mean * mean).clamp(min=0).sqrt()
    near = blurred(highest(region, 2 * int(REACH * size / 2) + 1), 2)
    return PhotosLight(
        room=(limit - light).clamp(min=0),
        darkest=_DARKEST * even,
        beside=1 - near.clamp(0, 1),
        free=1 - outlines_beside(source, region),
    )


def in_photos_light(change: Tensor, allowed: PhotosLight, strategy: Strategy) -> Tensor:
    """A change of colour (1, 3, S, S) in and around a small region, so that what is not painted stays in the
    photo's light."""
    if strategy is not Strategy.REPAINT:
        change = _no_lighter_than_around(change, allowed, strategy is Strategy.TINT)
    return _no_darker_beside(change, allowed) * allowed.free


def _no_lighter_than_around(change: Tensor, allowed: PhotosLight, tints: bool) -> Tensor:
    """Of what only `tints` the light alone is held back: red is lighter than a beard."""
    evened = _EVENED * change.shape[-1]
    more = blurred(highest(light_of(change), 4 * int(evened) + 1), evened)
    share = (allowed.room / more.clamp(min=LEAST_LIGHT)).clamp(0, 1)
    # Squared: what would have to be much lighter is something else, and a part of it only its tint.
    kept = torch.where(more > LEAST_LIGHT, share.square(), 1.0)
    if tints:
        return change - (1 - kept) * light_of(change).clamp(min=0)
    return change * kept


def _no_darker_beside(change: Tensor, allowed: PhotosLight) -> Tensor:
    darker = blurred((-light_of(change)).clamp(min=0), _EVENED * change.shape[-1])
    share = (allowed.darkest / darker.clamp(min=LEAST_LIGHT)).clamp(0, 1)
    return change * (1 - allowed.beside * (1 - share))


@dataclass(frozen=True, eq=False)
class Creases:
    """Where, away from a small region, an edit draws creases and makes no other light; (1, C, S, S) each.

    `beside` (0..1) is there, `weight` what is shown of the edit there, and `pulled` what the movement of the
    photo does to the light.
    """

    beside: Tensor
    weight: Tensor
    pulled: Tensor


def creases(shown: Tensor, parts: Parts, region: Tensor | None, source: Tensor) -> Creases | None:
    """Where an edit that is `shown` (1, 1, S, S) of the photo `source` draws creases; None for large regions.

    Shade that moves into a cheek is light as well. An outline that moves is none.
    """
    if region is None or not parts.strategy.of_small_region:
        return None
    size = shown.shape[-1]
    beside = 1 - dilated(resized(region, size), REACH).clamp(0, 1)
    beside = torch.maximum(beside * (1 - parts.new), parts.grain * parts.new)
    pulled = moved(source, parts.flow * shown * size) - source
    # By movement a pixel changes whole, however little of the content is shown.
    evened = blurred(pulled, _EVENED * size).clamp(-_SHADE, _SHADE)
    return Creases(beside, shown * beside, (1 - parts.new) * beside * evened)


def with_even_light(content: Tensor, found: Creases, new: Tensor, source: Tensor) -> Tensor:
    """The content (1, 3, S, S) of a recipe without what the edit does to the light away from a small region:
    a smile draws creases into the cheeks, it makes no darker skin.

    The mean of what is shown around each pixel is taken out, less where little is shown.
    """
    changed = found.weight * (content - new * source) + found.pulled
    mean = blurred(torch.cat([changed, found.weight], 1), _LIGHT * content.shape[-1])
    even = mean[:, :-1] / (mean[:, -1:] + _HALF_EVENED)
    return content - found.beside * even
