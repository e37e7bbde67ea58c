"""The command that measures whether the people of a photo grow alike by an edit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.errors import EngineError
from engine.evaluate import between_people
from engine.evaluate.comparison import identity

from .test_live import SHORT
from .test_turned_photos import scene


@pytest.fixture(scope="module")
def network() -> identity.Identity:
    found = identity.load()
    if found is None:
        pytest.skip(identity.LACKING)
    return found


def test_views_are_the_same_every_time_and_little_moved() -> None:
    found = between_people.views(8)
    np.testing.assert_array_equal(found, between_people.views(8))
    for number, view in enumerate(found):
        corners = view[:, :2] @ np.array([[0, 1, 0, 1], [0, 0, 1, 1]]) + view[:, 2:]
        straight = corners if number % 2 == 0 else corners[:, [1, 0, 3, 2]]
        assert np.abs(straight - [[0, 1, 0, 1], [0, 0, 1, 1]]).max() < 0.1
    assert len({view.tobytes() for view in found}) == 8


def test_a_view_that_moves_nothing_is_the_picture() -> None:
    picture = scene(0)[100:400, 100:400]
    still = np.array([[1.0, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(between_people.seen(picture, still, 300), picture)
    mirrored = between_people.seen(picture, np.array([[-1.0, 0, 1], [0, 1, 0]]), 300)
    np.testing.assert_array_equal(mirrored, picture[:, ::-1])


def test_grown_alike_is_what_every_view_tells() -> None:
    random = np.random.default_rng(3)
    before = random.normal(0.2, 0.1, 40)  # far more than an edit changes
    nothing, more = random.normal(0, 0.01, 40), 0.02 + random.normal(0, 0.01, 40)
    assert between_people.row_of(before, before)["change"] == 0
    assert not between_people.row_of(before, before)["grew"]
    assert not between_people.row_of(before, before + nothing - nothing.mean())["grew"]
    row = between_people.row_of(before, before + more)
    assert row["grew"] and row["low"] < row["change"] < row["high"]
    assert not between_people.row_of(before, before - more)["grew"]


def test_one_person_is_alike_and_two_are_less(network: identity.Identity) -> None:
    pack = engine.load_pack("starter", device="cpu")
    one, other = (engine.random_face(pack, seed) for seed in (4, 6))
    first, same = between_people.described(one, one, network)
    np.testing.assert_array_equal(first, same)
    second, _ = between_people.described(other, other, network)
    assert between_people.alike(first, second).mean() < 0.5 < 1 < between_people.alike(first, same).mean()


@pytest.mark.slow
def test_the_people_of_a_photo(network: identity.Identity, tmp_path: Path) -> None:
    pack = engine.load_pack("starter", device="cpu")
    path = tmp_path / "two.png"
    Image.fromarray(scene(4, 6)).save(path)
    more = {"preset": "fast", "settings": SHORT, "looks": tmp_path / "looks"}
    editor = engine.Editor(pack)
    [row] = between_people.pairs(path, "wearing_lipstick", editor, network, 4, **more)
    assert row["pair"] == [0, 1] and len(row["probabilities"]) == 2 and row["before"] < 0.5
    assert row["change"] == pytest.approx(row["after"] - row["before"], abs=1e-9)
    edited = np.asarray(Image.open(tmp_path / "looks" / "two-starter-wearing_lipstick.png"))
    assert edited.shape == scene(4, 6).shape
    if np.array_equal(edited, scene(4, 6)):  # so few steps may show nothing
        assert row["change"] == 0 and not row["grew"]
    alone = tmp_path / "one.png"
    Image.fromarray(scene(4)).save(alone)
    with pytest.raises(EngineError, match="one face"):
        between_people.pairs(alone, "smiling", editor, network, 4, **more)
