"""Putting an edited face back: only pixels inside the blend mask change, in the photo's own values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..imaging.warp import Box, box_of_map, mask_to_photo, resized, side_of, to_photo, unit_to_photo, widened
from ..photo.colour import from_srgb, to_srgb_float, white_of
from ..types import ByteArray, EditResult, Face, FloatArray, Photo, Points
from .pipeline import BlendMode, recipe
from .recipe import Recipe
from .render import render
from .tone import picture_in_tone

_SPLINE_REACH = 8
_FADE = 0.25
"""Share of the square's side over which a mask that reaches its border fully fades out."""
_FADE_LEVELS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 0.95)
_FADE_SIDE = 128


def paste(
    photo: Photo,
    face: Face,
    result: EditResult,
    blend_mask: FloatArray | None = None,
    mode: BlendMode = "detail",
) -> Photo:
    """The photo with the edit in it; mode, depth, profile, alpha and metadata stay.

    `blend_mask` (any square size, 0..1) takes the place of the result's. Mode "paper" is the published
    composite, blend x generated + (1 - blend) x photo; "detail" keeps the photo's own fine structure (see
    `engine.compositing.pipeline`). Where `paste_mask` is 0 every pixel keeps its bits. A face taken whole at
    the generator's resolution becomes `result.image` rounded to 8 bits in mode "paper".
    """
    plan = recipe(result, blend_mask, mode)
    mask, box = _mask_in_photo(photo, face, plan)
    if not box.width or not box.height:
        return photo
    old = photo.pixels[box.slices]
    own, wide, origin = _own_colours(photo, face, plan, box)
    if mode == "paper" and blend_mask is None and _fills_exactly(photo, face, result):
        new = picture_in_tone(plan.tone, own, result.image[box.slices])
    else:
        new = render(wide, _laid(plan, mask, face.quad, box), origin, 1 / white_of(old))
    values = from_srgb(new, own, old, photo)
    touched = _as_bytes(mask) > 0
    pixels = photo.pixels.copy()
    part = pixels[box.slices]
    part[touched] = values[touched]
    pixels.setflags(write=False)
    return replace(photo, pixels=pixels)


def paste_mask(
    photo: Photo,
    face: Face,
    result: EditResult,
    blend_mask: FloatArray | None = None,
    mode: BlendMode = "detail",
) -> ByteArray:
    """The blend mask at the photo's size: (H, W) uint8. Where it is 0, `paste` changes nothing."""
    mask, box = _mask_in_photo(photo, face, recipe(result, blend_mask, mode))
    whole = np.zeros((photo.height, photo.width), np.uint8)
    whole[box.slices] = _as_bytes(mask)
    return whole


def _mask_in_photo(photo: Photo, face: Face, plan: Recipe) -> tuple[FloatArray, Box]:
    """The recipe's mask in the photo, and the box of the photo that it lies in.

    Values that 8 bits would show as 0 are 0.
    """
    mask = plan.mask * border_fade(photo, face, plan.mask)
    box = box_of_map(mask, face.quad, photo.width, photo.height)
    if not box.width or not box.height:
        return np.zeros((0, 0), np.float32), Box(0, 0, 0, 0)
    placed = np.clip(mask_to_photo(mask, face.quad, box), 0, 1)
    return np.where(_as_bytes(placed) > 0, placed, np.float32(0)), box


def _own_colours(
    photo: Photo, face: Face, plan: Recipe, box: Box
) -> tuple[FloatArray, FloatArray, tuple[int, int]]:
    """sRGB of the box; of the box with what may move into it; and where the first begins in the second."""
    reach = 0.0
    if plan.flow is not None:
        reach = float(np.abs(plan.flow).max()) * side_of(face.quad) * 1.5 + _SPLINE_REACH
    around = widened(box, int(reach), photo.width, photo.height)
    wide = to_srgb_float(photo.pixels[around.slices], photo)
    top, left = box.y0 - around.y0, box.x0 - around.x0
    return wide[top : top + box.height, left : left + box.width], wide, (top, left)


def _laid(plan: Recipe, mask: FloatArray, quad: Points, box: Box) -> Recipe:
    """The recipe laid over the box of the photo, the flow turned into its px."""
    flow = None
    if plan.flow is not None:
        shares = np.stack([mask_to_photo(plan.flow[..., i], quad, box) for i in range(2)], axis=-1)
        flow = np.asarray(shares @ unit_to_photo(quad)[:, :2].T, np.float32)
    gone = np.clip(mask_to_photo(plan.gone, quad, box), 0, 1)
    grain = None if plan.grain is None else np.clip(mask_to_photo(plan.grain, quad, box), 0, 1)
    skin = None if plan.skin is None else np.clip(mask_to_photo(plan.skin, quad, box), 0, 1)
    content = to_photo(plan.content, quad, box)
    return Recipe(mask, gone, content, flow, grain, plan.sigma * side_of(quad), skin, plan.tone)


def border_fade(photo: Photo, face: Face, mask: FloatArray) -> FloatArray:
    """A map (S, S), 0..1, that a paste multiplies a mask (S, S), 0..1, of the aligned square by. It fades out
    to where the mask reaches the square's border inside the photo.

    Long hair goes on below the square, where nothing is edited: its new colour has to run out before it.
    The more of the mask is at the border, the longer the way, so that the mask falls at one pace. A mask that
    ends before the border, or with the photo's own frame, stays as it is.
    """
    size = mask.shape[0]
    small = min(size, _FADE_SIDE)
    reached = resized(mask, small) * _border(photo, face.quad, small)
    fade = np.ones((small, small), np.float32)
    for level in _FADE_LEVELS:
        if (reached >= level).any():
            way = ndimage.distance_transform_edt(reached < level) / (_FADE * level * small)
            fade = np.minimum(fade, np.clip(way, 0, 1))
    if fade.min() == 1:
        return np.ones_like(mask)
    smooth = resized(np.asarray(fade * fade * (3 - 2 * fade), np.float32), size)
    return np.asarray(np.clip(smooth, 0, 1), np.float32)


def _border(photo: Photo, quad: Points, size: int) -> npt.NDArray[np.bool_]:
    """Those pixels of the square's outermost ring, (S, S), that lie inside the photo."""
    place = (np.arange(size) + 0.5) / size
    matrix = unit_to_photo(quad)
    x, y = (row[0] * place[None] + row[1] * place[:, None] + row[2] for row in matrix)
    # Where the square ends with the photo there is nothing beyond to differ from.
    edge = side_of(quad) / size
    inside = (x > edge) & (x < photo.width - edge) & (y > edge) & (y < photo.height - edge)
    inside[1:-1, 1:-1] = False
    return np.asarray(inside)


def _fills_exactly(photo: Photo, face: Face, result: EditResult) -> bool:
    """True when every pixel of the result is one pixel of the photo."""
    size = result.image.shape[0]
    whole = np.array([(0, 0), (0, size), (size, size), (size, 0)], np.float64)
    same = photo.width == photo.height == size and side_of(face.quad) == size
    return same and bool(np.array_equal(face.quad, whole))


def _as_bytes(mask: FloatArray) -> ByteArray:
    rounded: ByteArray = np.rint(mask * np.float32(255)).astype(np.uint8)
    return rounded
