"""Landmarks made better by the face parser: eye centres and mouth corners from its soft masks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ..errors import PhotoError
from ..types import FaceBox, FloatArray, Photo, Points
from .align import align
from .warp import side_of, unit_to_photo

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

_CROP = 512
_SURE = 0.5
_SMALLEST_EYE = 40
_SMALLEST_MOUTH = 200
_END = 0.02
"""Share of the mouth's width whose mean is its corner."""
_FARTHEST = 0.25
"""A point that would move by more than this share of the eye distance is not believed."""
_AGREED = 0.03
"""A difference below this share of the eye distance is neither's mistake, and moves nothing; of a larger one,
what exceeds it counts. So a face that was refined once stays where it is."""
_EYES, _MOUTH = 0.75, 0.5
"""How much of that a point moves: the finder and the parser err by themselves, and a place between theirs was
better than either on faces of training pictures, for the mouth nearer to the finder's than for the eyes."""
_CLEAR_EYES, _CLEAR_MOUTH = (0.80, 0.90), (0.92, 0.98)
"""Between which shares of a mask's sum in sure pixels the parser's word counts not at all and fully. On faces
of training pictures, what was vaguer than that moved points away from where they are."""
_FINE = (150.0, 300.0)
"""The same for the aligned square's side in the photo, in px: a small face has no fine outlines."""


def refine_landmarks(photo: Photo, face: FaceBox, pack: ModelPack) -> FaceBox:
    """The face with its eye centres and mouth corners moved towards where the parser sees them.

    By how much depends on how clearly it sees them: a face of few pixels and a vague mask move nothing, nor
    does a difference as small as both usually err. A point stays where the finder put it when its part is not
    seen at all (hidden eye, glasses over both eyes) or seen farther away than a quarter of the eye distance.
    The nose stays.
    """
    from ..packs.pack import parse

    try:
        aligned = align(photo, face, _CROP)
    except PhotoError:
        return face
    fine = _between(side_of(aligned.quad), _FINE)
    if not fine:
        return face
    masks = parse(aligned, pack)
    to_photo = unit_to_photo(aligned.quad)
    eyes, mouth = masks["eyes"], masks["mouth"]
    found = dict(_eyes(eyes)) | dict(_corners(mouth))
    trust = {
        True: _EYES * fine * _clarity(eyes, _CLEAR_EYES),
        False: _MOUTH * fine * _clarity(mouth, _CLEAR_MOUTH),
    }
    points: Points = face.landmarks.copy()
    eye_distance = float(np.hypot(*(points[1] - points[0])))
    for index, (x, y) in found.items():
        way = to_photo @ np.array([x / _CROP, y / _CROP, 1.0]) - points[index]
        length = float(np.hypot(*way))
        if _AGREED * eye_distance < length <= _FARTHEST * eye_distance:
            points[index] += trust[index < 2] * (1 - _AGREED * eye_distance / length) * way
    return replace(face, landmarks=points)


def _clarity(mask: FloatArray, clear: tuple[float, float]) -> float:
    return _between(float(mask[mask > _SURE].sum() / max(float(mask.sum()), 1e-6)), clear)


def _between(value: float, ends: tuple[float, float]) -> float:
    """0 below the first, 1 above the second, smooth between them."""
    t = min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0)
    return t * t * (3 - 2 * t)


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
