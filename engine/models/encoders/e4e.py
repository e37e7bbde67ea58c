"""e4e, the W+ encoder: IR-SE50 body with a feature pyramid and one small head per layer of the generator.

Tov et al. 2021, arXiv 2102.02766. The layout is that of its authors' `Encoder4Editing`, as in the
MaskFaceGAN authors' `e4e/state.pt` and in `e4e_ffhq_encode.pt`. Sizes come from the tensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ..state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 256
LATENT_AVG = "latent_avg"
_NAME = "e4e encoder"
_STAGE_STARTS = (0, 3, 7, 21)
_BLOCKS = 24
_FINE_TAP, _MIDDLE_TAP, _COARSE_TAP = 6, 20, 23
# Heads below 3 read 16 px, below 7 32 px, the rest 64 px; each halves until one pixel is left.
_COARSE_HEADS, _MIDDLE_HEADS = 3, 7


def unwrap(content: Mapping[str, Any]) -> dict[str, Tensor]:
    """The flat state dict in a checkpoint's content, `latent_avg` among its keys.

    Knows the reference implementation's file (`encoder_state_dict`), the encoder authors' own
    (`state_dict` with the prefix `encoder.`) and a dict that is flat already.
    """
    if isinstance(content.get("encoder_state_dict"), Mapping):
        state = dict(content["encoder_state_dict"])
    elif isinstance(content.get("state_dict"), Mapping):
        whole = content["state_dict"]
        prefix = "encoder."
        state = {key[len(prefix) :]: tensor for key, tensor in whole.items() if str(key).startswith(prefix)}
    else:
        state = dict(content)
    if isinstance(content.get(LATENT_AVG), Tensor):
        state[LATENT_AVG] = content[LATENT_AVG]
    return {key: tensor for key, tensor in state.items() if isinstance(tensor, Tensor)}


def matches(state: State) -> bool:
    """True when `state` (see `unwrap`) has the encoder's keys."""
    return has_keys(state, "input_layer.0.weight", "body.23.res_layer.1.weight", "styles.0.linear.weight")


def code_shape(state: State) -> tuple[int, int]:
    """(L, D): how many vectors a code of this encoder has, and how wide they are."""
    rows = 0
    while f"styles.{rows}.linear.weight" in state:
        rows += 1
    return rows, shape_of(state, "styles.0.linear.weight", 2, _NAME)[0]


@dataclass(frozen=True)
class Widths:
    """Channels: the input layer, every block, its squeeze, the pyramid; then latent width and styles."""

    stem: int
    body: tuple[int, ...]
    squeeze: tuple[int, ...]
    pyramid: int
    style_dim: int
    num_styles: int


