"""Landmarks made better by the face parser: the turn and the distance of the eyes from its soft mask.

What the parser adds was measured on faces of training pictures: against hand-made masks, listed landmarks,
and the squares that the pictures were aligned by (weights/recipes/README.md). Its line through the eyes is as
good as the finder's, so that one between the two is better than either. Where the pair lies it says
differently: the centre of a mask is 2 to 4 % of the eye distance below the pupil, where people put an eye.
Its mouth corners are farther off than the finder's, and where the two disagree much, it is the parser that
errs. Those are left alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from ..errors import PhotoError
from ..imaging.warp import unit_to_photo
from ..types import FaceBox, FloatArray, Photo, Points
from .align import align

if TYPE_CHECKING:
    from ..packs.pack import ModelPack
from ..packs.spare import falls_back

_CROP = 512
_SURE = 0.5
_SMALLEST_EYE = 40
_FARTHEST = 0.1
"""An eye seen farther away than this share of the eye distance is not believed, nor then the other one."""
_TURN, _DISTANCE = 0.4, 0.25
"""How much of the way from the finder's to the parser's turn and distance the eyes go."""
_CLEAR = (0.80, 0.90)
"""Between which shares of the mask's sum in sure pixels the parser's word counts not at all and fully:
glasses and faces of few pixels are vague."""


@falls_back
def refine_landmarks(photo: Photo, face: FaceBox, pack: ModelPack) -> FaceBox:
    """The face with its eyes turned about their middle, and moved apart or together, as the parser sees them.

    By how much depends on how clearly it sees them. They stay where the finder put them when it does not see
    both (a hidden eye, glasses over both) or sees one farther away than a tenth of the eye distance. The
    middle between the eyes, nose and mouth corners always stay.
    """
    from .parse import parse

    try:
        aligned = align(photo, face, _CROP)
    except PhotoError:
        return face
    mask = parse(aligned, pack)["eyes"]
    trust, centres = _clarity(mask), _eyes(mask)
    if not trust or centres is None:
        return face
    to_photo = unit_to_photo(aligned.quad)
    points: Points = face.landmarks.copy()
    across = points[1] - points[0]
    way = centres / _CROP @ to_photo[:, :2].T + to_photo[:, 2] - points[:2]
    if np.hypot(*way.T).max() > _FARTHEST * np.hypot(*across):
        return face
    half = (way[1] - way[0]) / 2
    apart = (half @ across) / (across @ across) * across
    move = trust * (_DISTANCE * apart + _TURN * (half - apart))
    points[0] -= move
    points[1] += move
    return replace(face, landmarks=points)


def _clarity(mask: FloatArray) -> float:
    return _between(float(mask[mask > _SURE].sum() / max(float(mask.sum()), 1e-6)), _CLEAR)


def _between(value: float, ends: tuple[float, float]) -> float:
    """0 below the first, 1 above the second, smooth between them."""
    t = min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def _eyes(mask: FloatArray) -> Points | None:
    """The centres of mass (2, 2) of the largest part on each side of the crop's middle, in px of it."""
    labels, count = ndimage.label(mask > _SURE)
    middle = mask.shape[1] / 2
    best: dict[int, tuple[int, tuple[float, float]]] = {}
    for part in range(1, count + 1):
        y, x = np.nonzero(labels == part)
        # Glasses join both eyes: one part on either side of the middle says nothing of a centre.
        if len(x) < _SMALLEST_EYE or x.min() < middle < x.max():
            continue
        side = int(x.mean() > middle)
        if side not in best or len(x) > best[side][0]:
            best[side] = (len(x), (float(x.mean()) + 0.5, float(y.mean()) + 0.5))
    return np.array([best[0][1], best[1][1]]) if len(best) == 2 else None
