"""A first step for an edit: along the pack's attribute directions, as far as the classifier asks.

Not part of the published method (key `optimizer.directions`, off there). Many small steps on the
classifier's gradient find textures that please the classifier; one step along a direction that was
learnt from faces finds a face, and leaves the optimisation little to do. How far to go is judged on the
picture that a person will see, the photo with the change in the default blend mode.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..types import FloatArray
from .blend import compose
from .losses import target_divergence
from .problem import Problem
from .regions import resize, to_size
from .views import random_views

RUNGS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
"""Steps in units of the directions; 1 is the step from "no" to "yes" of average pictures."""
_SIDE = 256
_VIEWS = 2
_COST = 0.003
"""What the square of the way must gain in the classifier's divergence."""
_CLOSE = 0.1
"""A probability that is this close to its goal is there: a shorter way is the better one then."""


@torch.no_grad()
def along_directions(problem: Problem, latent: Tensor) -> Tensor:
    """The code (1, L, D) moved along the wished attributes' directions to the first rung that will do.

    Where none reaches the goals, the best one. Unmoved when the pack has no directions for them.
    """
    direction = _direction(problem)
    if direction is None:
        return latent
    before = _render(problem, latent)
    best, least = latent, float("inf")
    for way in RUNGS:
        moved = latent + way * direction
        divergence, there = _judged(problem, before, _render(problem, moved))
        found = divergence + _COST * way**2
        if found < least or there:
            best, least = moved, found
        if there:
            break
    return best.clone()


def _direction(problem: Problem) -> Tensor | None:
    directions = problem.pack.directions
    if directions is None:
        return None
    goals = problem.goals[0].tolist()
    names = [attribute.name for attribute in problem.request.attributes]
    return directions.toward({n: 1.0 if goal >= 0.5 else -1.0 for n, goal in zip(names, goals, strict=True)})


def _render(problem: Problem, latent: Tensor) -> Tensor:
    generator = problem.pack.generator
    size = _SIDE if generator.resolution > _SIDE else None
    image: Tensor = generator(latent, problem.noise, size)
    return image.clamp(0, 1)


def _judged(problem: Problem, before: Tensor, render: Tensor) -> tuple[float, bool]:
    """The classifier's divergence from the goals, mean over the shown picture and a few views of it, and
    whether the shown picture is close to all of them."""
    shown = _shown(problem, before, render)
    # The same views for every rung: their chances must not decide between rungs.
    source = torch.Generator().manual_seed(problem.request.seed)
    classifier, index = problem.pack.classifier, problem.attribute_index
    logits = torch.cat([classifier(shown), classifier(random_views(shown, _VIEWS, source))])[:, index]
    divergence = float(target_divergence(logits, problem.goals.expand(len(logits), -1)))
    close = (logits[:1].sigmoid() - problem.goals).abs().max() <= _CLOSE
    return divergence, bool(close)


def _shown(problem: Problem, before: Tensor, render: Tensor) -> Tensor:
    """The photo with the change from `before` to `render`, (1, 3, S, S), as the default mode composes it."""
    size = render.shape[-1]
    region: Tensor | None = None
    mask = resize(problem.photo_masks.blend, size)
    if not problem.everywhere:
        parsed = to_size(problem.pack.parser(render), problem.classes.dynamic, size)
        region = torch.maximum(resize(problem.photo_masks.dynamic, size), parsed)
        mask = torch.maximum(mask, region)
    source = _array(resize(problem.source, size))
    picture = compose(
        source,
        source,
        _array(before),
        _array(render),
        _array(mask)[..., 0],
        region=None if region is None else _array(region)[..., 0],
    )
    return torch.from_numpy(picture).permute(2, 0, 1)[None].to(render)


def _array(image: Tensor) -> FloatArray:
    found: FloatArray = image[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy()
    return found
