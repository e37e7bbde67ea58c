"""The attributes that can be edited: one row each. What the rest of the program knows of them follows.

Source: the order of the published checkpoint (arXiv 1904.02920), the published implementation's lists of
regions, and the paper's section on mask construction. An attribute is added by a row (at the end, so that
results of earlier versions keep their order), a translation of its title, and a classifier that knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .errors import UnknownAttributeError
from .types import AttributeEdit

Area = Literal["eyes", "beard", "forehead", "chin", "skin", "region"]


@dataclass(frozen=True)
class Attribute:
    """One attribute. `title` is its name for a person, in English; `region` the one that it edits, None for
    all that a face has. The published configuration edits the whole face where there is none, or where
    `whole_face` says so. `reshapes` follows the region's outline as it changes; `only_colour` is a colour
    laid on a region whose shape stays what it is. `celeba` is whether the published classifier knows it.
    `area` is where an edit of the whole face is shown (`engine.edit.shown_in`): "eyes", "beard", "forehead",
    "chin", "skin", "region" for the attribute's own, None for all over it. `expression` is a look that all of
    a face takes part in, though it has a region: cheeks rise with a smile, and eyes narrow. It is shown on
    all skin, whose colour stays; `keeps_skin` leaves the skin its colour in other edits of the whole face."""

    name: str
    title: str
    region: str | None = None
    whole_face: bool = False
    reshapes: bool = False
    only_colour: bool = False
    celeba: bool = True
    area: Area | None = None
    expression: bool = False
    keeps_skin: bool = False

    @property
    def edits_whole_face(self) -> bool:
        return self.region is None or self.whole_face

    @property
    def group(self) -> str:
        """The heading under which it is listed: a region's name, or "face"."""
        return "face" if self.region is None or self.whole_face else self.region

    @property
    def regions(self) -> tuple[str, ...]:
        return _WIDE if self.region is None else (self.region,)


TABLE = (
    Attribute("blurry", "Blurry"),
    Attribute("sideburns", "Sideburns"),
    Attribute("wearing_earrings", "Earrings"),
    Attribute("bald", "Bald"),
    Attribute("goatee", "Goatee", area="beard"),
    Attribute("mustache", "Mustache", area="beard"),
    Attribute("5_o_clock_shadow", "Stubble", area="beard"),
    Attribute("arched_eyebrows", "Arched brows", "eyebrows"),
    Attribute("no_beard", "Clean-shaven", area="beard"),
    Attribute("heavy_makeup", "Make-up", area="skin"),
    Attribute("male", "Male", keeps_skin=True),
    Attribute("wearing_lipstick", "Lipstick", "mouth", only_colour=True),
    Attribute("black_hair", "Black hair", "hair"),
    Attribute("high_cheekbones", "High cheekbones"),
    Attribute("smiling", "Smiling", "mouth", expression=True),
    Attribute("mouth_slightly_open", "Mouth open", "mouth", expression=True),
    Attribute("oval_face", "Oval face"),
    Attribute("bushy_eyebrows", "Bushy brows", "eyebrows"),
    Attribute("attractive", "Attractive"),
    Attribute("young", "Young"),
    Attribute("gray_hair", "Gray hair", "hair"),
    Attribute("brown_hair", "Brown hair", "hair"),
    Attribute("blond_hair", "Blond hair", "hair"),
    Attribute("pale_skin", "Pale skin", area="skin"),
    Attribute("chubby", "Chubby"),
    Attribute("double_chin", "Double chin", area="chin"),
    Attribute("big_nose", "Big nose", "nose"),
    Attribute("bags_under_eyes", "Bags under the eyes", area="eyes"),
    Attribute("wearing_necklace", "Necklace"),
    Attribute("wearing_necktie", "Necktie"),
    Attribute("rosy_cheeks", "Rosy cheeks", area="skin"),
    Attribute("bangs", "Fringe", area="forehead"),
    Attribute("wavy_hair", "Wavy hair", "hair", reshapes=True),
    Attribute("straight_hair", "Straight hair", "hair", reshapes=True),
    Attribute("wearing_hat", "Hat"),
    Attribute("big_lips", "Full lips", "mouth", whole_face=True, area="region"),
    Attribute("narrow_eyes", "Narrow eyes", "eyes"),
    Attribute("pointy_nose", "Pointy nose", "nose"),
    Attribute("receding_hairline", "Receding hairline", area="forehead"),
    Attribute("eyeglasses", "Glasses", area="eyes", keeps_skin=True),
)
"""All attributes, the classifier's 40 first and in the order of its logits."""

CELEBA_ATTRIBUTES = tuple(row.name for row in TABLE if row.celeba)
"""The order of the published classifier's 40 logits."""

ATTRIBUTES: tuple[str, ...] = tuple(row.name for row in TABLE)
"""All attributes that a classifier may know."""

_BY_NAME = {row.name: row for row in TABLE}
_WIDE = ("mouth", "eyebrows", "eyes", "hair", "nose", "ears")


def _row(name: str) -> Attribute:
    """The attribute's row; one of nobody's (of a later version's project) edits the whole face."""
    return _BY_NAME.get(name) or Attribute(name, name.replace("_", " ").capitalize())


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


def attribute_title(name: str) -> str:
    """The attribute's name for a person, in English: "mouth_slightly_open" is "Mouth open"."""
    return _row(name).title


def is_global(name: str) -> bool:
    """True when the published configuration edits the whole face for this attribute."""
    return _row(name).edits_whole_face


def only_colour(attributes: Sequence[AttributeEdit]) -> bool:
    """True when all attributes are colours laid on a small region, whose shape stays what it is."""
    return all(_row(attribute.name).only_colour for attribute in attributes)


def has_size(name: str) -> bool:
    """True when the attribute has a region of its own whose area can be steered."""
    return not is_global(name)


def is_hair(name: str) -> bool:
    return _row(name).region == "hair"


def dyes(attributes: Sequence[AttributeEdit]) -> bool:
    """True when all attributes are colours of hair, whose outline stays what it is."""
    return all(is_hair(attribute.name) and not reshapes(attribute.name) for attribute in attributes)


def reshapes(name: str) -> bool:
    """True when the edit changes its region's outline, which the masks then follow."""
    return _row(name).reshapes


def attribute_group(name: str) -> str:
    """The heading under which an attribute is listed: a region's name, or "face" for global ones."""
    return _row(name).group


def area_of(name: str) -> Area | None:
    """Where the attribute is shown in an edit of the whole face; None for all over it."""
    row = _row(name)
    if row.expression:
        return "skin"
    return row.area if row.edits_whole_face else "region"


def regions_of(name: str) -> tuple[str, ...]:
    """The regions that the attribute edits."""
    return _row(name).regions


def edits_everywhere(attributes: Sequence[AttributeEdit], force_global: bool) -> bool:
    """One global attribute, or the person's wish, makes the whole edit global."""
    return force_global or any(is_global(a.name) for a in attributes)


def is_expression(name: str) -> bool:
    """True for a look that all of a face takes part in, though it has a region."""
    return _row(name).expression


def move_face(attributes: Sequence[AttributeEdit]) -> bool:
    """True when an expression, in which all of the face takes part, is edited, and beside expressions no more
    than the lips' colour."""
    names = [attribute.name for attribute in attributes]
    return any(is_expression(name) for name in names) and all(
        is_expression(name) or _row(name).only_colour for name in names
    )


def keep_skin(attributes: Sequence[AttributeEdit]) -> bool:
    """True when all attributes leave the skin its colour."""
    return all(row.keeps_skin or row.expression for row in (_row(a.name) for a in attributes))