class Encoder(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> W+ codes (N, L, D), the average latent already added.

    Pictures of another size are area-resized to 256 px and scaled to -1..1 first. `num_layers` is L and
    `style_dim` D.
    """

    latent_avg: Tensor

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.widths = widths
        self.num_layers = widths.num_styles
        self.style_dim = widths.style_dim
        self.input_layer = nn.Sequential(
            _conv3(3, widths.stem), nn.BatchNorm2d(widths.stem), nn.PReLU(widths.stem)
        )
        inputs = (widths.stem, *widths.body[:-1])
        self.body = nn.Sequential(
            *(
                _Block(cin, cout, squeeze, 2 if number in _STAGE_STARTS else 1)
                for number, (cin, cout, squeeze) in enumerate(
                    zip(inputs, widths.body, widths.squeeze, strict=True)
                )
            )
        )
        self.latlayer1 = nn.Conv2d(widths.body[_MIDDLE_TAP], widths.pyramid, 1)
        self.latlayer2 = nn.Conv2d(widths.body[_FINE_TAP], widths.pyramid, 1)
        self.styles = nn.ModuleList(
            _Head(widths.pyramid, widths.style_dim, _halvings(number)) for number in range(widths.num_styles)
        )
        self.register_buffer(LATENT_AVG, torch.zeros(widths.num_styles, widths.style_dim))

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; `latent_avg` is (D,), (1, D) or (L, D)."""
        widths = _widths(state)
        average = state.get(LATENT_AVG)
        if not isinstance(average, Tensor):
            raise CheckpointError(f"This {_NAME} has no '{LATENT_AVG}', to which its codes are offsets.")
        rows, wide = average.shape if average.ndim == 2 else (1, average.numel())
        if wide != widths.style_dim or rows not in (1, widths.num_styles):
            raise CheckpointError(
                f"'{LATENT_AVG}' of the {_NAME} has the shape {tuple(average.shape)} "
                f"where {(widths.num_styles, widths.style_dim)} is needed."
            )
        full = average.reshape(rows, wide).expand(widths.num_styles, wide)
        return build(lambda: cls(widths), {**state, LATENT_AVG: full}, _NAME)

    def forward(self, image: Tensor) -> Tensor:
        x = image * 2 - 1
        if tuple(x.shape[-2:]) != (INPUT_SIZE, INPUT_SIZE):
            x = F.interpolate(x, size=(INPUT_SIZE, INPUT_SIZE), mode="area")
        coarse, middle, fine = self._pyramid(x)
        first = self.styles[0](coarse)
        rows = [first]
        for number in range(1, self.num_layers):
            seen = coarse if number < _COARSE_HEADS else middle if number < _MIDDLE_HEADS else fine
            rows.append(first + self.styles[number](seen))
        return torch.stack(rows, dim=1) + self.latent_avg

    def _pyramid(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The maps at 16, 32 and 64 px that the heads read."""
        x = self.input_layer(x)
        taps = {}
        for number, block in enumerate(self.body):
            x = block(x)
            taps[number] = x if number in (_FINE_TAP, _MIDDLE_TAP, _COARSE_TAP) else None
        coarse, middle, fine = taps[_COARSE_TAP], taps[_MIDDLE_TAP], taps[_FINE_TAP]
        assert coarse is not None
        middle = _upsample_like(coarse, self.latlayer1(middle))
        fine = _upsample_like(middle, self.latlayer2(fine))
        return coarse, middle, fine


def _upsample_like(small: Tensor, lateral: Tensor) -> Tensor:
    size = (lateral.shape[-2], lateral.shape[-1])
    return F.interpolate(small, size=size, mode="bilinear", align_corners=True) + lateral


def _halvings(number: int) -> int:
    return 4 if number < _COARSE_HEADS else 5 if number < _MIDDLE_HEADS else 6


def _conv3(channels: int, width: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels, width, 3, stride, 1, bias=False)


class _Block(nn.Module):
    """IR-SE unit: batch norm, two 3x3 convolutions (the second strided) and squeeze-excitation."""

    def __init__(self, channels: int, width: int, squeeze: int, stride: int) -> None:
        super().__init__()
        self.shortcut_layer: nn.Module
        if channels == width:
            self.shortcut_layer = nn.MaxPool2d(1, stride)
        else:
            self.shortcut_layer = nn.Sequential(
                nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )
        self.res_layer = nn.Sequential(
            nn.BatchNorm2d(channels),
            _conv3(channels, width),
            nn.PReLU(width),
            _conv3(width, width, stride),
            nn.BatchNorm2d(width),
            _Excitation(width, squeeze),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.res_layer(x) + self.shortcut_layer(x)
        return y


class _Excitation(nn.Module):
    """Squeeze-and-excitation: every channel scaled by a gate that sees the picture's mean."""

    def __init__(self, width: int, squeeze: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(width, squeeze, 1, bias=False)
        self.fc2 = nn.Conv2d(squeeze, width, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate = self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True))))
        return x * torch.sigmoid(gate)


class _EqualLinear(nn.Module):
    """Linear layer whose weight is scaled by 1 / sqrt(inputs) when it is used."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.scale = inputs**-0.5

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.scale, self.bias)


class _Head(nn.Module):
    """Strided convolutions down to one pixel, then the linear layer: one row of the W+ code."""

    def __init__(self, channels: int, width: int, halvings: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for number in range(halvings):
            layers += [nn.Conv2d(width if number else channels, width, 3, 2, 1), nn.LeakyReLU(0.01)]
        self.convs = nn.Sequential(*layers)
        self.linear = _EqualLinear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.linear(self.convs(x).flatten(1))
        return y


def _widths(state: State) -> Widths:
    def outputs(key: str) -> int:
        return shape_of(state, key, 4, _NAME)[0]

    num_styles, style_dim = code_shape(state)
    return Widths(
        stem=outputs("input_layer.0.weight"),
        body=tuple(outputs(f"body.{i}.res_layer.1.weight") for i in range(_BLOCKS)),
        squeeze=tuple(outputs(f"body.{i}.res_layer.5.fc1.weight") for i in range(_BLOCKS)),
        pyramid=outputs("latlayer1.weight"),
        style_dim=style_dim,
        num_styles=num_styles,
    )
