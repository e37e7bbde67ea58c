"""Whether the parser takes what the pack drew for what it is: asked of mouths that a run has opened."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import engine
from engine import AttributeEdit, EditRequest
from engine.compositing.strategy import is_recognised
from engine.edit.problem import Problem, build
from engine.edit.result import make_result, recognised
from engine.evaluate.report import whole_face
from engine.packs.pack import ModelPack
from engine.types import ByteArray


def problem_of(picture: ByteArray, pack: ModelPack, name: str = "smiling", preset: str = "fast") -> Problem:
    face = whole_face(picture)
    return build(EditRequest(face, engine.parse(face, pack), (AttributeEdit(name),), preset=preset), pack)


def test_a_mouth_is_recognised_and_a_smear_in_its_place_is_not(pack: ModelPack, picture: ByteArray) -> None:
    problem = problem_of(picture, pack)
    face = problem.source
    smeared = face.clone()
    rows, columns = slice(165, 215), slice(80, 176)
    grey = face[:, :, rows, columns].mean((2, 3), keepdim=True)
    smeared[:, :, rows, columns] = 0.15 * face[:, :, rows, columns] + 0.85 * grey
    assert is_recognised(recognised(problem, face))
    assert not is_recognised(recognised(problem, smeared))


@pytest.mark.slow
def test_a_person_is_told_what_could_not_be_drawn(pack: ModelPack, picture: ByteArray) -> None:
    """A code far away from all faces draws none."""
    problem = problem_of(picture, pack)
    problem.latent = 20 * torch.randn(problem.latent.shape, generator=torch.Generator().manual_seed(0))
    result = make_result(problem, {}, 0.0, 0)
    assert not is_recognised(result.recognised)
    assert any("could not draw" in warning for warning in result.warnings)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "preset"),
    [
        ("blond_hair", "fast"),
        ("bushy_eyebrows", "fast"),
        ("wearing_lipstick", "fast"),
        ("male", "fast"),
        ("smiling", "paper"),
    ],
)
def test_it_is_asked_of_mouths_that_may_be_painted_only(
    name: str, preset: str, pack: ModelPack, picture: ByteArray
) -> None:
    problem = problem_of(picture, pack, name, preset)
    assert recognised(problem, torch.full_like(problem.source, 0.5)) == 1


@pytest.mark.slow
def test_a_run_says_it(pack: ModelPack, picture: ByteArray) -> None:
    face = whole_face(picture)
    settings = {"steps.hold_region": 2, "steps.coarse": 2, "steps.tune": 0, "steps.latent": 3}
    settings |= {"loss.start_steps.classf": 2, "loss.start_steps.seg": 2}
    request = EditRequest(
        face, engine.parse(face, pack), (AttributeEdit("smiling"),), preset="fast", settings=settings
    )
    last = list(engine.run(request, pack))[-1].result
    assert last is not None and 0.5 < last.recognised < 1
    assert np.isfinite(last.generated).all()
