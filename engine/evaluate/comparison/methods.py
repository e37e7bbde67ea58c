"""What edits a face in the comparison: ours, InterFaceGAN, and pictures that another program made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ...compositing import pipeline, render
from ...compositing.recipe import laid_over
from ...edit.run import run
from ...edit.session import Reconstruction
from ...imaging.warp import resized
from ...models.generators.base import size_at_most
from ...packs.pack import ModelPack
from ...run_control import RunControl
from ...types import BlendMode, ByteArray, EditResult, FloatArray
from .boundaries import SIZE, Boundary, conditioned
from .plan import CONDITIONED, SHARED_PRESET, MethodName, Wish
from .results_folder import ResultsFolder, square_of
from .subjects import Subject

GOAL = 0.95
"""The classifier's probability that an edit is to reach: the published target less its smoothing."""
STEP, LIMIT, HALVINGS = 0.5, 6.0, 3
"""How InterFaceGAN's code moves, in deviations of the renders along the direction."""

_SHARED = (
    f"It starts from the reconstruction that preset '{SHARED_PRESET}' leaves of a face (code, fitted "
    "weights, noise maps), the same for all methods; the time of that is told apart."
)


_OWN = "It makes its own reconstruction of a face, the time of which is part of its edits'."


class Method(Protocol):
    """A way to edit a face. `missing` names what it has no picture of."""

    name: str
    title: str
    how: str
    missing: list[str]
    shares: bool
    """Whether it starts from the reconstruction that is made once for all."""

    def has(self, face: str, wish: Wish) -> bool:
        """Whether there is a result to come."""
        ...

    def edit(self, subject: Subject, wish: Wish, control: RunControl) -> ByteArray | None:
        """The edited square (S, S, 3) uint8 sRGB at the face's own size; None where `control` ended it.
        Raises `EngineError`."""
        ...


class Ours:
    """This program's own edit, composed as a person gets it."""

    def __init__(self, method: MethodName) -> None:
        preset = method.preset
        self.name, self.title, self.preset = method.name, f"MaskFaceGAN ({preset})", preset
        self.missing: list[str] = []
        self.shares = preset == SHARED_PRESET
        self.mode: BlendMode = "paper" if preset == "paper" else "detail"
        start = _SHARED if self.shares else _OWN
        shown = "the published blend" if self.mode == "paper" else "the change laid on the photo's own pixels"
        self.how = (
            f"Preset '{preset}' of this program; shown is the composite in mode '{self.mode}' ({shown}). "
            f"{start}"
        )

    def has(self, face: str, wish: Wish) -> bool:
        return True

    def edit(self, subject: Subject, wish: Wish, control: RunControl) -> ByteArray | None:
        result: EditResult | None = None
        for step in run(subject.request(wish.edit, self.preset), subject.pack, control, subject.session):
            result = step.result
        if result is None or result.cancelled:
            return None
        return composed(subject.face.crop, result, self.mode)


