"""The attributes that can be edited: their order in the classifier, the region each edits, its kind.

Source: the order of the published checkpoint (arXiv 1904.02920), the published implementation's lists of
regions, and the paper's section on mask construction.
"""

from __future__ import annotations

from collections.abc import Sequence

from .errors import UnknownAttributeError
from .types import AttributeEdit

CELEBA_ATTRIBUTES = (
    "blurry",
    "sideburns",
    "wearing_earrings",
    "bald",
    "goatee",
    "mustache",
    "5_o_clock_shadow",
    "arched_eyebrows",
    "no_beard",
    "heavy_makeup",
    "male",
    "wearing_lipstick",
    "black_hair",
    "high_cheekbones",
    "smiling",
    "mouth_slightly_open",
    "oval_face",
    "bushy_eyebrows",
    "attractive",
    "young",
    "gray_hair",
    "brown_hair",
    "blond_hair",
    "pale_skin",
    "chubby",
    "double_chin",
    "big_nose",
    "bags_under_eyes",
    "wearing_necklace",
    "wearing_necktie",
    "rosy_cheeks",
    "bangs",
    "wavy_hair",
    "straight_hair",
    "wearing_hat",
    "big_lips",
    "narrow_eyes",
    "pointy_nose",
    "receding_hairline",
    "eyeglasses",
)
"""The order of the 40 logits."""

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


def edits_everywhere(attributes: Sequence[AttributeEdit], force_global: bool) -> bool:
    """One global attribute, or the person's wish, makes the whole edit global."""
    return force_global or any(is_global(a.name) for a in attributes)
