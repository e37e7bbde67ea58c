"""The Adam update (Kingma and Ba, arXiv 1412.6980, algorithm 1), as `torch.optim.Adam` computes it.

The first optimiser that torch makes in a process imports its compiler, which takes more than a second on
a laptop and a hundred megabytes; an edit needs none of it, and its first step is what people wait for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

BETAS = (0.9, 0.999)
EPSILON = 1e-8


@dataclass(frozen=True)
class AdamState:
    """What an `Adam` has gathered for each tensor: running means of gradients and squares, and its steps."""

    mean: list[Tensor]
    square: list[Tensor]
    steps: list[int]


class Adam:
    """Moves leaf tensors against their gradients; `rate` may be set between steps.

    Tensors without a gradient stay where they are.
    """

    def __init__(self, parameters: Sequence[Tensor], rate: float, betas: tuple[float, float] = BETAS) -> None:
        self.rate = rate
        self._betas = betas
        self._parameters = list(parameters)
        self._mean = [torch.zeros_like(p) for p in self._parameters]
        self._square = [torch.zeros_like(p) for p in self._parameters]
        self._steps = [0] * len(self._parameters)

    def state(self) -> AdamState:
        """What has been gathered, copied to the CPU."""
        mean, square = ([t.to("cpu", copy=True) for t in ts] for ts in (self._mean, self._square))
        return AdamState(mean, square, list(self._steps))

    def resume(self, state: AdamState) -> None:
        """Go on with what another one had gathered for tensors of the same shapes."""
        for own, other in zip([*self._mean, *self._square], [*state.mean, *state.square], strict=True):
            own.copy_(other)
        self._steps = list(state.steps)

    @torch.no_grad()
    def step(self) -> None:
        """One update, after which no tensor has a gradient."""
        for k, parameter in enumerate(self._parameters):
            gradient, parameter.grad = parameter.grad, None
            if gradient is None:
                continue
            self._steps[k] += 1
            self._move(k, parameter, gradient)

    def _move(self, k: int, parameter: Tensor, gradient: Tensor) -> None:
        first, second = self._betas
        mean = self._mean[k].lerp_(gradient, 1 - first)
        square = self._square[k].mul_(second).addcmul_(gradient, gradient, value=1 - second)
        scale, size = self._corrections(k)
        parameter.addcdiv_(mean, (square.sqrt() / scale).add_(EPSILON), value=-size)

    def _corrections(self, k: int) -> tuple[float, float]:
        """What the root of the squares is divided by, and the length of a step: both means begin at zero."""
        first, second = self._betas
        return (1 - second ** self._steps[k]) ** 0.5, self.rate / (1 - first ** self._steps[k])