class InterFaceGAN:
    """The face's code moved along a boundary's normal, the whole render shown."""

    def __init__(
        self, method: MethodName, pack: ModelPack, known: Mapping[str, Boundary], wishes: Sequence[Wish]
    ) -> None:
        self.name, self.pack = method.name, pack
        self.missing: list[str] = []
        self.shares = True
        is_conditioned = method.kind == CONDITIONED
        self.title = "InterFaceGAN-D" if is_conditioned else "InterFaceGAN"
        self._known = dict(known)
        self._ways = {
            wish: conditioned(wish, wishes, self._known) if is_conditioned else known[wish.attribute].normal
            for wish in wishes
        }
        self.how = self._described(is_conditioned, wishes)

    def _described(self, is_conditioned: bool, wishes: Sequence[Wish]) -> str:
        told = ", ".join(
            f"{w.attribute} {self._known[w.attribute].told:.2f} of {2 * self._known[w.attribute].renders}"
            for w in wishes
        )
        out = (
            " The normals of all other attributes of this comparison are projected out, whether they "
            "belong together or not."
            if is_conditioned
            else ""
        )
        return (
            "Shen et al., CVPR 2020 and TPAMI 2022: a linear support vector machine in W between the "
            "renders of this pack's generator that its classifier is surest of (share told right of "
            f"those kept out, and how many there were: {told}).{out} All codes of the face move along "
            f"the unit normal in steps of {STEP} deviations of the renders until the pack's classifier "
            f"gives {GOAL} in the {SIZE} px render, {LIMIT:g} deviations at most (then to where it was "
            f"surest); the last step is halved {HALVINGS} times. Shown is the whole render. {_SHARED}"
        )

    def has(self, face: str, wish: Wish) -> bool:
        return True

    def edit(self, subject: Subject, wish: Wish, control: RunControl) -> ByteArray | None:
        start = subject.reconstruct(control)
        if start is None:
            return None
        amount = self._amount(start, wish, control)
        if amount is None:
            return None
        return shown(self._render(start, wish, amount, None)[0], subject.face.size)

    def _amount(self, start: Reconstruction, wish: Wish, control: RunControl) -> float | None:
        """How far the code moves, in deviations."""
        best, best_at, amount = -1.0, 0.0, 0.0
        while amount <= LIMIT:
            if not control.wait():
                return None
            score = self._score(start, wish, amount)
            if score >= GOAL:
                return self._halved(start, wish, amount)
            if score > best:
                best, best_at = score, amount
            amount += STEP
        return best_at

    def _halved(self, start: Reconstruction, wish: Wish, reached: float) -> float:
        low, high = max(reached - STEP, 0.0), reached
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if self._score(start, wish, middle) >= GOAL:
                high = middle
            else:
                low = middle
        return high

    @torch.no_grad()
    def _score(self, start: Reconstruction, wish: Wish, amount: float) -> float:
        """The classifier's probability of what is wished."""
        picture = self._render(start, wish, amount, size_at_most(start.generator, SIZE))
        found = float(self.pack.classifier(picture)[0, self.pack.attributes.index(wish.attribute)].sigmoid())
        return found if wish.target else 1 - found

    @torch.no_grad()
    def _render(self, start: Reconstruction, wish: Wish, amount: float, size: int | None) -> Tensor:
        deviation = self._known[wish.attribute].deviation * (1 if wish.target else -1)
        way = torch.from_numpy(self._ways[wish]).to(start.latent)
        code = start.latent + amount * deviation * way
        drawn = start.generator(code, start.generator.start_noise(), size)
        return self.pack.refined(drawn).clamp(0, 1) if size is None else drawn.clamp(0, 1)


class Results:
    """Pictures of another program, matched by their names."""

    def __init__(self, method: MethodName, wishes: Sequence[Wish]) -> None:
        assert method.folder is not None
        self.name, self.title = method.name, method.name.partition(":")[2]
        self.missing: list[str] = []
        self.shares = False
        self._folder = ResultsFolder(method.folder, alone=len(wishes) == 1)
        self.how = (
            f"Pictures that were handed in, {len(self._folder)} of them, matched by file name. One "
            "that has the photo's proportions is taken for the whole photo, in any other the face is "
            "found and aligned. How they were made, and how long that took, is not known here."
        )

    def has(self, face: str, wish: Wish) -> bool:
        return self._folder.path(face, wish.name) is not None

    def edit(self, subject: Subject, wish: Wish, control: RunControl) -> ByteArray | None:
        path = self._folder.path(subject.name, wish.name)
        assert path is not None  # asked by `has`
        return square_of(path, subject.photo, subject.face, subject.pack)


def composed(crop: ByteArray, result: EditResult, mode: BlendMode) -> ByteArray:
    """A result as `mode` shows it on the face's crop: (S, S, 3) uint8."""
    own = np.asarray(crop, np.float32) / np.float32(255)
    if result.reconstruction is None:
        return np.array(crop)
    plan = laid_over(pipeline.recipe(result, mode=mode), len(crop))
    return _bytes(render.render(own, plan))


def shown(picture: Tensor, side: int) -> ByteArray:
    """A render (3, R, R) in 0..1 at another size, (side, side, 3) uint8."""
    array: FloatArray = np.ascontiguousarray(picture.permute(1, 2, 0).float().cpu().numpy())
    return _bytes(array if len(array) == side else resized(array, side))


def _bytes(picture: FloatArray) -> ByteArray:
    return np.asarray(np.rint(np.clip(picture, 0, 1) * 255), np.uint8)
