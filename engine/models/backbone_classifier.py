"""A classifier of the 40 CelebA attributes on the backbone of the pack's face parser.

The parser has learnt what a face consists of from tens of thousands of photos; its ResNet's maps at an
eighth, a sixteenth and a thirty-second of a 256 px picture, averaged on grids of 5 x 5, tell what hair, beard
and skin are like without a network of their own. Linear sums over them can be fitted to a few hundred
pictures that people labelled, again for each fold of them, where a network that is trained whole learns to
know the pictures.
"""

from __future__ import annotations

from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..attributes import CELEBA_ATTRIBUTES
from .encoders.trunk_encoder import Backbone
from .state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 256
"""Side in px that pictures are area-resized to (bilinearly when smaller)."""
GRID = 5
_NAME = "attribute classifier on the parser's backbone"


def matches(state: State) -> bool:
    """True when `state` has this classifier's keys and none of a trunk of its own."""
    return has_keys(state, "sums.weight", "sums.bias") and len(state) == 2


class BackboneClassifier(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> (N, 40) logits in the order of `CELEBA_ATTRIBUTES`.

    `features` is 25 times the channels of the backbone's three maps together. `attach` gives it the backbone,
    which is no part of its weights.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.names: tuple[str, ...] = CELEBA_ATTRIBUTES
        self.sums = nn.Linear(features, len(self.names))
        self._backbone: tuple[Backbone, ...] = ()

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The classifier whose tensors these are."""
        features = shape_of(state, "sums.weight", 2, _NAME)[1]
        return build(lambda: cls(features), state, _NAME)

    def attach(self, backbone: Backbone) -> None:
        """Use this network's maps."""
        self._backbone = (backbone,)

    def forward(self, image: Tensor) -> Tensor:
        if not self._backbone:
            raise RuntimeError("the classifier has no backbone: call attach first")
        logits: Tensor = self.sums(seen(self._backbone[0], image))
        return logits


def seen(backbone: Backbone, image: Tensor) -> Tensor:
    """What the sums are over, (N, F), for pictures (N, 3, H, W): the maps on their grids, finest first."""
    size = (INPUT_SIZE, INPUT_SIZE)
    if min(image.shape[-2:]) > INPUT_SIZE:
        image = F.interpolate(image, size=size, mode="area")
    elif tuple(image.shape[-2:]) != size:
        image = F.interpolate(image, size=size, mode="bilinear", align_corners=False)
    return torch.cat([F.adaptive_avg_pool2d(x.float(), GRID).flatten(1) for x in backbone.maps(image)], 1)
