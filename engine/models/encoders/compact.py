"""The starter pack's W+ encoder: a linear projection of a small picture, corrected by a compact residual net.

The projection is a principal component analysis of 32 px faces, which is where the pack's latent codes
start from; the net adds what it misses, one vector a layer. Same duty as e4e (Tov et al. 2021,
arXiv 2102.02766) at a hundredth of its size; the layout is this project's own.
"""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ...errors import CheckpointError
from ..conv_blocks import ConvNorm, Residual, count
from ..state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 128
LINEAR_SIZE = 32
WIDTHS = (48, 96, 160, 192)
_NAME = "built-in face encoder"
_LEVEL_KEY = "body.{}.first.conv.weight"


def matches(state: State) -> bool:
    """True when `state` has this encoder's keys."""
    return has_keys(state, "linear.weight", "stem.conv.weight", _LEVEL_KEY.format(0), "codes.weight")


def code_shape(state: State) -> tuple[int, int]:
    """(L, D) of the latent codes that the encoder in `state` makes; CheckpointError when they do not fit."""
    style_dim = shape_of(state, "linear.weight", 2, _NAME)[0]
    rows = shape_of(state, "codes.weight", 2, _NAME)[0]
    if rows % style_dim:
        raise CheckpointError(f"This is no {_NAME}: its sizes do not fit one another.")
    return rows // style_dim, style_dim


class StarterEncoder(nn.Module):
    """Pictures (N, 3, H, W), RGB 0..1 -> absolute W+ codes (N, L, D).

    Pictures of another size are area-resized to 128 px. `widths` are the channels at 64, 32, 16, 8 px,
    `squeeze` those that are kept of every place at 8 px, `hidden` the width of the layer after them.
    `norm` is true while training only (see conv_blocks). The mean latent code is part of `linear`'s bias.
    """

    def __init__(
        self,
        num_layers: int,
        style_dim: int,
        widths: tuple[int, ...] = WIDTHS,
        squeeze: int = 32,
        hidden: int = 256,
        *,
        norm: bool = False,
    ) -> None:
        super().__init__()
        self.num_layers = num_layers
        self.style_dim = style_dim
        self.linear = nn.Linear(3 * LINEAR_SIZE**2, style_dim)
        self.stem = ConvNorm(12, widths[0], norm=norm)
        inputs = (widths[0], *widths[:-1])
        pairs = list(zip(inputs, widths, strict=True))
        self.body = nn.ModuleList(
            Residual(a, b, norm=norm, stride=1 if i == 0 else 2) for i, (a, b) in enumerate(pairs)
        )
        places = (INPUT_SIZE // 2 ** len(widths)) ** 2
        self.squeeze = ConvNorm(widths[-1], squeeze, 1, norm=norm)
        self.hidden = nn.Linear(squeeze * places, hidden)
        self.codes = nn.Linear(hidden, num_layers * style_dim)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The folded network whose tensors these are; sizes come from their shapes.

        Raises CheckpointError when the layout is another one.
        """
        num_layers, style_dim = code_shape(state)
        hidden = shape_of(state, "codes.weight", 2, _NAME)[1]
        squeeze = shape_of(state, "squeeze.conv.weight", 4, _NAME)[0]
        levels = range(count(state, _LEVEL_KEY))
        widths = tuple(shape_of(state, _LEVEL_KEY.format(i), 4, _NAME)[0] for i in levels)
        if not 2 <= len(widths) <= 6:
            raise CheckpointError(f"This is no {_NAME}: its sizes do not fit one another.")
        return build(lambda: cls(num_layers, style_dim, widths, squeeze, hidden), state, _NAME).eval()

    def forward(self, image: Tensor) -> Tensor:
        if image.shape[-2:] != (INPUT_SIZE, INPUT_SIZE):
            image = F.interpolate(image, (INPUT_SIZE, INPUT_SIZE), mode="area")
        x = image * 2 - 1
        base = self.linear(F.avg_pool2d(x, INPUT_SIZE // LINEAR_SIZE).flatten(1))
        x = self.stem(F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last))
        for block in self.body:
            x = block(x)
        x = F.leaky_relu(self.hidden(self.squeeze(x).flatten(1)), 0.1)
        offsets = self.codes(x).view(-1, self.num_layers, self.style_dim)
        result: Tensor = base.float()[:, None] + offsets.float()
        return result
