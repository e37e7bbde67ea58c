"""The stages of compositing on numpy pictures, (S, S, 3) and (S, S), for tests that draw their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.compositing import pipeline
from engine.compositing.pipeline import Given
from engine.compositing.strategy import Facts, Strategy
from engine.imaging.tensor_filters import array_of, grid_of
from engine.types import FloatArray


def on_arrays(stage: Callable[..., Any]) -> Callable[..., Any]:
    """A stage, or a filter, that takes and gives arrays."""

    def called(*given: Any) -> Any:
        found = stage(*(grid_of(v) if isinstance(v, np.ndarray) else v for v in given))
        return tuple(array_of(v) for v in found) if isinstance(found, tuple) else array_of(found)

    return called


@dataclass(frozen=True)
class ArrayParts:
    """`engine.compositing.decompose.Parts` as arrays."""

    flow: FloatArray
    change: FloatArray
    new: FloatArray
    picture: FloatArray
    changed: FloatArray
    grain: FloatArray
    strategy: Strategy


def take_apart(
    source: FloatArray,
    before: FloatArray,
    after: FloatArray,
    region: FloatArray | None = None,
    facts: Facts = pipeline.NOTHING_KNOWN,
) -> ArrayParts:
    """The parts of an edit."""
    near = None if region is None else grid_of(region)
    parts = pipeline.take_apart(Given(grid_of(source), grid_of(before), near, facts), grid_of(after))
    maps = (parts.flow, parts.change, parts.new, parts.picture, parts.changed, parts.grain)
    return ArrayParts(*(array_of(m) for m in maps), parts.strategy)
