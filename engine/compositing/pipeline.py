"""Compositing: what of a generated edit is shown, and what of the photo is kept.

The order of the stages stands in `decided`, what is measured of an edit's pictures, and `assembled`, what
they become, which is differentiable: the classifier is shown the same while an edit is optimised
(`differentiable`). Both work on the grid of the aligned square. A `Recipe` says what comes out, and `render`
applies it to a picture of any other resolution, so a photo larger than the generator keeps its own pixels.
Mode "paper" is the published composite, blend x generated + (1 - blend) x photo. Mode "detail" shows the
change from the reconstruction to the edit, both pictures of the generator: the photo's own pixels move along
the flow between the two, the rest of the change is added to them, and only where the two have nothing in
common (teeth behind parted lips) the photo's pixels give way to the generated ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from ..imaging import warp
from ..imaging.tensor_filters import (
    array_of,
    blurred,
    dilated,
    grid_of,
    moved,
    resized,
    smoothstep,
    strongest,
)
from ..types import BlendMode as BlendMode
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
from .guided_recolour import Matte
from .light import Creases, PhotosLight
from .recipe import Recipe, laid_over
from .render import render
from .scale import BROAD, FINE, REACH, UNSEEN
from .strategy import Facts, Strategy
from .tone import tone_of_picture

BLEND_MODES: tuple[BlendMode, ...] = ("paper", "detail")

_taken_apart: WeakKeyDictionary[EditResult, tuple[Given, Parts]] = WeakKeyDictionary()
"""A result is composed again for every touch of a brush on its mask; its parts stay the same."""
GRID = 256
"""What is decided is smooth: pictures above this size in px are reduced for it."""
MASKS = ("hair", "in_front", "within", "skin", "reshaped")
"""Of a `Given`, by their names in `EditResult.masks`."""
NOTHING_KNOWN = Facts()


@dataclass(frozen=True, eq=False)
class Given:
    """What an edit is of: the photo's face `source` and the generator's picture of it `before`, (1, 3, S, S)
    in 0..1. `region` (1, 1, S, S) is the edited region, None for the whole face, of which the photo's `hair`
    (1, 1, S, S) takes the shade only. `facts` are what is known beside the pictures. `in_front` (1, 1, S, S)
    lies before the face, None where nothing does, and `within` (1, 1, S, S) is where an edit of the whole
    face is shown, None for all over it; `skin` (1, 1, S, S) is the photo's where that leaves it its colour,
    `reshaped` (1, 1, S, S) the photo's hair where only its shape is edited.
    """

    source: Tensor
    before: Tensor
    region: Tensor | None = None
    facts: Facts = NOTHING_KNOWN
    hair: Tensor | None = None
    in_front: Tensor | None = None
    within: Tensor | None = None
    skin: Tensor | None = None
    reshaped: Tensor | None = None

    def at(self, size: int) -> Given:
        """The same at another size."""
        known = {name: getattr(self, name) for name in MASKS}
        masks = {name: resized(mask, size) for name, mask in known.items() if mask is not None}
        region = None if self.region is None else resized(self.region, size)
        return Given(resized(self.source, size), resized(self.before, size), region, self.facts, **masks)

    @property
    def kept(self) -> Tensor | None:
        """What keeps its pixels, (1, 1, S, S) in 0..1; None where nothing is known to."""
        return visibility.kept(self.in_front, self.within)


@dataclass(frozen=True, eq=False)
class Decisions:
    """What was measured of an edit's pictures, (1, C, S, S) each, and held while the edit changes a little.

    `improvement` (0..1) is the share of what the reconstruction missed that the edit makes good, `level` its
    even change of light; `visible`, `flow`, `new` and `grain` are as in `Parts`. `moved_before` is the moved
    reconstruction and `tint` what it misses of the photo's colours; `fit` makes the edit's picture fit the
    photo. `around` is a small region's dilation, `allowed` what the photo's light allows beside it; `matte`
    a large region up to the photo's own outlines.
    """

    strategy: Strategy
    improvement: Tensor
    level: Tensor
    visible: Tensor
    flow: Tensor
    new: Tensor
    moved_before: Tensor
    tint: Tensor
    fit: Tensor
    grain: Tensor
    around: Tensor | None
    allowed: PhotosLight | None
    matte: Matte | None


def take_apart(given: Given, after: Tensor) -> Parts:
    """The parts of the edit whose render is `after` (1, 3, S, S)."""
    with torch.no_grad():
        return assembled(given, after, decided(given, after))


@torch.no_grad()
def decided(given: Given, after: Tensor) -> Decisions:
    """The stages that measure. They do so on a grid of `GRID` px at most: what is decided is
    smooth."""
    size = given.before.shape[-1]
    grid = min(size, GRID)
    small, made = given.at(grid), resized(after, grid)
    photo, drawn, near, facts = small.source, small.before, small.region, given.facts
    share = None if near is None else strategy.covered(near)
    # What changed: less what the optimisation made good, and less another light.
    improvement = decompose.share_of_improvement(photo, drawn, made)
    fitted = decompose.without_improvement(photo, drawn, made, improvement)
    unless = strategy.unless_repainted(facts, share)
    fine = strategy.draws_as_finely(facts.enlarged)
    reshaped = small.reshaped if fine and not unless.of_small_region else None
    level = _level(fitted - drawn, small, unless, reshaped)
    change = fitted - drawn - level
    visible = visibility.where_visible(change, photo, drawn, near, small.hair)
    visible = visibility.without(visible, small.kept)
    # What the photo's own pixels do, and where the generator's are needed.
    flow = movement.movement(fitted - level, photo, drawn, visible, near, unless)
    if small.kept is not None:
        flow = movement.not_from(flow, small.kept)
    novel = painting.novelty(fitted - level, moved(drawn, flow * grid))
    way = _strategy(small, share, novel)
    new = painting.painted(novel, near, way)
    # The same at the pictures' own size.
    flow, level = resized(flow, size), resized(level, size)
    improvement, visible, new = (resized(m, size).clamp(0, 1) for m in (improvement, visible, new))
    there = None if near is None else resized(near, size)
    matte = None
    if there is not None and not way.of_small_region:
        matte = guided_recolour.matte(there, given.source, given.before)
        if reshaped is not None:
            new = painting.of_other_shape(there)
        elif fine:
            new = guided_recolour.repainted(resized(novel, size).clamp(0, 1), matte)
    arrived = flow * size
    tint = moved(blurred(given.source - given.before, BROAD * size), arrived)
    picture = after - level + tint
    fit = harmonise.fitting(picture, given.source, given.before, new) - picture
    around, allowed = None, None
    if there is not None and way.of_small_region:
        around = dilated(there, REACH).clamp(0, 1)
        own = moved(given.source, arrived)
        allowed = light.photos_light(given.source, own, there)
    return Decisions(
        strategy=way,
        improvement=improvement,
        level=level,
        visible=visible,
        flow=flow,
        new=new,
        moved_before=moved(given.before, arrived),
        tint=tint,
        fit=fit,
        grain=decompose.beside(given.region, new),
        around=around,
        allowed=allowed,
        matte=matte,
    )


def _level(change: Tensor, small: Given, unless: Strategy, reshaped: Tensor | None) -> Tensor:
    """The change of light that is no part of the edit: what skin or hair that keep their colour have of it,
    else what is even beside the edit."""
    if reshaped is not None:
        return global_shift.drift_of_hair(change, reshaped)
    if small.skin is not None:
        drift = global_shift.drift_of_skin(change, small.skin)
        return drift * global_shift.lit(small.source, small.skin)
    area = small.region if unless.of_small_region else small.within if small.region is None else None
    return global_shift.drift(change, small.source, area)


def assembled(given: Given, after: Tensor, found: Decisions) -> Parts:
    """The parts of an edit under decisions that were made; differentiable in its render `after`."""
    way, visible = found.strategy, found.visible
    edit = decompose.without_improvement(given.source, given.before, after, found.improvement) - found.level
    if way is Strategy.MOVE_SHAPE_ONLY:  # the colours of a smear are no mouth's either
        change = torch.zeros_like(edit)
    else:
        change = decompose.residual(edit - found.moved_before, found.new, found.around)
    if found.matte is not None:
        change = guided_recolour.within(change, given.source, found.matte)
        visible = torch.maximum(visible, smoothstep(strongest(change.detach()), *UNSEEN))
    elif found.allowed is not None:
        change = light.in_photos_light(change, found.allowed, way)
    return Parts(
        flow=found.flow,
        change=change,
        new=found.new,
        picture=after - found.level + found.tint + found.fit,
        changed=visible,
        grain=found.grain,
        strategy=way,
    )


def content_of(given: Given, parts: Parts, found: Creases | None) -> Tensor:
    """What is added to the photo, or shown in its place, (1, 3, S, S), where the mask is."""
    content = (1 - parts.new) * parts.change
    if parts.paints:
        picture = parts.picture
        if given.region is not None:
            # Skin that is painted gets the photo's grain in the place of its own: both would be too much.
            own_grain = picture - blurred(picture, FINE * picture.shape[-1])
            picture = picture - parts.grain * own_grain
        content = content + parts.new * picture
    if found is None:
        return content
    return light.with_even_light(content, found, parts.new, given.source)


def _strategy(small: Given, share: float | None, novel: Tensor) -> Strategy:
    if small.region is None or not strategy.may_be_repainted(small.facts, share):
        return strategy.unless_repainted(small.facts, share)
    is_known = painting.is_known(small.source, small.before, small.region)
    new_share = painting.share_of_new(novel, small.region)
    return strategy.decide(small.facts, share, is_known, new_share)


def recipe(result: EditResult, mask: FloatArray | None = None, mode: BlendMode = "detail") -> Recipe:
    """The recipe of a result. `mask` (any square size, 0..1) takes the place of the result's own.

    In mode "detail" the result's own blend mask is fitted to where the edit changed the picture; a mask
    that is given is taken as it is. A result without a reconstruction is composed from the difference
    between the generated picture and the input. At strength 0 nothing is shown; below 1, mode "paper"
    gives back as much of what the reconstruction missed of the photo as the edit lacks of its strength.
    A photo of one tone keeps it in both modes.
    """
    size = result.generated.shape[0]
    shown = np.clip(
        warp.resized(np.asarray(result.blend_mask if mask is None else mask, np.float32), size), 0, 1
    )
    if result.strength == 0:
        nothing = np.zeros_like(shown)
        return Recipe(nothing, nothing, np.zeros_like(result.generated))
    tone = tone_of_picture(result.source)
    if mode == "paper":
        return replace(_at_strength(result, shown), tone=tone)
    if result.reconstruction is None:
        return Recipe(shown, np.zeros_like(shown), result.generated - result.source, tone=tone)
    plan = _keeping(*_parts_of(result, result.reconstruction), shown, fit=mask is None)
    return replace(plan, tone=tone)


def paints(result: EditResult) -> bool:
    """Whether mode "detail" shows pixels of the generator's in the place of the photo's anywhere."""
    if result.reconstruction is None:
        return False
    return _parts_of(result, result.reconstruction)[1].paints


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
        given = Given(grid_of(source), grid_of(reconstruction))
        plan = _keeping(given, take_apart(given, grid_of(edited)), mask, fit=True)
    laid = laid_over(replace(plan, tone=tone_of_picture(source)), photo_crop.shape[0])
    return np.asarray(np.clip(render(photo_crop, laid), 0, 1), np.float32)


def _parts_of(result: EditResult, before: FloatArray) -> tuple[Given, Parts]:
    known = _taken_apart.get(result)
    if known is None:
        # The whole face has no region: the method edits all that it holds.
        region = None if result.everywhere else result.masks.get("dyed", result.masks.get("dynamic"))
        facts = Facts(result.enlarged, result.recognised, result.recolours)
        near = None if region is None else grid_of(region)
        masks = {name: grid_of(result.masks[name]) for name in MASKS if name in result.masks}
        drawn = grid_of(before)
        photo = visibility.uncovered(grid_of(result.source), drawn, masks.get("in_front"))
        given = Given(photo, drawn, near, facts, **masks)
        known = _taken_apart[result] = given, take_apart(given, grid_of(result.generated))
    return known


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


def _keeping(given: Given, parts: Parts, mask: FloatArray, fit: bool) -> Recipe:
    with torch.no_grad():
        shown = grid_of(mask)
        if fit:
            grown = visibility.grown_mask(shown, given.region)
            shown = visibility.fitted_mask(grown, parts.changed)
            shown = visibility.without(shown, given.kept)
        creases = light.creases(shown, parts, given.region, given.source)
        content = content_of(given, parts, creases)
        return Recipe(
            mask=array_of(shown),
            gone=array_of(parts.new),
            content=array_of(content),
            flow=array_of(parts.flow),
            grain=array_of(parts.new * parts.grain),
            sigma=FINE,
            skin=array_of(parts.grain),
        )
