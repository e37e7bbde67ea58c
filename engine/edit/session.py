"""What is computed once for a face and reused by its later edits."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ..models.generators.base import Generator
from ..packs.pack import ModelPack
from ..types import Face, TunedWeights
from .problem import Problem

_SHAPING = (
    "optimizer.lr_latent",
    "optimizer.lr_hold",
    "optimizer.decay",
    "steps.latent",
    "steps.e4e_start",
    "optimizer.lr_tune",
    "steps.hold_region",
    "steps.tune",
    "steps.coarse",
    "loss.weights.mse",
    "loss.weights.hold_lpips",
    "loss.weights.tune_lpips",
    "loss.start_steps.mse",
)
"""The keys that the reconstruction phase depends on."""


@dataclass(frozen=True)
class _Held:
    """A code (1, L, D), and the generator that draws the face from it."""

    latent: Tensor
    generator: Generator
    tuned: TunedWeights | None


class FaceSession:
    """The reconstruction of one face by one pack; give it to every `engine.run` of that face.

    The steps before `steps.hold_region` reconstruct the whole face and do not depend on the attributes.
    Their latent code, and the weights that were fitted to the face, are kept, and an edit with the same
    settings for them starts behind them. A session may be used by one run at a time. Presets without such a
    phase (paper) run in full.
    """

    def __init__(self, face: Face, pack: ModelPack) -> None:
        self.face = face
        self.pack = pack
        self._held: dict[tuple[object, ...], _Held] = {}
        self._paces: dict[str, float] = {}

    def pace(self, preset: str) -> float | None:
        """What the last whole run with a preset took for a unit of its cost, in seconds (see `Work`)."""
        return self._paces.get(preset)

    def keep_pace(self, preset: str, pace: float) -> None:
        self._paces[preset] = pace

    def resume(self, problem: Problem) -> None:
        """Put the problem behind its reconstruction phase, where a code for that is known."""
        held = self._held.get(self._key(problem))
        if self._fits(problem) and held is not None:
            problem.latent = held.latent.clone()
            problem.generator, problem.tuned = held.generator, held.tuned
            problem.first_step = problem.settings.count("steps.hold_region")

    def remember(self, problem: Problem) -> None:
        """Keep what the reconstruction phase ended with."""
        if problem.latent_held is not None and self._fits(problem):
            held = _Held(problem.latent_held, problem.generator, problem.tuned)
            self._held.setdefault(self._key(problem), held)

    def _fits(self, problem: Problem) -> bool:
        settings, request = problem.settings, problem.request
        hold = settings.count("steps.hold_region")
        free = all(settings.count(f"loss.start_steps.{term}") >= hold for term in ("classf", "seg"))
        same = request.face is self.face and problem.pack is self.pack
        return same and free and problem.schedule_start < hold and request.initial_latent is None

    def _key(self, problem: Problem) -> tuple[object, ...]:
        return (problem.encoder_used, *(problem.settings[key] for key in _SHAPING))
