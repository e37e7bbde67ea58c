"""A classifier of the 40 CelebA attributes on a network that knows faces by other means.

The trunk is a MobileNet (Howard et al. 2017, arXiv 1704.04861; batch norm folded into its convolutions) that
was trained to tell people, their age and gender apart; it has seen no attribute's label. The attributes are
linear sums over two of its maps, averaged on grids of 5 x 5, which can be fitted to a few hundred pictures
that people labelled, again for each fold of them. That is not the branched layout of arXiv 1904.02920: with
so few labels its branches learn to know the pictures instead of the attributes.
"""

from __future__ import annotations

import itertools
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..attributes import CELEBA_ATTRIBUTES
from .state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 160
"""Side in px that pictures are area-resized to (bilinearly when smaller); a multiple of 32."""
GRID = 5
_NAME = "attribute classifier on a MobileNet"
_MEAN = (123.68 / 255, 116.78 / 255, 103.94 / 255)
_HALVED = (1, 3, 5, 11)
"""The units that halve the map, after the entry, which does too."""
_MIDDLE = 10
"""The unit whose map, at a sixteenth of the picture, is the first of the two."""


def matches(state: State) -> bool:
    """True when `state` has this classifier's keys."""
    return has_keys(state, "trunk.entry.weight", "trunk.units.0.depthwise.weight", "sums.weight")


class Unit(nn.Module):
    """A depthwise 3x3 convolution and a pointwise one, each with a bias and ReLU up to 6."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, stride, 0, groups=inputs)
        self.pointwise = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu6(self.pointwise(F.relu6(self.depthwise(_padded(x, self.depthwise.stride[0])))))


class Trunk(nn.Module):
    """Pictures (N, 3, S, S) in 0..1 -> maps at a sixteenth and a thirty-second of their side.

    `widths` are the channels after the entry and after each unit.
    """

    mean: Tensor

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.entry = nn.Conv2d(3, widths[0], 3, 2)
        pairs = itertools.pairwise(widths)
        self.units = nn.ModuleList(Unit(a, b, 2 if k in _HALVED else 1) for k, (a, b) in enumerate(pairs))
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu6(self.entry(_padded(image - self.mean, 2)))
        middle = x
        for k, unit in enumerate(self.units):
            x = unit(x)
            if k == min(_MIDDLE, len(self.units) - 1):
                middle = x
        return middle, x


class TrunkClassifier(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> (N, 40) logits in the order of `CELEBA_ATTRIBUTES`."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.names: tuple[str, ...] = CELEBA_ATTRIBUTES
        self.trunk = Trunk(widths)
        middle = widths[min(_MIDDLE + 1, len(widths) - 1)]
        self.sums = nn.Linear(GRID * GRID * (middle + widths[-1]), len(self.names))

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; widths come from their shapes."""
        widths = [shape_of(state, "trunk.entry.weight", 4, _NAME)[0]]
        while (key := f"trunk.units.{len(widths) - 1}.pointwise.weight") in state:
            widths.append(shape_of(state, key, 4, _NAME)[0])
        return build(lambda: cls(tuple(widths)), state, _NAME)

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self.sums(self.seen(image))
        return logits

    def seen(self, image: Tensor) -> Tensor:
        """What the sums are over, (N, F): both maps on their grids, the finer one first."""
        parts = [F.adaptive_avg_pool2d(x, GRID).flatten(1) for x in self.trunk(resized(image))]
        return torch.cat(parts, 1)

    def features(self, image: Tensor) -> list[Tensor]:
        """Both maps, for a perceptual distance; finer first."""
        return list(self.trunk(resized(image)))


def resized(image: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) as the trunk takes them."""
    size = (INPUT_SIZE, INPUT_SIZE)
    if tuple(image.shape[-2:]) == size:
        return image
    if min(image.shape[-2:]) >= INPUT_SIZE:
        return F.interpolate(image, size=size, mode="area")
    return F.interpolate(image, size=size, mode="bilinear", align_corners=False)


def _padded(x: Tensor, stride: int) -> Tensor:
    """A border for a 3x3 convolution as TensorFlow has it: one that halves has none at the top and left."""
    return F.pad(x, (1, 1, 1, 1) if stride == 1 else (0, 1, 0, 1))
