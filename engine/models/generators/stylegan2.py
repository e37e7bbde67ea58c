"""StyleGAN2's generator in the published PyTorch layout, in plain torch.

Key names and layout: the widely used PyTorch conversion (stylegan2-pytorch, "g_ema"); every size
is inferred from the tensors, so a 128 px or a narrow network uses the same code as the 1024 px one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ..state_dict import without_memory
from .base import standard_normal_maps, standardise_
from .styled_conv import (
    BLUR,
    GAIN,
    SLOPE,
    demodulation,
    styled_conv_batch,
    styled_conv_single,
    upsample_image,
)

MAPPING_LR = 0.01
"""The mapping network's learning-rate multiplier, part of its weights' scale."""
_LEAST_FITTED = 32
"""Side in px of the coarsest layers that are fitted: coarser ones make a picture a face."""


def matches(state: Mapping[str, Tensor]) -> bool:
    """True when the keys are those of a StyleGAN2 generator."""
    return "input.input" in state and "conv1.conv.weight" in state and "to_rgb1.conv.weight" in state


def code_shape(state: Mapping[str, Tensor]) -> tuple[int, int]:
    """(L, D): how many vectors a code of this generator has, and how wide they are."""
    blocks = sum(1 for key in state if key.startswith("to_rgbs.") and key.endswith(".conv.weight"))
    modulation = state.get("conv1.conv.modulation.weight")
    if modulation is None or modulation.ndim != 2:
        raise CheckpointError("The generator's weights do not have StyleGAN2's layout.")
    return 2 * (blocks + 1), modulation.shape[1]


class _Modulation(nn.Module):
    """Equalised linear layer from a latent vector to a layer's style; weight (I, D), bias (I)."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, style_dim))
        self.bias = nn.Parameter(torch.ones(channels))

    def forward(self, w: Tensor) -> Tensor:
        return F.linear(w, self.weight / math.sqrt(self.weight.shape[1]), self.bias)


class _ConvWeights(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, kernel: int, style_dim: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, channels_out, channels_in, kernel, kernel))
        self.modulation = _Modulation(channels_in, style_dim)

    def scaled(self) -> Tensor:
        """(O, I, k, k), the equalised learning rate's scale applied."""
        return self.weight[0] / math.sqrt(self.weight[0, 0].numel())


class _NoiseWeight(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))


class _Activation(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(channels))


class _Frozen:
    """What `StyledLayer` derives once from weights that no longer change."""

    def __init__(self, layer: StyledLayer) -> None:
        self.weight = layer.conv.scaled().detach()
        self.energy = self.weight.square().sum((2, 3))
        self.strength = float(layer.noise.weight.detach())


class StyledLayer(nn.Module):
    """Modulated 3x3 convolution, noise, bias, leaky ReLU; doubles the size when `up`."""

    def __init__(self, channels_in: int, channels_out: int, style_dim: int, up: bool) -> None:
        super().__init__()
        self.conv = _ConvWeights(channels_in, channels_out, 3, style_dim)
        self.noise = _NoiseWeight()
        self.activate = _Activation(channels_out)
        self.up = up
        self._frozen: _Frozen | None = None

    def forget(self) -> None:
        """Drop what was derived from the weights, after they or their device changed."""
        self._frozen = None

    def __getstate__(self) -> dict[str, object]:
        """What a copy takes over: not what was derived, its weights may become others."""
        return {**self.__dict__, "_frozen": None}

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """x (N, I, H, W), w (N, D), noise (1 or N, 1, H', W') or None -> (N, O, H', W')."""
        style = self.conv.modulation(w)
        bias = self.activate.bias
        if len(w) == 1 and not self.conv.weight.requires_grad:
            if self._frozen is None or self._frozen.weight.device != x.device:
                self._frozen = _Frozen(self)
            kept = self._frozen
            demod = demodulation(style, kept.energy)
            return styled_conv_single(x, style, demod, noise, kept.weight, kept.strength, bias, self.up)
        weight = self.conv.scaled()
        demod = demodulation(style, weight.square().sum((2, 3)))
        return styled_conv_batch(x, style, demod, noise, weight, self.noise.weight, bias, self.up)


