"""Scale and shift of logits, fitted, and built into a classifier's last layer."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def logistic(score: Tensor, yes: Tensor, towards: float) -> tuple[float, float]:
    """Scale and shift that minimise the cross entropy, the scale held softly to `towards`.

    Both answers weigh the same: a probability says what the picture shows, not how rare that is.
    """
    weight = torch.where(yes > 0.5, 0.5 / yes.mean(), 0.5 / (1 - yes.mean()))
    fitted = torch.tensor([1.0, 0.0], requires_grad=True)
    optimiser = torch.optim.LBFGS([fitted], max_iter=100)

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = F.binary_cross_entropy_with_logits(fitted[0] * score + fitted[1], yes, weight)
        loss = loss + 0.01 * (fitted[0] - towards).square()
        loss.backward()
        return loss

    optimiser.step(closure)
    return float(fitted[0].detach()), float(fitted[1].detach())


@torch.no_grad()
def calibrate_(network: nn.Module, scale: Tensor, shift: Tensor) -> None:
    """Build scale and shift into the last layer: linear leaves, or a network's own `calibrate_`."""
    if hasattr(network, "calibrate_"):
        network.calibrate_(scale, shift)
        return
    leaves = [m for leaf in network.fc_layers["15-16"] for m in leaf.modules() if isinstance(m, nn.Linear)]
    for leaf, a, b in zip(leaves, scale, shift, strict=True):
        leaf.weight.mul_(a)
        leaf.bias.mul_(a).add_(b)
