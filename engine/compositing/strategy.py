"""How an edited region is composited: chosen once, from what the pack draws, the region and the parser.

Every stage that treats kinds of edits differently asks for the `Strategy` and for nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_LARGE = 0.08
"""Edited regions of a larger share of the square, hair, keep the photo's texture."""
_SOFTEST = 3.5
"""Over how many px of the photo a px that the pack draws may be spread for it to take a photo's place, and"""
_FINE = 1.5
"""over how many for hair, strand by strand."""
_RECOGNISED = 0.755
"""How sure the parser is at least of what it takes for a mouth."""
_NEW_SHARE = 0.1
"""The share of a region that must be new for all of it to be."""


class Strategy(Enum):
    """What becomes of the photo's pixels in an edit."""

    WHOLE_FACE = "whole face"
    """Moved and recoloured all over the face, and replaced in those pixels in which nothing is alike."""
    RECOLOUR = "recolour"
    """A large region, hair: another colour through all of it, strand by strand; nothing moves. Where the
    photo's strands have no such light in them, the generator's are shown, if it draws strands."""
    TINT = "tint"
    """A colour laid on a small region, lips: its shape stays, and its light is no lighter than around it."""
    REPAINT = "repaint"
    """A small region gives way to the generator's as a whole."""
    MOVE = "move"
    """A small region's own pixels move and take other colours."""
    MOVE_SHAPE_ONLY = "move shape only"
    """They move and keep their colours: what was drawn has none that could be used."""

    @property
    def of_small_region(self) -> bool:
        return self not in (Strategy.WHOLE_FACE, Strategy.RECOLOUR)


@dataclass(frozen=True)
class Facts:
    """What is known of an edit before its pixels are compared.

    `enlarged`: over how many px of the photo a px is spread that the pack really draws of the region, along a
    side. `sureness` of the parser of a mouth that was drawn, 0..1 (`EditResult.recognised`). `recolours`: a
    colour only is laid on a small region.
    """

    enlarged: float = 1.0
    sureness: float = 1.0
    recolours: bool = False


def decide(facts: Facts, share: float | None, is_known: bool, novelty: float) -> Strategy:
    """The strategy for a region that covers a `share` of the square; None for the whole face.

    `is_known`: the reconstruction shows the region as the photo does; `novelty`: the share of it, 0..1, that
    shows what the moved photo has not.
    """
    if may_be_repainted(facts, share) and is_known and novelty > _NEW_SHARE:
        return Strategy.REPAINT
    return unless_repainted(facts, share)


def may_be_repainted(facts: Facts, share: float | None) -> bool:
    """Whether the generator's pixels could take the place of the photo's, were they right."""
    moved = unless_repainted(facts, share) is Strategy.MOVE
    return moved and is_fine_enough(facts.enlarged)


def unless_repainted(facts: Facts, share: float | None) -> Strategy:
    """The strategy for a region that the photo's own pixels fill."""
    if share is None:
        known = is_recognised(facts.sureness)
        return Strategy.WHOLE_FACE if known else Strategy.MOVE_SHAPE_ONLY
    if share > _LARGE:
        return Strategy.RECOLOUR
    if not is_recognised(facts.sureness):
        return Strategy.MOVE_SHAPE_ONLY
    return Strategy.TINT if facts.recolours else Strategy.MOVE


def is_fine_enough(enlarged: float) -> bool:
    """Whether what a pack draws may take the place of a photo's pixels, each of its own spread over
    `enlarged` of them: a mouth softer than that is worse than the photo's own mouth, moved."""
    return enlarged <= _SOFTEST


def draws_as_finely(enlarged: float) -> bool:
    """Whether a pack draws as finely as the photo shows things, each of its px spread over `enlarged`."""
    return enlarged <= _FINE


def is_recognised(sureness: float) -> bool:
    """Whether the parser takes a mouth of a render for one, `sureness` as in `EditResult.recognised`: what it
    is less sure of looks like no mouth to a person either."""
    return sureness >= _RECOGNISED


def covered(region: Tensor) -> float:
    """The share of the square that a region (..., S, S) in 0..1 covers."""
    return float((region > 0.5).sum()) / math.prod(region.shape)
