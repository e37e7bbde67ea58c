"""The aligned square of a face, as FFHQ made it (Karras et al. 2019, appendix A; their published script)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..errors import PhotoError
from ..imaging.warp import Box, box_around, sampled, side_of, unit_to_photo
from ..photo.colour import to_srgb
from ..types import AnyImage, ByteArray, Face, FaceBox, Photo, Points

Indices = npt.NDArray[np.int_]

SMALLEST, LARGEST = 256, 1024
"""The sizes in px between which `align` chooses by itself."""

_MARGIN = 4
_MOST_BEYOND = 16.0
_STRIP_PIXELS = 4_000_000


def ffhq_quad(landmarks: Points) -> Points:
    """The aligned square of five landmarks: (4, 2) px, top left, bottom left, bottom right, top right.

    `landmarks` (5, 2) as in `FaceBox`. Of a face in a mirrored photo, whose landmarks kept their order, the
    square is mirrored too. Raises `PhotoError` when they do not make a face.
    """
    points = np.asarray(landmarks, np.float64)
    if points.shape != (5, 2) or not np.isfinite(points).all():
        raise _no_face()
    if _is_mirrored(points):
        return np.asarray(ffhq_quad(points * (-1, 1)) * (-1, 1))
    left_eye, right_eye, _, left_mouth, right_mouth = points
    eyes = (left_eye + right_eye) / 2
    across = right_eye - left_eye
    down = (left_mouth + right_mouth) / 2 - eyes
    x = across - np.array([-down[1], down[0]])
    length = float(np.hypot(*x))
    if length < 1e-6 or max(np.hypot(*across), np.hypot(*down)) < 2:
        raise _no_face()
    x *= max(2.0 * np.hypot(*across), 1.8 * np.hypot(*down)) / length
    y = np.array([-x[1], x[0]])
    centre = eyes + 0.1 * down
    return np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])


def _is_mirrored(points: Points) -> bool:
    """Whether both the eyes and the corners of the mouth come in the other order."""
    down = points[3:].mean(axis=0) - points[:2].mean(axis=0)
    pairs = points[1] - points[0], points[4] - points[3]
    return all(x * down[1] - y * down[0] < 0 for x, y in pairs)


def _no_face() -> PhotoError:
    return PhotoError(
        "The five points do not make a face.",
        "Place them on the eyes, the nose and the corners of the mouth.",
    )


def align(photo: Photo, face_box: FaceBox, size: int | None = None) -> Face:
    """Cut a face out as an upright square, aligned by its five landmarks.

    `size` is the crop's side in px; without it about the square's own side in the photo, between
    `SMALLEST` and `LARGEST`. Shrinking averages, enlarging uses cubic splines, and what lies outside the
    photo is mirrored in. Only the part of the photo that is needed is converted to sRGB. Raises
    `PhotoError` when the landmarks do not make a face or lie outside the photo.
    """
    quad = ffhq_quad(face_box.landmarks)
    if size is None:
        size = int(np.clip(round(side_of(quad)), SMALLEST, LARGEST))
    return Face(cut_square(photo, quad, size), quad, face_box)


def take_whole(photo: Photo, size: int | None = None) -> Face:
    """A square photo that is an aligned face already. `size`: the crop's side, the photo's own without it.

    Raises `PhotoError` when the photo is not square: squashing it would change the face.
    """
    if photo.width != photo.height:
        raise PhotoError(
            f"The photo is {photo.width} x {photo.height} px; an aligned face must be square.",
            "Let the face be found instead, or crop the photo to a square.",
            path=photo.path,
        )
    side = float(photo.width)
    quad = np.array([(0, 0), (0, side), (side, side), (side, 0)], np.float64)
    if size is None or size == photo.width:
        crop = to_srgb(photo.pixels, photo)
        crop.setflags(write=False)
        return Face(crop, quad)
    return Face(cut_square(photo, quad, size), quad)


def take_square(photo: Photo, quad: Points) -> Face:
    """A square of a photo that is an aligned face already, at its own size: `quad` (4, 2) px as in `Face`.

    Raises `PhotoError` when its middle lies outside the photo.
    """
    return Face(cut_square(photo, quad, max(round(side_of(quad)), 1)), quad)


def cut_square(photo: Photo, quad: Points, size: int) -> ByteArray:
    """The square `quad` of a photo as (size, size, 3) uint8 sRGB, supersampled when it is shrunk."""
    check_square(photo, quad)
    shrink = side_of(quad) / size
    # Two steps, as a rotated grid can be sampled with four reads a pixel only near its own scale: whole
    # blocks are averaged first, then a grid `fine` times too dense is sampled and averaged again.
    block = max(int(shrink / 1.5), 1)
    fine = max(int(np.ceil(shrink / block - 1e-6)), 1)
    box = box_around(quad, _MARGIN * block)
    region = _region(photo, box, block)
    matrix = unit_to_photo(quad)
    matrix[:, 2] -= (box.x0, box.y0)
    matrix /= block
    matrix[:, :2] /= size * fine
    crop = _enlarged(region, matrix, size) if fine == 1 else _supersampled(region, matrix, size, fine)
    crop.setflags(write=False)
    return crop


def _enlarged(region: ByteArray, matrix: Points, size: int) -> ByteArray:
    place = np.arange(size) + 0.5
    x = matrix[0, 0] * place[None] + matrix[0, 1] * place[:, None] + matrix[0, 2]
    y = matrix[1, 0] * place[None] + matrix[1, 1] * place[:, None] + matrix[1, 2]
    values: ByteArray = np.rint(np.clip(sampled(region.astype(np.float32), x, y), 0, 255)).astype(np.uint8)
    return values


def _supersampled(region: ByteArray, matrix: Points, size: int, fine: int) -> ByteArray:
    # Pillow's bicubic ripples, and the mean over the fine grid takes that out again.
    coefficients = tuple(float(v) for v in matrix.ravel())
    grid = (size * fine, size * fine)
    out = Image.fromarray(region).transform(
        grid, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC
    )
    return np.array(out.reduce(fine))


def check_square(photo: Photo, quad: Points) -> None:
    """`PhotoError` when a square's centre lies outside the photo, or the square is absurdly large."""
    centre = quad.mean(axis=0)
    inside = 0 <= centre[0] <= photo.width and 0 <= centre[1] <= photo.height
    if not inside or side_of(quad) ** 2 > _MOST_BEYOND * photo.width * photo.height:
        raise PhotoError(
            "The face lies outside the photo.",
            "Choose another face, or place its points again.",
            path=photo.path,
        )


