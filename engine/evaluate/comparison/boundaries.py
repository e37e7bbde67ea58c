"""InterFaceGAN's boundaries in W, from renders of a pack's generator that its classifier labelled.

Shen et al., "Interpreting the Latent Space of GANs for Semantic Face Editing", CVPR 2020, and "InterFaceGAN",
TPAMI 2022: codes are sampled and rendered, a classifier scores the pictures, a linear support vector machine
parts the codes of the highest scores from as many of the lowest; its unit normal is the attribute's
direction. 70 % of them train, the rest says how well it parts. A conditioned boundary has the others' normals
projected out.

Unlike theirs: 1,200 renders instead of 500,000, so that the highest are a third of what shows the attribute
at most instead of 2 %; the machine is LIBLINEAR's (squared hinge, C = 1) on codes of deviation 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize
from torch import Tensor

from ...atomic_file import atomic_path
from ...errors import EngineError
from ...models.generators.base import size_at_most
from ...packs.pack import ModelPack
from ...paths import user_folder
from ...types import FloatArray
from .plan import Wish

SIZE = 256
"""Side in px of the renders that are labelled, or the generator's nearest below it."""
_SEED = 2022
_SHARE, _FEWEST = 0.3, 10
_TRAINING = 0.7
_STORED_EVERY = 100


@dataclass(frozen=True, eq=False)
class Boundary:
    """The unit `normal` (D,) of an attribute's boundary in W; `deviation` is that of the renders' distances
    from it, `told` which share of the codes that were kept out lies on its right side, of `renders` each."""

    normal: FloatArray
    deviation: float
    told: float
    renders: int


class Renders:
    """Codes of a generator (N, D), drawn from a seed, and its pictures' attributes as the pack's classifier
    tells them. What is labelled is kept in the person's folder and used by later comparisons."""

    def __init__(self, pack: ModelPack, count: int, folder: Path | None = None) -> None:
        self.pack, self.count = pack, count
        place = user_folder() / "evaluate" if folder is None else folder
        self.path = place / f"renders-{pack.name}-{_digest(pack)}.safetensors"
        source = torch.Generator().manual_seed(_SEED)
        z = torch.randn(count, pack.generator.style_dim, generator=source)
        with torch.no_grad():
            self.codes: Tensor = pack.generator.mapping(z.to(pack.device)).float()
        self.logits: Tensor = self._stored()

    def label(self, go_on: Callable[[int, int], bool]) -> bool:
        """Draw and label what is not yet; `go_on(done, total)` is asked before each. Whether all are."""
        while len(self.logits) < self.count:
            if not go_on(len(self.logits), self.count):
                self._store()
                return False
            self.logits = torch.cat([self.logits, self._labelled(len(self.logits))])
            if len(self.logits) % _STORED_EVERY == 0 or len(self.logits) == self.count:
                self._store()
        return True

    @torch.no_grad()
    def picture(self, number: int) -> Tensor:
        """(1, 3, S, S) in 0..1."""
        generator = self.pack.generator
        code = self.codes[number].expand(1, generator.num_layers, -1)
        drawn: Tensor = generator(code, generator.start_noise(), size_at_most(generator, SIZE))
        return drawn.clamp(0, 1)

    def boundary(self, attribute: str) -> Boundary:
        """`EngineError` where too few renders show the attribute, or lack it."""
        scores = self.logits[: self.count, self.pack.attributes.index(attribute)].numpy()
        return fitted(self.codes.cpu().numpy(), scores, attribute)

    @torch.no_grad()
    def _labelled(self, number: int) -> Tensor:
        return torch.as_tensor(self.pack.classifier(self.picture(number)).float().cpu())

    def _stored(self) -> Tensor:
        if self.path.is_file():
            try:
                kept = load_file(self.path)["logits"]
                if kept.shape[1] == len(self.pack.attributes):
                    return kept[: self.count].clone()
            except Exception:  # whatever is wrong with a cache, it is made anew
                self.path.unlink(missing_ok=True)
        return torch.zeros(0, len(self.pack.attributes))

    def _store(self) -> None:
        if self.path.is_file() and len(load_file(self.path)["logits"]) >= len(self.logits):
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(self.path) as temporary:
            save_file({"logits": self.logits.contiguous()}, temporary)


def fitted(codes: FloatArray, scores: FloatArray, attribute: str) -> Boundary:
    """The boundary between the codes (N, D) of the highest and of the lowest scores (N,), logits."""
    order = np.argsort(scores, kind="stable")
    kept = min(int(_SHARE * len(scores)), int((scores > 0).sum()), int((scores < 0).sum()))
    if kept < _FEWEST:
        words = attribute.replace("_", " ")
        raise EngineError(
            f"Too few of the {len(scores)} renders differ in '{words}' for InterFaceGAN's boundary.",
            "Take more with --renders, or leave the attribute out.",
        )
    rows = np.concatenate([order[-kept:], order[:kept]])
    sides = np.repeat([1.0, -1.0], kept)
    chosen = np.random.default_rng(_SEED).permutation(2 * kept)
    train, rest = np.split(chosen, [int(_TRAINING * len(chosen))])
    weight, bias = _machine(codes[rows[train]], sides[train])
    right = np.sign(codes[rows[rest]] @ weight + bias) == sides[rest]
    normal = np.asarray(weight / np.linalg.norm(weight), np.float32)
    return Boundary(normal, float((codes @ normal).std()), float(right.mean()), kept)


def _machine(codes: FloatArray, sides: FloatArray) -> tuple[FloatArray, float]:
    """A linear support vector machine: weight (D,) and bias, in the units of the codes."""
    middle, scale = codes.mean(0), codes.std() + 1e-12
    x = ((codes - middle) / scale).astype(np.float64)

    def loss(values: FloatArray) -> tuple[float, FloatArray]:
        short = np.maximum(1 - sides * (x @ values[:-1] + values[-1]), 0)
        slope = -2 * short * sides
        total = 0.5 * values[:-1] @ values[:-1] + (short**2).sum()
        return float(total), np.append(values[:-1] + x.T @ slope, slope.sum())

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weight = found[:-1] / scale
    return weight, float(found[-1] - middle @ weight)


def conditioned(wish: Wish, wishes: Sequence[Wish], known: dict[str, Boundary]) -> FloatArray:
    """The unit normal (D,) of an attribute with those of all others that are compared projected out."""
    normal = known[wish.attribute].normal.astype(np.float64)
    others = {w.attribute for w in wishes} - {wish.attribute}
    if others:
        basis, _ = np.linalg.qr(
            np.stack([known[name].normal for name in sorted(others)], 1).astype(np.float64)
        )
        normal = normal - basis @ (basis.T @ normal)
    return np.asarray(normal / np.linalg.norm(normal), np.float32)


def _digest(pack: ModelPack) -> str:
    """Of the generator and the classifier: the renders and their labels are theirs."""
    state = hashlib.sha256()
    for network in (pack.generator, pack.classifier):
        for name, weight in sorted(dict(network.named_parameters()).items()):
            state.update(f"{name}{tuple(weight.shape)}{float(weight.cpu().double().sum()):.6e}".encode())
    return state.hexdigest()[:16]
