"""What is computed once for a face and reused by its later edits."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..imaging.tensors import picture
from ..models.generators.base import Generator
from ..packs.pack import ModelPack
from ..types import Face, TunedWeights
from .learning import Learning
from .problem import Problem

_SHAPING = (
    "optimizer.lr_latent",
    "optimizer.lr_hold",
    "optimizer.decay",
    "steps.latent",
    "steps.e4e_start",
    "optimizer.hold_whitened",
    "optimizer.lr_tune",
    "optimizer.lr_finish",
    "steps.hold_region",
    "steps.tune",
    "steps.finish",
    "steps.coarse",
    "loss.weights.hold_lpips",
    "loss.weights.tune_lpips",
    "loss.perceptual_size",
    "loss.window",
    "loss.weights.mse",
    "loss.start_steps.mse",
)
"""The keys that the reconstruction phase depends on."""


_OF_LATER_STEPS = ("optimizer.lr_latent", "optimizer.decay", "steps.latent")
"""Those of them that only count behind it where it has a learning rate of its own: an edit of the whole face
has another one, and the same reconstruction."""


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A code (1, L, D), and the generator that draws the face from it; `tuned` are its weights that were
    fitted to the face, None where none were. `learnt`: it is more than the encoder's guess."""

    latent: Tensor
    generator: Generator
    tuned: TunedWeights | None
    learnt: bool = True


class FaceSession:
    """The reconstruction of one face by one pack; give it to every `engine.run` of that face.

    The steps before `steps.hold_region` reconstruct the whole face and do not depend on the attributes.
    Their latent code, and the weights that were fitted to the face, are kept, and an edit with the same
    settings for them starts behind them; where `engine.learn` was left off amid them, it goes on from there.
    A session may be used by one run at a time. Presets without such a phase (paper) run in full.
    """

    def __init__(self, face: Face, pack: ModelPack) -> None:
        self.face = face
        self.pack = pack
        self.reaches: dict[tuple[str, bool], float] = {}
        """How far along its direction an attribute is there, or gone (see `live_scale`)."""
        self._held: dict[tuple[object, ...], Reconstruction] = {}
        self._latest: Reconstruction | None = None
        self._guess: Reconstruction | None = None
        self._code: Reconstruction | None = None
        self._left_off: tuple[tuple[object, ...], Learning] | None = None
        self._paces: dict[str, float] = {}

    def pace(self, preset: str) -> float | None:
        """What the last whole run with a preset took for a unit of its cost, in seconds (see `Work`)."""
        return self._paces.get(preset)

    def keep_pace(self, preset: str, pace: float) -> None:
        self._paces[preset] = pace

    def resume(self, problem: Problem) -> Learning | None:
        """Put the problem behind its reconstruction phase where a code for that is known, or behind as much
        of it as was done: then what is left of it is to be done first, and `resume` called again."""
        if not self._fits(problem):
            return None
        held = self._held.get(self._key(problem))
        if held is not None:
            self._latest = held
            problem.latent = held.latent.clone()
            problem.generator, problem.tuned = held.generator, held.tuned
            problem.first_step = problem.settings.count("steps.hold_region")
            return None
        learning = self._begun(problem)
        if learning is not None:
            problem.first_step, problem.latent = learning.next_step, learning.problem.latent
        return learning

    def learning(self, problem: Problem) -> Learning | None:
        """The problem's reconstruction phase, begun or as far as it was done; None where it has none, or all
        of it is done."""
        if not self._fits(problem) or self._key(problem) in self._held:
            return None
        learning = self._begun(problem)
        if learning is None:
            learning = Learning(problem)
            self._left_off, self._code = (self._key(problem), learning), None
        return None if learning.done else learning

    def remember(self, problem: Problem) -> None:
        """Keep what the reconstruction phase ended with."""
        if problem.latent_held is not None and self._fits(problem):
            held = Reconstruction(problem.latent_held, problem.generator, problem.tuned)
            self._latest = self._held.setdefault(self._key(problem), held)
            self._left_off = None

    def reconstruction(self) -> Reconstruction | None:
        """The face as it was learnt last, or its code as long as the weights are being fitted, or else the
        encoder's guess; None for a pack without an encoder."""
        if self._latest is not None:
            return self._latest
        if self._left_off is not None and self._left_off[1].code_known:
            if self._code is None:
                latent = self._left_off[1].problem.latent.detach().clone()
                self._code = Reconstruction(latent, self.pack.generator, None)
            return self._code
        encoder = self.pack.encoder
        if self._guess is None and encoder is not None:
            with torch.no_grad():
                source = picture(self.face.crop, self.pack.resolution, self.pack.device)
                latent = encoder(source).detach().float().clone()
            self._guess = Reconstruction(latent, self.pack.generator, None, learnt=False)
        return self._guess

    def _begun(self, problem: Problem) -> Learning | None:
        if self._left_off is None or self._left_off[0] != self._key(problem):
            return None
        return self._left_off[1]

    def _fits(self, problem: Problem) -> bool:
        settings, request = problem.settings, problem.request
        hold = settings.count("steps.hold_region")
        free = all(settings.count(f"loss.start_steps.{term}") >= hold for term in ("classf", "seg"))
        same = request.face is self.face and problem.pack is self.pack
        return same and free and problem.schedule_start < hold and request.initial_latent is None

    def _key(self, problem: Problem) -> tuple[object, ...]:
        own_rate = problem.settings.number("optimizer.lr_hold") > 0
        keys = [key for key in _SHAPING if not (own_rate and key in _OF_LATER_STEPS)]
        return (problem.encoder_used, *(problem.settings[key] for key in keys))