class ToRGB(nn.Module):
    """Modulated 1x1 convolution to RGB without demodulation, added to the upsampled picture so far."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.conv = _ConvWeights(channels, 3, 1, style_dim)
        self.bias = nn.Parameter(torch.zeros(1, 3, 1, 1))

    def forward(self, x: Tensor, w: Tensor, image: Tensor | None) -> Tensor:
        style = self.conv.modulation(w)
        # (N, C, 3): a matrix product per picture is the whole 1x1 convolution.
        weight = (self.conv.scaled()[None, :, :, 0, 0] * style[:, None, :]).transpose(1, 2)
        n, channels, height, width = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(n, height * width, channels)
        rgb = torch.bmm(rows, weight.to(x.dtype)).float()
        out = rgb.transpose(1, 2).reshape(n, 3, height, width) + self.bias
        return out if image is None else out + upsample_image(image)


class _MappingLayer(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size, size).normal_(0, 1 / MAPPING_LR))
        self.bias = nn.Parameter(torch.zeros(size))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * (MAPPING_LR / math.sqrt(self.weight.shape[1]))
        return F.leaky_relu(F.linear(x, weight, self.bias * MAPPING_LR), SLOPE) * GAIN


class _ConstantInput(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.input = nn.Parameter(torch.randn(1, channels, 4, 4))


class StyleGAN2(nn.Module):
    """G: latent code in W+ and noise maps to a picture.

    `channels[i]` is the width at 4 * 2**i px; `resolution` the picture's side, `num_layers` L the number
    of vectors of a W+ code (18 at 1024 px), `noise_sizes` the sides of the noise maps, 4 px first. The skip
    architecture has a picture at every size (`picture_sizes`).
    """

    def __init__(self, channels: Sequence[int], style_dim: int, mapping_layers: int = 8) -> None:
        super().__init__()
        self.channels = tuple(channels)
        self.style_dim = style_dim
        self.resolution = 4 * 2 ** (len(channels) - 1)
        self.num_layers = 2 * len(channels)
        self.picture_sizes = [4 * 2**i for i in range(len(channels))]
        self.noise_sizes = [4] + [4 * 2**i for i in range(1, len(channels)) for _ in range(2)]
        self.compute_dtype: torch.dtype | None = None
        self.style = nn.ModuleDict({str(i + 1): _MappingLayer(style_dim) for i in range(mapping_layers)})
        self.input = _ConstantInput(channels[0])
        self.conv1 = StyledLayer(channels[0], channels[0], style_dim, up=False)
        self.to_rgb1 = ToRGB(channels[0], style_dim)
        convs: list[nn.Module] = []
        for before, after in itertools.pairwise(channels):
            convs.append(StyledLayer(before, after, style_dim, up=True))
            convs.append(StyledLayer(after, after, style_dim, up=False))
        self.convs = nn.ModuleList(convs)
        self.to_rgbs = nn.ModuleList(ToRGB(c, style_dim) for c in channels[1:])

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor]) -> Self:
        """Build from a state dict in the published layout; sizes are read off the tensors.

        Fixed filters and stored noise maps in the file are checked or left out; keys that belong to no
        generator, missing keys and shapes that do not fit raise CheckpointError.
        """
        try:
            return cls._from_state(state)
        except (KeyError, RuntimeError, IndexError, ValueError) as error:
            raise CheckpointError(
                f"The generator's weights do not have StyleGAN2's layout ({error})."
            ) from error

    @classmethod
    def _from_state(cls, state: Mapping[str, Tensor]) -> Self:
        kept = {}
        for key, value in state.items():
            if key.endswith(".kernel"):
                taps = torch.tensor(BLUR)
                expected = torch.outer(taps, taps) / taps.sum().square() * 4
                if value.shape != (4, 4) or not torch.allclose(value.float().cpu(), expected, atol=1e-4):
                    raise CheckpointError(f"The generator uses another filter than [1, 3, 3, 1] in {key}.")
            elif not key.startswith("noises.") and key != "latent_avg":
                kept[key] = value
        blocks = len([key for key in kept if key.startswith("to_rgbs.") and key.endswith(".conv.weight")])
        channels = [kept["conv1.conv.weight"].shape[1]]
        channels += [kept[f"convs.{2 * i + 1}.conv.weight"].shape[1] for i in range(blocks)]
        mapping = sum(1 for key in kept if key.startswith("style.") and key.endswith(".weight"))
        style_dim = kept["conv1.conv.modulation.weight"].shape[1]
        if len(channels) > 12 or max(channels) > 4096 or style_dim > 4096:
            raise CheckpointError("The generator's weights claim impossible sizes.")
        with without_memory():
            net = cls(channels, style_dim, mapping)
        float_state = {k: v.float() for k, v in kept.items()}
        net.load_state_dict(float_state, strict=True, assign=True)
        return net

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.input.input.device

    def set_precision(self, dtype: torch.dtype | None) -> None:
        """Compute in `dtype` (bfloat16 or float16) from 32 px up; None is float32 throughout.

        Latent codes, styles and the picture stay float32.
        """
        self.compute_dtype = dtype

    def forget(self) -> None:
        """Drop what was derived from frozen weights; needed after changing them in place."""
        for module in self.modules():
            if isinstance(module, StyledLayer):
                module.forget()

    def mapping(self, z: Tensor) -> Tensor:
        """z (N, D), standard normal -> w (N, D)."""
        x = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
        for layer in self.style.values():
            x = layer(x)
        return x

    def mapping_state(self) -> Mapping[str, Tensor]:
        """The mapping network's tensors."""
        return self.style.state_dict()

    def zero_noise(self) -> list[Tensor]:
        """Noise maps of zeros: (1, 1, S, S) each."""
        return [torch.zeros(1, 1, size, size, device=self.device) for size in self.noise_sizes]

    def start_noise(self) -> list[Tensor | None]:
        """None for every map: stage 1 starts without noise, as published."""
        return [None] * len(self.noise_sizes)

    def draw_noise(self, seed: int) -> list[Tensor]:
        """Noise maps from N(0, 1), drawn on the CPU map by map from 4x4 up: the same on every device."""
        return standard_normal_maps(self.noise_sizes, seed, self.device)

    def normalise_noise_(self, maps: Sequence[Tensor]) -> None:
        """Mean 0 and deviation 1, as published."""
        standardise_(maps)

    def tunable(self, size: int) -> dict[str, nn.Parameter]:
        """Names and weights of the convolutions and biases between 32 px and `size`."""
        found = {}
        for name, weight in self.named_parameters():
            group, _, rest = name.partition(".")
            if group not in ("convs", "to_rgbs") or "modulation" in rest or "noise" in rest:
                continue
            place = int(rest.partition(".")[0])
            if _LEAST_FITTED <= 8 * 2 ** (place // 2 if group == "convs" else place) <= size:
                found[name] = weight
        return found

    def forward(
        self, w_plus: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None
    ) -> Tensor:
        """w_plus (N, L, D), noise maps (1 or N, 1, S, S), 4 px first -> (N, 3, R, R).

        0..1 is the image range; the picture is not clamped. None for a map (or for all) means zeros and
        costs nothing. `resolution` stops at a smaller size: the picture that the skip architecture has
        there, not a downscaled copy of the full one.
        """
        maps: Sequence[Tensor | None] = noise if noise is not None else [None] * len(self.noise_sizes)
        x = self.input.input.expand(len(w_plus), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        x = self.conv1(x, w_plus[:, 0], maps[0])
        image = self.to_rgb1(x, w_plus[:, 1], None)
        for i, to_rgb in enumerate(self.to_rgbs):
            size = 8 * 2**i
            if resolution is not None and size > resolution:
                break
            if self.compute_dtype is not None and size >= 32:
                x = x.to(self.compute_dtype)
            k = 2 * i
            x = self.convs[k](x, w_plus[:, k + 1], maps[k + 1])
            x = self.convs[k + 1](x, w_plus[:, k + 2], maps[k + 2])
            image = to_rgb(x, w_plus[:, k + 3], image)
        result: Tensor = image * 0.5 + 0.5
        return result
