"""The forty golden composites: stored runs laid into photos give the pictures that were frozen.

Torch and numpy round differently on different processors; that may show in one level of a thousandth of the
pixels, and no more. Where torch computes with other instructions than where they were frozen, a run that is
drawn anew, at another strength, may move a little: seen were 4 levels of the picture and 20 of the mask.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.golden import cases

FROZEN_ON = "AVX512"
ONE_IN = 1000
ELSEWHERE, OF_A_MASK = (20, 8), (10, 32)
"""One pixel in how many may be apart, one in twice so many by more than a level, and by how many levels."""


@pytest.mark.parametrize("name", cases.CASES)
def test_a_composite_is_as_it_was(name: str) -> None:
    made, below = cases.composite(name)
    mask = cases.blend_mask(name)
    for found, wanted in zip((made, mask), cases.frozen(name), strict=True):
        assert found.shape == wanted.shape and found.dtype == wanted.dtype
        apart = cases.levels_apart(found, wanted)
        if torch.backends.cpu.get_cpu_capability() == FROZEN_ON:
            assert apart.max() <= 1
            assert np.count_nonzero(apart) * ONE_IN <= apart.size
        else:
            one_in, levels = ELSEWHERE if found is made else OF_A_MASK
            assert np.count_nonzero(apart) * one_in <= apart.size
            assert np.count_nonzero(apart > 1) * 2 * one_in <= apart.size
            assert apart.max() <= levels
    if len(cases.CASES[name].edits) == 1:
        assert np.array_equal(made[mask == 0], below[mask == 0])


def test_there_are_forty_of_all_kinds() -> None:
    edits = [edit for case in cases.CASES.values() for edit in case.edits]
    assert len(cases.CASES) == 40
    assert {edit.mode for edit in edits} == {"paper", "detail"}
    assert {case.scene.mode for case in cases.CASES.values()} >= {"RGB", "RGBA", "L", "LA", "I;16", "RGB;16"}
