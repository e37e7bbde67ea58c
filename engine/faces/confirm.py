"""The face parser's word on what the finder found: a nose, a mouth and eyes where the landmarks have them.

A boot, a hand or an eye upside down may look like a face at the finder's size; at the parser's it does not.
In photos that lie on their side or are upside down the finder sees upright faces that are none, with scores
of up to 0.9: the parser does not agree with their landmarks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from ..errors import PhotoError
from ..imaging.tensors import picture
from ..types import REGIONS, FaceBox, Photo
from .align import SMALLEST, align

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

CONFIRMED = 0.6
"""From this evidence on a face is one that lies as its landmarks say. Of 36 unaligned photos of the recipes'
data and their turns, faces had 0.64 and more (one of 37 had 0.49), what was found in a wrong turn 0.53 at
most."""

_DOUBTFUL, _MOST_LOOKS = 0.65, 12
"""Scores below this are looked at, at most so many in a photo, the lowest ones; and the best one always."""
_REFUSED, _LYING_REFUSED = 0.4, 0.48
"""Below this evidence a doubtful one, or one that lies, is no face. Such faces had 0.49 and more; pictures
without any had 0.33 upright, 0.47 at most in other turns (cells, a motorcycle). Upright ones that are not
doubtful are not refused: the parser sees little of a face in profile or behind a hand."""
_LYING_AGREED = 0.65
"""The least agreement on a face that lies. Of those 36 photos' faces it was 0.72 and more."""
_LARGEST_PARSED = 512

_WINDOWS = {
    "nose": ((0.50, 0.70, 0.40, 0.60), 0.4),
    "mouth": ((0.67, 0.82, 0.35, 0.65), 0.3),
    "eyes": ((0.42, 0.55, 0.27, 0.73), 0.06),
}
"""Where an aligned face has its parts (top, bottom, left, right, in shares of the square), and the mean
probability there that says yes. Behind sunglasses, and where they are narrow, there are hardly any eyes."""
_NOSE_ALONE = 0.4
"""How much a nose says by itself: a hand or a microphone may hide the mouth, sunglasses the eyes."""


def confirmed(
    photo: Photo, boxes: list[FaceBox], pack: ModelPack, lying: bool = False
) -> tuple[float, list[FaceBox]]:
    """The faces that the parser does not refuse, and the best evidence of one that was looked at, 0..1.

    The evidence is the score times the parser's agreement. Most photos have no doubtful faces, and cost one
    look. Faces that were found `lying` are all looked at, and held to more. A finder that is measured by
    itself has no parser, and is believed.
    """
    if not boxes or getattr(pack, "parser", None) is None:
        return float(bool(boxes)), boxes
    by_score = sorted(boxes, key=lambda box: box.score)
    looks = [box for box in by_score if lying or box.score < _DOUBTFUL][:_MOST_LOOKS]
    agreed = {id(box): agreement(photo, box, pack) for box in {*looks, by_score[-1]}}
    kept = [box for box in boxes if _is_kept(box.score, agreed.get(id(box), 1.0), lying)]
    return max((box.score * agreed.get(id(box), 0.0) for box in kept), default=0.0), kept


def _is_kept(score: float, agreed: float, lying: bool) -> bool:
    if lying:
        return agreed >= _LYING_AGREED and score * agreed >= _LYING_REFUSED
    return score >= _DOUBTFUL or score * agreed >= _REFUSED


@torch.no_grad()
def agreement(photo: Photo, box: FaceBox, pack: ModelPack) -> float:
    """How far the parser sees the face's parts where its landmarks have them, 0..1."""
    try:
        crop = align(photo, box, SMALLEST).crop
    except PhotoError:
        return 0.0
    masks = pack.parser(picture(crop, min(pack.resolution, _LARGEST_PARSED), pack.device))[0].float()
    size, seen = masks.shape[-1], {}
    for region, (window, enough) in _WINDOWS.items():
        top, bottom, left, right = (round(share * size) for share in window)
        mean = float(masks[REGIONS.index(region), top:bottom, left:right].mean())
        seen[region] = min(mean / enough, 1.0)
    others = (seen["mouth"] + seen["eyes"]) / 2
    return seen["nose"] * (_NOSE_ALONE + (1 - _NOSE_ALONE) * others)
