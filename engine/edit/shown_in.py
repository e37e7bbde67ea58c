"""Where an edit of the whole face is shown: spectacles around the eyes, a beard below the nose, and nothing
of it on clothes or a wall.

Such an edit renders the whole face anew, and what belongs together in the faces that a generator has learnt
comes along: skin is redder with spectacles, younger without a beard. It is no part of what was asked for.
The heights are told by the photo's own regions, so that they hold for a child as for a long face.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..attributes import area_of, regions_of
from ..imaging.tensor_filters import dilated, smoothstep
from ..models.parsers.base import CLOTH, GLASSES, INNER_MOUTH, TellsClasses
from ..packs.pack import ModelPack
from ..types import REGIONS, AttributeEdit
from .seen_classes import classes_in

_ENDS = 0.02
"""Shares of a region's mass that lie beyond what is called its top and its bottom."""
_FADE = 0.04
"""Over what share of the square's side an area fades at its edge."""
_AROUND = 0.06
"""How far around its region an edit of a small region is shown, in shares of the side."""
_SHADOW = 0.012
"""How far around spectacles their shadow and their rims' softness reach, in shares of the side. At .03 the
skin around them had the render's tone: on 802 and 830 it moved by 1.1 and 2.1 levels of L*a*b*, now by .2,
and nobody would tell the pictures apart."""
_PERHAPS = (0.1, 0.4)
"""Between which of the parser's probabilities they come to be shown as drawn, and clothes as they are."""
_CERTAIN = 0.5
"""From which probability on the parser has seen spectacles."""
_SURELY = (0.5, 0.95)
"""Between which probabilities background comes to be the photo's: hair's edge is some of both."""
_SPECTACLES = 0.1
"""How far below the eyes spectacles and their shadow reach, in shares of the side; bags are within it."""


def shown_in(
    attributes: Sequence[AttributeEdit], probabilities: Tensor, spectacles: Tensor | None = None
) -> Tensor | None:
    """(1, 1, 512, 512) in 0..1, where an edit of the whole face is shown; None: all over it.

    `probabilities` (1, 9, 512, 512) are the photo's regions, `spectacles` (1, 1, 512, 512) where some are, in
    the photo or in the edit, if that is known. Of several attributes it is the union of theirs.
    """
    areas = []
    for attribute in attributes:
        area = _area(attribute.name, probabilities)
        if area is None:
            return None
        if attribute.name == "eyeglasses" and spectacles is not None:
            # A parser is never sure of a thin rim; shown by its doubts it would be of smoked glass.
            there = smoothstep(spectacles, *_PERHAPS)
            area = area * dilated(there, _SHADOW).clamp(0, 1)
        areas.append(area)
    return torch.stack(areas).amax(0)


@torch.no_grad()
def spectacles_in(pack: ModelPack, *pictures: Tensor) -> Tensor | None:
    """Where spectacles are in any of the pictures (1, 3, R, R) in 0..1: (1, 1, 512, 512) in 0..1; None where
    there are none, or the pack's parser does not know them."""
    seen = _seen(pack, *pictures)
    if seen is None:
        return None
    found = seen[:, [GLASSES]].amax(0, keepdim=True)
    return found if bool((found > _CERTAIN).any()) else None


@torch.no_grad()
def beside_the_face(pack: ModelPack, photo: Tensor, render: Tensor | None = None) -> Tensor | None:
    """What is no part of a face, (1, 1, 512, 512) in 0..1: clothes in the photo (1, 3, R, R) or the render of
    an edit, and with a render what is background in both. None where the pack's parser does not tell clothes
    from a neck.

    A generator gives older people other collars, and the wall behind them another light.
    """
    seen = _seen(pack, photo, *([] if render is None else [render]))
    if seen is None or not isinstance(pack.parser, TellsClasses):
        return None
    clothes = smoothstep(seen[:, [CLOTH]].amax(0, keepdim=True), *_PERHAPS)
    if render is None:
        return clothes
    background = pack.parser.regions(seen)[:, [REGIONS.index("background")]].amin(0, keepdim=True)
    return torch.maximum(clothes, smoothstep(background, *_SURELY))


@torch.no_grad()
def teeth(pack: ModelPack, photo: Tensor, render: Tensor) -> Tensor | None:
    """Where the mouth is open in the photo and in the render of an edit, (1, 3, R, R) each, 0..1: (1, 1, 512,
    512) in 0..1. None where it is not, or the pack's parser does not tell lips from what lies between them.

    A generator gives older people, and men, other teeth, and between two rows that differ by a little lies a
    dark line.
    """
    seen = _seen(pack, photo, render)
    if seen is None:
        return None
    both = seen[:, [INNER_MOUTH]].amin(0, keepdim=True)
    return smoothstep(both, *_PERHAPS) if bool((both > _CERTAIN).any()) else None


def _seen(pack: ModelPack, *pictures: Tensor) -> Tensor | None:
    """(N, 19, 512, 512) of N pictures; None where the parser does not tell the classes."""
    found = [classes for picture in pictures if (classes := classes_in(pack, picture)) is not None]
    return torch.cat(found) if found else None


def _area(name: str, probabilities: Tensor) -> Tensor | None:
    area = area_of(name)
    if area is None:
        return None
    if area == "region":
        channels = [REGIONS.index(region) for region in regions_of(name)]
        return dilated(probabilities[:, channels].sum(1, keepdim=True).clamp(0, 1), _AROUND).clamp(0, 1)
    hair = probabilities[:, [REGIONS.index("hair")]]
    brows, eyes = (_rows(probabilities, region) for region in ("eyebrows", "eyes"))
    nose, mouth = (_rows(probabilities, region) for region in ("nose", "mouth"))
    if area == "eyes":
        return _between(probabilities, brows[0] - _FADE, eyes[1] + _SPECTACLES)
    if area == "beard":
        return _between(probabilities, nose[1] - _FADE, 1.0) * (1 - hair)
    if area == "forehead":
        return _between(probabilities, 0.0, eyes[1])
    if area == "chin":
        return _between(probabilities, mouth[0], 1.0) * (1 - hair)
    return (1 - hair - probabilities[:, [REGIONS.index("background")]]).clamp(0, 1)  # "skin"


def _rows(probabilities: Tensor, region: str) -> tuple[float, float]:
    """Top and bottom of a region in shares of the side; those of an aligned face where there is none."""
    # A parser's doubts lie all over the face: of soft probabilities the tails would be a square's.
    surest = (probabilities[0].argmax(0) == REGIONS.index(region)).float()
    rows = surest.sum(1)
    total = float(rows.sum())
    if total < 1:
        return _ALIGNED[region]
    gathered = torch.cumsum(rows, 0) / total
    side = len(rows)
    return tuple(float((gathered < share).sum()) / side for share in (_ENDS, 1 - _ENDS))  # type: ignore[return-value]


_ALIGNED = {"eyebrows": (0.39, 0.44), "eyes": (0.45, 0.5), "nose": (0.46, 0.62), "mouth": (0.66, 0.74)}
"""Where the regions lie in a square that is aligned as FFHQ's are."""


def _between(like: Tensor, top: float, bottom: float) -> Tensor:
    """One between two heights, fading beyond them."""
    side = like.shape[-1]
    height = (torch.arange(side, device=like.device) + 0.5) / side
    rows = smoothstep(height, top - _FADE, top) * (1 - smoothstep(height, bottom, bottom + _FADE))
    return rows[None, None, :, None].expand(1, 1, side, side)
