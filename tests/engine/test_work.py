"""The estimate of what is left of a run."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import engine
from engine import AttributeEdit, EditRequest, Step
from engine.edit.problem import build
from engine.edit.progress import Work
from engine.evaluate.report import whole_face
from engine.packs.pack import ModelPack


def steps(pack: ModelPack, **settings: Any) -> list[Step]:
    face = whole_face(engine.random_face(pack, 2))
    request = EditRequest(
        face, engine.parse(face, pack), (AttributeEdit("smiling"),), preset="fast", settings=settings
    )
    return list(engine.run(request, pack))


@pytest.mark.slow
def test_the_share_grows_with_every_step_and_most_where_steps_are_dear(pack: ModelPack) -> None:
    short = {"steps.hold_region": 4, "steps.coarse": 4, "steps.latent": 8, "steps.noise": 2}
    short |= {"loss.start_steps.classf": 4, "loss.start_steps.seg": 4}
    made = steps(pack, **short)
    shares = [step.share for step in made]
    assert len(made) == 11
    grown = [b - a for a, b in itertools.pairwise(shares)]
    assert all(step > 0 for step in grown)
    assert 0 < shares[0] < shares[-1] < 1
    # Step 4 begins the edit; the editing steps behind it cost more than the reconstructing ones before.
    assert grown[3] == max(grown)
    assert grown[4] > grown[0]


def test_the_time_left_of_a_first_run_is_told_by_its_own_pace(pack: ModelPack) -> None:
    made = steps(pack, **{"steps.hold_region": 3, "steps.latent": 5, "steps.noise": 0})
    for step in made[:-1]:
        assert step.seconds_left == pytest.approx(step.seconds * (1 - step.share) / step.share)
    assert made[-1].seconds_left == 0


def test_one_slow_step_does_not_frighten_once_the_machine_is_known(pack: ModelPack) -> None:
    face = whole_face(engine.random_face(pack, 2))
    request = EditRequest(face, engine.parse(face, pack), (AttributeEdit("smiling"),), preset="fast")
    problem = build(request, pack)
    new, known = Work(problem), Work(problem, pace=0.1)
    usual = known.share("latent", 8) / known.pace(1.0) * 0.1  # seconds up to here at that pace
    assert known.left("latent", 8, usual) == pytest.approx(new.left("latent", 8, usual))
    off = [w.left("latent", 8, 2 * usual) / w.left("latent", 8, usual) for w in (new, known)]
    assert off[0] == pytest.approx(2)
    assert 1 < off[1] < 1.5
    # Later in the run its own pace counts.
    late = 2 * known.share("latent", 60) / known.pace(1.0) * 0.1
    assert known.left("latent", 60, late) > 1.5 * known.left("latent", 60, late / 2)


@pytest.mark.slow
def test_a_session_keeps_the_pace_of_whole_runs_only(pack: ModelPack) -> None:
    face = whole_face(engine.random_face(pack, 2))
    short = {"steps.hold_region": 3, "steps.latent": 5, "steps.noise": 0}
    request = EditRequest(
        face, engine.parse(face, pack), (AttributeEdit("smiling"),), preset="fast", settings=short
    )
    session, control = engine.FaceSession(face, pack), engine.RunControl()
    run = engine.run(request, pack, control, session)
    next(run)
    control.cancel()
    assert [step.result.cancelled for step in run if step.result] == [True]
    assert session.pace("fast") is None
    (last,) = (step for step in engine.run(request, pack, None, session) if step.result)
    assert session.pace("paper") is None
    pace = session.pace("fast")
    assert pace is not None and 0 < pace < last.seconds
