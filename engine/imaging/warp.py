"""Resampling between a photo and an aligned square, in both directions.

Coordinates are those of pixel corners: the photo spans 0..width, a pixel's centre lies at its index plus
one half. Maps in aligned space span the unit square, whatever their resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from ..types import FloatArray, Points

Affine = Points
"""(2, 3): x' = m[0] . (x, y, 1), y' = m[1] . (x, y, 1)."""


@dataclass(frozen=True)
class Box:
    """A rectangle of whole pixels in the photo: x0 <= x < x1, y0 <= y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return max(self.x1 - self.x0, 0)

    @property
    def height(self) -> int:
        return max(self.y1 - self.y0, 0)

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index the photo's pixels with."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)


def side_of(quad: Points) -> float:
    """The aligned square's side in px of the photo."""
    return float(np.sqrt(abs(np.linalg.det(_edges(quad)))))


def unit_to_photo(quad: Points) -> Affine:
    """The map from the unit square to the photo; `quad` is top left, bottom left, bottom right, top right."""
    return np.column_stack([_edges(quad), np.asarray(quad[0], np.float64)])


def photo_to_unit(quad: Points) -> Affine:
    """The inverse of `unit_to_photo`."""
    inverse = np.linalg.inv(_edges(quad))
    return np.column_stack([inverse, -inverse @ quad[0]])


def _edges(quad: Points) -> Points:
    return np.column_stack([quad[3] - quad[0], quad[1] - quad[0]]).astype(np.float64)


def box_around(points: Points, margin: float = 0.0) -> Box:
    """The smallest box of whole pixels around some points."""
    low = np.floor(points.min(axis=0) - margin).astype(int)
    high = np.ceil(points.max(axis=0) + margin).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


def clipped(box: Box, width: int, height: int) -> Box:
    """The part of a box inside the photo."""
    return Box(max(box.x0, 0), max(box.y0, 0), min(box.x1, width), min(box.y1, height))


def widened(box: Box, margin: int, width: int, height: int) -> Box:
    """A box with `margin` px more on each side, as far as the photo reaches."""
    wider = Box(box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin)
    return clipped(wider, width, height)


def box_of_map(values: FloatArray, quad: Points, width: int, height: int) -> Box:
    """Where an aligned (S, S) map that is above zero somewhere can reach in the photo."""
    rows, columns = np.flatnonzero(values.any(axis=1)), np.flatnonzero(values.any(axis=0))
    if not len(rows):
        return Box(0, 0, 0, 0)
    size = values.shape[0]
    # Sampling reaches beyond the last pixel; two are enough for bilinear masks.
    x0, x1 = columns[0] - 2, columns[-1] + 3
    y0, y1 = rows[0] - 2, rows[-1] + 3
    corners = np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)], np.float64) / size
    matrix = unit_to_photo(quad)
    return clipped(box_around(corners @ matrix[:, :2].T + matrix[:, 2], 1.0), width, height)


def to_photo(values: FloatArray, quad: Points, box: Box) -> FloatArray:
    """An aligned picture (S, S, C) float32 as it lies in `box` of the photo.

    Interpolating cubic splines where it is enlarged; averaged over areas first where it is shrunk. Beyond
    the aligned square the picture's border is mirrored.
    """
    planes, matrix = _near_photo(values, quad, box)
    # scipy counts rows first and puts a pixel's centre at its index.
    linear = matrix[::-1, 1::-1]
    offset = linear.sum(axis=1) / 2 + matrix[::-1, 2] - 0.5
    shape = (box.height, box.width)
    out = [ndimage.affine_transform(p, linear, offset, shape, np.float32, 3, "reflect") for p in planes]
    return np.stack(out, axis=-1)


def mask_to_photo(mask: FloatArray, quad: Points, box: Box) -> FloatArray:
    """An aligned mask (S, S) float32 as it lies in `box` of the photo, zero outside the square.

    Bilinear, as splines would ring beyond a mask's edge; averaged over areas first where it is shrunk.
    """
    planes, matrix = _near_photo(mask, quad, box)
    size, bilinear = (box.width, box.height), Image.Resampling.BILINEAR
    coefficients = tuple(float(v) for v in matrix.ravel())
    out = Image.fromarray(planes[0]).transform(size, Image.Transform.AFFINE, coefficients, bilinear)
    return np.asarray(out, np.float32)


def _near_photo(values: FloatArray, quad: Points, box: Box) -> tuple[list[FloatArray], Affine]:
    """The planes of an aligned map, not finer than the photo, and the map from the box's px to theirs."""
    side = side_of(quad)
    size = values.shape[0]
    if size > side * 1.001:
        size = max(int(np.ceil(side)), 1)
        values = resized(values, size)
    matrix = photo_to_unit(quad) * size
    matrix[:, 2] += matrix[:, :2] @ (box.x0, box.y0)
    return _planes(values), matrix


def _planes(values: FloatArray) -> list[FloatArray]:
    if values.ndim == 2:
        return [np.ascontiguousarray(values, np.float32)]
    return [np.ascontiguousarray(values[..., i], np.float32) for i in range(values.shape[-1])]


def resized(values: FloatArray, size: int) -> FloatArray:
    """A square map (S, S) or (S, S, C) at another size: by area when smaller, bicubic when larger."""
    if values.shape[0] == size:
        return np.asarray(values, np.float32)
    how = Image.Resampling.BOX if size < values.shape[0] else Image.Resampling.BICUBIC
    planes = [np.asarray(Image.fromarray(p).resize((size, size), how)) for p in _planes(values)]
    return planes[0] if values.ndim == 2 else np.stack(planes, axis=-1)


def sampled(image: FloatArray, x: FloatArray, y: FloatArray) -> FloatArray:
    """Values of an (H, W, C) picture at points in px, by interpolating cubic splines: (*x.shape, C).

    Mirrored beyond the border. Splines keep nearly all of a picture's sharpness, which Catmull-Rom and
    Pillow's bicubic do not.
    """
    at = np.stack([y - 0.5, x - 0.5])
    planes = [ndimage.map_coordinates(p, at, np.float32, 3, "reflect") for p in _planes(image)]
    return np.stack(planes, axis=-1)
