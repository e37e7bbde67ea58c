"""The unit of a live slider: how far along its direction the classifier sees an attribute, or sees none."""

from __future__ import annotations

import math
from collections.abc import Callable

SMOOTHING = 0.05
"""How far from certainty the goal is, as where a run is told nothing else."""
SHORTEST, USUAL, LONGEST = 0.5, 1.25, 2.0
"""In units of the directions: a slider moves something also where the face has the attribute already, and
does not leave the faces that the generator knows. The usual one is for those in which the classifier sees
nothing of it, as it does not look where the photo may change."""
_TRIES = 3
_CLOSE = 0.3
"""In logits: 0.95 is then 0.934 to 0.963."""
_SEEN = 0.5
"""Logits in a unit, below which the classifier does not look."""


def reach(score: Callable[[float], float], adds: bool) -> float:
    """The way, `SHORTEST` to `LONGEST`, at which `score`, a probability, comes next to its goal.

    By false position on the logit, which grows evenly along a direction of a linear model; negative ways take
    the attribute away.
    """
    sign = 1.0 if adds else -1.0
    goal = math.log((1 - SMOOTHING) / SMOOTHING)
    missed = goal - sign * _logit(score(0.0))
    if missed <= 0:
        return SHORTEST
    below, above, way, tried = (0.0, missed), (math.inf, 0.0), 1.0, {}
    for _ in range(_TRIES):
        left = tried[way] = goal - sign * _logit(score(sign * way))
        if left > 0:
            below = way, left
        else:
            above = way, left
        if (missed - left) / way < _SEEN:
            return USUAL
        way = min(max(_between(below, above, missed), SHORTEST), LONGEST)
        if abs(left) < _CLOSE or way in tried:
            break
    return min(tried, key=lambda at: abs(tried[at]))


def _between(below: tuple[float, float], above: tuple[float, float], missed: float) -> float:
    """Where nothing is lacking, on the line between two ways and what is lacking there; beyond the first, on
    the line from the beginning, where there is no second."""
    (near, lacks), (far, exceeds) = below, above
    if math.isinf(far):
        return near + lacks * near / (missed - lacks)
    return near + (far - near) * lacks / (lacks - exceeds)


def _logit(probability: float) -> float:
    sure = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(sure / (1 - sure))
