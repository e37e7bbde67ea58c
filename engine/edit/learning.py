"""The reconstruction of a face, a step at a time: left off after any step, and gone on with later."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from ..run_control import RunControl
from ..types import LossTerms
from .latent_stage import optimise_latent
from .problem import Problem

Made = tuple[int, LossTerms, Tensor]
"""A step's number, its terms and its render (1, 3, S, S)."""


class Learning:
    """What is left of a problem's steps before `steps.hold_region`, which do not depend on what is edited.

    The steps are those that a run would make, in the same order: who goes on with them ends where a run alone
    would have. Afterwards `problem` holds the code and the generator that draw the face.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.next_step = problem.first_step
        self.end = min(problem.settings.count("steps.hold_region"), problem.settings.count("steps.latent"))
        self._steps = optimise_latent(problem, RunControl(), until=self.end)

    @property
    def done(self) -> bool:
        return self.next_step >= self.end

    @property
    def code_known(self) -> bool:
        """Whether the code stands still from now on, and only the generator's weights are fitted."""
        return self.next_step >= self.end - self.problem.settings.count("steps.tune")

    def step(self) -> Made:
        """The next step; not to be asked for when all are `done`. After the last one the face is learnt."""
        made = next(self._steps)
        self.next_step = made[0] + 1
        if self.done:
            for _ in self._steps:  # nothing comes: what was fitted is kept in the problem
                raise AssertionError("a step behind the last one")
            self.problem.latent_held = self.problem.latent.clone()
        return made

    def rest(self, control: RunControl) -> Iterator[Made]:
        """All steps that are left, until the control says that it is enough."""
        while not self.done and control.wait():
            yield self.step()
