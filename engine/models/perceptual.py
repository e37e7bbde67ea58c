"""Masked LPIPS v0.1 on VGG16 (Zhang et al. 2018, arXiv 1801.03924), as MaskFaceGAN uses it.

The trunk is torchvision's VGG16 state dict; the linear heads are read from the data files that the
installed `lpips` package brings along. Nothing is downloaded. Each layer's squared difference is
multiplied by the area-resized mask before the linear head and the spatial mean.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..errors import CheckpointError
from .state_dict import State, build, has_keys, shape_of

_NAME = "VGG16 trunk of LPIPS"
# torchvision's numbers of the convolutions, one row per slice; a slice ends where features are taken,
# and a halving stands between two slices.
_SLICES = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))
_WIDTHS = (64, 128, 256, 512, 512)
_HEAD = "lin{}.model.1.weight"
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)


def matches(state: State) -> bool:
    """True when `state` has torchvision's VGG16 keys."""
    return has_keys(state, *(f"features.{i}.weight" for i in sum(_SLICES, ())))


def packaged_heads() -> dict[str, Tensor]:
    """The five linear heads of LPIPS v0.1 for VGG16, from the installed `lpips` package."""
    spec = importlib.util.find_spec("lpips")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        path = Path(folder, "weights", "v0.1", "vgg.pth")
        if path.is_file():
            heads = torch.load(path, map_location="cpu", weights_only=True)
            return {key: tensor for key, tensor in heads.items() if isinstance(tensor, Tensor)}
    raise CheckpointError(
        "The linear heads of LPIPS (lpips/weights/v0.1/vgg.pth) are missing.",
        "Install the Python package 'lpips' again.",
    )


def random_trunk(seed: int) -> dict[str, Tensor]:
    """A VGG16 of random numbers with the published layout, to try the measure without the real one."""
    source = torch.Generator().manual_seed(seed)
    state, channels = {}, 3
    for numbers, width in zip(_SLICES, _WIDTHS, strict=True):
        for number in numbers:
            scale = (2 / (9 * channels)) ** 0.5
            state[f"features.{number}.weight"] = scale * torch.randn(width, channels, 3, 3, generator=source)
            state[f"features.{number}.bias"] = torch.zeros(width)
            channels = width
    return state


class MaskedLPIPS(nn.Module):
    """Distance (N,) between pictures (N, 3, H, W) in 0..1; 0 for equal ones.

    `mask` (N or 1, 1, H, W) in 0..1 weighs the places; None counts all of them.
    """

    name = "LPIPS v0.1 (VGG16)"
    shift: Tensor
    scale: Tensor

    def __init__(self, widths: tuple[tuple[int, ...], ...]) -> None:
        super().__init__()
        self.compute_dtype: torch.dtype | None = None
        self.features = nn.ModuleDict()
        channels = 3
        for numbers, outputs in zip(_SLICES, widths, strict=True):
            for number, width in zip(numbers, outputs, strict=True):
                self.features[str(number)] = nn.Conv2d(channels, width, 3, padding=1)
                channels = width
        for number, outputs in enumerate(widths):
            self.register_buffer(f"head{number}", torch.zeros(1, outputs[-1], 1, 1))
        self.register_buffer("shift", torch.tensor(_SHIFT).view(1, 3, 1, 1))
        self.register_buffer("scale", torch.tensor(_SCALE).view(1, 3, 1, 1))

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The distance on VGG16. Heads in `state` (`lin0.model.1.weight`, ...) win over the package's."""
        heads = state if _HEAD.format(0) in state else packaged_heads()
        widths = tuple(
            tuple(shape_of(state, f"features.{i}.weight", 4, _NAME)[0] for i in numbers)
            for numbers in _SLICES
        )
        trunk = {key: tensor for key, tensor in state.items() if key.startswith("features.")}
        for number in range(len(_SLICES)):
            shape_of(heads, _HEAD.format(number), 4, "set of LPIPS heads")
            trunk[f"head{number}"] = heads[_HEAD.format(number)]
        trunk["shift"] = torch.tensor(_SHIFT).view(1, 3, 1, 1)
        trunk["scale"] = torch.tensor(_SCALE).view(1, 3, 1, 1)
        return build(lambda: cls(widths), trunk, _NAME)

    def forward(self, a: Tensor, b: Tensor, mask: Tensor | None = None) -> Tensor:
        return self._distance(self._layers(a), self._layers(b), self._masks(mask, a))

    def against(self, a: Tensor, mask: Tensor | None = None) -> Callable[[Tensor], Tensor]:
        """The distance to `a` as a function of the other picture alone.

        The features of `a` and the resized masks are computed here, once, without gradients.
        """
        with torch.no_grad():
            wanted = self._layers(a)
            masks = self._masks(mask, a)
        return lambda b: self._distance(wanted, self._layers(b), masks)

    def deepest(self, image: Tensor) -> Tensor:
        """What the last convolutions see in pictures (N, 3, H, W) in 0..1: (N, C, H / 16, W / 16), of unit
        length over the channels."""
        return self._layers(image)[-1]

    def set_precision(self, dtype: torch.dtype | None) -> None:
        """Compute the convolutions in `dtype` (bfloat16 or float16); None is float32 throughout.

        The distance itself is always taken in float32.
        """
        self.compute_dtype = dtype

    def _layers(self, image: Tensor) -> list[Tensor]:
        """Features of unit length over the channels, finest first, in float32."""
        x = (image * 2 - 1 - self.shift) / self.scale
        if self.compute_dtype is not None:
            x = x.to(self.compute_dtype).contiguous(memory_format=torch.channels_last)
        found = []
        for index, numbers in enumerate(_SLICES):
            if index:
                x = F.max_pool2d(x, 2)
            for number in numbers:
                conv = self.features.get_submodule(str(number))
                weight, bias = conv.get_parameter("weight"), conv.get_parameter("bias")
                x = F.relu(F.conv2d(x, weight.to(x.dtype), bias.to(x.dtype), padding=1))
            found.append(unit(x.float()))
        return found

    def _masks(self, mask: Tensor | None, image: Tensor) -> list[Tensor] | None:
        """The mask at every layer's size. Each is resized from the one before, as published."""
        if mask is None:
            return None
        height, width = image.shape[-2:]
        masks = []
        for index in range(len(_SLICES)):
            mask = F.interpolate(mask, size=(height >> index, width >> index), mode="area")
            masks.append(mask)
        return masks

    def _distance(self, a: list[Tensor], b: list[Tensor], masks: list[Tensor] | None) -> Tensor:
        total = torch.zeros((), device=a[0].device)
        for index, (one, other) in enumerate(zip(a, b, strict=True)):
            head = self.get_buffer(f"head{index}")
            # The head is linear, so the mask may come after it: one map is left to multiply.
            difference = F.conv2d((one - other).square(), head)
            if masks is not None:
                difference = difference * masks[index]
            total = total + difference.mean((1, 2, 3))
        return total


def unit(features: Tensor) -> Tensor:
    """Features scaled to unit length over the channels; finite gradients where all of them are zero."""
    length = features.square().sum(1, keepdim=True).clamp_min(1e-20).sqrt()
    return features / (length + 1e-10)
