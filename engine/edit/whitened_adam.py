"""Adam in the whitened latent space, where a step is as long along every axis that codes vary along.

Adam divides each coordinate of a gradient by its own size and so moves all of a code's as far. Most axes of
W hardly vary: after thirty steps a code lies where the generator was never trained, and lips are violet that
an attribute classifier takes for a smile. Here the coordinates are those of the whitened space
(`models.generators.latent_axes`), and one running mean of squares serves a whole vector, so that what moves
is what the gradient asks for. On a face of 1024 px made to smile, of which the classifier is as sure either
way, a code ends 0.04 standard deviations beside its direction instead of 0.21.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from .adam import EPSILON, Adam


class AxesAdam(Adam):
    """Moves latent codes (..., L, D), each axis at its own pace: where a photo says what is right along all
    of them, as in a reconstruction. `axes` (D, D) is what `latent_axes` gives, on their device."""

    def __init__(self, parameters: Sequence[Tensor], rate: float, axes: Tensor) -> None:
        super().__init__(parameters, rate)
        self._axes = axes

    def _move(self, k: int, parameter: Tensor, gradient: Tensor) -> None:
        first, second = self._betas
        inner = gradient @ self._axes
        mean = self._mean[k].lerp_(inner, 1 - first)
        square = self._square[k].mul_(second)
        self._gather(square, inner, 1 - second)
        scale, size = self._corrections(k)
        step = mean / (square.sqrt() / scale).add_(EPSILON)
        parameter.sub_(step @ self._axes.T, alpha=size)

    def _gather(self, square: Tensor, inner: Tensor, share: float) -> None:
        """Add a share of the squares of the gradient along the axes to their running mean."""
        square.addcmul_(inner, inner, value=share)


class WhitenedAdam(AxesAdam):
    """Moves latent codes with one size for a whole vector, so that the gradient says along which axes."""

    def _gather(self, square: Tensor, inner: Tensor, share: float) -> None:
        square.add_(inner.square().mean(-1, keepdim=True), alpha=share)
