"""Random views of a render for the classifier: small moves, colour and blur.

A change that keeps its score under such views is a change of the face; one that does not is a texture
made for the classifier. Not part of the published method (key `loss.views`, 0 there).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

_SIDE = 224
_TURN = math.radians(8)
_SCALE = 0.08
_SHIFT = 0.06
_CONTRAST = 0.15
_BRIGHTNESS = 0.06
_COARSEST = 96


def random_views(image: Tensor, count: int, source: torch.Generator) -> Tensor:
    """`count` changed copies of image (1, 3, H, W), as (count, 3, 224, 224); gradients flow through."""
    small = F.interpolate(image, (_SIDE, _SIDE), mode="area") if image.shape[-1] > _SIDE else image

    def draw(*shape: int) -> Tensor:
        return (torch.rand(*shape, generator=source) * 2 - 1).to(image.device)

    turn, scale = draw(count) * _TURN, 1 + draw(count) * _SCALE
    cos, sin = turn.cos() * scale, turn.sin() * scale
    shift = draw(count, 2) * _SHIFT
    rows = torch.stack([torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)], 1)
    grid = F.affine_grid(rows, [count, 3, _SIDE, _SIDE], align_corners=False)
    moved = F.grid_sample(
        small.expand(count, -1, -1, -1), grid, padding_mode="reflection", align_corners=False
    )
    gain = 1 + draw(count, 3, 1, 1) * _CONTRAST
    changed = (moved - 0.5) * gain + 0.5 + draw(count, 3, 1, 1) * _BRIGHTNESS
    # A coarser copy: the score must not hang on the finest grain.
    side = _COARSEST + int(torch.randint(0, _SIDE - _COARSEST, (1,), generator=source))
    coarse = F.interpolate(changed, (side, side), mode="area")
    return F.interpolate(coarse, (_SIDE, _SIDE), mode="bilinear", align_corners=False)
