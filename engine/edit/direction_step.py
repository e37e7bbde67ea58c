"""A first step for an edit: along the pack's attribute directions, as far as the classifier asks.

Not part of the published method (key `optimizer.directions`, off there). Many small steps on the
classifier's gradient find textures that please the classifier; one step along a direction that was
learnt from faces finds a face, and leaves the optimisation little to do.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ..models.composite_classifier import logits_of
from ..models.generators.base import size_at_most
from .augmentation import random_views
from .losses import target_divergence
from .problem import Problem

RUNGS = (0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)
"""Steps in units of the directions; 1 is the step from "no" to "yes" of average pictures."""
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

    Where none reaches the goals, the best one; where the request says how far, so far. `seen` turns a render
    into the picture that the classifier judges. Unmoved when the pack has no directions for the attributes.
    """
    direction = _direction(problem)
    if direction is None:
        return latent
    chosen = way_chosen(problem)
    if chosen is not None:
        return latent + chosen
    generator = problem.generator
    size = size_at_most(generator, _SIDE)
    best, least = latent, float("inf")
    for way in _ladder(problem):
        moved = latent + way * direction
        problem.rungs_tried += 1
        render = generator(moved, problem.noise, size)
        divergence, there = _judged(problem, render if seen is None else seen(render))
        found = divergence + _COST * way**2
        if found < least or there:
            best, least = moved, found
        if there:
            break
    return best.clone()


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
    if problem.everywhere:
        # What is shown of another face is less than the classifier is: no short steps.
        return tuple(way for way in RUNGS if way >= 1)
    return RUNGS


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
