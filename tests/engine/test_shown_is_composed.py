"""The classifier is shown, while an edit is optimised, what is composed of it when it is done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import Tensor

from engine.compositing.differentiable import _HELD, ShownOnPhoto
from engine.compositing.pipeline import recipe
from engine.compositing.recipe import laid_over
from engine.compositing.render import render
from engine.compositing.strategy import Strategy
from engine.imaging.filters import blurred, moved
from engine.imaging.tensor_filters import array_of, grid_of
from engine.types import EditResult, FloatArray

from .results import bare_result
from .test_shown_parts import BROWS, CHIN, HAIR, LINE, LOCKS, MOUTH, TEETH, R, face

LEVEL = 1 / 255
SKIN = np.ones((R, R, 1), np.float32) - HAIR


@dataclass(frozen=True)
class Masks:
    blend: Tensor
    dynamic: Tensor


@dataclass(frozen=True)
class Edited:
    """An edit of a drawn face: what `ShownOnPhoto` asks of it, and its result."""

    result: EditResult
    everywhere: bool = field(init=False)
    enlarged: float = field(init=False)
    recolours: bool = field(init=False)
    source: Tensor = field(init=False)
    hair: Tensor = field(init=False)
    dyed: Tensor | None = field(init=False)
    masks: Masks = field(init=False)
    uncovered: Tensor | None = field(init=False)
    within: Tensor | None = field(init=False)
    skin: Tensor | None = field(init=False)
    reshaped: Tensor | None = field(init=False)

    def __post_init__(self) -> None:
        result = self.result
        for name in ("everywhere", "enlarged", "recolours"):
            object.__setattr__(self, name, getattr(result, name))
        object.__setattr__(self, "source", grid_of(result.source))
        object.__setattr__(self, "hair", grid_of(result.masks["hair"]))
        dyed = result.masks.get("dyed")
        object.__setattr__(self, "dyed", None if dyed is None else grid_of(dyed))
        masks = Masks(grid_of(result.blend_mask), grid_of(result.masks["dynamic"]))
        object.__setattr__(self, "masks", masks)
        front = result.masks.get("in_front")
        object.__setattr__(self, "uncovered", None if front is None else 1 - grid_of(front))
        for name in ("within", "skin", "reshaped"):
            mask = result.masks.get(name)
            object.__setattr__(self, name, None if mask is None else grid_of(mask))

    def refined(self, picture: Tensor) -> Tensor:
        return picture


def lips() -> FloatArray:
    return np.asarray(face() - MOUTH * np.array([0.0, 0.15, 0.12], np.float32) - 0.25 * LINE, np.float32)


def drawn(strategy: Strategy) -> EditResult:
    """An edit that is composed by a strategy."""
    photo = lips()
    before = np.asarray(blurred(photo, 0.6) + np.array([0.02, -0.01, 0.01], np.float32), np.float32)
    mouth, hair = np.asarray(MOUTH[..., 0]), np.asarray(np.maximum(HAIR, LOCKS)[..., 0])
    teeth = before * (1 - TEETH) + TEETH * 0.95
    smile = moved(before, np.asarray(np.concatenate([0 * MOUTH, 3 * MOUTH], -1), np.float32))
    red = before + MOUTH * np.array([0.2, -0.05, 0.0], np.float32)
    after, region, more = {
        Strategy.WHOLE_FACE: (before - 0.2 * (BROWS + CHIN), mouth, {"everywhere": True}),
        Strategy.RECOLOUR: (before + np.array([0.3, 0.2, 0.05], np.float32) * hair[..., None], hair, {}),
        Strategy.TINT: (red, mouth, {"recolours": True}),
        Strategy.REPAINT: (teeth, mouth, {}),
        Strategy.MOVE: (smile - 0.08 * MOUTH, mouth, {"enlarged": 5.0}),
    }[strategy]
    wide = strategy in (Strategy.WHOLE_FACE, Strategy.RECOLOUR)
    blend = np.ones((R, R), np.float32) if wide else np.asarray(SKIN[..., 0])
    return bare_result(
        photo,
        np.asarray(np.clip(after, 0, 1), np.float32),
        photo,
        blend,
        masks={"dynamic": region, "hair": hair},
        reconstruction=before,
        **more,
    )


SHOWN = [strategy for strategy in Strategy if strategy is not Strategy.MOVE_SHAPE_ONLY]
"""How sure the parser is of a mouth is asked when an edit is done."""
STEEP = [strategy for strategy in SHOWN if strategy not in (Strategy.REPAINT, Strategy.RECOLOUR)]
"""Before anything is new nothing is painted, and another colour of hair is carried on from where there is
one."""


def by_recipe(result: EditResult) -> FloatArray:
    """The recipe of a result carried out on the grid: its own formula, read linearly."""
    plan = laid_over(recipe(result), R)
    assert plan.flow is not None and plan.grain is not None
    mask = plan.mask[..., None]
    own = moved(result.source, plan.flow * mask)
    fine = plan.grain[..., None] * (own - blurred(own, plan.sigma))
    return np.asarray(np.clip((1 - mask * plan.gone[..., None]) * own + mask * (plan.content + fine), 0, 1))


@pytest.mark.parametrize("strategy", SHOWN, ids=lambda strategy: strategy.value)
@pytest.mark.parametrize("gradient", [False, True], ids=["looked at", "optimised"])
def test_what_the_classifier_is_shown_is_what_is_composed(strategy: Strategy, gradient: bool) -> None:
    result = drawn(strategy)
    assert result.reconstruction is not None
    shown = ShownOnPhoto(Edited(result), grid_of(result.reconstruction))
    picture = array_of(shown(grid_of(result.generated).requires_grad_(gradient)))
    assert shown.strategy is strategy
    assert np.abs(picture - result.source).max() > 10 * LEVEL, "nothing is shown"
    assert np.abs(picture - by_recipe(result)).max() < 0.02 * LEVEL
    # The photo's grain, which needs the photo's own resolution, is all that is missing.
    composed = np.clip(render(result.source, laid_over(recipe(result), R)), 0, 1)
    apart = np.abs(picture - composed).max(axis=-1)
    assert apart.mean() < 0.5 * LEVEL
    assert (apart < 4 * LEVEL).mean() > 0.98


@pytest.mark.parametrize("strategy", SHOWN, ids=lambda strategy: strategy.value)
def test_what_lies_in_front_of_the_face_keeps_its_bits(strategy: Strategy) -> None:
    """Of every strategy, in the composite and in what the classifier is shown; and moves nowhere."""
    bare, stick = drawn(strategy), (np.abs(np.indices((R, R))[1] - 0.55 * R) < 0.05 * R).astype(np.float32)
    photo = np.where(stick[..., None] > 0, np.array([0.1, 0.9, 0.1], np.float32), bare.source)
    result = replace(bare, source=photo, masks={**bare.masks, "in_front": stick})
    composed = render(photo, laid_over(recipe(result), R))
    assert np.array_equal(composed[stick == 1], photo[stick == 1])
    changed = np.abs(composed - photo).max(-1) > 10 * LEVEL
    assert changed.any(), "nothing is shown beside it"
    green = composed[..., 1] - composed[..., [0, 2]].max(-1)
    assert green[stick == 0].max() < 0.3, "some of it was moved beside it"
    assert result.reconstruction is not None
    shown = ShownOnPhoto(Edited(result), grid_of(result.reconstruction))
    picture = array_of(shown(grid_of(result.generated)))
    assert np.abs(picture - photo)[stick == 1].max() < 1e-6
    assert np.abs(picture - by_recipe(result)).max() < 0.02 * LEVEL


@pytest.mark.parametrize("strategy", STEEP, ids=lambda strategy: strategy.value)
def test_an_edit_that_is_not_to_be_seen_yet_has_a_gradient(strategy: Strategy) -> None:
    """At its first step nothing of an edit is shown. The optimisation learns what would be."""
    result = drawn(strategy)
    assert result.reconstruction is not None
    before = grid_of(result.reconstruction).requires_grad_(True)
    shown = ShownOnPhoto(Edited(result), before.detach())
    picture = shown(before)
    assert np.abs(array_of(picture) - result.source).max() < LEVEL
    picture.sum().backward()
    assert before.grad is not None
    steep = array_of(before.grad.abs().sum(1, keepdim=True))
    where = CHIN if strategy is Strategy.WHOLE_FACE else MOUTH
    assert steep[where[..., 0] > 0.95].mean() > 1
    if strategy.of_small_region:
        assert steep[: R // 6].max() < 0.05


def test_a_colour_of_hair_stays_on_the_photos_own_hair() -> None:
    """The render has hair on the photo's forehead, too: without `dyed` it is a veil over the skin. What the
    classifier is shown is composed so, too."""
    result = drawn(Strategy.RECOLOUR)
    own, size = result.masks["dynamic"], R
    forehead = np.zeros((R, R), np.float32)
    forehead[int(0.3 * size) : int(0.42 * size), int(0.35 * size) : int(0.65 * size)] = 1
    forehead[own > 0.02] = 0
    wider = np.asarray(np.maximum(own, forehead), np.float32)
    blond = np.asarray(result.generated + 0.2 * forehead[..., None], np.float32)
    veiled = replace(result, generated=blond, masks={**result.masks, "dynamic": wider})
    dyed = replace(veiled, masks={**veiled.masks, "dyed": own})
    skin, hair = ndimage.binary_erosion(forehead > 0, iterations=R // 32), own > 0.9
    assert skin.any()
    changes = [np.abs(by_recipe(r) - result.source).max(-1) for r in (veiled, dyed)]
    assert changes[0][skin].mean() > 15 * LEVEL and changes[1][skin].mean() < LEVEL
    assert changes[1][hair].mean() > 0.95 * changes[0][hair].mean()
    assert dyed.reconstruction is not None
    shown = ShownOnPhoto(Edited(dyed), grid_of(dyed.reconstruction))
    assert np.abs(array_of(shown(grid_of(dyed.generated))) - by_recipe(dyed)).max() < 0.02 * LEVEL


def test_decisions_are_held_for_some_steps_and_made_anew_for_what_is_looked_at() -> None:
    result = drawn(Strategy.REPAINT)
    assert result.reconstruction is not None
    shown = ShownOnPhoto(Edited(result), grid_of(result.reconstruction))
    start = grid_of(result.reconstruction).requires_grad_(True)
    done = grid_of(result.generated)
    shown(start)
    assert shown.strategy is Strategy.MOVE
    for _ in range(_HELD - 1):
        shown(done.clone().requires_grad_(True))
        assert shown.strategy is Strategy.MOVE
    shown(done.clone().requires_grad_(True))
    assert shown.strategy is Strategy.REPAINT
    with torch.no_grad():
        shown(start.detach() * 0.999)
    assert shown.strategy is Strategy.MOVE


def test_the_masks_are_followed() -> None:
    """A step later the edited region has grown: more is shown."""
    result = drawn(Strategy.TINT)
    assert result.reconstruction is not None
    small = np.asarray(MOUTH[..., 0] * (np.indices((R, R))[1] < R // 2), np.float32)
    narrow = replace(result, masks={**result.masks, "dynamic": small}, blend_mask=small)
    problem = Edited(narrow)
    shown = ShownOnPhoto(problem, grid_of(result.reconstruction))
    edited = grid_of(result.generated)
    right = (MOUTH[..., 0] > 0.9) & (np.indices((R, R))[1] > 0.54 * R)
    change = [np.abs(array_of(shown(edited)) - result.source)[right].mean()]
    object.__setattr__(problem, "masks", Edited(result).masks)
    change.append(np.abs(array_of(shown(edited)) - result.source)[right].mean())
    assert change[0] < 0.25 * change[1]


def test_hair_of_another_shape_is_the_generators_in_the_photos_colour() -> None:
    """Curls are drawn in what was hair and what is; brown that comes with them is not."""
    bare = drawn(Strategy.RECOLOUR)
    assert bare.reconstruction is not None
    grown = np.asarray(np.maximum(HAIR, LOCKS)[..., 0])
    stripes = (0.06 * np.sin(np.indices((R, R)).sum(0) * 1.2))[..., None]
    brown = np.array([0.12, 0.06, 0.02], np.float32)
    after = np.where(grown[..., None] > 0.5, bare.source.min() + 0.2 + brown + stripes, bare.reconstruction)
    before = np.where(HAIR > 0.5, bare.source.min() + 0.2, bare.reconstruction)
    photo = np.asarray(np.where(HAIR > 0.5, bare.source.min() + 0.2, bare.source), np.float32)
    result = replace(
        bare,
        source=photo,
        generated=np.asarray(np.clip(after, 0, 1), np.float32),
        reconstruction=np.asarray(before, np.float32),
        masks={**bare.masks, "dynamic": grown, "reshaped": np.asarray(HAIR[..., 0])},
    )
    assert result.reconstruction is not None
    shown = ShownOnPhoto(Edited(result), grid_of(result.reconstruction))
    picture = array_of(shown(grid_of(result.generated)))
    assert np.abs(picture - by_recipe(result)).max() < 0.02 * LEVEL
    inside = ndimage.binary_erosion(HAIR[..., 0] > 0.5, iterations=6)
    assert np.abs((picture - photo)[inside].mean(0)).max() < 0.25 * brown.max()
    assert (picture - photo)[inside].std() > 0.7 * 0.06 / np.sqrt(2)
    new = ndimage.binary_erosion((grown > 0.5) & (HAIR[..., 0] < 0.5), iterations=4)
    assert new.any() and np.abs((picture - photo)[new]).mean() > 10 * LEVEL
    kept = {name: mask for name, mask in result.masks.items() if name != "reshaped"}
    recoloured = by_recipe(replace(result, masks=kept))
    assert np.abs((recoloured - photo)[inside].mean(0)).max() > 0.5 * brown.max()
