"""Generators that share all but some of their weights: fitted to one face, they cost little memory."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator

import numpy as np
import torch
from torch import nn

from ...errors import EngineError
from ...types import TunedWeights
from .stylegan2 import Generator

_LEAST_SIDE = 32
"""Side in px of the coarsest layers that are fitted: coarser ones make a picture a face."""


def with_weights(generator: Generator, tuned: TunedWeights) -> Generator:
    """A generator with these weights in the place of its own; all others are shared with it.

    Raises EngineError where they are of another generator.
    """
    known = dict(tunable(generator, generator.resolution))
    if any(name not in known or tuple(known[name].shape) != values.shape for name, values in tuned.items()):
        raise EngineError(
            "The edit was made with another model pack.", "Load that pack to go on with the edit."
        )
    fitted = _with_own(generator, set(tuned))
    for name, weight in tunable(fitted, fitted.resolution):
        if name in tuned:
            weight.data = torch.from_numpy(np.asarray(tuned[name], np.float32)).to(weight.device)
    return fitted


def with_own_weights(generator: Generator, side: int) -> Generator:
    """A generator whose weights that are fitted at `side` px are its own; all others are shared."""
    return _with_own(generator, {name for name, _ in tunable(generator, side)})


def _with_own(generator: Generator, names: Collection[str]) -> Generator:
    shared = {id(weight): weight for name, weight in generator.named_parameters() if name not in names}
    return copy.deepcopy(generator, shared)


def tunable(generator: Generator, side: int) -> Iterator[tuple[str, nn.Parameter]]:
    """Names and weights of the convolutions and biases between 32 px and `side`."""
    for name, weight in generator.named_parameters():
        group, _, rest = name.partition(".")
        if group not in ("convs", "to_rgbs") or "modulation" in rest or "noise" in rest:
            continue
        place = int(rest.partition(".")[0])
        if _LEAST_SIDE <= 8 * 2 ** (place // 2 if group == "convs" else place) <= side:
            yield name, weight
