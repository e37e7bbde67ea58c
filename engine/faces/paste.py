"""Putting an edited face back: only pixels inside the blend mask change, in the photo's own values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..colour import from_srgb, to_srgb_float
from ..edit.blend import BlendMode, Recipe, recipe, render
from ..types import ByteArray, EditResult, Face, FloatArray, Photo, Points
from .warp import Box, box_of_map, mask_to_photo, side_of, to_photo, unit_to_photo, widened

_SPLINE_REACH = 8
_TAPER = 0.02
"""Share of the square's side over which a mask that reaches its border fades out."""


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
    `engine.edit.blend`). Where `paste_mask` is 0 every pixel keeps its bits. A face taken whole at the
    generator's resolution becomes `result.image` rounded to 8 bits in mode "paper".
    """
    plan = recipe(result, blend_mask, mode)
    mask, box = _mask_in_photo(photo, face, plan)
    if not box.width or not box.height:
        return photo
    old = photo.pixels[box.slices]
    own, wide, origin = _own_colours(photo, face, plan, box)
    if mode == "paper" and blend_mask is None and _fills_exactly(photo, face, result):
        new = result.image[box.slices]
    else:
        new = render(wide, _laid(plan, mask, face.quad, box), origin)
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
    mask = plan.mask * _taper(photo, face.quad, plan.mask.shape[0])
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
    return Recipe(mask, gone, content, flow, grain, plan.sigma * side_of(quad), skin)


def _taper(photo: Photo, quad: Points, size: int) -> FloatArray:
    """A map that fades out towards those sides of the square that lie inside the photo.

    Without it a mask that reaches the square's border (long hair) would end in a hard line.
    """
    inside = (
        (quad[:, 0] > 0.5)
        & (quad[:, 0] < photo.width - 0.5)
        & (quad[:, 1] > 0.5)
        & (quad[:, 1] < photo.height - 0.5)
    )
    place = (np.arange(size, dtype=np.float32) + 0.5) / size
    ramp = np.clip(place / _TAPER, 0, 1)
    left, bottom, right, top = (bool(inside[i] | inside[(i + 1) % 4]) for i in range(4))
    rows = (ramp if top else 1) * (ramp[::-1] if bottom else np.ones(size, np.float32))
    columns = (ramp if left else 1) * (ramp[::-1] if right else np.ones(size, np.float32))
    return np.asarray(np.outer(rows, columns), np.float32)


def _fills_exactly(photo: Photo, face: Face, result: EditResult) -> bool:
    """True when every pixel of the result is one pixel of the photo."""
    size = result.image.shape[0]
    whole = np.array([(0, 0), (0, size), (size, size), (size, 0)], np.float64)
    same = photo.width == photo.height == size and side_of(face.quad) == size
    return same and bool(np.array_equal(face.quad, whole))


def _as_bytes(mask: FloatArray) -> ByteArray:
    rounded: ByteArray = np.rint(mask * np.float32(255)).astype(np.uint8)
    return rounded
