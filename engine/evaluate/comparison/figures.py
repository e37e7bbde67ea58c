"""What is measured of one edited picture against its input, both (S, S, 3) uint8 squares of one face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ...edit.shown_in import shown_in
from ...imaging.tensors import resize
from ...models.perceptual import MaskedLPIPS
from ...packs.pack import ModelPack
from ...types import REGIONS, AttributeEdit, ByteArray, FloatArray
from ..detail import laplacian_variance
from .subjects import as_tensor

MOST_DB = 100.0
"""The PSNR of two pictures that are equal."""
_LPIPS_SIDE = 256
_WITHIN = 0.05
"""From which weight on a pixel belongs to the edited region, which is soft at its border."""
_LEAST = 0.02
"""With less of the square than this outside the edited region, or of the face in it, nothing is said."""


def outside(attribute: str, regions: FloatArray, side: int) -> FloatArray:
    """Where an edit of the attribute has nothing to change, (side, side), 0 or 1.

    `regions` (9, 512, 512) are the input's. The edited region is the attribute's own and 6 % of the side
    around it, or the area in which an attribute of the whole face lies (`engine.edit.shown_in`); for those
    that may be anywhere on a face it is all but the background.
    """
    probabilities = torch.from_numpy(np.array(regions, np.float32))[None]
    area = shown_in([AttributeEdit(attribute)], probabilities)
    if area is None:  # all over the face
        area = 1 - probabilities[:, [REGIONS.index("background")]]
    return np.asarray(resize(area, side)[0, 0].numpy() < _WITHIN, np.float32)


def psnr(before: ByteArray, after: ByteArray, weight: FloatArray | None = None) -> float | None:
    """Peak signal-to-noise ratio in dB, of pixels weighed by `weight` (S, S); `MOST_DB` for equal ones, None
    where hardly any count."""
    weight = np.ones(before.shape[:2], np.float32) if weight is None else weight
    if weight.mean() < _LEAST:
        return None
    error = ((before.astype(np.float32) - after) ** 2).mean(-1) / 255**2
    mean = float((error * weight).sum() / weight.sum())
    return min(-10 * float(np.log10(mean)), MOST_DB) if mean > 0 else MOST_DB


@torch.no_grad()
def lpips(before: ByteArray, after: ByteArray, weight: FloatArray, pack: ModelPack) -> float | None:
    """LPIPS (VGG16) at 256 px, the mean over the places that `weight` (S, S) counts; None where hardly any
    do, or the pack has no VGG16."""
    network = pack.perceptual
    if not isinstance(network, MaskedLPIPS) or weight.mean() < _LEAST:
        return None
    pair = [resize(as_tensor(picture, pack), _LPIPS_SIDE) for picture in (before, after)]
    mask = resize(torch.from_numpy(weight)[None, None].to(pack.device), _LPIPS_SIDE)
    return float(network(*pair, mask)[0] / mask.mean()) if mask.mean() > 0 else None


def sharpness(before: ByteArray, after: ByteArray, regions: FloatArray) -> float | None:
    """The variance of the Laplacian on the face, hair included, after against before; 1 where it is kept."""
    background = torch.from_numpy(np.array(regions[REGIONS.index("background")]))[None, None]
    where = resize(background, len(before))[0, 0].numpy() < 0.5
    if where.mean() < _LEAST:
        return None
    own = laplacian_variance(before, where)
    return laplacian_variance(after, where) / own if own > 0 else None


def entanglement(
    before: FloatArray, after: FloatArray, deviations: FloatArray, others: Sequence[int]
) -> float:
    """The mean absolute change of the `others`' logits, in their `deviations`; all three (40,)."""
    rows = list(others)
    return float(np.abs((after[rows] - before[rows]) / deviations[rows]).mean()) if rows else 0.0
