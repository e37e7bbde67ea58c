"""Landmarks made better by the face parser: eye centres and mouth corners from its soft masks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ..errors import PhotoError
from ..types import FaceBox, FloatArray, Photo, Points
from .align import align
from .warp import unit_to_photo

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

_CROP = 512
_SURE = 0.5
_SMALLEST_EYE = 40
_SMALLEST_MOUTH = 200
_END = 0.08
"""Share of the mouth's width whose mean is its corner."""
_FARTHEST = 0.25
"""A point that would move by more than this share of the eye distance is not believed."""


def refine_landmarks(photo: Photo, face: FaceBox, pack: ModelPack) -> FaceBox:
    """The face with its eye centres and mouth corners moved to where the parser sees them.

    A point stays where the finder put it when the parser does not see its part clearly (hidden eye,
    glasses over both eyes) or would move it by more than a quarter of the eye distance. The nose stays.
    """
    from ..packs.pack import parse

    try:
        aligned = align(photo, face, _CROP)
    except PhotoError:
        return face
    masks = parse(aligned, pack)
    to_photo = unit_to_photo(aligned.quad)
    found = dict(_eyes(masks["eyes"])) | dict(_corners(masks["mouth"]))
    points: Points = face.landmarks.copy()
    limit = _FARTHEST * float(np.hypot(*(points[1] - points[0])))
    for index, (x, y) in found.items():
        place = to_photo @ np.array([x / _CROP, y / _CROP, 1.0])
        if float(np.hypot(*(place - points[index]))) <= limit:
            points[index] = place
    return replace(face, landmarks=points)


def _eyes(mask: FloatArray) -> list[tuple[int, tuple[float, float]]]:
    """The two largest parts, one on each side of the crop's middle, by their centres of mass."""
    labels, count = ndimage.label(mask > _SURE)
    middle = mask.shape[1] / 2
    best: dict[int, tuple[float, tuple[float, float]]] = {}
    for part in range(1, count + 1):
        y, x = np.nonzero(labels == part)
        # Glasses join both eyes: one part on either side of the middle says nothing of a centre.
        if len(x) < _SMALLEST_EYE or x.min() < middle < x.max():
            continue
        side = int(x.mean() > middle)
        if len(x) > best.get(side, (0.0, (0.0, 0.0)))[0]:
            best[side] = (float(len(x)), (float(x.mean()) + 0.5, float(y.mean()) + 0.5))
    return [(side, centre) for side, (_, centre) in best.items()]


def _corners(mask: FloatArray) -> list[tuple[int, tuple[float, float]]]:
    """The ends of the largest part, left and right."""
    labels, count = ndimage.label(mask > _SURE)
    if not count:
        return []
    sizes = ndimage.sum_labels(mask > _SURE, labels, range(1, count + 1))
    y, x = np.nonzero(labels == 1 + int(np.argmax(sizes)))
    if len(x) < _SMALLEST_MOUTH:
        return []
    end = _END * (x.max() - x.min())
    ends = ((3, x <= x.min() + end), (4, x >= x.max() - end))
    return [(index, (float(x[at].mean()) + 0.5, float(y[at].mean()) + 0.5)) for index, at in ends]
