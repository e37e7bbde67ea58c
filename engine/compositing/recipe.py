"""A recipe: what render does to a picture of any resolution, as maps of the aligned square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..imaging.warp import resized
from ..types import FloatArray
from .tone import Tone


@dataclass(frozen=True, eq=False)
class Recipe:
    """How to compose: new(u) = (1 - mask x gone) x own(u + mask x flow) + mask x (content + grain x fine).

    `mask`, `gone` and `grain` are 0..1; `content` has three channels, 1 the range of an image; `flow` is x
    and y, None for no movement; `fine` is what a blur of `sigma` takes from the moved own pixels; `tone` that
    of a photo that has one only, to which all is brought at the end. As a map
    of the aligned square all are (S, S), flow and sigma in shares of its side; laid over a picture they have
    its size, flow and sigma in its px.
    """

    mask: FloatArray
    gone: FloatArray
    content: FloatArray
    flow: FloatArray | None = None
    grain: FloatArray | None = None
    sigma: float = 0.0
    skin: FloatArray | None = None
    tone: Tone | None = None


def laid_over(plan: Recipe, size: int) -> Recipe:
    """A recipe of the aligned square laid over a crop of `size` px."""
    flow = None if plan.flow is None else resized(plan.flow, size) * np.float32(size)
    grain = None if plan.grain is None else np.asarray(np.clip(resized(plan.grain, size), 0, 1), np.float32)
    maps = (resized(plan.mask, size), resized(plan.gone, size), resized(plan.content, size))
    skin = None if plan.skin is None else np.asarray(np.clip(resized(plan.skin, size), 0, 1), np.float32)
    return Recipe(*maps, flow, grain, plan.sigma * size, skin, plan.tone)
