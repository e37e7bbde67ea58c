"""New content of an edit made to fit the photo around it: as sharp as the photo, in its range of light.

A small generator draws everything softer than a photo shows it. By how much is seen where both show the same
thing: the photo, and the generator's picture of it before the edit.
"""

from __future__ import annotations

import torch
from scipy import ndimage
from torch import Tensor

from ..imaging.tensor_filters import array_of, blurred, grid_of, highest, light_of, quantile, resized
from .scale import EXTREME, FACE, FINE, SMALL, UNSEEN

_BANDS = (0.004, 0.008, 0.016)
"""Sigmas, in shares of the side, between which sharpness is compared,"""
_SHOWN = 0.25
"""where more than this of the new picture is shown."""
_MOST_RAISED, _BEYOND = 3.0, 0.02
"""By how much a band is raised at most, and by how much a value may leave the range of its neighbourhood."""
_KNEE = 0.8
"""From which share of the lightest paint on luminances are bent down to it."""
_WHITER, _TEETH = 0.2, 0.82
"""Paint may be whiter than the face's lightest place by that share of what lacks to white, up to the
luminance of teeth."""
_INNER = 0.9
"""The multiple of an aligned face's ellipse within which it is skin, eyes and mouth, whoever it is."""
_COLDEST = 0.9
"""Quantile of the face's green and blue in relation to its red that paint may have."""
_SPECK, _SPECK_SHARE, _SPECK_GRID = 0.06, 90, 128
"""A window's side, in shares of the side, of which a speck of red is less than a tenth (per cent short of
all), looked for at so many px."""


def fitting(picture: Tensor, source: Tensor, before: Tensor, new: Tensor) -> Tensor:
    """The edit's picture with the photo's sharpness and range of light; all (1, 3, S, S), about 0..1.

    `source` is the photo, `before` the generator's picture of it and `new` (1, 1, S, S), 0..1, where the
    edit's is shown. Each band of frequencies is raised by as much as the photo has more of it there, at most
    three times; no value leaves the range of its neighbourhood by it, so that an edge gets steeper without a
    bright line beside it. Teeth in a dim picture are not painted in the white of paper, and none are blue.
    Not differentiable.
    """
    if not new.any():
        return picture
    face = inner_face(picture.shape[-1]).to(picture.device)
    light = light_of(source)
    there = new > _SHOWN
    sharp = _sharpened(picture, light, light_of(before), there) if there.any() else picture
    warm = _warm(_dimmed(sharp, light, face), source, face)
    return _without_specks(warm, source, face)


def _sharpened(picture: Tensor, photo: Tensor, render: Tensor, where: Tensor) -> Tensor:
    size = picture.shape[-1]
    raised, finer = picture, picture
    for sigma in _BANDS:
        coarser, photo_left, render_left = (blurred(p, sigma * size) for p in (finer, photo, render))
        has, lacks = (float(p[where].std(correction=0)) for p in (photo - photo_left, render - render_left))
        gain = min(max(has / max(lacks, 1e-4), 1.0), _MOST_RAISED)
        raised = raised + (gain - 1) * (finer - coarser)
        finer, photo, render = coarser, photo_left, render_left
    window = 2 * max(round(SMALL * size), 1) + 1
    low, high = -highest(-picture, window) - _BEYOND, highest(picture, window) + _BEYOND
    return torch.minimum(torch.maximum(raised, low), high)


def _dimmed(picture: Tensor, photo: Tensor, face: Tensor) -> Tensor:
    """The highest luminances bent down to a limit that lies between the face's lightest places and white.

    Of the even luminance, so that a row of teeth keeps its gaps and edges.
    """
    brightest = lightest_paint(quantile(photo[..., face], EXTREME))
    knee = _KNEE * brightest
    even = blurred(light_of(picture), FINE * picture.shape[-1]).clamp(min=1e-4)
    over = (even - knee).clamp(min=0) / (brightest - knee)
    bent = torch.where(over > 0, knee + (brightest - knee) * (1 - (-over).exp()), even)
    return picture * (bent / even)


def _warm(picture: Tensor, photo: Tensor, face: Tensor) -> Tensor:
    """Green and blue bent down to the red, as far as the light on the face allows: lips, gums and teeth are
    red to yellow under a white light, and no colder than skin's coldest places under any."""
    own = photo[0][:, face]
    red = own[0].clamp(min=1 / 255)
    colder = [max(quantile(channel / red, _COLDEST), 1.0) for channel in own[1:]]
    limit = picture[:, :1].clamp(min=0) * picture.new_tensor(colder).view(1, 2, 1, 1)
    return torch.cat([picture[:, :1], torch.minimum(picture[:, 1:], limit)], 1)


def _without_specks(picture: Tensor, photo: Tensor, face: Tensor) -> Tensor:
    """Blue no further above green than in the photo's face, lips are not violet; nor red, but for what is red
    all around, as lipstick is: a generator's specks of blood are no part of a mouth."""
    size = picture.shape[-1]
    red, green, blue = torch.split(picture, 1, 1)
    own = photo[0][:, face]
    reddest, bluest = (quantile(own[i] - own[1], EXTREME) for i in (0, 2))
    small = array_of(resized(red - green, min(size, _SPECK_GRID)))
    window = 2 * max(round(_SPECK * len(small) / 2), 1) + 1
    around = grid_of(ndimage.percentile_filter(small, _SPECK_SHARE, window), picture.device)
    red = torch.minimum(red, green + resized(around, size).clamp(min=reddest + UNSEEN[0]))
    return torch.cat([red, green, torch.minimum(blue, green + max(bluest, 0) + UNSEEN[0])], 1)


def inner_face(size: int) -> Tensor:
    """Where an aligned face is skin, eyes and mouth, whoever it is: (S, S) of True and False."""
    at = (torch.arange(size, dtype=torch.float64) + 0.5) / size
    (x0, y0), (wide, high) = FACE
    return torch.hypot((at - x0)[None] / wide, (at - y0)[:, None] / high) < _INNER


def lightest_paint(brightest: float) -> float:
    """The limit of painted luminances, between the face's lightest place and white: teeth are lighter than
    skin, but in a dim picture not as white as paper, and lighter than teeth are only where skin is, too."""
    return min(brightest + _WHITER * (1 - brightest), max(_TEETH, brightest))
