"""MobileStyleGAN: a small student of StyleGAN2 that draws 1024 px faces on a CPU, in plain torch.

Source: Belousov, "MobileStyleGAN: A Lightweight Convolutional Neural Network for High-Fidelity Image
Synthesis" (arXiv 2104.04767). Every size is inferred from the tensors. For seven blocks (1024 px) a code has
23 vectors: the first layer; up, conv1 and conv2 of each block; the picture. Each block doubles the size by an
inverse Haar transform and ends in two depthwise separable layers; only the last one draws a picture. Smaller
pictures come from heads that were trained for it (`picture_heads`), or else are the full one reduced.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Self, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ..state_dict import State, build, has_keys, shape_of
from .base import Window, standard_normal_maps, standardise_, windowed
from .picture_heads import PictureHead
from .separable_conv import SLOPE, inverse_haar, separable_conv

_NAME = "MobileStyleGAN generator"
_BLOCK_KEY = "blocks.{}.conv1.depthwise"
_MAPPING_KEY = "style.{}.weight"
_GAIN = 2**0.5
_FIRST_SIZE = 4
_LEAST_REDUCED = 16
"""Side in px from which on `set_precision` counts: below it there is no time to be saved."""


def matches(state: State) -> bool:
    """True when the keys are those of a MobileStyleGAN generator."""
    return has_keys(state, "input.input", _BLOCK_KEY.format(0), "to_picture.weight")


def code_shape(state: State) -> tuple[int, int]:
    """(L, D): how many vectors a code of this generator has, and how wide they are."""
    blocks = _count(state, _BLOCK_KEY)
    width = shape_of(state, "conv1.modulation.weight", 2, _NAME)[1]
    return 3 * blocks + 2, width


def _count(state: State, pattern: str) -> int:
    number = 0
    while pattern.format(number) in state:
        number += 1
    return number


class _Input(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, channels, _FIRST_SIZE, _FIRST_SIZE))


class _Modulation(nn.Module):
    """Linear layer from a latent vector to a layer's style: one factor for each input channel."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, style_dim) / style_dim**0.5)
        self.bias = nn.Parameter(torch.ones(channels))

    def forward(self, w: Tensor) -> Tensor:
        return F.linear(w, self.weight, self.bias)


class _FirstLayer(nn.Module):
    """Modulated 3x3 convolution of the constant input, noise, bias, leaky ReLU."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.modulation = _Modulation(channels, style_dim)
        self.weight = nn.Parameter(torch.randn(channels, channels, 3, 3) / (9 * channels) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(channels))
        self.strength = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        y = F.conv2d(x * self.modulation(w)[:, None, None], self.weight, self.bias, padding=1)
        return F.leaky_relu(y if noise is None else y + self.strength * noise, SLOPE)


class _Layer(nn.Module):
    """Modulated depthwise 3x3 and pointwise convolution, noise, bias, leaky ReLU."""

    def __init__(self, channels_in: int, channels_out: int, style_dim: int) -> None:
        super().__init__()
        self.modulation = _Modulation(channels_in, style_dim)
        self.depthwise = nn.Parameter(torch.randn(channels_in, 1, 3, 3) / 3)
        self.weight = nn.Parameter(torch.randn(channels_out, channels_in) / channels_in**0.5)
        self.bias = nn.Parameter(torch.zeros(channels_out))
        self.strength = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        scaled = None if noise is None else noise * self.strength
        return separable_conv(x, self.modulation(w), scaled, self.depthwise, self.weight, self.bias)


class _Up(nn.Module):
    """The style of an inverse Haar transform."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.modulation = _Modulation(channels, style_dim)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        return inverse_haar(x, self.modulation(w))


