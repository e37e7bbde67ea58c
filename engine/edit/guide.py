"""A first step for an edit: along the pack's attribute directions, as far as the classifier asks.

Not part of the published method (key `optimizer.directions`, off there). Many small steps on the
classifier's gradient find textures that please the classifier; one step along a direction that was
learnt from faces finds a face, and leaves the optimisation little to do.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .losses import target_divergence
from .problem import Problem
from .views import random_views

RUNGS = 9
FARTHEST = 4.0
"""The ladder's end, in units of the directions."""
_SIDE = 256
_VIEWS = 2
_COST = 0.004
"""What a unit of the squared way must gain in the classifier's divergence."""


@torch.no_grad()
def along_directions(problem: Problem, latent: Tensor) -> Tensor:
    """The code (1, L, D) moved to the best rung of a ladder along the wished attributes' directions.

    Unmoved when the pack has no directions for them.
    """
    direction = _direction(problem)
    if direction is None:
        return latent
    generator = problem.pack.generator
    size = _SIDE if generator.resolution > _SIDE else None
    ways = torch.linspace(0, FARTHEST, RUNGS).tolist()
    best, least = latent, float("inf")
    for way in ways:
        moved = latent + way * direction
        found = _divergence(problem, generator(moved, problem.noise, size)) + _COST * way**2
        if found < least:
            best, least = moved, found
    return best.clone()


def _direction(problem: Problem) -> Tensor | None:
    directions = problem.pack.directions
    if directions is None:
        return None
    goals = problem.goals[0].tolist()
    names = [attribute.name for attribute in problem.request.attributes]
    return directions.toward({n: 1.0 if goal >= 0.5 else -1.0 for n, goal in zip(names, goals, strict=True)})


def _divergence(problem: Problem, render: Tensor) -> float:
    """The classifier's divergence from the goals, mean over the render and a few views of it."""
    # The same views for every rung: their chances must not decide between rungs.
    source = torch.Generator().manual_seed(problem.request.seed)
    seen = torch.cat(
        [problem.pack.classifier(render), problem.pack.classifier(random_views(render, _VIEWS, source))]
    )
    logits = seen[:, problem.attribute_index]
    return float(target_divergence(logits, problem.goals.expand(len(logits), -1)))
