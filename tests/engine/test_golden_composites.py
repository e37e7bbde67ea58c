"""The forty golden composites: stored runs laid into photos give the pictures that were frozen.

Torch and numpy round differently on different processors; that may show in one level of a thousandth of the
pixels, and no more.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.golden import cases

ONE_IN = 1000


@pytest.mark.parametrize("name", cases.CASES)
def test_a_composite_is_as_it_was(name: str) -> None:
    made, below = cases.composite(name)
    mask = cases.blend_mask(name)
    for found, wanted in zip((made, mask), cases.frozen(name), strict=True):
        assert found.shape == wanted.shape and found.dtype == wanted.dtype
        apart = cases.levels_apart(found, wanted)
        assert apart.max() <= 1
        assert np.count_nonzero(apart) * ONE_IN <= apart.size
    if len(cases.CASES[name].edits) == 1:
        assert np.array_equal(made[mask == 0], below[mask == 0])


def test_there_are_forty_of_all_kinds() -> None:
    edits = [edit for case in cases.CASES.values() for edit in case.edits]
    assert len(cases.CASES) == 40
    assert {edit.mode for edit in edits} == {"paper", "detail"}
    assert {case.scene.mode for case in cases.CASES.values()} >= {"RGB", "RGBA", "L", "LA", "I;16", "RGB;16"}
