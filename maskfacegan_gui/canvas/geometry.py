"""Transforms between photo coordinates (the scene's) and the aligned face crop."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPolygonF, QTransform

from engine import Points


def crop_to_photo(quad: Points, size: float) -> QTransform:
    """Maps a crop of `size` x `size` px into the photo. `quad`: its corners TL, BL, BR, TR there."""
    square = QPolygonF([QPointF(0, 0), QPointF(0, size), QPointF(size, size), QPointF(size, 0)])
    target = QPolygonF([QPointF(float(x), float(y)) for x, y in quad])
    transform = QTransform()
    if not QTransform.quadToQuad(square, target, transform):
        raise ValueError("the aligned square has no area")
    # The square is only turned and scaled: dropping the rounding error of the projective terms keeps
    # the transform affine, which Qt draws several times faster.
    return QTransform(
        transform.m11(), transform.m12(), transform.m21(), transform.m22(), transform.dx(), transform.dy()
    )


def photo_to_crop(quad: Points, size: float) -> QTransform:
    """The inverse of `crop_to_photo`."""
    inverse, possible = crop_to_photo(quad, size).inverted()
    if not possible:
        raise ValueError("the aligned square has no area")
    return inverse


def outline(quad: Points) -> QPolygonF:
    """The aligned square as a closed polygon in the photo."""
    points = [QPointF(float(x), float(y)) for x, y in quad]
    return QPolygonF([*points, points[0]])
