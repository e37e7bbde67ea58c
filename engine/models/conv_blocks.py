"""Convolution blocks that the pack's own small networks (parser, finder) share.

They are trained with batch normalisation and shipped with it folded into the convolutions: one
convolution with a bias does the same work in fewer passes over memory.
"""

from __future__ import annotations

import copy
import itertools
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .state_dict import State

M = TypeVar("M", bound=nn.Module)


class ConvNorm(nn.Module):
    """A 3x3 or 1x1 convolution that keeps the size, batch normalisation while training, leaky ReLU.

    `norm` false is the folded form that is shipped. `active` false leaves out the leaky ReLU.
    """

    def __init__(
        self, cin: int, cout: int, kernel: int = 3, *, norm: bool, stride: int = 1, active: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=not norm)
        self.norm: nn.Module = nn.BatchNorm2d(cout) if norm else nn.Identity()
        self.active = active

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.norm(self.conv(x))
        return F.leaky_relu(y, 0.1) if self.active else y


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut, which is a 1x1 convolution where the width changes."""

    def __init__(self, cin: int, cout: int, *, norm: bool, stride: int = 1) -> None:
        super().__init__()
        self.first = ConvNorm(cin, cout, norm=norm, stride=stride)
        self.second = ConvNorm(cout, cout, norm=norm, active=False)
        self.shortcut: nn.Module = nn.Identity()
        if cin != cout or stride != 1:
            self.shortcut = ConvNorm(cin, cout, 1, norm=norm, stride=stride, active=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(self.second(self.first(x)) + self.shortcut(x), 0.1)


def _fold_one(block: ConvNorm) -> None:
    """Merge a block's batch normalisation (its running statistics) into its convolution."""
    norm, conv = block.norm, block.conv
    if not isinstance(norm, nn.BatchNorm2d) or norm.running_mean is None or norm.running_var is None:
        return
    gain = norm.weight.detach() * torch.rsqrt(norm.running_var + norm.eps)
    folded = nn.Conv2d(
        conv.in_channels,
        conv.out_channels,
        (conv.kernel_size[0], conv.kernel_size[1]),
        (conv.stride[0], conv.stride[1]),
        conv.kernel_size[0] // 2,
    )
    folded.weight.data.copy_(conv.weight.detach() * gain[:, None, None, None])
    assert folded.bias is not None
    folded.bias.data.copy_(norm.bias.detach() - norm.running_mean * gain)
    block.conv, block.norm = folded, nn.Identity()


def fold(network: M) -> M:
    """A copy of `network` in evaluation mode whose `ConvNorm` blocks carry no batch normalisation."""
    folded = copy.deepcopy(network).eval()
    for module in folded.modules():
        if isinstance(module, ConvNorm):
            _fold_one(module)
    return folded


def count(state: State, pattern: str) -> int:
    """How many of `pattern.format(0)`, `pattern.format(1)`, ... follow one another in `state`."""
    return next(i for i in itertools.count() if pattern.format(i) not in state)
