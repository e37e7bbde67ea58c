"""Fifty hostile inputs a loader and five kills; the whole campaign is `python -m tests.fuzz`."""

from __future__ import annotations

import pytest

from .campaign import fuzz
from .corpus import MAKERS
from .kills import KINDS, campaign


@pytest.mark.slow
@pytest.mark.parametrize("loader", MAKERS)
def test_hostile_input_is_refused_in_a_sentence(loader: str) -> None:
    tally = fuzz(loader, count=50, seed=1)
    assert tally.inputs == 50
    assert tally.refused > 0
    assert tally.faults == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "times"), [*((kind, 1) for kind in KINDS), ("download", 1)])
def test_a_killed_writer_leaves_the_good_file(kind: str, times: int) -> None:
    assert campaign(kind, times, seed=1) == []
