"""The steps that fit the generator's weights to a face: those the coarse picture shows, then the last
layers."""

from __future__ import annotations

from torch import Tensor

from ..models.generators.base import DrawsWindows
from .finishing import Finishing
from .pivotal_tuning import Tuning
from .problem import Problem


class Fitting:
    """`steps` steps at the code `latent` (1, L, D): `Tuning` on the picture of `side` px, and for the last
    `steps.finish` of them `Finishing`, where the generator stops before its whole picture and can go on from
    there in windows."""

    def __init__(self, problem: Problem, latent: Tensor, side: int, steps: int) -> None:
        self._problem, self._latent, self._side = problem, latent, side
        stops = side < problem.pack.resolution and isinstance(problem.generator, DrawsWindows)
        self._finishing = min(problem.settings.count("steps.finish"), steps) if stops else 0
        self._left = steps
        self._now: Tuning | Finishing | None = None
        if steps > self._finishing:
            self._now = Tuning(problem, latent, side, steps - self._finishing)

    def step(self) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """The next step's terms, their weighted sum and its render (1, 3, side, side)."""
        if self._left == self._finishing:
            self.finish()
            self._now = Finishing(self._problem, self._latent, self._side, self._finishing)
        assert self._now is not None  # one of both makes each step
        self._left -= 1
        return self._now.step()

    def finish(self) -> None:
        """Give the problem the generator as it is fitted by now."""
        if self._now is not None:
            self._now.finish()
