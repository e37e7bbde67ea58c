"""Fifty hostile inputs a loader and five kills; the whole campaign is `python -m tests.fuzz`."""

from __future__ import annotations

import pytest

from .campaign import Tally, fuzz
from .corpus import MAKERS
from .kills import KINDS, campaign


@pytest.fixture(scope="module")
def tallies() -> dict[str, Tally]:
    return fuzz([*MAKERS], count=50, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("loader", MAKERS)
def test_hostile_input_is_refused_in_a_sentence(loader: str, tallies: dict[str, Tally]) -> None:
    tally = tallies[loader]
    assert tally.inputs == 50
    assert tally.refused > 0
    assert tally.faults == []


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "times"), [*((kind, 1) for kind in KINDS), ("download", 1)])
def test_a_killed_writer_leaves_the_good_file(kind: str, times: int) -> None:
    assert campaign(kind, times, seed=1) == []
