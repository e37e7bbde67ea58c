"""Cost of one step of the 1024 px portrait generator: forward and backward to the codes, ours and the
textbook's.

The textbook multiplies styles into feature maps, transforms bands by stacking and shuffling, and leaves
all gradients to autograd; it computes in float32 with channels last. Weights are random: time does not depend
on them. All variants run in turn in one process, so that a machine whose speed drifts treats all alike.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..models.generators.mobile_stylegan import MobileStyleGAN
from ..models.generators.picture_heads import PictureHead
from .generator_step import in_turn

PUBLISHED = (512, 512, 512, 512, 512, 256, 128, 64)
"""Channels of the published network at 4 px and after each block."""
HEADS = (256, 512)


def standin(channels: tuple[int, ...] = PUBLISHED, style_dim: int = 512) -> MobileStyleGAN:
    """A generator with random weights and heads of the shipped widths; frozen."""
    torch.manual_seed(0)
    generator = MobileStyleGAN(channels, style_dim)
    for size in HEADS:
        if size < generator.resolution:
            generator.add_head(PictureHead(size, generator.head_channels(size)))
    return generator.requires_grad_(False).eval()


def textbook(generator: MobileStyleGAN, codes: Tensor, noise: Sequence[Tensor]) -> Tensor:
    """The full picture (N, 3, R, R) in 0..1, operation by operation."""
    first = generator.conv1
    x = generator.input.input.contiguous(memory_format=torch.channels_last)
    x = x * first.modulation(codes[:, 0])[:, :, None, None]
    x = F.conv2d(x, first.weight, padding=1)
    x = F.leaky_relu(x + first.strength * noise[0] + first.bias[:, None, None], 0.2)
    for k, block in enumerate(generator.stages()):
        x = _haar(x * block.up.modulation(codes[:, 3 * k + 1])[:, :, None, None])
        for i, layer in enumerate((block.conv1, block.conv2)):
            x = x * layer.modulation(codes[:, 3 * k + 2 + i])[:, :, None, None]
            x = F.conv2d(x, layer.depthwise, padding=1, groups=x.shape[1])
            x = F.conv2d(x, layer.weight[:, :, None, None])
            x = x + layer.strength * noise[2 * k + 1 + i]
            x = F.leaky_relu(x + layer.bias[:, None, None], 0.2)
    last = generator.to_picture
    x = x * last.modulation(codes[:, -1])[:, :, None, None]
    return _haar(F.conv2d(x, last.weight[:, :, None, None]) + last.bias[:, None, None]) * 0.5 + 0.5


def _haar(x: Tensor) -> Tensor:
    n, c4, h, w = x.shape
    low, lh, hl, hh = x.view(n, 4, c4 // 4, h, w).unbind(1)
    a, b, p, q = low + lh, low - lh, hl + hh, hl - hh
    y = torch.stack([a + p, a - p, b + q, b - q], 2) / 2
    return F.pixel_shuffle(y.reshape(n, c4, h, w), 2)


def _steps(
    generator: MobileStyleGAN, device: torch.device, dtype: torch.dtype | None
) -> dict[str, Callable[[], None]]:
    generator = generator.to(device)
    codes = torch.randn(1, generator.num_layers, generator.style_dim, device=device).requires_grad_(True)
    noise = [drawn for drawn in generator.start_noise() if drawn is not None]

    def step(draw: Callable[[], Tensor], chosen: torch.dtype | None) -> Callable[[], None]:
        def run() -> None:
            generator.set_precision(chosen)
            torch.autograd.grad(draw().square().mean(), codes)
            if device.type == "cuda":
                torch.cuda.synchronize()

        return run

    steps = {"textbook": step(lambda: textbook(generator, codes, noise), None)}
    for name, chosen in (("float32", None), ("auto", dtype)):
        for size in (generator.resolution, 512, 256):
            steps[f"{name} {size}"] = step(partial(generator, codes, noise, size), chosen)
    return steps


def measure(
    device: torch.device, dtype: torch.dtype | None, rounds: int, generator: MobileStyleGAN | None = None
) -> dict[str, Any]:
    """Median and least seconds of every variant, and how many of it one textbook step takes (median)."""
    times = in_turn(_steps(generator or standin(), device, dtype), rounds)
    figures = {}
    for name, seconds in times.items():
        ratio = statistics.median(a / b for a, b in zip(times["textbook"], seconds, strict=True))
        figures[name] = {"median": statistics.median(seconds), "min": min(seconds), "textbook_over": ratio}
    return figures