class Block(nn.Module):
    """Twice the size: (1, I, S, S) -> (1, O, 2S, 2S)."""

    def __init__(self, channels_in: int, channels_out: int, style_dim: int) -> None:
        super().__init__()
        self.up = _Up(channels_in, style_dim)
        self.conv1 = _Layer(channels_in // 4, channels_out, style_dim)
        self.conv2 = _Layer(channels_out, channels_out, style_dim)

    def forward(self, x: Tensor, w: Tensor, noise: Sequence[Tensor | None]) -> Tensor:
        x = self.conv1(self.up(x, w[0]), w[1], noise[0])
        result: Tensor = self.conv2(x, w[2], noise[1])
        return result


class _ToPicture(nn.Module):
    """Modulated 1x1 convolution to the twelve bands of a picture of twice the size."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.modulation = _Modulation(channels, style_dim)
        self.weight = nn.Parameter(torch.randn(12, channels) / channels**0.5)
        self.bias = nn.Parameter(torch.zeros(12))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        _, _, height, width = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(height * width, -1)
        bands = F.linear(rows, (self.weight * self.modulation(w)).to(x.dtype)).float() + self.bias
        picture = bands.view(1, height, width, 12).permute(0, 3, 1, 2)
        return inverse_haar(picture, picture.new_ones(12))


class _MappingLayer(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size, size) / size**0.5)
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, x: Tensor) -> Tensor:
        return F.leaky_relu(F.linear(x, self.weight, self.bias), SLOPE) * _GAIN


class MobileStyleGAN(nn.Module):
    """G: latent code in W+ and noise maps to a picture.

    `channels[0]` is the width at 4 px, `channels[1 + k]` that of block k. `resolution` is the picture's side,
    `num_layers` L the number of vectors of a code, `noise_sizes` the sides of the noise maps, 4 px first,
    `heads` what draws smaller pictures, by their side in px.
    """

    def __init__(self, channels: Sequence[int], style_dim: int, mapping_layers: int = 8) -> None:
        super().__init__()
        blocks = len(channels) - 1
        self.channels = tuple(channels)
        self.style_dim = style_dim
        self.resolution = _FIRST_SIZE * 2 ** (blocks + 1)
        self.num_layers = 3 * blocks + 2
        self.noise_sizes = [_FIRST_SIZE] + [_FIRST_SIZE << k for k in range(1, blocks + 1) for _ in range(2)]
        self.compute_dtype: torch.dtype | None = None
        self.style = nn.ModuleDict({str(i): _MappingLayer(style_dim) for i in range(mapping_layers)})
        self.input = _Input(channels[0])
        self.conv1 = _FirstLayer(channels[0], style_dim)
        pairs = itertools.pairwise(channels)
        self.blocks = nn.ModuleList(Block(before, after, style_dim) for before, after in pairs)
        self.to_picture = _ToPicture(channels[-1], style_dim)
        self.noises = nn.ParameterList(torch.randn(1, 1, size, size) for size in self.noise_sizes)
        self.heads = nn.ModuleDict()

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Build from a state dict (see `packs.convert_mobile_stylegan`); sizes are read off the tensors.

        `latent_avg` is left out. CheckpointError for keys that belong to no generator, missing keys and
        shapes that do not fit.
        """
        blocks = _count(state, _BLOCK_KEY)
        width = shape_of(state, "conv1.modulation.weight", 2, _NAME)[1]
        channels = [shape_of(state, "conv1.weight", 4, _NAME)[0]]
        channels += [shape_of(state, f"blocks.{k}.conv1.weight", 2, _NAME)[0] for k in range(blocks)]
        if not 1 <= blocks <= 9 or max(*channels, width) > 4096 or any(c % 4 for c in channels[:-1]):
            raise CheckpointError("The generator's weights claim impossible sizes.")
        kept = {key: value for key, value in state.items() if key != "latent_avg"}
        return build(lambda: cls(channels, width, _count(state, _MAPPING_KEY)), kept, _NAME)

    def add_head(self, head: PictureHead) -> None:
        """Draw pictures of the head's size with it. CheckpointError when it is another generator's."""
        if head.channels != self.head_channels(head.size):
            raise CheckpointError(f"The head for {head.size} px belongs to another generator.")
        self.heads[str(head.size)] = head

    @property
    def picture_sizes(self) -> tuple[int, ...]:
        """Sides in px at which it can stop for less work: the heads' and the full one."""
        return (*sorted(int(size) for size in self.heads), self.resolution)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.input.input.device

    def mapping_state(self) -> Mapping[str, Tensor]:
        """The mapping network's tensors."""
        return self.style.state_dict()

    def normalise_noise_(self, maps: Sequence[Tensor]) -> None:
        """Mean 0 and deviation 1: each layer knows its noise's strength, as StyleGAN2's do."""
        standardise_(maps)

    def set_precision(self, dtype: torch.dtype | None) -> None:
        """Compute in `dtype` (bfloat16 or float16) from 16 px up; None is float32 throughout.

        Latent codes, styles and the picture stay float32.
        """
        self.compute_dtype = dtype

    def mapping(self, z: Tensor) -> Tensor:
        """z (N, D), standard normal -> w (N, D)."""
        x = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.style.values():
            x = layer(x)
        return x

    def start_noise(self) -> list[Tensor | None]:
        """The noise maps that the network was trained with, of deviation 1: (1, 1, S, S) each."""
        return [noise.detach().clone() for noise in self.noises]

    def zero_noise(self) -> list[Tensor]:
        """Noise maps of zeros, as stage 1 starts with: (1, 1, S, S) each."""
        return [torch.zeros(1, 1, size, size, device=self.device) for size in self.noise_sizes]

    def draw_noise(self, seed: int) -> list[Tensor]:
        """Noise maps from N(0, 1), drawn on the CPU map by map from 4x4 up: the same on every device."""
        return standard_normal_maps(self.noise_sizes, seed, self.device)

    def forward(
        self, w_plus: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None
    ) -> Tensor:
        """w_plus (N, L, D), noise maps (1 or N, 1, S, S), 4 px first -> (N, 3, R, R).

        0..1 is the image range; the picture is not clamped. None for a map (or for all) means zeros and
        costs nothing. `resolution` below the full one: a head's picture at that size, an estimate of the full
        one reduced by area; without such a head the next larger picture that there is, reduced by area.
        """
        maps: Sequence[Tensor | None] = noise if noise is not None else [None] * len(self.noise_sizes)
        size = min(resolution or self.resolution, self.resolution)
        # Styles are folded into the weights, which therefore differ from picture to picture.
        pictures = [self._picture(w, [_of(m, i) for m in maps], size) for i, w in enumerate(w_plus)]
        return pictures[0] if len(pictures) == 1 else torch.cat(pictures)

    def tunable(self, size: int) -> dict[str, nn.Parameter]:
        """Names and weights that a picture of `size` px depends on and that may be fitted to one face.

        All of the blocks before the head that draws it, or of all blocks and the last layer; no styles.
        """
        drawn, found = self._drawn_size(size), {}
        for name, weight in self.named_parameters():
            group, place = name.split(".")[:2]
            if "modulation" in name or "strength" in name:
                continue
            block = group == "blocks" and _FIRST_SIZE << (int(place) + 1) <= drawn // 2
            if block or (group == "to_picture" and drawn == self.resolution):
                found[name] = weight
        return found

    def tunable_behind(self, size: int) -> dict[str, nn.Parameter]:
        """Those of the whole picture's `tunable` weights that the one of `size` px does not depend on."""
        before = self.tunable(size)
        return {name: w for name, w in self.tunable(self.resolution).items() if name not in before}

    def map_before(self, w_plus: Tensor, noise: Sequence[Tensor | None], size: int) -> Tensor:
        """The feature map (1, C, S, S), S half of `size`, of a code (1, L, D) that a head for `size` px
        reads."""
        return self.features(w_plus[0], noise, self._block_before(size) + 1)[-1]

    def window(
        self, features: Tensor, w_plus: Tensor, noise: Sequence[Tensor | None], window: Window
    ) -> Tensor:
        """The rest of the network on a window of such a map: (1, 3, side, side), 0..1, not clamped.

        Next to the window's border the picture is not the whole one's: no map goes on there (`WINDOW_EDGE`).
        """
        side = features.shape[-1]
        x, w = windowed(features, window, self.resolution), w_plus[0]
        first = next(k for k in range(len(self.blocks)) if _FIRST_SIZE << (k + 1) > side)
        for k, block in enumerate(self.stages()[first:], first):
            if self.compute_dtype is not None:
                x = x.to(self.compute_dtype)
            maps = noise[2 * k + 1 : 2 * k + 3]
            here = [None if m is None else windowed(m, window, self.resolution) for m in maps]
            x = block(x, w[3 * k + 1 : 3 * k + 4], here)
        picture: Tensor = self.to_picture(x, w[-1])
        return picture * 0.5 + 0.5

    def head_channels(self, size: int) -> tuple[int, ...]:
        """Channels that a head for pictures of `size` px has: of the map that it reads, of later blocks."""
        return self.channels[self._block_before(size) + 1 :]

    def stages(self) -> list[Block]:
        """The blocks, coarsest first."""
        return [cast(Block, block) for block in self.blocks]

    def features(self, w: Tensor, noise: Sequence[Tensor | None], blocks: int) -> list[Tensor]:
        """Feature maps (1, C, S, S) after each of the first `blocks` blocks for one code (L, D)."""
        x = self.conv1(self.input.input, w[0], noise[0]).contiguous(memory_format=torch.channels_last)
        found = []
        for k, block in enumerate(self.stages()[:blocks]):
            if self.compute_dtype is not None and 2 * x.shape[-1] >= _LEAST_REDUCED:
                x = x.to(self.compute_dtype)
            x = block(x, w[3 * k + 1 : 3 * k + 4], noise[2 * k + 1 : 2 * k + 3])
            found.append(x)
        return found

    def head_inputs(
        self, w: Tensor, noise: Sequence[Tensor | None], size: int
    ) -> tuple[Tensor, list[Tensor], Tensor | None]:
        """What a head for `size` px reads for one code (L, D): feature map, later styles, next noise."""
        x = self.features(w, noise, self._block_before(size) + 1)[-1]
        return x, *self.head_conditions(w, noise, size)

    def head_conditions(
        self, w: Tensor, noise: Sequence[Tensor | None], size: int
    ) -> tuple[list[Tensor], Tensor | None]:
        """`head_inputs` without the feature map."""
        block = self._block_before(size)
        later = self.stages()[block + 1 :]
        layers = [m for one in later for m in (one.up.modulation, one.conv1.modulation, one.conv2.modulation)]
        layers.append(self.to_picture.modulation)
        styles = [layer(code) for layer, code in zip(layers, w[-len(layers) :], strict=True)]
        drawn = noise[2 * block + 3]
        return styles, None if drawn is None else drawn * later[0].conv1.strength

    def _picture(self, w: Tensor, noise: Sequence[Tensor | None], size: int) -> Tensor:
        drawn = self._drawn_size(size)
        if drawn == self.resolution:
            x = self.features(w, noise, len(self.blocks))[-1]
            picture = self.to_picture(x, w[-1])
        else:
            picture = self.heads[str(drawn)](*self.head_inputs(w, noise, drawn))
        if drawn != size:
            picture = F.interpolate(picture, (size, size), mode="area")
        result: Tensor = picture * 0.5 + 0.5
        return result

    def _drawn_size(self, size: int) -> int:
        """The smallest size that can be drawn of those that are not smaller than `size`."""
        return next((known for known in self.picture_sizes if known >= size), self.resolution)

    def _block_before(self, size: int) -> int:
        """The block after which a head for `size` px sits: its feature map has half that size."""
        for block in range(len(self.blocks) - 1):
            if _FIRST_SIZE << (block + 2) == size:
                return block
        raise CheckpointError(f"A generator of {self.resolution} px has no place for a head of {size} px.")


def _of(noise: Tensor | None, picture: int) -> Tensor | None:
    """The noise map of one picture, (1, 1, S, S), from one for all or one for each."""
    return noise if noise is None or len(noise) == 1 else noise[picture : picture + 1]
