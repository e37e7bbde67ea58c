"""The estimate of what is left of a run."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import engine
from engine import AttributeEdit, EditRequest, Step
from engine.evaluate.report import whole_face
from engine.packs.pack import ModelPack, load_pack


@pytest.fixture(scope="module")
def pack() -> ModelPack:
    return load_pack("starter", device="cpu")


def steps(pack: ModelPack, **settings: Any) -> list[Step]:
    face = whole_face(engine.random_face(pack, 2))
    request = EditRequest(
        face, engine.parse(face, pack), (AttributeEdit("smiling"),), preset="fast", settings=settings
    )
    return list(engine.run(request, pack))


def test_the_share_grows_with_every_step_and_most_where_steps_are_dear(pack: ModelPack) -> None:
    short = {"steps.hold_region": 4, "steps.coarse": 4, "steps.latent": 8, "steps.noise": 2}
    short |= {"loss.start_steps.classf": 4, "loss.start_steps.seg": 4}
    made = steps(pack, **short)
    shares = [step.share or 0.0 for step in made]
    assert len(made) == 11
    grown = [b - a for a, b in itertools.pairwise(shares)]
    assert all(step > 0 for step in grown)
    assert 0 < shares[0] < shares[-1] < 1
    # Step 4 begins the edit; the editing steps behind it cost more than the reconstructing ones before.
    assert grown[3] == max(grown)
    assert grown[4] > grown[0]


def test_time_left_falls_to_almost_nothing(pack: ModelPack) -> None:
    step = Step("latent", 5, {}, 5, 10, 8.0, share=0.8)  # type: ignore[arg-type]
    assert step.seconds_left == pytest.approx(2.0)
    assert Step("latent", 5, {}, 5, 10, 8.0).seconds_left == pytest.approx(8.0)  # type: ignore[arg-type]
    assert Step("latent", 0, {}, 0, 10, 0.0, share=0.0).seconds_left == 0  # type: ignore[arg-type]
