"""Generators that share all but some of their weights: fitted to one face, they cost little memory."""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import TypeVar

import numpy as np
import torch

from ...errors import EngineError
from ...types import TunedWeights
from .base import Generator

G = TypeVar("G", bound=Generator)


def with_weights(generator: G, tuned: TunedWeights) -> G:
    """A generator with these weights in the place of its own; all others are shared with it.

    Raises EngineError where they are of another generator.
    """
    known = generator.tunable(generator.resolution)
    if any(name not in known or tuple(known[name].shape) != values.shape for name, values in tuned.items()):
        raise EngineError(
            "The edit was made with another model pack.", "Load that pack to go on with the edit."
        )
    fitted = _with_own(generator, set(tuned))
    for name, weight in fitted.tunable(fitted.resolution).items():
        if name in tuned:
            weight.data = torch.from_numpy(np.asarray(tuned[name], np.float32)).to(weight.device)
    return fitted


def with_own_weights(generator: G, side: int) -> G:
    """A generator whose weights that are fitted at `side` px are its own; all others are shared."""
    return _with_own(generator, generator.tunable(side))


def _with_own(generator: G, names: Collection[str]) -> G:
    shared = {id(weight): weight for name, weight in generator.named_parameters() if name not in names}
    return copy.deepcopy(generator, shared)
