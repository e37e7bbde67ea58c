"""How an edited region is composited: chosen from what the pack draws, the region and the parser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.compositing.strategy import Facts, Strategy, decide, may_be_repainted

FINE = Facts(enlarged=2.0, sureness=0.9)


@pytest.mark.parametrize(
    ("facts", "share", "is_known", "novelty", "wanted"),
    [
        (FINE, None, True, 0.9, Strategy.WHOLE_FACE),
        (FINE, 0.2, True, 0.9, Strategy.RECOLOUR),
        (FINE, 0.02, True, 0.9, Strategy.REPAINT),
        (FINE, 0.02, True, 0.05, Strategy.MOVE),
        (FINE, 0.02, False, 0.9, Strategy.MOVE),
        (replace(FINE, enlarged=4.0), 0.02, True, 0.9, Strategy.MOVE),
        (replace(FINE, recolours=True), 0.02, True, 0.9, Strategy.TINT),
        (replace(FINE, sureness=0.7), 0.02, True, 0.9, Strategy.MOVE_SHAPE_ONLY),
    ],
    ids=["all of it", "hair", "new", "hardly new", "unknown", "soft", "lipstick", "no mouth to the parser"],
)
def test_one_decision(
    facts: Facts, share: float | None, is_known: bool, novelty: float, wanted: Strategy
) -> None:
    assert decide(facts, share, is_known, novelty) is wanted
    assert may_be_repainted(facts, share) or wanted is not Strategy.REPAINT
