"""Faces that do not exist: samples of a pack's generator, as subjects to try the editor on."""

from __future__ import annotations

import numpy as np
import torch

from ..packs.pack import ModelPack
from ..packs.spare import falls_back
from ..types import ByteArray

_TRUNCATION = 0.7


@falls_back
@torch.no_grad()
def random_face(pack: ModelPack, seed: int, truncation: float = _TRUNCATION) -> ByteArray:
    """A new face, (R, R, 3) uint8 sRGB: z from N(0, I) drawn on the CPU, mapped, truncated to the mean.

    Source: the truncation trick of Karras et al., "A Style-Based Generator Architecture" (CVPR 2019).
    """
    generator = pack.generator
    source = torch.Generator().manual_seed(seed)
    z = torch.randn(1, generator.style_dim, generator=source).to(pack.device)
    mean = pack.latent_mean[None]
    w = mean + truncation * (generator.mapping(z)[:, None] - mean)
    picture = pack.refined(generator(w, list(generator.draw_noise(seed))))[0].clamp(0, 1)
    array: ByteArray = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).cpu().numpy()
    return np.ascontiguousarray(array)
