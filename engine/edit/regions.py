"""From an attribute to the regions it edits, and from regions to the masks of the method.

Source: the paper's section on mask construction, and the published implementation's lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from ..errors import UnknownAttributeError
from ..models.attribute_classifier import CELEBA_ATTRIBUTES
from ..types import REGIONS, AttributeEdit, BlendOption

ATTRIBUTES: tuple[str, ...] = CELEBA_ATTRIBUTES
"""The classifier's 40 attributes, in its order."""

_REGION_OF = {
    "wearing_lipstick": "mouth",
    "mouth_slightly_open": "mouth",
    "smiling": "mouth",
    "big_lips": "mouth",
    "bushy_eyebrows": "eyebrows",
    "arched_eyebrows": "eyebrows",
    "narrow_eyes": "eyes",
    "pointy_nose": "nose",
    "big_nose": "nose",
    "black_hair": "hair",
    "brown_hair": "hair",
    "blond_hair": "hair",
    "gray_hair": "hair",
    "wavy_hair": "hair",
    "straight_hair": "hair",
}
_WIDE = ("mouth", "eyebrows", "eyes", "hair", "nose", "ears")
HAIR_SHAPE = ("wavy_hair", "straight_hair")
_COLOURS = ("wearing_lipstick",)
# Has a region of its own, but the published configuration treats it as global.
_GLOBAL_WITH_REGION = ("big_lips",)
MASK_SIZE = 512


def check_attributes(names: Sequence[str]) -> None:
    """Raise UnknownAttributeError for a name that no classifier knows."""
    for name in names:
        if name not in ATTRIBUTES:
            close = _closest(name)
            hint = f"Did you mean '{close}'?" if close else f"Known attributes: {', '.join(ATTRIBUTES)}."
            raise UnknownAttributeError(f"There is no attribute called '{name}'.", hint)


def _closest(name: str) -> str | None:
    import difflib

    found = difflib.get_close_matches(name.lower().replace(" ", "_").replace("-", "_"), ATTRIBUTES, 1, 0.6)
    return found[0] if found else None


def is_global(name: str) -> bool:
    """True when the published configuration edits the whole face for this attribute."""
    return name not in _REGION_OF or name in _GLOBAL_WITH_REGION


def only_colour(attributes: Sequence[AttributeEdit]) -> bool:
    """True when all attributes are colours laid on a small region, whose shape stays what it is."""
    return all(attribute.name in _COLOURS for attribute in attributes)


def has_size(name: str) -> bool:
    """True when the attribute has a region of its own whose area can be steered."""
    return not is_global(name)


def is_hair(name: str) -> bool:
    return _REGION_OF.get(name) == "hair"


def attribute_group(name: str) -> str:
    """The heading under which an attribute is listed: a region's name, or "face" for global ones."""
    return "face" if is_global(name) else _REGION_OF[name]


def regions_of(name: str) -> tuple[str, ...]:
    """The regions that the attribute edits."""
    return (_REGION_OF[name],) if name in _REGION_OF else _WIDE


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
    ears = {"ears"} if any(name in HAIR_SHAPE for name in names) else set()
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


def resize(image: Tensor, size: int) -> Tensor:
    """(N, C, S, S) -> (N, C, size, size): by area when it shrinks, bilinearly when it grows."""
    if image.shape[-1] == size and image.shape[-2] == size:
        return image
    mode = "area" if size < image.shape[-1] else "bilinear"
    return F.interpolate(image, (size, size), mode=mode)


def edits_everywhere(attributes: Sequence[AttributeEdit], force_global: bool) -> bool:
    """One global attribute, or the person's wish, makes the whole edit global."""
    return force_global or any(is_global(a.name) for a in attributes)
