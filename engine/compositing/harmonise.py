"""New content of an edit made to fit the photo around it: as sharp as the photo, in its range of light.

A small generator draws everything softer than a photo shows it. By how much is seen where both show the same
thing: the photo, and the generator's picture of it before the edit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..imaging.filters import LIGHT, blurred
from ..imaging.warp import resized
from ..types import FloatArray

Where = npt.NDArray[np.bool_]


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


def fitting(
    picture: FloatArray,
    source: FloatArray,
    before: FloatArray,
    new: FloatArray,
    params: Params = DEFAULT,
) -> FloatArray:
    """The edit's picture with the photo's sharpness and range of light; all (S, S, 3), about 0..1.

    `source` is the photo, `before` the generator's picture of it and `new` (S, S), 0..1, where the edit's is
    shown. Each band of frequencies is raised by as much as the photo has more of it there, at most three
    times; no value leaves the range of its neighbourhood by it, so that an edge gets steeper without a bright
    line beside it. Teeth in a dim picture are not painted in the white of paper, and none are blue.
    """
    if not new.any():
        return picture
    face = inner_face(picture.shape[0])
    light = source @ LIGHT
    there = new > params.shown
    sharp = _sharpened(picture, light, before @ LIGHT, there, params) if there.any() else picture
    warm = _warm(_dimmed(sharp, light, face, params), source, face, params)
    return _without_specks(warm, source, face, params)


def _sharpened(
    picture: FloatArray, photo: FloatArray, render: FloatArray, where: Where, params: Params
) -> FloatArray:
    size = picture.shape[0]
    raised, finer = picture.copy(), picture
    for sigma in params.bands:
        coarser, photo_left, render_left = (blurred(p, sigma * size) for p in (finer, photo, render))
        has, lacks = (photo - photo_left)[where].std(), (render - render_left)[where].std()
        raised += (float(np.clip(has / max(float(lacks), 1e-4), 1, params.most_raised)) - 1) * (
            finer - coarser
        )
        finer, photo, render = coarser, photo_left, render_left
    window = 2 * max(round(params.reach * size), 1) + 1
    low = ndimage.minimum_filter(picture, (window, window, 1)) - params.beyond
    high = ndimage.maximum_filter(picture, (window, window, 1)) + params.beyond
    return np.asarray(np.clip(raised, low, high), np.float32)


def _dimmed(picture: FloatArray, photo: FloatArray, face: Where, params: Params) -> FloatArray:
    """The highest luminances bent down to a limit that lies between the face's lightest places and white.

    Of the even luminance, so that a row of teeth keeps its gaps and edges.
    """
    brightest = lightest_paint(float(np.quantile(photo[face], params.brightest)), params)
    knee = params.knee * brightest
    even = np.maximum(blurred(picture @ LIGHT, params.even * len(picture)), 1e-4)
    over = np.maximum(even - knee, 0) / (brightest - knee)
    bent = np.where(over > 0, knee + (brightest - knee) * (1 - np.exp(-over)), even)
    return np.asarray(picture * (bent / even)[..., None], np.float32)


def _warm(picture: FloatArray, photo: FloatArray, face: Where, params: Params) -> FloatArray:
    """Green and blue bent down to the red, as far as the light on the face allows: lips, gums and teeth are
    red to yellow under a white light, and no colder than skin's coldest places under any."""
    red = np.maximum(photo[face][:, 0], 1 / 255)
    colder = np.quantile(photo[face][:, 1:] / red[:, None], params.coldest, axis=0)
    limit = np.maximum(picture[..., :1], 0) * np.maximum(colder, 1).astype(np.float32)
    return np.concatenate([picture[..., :1], np.minimum(picture[..., 1:], limit)], axis=-1)


def _without_specks(picture: FloatArray, photo: FloatArray, face: Where, params: Params) -> FloatArray:
    """Blue no further above green than in the photo's face, lips are not violet; nor red, but for what is red
    all around, as lipstick is: a generator's specks of blood are no part of a mouth."""
    red, green, blue = np.moveaxis(picture, -1, 0)
    own = photo[face]
    reddest, bluest = (float(np.quantile(own[:, i] - own[:, 1], params.colourful)) for i in (0, 2))
    small = resized(red - green, min(len(picture), params.speck_grid))
    window = 2 * max(round(params.speck * len(small) / 2), 1) + 1
    around = resized(ndimage.percentile_filter(small, params.speck_share, window), len(picture))
    red = np.minimum(red, green + np.maximum(reddest + params.more, around))
    return np.stack([red, green, np.minimum(blue, green + max(bluest, 0) + params.more)], axis=-1)


def inner_face(size: int) -> Where:
    """Where an aligned face is skin, eyes and mouth, whoever it is: (S, S) of True and False."""
    y, x = (np.indices((size, size)) + 0.5) / size
    return np.asarray(np.hypot((x - 0.5) / 0.25, (y - 0.62) / 0.3) < 1)


def lightest_paint(brightest: float, params: Params = DEFAULT) -> float:
    """The limit of painted luminances, between the face's lightest place and white: teeth are lighter than
    skin, but in a dim picture not as white as paper, and lighter than teeth are only where skin is, too."""
    return min(brightest + params.whiter * (1 - brightest), max(params.teeth, brightest))
