"""Where a run stands after its last whole step, kept on the CPU, so that another device can go on from
there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from ..models.generators.fine_tuned import with_weights
from ..packs.pack import ModelPack
from ..types import LossTerms, StageName, TunedWeights
from .adam import AdamState
from .masks import Masks
from .problem import Problem

_CODES = ("latent", "latent_before_edit", "latent_held", "latent_anchor")


@dataclass
class Reached:
    """What a run has reached; empty before its first step.

    `made` counts its steps, `began` is when it began in seconds of `time.monotonic` less the pauses before.
    Steps that fit the generator's weights are not noted: where a device fails among them they are made once
    more.
    """

    began: float = 0.0
    made: int = 0
    stage: StageName = "latent"
    step: int = -1
    first_step: int = 0
    losses: dict[StageName, dict[str, float]] = field(default_factory=dict)
    codes: dict[str, Tensor | None] = field(default_factory=dict)
    noise: list[Tensor | None] = field(default_factory=list)
    noise_drawn: bool = False
    masks: Masks | None = None
    tuned: TunedWeights | None = None
    adam: AdamState | None = None
    views: Tensor | None = None
    rungs_tried: int = 0

    def note(self, problem: Problem, stage: StageName, step: int, terms: LossTerms, made: int) -> None:
        """The step is done: keep what it left. Waits for the device."""
        if problem.tuning:
            return
        self.losses[stage] = dict(terms)
        self.codes = {name: _kept(getattr(problem, name)) for name in _CODES}
        self.noise = [_kept(noise) for noise in problem.noise]
        self.masks = replace(problem.masks, **_each(problem.masks, _kept))
        self.adam = None if problem.optimiser is None else problem.optimiser.state()
        self.views = None if problem.views is None else problem.views.get_state()
        self.noise_drawn, self.tuned, self.rungs_tried = (
            problem.noise_drawn,
            problem.tuned,
            problem.rungs_tried,
        )
        self.first_step, self.stage, self.step, self.made = problem.first_step, stage, step, made

    def give(self, problem: Problem, pack: ModelPack) -> None:
        """Put a problem that was built for `pack` to where this stands."""
        if self.step < 0:
            return
        device = pack.device
        for name, code in self.codes.items():
            setattr(problem, name, None if code is None else code.clone().to(device))
        problem.noise = [None if noise is None else noise.clone().to(device) for noise in self.noise]
        if self.masks is not None:
            problem.masks = replace(self.masks, **_each(self.masks, lambda mask: mask.clone().to(device)))
        if self.tuned is not None:
            problem.generator, problem.tuned = with_weights(pack.generator, self.tuned), self.tuned
        problem.noise_drawn, problem.rungs_tried = self.noise_drawn, self.rungs_tried
        problem.first_step, problem.resumed = self.first_step, self

    def after(self, stage: StageName, last: int) -> int | None:
        """The step of a stage to go on with, of which `last` is behind the last one; None where nothing of it
        has been done."""
        if self.step < 0 or (stage == "noise" and self.stage == "latent"):
            return None
        return last if self.stage != stage else self.step + 1

    def place(self, problem: Problem) -> tuple[StageName, int]:
        """The stage and the step that are behind; before any, those that the run begins with."""
        return (self.stage, self.step) if self.step >= 0 else ("latent", problem.first_step)

    def begin(self, paused: float) -> float:
        """When the run began: now, the first time it is asked."""
        self.began = self.began or time.monotonic() - paused
        return self.began


def _kept(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().to("cpu", copy=True)


def _each(masks: Masks, change: Any) -> dict[str, Tensor]:
    return {name: change(mask) for name, mask in vars(masks).items() if mask is not None}
