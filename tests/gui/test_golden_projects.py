"""Projects that earlier versions of the program wrote open as they were, and are saved as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.golden import opened
from tests.golden.cases import levels_apart


@pytest.mark.parametrize("version", opened.VERSIONS)
def test_a_project_opens_as_it_was_written(version: int) -> None:
    state = opened.opened(version)
    assert state.damage == []
    assert opened.described(state, version) == opened.expected(version)


@pytest.mark.parametrize("version", opened.VERSIONS)
def test_a_project_is_the_same_in_the_present_form(version: int, tmp_path: Path) -> None:
    again = opened.saved_again(opened.opened(version), tmp_path / "again.mfg")
    assert again.damage == []
    assert opened.described(again, version) == opened.expected(version)


@pytest.mark.parametrize("version", opened.VERSIONS)
def test_a_project_shows_the_picture_it_showed(version: int) -> None:
    state = opened.opened(version)
    shown = opened.composed(state), opened.composed_with_all(state)
    for made, wanted in zip(shown, opened.frozen(version), strict=True):
        apart = levels_apart(made, wanted)
        assert apart.max() <= 1 and np.count_nonzero(apart) * 1000 <= apart.size
    assert not np.array_equal(*shown)


def test_there_is_a_project_of_every_version() -> None:
    """A new version needs one here, written by its own code, before that code is gone."""
    assert tuple(range(1, opened.project.VERSION + 1)) == opened.VERSIONS
    assert [opened.expected(version)["version"] for version in opened.VERSIONS] == list(opened.VERSIONS)
