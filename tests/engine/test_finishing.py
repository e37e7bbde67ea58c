"""The last layers fitted to a face, by the real portrait generator: the coarse picture stays, the whole one
comes nearer to the photo."""

from __future__ import annotations

import pytest
import torch

import engine
from engine.edit.finishing import Finishing
from engine.edit.fitting import Fitting
from engine.edit.learning import Learning
from engine.edit.losses import masked_squared_error
from engine.edit.problem import Problem, build
from engine.evaluate.report import whole_face
from engine.models.generators.base import DrawsWindows
from engine.packs.pack import ModelPack
from engine.types import AttributeEdit, EditRequest

SIDE, STEPS = 256, 6
SHORT = {"steps.hold_region": 5, "steps.tune": 4, "steps.finish": 2, "loss.start_steps.classf": 5}
SHORT |= {"loss.start_steps.seg": 5, "steps.latent": 6}


@pytest.fixture(scope="module")
def request_(portrait_pack: ModelPack) -> EditRequest:
    face = whole_face(engine.random_face(portrait_pack, 3))
    edits = (AttributeEdit("smiling"),)
    return EditRequest(face, engine.parse(face, portrait_pack), edits, preset="fast", settings=SHORT)


def finished(request: EditRequest, pack: ModelPack) -> Problem:
    problem = build(request, pack)
    finishing = Finishing(problem, problem.latent, SIDE, STEPS)
    for _ in range(STEPS):
        _, _, render = finishing.step()
        assert render.shape == (1, 3, SIDE, SIDE)
    finishing.finish()
    return problem


def test_the_whole_picture_comes_nearer_and_the_coarse_one_stays(
    request_: EditRequest, portrait_pack: ModelPack
) -> None:
    problem, own = finished(request_, portrait_pack), portrait_pack.generator
    assert isinstance(own, DrawsWindows)
    assert problem.tuned is not None and set(problem.tuned) == set(own.tunable_behind(SIDE))
    with torch.no_grad():
        coarse = [g(problem.latent, problem.noise, SIDE) for g in (own, problem.generator)]
        whole = [g(problem.latent, problem.noise) for g in (own, problem.generator)]
    assert torch.equal(*coarse)
    errors = [float(masked_squared_error(problem.source, r, problem.whole_face)) for r in whole]
    assert errors[1] < 0.9 * errors[0]
    again = finished(request_, portrait_pack).tuned
    assert again is not None and all((again[name] == w).all() for name, w in problem.tuned.items())


def test_a_face_is_learnt_with_both_kinds_of_steps(request_: EditRequest, portrait_pack: ModelPack) -> None:
    learning = Learning(build(request_, portrait_pack))
    while not learning.done:
        learning.step()
    own, tuned = portrait_pack.generator, learning.problem.tuned
    assert isinstance(own, DrawsWindows) and tuned is not None
    assert set(tuned) == set(own.tunable(portrait_pack.resolution))
    before = own.state_dict()
    assert any((tuned[name] != before[name].half().numpy()).any() for name in own.tunable_behind(SIDE))
    assert any((tuned[name] != before[name].half().numpy()).any() for name in own.tunable(SIDE))


def test_what_is_left_off_amid_it_is_kept(request_: EditRequest, portrait_pack: ModelPack) -> None:
    problem = build(request_, portrait_pack)
    fitting = Fitting(problem, problem.latent, SIDE, 3)
    fitting.step()
    assert problem.tuned is None
    fitting.finish()
    assert problem.tuned is not None and set(problem.tuned) == set(portrait_pack.generator.tunable(SIDE))
