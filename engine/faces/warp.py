"""Resampling between a photo and an aligned square, in both directions.

Coordinates are those of pixel corners: the photo spans 0..width, a pixel's centre lies at its index plus
one half. Maps in aligned space span the unit square, whatever their resolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

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


def box_of_map(values: FloatArray, quad: Points, width: int, height: int) -> Box:
    """Where an aligned (S, S) map that is above zero somewhere can reach in the photo."""
    rows, columns = np.flatnonzero(values.any(axis=1)), np.flatnonzero(values.any(axis=0))
    if not len(rows):
        return Box(0, 0, 0, 0)
    size = values.shape[0]
    # Bicubic sampling reaches two pixels of the map beyond the last one.
    x0, x1 = columns[0] - 2, columns[-1] + 3
    y0, y1 = rows[0] - 2, rows[-1] + 3
    corners = np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)], np.float64) / size
    matrix = unit_to_photo(quad)
    return clipped(box_around(corners @ matrix[:, :2].T + matrix[:, 2], 1.0), width, height)


def to_photo(values: FloatArray, quad: Points, box: Box) -> FloatArray:
    """An aligned map (S, S) or (S, S, C) float32 as it lies in `box` of the photo.

    Bicubic where the map is enlarged; averaged over areas first where it is shrunk. Zero outside the
    aligned square.
    """
    size = values.shape[0]
    side = side_of(quad)
    if size > side * 1.001:
        size = max(int(np.ceil(side)), 1)
    matrix = photo_to_unit(quad) * size
    matrix[:, 2] += matrix[:, :2] @ (box.x0, box.y0)
    planes = [_affine_plane(p, size, matrix, box) for p in _planes(values)]
    return planes[0] if values.ndim == 2 else np.stack(planes, axis=-1)


def _affine_plane(plane: FloatArray, size: int, matrix: Affine, box: Box) -> FloatArray:
    image = Image.fromarray(plane)
    if size != plane.shape[0]:
        image = image.resize((size, size), Image.Resampling.BOX)
    coefficients = tuple(float(v) for v in matrix.ravel())
    out = image.transform(
        (box.width, box.height), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC
    )
    return np.asarray(out, np.float32)


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
    """Values of an (H, W, C) image at N points, Catmull-Rom, the border repeated outside: (N, C).

    `x` and `y` are in px with centres at one half.
    """
    height, width = image.shape[:2]
    left, top = np.floor(x - 0.5), np.floor(y - 0.5)
    weights_x = _cubic_weights((x - 0.5 - left).astype(np.float32))
    weights_y = _cubic_weights((y - 0.5 - top).astype(np.float32))
    columns = [np.clip(left.astype(np.int32) + k, 0, width - 1) for k in (-1, 0, 1, 2)]
    rows = [np.clip(top.astype(np.int32) + k, 0, height - 1) for k in (-1, 0, 1, 2)]
    flat = image.reshape(height * width, -1)
    total = np.zeros((len(x), flat.shape[1]), np.float32)
    for row, wy in zip(rows, weights_y, strict=True):
        for column, wx in zip(columns, weights_x, strict=True):
            total += flat[row * np.int64(width) + column] * (wy * wx)[:, None]
    return total


def _cubic_weights(t: FloatArray) -> list[FloatArray]:
    t2, t3 = t * t, t * t * t
    weights = (-t3 + 2 * t2 - t, 3 * t3 - 5 * t2 + 2, -3 * t3 + 4 * t2 + t, t3 - t2)
    return [np.asarray(w / 2, np.float32) for w in weights]
