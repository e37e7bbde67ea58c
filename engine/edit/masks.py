"""The masks of the method: from the parser's classes to reconstruction, shape, dynamic and blend masks.

Source: the paper's section on mask construction, and the published implementation's lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from ..attributes import regions_of, reshapes
from ..imaging.tensors import resize
from ..types import REGIONS, BlendOption

MASK_SIZE = 512


@dataclass(frozen=True)
class MaskClasses:
    """Which of the parser's classes, as channel numbers, make up each mask; see `build_masks`."""

    recon: tuple[int, ...]
    shape: tuple[int, ...]
    dynamic: tuple[int, ...]
    blend: tuple[int, ...]


def mask_classes(names: Sequence[str], *, everywhere: bool, blend: BlendOption) -> MaskClasses:
    """The classes of the union of the attributes' regions; `everywhere` is a global edit."""
    if everywhere:
        face = tuple(range(1, len(REGIONS)))
        return MaskClasses(face, (), face, face)
    region = {r for name in names for r in regions_of(name)}
    ears = {"ears"} if any(reshapes(name) for name in names) else set()
    skin = {"skin"}
    return MaskClasses(
        recon=_channels(skin | ears),
        shape=_channels(region | ears),
        dynamic=_channels(region),
        blend=_channels(region | ears | (skin if blend == "include_skin" else set())),
    )


def _channels(names: set[str]) -> tuple[int, ...]:
    return tuple(sorted(REGIONS.index(name) for name in names))


@dataclass
class Masks:
    """The method's soft masks, (1, 1, S, S) in 0..1: `shape` at 512 px, the others at the generator's."""

    recon: Tensor
    dynamic: Tensor
    blend: Tensor
    shape: Tensor | None

    def follow(self, original: Masks, region: Tensor, update_shape: bool) -> None:
        """Let the masks follow the edited region, (1, 1, R, R), as stage 1's render shows it."""
        self.recon = (original.recon - region).clamp(0, 1)
        self.dynamic = (original.dynamic + region).clamp(0, 1)
        self.blend = self.blend.clamp(0, 1)
        if self.shape is not None:
            if update_shape and original.shape is not None:
                self.shape = original.shape + resize(region, MASK_SIZE)
            self.shape = self.shape.clamp(0, 1)


def build_masks(probabilities: Tensor, classes: MaskClasses, size: int) -> Masks:
    """Masks of the photo from its parse (1, 9, 512, 512), at the generator's `size`."""
    return Masks(
        recon=to_size(probabilities, classes.recon, size),
        dynamic=to_size(probabilities, classes.dynamic, size),
        blend=to_size(probabilities, classes.blend, size),
        shape=probabilities[:, list(classes.shape)].sum(1, keepdim=True) if classes.shape else None,
    )


def to_size(probabilities: Tensor, classes: Sequence[int], size: int) -> Tensor:
    """The classes' summed probability, resized bilinearly without antialiasing to `size`."""
    total = probabilities[:, list(classes)].sum(1, keepdim=True)
    if total.shape[-1] == size:
        return total
    return F.interpolate(total, (size, size), mode="bilinear", align_corners=False)
