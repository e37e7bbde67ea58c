"""A second classifier of the 40 CelebA attributes, which says whether an edit shows what it should.

Linear sums, one an attribute, over what VGG16 (ImageNet) sees in a picture and in its mirror image: unit
features of four depths, averaged on a grid of 5 x 5. The sums were fitted to people's labels only, and no
loss knows them; LPIPS, which holds in an edit what is not to change, looks at the same features, but not
through these sums. So it can doubt what the classifier that an edit follows was talked into.
"""

from __future__ import annotations

from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..attributes import CELEBA_ATTRIBUTES
from ..errors import CheckpointError
from .perceptual import MaskedLPIPS, unit
from .state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 112
"""Side in px that pictures are resized to, with antialiasing."""
GRID = 5
_SLICES = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))
_FIRST = 1
"""The first slice that is looked at; the finest sees no more than edges."""
_NAME = "judge of attributes"


def matches(state: State) -> bool:
    """True when `state` has this network's keys."""
    return has_keys(state, "judge.weight", "judge.bias", "auc", "auc_low")


class Judge(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 of aligned faces -> logits (N, 40) in the order of `CELEBA_ATTRIBUTES`.

    `auc` and `auc_low` (40,) are, for each attribute, the area under the curve on people's labels out of
    fold and the lower end of its interval of 95 %; 0 where there were too few labels to fit anything, and
    the logit is 0 too. `attach` gives it VGG16, which is no part of its weights.
    """

    auc: Tensor
    auc_low: Tensor

    def __init__(self, features: int) -> None:
        super().__init__()
        self._vgg: tuple[MaskedLPIPS, ...] = ()
        self.judge = nn.Linear(features, len(CELEBA_ATTRIBUTES))
        self.register_buffer("auc", torch.zeros(len(CELEBA_ATTRIBUTES)))
        self.register_buffer("auc_low", torch.zeros(len(CELEBA_ATTRIBUTES)))

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The judge whose tensors these are; it needs `attach` before it looks at anything."""
        features = shape_of(state, "judge.weight", 2, _NAME)[1]
        return build(lambda: cls(features), state, _NAME)

    def attach(self, vgg: MaskedLPIPS) -> None:
        """Look through this network. CheckpointError when the sums were fitted to another one."""
        widths = [vgg.get_buffer(f"head{depth}").shape[1] for depth in range(_FIRST, len(_SLICES))]
        if GRID * GRID * sum(widths) != self.judge.in_features:
            raise CheckpointError("The judge was fitted to another VGG16 than the pack has.")
        self._vgg = (vgg,)

    def forward(self, image: Tensor) -> Tensor:
        both = torch.cat([image, image.flip(3)])
        first, mirrored = self.judge(seen(self._vgg[0], both)).chunk(2)
        found: Tensor = (first + mirrored) / 2
        return found

    def told(self, least: float = 0.85, least_low: float = 0.75) -> dict[str, float]:
        """The attributes whose AUC holds both bounds, with it: of others the judge's word is worth little."""
        figures = zip(CELEBA_ATTRIBUTES, self.auc.tolist(), self.auc_low.tolist(), strict=True)
        return {name: auc for name, auc, low in figures if auc >= least and low >= least_low}


@torch.no_grad()
def seen(vgg: MaskedLPIPS, image: Tensor) -> Tensor:
    """What VGG16 sees in pictures (N, 3, H, W) in 0..1: (N, F), every depth of unit length."""
    x = F.interpolate(image.float(), size=(INPUT_SIZE, INPUT_SIZE), mode="bilinear", antialias=True)
    x, found = (x * 2 - 1 - vgg.shift) / vgg.scale, []
    for depth, numbers in enumerate(_SLICES):
        x = F.max_pool2d(x, 2) if depth else x
        for number in numbers:
            x = F.relu(vgg.features.get_submodule(str(number))(x))
        if depth >= _FIRST:
            found.append(F.normalize(F.adaptive_avg_pool2d(unit(x), GRID).flatten(1)))
    return torch.cat(found, 1)
