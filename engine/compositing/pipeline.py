"""Compositing: what of a generated edit is shown, and what of the photo is kept.

A `Recipe` says it in the aligned square, at the generator's resolution; `render` applies it to a picture
of any other resolution, so a photo larger than the generator keeps its own pixels. Mode "paper" is the
published composite, blend x generated + (1 - blend) x photo. Mode "detail" shows the change from the
reconstruction to the edit, both pictures of the generator: the photo's own pixels move along the flow
between the two, the rest of the change is added to them, and only where the two have nothing in common
(teeth behind parted lips) the photo's pixels give way to the generated ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
from scipy import ndimage

from ..imaging.filters import blurred
from ..imaging.warp import resized, sampled
from ..types import BlendMode as BlendMode
from ..types import EditResult, FloatArray
from .decompose import Parts, fitted_mask, take_apart, with_even_light
from .grain import ROUNDED, as_grainy, energy, lent, resharpened, wanted_of_moved
from .params import is_fine_enough, is_recognised

BLEND_MODES: tuple[BlendMode, ...] = ("paper", "detail")

_taken_apart: WeakKeyDictionary[EditResult, Parts] = WeakKeyDictionary()
"""A result is composed again for every touch of a brush on its mask; its parts stay the same."""

_FINE = 0.008
"""Sigma, in shares of the square's side, below which the photo's detail is its own and no feature's."""
_LENDS = 0.06
"""How far from what is painted skin lends its grain, in shares of the side."""
_STILL = 0.02
"""Movements in px below which a pixel stays as it is."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """How to compose: new(u) = (1 - mask x gone) x own(u + mask x flow) + mask x (content + grain x fine).

    `mask`, `gone` and `grain` are 0..1; `content` has three channels, 1 the range of an image; `flow` is x
    and y, None for no movement; `fine` is what a blur of `sigma` takes from the moved own pixels. As a map
    of the aligned square all are (S, S), flow and sigma in shares of its side; laid over a picture they have
    its size, flow and sigma in its px.
    """

    mask: FloatArray
    gone: FloatArray
    content: FloatArray
    flow: FloatArray | None = None
    grain: FloatArray | None = None
    sigma: float = 0.0
    skin: FloatArray | None = None


def recipe(result: EditResult, mask: FloatArray | None = None, mode: BlendMode = "detail") -> Recipe:
    """The recipe of a result. `mask` (any square size, 0..1) takes the place of the result's own.

    In mode "detail" the result's own blend mask is fitted to where the edit changed the picture; a mask
    that is given is taken as it is. A result without a reconstruction is composed from the difference
    between the generated picture and the input. At strength 0 nothing is shown; below 1, mode "paper"
    gives back as much of what the reconstruction missed of the photo as the edit lacks of its strength.
    """
    size = result.generated.shape[0]
    shown = np.clip(resized(np.asarray(result.blend_mask if mask is None else mask, np.float32), size), 0, 1)
    if result.strength == 0:
        nothing = np.zeros_like(shown)
        return Recipe(nothing, nothing, np.zeros_like(result.generated))
    if mode == "paper":
        return _at_strength(result, shown)
    if result.reconstruction is None:
        return Recipe(shown, np.zeros_like(shown), result.generated - result.source)
    region = _edited_region(result)
    parts = _parts_of(result, result.reconstruction, region)
    return _keeping(parts, shown, region, mask is None, result.source)


def paints(result: EditResult) -> bool:
    """Whether mode "detail" shows pixels of the generator's in the place of the photo's anywhere."""
    if result.reconstruction is None:
        return False
    return bool(_parts_of(result, result.reconstruction, _edited_region(result)).new.any())


def _parts_of(result: EditResult, before: FloatArray, region: FloatArray | None) -> Parts:
    parts = _taken_apart.get(result)
    if parts is None:
        hair = result.masks.get("hair")
        drawn = is_recognised(result.recognised)
        paintable = drawn and is_fine_enough(result.enlarged)
        parts = take_apart(result.source, before, result.generated, region, paintable, hair, result.recolours)
        if not drawn:  # the colours of a smear are no mouth's either
            parts = replace(parts, change=np.zeros_like(parts.change))
        _taken_apart[result] = parts
    return parts


def _edited_region(result: EditResult) -> FloatArray | None:
    """The region that was edited; None for the whole face, where the method edits all that it holds."""
    return None if result.everywhere else result.masks.get("dynamic")


def compose(
    photo_crop: FloatArray,
    source: FloatArray,
    reconstruction: FloatArray,
    edited: FloatArray,
    mask: FloatArray,
    mode: BlendMode = "detail",
) -> FloatArray:
    """The composed picture at the crop's resolution, clamped: (S, S, 3) float32 in 0..1.

    `photo_crop` is (S, S, 3); `source` (the crop as the run saw it), `reconstruction` and `edited` are
    (R, R, 3) and `mask` (R, R), all float32 in 0..1.
    """
    if mode == "paper":
        plan = _published(edited, mask)
    else:
        plan = _keeping(take_apart(source, reconstruction, edited), mask, None, True, source)
    laid = laid_over(plan, photo_crop.shape[0])
    return np.asarray(np.clip(render(photo_crop, laid), 0, 1), np.float32)


def laid_over(plan: Recipe, size: int) -> Recipe:
    """A recipe of the aligned square laid over a crop of `size` px."""
    flow = None if plan.flow is None else resized(plan.flow, size) * np.float32(size)
    grain = None if plan.grain is None else np.asarray(np.clip(resized(plan.grain, size), 0, 1), np.float32)
    maps = (resized(plan.mask, size), resized(plan.gone, size), resized(plan.content, size))
    skin = None if plan.skin is None else np.asarray(np.clip(resized(plan.skin, size), 0, 1), np.float32)
    return Recipe(*maps, flow, grain, plan.sigma * size, skin)


def render(
    own: FloatArray, maps: Recipe, origin: tuple[int, int] = (0, 0), step: float = 1 / 255
) -> FloatArray:
    """Apply a recipe that is laid over a picture: (h, w, 3), not clamped.

    `own` is (H, W, 3). The maps may cover a part of it only, whose first row and column in `own` are
    `origin`; what moves in from beside that part is then there. The picture will be rounded to multiples of
    `step`, which is grain as well: on smooth skin a fifth of all that there is.
    """
    top, left = origin
    height, width = maps.mask.shape
    picture = photo = own[top : top + height, left : left + width]
    rounding = ROUNDED * step**2
    grain = None if maps.skin is None else energy(photo)
    if maps.flow is not None:
        flow = maps.flow * maps.mask[..., None]
        moving = np.hypot(flow[..., 0], flow[..., 1]) > _STILL
        rows, columns = np.nonzero(moving)
        if len(rows):
            x = columns + flow[moving][:, 0] + (left + 0.5)
            y = rows + flow[moving][:, 1] + (top + 0.5)
            picture = picture.copy()
            picture[moving] = sampled(own, x, y)
            wanted = wanted_of_moved(own, x, y, moving, grain, maps.skin)
            picture = resharpened(picture, moving, wanted - rounding)
    mask, content = maps.mask[..., None], maps.content
    if maps.grain is not None and maps.grain.any():
        soft = ndimage.gaussian_filter(picture, (maps.sigma, maps.sigma, 0), truncate=3)
        content = content + maps.grain[..., None] * (picture - soft)
    content = _with_lent_grain(photo, maps, content)
    composed = np.asarray((1 - mask * maps.gone[..., None]) * picture + mask * content, np.float32)
    if maps.skin is None or grain is None:
        return composed
    # What is not changed is not rounded again either.
    changed = np.abs(composed - photo).max(axis=-1) > step / 2
    return as_grainy(composed, grain - rounding, maps.mask * maps.skin * changed)


def _with_lent_grain(photo: FloatArray, maps: Recipe, content: FloatArray) -> FloatArray:
    """The content with the grain of the skin beside it where it is painted and no skin."""
    if maps.skin is None:
        return content
    painted = np.asarray(maps.gone * (1 - maps.skin), np.float32)
    if not (painted > 0.5).any():
        return content
    shown = maps.mask * maps.gone
    near = ndimage.distance_transform_edt(shown < 0.5) < _LENDS / _FINE * maps.sigma
    return content + lent(photo, painted, content, (maps.skin > 0.9) & (shown < 0.05) & near)


def _published(generated: FloatArray, mask: FloatArray) -> Recipe:
    return Recipe(mask, np.ones_like(mask), generated)


def _at_strength(result: EditResult, mask: FloatArray) -> Recipe:
    """(1 - s) x (photo - reconstruction) + generated inside the mask: the photo at s = 0, G(w) from 1 on."""
    lacking = 1 - result.strength
    if lacking <= 0:
        return _published(result.generated, mask)
    before = result.source if result.reconstruction is None else result.reconstruction
    content = np.asarray(result.generated - lacking * before, np.float32)
    return Recipe(mask, np.full_like(mask, result.strength), content)


def _keeping(
    parts: Parts, mask: FloatArray, region: FloatArray | None, fit: bool, source: FloatArray
) -> Recipe:
    shown = fitted_mask(mask, region, parts.changed) if fit else mask
    new = parts.new[..., None]
    # Skin that is painted gets the photo's grain in the place of its own: both would be too much.
    own_grain = parts.picture - blurred(parts.picture, _FINE * len(parts.picture))
    picture = parts.picture - parts.grain[..., None] * own_grain
    content = np.asarray((1 - new) * parts.change + new * picture, np.float32)
    content = with_even_light(content, shown, parts, region, source)
    return Recipe(shown, parts.new, content, parts.flow, parts.new * parts.grain, _FINE, parts.grain)
