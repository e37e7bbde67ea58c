"""The slight, even change of colour that goes through a whole render when its latent code changes.

Another code is another light: every edit shifts skin, hair and background a little, each in its own way. That
shift is no part of the edit.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, dilated, highest, light_of, smoothstep, strongest
from .scale import BELONGS, BROAD, FINE, LEAST_LIGHT, OTHER, REACH, SMALL, WIDE

_CALM = (5 / 255, 14 / 255)
"""Between which changes, evened, there is more than a shift of the light."""
_BLEEDS = 0.06
"""How far beyond a small region, in shares of the side, its change of colour runs out in a render."""
_SHADES = 8
"""In how many steps of lightness skin, hair and background are told apart."""
_LITTLE, _FADES, _SKIN_LITTLE = 0.08, 0.005, 0.02
"""Mean weights around a pixel at which half of what is known of its shift counts: of all, of one shade alone,
and of skin."""


def drift(change: Tensor, source: Tensor, region: Tensor | None) -> Tensor:
    """The even part of a `change` (1, 3, S, S) of the picture `source` (1, 3, S, S; 0..1): (1, 3, S, S).

    It is taken from where nothing else happens and carried on below the rest, where it fades. Around a
    `region` (1, 1, S, S) beyond which nothing is edited, a small one or the area that an edit of the whole
    face is confined to, all that is even is such a shift: a smile draws creases into the cheeks, it
    makes no darker skin. Skin has its shift from skin and not from the hair beside it, which may become
    lighter while skin becomes darker; a small region has that of the shade that is around it most, from
    farther away: red lips redden the render's skin beside them.
    """
    size = change.shape[-1]
    calm = 1 - smoothstep(strongest(blurred(change, SMALL * size)), *_CALM)
    if region is None:
        return _even(change, calm, BROAD * size, _LITTLE)
    grown = blurred(highest(region, max(int(2 * REACH * size), 1)), REACH * size / 2)
    calm = torch.maximum(calm, 1 - smoothstep(grown, *BELONGS))
    inside, bleeding = dilated(region, REACH / 2).clamp(0, 1), dilated(region, _BLEEDS)
    farther = calm * (1 - smoothstep(bleeding, *BELONGS))
    ring = (bleeding - inside).clamp(0, 1)
    shades = _shades(light_of(blurred(source, FINE * size)), inside, ring)
    level = _of_own_shade(change, calm, BROAD * size, shades, _FADES)
    beyond = _of_own_shade(change, farther, WIDE * size, shades, _FADES)
    return level + inside * (beyond - level)


def drift_of_skin(change: Tensor, skin: Tensor) -> Tensor:
    """The part of a `change` (1, 3, S, S) that all skin (1, 1, S, S; 0..1) around a pixel has: (1, 3, S, S).

    That an expression or spectacles bring another complexion is by the way: in the faces that a generator
    has learnt who smiles is tanned, and shaven. What is finer is the edit: folds, the shade of a raised
    cheek.
    """
    size, sigma = change.shape[-1], WIDE * change.shape[-1]
    # Another light on one side of a face is all over it as strong as a rim: what differs from the skin around
    # it is something else, not what has changed most.
    differs = change - _even(change, skin, sigma, _SKIN_LITTLE)
    calm = 1 - smoothstep(strongest(blurred(differs, SMALL * size)), *OTHER)
    return _even(change, skin * calm, sigma, _SKIN_LITTLE)


def lit(source: Tensor, skin: Tensor) -> Tensor:
    """How much of the light on the skin (1, 1, S, S; 0..1) around a pixel the picture `source` (1, 3, S, S)
    gives back there, (1, 1, S, S), 1 on skin: of another light a pupil gets less than the cheek below it."""
    size = source.shape[-1]
    light = light_of(blurred(source, SMALL * size))
    both = blurred(torch.cat([light * skin, skin], 1), WIDE * size)
    around = both[:, :1] / both[:, 1:].clamp(min=1e-6)
    return skin + (1 - skin) * (light / around.clamp(min=LEAST_LIGHT)).clamp(0, 1)


def drift_of_hair(change: Tensor, hair: Tensor) -> Tensor:
    """The part of a `change` (1, 3, S, S) that all of the photo's hair (1, 1, S, S; 0..1) around a pixel has:
    (1, 3, S, S). Black hair that is curled stays black, though more of those with curls are fair."""
    both = torch.cat([change * hair, hair], 1)
    # Far from the photo's hair new hair has the shift of all of it.
    near = blurred(both, WIDE * change.shape[-1])
    near = near + _SKIN_LITTLE * both.mean((2, 3), keepdim=True)
    return near[:, :3] / near[:, 3:].clamp(min=1e-6)


def _shades(light: Tensor, inside: Tensor, ring: Tensor) -> list[tuple[Tensor, Tensor]]:
    """For each step of lightness how far pixels (1, 1, S, S) belong to it, and how far their shift is its:
    that of what is `inside` a small region is the shift of the lightness that is most frequent in the
    `ring`."""
    alike = [(1 - (light * _SHADES - step).abs()).clamp(0, 1) for step in range(_SHADES + 1)]
    sigma = BROAD * light.shape[-1]
    frequent = [blurred(ring * a, sigma).clamp(min=0) ** 4 for a in alike]
    total = torch.stack(frequent).sum(0).clamp(min=1e-12)
    return [(a, (1 - inside) * a + inside * f / total) for a, f in zip(alike, frequent, strict=True)]


def _of_own_shade(
    change: Tensor,
    weight: Tensor,
    sigma: float,
    shades: list[tuple[Tensor, Tensor]],
    little: float,
) -> Tensor:
    """The change's weighted mean around each pixel over pixels of its lightness (as a bilateral grid's)."""
    total = torch.zeros_like(change)
    for alike, own in shades:
        total = total + own * _even(change, alike * weight, sigma, little)
    return total


def _even(change: Tensor, weight: Tensor, sigma: float, little: float) -> Tensor:
    """The change's weighted mean around each pixel, fading to zero where there is little weight."""
    both = blurred(torch.cat([change * weight, weight], 1), sigma)
    return both[:, :3] / (both[:, 3:] + little)
