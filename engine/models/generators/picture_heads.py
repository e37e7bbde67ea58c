"""Heads that draw a smaller picture from the feature map halfway through a generator.

A generator that draws at its full size alone (MobileStyleGAN) shows nothing on the way. A head estimates the
full picture, reduced by area, from the map of half that size: it is the rest of the generator, layer by
layer, with the same styles, but all at the size of that map, without up-sampling; its weights start as the
generator's own and are trained on renders (weights/recipes/portrait). As the later styles, which set colour
and contrast, keep their places, codes in W+ are no harder than codes in W.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, Self, cast, runtime_checkable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ..state_dict import State, build, shape_of
from .separable_conv import SLOPE, inverse_haar, separable_conv

_NAME = "head for smaller pictures"


def matches(state: State) -> bool:
    """True when `state` holds heads, each under its size: `256.entry`, ..."""
    return any(key.endswith(".entry") for key in state)


class HeadLayer(nn.Module):
    """A depthwise separable layer with a style for each channel; leaky ReLU."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.depthwise = nn.Parameter(torch.zeros(channels_in, 1, 3, 3))
        self.weight = nn.Parameter(torch.randn(channels_out, channels_in) / channels_in**0.5)
        self.bias = nn.Parameter(torch.zeros(channels_out))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        return separable_conv(x, style, None, self.depthwise, self.weight, self.bias)


class PictureHead(nn.Module):
    """Features (1, C, S, S) and all later styles -> picture (1, 3, 2S, 2S) in -1..1, not clamped.

    `channels` are those of the feature map and after each later block, `size` is 2S in px. `styles` are, for
    each later block, those of its up-sampling and its two layers, then the picture's; `noise` is the map
    (1, 1, 2S, 2S) of the next layer, times its strength.
    """

    def __init__(self, size: int, channels: Sequence[int]) -> None:
        super().__init__()
        self.size, self.channels = size, tuple(channels)
        self.entry = nn.Parameter(torch.randn(channels[1], channels[0]) / channels[0] ** 0.5)
        self.grain = nn.Parameter(torch.zeros(channels[1], 4))
        self.bias = nn.Parameter(torch.zeros(channels[1]))
        layers = [HeadLayer(channels[1], channels[1])]
        for before, after in itertools.pairwise(channels[1:]):
            layers += [HeadLayer(before, after), HeadLayer(after, after)]
        self.layers = nn.ModuleList(layers)
        self.bands = nn.Linear(channels[-1], 12)

    @classmethod
    def from_state(cls, size: int, state: State) -> Self:
        """The head for `size` px whose tensors these are; sizes come from their shapes."""
        second, first = shape_of(state, "entry", 2, _NAME)
        count = sum(1 for key in state if key.startswith("layers.") and key.endswith(".depthwise"))
        later = [shape_of(state, f"layers.{i}.weight", 2, _NAME)[0] for i in range(2, count, 2)]
        return build(lambda: cls(size, (first, second, *later)), state, _NAME)

    def forward(self, x: Tensor, styles: Sequence[Tensor], noise: Tensor | None = None) -> Tensor:
        first, *rest, last = head_gates(styles)
        _, channels, height, width = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(-1, channels)
        y = F.linear(rows, (self.entry * first).to(x.dtype), self.bias.to(x.dtype))
        if noise is not None:
            grain = F.pixel_unshuffle(noise, 2).permute(0, 2, 3, 1).reshape(-1, 4)
            y = y + F.linear(grain.to(x.dtype), self.grain.to(x.dtype))
        y = F.leaky_relu(y, SLOPE).view(1, height, width, -1).permute(0, 3, 1, 2)
        for layer, gate in zip(self.layers, rest, strict=True):
            y = layer(y, gate)
        rows = y.permute(0, 2, 3, 1).reshape(height * width, -1)
        bands = F.linear(rows, (self.bands.weight * last).to(x.dtype)).float() + self.bands.bias
        bands = bands.view(1, height, width, 12).permute(0, 3, 1, 2)
        return inverse_haar(bands, bands.new_ones(12))


def head_gates(styles: Sequence[Tensor]) -> list[Tensor]:
    """Styles in the order of the codes -> factors of each layer's input: an up-sampling joins its next layer.

    Channels before an up-sampling are sorted by band, so each of the next layer's styles counts four times.
    """
    found = []
    for up, first, second in zip(styles[:-1:3], styles[1:-1:3], styles[2:-1:3], strict=True):
        found += [up * torch.cat([first] * 4, -1), second]
    return [*found, styles[-1]]


@runtime_checkable
class TakesHeads(Protocol):
    """A generator that draws smaller pictures with heads."""

    def add_head(self, head: PictureHead) -> None:
        """Draw pictures of the head's size with it. CheckpointError when it is another generator's."""
        ...


class PictureHeads(nn.Module):
    """All heads of a generator."""

    def __init__(self, heads: Iterable[PictureHead]) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({str(head.size): head for head in heads})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The heads of a file, each under its size in px: `256.entry`, ..."""
        by_size: dict[int, dict[str, Tensor]] = {}
        for key, value in state.items():
            size, _, name = key.partition(".")
            if not size.isdecimal():
                raise CheckpointError(f"This is no {_NAME}: the tensor '{key[:60]}' belongs to no size.")
            by_size.setdefault(int(size), {})[name] = value
        return cls(PictureHead.from_state(size, part) for size, part in sorted(by_size.items()))

    def __iter__(self) -> Iterator[PictureHead]:
        return iter(cast(PictureHead, head) for head in self.heads.values())
