"""The terms of the objective. Source: the paper's optimisation objectives; forms as published in code."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

_SMALLEST = 1e-7


def masked_squared_error(a: Tensor, b: Tensor, mask: Tensor) -> Tensor:
    """Mean over all pixels and channels of mask x (a - b)^2: a scalar for (1, 3, R, R)."""
    return (mask * (a - b).square()).mean()


def target_divergence(logits: Tensor, targets: Tensor) -> Tensor:
    """KL(target || sigmoid(logit)) of two-point distributions, mean over the attributes; (1, A) each.

    Computed from the logits, so that a saturated classifier stays finite.
    """
    entropy = torch.xlogy(targets, targets) + torch.xlogy(1 - targets, 1 - targets)
    cross = -targets * F.logsigmoid(logits) - (1 - targets) * F.logsigmoid(-logits)
    return (entropy + cross).mean()


def area_divergence(fractions: Tensor, targets: Tensor) -> Tensor:
    """KL(target || fraction) of two-point distributions, mean over the regions; (A,) each, 0..1."""
    p = fractions.clamp(_SMALLEST, 1 - _SMALLEST)
    entropy = torch.xlogy(targets, targets) + torch.xlogy(1 - targets, 1 - targets)
    return (entropy - targets * p.log() - (1 - targets) * (1 - p).log()).mean()


def step_size(change: Tensor) -> Tensor:
    """Squared length of a latent code's change (1, L, D), what the layers do not share counted tenfold.

    Directions that all layers of a W+ code take together stay among the codes the generator was trained
    on; a layer that goes its own way paints what no face has. Not part of the published method.
    """
    shared = change.mean(1, keepdim=True)
    return change.square().mean() + 9 * (change - shared).square().mean()


def noise_regulariser(maps: Sequence[Tensor]) -> Tensor:
    """Squared autocorrelation of each noise map at lag one, over its pyramid down to 8 px.

    Source: Karras et al. 2020, appendix D (projection of images to latent space).
    """
    total = maps[0].new_zeros(())
    for noise in maps:
        level = noise
        while True:
            total = (
                total
                + (level * level.roll(1, 3)).mean().square()
                + (level * level.roll(1, 2)).mean().square()
            )
            if level.shape[2] <= 8:
                break
            level = F.avg_pool2d(level, 2)
    return total
