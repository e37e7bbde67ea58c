"""Compositing: what of a generated edit is shown, and what of the photo is kept.

`take_apart` is the order of the stages on the grid of the aligned square; a `Recipe` says what comes out of
them, and `render` applies it to a picture of any other resolution, so a photo larger than the generator keeps
its own pixels. Mode "paper" is the published composite, blend x generated + (1 - blend) x photo. Mode
"detail" shows the change from the reconstruction to the edit, both pictures of the generator: the photo's own
pixels move along the flow between the two, the rest of the change is added to them, and only where the two
have nothing in common (teeth behind parted lips) the photo's pixels give way to the generated ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from ..imaging.filters import blurred, moved, smoothstep, strongest
from ..imaging.warp import resized
from ..types import EditResult, FloatArray
from . import (
    decompose,
    global_shift,
    guided_recolour,
    harmonise,
    light,
    movement,
    painting,
    strategy,
    visibility,
)
from .decompose import Parts
from .recipe import Recipe, laid_over
from .render import render
from .strategy import Facts, Strategy

BlendMode = Literal["paper", "detail"]
BLEND_MODES: tuple[BlendMode, ...] = ("paper", "detail")

_taken_apart: WeakKeyDictionary[EditResult, Parts] = WeakKeyDictionary()
"""A result is composed again for every touch of a brush on its mask; its parts stay the same."""


@dataclass(frozen=True)
class Params:
    """The stages' numbers, in their order. `grid`: what is decided is smooth, and pictures above this size in
    px are reduced for it. `tinted`: the sigma above which a difference between photo and reconstruction is a
    tint, `fine`: below which the photo's detail is its own and no feature's, in shares of the side.
    `coloured`: between which strengths a change of a large region's colour comes to be seen."""

    global_shift: global_shift.Params = global_shift.DEFAULT
    visibility: visibility.Params = visibility.DEFAULT
    movement: movement.Params = movement.DEFAULT
    painting: painting.Params = painting.DEFAULT
    strategy: strategy.Params = strategy.DEFAULT
    decompose: decompose.Params = decompose.DEFAULT
    guided_recolour: guided_recolour.Params = guided_recolour.DEFAULT
    light: light.Params = light.DEFAULT
    harmonise: harmonise.Params = harmonise.DEFAULT
    grid: int = 256
    tinted: float = 0.05
    fine: float = 0.008
    coloured: tuple[float, float] = (3 / 255, 10 / 255)


DEFAULT = Params()
NOTHING_KNOWN = Facts()


def take_apart(
    source: FloatArray,
    before: FloatArray,
    after: FloatArray,
    region: FloatArray | None = None,
    facts: Facts = NOTHING_KNOWN,
    hair: FloatArray | None = None,
    params: Params = DEFAULT,
) -> Parts:
    """The parts of the edit from `before` to `after` of the input `source`; all (S, S, 3), 0..1.

    `region` (S, S) is the edited region: far from it a change must be clearer to count. Without one the
    whole face is edited, but of the photo's `hair` (S, S) only the shade. `facts` are what is known of the
    region beside the pictures.
    """
    size = before.shape[0]
    grid = min(size, params.grid)
    photo, drawn, made = (resized(p, grid) for p in (source, before, after))
    near = None if region is None else resized(region, grid)
    locks = None if hair is None else resized(hair, grid)
    share = None if near is None else strategy.covered(near)
    # What changed: less what the optimisation made good, and less another light.
    improvement = decompose.share_of_improvement(photo, drawn, made, params.decompose)
    fitted = decompose.without_improvement(photo, drawn, made, improvement)
    unless = strategy.unless_repainted(facts, share, params.strategy)
    level = global_shift.drift(fitted - drawn, photo, near, unless, params.global_shift)
    visible = visibility.where_visible(fitted - drawn - level, photo, drawn, near, locks, params.visibility)
    # What the photo's own pixels do, and where the generator's are needed.
    flow = movement.movement(fitted - level, photo, drawn, visible, near, unless, params.movement)
    novel = painting.novelty(fitted - level, moved(drawn, flow * grid), params.painting)
    way = _decided(facts, share, photo, drawn, near, novel, params)
    new = painting.painted(novel, near, way, params.painting)
    # The same at the pictures' own size.
    flow, level = resized(flow, size), resized(level, size)
    improvement, visible, new = (_weights(m, size) for m in (improvement, visible, new))
    edit = decompose.without_improvement(source, before, after, improvement) - level
    arrived = flow * np.float32(size)
    there = None if near is None else resized(near, size)
    change = decompose.residual(edit - moved(before, arrived), new, there, way, params.decompose)
    if way is Strategy.MOVE_SHAPE_ONLY:  # the colours of a smear are no mouth's either
        change = np.zeros_like(change)
    elif there is not None and way is Strategy.RECOLOUR:
        change = guided_recolour.within(change, there, source, before, params.guided_recolour)
        visible = np.maximum(visible, smoothstep(strongest(change), *params.coloured))
    elif there is not None:
        own = moved(source, arrived)
        change = light.in_photos_light(change, source, own, there, way, params.light)
    tint = moved(blurred(source - before, params.tinted * size), arrived)
    picture = np.asarray(after - level + tint, np.float32)
    return Parts(
        flow=flow,
        change=change,
        new=new,
        picture=harmonise.fitting(picture, source, before, new, params.harmonise),
        changed=visible,
        grain=decompose.beside(region, size, params.decompose),
        strategy=way,
    )


def _decided(
    facts: Facts,
    share: float | None,
    source: FloatArray,
    before: FloatArray,
    region: FloatArray | None,
    novel: FloatArray,
    params: Params,
) -> Strategy:
    if region is None or not strategy.may_be_repainted(facts, share, params.strategy):
        return strategy.unless_repainted(facts, share, params.strategy)
    is_known = painting.is_known(source, before, region, params.painting)
    new_share = painting.share_of_new(novel, region)
    return strategy.decide(facts, share, is_known, new_share, params.strategy)


def _weights(values: FloatArray, size: int) -> FloatArray:
    return np.asarray(np.clip(resized(values, size), 0, 1), np.float32)


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


def _parts_of(result: EditResult, before: FloatArray, region: FloatArray | None) -> Parts:
    parts = _taken_apart.get(result)
    if parts is None:
        facts = Facts(result.enlarged, result.recognised, result.recolours)
        hair = result.masks.get("hair")
        parts = take_apart(result.source, before, result.generated, region, facts, hair)
        _taken_apart[result] = parts
    return parts


def _edited_region(result: EditResult) -> FloatArray | None:
    """The region that was edited; None for the whole face, where the method edits all that it holds."""
    return None if result.everywhere else result.masks.get("dynamic")


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
    parts: Parts,
    mask: FloatArray,
    region: FloatArray | None,
    fit: bool,
    source: FloatArray,
    params: Params = DEFAULT,
) -> Recipe:
    shown = visibility.fitted_mask(mask, region, parts.changed, params.visibility) if fit else mask
    new = parts.new[..., None]
    # Skin that is painted gets the photo's grain in the place of its own: both would be too much.
    own_grain = parts.picture - blurred(parts.picture, params.fine * len(parts.picture))
    picture = parts.picture - parts.grain[..., None] * own_grain
    content = np.asarray((1 - new) * parts.change + new * picture, np.float32)
    content = light.with_even_light(content, shown, parts, region, source, params.light)
    return Recipe(shown, parts.new, content, parts.flow, parts.new * parts.grain, params.fine, parts.grain)
