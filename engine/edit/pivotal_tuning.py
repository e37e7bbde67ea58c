"""The generator fitted to one face, so that what it draws before an edit is this face and no other.

A latent code finds a face like the photo's; a small generator misses the line of the lips, a mark, the
light. As in pivotal tuning (Roich et al. 2022, "Pivotal Tuning for Latent-based Editing of Real Images") the
code then stands still and the weights move a little, until the render shows the photo. What the code changes
later, it changes on this face. Only layers between 32 px and the coarse size take part: below lies what
makes a picture a face, above is grain (`finishing` fits that). Not part of the published method (key
`steps.tune`, 0 there).
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..imaging.tensors import resize
from ..models.generators.fine_tuned import with_own_weights, with_weights
from ..types import REGIONS
from .adam import Adam
from .losses import masked_squared_error
from .masks import to_size
from .problem import Problem

_SCALES = (1, 2, 4)
_EDGES = 0.5
"""Weight of the differences between neighbouring pixels: an even error is light, another a wrong line."""
_BEHIND, _FEATURES = 0.1, 3.0
"""How much the background counts, and by how much more than skin what most edits change."""
_FEATURE_REGIONS = ("mouth", "eyebrows", "eyes", "nose")
_WARM, _LAST_RATE = 5, 0.1
"""Steps over which the learning rate rises, and what fraction of it is left in the end."""
_BETAS = (0.5, 0.95)
"""Adam's memory: shorter than usual, as there are only some dozen steps,"""
_IN_WINDOWS = (0.8, 0.95)
"""and longer where each of them sees another part of the face."""


class Tuning:
    """Steps that fit a copy of the problem's generator to its photo at the code `latent` (1, L, D)."""

    def __init__(self, problem: Problem, latent: Tensor, side: int, steps: int) -> None:
        self.generator = with_own_weights(problem.generator, side)
        self._names = dict(self.generator.tunable(side))
        self._problem, self._latent, self._side, self._steps = problem, latent.detach().clone(), side, steps
        self._source = resize(problem.source, side)
        self._face = resize(problem.whole_face, side)
        self._weight = weight_of_places(problem, side)
        self._likeness = problem.settings.number("loss.weights.tune_lpips")
        self._distance = problem.face_distance(side) if self._likeness > 0 else None
        self._rate = problem.settings.number("optimizer.lr_tune")
        betas = _IN_WINDOWS if problem.settings.count("loss.window") else _BETAS
        self._adam = Adam(own_weights(self._names), self._rate, betas)
        self._done = 0

    def step(self) -> tuple[dict[str, Tensor], Tensor, Tensor]:
        """One update of the weights: terms (`recon` is the face's squared error), their sum, the render."""
        self._adam.rate = self._rate * warm_and_falling(self._done, self._steps)
        render = self.generator(self._latent, self._problem.noise, self._side)
        total = self._error(render)
        total.backward()  # type: ignore[no-untyped-call]
        self._adam.step()
        self._done += 1
        with torch.no_grad():
            recon = masked_squared_error(self._source, render.detach(), self._face)
        return {"recon": recon}, recon * self._problem.settings.number("loss.weights.mse"), render.detach()

    def _error(self, render: Tensor) -> Tensor:
        error = error_at_scales(render, self._source, self._weight)
        if self._distance is None:
            return error
        return error + self._likeness * self._distance(render, self._done).sum()

    def finish(self) -> None:
        """Give the problem the fitted generator, its weights as precise as they are kept."""
        keep(self._problem, self._names)


def weight_of_places(problem: Problem, side: int) -> Tensor:
    """How much an error counts at each pixel, (1, 1, side, side)."""
    channels = [REGIONS.index(name) for name in _FEATURE_REGIONS]
    features = to_size(problem.photo_probabilities, channels, side)
    return _BEHIND + resize(problem.whole_face, side) + _FEATURES * F.avg_pool2d(features, 5, 1, 2)


def error_at_scales(render: Tensor, photo: Tensor, weight: Tensor) -> Tensor:
    """The mean absolute difference (1, 3, S, S) of pixels and of their edges at three scales, weighed."""
    error = render.new_zeros(())
    for scale in _SCALES:
        here = F.avg_pool2d(weight, scale)
        wrong = F.avg_pool2d(render - photo, scale)
        down, along = wrong.diff(dim=2).abs(), wrong.diff(dim=3).abs()
        edges = (here[:, :, 1:] * down).mean() + (here[..., 1:] * along).mean()
        error = error + (here * wrong.abs()).mean() + _EDGES * edges
    return error


def warm_and_falling(done: int, steps: int) -> float:
    """The learning rate after so many steps, 0..1."""
    return min(1, (done + 1) / _WARM) * (1 - (1 - _LAST_RATE) * done / max(steps, 1))


def own_weights(named: Mapping[str, nn.Parameter]) -> list[Tensor]:
    """The weights, with gradients from now on."""
    for weight in named.values():
        weight.requires_grad_(True)
    return list(named.values())


def keep(problem: Problem, fitted: Mapping[str, nn.Parameter]) -> None:
    """Give the problem the generator with these weights, as precise as they are kept, beside those that it
    has."""
    new = {name: weight.detach().half().cpu().numpy() for name, weight in fitted.items()}
    problem.tuned = {**(problem.tuned or {}), **new}
    problem.generator = with_weights(problem.generator, new)
