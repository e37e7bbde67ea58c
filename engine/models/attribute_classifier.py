"""The branched classifier of the 40 CelebA attributes (arXiv 1904.02920).

A VGG-like trunk splits four times, so that attributes which look at the same part of the face share
their layers: one trunk, 2 + 3 + 10 convolutional branches, then 18, 33 and 40 fully connected nodes.
Layout and order are those of the MaskFaceGAN authors' published checkpoint.
"""

from __future__ import annotations

import math
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..attributes import CELEBA_ATTRIBUTES
from ..errors import CheckpointError
from .state_dict import State, build, has_keys, shape_of

CELEBA_MEAN = (0.5061, 0.4254, 0.3828)
CELEBA_STD = (0.2661, 0.2453, 0.2413)

_NAME = "attribute classifier"
_WIDTH_KEY = "conv_layers.01-06.0.0.weight"
_FLAT_KEY = "fc_layers.13-14.0.0.weight"
_POOLINGS = 5

# One stage each: its name, its layers ("w" a convolution, "M" a halving, "f" fully connected, "1" a logit),
# and how many branches follow on each branch of the stage before (the first stage reads the picture).
_STAGES: tuple[tuple[str, str, str], ...] = (
    ("01-06", "wwMwwMww", "1"),
    ("06-11", "wMwwwMw", "2"),
    ("11-12", "w", "21"),
    ("12-13", "wM", "451"),
    ("13-14", "f", "1321323111"),
    ("14-15", "f", "112421132323121121"),
    ("15-16", "1", "122111133111111111111111111112111"),
)
_CONV_STAGES, _FC_STAGES = _STAGES[:4], _STAGES[4:]


def matches(state: State) -> bool:
    """True when `state` has the branched classifier's keys."""
    return has_keys(state, "celeba_mean", _WIDTH_KEY, _FLAT_KEY)


class AttributeClassifier(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> (N, 40) logits in the order of `CELEBA_ATTRIBUTES`.

    `width` is the number of channels of every convolution (64 as published); `input_size` the side
    in px that pictures are area-resized to (224 as published; a multiple of 32).
    """

    celeba_mean: Tensor
    celeba_std: Tensor

    def __init__(self, width: int = 64, input_size: int = 224) -> None:
        super().__init__()
        if input_size < 32 or input_size % 32:
            raise ValueError(f"input_size must be a multiple of 32, not {input_size}")
        self.width = width
        self.input_size = input_size
        self.names = CELEBA_ATTRIBUTES
        self.register_buffer("celeba_mean", torch.tensor(CELEBA_MEAN).view(1, 3, 1, 1))
        self.register_buffer("celeba_std", torch.tensor(CELEBA_STD).view(1, 3, 1, 1))
        self.conv_layers = nn.ModuleDict()
        for name, layers, children in _CONV_STAGES:
            first = 3 if name == "01-06" else width
            count = sum(map(int, children))
            self.conv_layers[name] = nn.ModuleList(_branch(layers, first, width) for _ in range(count))
        self.fc_layers = nn.ModuleDict()
        inputs = width * (input_size >> _POOLINGS) ** 2
        for name, kind, children in _FC_STAGES:
            node = _node if kind == "f" else _leaf
            count = sum(map(int, children))
            self.fc_layers[name] = nn.ModuleList(node(inputs, 2 * width) for _ in range(count))
            inputs = 2 * width

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; width and input size come from their shapes."""
        width = shape_of(state, _WIDTH_KEY, 4, _NAME)[0]
        area, rest = divmod(shape_of(state, _FLAT_KEY, 2, _NAME)[1], width)
        side = math.isqrt(area)
        if rest or side < 1 or side * side != area:
            raise CheckpointError(
                f"This does not fit the {_NAME}: '{_FLAT_KEY}' reads no square of features."
            )
        return build(lambda: cls(width, side << _POOLINGS), state, _NAME)

    def forward(self, image: Tensor) -> Tensor:
        found = [self._normalised(image)]
        for name, _, children in _CONV_STAGES:
            found = _grow(self.conv_layers[name], children, found)
        found = [x.flatten(1) for x in found]
        for name, _, children in _FC_STAGES:
            found = _grow(self.fc_layers[name], children, found)
        return torch.cat(found, dim=1)

    def features(self, image: Tensor) -> list[Tensor]:
        """The three maps of the early stages, for a perceptual distance: (N, width, S, S), finest first."""
        found = [self._normalised(image)]
        kept: list[Tensor] = []
        for name, _, children in _CONV_STAGES[:2]:
            found = _grow(self.conv_layers[name], children, found)
            kept += found
        return kept

    def _normalised(self, image: Tensor) -> Tensor:
        resized = F.interpolate(image, size=(self.input_size, self.input_size), mode="area")
        return (resized - self.celeba_mean) / self.celeba_std


def _grow(nodes: nn.Module, children: str, found: list[Tensor]) -> list[Tensor]:
    """Every node of a stage applied to what its parent found."""
    assert isinstance(nodes, nn.ModuleList)
    inputs = [x for x, count in zip(found, children, strict=True) for _ in range(int(count))]
    return [node(x) for node, x in zip(nodes, inputs, strict=True)]


def _branch(layers: str, first: int, width: int) -> nn.Sequential:
    modules: list[nn.Module] = []
    channels = first
    for layer in layers:
        if layer == "M":
            modules.append(nn.MaxPool2d(2))
        else:
            modules += [
                nn.Conv2d(channels, width, 3, padding=1),
                nn.ReLU(inplace=True),
                nn.BatchNorm2d(width),
            ]
            channels = width
    return nn.Sequential(*modules)


def _node(inputs: int, width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.ReLU(inplace=True), nn.BatchNorm1d(width))


def _leaf(inputs: int, _: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, 1))
