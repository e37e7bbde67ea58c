"""A compact U-Net face parser: nine soft region masks of an aligned face.

The starter pack's counterpart of the DeepLabV3 parser of the MaskFaceGAN paper (section III), small
enough to run with gradients inside the optimisation. Residual U-Net after Ronneberger et al. 2015,
with space-to-depth at its entry and depth-to-space at its exit, so that it works from 128 px up and
still draws 256 px outlines.
"""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...errors import CheckpointError
from ...types import REGIONS
from ..conv_blocks import ConvNorm, Residual, count
from ..state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 256
OUTPUT_SIZE = 512
WIDTHS = (24, 48, 96, 128, 160)
_NAME = "built-in face parser"
_LEVEL_KEY = "down.{}.first.conv.weight"


def matches(state: State) -> bool:
    """True when `state` has this parser's keys."""
    return has_keys(
        state, "stem.conv.weight", _LEVEL_KEY.format(0), "bottom.first.conv.weight", "head.weight"
    )


class UNetParser(nn.Module):
    """Image (N, 3, H, W), RGB 0..1 -> probabilities (N, 9, 512, 512) that sum to one in every pixel.

    Classes in the order of `engine.types.REGIONS`. `widths` are the channels at 128, 64, 32, ... px.
    `norm` is true while training only (see conv_blocks).
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS, *, norm: bool = False) -> None:
        super().__init__()
        self.widths = widths
        self.stem = ConvNorm(12, widths[0], norm=norm)
        inputs = (widths[0], *widths[:-1])
        self.down = nn.ModuleList(Residual(a, b, norm=norm) for a, b in zip(inputs, widths, strict=True))
        self.bottom = Residual(widths[-1], widths[-1], norm=norm)
        pairs = list(zip(widths[1:], widths[:-1], strict=True))
        self.narrow = nn.ModuleList(ConvNorm(a, b, 1, norm=norm, active=False) for a, b in pairs)
        self.up = nn.ModuleList(Residual(b, b, norm=norm) for _, b in pairs)
        self.head = nn.Conv2d(widths[0], 4 * len(REGIONS), 3, padding=1)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The folded network whose tensors these are; widths come from their shapes.

        Raises CheckpointError when the layout is another one.
        """
        levels = range(count(state, _LEVEL_KEY))
        widths = tuple(shape_of(state, _LEVEL_KEY.format(i), 4, _NAME)[0] for i in levels)
        if len(widths) < 2:
            raise CheckpointError(f"This is no {_NAME}: its levels are missing.")
        return build(lambda: cls(widths), state, _NAME).eval()

    def logits(self, image: Tensor) -> Tensor:
        """Image (N, 3, H, W), RGB 0..1 -> logits (N, 9, 256, 256)."""
        skips = self._levels(image, len(self.down))
        x = self.bottom(skips[-1])
        for level in reversed(range(len(self.up))):
            x = F.interpolate(self.narrow[level](x), scale_factor=2, mode="nearest") + skips[level]
            x = self.up[level](x)
        y: Tensor = F.pixel_shuffle(self.head(x), 2)
        return y

    def features(self, image: Tensor) -> list[Tensor]:
        """The maps of the first four levels, for a perceptual distance: (N, C, 128, 128) down to 16 px."""
        return self._levels(image, min(4, len(self.down)))

    def _levels(self, image: Tensor, count: int) -> list[Tensor]:
        if image.shape[-2:] != (INPUT_SIZE, INPUT_SIZE):
            image = F.interpolate(image, (INPUT_SIZE, INPUT_SIZE), mode="area")
        x = self.stem(F.pixel_unshuffle((image - 0.5) * 4, 2))
        skips: list[Tensor] = []
        for level in range(count):
            x = self.down[level](x if level == 0 else F.avg_pool2d(x, 2))
            skips.append(x)
        return skips

    def forward(self, image: Tensor) -> Tensor:
        logits = self.logits(image).float()
        logits = F.interpolate(logits, (OUTPUT_SIZE, OUTPUT_SIZE), mode="bilinear", align_corners=False)
        return torch.softmax(logits, 1)
