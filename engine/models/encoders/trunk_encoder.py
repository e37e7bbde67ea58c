"""A W+ encoder that stands on the backbone of the pack's face parser.

The parser has learnt what a face consists of from tens of thousands of photos; its ResNet's maps at a
sixteenth and a thirty-second of a 256 px picture, and the picture itself for colour and light, go through
some convolutions to one vector for all layers and a low-rank offset for each, which is what W+ adds to W (as
in e4e, Tov et al. 2021, arXiv 2102.02766). Trained on renders of the frozen generator and then through it on
faces.
"""

from __future__ import annotations

from typing import Protocol, Self, runtime_checkable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ..state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 256
COLOUR_SIZE = 64
_NAME = "face encoder on the parser's backbone"


@runtime_checkable
class Backbone(Protocol):
    """A network that shows its maps at an eighth, a sixteenth and a thirty-second of a picture in 0..1."""

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, 3, H, W) -> (N, A, H/8, W/8), (N, B, H/16, W/16), (N, C, H/32, W/32)."""
        ...


@runtime_checkable
class NeedsBackbone(Protocol):
    """A network that reads another network's maps."""

    def attach(self, backbone: Backbone) -> None:
        """Use this network's maps."""
        ...


def matches(state: State) -> bool:
    """True when `state` has this encoder's keys."""
    return has_keys(state, "entry.weight", "coarse.weight", "basis", "latent_avg")


def code_shape(state: State) -> tuple[int, int]:
    """(L, D) of the latent codes that the encoder in `state` makes."""
    rank, width = shape_of(state, "basis", 2, _NAME)
    rows = shape_of(state, "offsets.weight", 2, _NAME)[0]
    if rows % rank:
        raise CheckpointError(f"This is no {_NAME}: its sizes do not fit one another.")
    return rows // rank, width


class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.second(F.leaky_relu(self.first(F.leaky_relu(x, 0.1)), 0.1))
        return x + y


class TrunkEncoder(nn.Module):
    """Pictures (N, 3, H, W), RGB 0..1 -> absolute W+ codes (N, L, D); area-resized to 256 px.

    `trunk` are the channels of the backbone's first two maps together and of the third, `widths` those of
    this network at 16 and 8 px, `squeeze` what is kept of every place at 8 px, `hidden` the width of the
    layer after that, `rank` the number of vectors that the layers' offsets are made of. `attach` gives it
    the backbone.
    """

    def __init__(
        self,
        num_layers: int,
        style_dim: int,
        trunk: tuple[int, int] = (384, 512),
        widths: tuple[int, int] = (96, 192),
        squeeze: int = 64,
        hidden: int = 640,
        rank: int = 48,
    ) -> None:
        super().__init__()
        self.num_layers, self.style_dim, self.trunk = num_layers, style_dim, trunk
        entering = trunk[0] + 3 * (COLOUR_SIZE // 16) ** 2
        self.entry = nn.Conv2d(entering, widths[0], 1)
        self.down = nn.Conv2d(widths[0], widths[1], 3, 2, 1)
        self.coarse = nn.Conv2d(trunk[1], widths[1], 1)
        self.body = nn.ModuleList(_Residual(widths[1]) for _ in range(2))
        self.squeeze = nn.Conv2d(widths[1], squeeze, 1)
        self.hidden = nn.Linear(64 * squeeze, hidden)
        self.code = nn.Linear(hidden, style_dim)
        self.offsets = nn.Linear(hidden, num_layers * rank)
        self.basis = nn.Parameter(torch.randn(rank, style_dim) / rank**0.5)
        self.latent_avg = nn.Parameter(torch.zeros(style_dim), requires_grad=False)
        self._backbone: tuple[Backbone, ...] = ()

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; sizes come from their shapes."""
        num_layers, style_dim = code_shape(state)
        entering = shape_of(state, "entry.weight", 4, _NAME)[1] - 3 * (COLOUR_SIZE // 16) ** 2
        deep = shape_of(state, "coarse.weight", 4, _NAME)[1]
        widths = shape_of(state, "entry.weight", 4, _NAME)[0], shape_of(state, "down.weight", 4, _NAME)[0]
        squeeze = shape_of(state, "squeeze.weight", 4, _NAME)[0]
        hidden = shape_of(state, "code.weight", 2, _NAME)[1]
        rank = shape_of(state, "basis", 2, _NAME)[0]
        return build(
            lambda: cls(num_layers, style_dim, (entering, deep), widths, squeeze, hidden, rank), state, _NAME
        )

    def attach(self, backbone: Backbone) -> None:
        """Use this network's maps. It is not part of this one: its weights are another file's."""
        self._backbone = (backbone,)

    def forward(self, image: Tensor) -> Tensor:
        if not self._backbone:
            raise RuntimeError("the encoder has no backbone: call attach first")
        if image.shape[-2:] != (INPUT_SIZE, INPUT_SIZE):
            image = F.interpolate(image, (INPUT_SIZE, INPUT_SIZE), mode="area")
        return self.from_maps(*reduced(image, self._backbone[0]))

    def from_maps(self, middle: Tensor, deep: Tensor) -> Tensor:
        """The codes from what `reduced` gives."""
        x = F.leaky_relu(self.entry(middle), 0.1)
        x = self.down(x) + self.coarse(deep)
        for block in self.body:
            x = block(x)
        x = F.leaky_relu(self.squeeze(F.leaky_relu(x, 0.1)), 0.1).flatten(1)
        x = F.leaky_relu(self.hidden(x), 0.1)
        offsets = self.offsets(x).view(len(x), self.num_layers, -1) @ self.basis
        codes: Tensor = self.latent_avg + self.code(x)[:, None] + offsets
        return codes


def reduced(image: Tensor, backbone: Backbone) -> tuple[Tensor, Tensor]:
    """What the encoder reads of pictures (N, 3, 256, 256): (N, A + B + 48, 16, 16) and (N, C, 8, 8)."""
    fine, middle, deep = backbone.maps(image)
    colour = F.pixel_unshuffle(F.interpolate(image, (COLOUR_SIZE, COLOUR_SIZE), mode="area") * 2 - 1, 4)
    return torch.cat([F.avg_pool2d(fine, 2), middle, colour], 1), deep
