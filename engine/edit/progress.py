"""How much of a run's work is done and how long the rest takes: steps of different kinds cost differently."""

from __future__ import annotations

from itertools import accumulate

from ..types import StageName
from .direction_step import way_chosen
from .problem import Problem

# Relative costs, measured on the built-in pack in the window (median of a step of each kind). Steps at low
# resolution that only reconstruct are the unit.
_RECONSTRUCTING = 1.5
_COARSE = 1.0
_FITTING = 1.0
_EDITING = 4.2
_STARTING = 2.0
_RUNG = 2.0
_USUAL_RUNGS = 5  # of those along the attributes' directions, until it is known how many were tried
_NOISE = 2.0
_ENDING = 5.0
_COMPOSING = 16.0  # to see whether the edit falls short on the photo
_BELIEVED = 0.2
"""The share of a run after which its own pace counts as much as that of the face's last run."""


class Work:
    """The cumulated cost of a run's steps; `share` says how much of it lies behind a step.

    `pace` is what the face's last run took for a unit of cost, in seconds. One step, the first of an edit
    that starts behind the reconstruction, is too little to tell a machine's speed by.
    """

    def __init__(self, problem: Problem, pace: float | None = None) -> None:
        settings = problem.settings
        self._problem = problem
        self._usual = pace
        self._first = problem.first_step
        editing = max(settings.count("loss.start_steps.classf"), self._first)
        last = settings.count("steps.latent")
        latent = [_cost(problem, step, editing) for step in range(self._first, last)]
        if latent:
            latent[0] += _STARTING
        begins = editing - self._first
        searches = settings.flag("optimizer.directions") and way_chosen(problem) is None
        self._begins = begins if searches and begins < len(latent) else None
        noise = settings.count("steps.noise")
        self._latent = len(latent)
        ending = _ENDING + (_COMPOSING if settings.number("optimizer.farthest") > 1 else 0.0)
        self._behind = list(accumulate([*latent, *([_NOISE] * (noise + 1 if noise else 0)), ending]))

    def share(self, stage: StageName, step: int) -> float:
        """The share 0..1 of the work that is done after `step` of a stage; 1 only after the last."""
        place = step - self._first if stage == "latent" else self._latent + step
        place = min(max(place, 0), len(self._behind) - 1)
        rungs = self._rungs() if self._begins is not None and place >= self._begins else 0.0
        return (self._behind[place] + rungs) / self._whole()

    def left(self, stage: StageName, step: int, seconds: float) -> float:
        """Seconds that are left after `step` of a stage, which ended `seconds` after the run began."""
        whole = self._whole()
        done = self.share(stage, step) * whole
        if self._usual is not None:
            # As if so much more had been done, at the usual pace.
            seconds, done_at_it = seconds + _BELIEVED * whole * self._usual, done + _BELIEVED * whole
            return (whole - done) * seconds / done_at_it
        return (whole - done) * seconds / max(done, 1e-6)

    def pace(self, seconds: float) -> float:
        """What a unit of cost took in a whole run of `seconds`."""
        return seconds / self._whole()

    def _whole(self) -> float:
        return self._behind[-1] + self._rungs()

    def _rungs(self) -> float:
        return 0.0 if self._begins is None else _RUNG * (self._problem.rungs_tried or _USUAL_RUNGS)


def _cost(problem: Problem, step: int, editing: int) -> float:
    """What a step of stage 1 costs; from `editing` on it looks at what is edited."""
    hold, tune, coarse = (problem.settings.count(f"steps.{key}") for key in ("hold_region", "tune", "coarse"))
    if step >= editing:
        return _EDITING
    if hold - tune <= step < hold:
        return _FITTING
    return _COARSE if step < coarse else _RECONSTRUCTING
