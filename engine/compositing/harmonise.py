"""New content of an edit made to fit the photo around it: as sharp as the photo, in its range of light.

A small generator draws everything softer than a photo shows it. By how much is seen where both show the same
thing: the photo, and the generator's picture of it before the edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from scipy import ndimage
from torch import Tensor

from ..imaging.tensor_filters import array_of, blurred, grid_of, highest, light_of, quantile, resized


@dataclass(frozen=True)
class Params:
    """Lengths are shares of the square's side, differences in the image's range 0..1.

    `bands`: sigmas between which sharpness is compared, where more than `shown` of the new picture is; it is
    raised `most_raised` times at most, and no value leaves the range of its neighbourhood (`reach`) by more
    than `beyond`. `brightest`, `knee`: quantile of the face's luminance that is its lightest place, and from
    which share of the lightest paint on luminances, evened by `even`, are bent down to it. Paint may be
    `whiter` by that share of what lacks to white, up to the luminance `teeth`. `coldest`: quantile of the
    face's green and blue in relation to its red that paint may have. `colourful`: the quantile of the face's
    differences between its channels that paint may have, and `more` how much more. `speck` is the side of the
    window of which a speck of red is less than `speck_share` per cent short of all, looked for at
    `speck_grid` px.
    """

    bands: tuple[float, ...] = (0.004, 0.008, 0.016)
    shown: float = 0.25
    most_raised: float = 3.0
    reach: float = 0.012
    beyond: float = 0.02
    brightest: float = 0.99
    knee: float = 0.8
    even: float = 0.008
    whiter: float = 0.2
    teeth: float = 0.82
    coldest: float = 0.9
    colourful: float = 0.99
    more: float = 4 / 255
    speck: float = 0.06
    speck_share: float = 90
    speck_grid: int = 128


DEFAULT = Params()


def fitting(picture: Tensor, source: Tensor, before: Tensor, new: Tensor, params: Params = DEFAULT) -> Tensor:
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
    there = new > params.shown
    sharp = _sharpened(picture, light, light_of(before), there, params) if there.any() else picture
    warm = _warm(_dimmed(sharp, light, face, params), source, face, params)
    return _without_specks(warm, source, face, params)


def _sharpened(picture: Tensor, photo: Tensor, render: Tensor, where: Tensor, params: Params) -> Tensor:
    size = picture.shape[-1]
    raised, finer = picture, picture
    for sigma in params.bands:
        coarser, photo_left, render_left = (blurred(p, sigma * size) for p in (finer, photo, render))
        has, lacks = (float(p[where].std(correction=0)) for p in (photo - photo_left, render - render_left))
        gain = min(max(has / max(lacks, 1e-4), 1.0), params.most_raised)
        raised = raised + (gain - 1) * (finer - coarser)
        finer, photo, render = coarser, photo_left, render_left
    window = 2 * max(round(params.reach * size), 1) + 1
    low, high = -highest(-picture, window) - params.beyond, highest(picture, window) + params.beyond
    return torch.minimum(torch.maximum(raised, low), high)


def _dimmed(picture: Tensor, photo: Tensor, face: Tensor, params: Params) -> Tensor:
    """The highest luminances bent down to a limit that lies between the face's lightest places and white.

    Of the even luminance, so that a row of teeth keeps its gaps and edges.
    """
    brightest = lightest_paint(quantile(photo[..., face], params.brightest), params)
    knee = params.knee * brightest
    even = blurred(light_of(picture), params.even * picture.shape[-1]).clamp(min=1e-4)
    over = (even - knee).clamp(min=0) / (brightest - knee)
    bent = torch.where(over > 0, knee + (brightest - knee) * (1 - (-over).exp()), even)
    return picture * (bent / even)


def _warm(picture: Tensor, photo: Tensor, face: Tensor, params: Params) -> Tensor:
    """Green and blue bent down to the red, as far as the light on the face allows: lips, gums and teeth are
    red to yellow under a white light, and no colder than skin's coldest places under any."""
    own = photo[0][:, face]
    red = own[0].clamp(min=1 / 255)
    colder = [max(quantile(channel / red, params.coldest), 1.0) for channel in own[1:]]
    limit = picture[:, :1].clamp(min=0) * picture.new_tensor(colder).view(1, 2, 1, 1)
    return torch.cat([picture[:, :1], torch.minimum(picture[:, 1:], limit)], 1)


def _without_specks(picture: Tensor, photo: Tensor, face: Tensor, params: Params) -> Tensor:
    """Blue no further above green than in the photo's face, lips are not violet; nor red, but for what is red
    all around, as lipstick is: a generator's specks of blood are no part of a mouth."""
    size = picture.shape[-1]
    red, green, blue = torch.split(picture, 1, 1)
    own = photo[0][:, face]
    reddest, bluest = (quantile(own[i] - own[1], params.colourful) for i in (0, 2))
    small = array_of(resized(red - green, min(size, params.speck_grid)))
    window = 2 * max(round(params.speck * len(small) / 2), 1) + 1
    around = grid_of(ndimage.percentile_filter(small, params.speck_share, window), picture.device)
    red = torch.minimum(red, green + resized(around, size).clamp(min=reddest + params.more))
    return torch.cat([red, green, torch.minimum(blue, green + max(bluest, 0) + params.more)], 1)


def inner_face(size: int) -> Tensor:
    """Where an aligned face is skin, eyes and mouth, whoever it is: (S, S) of True and False."""
    at = (torch.arange(size, dtype=torch.float64) + 0.5) / size
    return torch.hypot((at - 0.5)[None] / 0.25, (at - 0.62)[:, None] / 0.3) < 1


def lightest_paint(brightest: float, params: Params = DEFAULT) -> float:
    """The limit of painted luminances, between the face's lightest place and white: teeth are lighter than
    skin, but in a dim picture not as white as paper, and lighter than teeth are only where skin is, too."""
    return min(brightest + params.whiter * (1 - brightest), max(params.teeth, brightest))
