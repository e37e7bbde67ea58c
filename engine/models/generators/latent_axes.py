"""How a generator's latent codes are spread: the principal axes of W, each as long as codes vary along it.

Codes vary a lot along a few axes and hardly at all along most. A step that is as long along each of them, as
an optimiser takes it in W's own coordinates, leaves the codes that the generator was trained on; in the
whitened space it stays among them. Source: Zhu et al. 2020, "Improved StyleGAN Embedding: Where are the Good
Latents?" (arXiv 2012.09036), whose leaky ReLU is left out: the axes are those of the codes themselves.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .base import Generator

_SAMPLES, _BATCH, _SEED = 8_192, 1_024, 0


@torch.no_grad()
def latent_axes(generator: Generator) -> Tensor:
    """(D, D) float32 on the CPU: its columns are the principal axes of W, the widest last.

    Each is as long as the codes' standard deviation along it, in units of its root mean square over all axes:
    a step of one length in the whitened space is, in the mean, a step of that length in W.
    """
    source = torch.Generator().manual_seed(_SEED)
    parts = []
    for _ in range(_SAMPLES // _BATCH):
        z = torch.randn(_BATCH, generator.style_dim, generator=source)
        parts.append(generator.mapping(z.to(generator.device)).cpu().double())
    variances, axes = torch.linalg.eigh(torch.cov(torch.cat(parts).T))
    lengths = variances.clamp(min=0).sqrt()
    found: Tensor = (axes * (lengths / lengths.square().mean().sqrt())).float()
    return found
