"""What a small generator's mouth lacks: a network that draws teeth, lips and their edges more finely.

The built-in pack's generator was trained on pictures of 128 px; its mouths are right in place, shape and
colour, and soft. This network sees such a mouth and draws the detail between 128 and 256 px, learnt
against a critic as in Ledig et al. 2017 ("Photo-realistic single image super-resolution using a generative
adversarial network"). What it adds has no low frequencies: place, light and colour stay the generator's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .conv_blocks import ConvNorm, Residual
from .state_dict import State, build, has_keys, shape_of

RESOLUTION = 256
"""Side in px of the pictures that the network was made for."""
WINDOW = (136, 232, 64, 192)
"""Top, bottom, left and right of where mouths are in an aligned face of that side, turned ones too."""
WIDTHS = (48, 96, 128)
_SIGMA = 6.0
"""Sigma in px: coarser structure stays the generator's."""
_EDGE = 0.2
"""Share of the way to the window's border over which what is added comes to an end."""
_NAME = "mouth refiner"


def matches(state: State) -> bool:
    """True when `state` has this network's keys."""
    return has_keys(
        state, "stem.conv.weight", "finest.first.conv.weight", "coarsest.first.conv.weight", "head.weight"
    )


class MouthRefiner(nn.Module):
    """Aligned faces (N, 3, R, R), RGB 0..1 -> the same with finer mouths; R is a multiple of 256.

    Outside `WINDOW` the picture stays as it is, to the bit. `widths` are the channels at 128, 64 and 32 px.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        a, b, c = widths
        self.stem = ConvNorm(5, a, norm=False)
        self.finest = Residual(a, a, norm=False)
        self.finer = Residual(a, b, norm=False, stride=2)
        self.coarsest = Residual(b, c, norm=False, stride=2)
        self.middle = Residual(c, c, norm=False)
        self.narrow = nn.ModuleList(
            [ConvNorm(c, b, 1, norm=False, active=False), ConvNorm(b, a, 1, norm=False, active=False)]
        )
        self.up = nn.ModuleList([Residual(b, b, norm=False), Residual(a, a, norm=False)])
        self.head = nn.Conv2d(a, 12, 3, padding=1)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; CheckpointError when the layout is another one."""
        keys = ("finest", "finer", "coarsest")
        widths = tuple(shape_of(state, f"{key}.second.conv.weight", 4, _NAME)[0] for key in keys)
        return build(lambda: cls(widths), state, _NAME).eval()

    def forward(self, image: Tensor) -> Tensor:
        """Draw the mouths of pictures (N, 3, R, R) finely."""
        scale = image.shape[-1] / RESOLUTION
        top, bottom, left, right = (round(edge * scale) for edge in WINDOW)
        mouth = image[..., top:bottom, left:right]
        small = F.interpolate(mouth.float(), (WINDOW[1] - WINDOW[0], WINDOW[3] - WINDOW[2]), mode="area")
        added = F.interpolate(self.added(small), mouth.shape[-2:], mode="bilinear", align_corners=False)
        refined = image.clone()
        refined[..., top:bottom, left:right] = (mouth + added.to(image.dtype)).clamp(0, 1)
        return refined

    def added(self, mouth: Tensor) -> Tensor:
        """What is added to the window's pictures (N, 3, 96, 128), 0..1; zero at its border."""
        fixed = _fixed(mouth.device)
        coarse = F.avg_pool2d(mouth, 2) * 2 - 1
        x = self.finest(self.stem(torch.cat([coarse, fixed.places.expand(len(mouth), -1, -1, -1)], 1)))
        y = self.finer(x)
        z = self.middle(self.coarsest(y))
        y = self.up[0](F.interpolate(self.narrow[0](z), scale_factor=2, mode="nearest") + y)
        x = self.up[1](F.interpolate(self.narrow[1](y), scale_factor=2, mode="nearest") + x)
        drawn = F.pixel_shuffle(self.head(x), 2).float()
        return (drawn - fixed.down @ drawn @ fixed.across) * fixed.window


@dataclass(frozen=True)
class _Fixed:
    """What does not depend on the weights: the window's soft edge, blurs of its columns and rows as
    matrices, and where its pixels are."""

    window: Tensor
    down: Tensor
    across: Tensor
    places: Tensor


@lru_cache(maxsize=4)
def _fixed(device: torch.device) -> _Fixed:
    height, width = WINDOW[1] - WINDOW[0], WINDOW[3] - WINDOW[2]
    made = (_window(height, width), _blur(height), _blur(width).t(), _places(height, width))
    return _Fixed(*(tensor.to(device) for tensor in made))


def _blur(count: int) -> Tensor:
    """(count, count): a Gaussian blur of that many pixels in a row as a matrix, reflected at both ends."""
    reach = int(2.5 * _SIGMA)
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1) / _SIGMA).square())
    matrix = torch.zeros(count, count)
    for i in range(count):
        places = torch.arange(i - reach, i + reach + 1).abs()
        places = torch.where(places >= count, 2 * (count - 1) - places, places)
        matrix[i].index_add_(0, places, line / line.sum())
    return matrix


def _window(height: int, width: int) -> Tensor:
    """(1, 1, H, W): one in the ellipse that touches the border, fading to zero towards it: the corners are
    jaw and hair."""
    y, x = torch.meshgrid(*(((torch.arange(n) + 0.5) / n * 2 - 1) for n in (height, width)), indexing="ij")
    t = ((1 - torch.hypot(y, x)) / _EDGE).clamp(0, 1)
    return (t * t * (3 - 2 * t))[None, None]


def _places(height: int, width: int) -> Tensor:
    """(1, 2, H/2, W/2): where each pixel is, -1..1: mouths are aligned."""
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height // 2), torch.linspace(-1, 1, width // 2), indexing="ij"
    )
    return torch.stack([y, x])[None]
