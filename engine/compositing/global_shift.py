"""The slight, even change of colour that goes through a whole render when its latent code changes.

Another code is another light: every edit shifts skin, hair and background a little, each in its own way. That
shift is no part of the edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensor_filters import blurred, dilated, highest, light_of, smoothstep, strongest
from .params import LEAST_LIGHT, REACH


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `calm`: between which changes (evened by the sigma `evened`) there is more than a shift of the light.
    `near` and `far`: sigmas of the neighbourhood that a shift is the mean of. `beside`: between which values
    of the dilation of a small region what lies there is not calm; `bleeds`: how far beyond it its own change
    of colour runs out in a render. `shades`: in how many steps of lightness (evened by `shade_within`) skin,
    hair and background are told apart. `little`: mean weight around a pixel at which half of what is known of
    its shift counts, and `fades` the same of one shade alone. `complexion`: sigma above which a change of
    skin is one of its colour and no fold, `skin_little` the mean of skin at which half of it counts, and
    `more` between which changes it is something else, a rim or a mouth's corner.
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
    complexion: float = 0.1
    skin_little: float = 0.02
    more: tuple[float, float] = (24 / 255, 48 / 255)


DEFAULT = Params()


def drift(
    change: Tensor,
    source: Tensor,
    region: Tensor | None,
    params: Params = DEFAULT,
) -> Tensor:
    """The even part of a `change` (1, 3, S, S) of the picture `source` (1, 3, S, S; 0..1): (1, 3, S, S).

    It is taken from where nothing else happens and carried on below the rest, where it fades. Around a
    `region` (1, 1, S, S) beyond which nothing is edited, a small one or the area that an edit of the whole
    face is confined to, all that is even is such a shift: a smile draws creases into the cheeks, it
    makes no darker skin. Skin has its shift from skin and not from the hair beside it, which may become
    lighter while skin becomes darker; a small region has that of the shade that is around it most, from
    farther away: red lips redden the render's skin beside them.
    """
    size = change.shape[-1]
    calm = 1 - smoothstep(strongest(blurred(change, params.evened * size)), *params.calm)
    if region is None:
        return _even(change, calm, params.near * size, params.little)
    grown = blurred(highest(region, max(int(2 * REACH * size), 1)), REACH * size / 2)
    calm = torch.maximum(calm, 1 - smoothstep(grown, *params.beside))
    inside, bleeding = dilated(region, REACH / 2).clamp(0, 1), dilated(region, params.bleeds)
    farther = calm * (1 - smoothstep(bleeding, *params.beside))
    ring = (bleeding - inside).clamp(0, 1)
    shades = _shades(light_of(blurred(source, params.shade_within * size)), inside, ring, params)
    level = _of_own_shade(change, calm, params.near * size, shades, params.fades)
    beyond = _of_own_shade(change, farther, params.far * size, shades, params.fades)
    return level + inside * (beyond - level)


def drift_of_skin(change: Tensor, skin: Tensor, params: Params = DEFAULT) -> Tensor:
    """The part of a `change` (1, 3, S, S) that all skin (1, 1, S, S; 0..1) around a pixel has: (1, 3, S, S).

    That an expression or spectacles bring another complexion is by the way: in the faces that a generator
    has learnt who smiles is tanned, and shaven. What is finer is the edit: folds, the shade of a raised
    cheek.
    """
    size, sigma = change.shape[-1], params.complexion * change.shape[-1]
    # Another light on one side of a face is all over it as strong as a rim: what differs from the skin around
    # it is something else, not what has changed most.
    differs = change - _even(change, skin, sigma, params.skin_little)
    calm = 1 - smoothstep(strongest(blurred(differs, params.evened * size)), *params.more)
    return _even(change, skin * calm, sigma, params.skin_little)


def lit(source: Tensor, skin: Tensor, params: Params = DEFAULT) -> Tensor:
    """How much of the light on the skin (1, 1, S, S; 0..1) around a pixel the picture `source` (1, 3, S, S)
    gives back there, (1, 1, S, S), 1 on skin: of another light a pupil gets less than the cheek below it."""
    size = source.shape[-1]
    light = light_of(blurred(source, params.evened * size))
    both = blurred(torch.cat([light * skin, skin], 1), params.complexion * size)
    around = both[:, :1] / both[:, 1:].clamp(min=1e-6)
    return skin + (1 - skin) * (light / around.clamp(min=LEAST_LIGHT)).clamp(0, 1)


def drift_of_hair(change: Tensor, hair: Tensor, params: Params = DEFAULT) -> Tensor:
    """The part of a `change` (1, 3, S, S) that all of the photo's hair (1, 1, S, S; 0..1) around a pixel has:
    (1, 3, S, S). Black hair that is curled stays black, though more of those with curls are fair."""
    both = torch.cat([change * hair, hair], 1)
    # Far from the photo's hair new hair has the shift of all of it.
    near = blurred(both, params.complexion * change.shape[-1])
    near = near + params.skin_little * both.mean((2, 3), keepdim=True)
    return near[:, :3] / near[:, 3:].clamp(min=1e-6)


def _shades(light: Tensor, inside: Tensor, ring: Tensor, params: Params) -> list[tuple[Tensor, Tensor]]:
    """For each step of lightness how far pixels (1, 1, S, S) belong to it, and how far their shift is its:
    that of what is `inside` a small region is the shift of the lightness that is most frequent in the
    `ring`."""
    alike = [(1 - (light * params.shades - step).abs()).clamp(0, 1) for step in range(params.shades + 1)]
    sigma = params.near * light.shape[-1]
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
