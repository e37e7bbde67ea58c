"""New content of an edit made to fit the photo around it: as sharp as the photo, in its range of light.

A small generator draws everything softer than a photo shows it. By how much is seen where both show the same
thing: the photo, and the generator's picture of it before the edit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..imaging.filters import LIGHT, blurred
from ..imaging.warp import resized
from ..types import FloatArray
from .params import BRIGHTEST, COLDEST, KNEE, inner_face, lightest_paint

Where = npt.NDArray[np.bool_]

_BANDS = (0.004, 0.008, 0.016)
"""Sigmas between which sharpness is compared, in shares of the side."""
_MOST = 3.0
_SHOWN = 0.25
_EVEN = 0.008
_REACH = 0.012
_COLOURFUL = 0.99
"""The quantile of the face's differences between its channels that paint may have, and how much more."""
_MORE = 4 / 255
_SMALL = 128
_SPECK, _SPECK_SHARE = 0.06, 90
"""The side of the window, in shares of the square's, of which a speck of red is less than the other share."""
_BEYOND = 0.02


def fitting(picture: FloatArray, source: FloatArray, before: FloatArray, new: FloatArray) -> FloatArray:
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
    there = new > _SHOWN
    sharp = _sharpened(picture, light, before @ LIGHT, there) if there.any() else picture
    return _without_specks(_warm(_dimmed(sharp, light, face), source, face), source, face)


def _sharpened(picture: FloatArray, photo: FloatArray, render: FloatArray, where: Where) -> FloatArray:
    size = picture.shape[0]
    raised, finer = picture.copy(), picture
    for sigma in _BANDS:
        coarser, photo_left, render_left = (blurred(p, sigma * size) for p in (finer, photo, render))
        has, lacks = (photo - photo_left)[where].std(), (render - render_left)[where].std()
        raised += (float(np.clip(has / max(float(lacks), 1e-4), 1, _MOST)) - 1) * (finer - coarser)
        finer, photo, render = coarser, photo_left, render_left
    window = 2 * max(round(_REACH * size), 1) + 1
    low = ndimage.minimum_filter(picture, (window, window, 1)) - _BEYOND
    high = ndimage.maximum_filter(picture, (window, window, 1)) + _BEYOND
    return np.asarray(np.clip(raised, low, high), np.float32)


def _dimmed(picture: FloatArray, photo: FloatArray, face: Where) -> FloatArray:
    """The highest luminances bent down to a limit that lies between the face's lightest places and white.

    Of the even luminance, so that a row of teeth keeps its gaps and edges.
    """
    brightest = lightest_paint(float(np.quantile(photo[face], BRIGHTEST)))
    knee = KNEE * brightest
    even = np.maximum(blurred(picture @ LIGHT, _EVEN * len(picture)), 1e-4)
    over = np.maximum(even - knee, 0) / (brightest - knee)
    bent = np.where(over > 0, knee + (brightest - knee) * (1 - np.exp(-over)), even)
    return np.asarray(picture * (bent / even)[..., None], np.float32)


def _warm(picture: FloatArray, photo: FloatArray, face: Where) -> FloatArray:
    """Green and blue bent down to the red, as far as the light on the face allows: lips, gums and teeth are
    red to yellow under a white light, and no colder than skin's coldest places under any."""
    red = np.maximum(photo[face][:, 0], 1 / 255)
    colder = np.quantile(photo[face][:, 1:] / red[:, None], COLDEST, axis=0)
    limit = np.maximum(picture[..., :1], 0) * np.maximum(colder, 1).astype(np.float32)
    return np.concatenate([picture[..., :1], np.minimum(picture[..., 1:], limit)], axis=-1)


def _without_specks(picture: FloatArray, photo: FloatArray, face: Where) -> FloatArray:
    """Blue no further above green than in the photo's face, lips are not violet; nor red, but for what is red
    all around, as lipstick is: a generator's specks of blood are no part of a mouth."""
    red, green, blue = np.moveaxis(picture, -1, 0)
    own = photo[face]
    reddest, bluest = (float(np.quantile(own[:, i] - own[:, 1], _COLOURFUL)) for i in (0, 2))
    small = resized(red - green, min(len(picture), _SMALL))
    window = 2 * max(round(_SPECK * len(small) / 2), 1) + 1
    around = resized(ndimage.percentile_filter(small, _SPECK_SHARE, window), len(picture))
    red = np.minimum(red, green + np.maximum(reddest + _MORE, around))
    return np.stack([red, green, np.minimum(blue, green + max(bluest, 0) + _MORE)], axis=-1)
