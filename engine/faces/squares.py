"""The square of a face in px of its photo: from landmarks, upright with the face, beside others."""

from __future__ import annotations

import numpy as np

from ..types import FaceBox, Photo, Points


def face_square(landmarks: Points) -> tuple[Points, float]:
    """Centre (2,) and half side of the upright square from hairline to chin, both in px.

    `landmarks` (5, 2) as in `FaceBox`.
    """
    eyes, mouth = landmarks[:2].mean(0), landmarks[3:].mean(0)
    across, down = landmarks[1] - landmarks[0], mouth - eyes
    scale = max(float(np.hypot(*across)), 0.9 * float(np.hypot(*down)))
    return eyes + 0.4 * down, 1.35 * scale


def upright_quad(landmarks: Points) -> Points:
    """The refiner's crop, turned with the face: (4, 2) px in the order of `Face.quad`."""
    centre, half = face_square(landmarks)
    across = landmarks[1] - landmarks[0]
    down = landmarks[3:].mean(0) - landmarks[:2].mean(0)
    x = across + np.array([down[1], -down[0]])
    x = x * (1.5 * half / max(float(np.hypot(*x)), 1e-6))
    y = np.array([-x[1], x[0]])
    return np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])


def closer(quad: Points, share: float) -> Points:
    """The middle of a square, with that share of its side."""
    centre = quad.mean(axis=0)
    result: Points = centre + share * (quad - centre)
    return result


def square_of(marks: Points) -> Points:
    """The square of landmarks as centre and half side, (3,) px."""
    centre, half = face_square(marks)
    return np.array([*centre, half])


def overlap(square: Points, others: Points) -> Points:
    """The common areas of a square and others, (N,), as fractions of the smaller of the two.

    `square` (3,) is centre and half side, `others` (N, 3).
    """
    low = np.maximum(square[:2] - square[2], others[:, :2] - others[:, 2:])
    high = np.minimum(square[:2] + square[2], others[:, :2] + others[:, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    smaller = np.minimum(square[2], others[:, 2])
    return np.asarray(common / np.maximum(4 * smaller**2, 1e-9))


def to_photo(unit: Points, quad: Points) -> Points:
    """Points (5, 2) of a square, in shares of its side, in px of the photo."""
    result: Points = quad[0] + unit[:, :1] * (quad[3] - quad[0]) + unit[:, 1:] * (quad[1] - quad[0])
    return result


def is_inside(photo: Photo, marks: Points) -> bool:
    """Whether a face's centre lies in the photo and its square is not absurdly large."""
    centre, half = face_square(marks)
    within = 0 <= centre[0] <= photo.width and 0 <= centre[1] <= photo.height
    return bool(within and 1 < half < max(photo.width, photo.height))


def face_box(photo: Photo, score: float, marks: Points) -> FaceBox:
    """A face of a photo by its landmarks (5, 2) px. The box ends with the photo, unless it lies beside it."""
    (x, y), half = face_square(marks)
    whole = float(x - half), float(y - half), float(x + half), float(y + half)
    inside = (
        max(whole[0], 0.0),
        max(whole[1], 0.0),
        min(whole[2], float(photo.width)),
        min(whole[3], float(photo.height)),
    )
    marks.setflags(write=False)
    return FaceBox(inside if inside[0] < inside[2] and inside[1] < inside[3] else whole, score, marks)


def moved_box(box: FaceBox, matrix: Points, photo: Photo) -> FaceBox:
    """A face of a photo that was turned: `matrix` (2, 3) leads from px as they were to those of `photo`.

    The landmarks keep their order: in a mirrored photo the first eye is the one on the picture's right, and
    the aligned square is mirrored, so that what it holds is what it held.
    """
    return face_box(photo, box.score, np.asarray(box.landmarks @ matrix[:, :2].T + matrix[:, 2]))
