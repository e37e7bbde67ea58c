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
_CLEAR_EYES, _CLEAR_MOUTH = (0.70, 0.85), (0.84, 0.92)
"""Between which shares of a mask's sum in sure pixels the parser's word counts not at all and fully. On faces
of training pictures, below the first it was worse than the finder's, above the second better."""
_FINE = (150.0, 300.0)
"""The same for the aligned square's side in the photo, in px: a small face has no fine outlines."""


def refine_landmarks(photo: Photo, face: FaceBox, pack: ModelPack) -> FaceBox:
    """The face with its eye centres and mouth corners moved towards where the parser sees them.

    By how much depends on how clearly it sees them: a face of few pixels and a vague mask move nothing. A
    point stays where the finder put it when its part is not seen at all (hidden eye, glasses over both eyes)
    or would move by more than a quarter of the eye distance. The nose stays.
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
    trust = {True: fine * _clarity(eyes, _CLEAR_EYES), False: fine * _clarity(mouth, _CLEAR_MOUTH)}
    points: Points = face.landmarks.copy()
    limit = _FARTHEST * float(np.hypot(*(points[1] - points[0])))
    for index, (x, y) in found.items():
        way = to_photo @ np.array([x / _CROP, y / _CROP, 1.0]) - points[index]
        if float(np.hypot(*way)) <= limit:
            points[index] += trust[index < 2] * way
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
