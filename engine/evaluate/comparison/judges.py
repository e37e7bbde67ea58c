"""Who says which attributes a picture shows: a classifier that no loss knows and no edit followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...attributes import CELEBA_ATTRIBUTES
from ...packs.pack import ModelPack
from ...types import FloatArray
from ..report import recipe


@dataclass(frozen=True, eq=False)
class Judge:
    """`network` maps pictures (N, 3, H, W) in 0..1 to logits (N, 40) in the published order. `known` are the
    attributes that it can tell; `sentence` says what it is."""

    network: Any
    known: tuple[str, ...]
    sentence: str

    @torch.no_grad()
    def logits(self, pictures: Tensor) -> FloatArray:
        """(N, 40) of pictures (N, 3, H, W) in 0..1."""
        found: FloatArray = self.network(pictures).float().cpu().numpy()
        return found

    def has(self, logits: FloatArray, attribute: str) -> bool:
        """Whether logits (40,) say that a picture shows the attribute."""
        return bool(logits[CELEBA_ATTRIBUTES.index(attribute)] > 0)

    def others(self, attribute: str) -> list[int]:
        """The places of all other attributes that it can tell."""
        return [CELEBA_ATTRIBUTES.index(name) for name in self.known if name != attribute]


def judge(pack: ModelPack) -> Judge:
    """The pack's own judge, or else the second classifier of the recipes.

    `EngineError` where neither is there: the latter needs a checkout.
    """
    own = getattr(pack, "judge", None)
    if own is not None:
        known = tuple(own.told())
        what = (
            "The pack's judge: linear sums over VGG16's features, fitted to people's labels only, in no loss."
        )
    else:
        known = tuple(name for name in CELEBA_ATTRIBUTES if name in pack.attribute_info) or CELEBA_ATTRIBUTES
        what = (
            "The second classifier of the recipes, of another architecture than the pack's and with the same "
            "labels, in no loss."
        )
    network = (recipe("second_classifier").load() if own is None else own).to(pack.device).eval()
    return Judge(network, known, f"{what} It is asked of {len(known)} attributes: {', '.join(known)}.")


def deviations(logits: Sequence[FloatArray]) -> FloatArray:
    """The standard deviation (40,) of each attribute's logit over pictures' logits (40,), two at least."""
    found: FloatArray = np.stack(logits).std(0, ddof=1)
    return np.maximum(found, 1e-6).astype(np.float32)
