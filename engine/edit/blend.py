"""Compositing: what of a generated edit is shown, and what of the photo is kept.

A `Recipe` says it in the aligned square, at whatever resolution it was made; `render` applies it to a
picture at any other resolution, so a photo larger than the generator keeps its own pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..faces.warp import resized
from ..types import EditResult, FloatArray

BlendMode = Literal["paper", "detail"]
BLEND_MODES: tuple[BlendMode, ...] = ("paper", "detail")


@dataclass(frozen=True, eq=False)
class Recipe:
    """How to compose, as maps of the aligned square.

    `mask` (S, S) in 0..1 is how much of the new picture is shown. The new picture is
    own + `change` where `generated` is None, and `generated` otherwise; both (S, S, 3), 0..1 the range
    of an image.
    """

    mask: FloatArray
    change: FloatArray | None = None
    generated: FloatArray | None = None


def recipe(result: EditResult, mask: FloatArray | None = None, mode: BlendMode = "detail") -> Recipe:
    """The recipe of a result. `mask` (any size, 0..1) takes the place of the result's own blend mask."""
    size = result.generated.shape[0]
    shown = resized(np.asarray(result.blend_mask if mask is None else mask, np.float32), size)
    shown = np.clip(shown, 0, 1)
    if mode == "paper":
        return Recipe(shown, generated=result.generated)
    return Recipe(shown, change=result.generated - result.source)


def render(own: FloatArray, maps: Recipe) -> FloatArray:
    """The composed picture (H, W, 3), not clamped. `own` and the maps must have the same size."""
    mask = maps.mask[..., None]
    if maps.generated is not None:
        return np.asarray(mask * maps.generated + (1 - mask) * own, np.float32)
    return own if maps.change is None else np.asarray(own + mask * maps.change, np.float32)
