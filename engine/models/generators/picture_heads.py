"""Heads that draw a smaller picture from the feature map halfway through a generator.

A generator that draws at its full size alone (MobileStyleGAN) shows nothing on the way. A head estimates
the full picture, reduced by area, from the map of half that size: a pointwise layer that knows the style of
the step that follows, a depthwise separable one that knows all later styles (they set colour and contrast),
and the twelve bands of an inverse Haar transform. Trained on renders; see weights/recipes/portrait.
"""

from __future__ import annotations

from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ..state_dict import State, build, shape_of
from .separable_conv import SLOPE, inverse_haar, separable_conv

_NAME = "head for smaller pictures"


def matches(state: State) -> bool:
    """True when `state` holds heads, each under its size: `256.plain`, ..."""
    return any(key.endswith(".plain") for key in state)


class PictureHead(nn.Module):
    """(1, C, S, S) features, (C,) the following style, (K,) all later ones -> picture (1, 3, 2S, 2S) in
    -1..1.

    `hidden` and `narrow` are its inner widths, `size` is 2S in px. Not clamped.
    """

    def __init__(self, size: int, channels: int, later: int, hidden: int, narrow: int) -> None:
        super().__init__()
        self.size, self.channels, self.later = size, channels, later
        self.plain = nn.Parameter(torch.randn(hidden, channels) / channels**0.5)
        self.styled = nn.Parameter(torch.zeros(hidden, channels))
        self.bias = nn.Parameter(torch.zeros(hidden))
        self.gate = nn.Linear(later, hidden)
        self.depthwise = nn.Parameter(torch.zeros(hidden, 1, 3, 3))
        self.weight = nn.Parameter(torch.randn(narrow, hidden) / hidden**0.5)
        self.shift = nn.Linear(later, narrow)
        self.scale = nn.Linear(later, narrow)
        self.bands = nn.Linear(narrow, 12)

    @classmethod
    def from_state(cls, size: int, state: State) -> Self:
        """The head for `size` px whose tensors these are; sizes come from their shapes."""
        hidden, channels = shape_of(state, "plain", 2, _NAME)
        later = shape_of(state, "gate.weight", 2, _NAME)[1]
        narrow = shape_of(state, "weight", 2, _NAME)[0]
        return build(lambda: cls(size, channels, later, hidden, narrow), state, _NAME)

    def forward(self, x: Tensor, style: Tensor, later: Tensor) -> Tensor:
        _, channels, height, width = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(-1, channels)
        weight = self.plain + self.styled * style
        y = F.leaky_relu(F.linear(rows, weight.to(x.dtype), self.bias.to(x.dtype)), SLOPE)
        y = y.view(1, height, width, -1).permute(0, 3, 1, 2)
        y = separable_conv(y, 1 + self.gate(later), None, self.depthwise, self.weight, self.shift(later))
        rows = y.permute(0, 2, 3, 1).reshape(height * width, -1)
        weight = self.bands.weight * (1 + self.scale(later))
        bands = F.linear(rows, weight.to(x.dtype)).float() + self.bands.bias
        bands = bands.view(1, height, width, 12).permute(0, 3, 1, 2)
        return inverse_haar(bands, bands.new_ones(12))


def heads_from_state(state: State) -> list[PictureHead]:
    """All heads of a file, each under its size in px."""
    by_size: dict[int, dict[str, Tensor]] = {}
    for key, value in state.items():
        size, _, name = key.partition(".")
        if not size.isdigit():
            raise CheckpointError(f"This is no {_NAME}: the tensor '{key[:60]}' belongs to no size.")
        by_size.setdefault(int(size), {})[name] = value
    return [PictureHead.from_state(size, part) for size, part in sorted(by_size.items())]
