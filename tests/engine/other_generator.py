"""A generator that is no StyleGAN2: three codes a block, pictures at its last three sizes, noise of its own.

Small and untrained, but whole: what the program does with a generator it must do with this one too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.models.generators.base import standard_normal_maps, standardise_
from engine.models.state_dict import State, build, has_keys, shape_of

_NAME = "other generator"


def matches(state: State) -> bool:
    return has_keys(state, "start", "blocks.0.up.weight")


def _blocks(state: State) -> int:
    return sum(key.endswith(".up.weight") for key in state)


def code_shape(state: State) -> tuple[int, int]:
    return 3 * _blocks(state) + 2, shape_of(state, "mapper.weight", 2, _NAME)[0]


class Block(nn.Module):
    """Twice the size; three codes style the channels before up-sampling and both convolutions."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.up, self.first, self.second = (nn.Linear(width, channels) for _ in range(3))
        self.conv1, self.conv2 = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.picture = nn.Conv2d(channels, 12, 1)

    def forward(self, x: Tensor, w: Tensor, noise: Sequence[Tensor | None]) -> Tensor:
        x = F.interpolate(x * (1 + self.up(w[:, 0]))[:, :, None, None], scale_factor=2)
        for layer, code, conv, one in ((self.first, 1, self.conv1, 0), (self.second, 2, self.conv2, 1)):
            x = conv(x * (1 + layer(w[:, code]))[:, :, None, None])
            given = noise[one]
            x = F.leaky_relu(x if given is None else x + 0.1 * given, 0.2)
        return x


class OtherGenerator(nn.Module):
    def __init__(self, blocks: int, channels: int, width: int) -> None:
        super().__init__()
        self.num_layers, self.style_dim, self.resolution = 3 * blocks + 2, width, 8 << blocks
        self.picture_sizes = [self.resolution >> k for k in range(min(3, blocks))][::-1]
        self.noise_sizes = [4, *(4 << k for k in range(1, blocks + 1) for _ in range(2))]
        self.compute_dtype: torch.dtype | None = None
        self.mapper = nn.Linear(width, width)
        self.start = nn.Parameter(torch.randn(1, channels, 4, 4))
        self.scale, self.contrast = nn.Linear(width, channels), nn.Linear(width, 12)
        self.blocks = nn.ModuleList(Block(channels, width) for _ in range(blocks))
        self.trained_noise = nn.ParameterList(torch.randn(1, 1, s, s) for s in self.noise_sizes)

    @classmethod
    def from_state(cls, state: State) -> Self:
        channels, width = shape_of(state, "start", 4, _NAME)[1], code_shape(state)[1]
        return build(lambda: cls(_blocks(state), channels, width), state, _NAME)

    @property
    def device(self) -> torch.device:
        return self.start.device

    def set_precision(self, dtype: torch.dtype | None) -> None:
        self.compute_dtype = dtype

    def mapping(self, z: Tensor) -> Tensor:
        return self.mapper(z)

    def mapping_state(self) -> Mapping[str, Tensor]:
        return self.mapper.state_dict()

    def start_noise(self) -> list[Tensor]:
        return [noise.detach().clone() for noise in self.trained_noise]

    def draw_noise(self, seed: int) -> list[Tensor]:
        return standard_normal_maps(self.noise_sizes, seed, self.device)

    def normalise_noise_(self, maps: Sequence[Tensor]) -> None:
        standardise_(maps)

    def tunable(self, size: int) -> dict[str, nn.Parameter]:
        places = [k for k in range(len(self.blocks)) if 32 <= 8 << k <= size]
        return {n: w for k in places for n, w in self.named_parameters() if n.startswith(f"blocks.{k}.conv")}

    def forward(
        self, w_plus: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None
    ) -> Tensor:
        size = resolution or self.resolution
        assert size in self.picture_sizes
        maps = noise if noise is not None else [None] * len(self.noise_sizes)
        x = self.start * (1 + self.scale(w_plus[:, 0]))[:, :, None, None]
        x = x if maps[0] is None else x + 0.1 * maps[0]
        for k, block in enumerate(self.blocks):
            x = block(x, w_plus[:, 3 * k + 1 : 3 * k + 4], maps[2 * k + 1 : 2 * k + 3])
            if 16 << k == size:
                picture = block.picture(x) * (1 + self.contrast(w_plus[:, -1]))[:, :, None, None]
                return F.pixel_shuffle(picture, 2) * 0.5 + 0.5
        raise AssertionError(size)
