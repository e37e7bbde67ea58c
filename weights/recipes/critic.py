"""A critic of patches that makes the generator's pictures crisp.

L1 losses average over what they cannot place: lips, teeth and lashes come out as smears. A small network
that sees one patch at a time and tells photos from renders asks for edges instead. Logistic loss without
saturation and R1 regularisation (Goodfellow et al. 2014; Mescheder et al. 2018); patches as in Isola et
al. 2017. Its pull on the picture is a fixed share of the reconstruction's, so that it can neither drown
nor be drowned.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from common import amp
from torch import Tensor, nn

WIDTHS = (32, 64, 96, 128)
PENALTY = 0.3
PENALTY_EVERY = 8


class PatchCritic(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1] -> logits (N, 1, H/4, W/4), each of a patch of 26 px."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        layers: list[nn.Module] = [nn.Conv2d(3, a, 4, 2, 1), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(a, b, 4, 2, 1), nn.GroupNorm(8, b), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(b, c, 3, 1, 1), nn.GroupNorm(8, c), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(c, d, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(d, 1, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, image: Tensor) -> Tensor:
        return self.layers(image)


class Critic:
    """The network and its optimiser; `pull` is what the generator feels, `learn` one step of its own."""

    def __init__(
        self, device: torch.device, share: float = 0.0, net: nn.Module | None = None, penalty: float = PENALTY
    ) -> None:
        self.device, self.share, self.penalty, self.steps = device, share, penalty, 0
        self.net = (net or PatchCritic()).to(device, memory_format=torch.channels_last)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=4e-4, betas=(0.5, 0.99))

    def pull(self, render: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
        """The critic's gradient for `render`, as long as `share` times the reconstruction's, `wanted`.

        `weight` (1, 1, H, W) says where pictures matter: a background is not worth being crisp.
        """
        y = render.detach().requires_grad_()
        with amp(self.device):
            logits = self.net(y)
        asked = F.softplus(-logits.float()) * F.adaptive_avg_pool2d(weight, logits.shape[-2:])
        (gradient,) = torch.autograd.grad(asked.mean(), y)
        return gradient * (self.share * wanted.norm() / (gradient.norm() + 1e-12))

    def learn(self, real: Tensor, render: Tensor) -> float:
        """One step on a batch of photos and their renders; the loss."""
        regularise = self.steps % PENALTY_EVERY == 0
        real = real.detach().requires_grad_(regularise)
        with amp(self.device):
            yes, no = self.net(real).float(), self.net(render.detach()).float()
        loss = F.softplus(-yes).mean() + F.softplus(no).mean()
        if regularise:
            (slope,) = torch.autograd.grad(yes.sum(), real, create_graph=True)
            steep = slope.square().sum((1, 2, 3)).mean() / yes[0].numel()
            loss = loss + self.penalty * PENALTY_EVERY / 2 * steep
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        self.steps += 1
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        return {"net": self.net.state_dict(), "adam": self.adam.state_dict(), "steps": self.steps}

    def load(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.adam.load_state_dict(state["adam"])
        self.steps = state["steps"]
