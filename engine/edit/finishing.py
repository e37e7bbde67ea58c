"""The last layers fitted to one face: those that turn what the coarse picture shows into the whole one.

The coarse picture comes from a head. Weights that were fitted to it draw that picture well, and the layers
behind, which never saw them, draw a fine lattice over the skin and another light. Those few layers are fitted
to the photo at its full size, in windows, from feature maps that stand still. On face 805 of CelebA-HQ twelve
such steps bring the whole picture's perceptual distance at 512 px from 0.271 to 0.202, for a tenth of the
reconstruction's time. Not part of the published method (key `steps.finish`, 0 there).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..imaging.tensors import resize
from ..models.generators.base import WINDOW_EDGE, DrawsWindows, Window, windowed
from ..models.generators.fine_tuned import with_own_weights
from .adam import Adam
from .face_windows import face_windows
from .losses import masked_squared_error
from .pivotal_tuning import error_at_scales, keep, own_weights, warm_and_falling, weight_of_places
from .problem import Problem

_COMPARED = 2
"""The photo and the picture are compared at half their size: above it there is noise,"""
_PERCEIVED = 4
"""and the perceptual distance looks at a quarter of it, as it did at the coarse picture."""
_SHARE = 2
"""A window's side is that part of the picture's."""
_BETAS = (0.8, 0.95)


class Finishing:
    """Steps that fit the layers of the problem's generator behind its picture of `side` px, at the code
    `latent` (1, L, D). Those before stay as they are, and so does that picture."""

    def __init__(self, problem: Problem, latent: Tensor, side: int, steps: int) -> None:
        own, size = with_own_weights(problem.generator, problem.pack.resolution), problem.pack.resolution
        if not isinstance(own, DrawsWindows):
            raise TypeError("this generator draws no windows")
        self._problem, self._latent, self._steps = problem, latent.detach().clone(), steps
        self._generator: DrawsWindows = own
        self._names = dict(own.tunable_behind(side))
        with torch.no_grad():
            self._features = own.map_before(self._latent, problem.noise, side)
            self._shown = own(self._latent, problem.noise, side)
            source, face = (resize(m, side) for m in (problem.source, problem.whole_face))
            self._recon = masked_squared_error(source, self._shown, face)
        least = size // self._features.shape[-1]
        windows = face_windows(problem.whole_face, size // _SHARE, least=least)
        self._places = [_Place(problem, window, size) for window in windows]
        self._rate = problem.settings.number("optimizer.lr_finish")
        self._likeness = problem.settings.number("loss.weights.tune_lpips")
        self._adam = Adam(own_weights(self._names), self._rate, _BETAS)
        self._done = 0

    def step(self) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """One update, as `Tuning.step` answers it: of the coarse picture, which stays."""
        self._adam.rate = self._rate * warm_and_falling(self._done, self._steps)
        place = self._places[self._done % len(self._places)]
        drawn = self._generator.window(self._features, self._latent, self._problem.noise, place.window)
        place.error(drawn, self._likeness).backward()  # type: ignore[no-untyped-call]
        self._adam.step()
        self._done += 1
        weight = self._problem.settings.number("loss.weights.mse")
        return {"recon": self._recon}, self._recon * weight, self._shown

    def finish(self) -> None:
        """Give the problem the fitted generator, as `Tuning.finish` does."""
        keep(self._problem, self._names)


class _Place:
    """A window of the photo, and how far a picture of it is from it."""

    def __init__(self, problem: Problem, window: Window, size: int) -> None:
        self.window = window
        side = size // _COMPARED
        inner = _without_edge(problem.source.new_ones(1, 1, window.side, window.side))
        self._photo = windowed(resize(problem.source, side), window, size)
        weight = windowed(weight_of_places(problem, side), window, size)
        self._weight = weight * resize(inner, weight.shape[-1])
        side = size // _PERCEIVED
        face = windowed(resize(problem.whole_face, side), window, size)
        self._distance = problem.pack.perceptual.against(
            windowed(resize(problem.source, side), window, size), face * resize(inner, face.shape[-1])
        )

    def error(self, drawn: Tensor, likeness: float) -> Tensor:
        """Of a picture (1, 3, side, side) of the window; `likeness` weighs the perceptual distance."""
        error = error_at_scales(resize(drawn, self._photo.shape[-1]), self._photo, self._weight)
        if likeness <= 0:
            return error
        return error + likeness * self._distance(resize(drawn, drawn.shape[-1] // _PERCEIVED)).sum()


def _without_edge(ones: Tensor) -> Tensor:
    edge = min(WINDOW_EDGE, ones.shape[-1] // 4)
    return F.pad(ones[..., edge:-edge, edge:-edge], (edge,) * 4)
