"""Fit the mapping network to the codes: mapping(standard normal) is distributed as the training codes.

A published mapping network (pixel norm, eight layers of leaky ReLU x sqrt 2) starts as a regression of the
codes' Gaussian, then its samples are matched with the codes along random directions (sliced Wasserstein
distance). Seconds of work; `export.py` runs it.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LAYERS = 8


class Mapping(nn.Module):
    """z (N, D) -> w (N, D), as published."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(dim, dim) for _ in range(LAYERS))
        for layer in self.layers:
            nn.init.orthogonal_(layer.weight, gain=1.1)
            nn.init.zeros_(layer.bias)

    def forward(self, z: Tensor) -> Tensor:
        x = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2) * math.sqrt(2)
        return x

    def pairs(self) -> list[tuple[Tensor, Tensor]]:
        """(weight, bias) of each layer, as `stylenet.export` takes them."""
        return [(layer.weight.detach(), layer.bias.detach()) for layer in self.layers]


def sliced(a: Tensor, b: Tensor, directions: int) -> Tensor:
    """Sliced Wasserstein distance of two sets of equal size."""
    d = F.normalize(torch.randn(a.shape[1], directions), dim=0)
    return ((a @ d).sort(0).values - (b @ d).sort(0).values).square().mean()


def fit(codes: Tensor, truncation: float = 0.85, steps: int = 600, seed: int = 0) -> Mapping:
    """A mapping network for `codes` (N, D), pulled towards their mean by `truncation`."""
    torch.manual_seed(seed)
    dim = codes.shape[1]
    mean = codes.mean(0)
    target = mean + truncation * (codes - mean)
    values, vectors = torch.linalg.eigh(torch.cov(target.t()))
    shape = vectors * values.clamp(min=0).sqrt()
    net = Mapping(dim)
    adam = torch.optim.Adam(net.parameters(), lr=2e-3)
    for i in range(steps):
        for group in adam.param_groups:
            group["lr"] = 2e-3 * (1 - i / steps) + 1e-5
        z = torch.randn(512, dim)
        w = net(z)
        share = i / steps
        loss = (1 - share) * (w - (mean + z @ shape.t())).square().mean()
        if share > 0.3:
            pick = torch.randint(len(target), (512,))
            loss = loss + 4 * sliced(w, target[pick], 128)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return net.requires_grad_(False)
