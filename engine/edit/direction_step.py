"""A first step for an edit: along the pack's attribute directions, as far as the classifier asks.

Not part of the published method (key `optimizer.directions`, off there). Many small steps on the
classifier's gradient find textures that please the classifier; one step along a direction that was
learnt from faces finds a face, and leaves the optimisation little to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..models.composite_classifier import logits_of
from ..models.generators.base import size_at_most
from .augmentation import random_views
from .losses import target_divergence
from .masks import Masks, to_size
from .problem import Problem

RUNGS = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)
"""Steps in units of the directions; 1 is the step from "no" to "yes" of average pictures."""
_WIDEST = {"smiling": 1.5, "mouth_slightly_open": 1.0, "eyeglasses": 1.25}
"""How far an edit goes at most; of several, the least. On face 830 of CelebA-HQ, lit from one side, the
classifier sees nothing of a smile that a judge sees at 1.25, and sent it on to 2.5, a caricature. Of a mouth
that is opened it sees half on 824 at any way: at 1.5 it was a grin from ear to ear. Spectacles on 811 are
some at 1 for a judge (.91), and beyond 2 a black bar over a face that is none."""
_LONGER = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)
"""Multiples of a way that sliders stood at, which take the rungs' place."""
_SIDE = 256
_VIEWS = 2
_COST = 0.003
"""What the square of the way must gain in the classifier's divergence."""
_CLOSE = 0.1
"""A probability that is this close to its goal is there: a shorter way is the better one then."""


@torch.no_grad()
def along_directions(
    problem: Problem, latent: Tensor, seen: Callable[[Tensor], Tensor] | None = None
) -> Tensor:
    """The code (1, L, D) moved along the wished attributes' directions to the first rung that will do.

    Where none reaches the goals, the best one; where the request says how far, at least so far. `seen` turns
    a render into the picture that the classifier judges. Unmoved when the pack has no directions for the
    attributes.
    """
    direction = _direction(problem)
    if direction is None:
        return latent
    chosen = way_chosen(problem)
    size, limit = size_at_most(problem.generator, _SIDE), float("inf")
    beyond = problem.settings.number("optimizer.farthest_direction")
    if chosen is not None and not beyond:
        return latent + chosen
    ladder = _ladder(problem)
    if chosen is not None:  # before the face was learnt it may have said too little
        direction, ladder = chosen, _LONGER
    unedited = problem.generator(latent, problem.noise, size) if beyond else None
    rises = None if unedited is None else _wanted_higher(problem, unedited)
    best = _Rung(latent, problem.masks, float("inf"))
    for way in ladder:
        if way > limit:
            break
        moved = latent + way * direction
        problem.rungs_tried += 1
        render = unedited if way == 0 else None
        render = problem.generator(moved, problem.noise, size) if render is None else render
        if _region_follows(problem):
            problem.masks = _following(problem, render)
        divergence, there = _judged(problem, render if seen is None else seen(render))
        rung = _Rung(moved, problem.masks, divergence + _COST * way**2)
        if there:
            best = rung
            break
        if rises is not None and limit == float("inf") and _shows(problem, render, rises):
            # What the whole render does not show yet is no edit, however little the composite asks for.
            best, limit = rung, beyond * max(way, RUNGS[1])
        if rung.cost < best.cost:
            best = rung
    problem.masks = best.masks
    return best.latent.clone()


@dataclass(frozen=True, eq=False)
class _Rung:
    """A code that was tried, the masks as they followed it, and how far it is from the goals."""

    latent: Tensor
    masks: Masks
    cost: float


def _wanted_higher(problem: Problem, unedited: Tensor) -> Tensor:
    """For each attribute whether its goal lies above what the unedited render has, (A,): a slider may ask for
    a little of what is not there at all."""
    return problem.goals[0] > _probabilities(problem, unedited)