def _region(photo: Photo, box: Box, block: int) -> ByteArray:
    """sRGB of a box that may reach beyond the photo (mirrored there), averaged over blocks."""
    columns = _mirrored(np.arange(box.x0, box.x0 + _multiple(box.width, block)), photo.width)
    rows = _mirrored(np.arange(box.y0, box.y0 + _multiple(box.height, block)), photo.height)
    step = max(_STRIP_PIXELS // len(columns) // block, 1) * block
    strips = []
    for start in range(0, len(rows), step):
        part = _gather(photo, rows[start : start + step], columns)
        strip = Image.fromarray(to_srgb(part, photo))
        strips.append(np.asarray(strip.reduce(block) if block > 1 else strip))
    return np.concatenate(strips) if len(strips) > 1 else strips[0]


def _gather(photo: Photo, rows: Indices, columns: Indices) -> AnyImage:
    """Rows and columns of the photo by index; a view where they are in order."""
    pixels = photo.pixels
    in_order = len(rows) == rows[-1] - rows[0] + 1 and len(columns) == columns[-1] - columns[0] + 1
    if in_order and np.all(np.diff(rows) == 1) and np.all(np.diff(columns) == 1):
        inside: AnyImage = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return inside
    mirrored: AnyImage = pixels[rows[:, None], columns]
    return mirrored


def _mirrored(index: Indices, length: int) -> Indices:
    """Indices beyond 0..length-1 reflected at the border pixels, as often as needed."""
    period = 2 * (length - 1)
    folded = np.abs(index) % period
    return np.asarray(np.minimum(folded, period - folded))


def _multiple(value: int, block: int) -> int:
    return -(-value // block) * block
