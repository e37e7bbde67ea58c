"""Picture augmentation in torch, shared by the parser, classifier and finder recipes.

All functions take and give (N, 3, H, W) in 0..1 on any device and draw from torch's own generator, so
that a seeded recipe repeats itself.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def uniform(n: int, low: float, high: float, device: torch.device) -> Tensor:
    """(n,) numbers drawn evenly from low..high."""
    return torch.empty(n, device=device).uniform_(low, high)


def affine_grid(
    n: int, size: int, device: torch.device, *, degrees: float, zoom: float, shift: float, flip: bool = True
) -> Tensor:
    """Sampling grid (n, size, size, 2) of random similarity maps with a little shear.

    `zoom` is the largest natural log of the scale, `shift` the largest move in halves of the picture.
    """
    angle = uniform(n, -degrees, degrees, device) * math.pi / 180
    scale = uniform(n, -zoom, zoom, device).exp()
    stretch = uniform(n, -0.06, 0.06, device).exp()
    mirror = (
        torch.where(torch.rand(n, device=device) < 0.5, -1.0, 1.0) if flip else torch.ones(n, device=device)
    )
    cos, sin = angle.cos() * scale, angle.sin() * scale
    matrix = torch.stack(
        [
            torch.stack([cos * stretch * mirror, -sin, uniform(n, -shift, shift, device)], 1),
            torch.stack([sin * stretch * mirror, cos / stretch, uniform(n, -shift, shift, device)], 1),
        ],
        1,
    )
    return F.affine_grid(matrix, [n, 3, size, size], align_corners=False)


def sample(images: Tensor, grid: Tensor, *, mode: str = "bilinear", padding: str = "reflection") -> Tensor:
    """`images` seen through `grid`."""
    return F.grid_sample(images, grid, mode=mode, padding_mode=padding, align_corners=False)


def colour(x: Tensor, strength: float = 1.0) -> Tensor:
    """Random exposure, gamma, contrast, saturation, white balance; a few pictures lose their colour."""
    n, device = len(x), x.device
    shape = (n, 1, 1, 1)
    x = x.clamp(1e-3, 1) ** uniform(n, -0.4 * strength, 0.4 * strength, device).exp().view(shape)
    x = x * (uniform(n, -0.3 * strength, 0.3 * strength, device).exp()).view(shape)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * uniform(n, -0.35 * strength, 0.35 * strength, device).exp().view(shape)
    grey = x.mean(1, keepdim=True)
    saturation = uniform(n, 1 - 0.5 * strength, 1 + 0.5 * strength, device)
    saturation = torch.where(torch.rand(n, device=device) < 0.04 * strength, 0.0, saturation)
    x = grey + (x - grey) * saturation.view(shape)
    x = x * uniform(3 * n, -0.12 * strength, 0.12 * strength, device).exp().view(n, 3, 1, 1)
    return x.clamp(0, 1)


def blur(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of one width for the whole batch, in px."""
    radius = max(1, math.ceil(2.5 * sigma))
    t = torch.arange(-radius, radius + 1, device=x.device, dtype=x.dtype)
    kernel = torch.exp(-0.5 * (t / sigma) ** 2)
    kernel = (kernel / kernel.sum()).repeat(3, 1)
    x = F.pad(x, (radius, radius, radius, radius), mode="reflect")
    x = F.conv2d(x, kernel[:, None, :, None], groups=3)
    return F.conv2d(x, kernel[:, None, None, :], groups=3)


def low_resolution(x: Tensor, size: int) -> Tensor:
    """Shrink to about `size` px by area and enlarge again."""
    small = F.interpolate(x, size=(size, size), mode="area")
    return F.interpolate(small, size=x.shape[-2:], mode="bilinear", align_corners=False)


def degrade(x: Tensor, amount: float = 1.0) -> Tensor:
    """Blur, low resolution and noise, each on a random part of the batch."""
    out = x.clone()
    n, size = len(x), x.shape[-1]
    for k in range(n):
        dice = float(torch.rand(()))
        if dice < 0.25 * amount:
            out[k : k + 1] = blur(x[k : k + 1], float(torch.empty(()).uniform_(0.5, size / 85)))
        elif dice < 0.5 * amount:
            out[k : k + 1] = low_resolution(x[k : k + 1], int(torch.randint(size // 6, size // 2, ())))
    some = out[: n // 3]
    some += torch.randn_like(some) * uniform(len(some), 0, 0.06 * amount, x.device).view(-1, 1, 1, 1)
    return out.clamp(0, 1)


def shade(x: Tensor, strength: float = 0.35) -> Tensor:
    """A smooth random change of light across the picture."""
    n = len(x)
    field = torch.randn(n, 1, 3, 3, device=x.device) * strength * torch.rand(n, 1, 1, 1, device=x.device)
    field = F.interpolate(field, size=x.shape[-2:], mode="bicubic", align_corners=True)
    return (x * field.exp()).clamp(0, 1)