def _shows(problem: Problem, render: Tensor, rises: Tensor) -> bool:
    """Whether a whole render reaches the goals by itself. What is shown of it on the photo may need more, but
    a face that goes much farther than it must becomes a caricature."""
    missing = problem.goals[0] - _probabilities(problem, render)
    return bool((torch.where(rises, missing, -missing) <= _CLOSE).all())


def _probabilities(problem: Problem, render: Tensor) -> Tensor:
    return logits_of(problem.pack.classifier, render, problem.attribute_index)[0].sigmoid()


def _region_follows(problem: Problem) -> bool:
    """Whether the edited region is sought anew in every rung's render.

    A smile is wider than the mouth was: within the old outline the composite has its teeth and not its
    corners, and the classifier sees no smile however far the code goes.
    """
    settings = problem.settings
    wished = settings.flag("optimizer.region_follows") and settings.flag("dynamic_masking")
    return wished and not problem.everywhere


def _following(problem: Problem, render: Tensor) -> Masks:
    masks = replace(problem.photo_masks)
    region = to_size(problem.parsed(render), problem.classes.dynamic, problem.pack.resolution)
    masks.follow(problem.photo_masks, region, problem.settings.flag("models.update_shape"))
    return masks


def way_chosen(problem: Problem) -> Tensor | None:
    """The step (L, D) that the request starts with; None where it leaves one of its attributes to the run."""
    directions, start = problem.pack.directions, problem.request.start
    ways = {edit.name: start.get(edit.name, 0.0) for edit in problem.request.attributes}
    return None if directions is None or not all(ways.values()) else directions.toward(ways)


@torch.no_grad()
def first_guess(problem: Problem, latent: Tensor, side: int) -> Tensor | None:
    """A render (1, 3, side, side) of the code (1, L, D) moved one whole step along the directions.

    What an edit will be like, before anything is optimised; None without directions.
    """
    direction = _direction(problem) if problem.settings.flag("optimizer.directions") else None
    if direction is None:
        return None
    size = side if side < problem.pack.resolution else None
    chosen = way_chosen(problem)
    way = direction if chosen is None else chosen
    picture: Tensor = problem.generator(latent + way, problem.noise, size)
    return picture


def _ladder(problem: Problem) -> tuple[float, ...]:
    names = [edit.name for edit in problem.request.attributes]
    if problem.settings.expression:
        return _up_to(min(_WIDEST.get(name, RUNGS[-1]) for name in names))
    if not problem.everywhere:
        return RUNGS
    # What is shown of another face is less than the classifier is: no short steps.
    return tuple(way for way in _up_to(_widest_of_all(names)) if way >= 1)


def _widest_of_all(names: list[str]) -> float:
    """The least of the ends of edits of the whole face, where each of them has one."""
    return min(_WIDEST[name] for name in names) if all(name in _WIDEST for name in names) else RUNGS[-1]


def _up_to(widest: float) -> tuple[float, ...]:
    return tuple(way for way in RUNGS if way <= widest)


def _direction(problem: Problem) -> Tensor | None:
    directions = problem.pack.directions
    if directions is None:
        return None
    goals = problem.goals[0].tolist()
    names = [attribute.name for attribute in problem.request.attributes]
    return directions.toward({n: 1.0 if goal >= 0.5 else -1.0 for n, goal in zip(names, goals, strict=True)})


def _judged(problem: Problem, picture: Tensor) -> tuple[float, bool]:
    """The classifier's divergence from the goals, mean over the picture and a few views of it, and
    whether the picture is close to all of them."""
    # The same views for every rung: their chances must not decide between rungs.
    source = torch.Generator().manual_seed(problem.request.seed)
    classifier, index = problem.pack.classifier, problem.attribute_index
    views = random_views(picture, _VIEWS, source)
    logits = torch.cat([logits_of(classifier, seen, index) for seen in (picture, views)])
    divergence = float(target_divergence(logits, problem.goals.expand(len(logits), -1)))
    close = (logits[:1].sigmoid() - problem.goals).abs().max() <= _CLOSE
    return divergence, bool(close)
