"""Edits that fall short on the photo are carried on, and only those."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import engine
from engine import AttributeEdit, EditRequest, EditResult, RunControl
from engine.compositing.pipeline import paints, recipe
from engine.edit.line_search import reaching
from engine.edit.scoring import scored
from engine.edit.strength import along, at_strength, moved_along, reduced
from engine.evaluate.report import whole_face
from engine.packs.pack import ModelPack

NAME = "blond_hair"
SHORT = {"steps.hold_region": 6, "steps.coarse": 6, "steps.tune": 2, "steps.latent": 8}
SHORT |= {"loss.start_steps.classf": 6, "loss.start_steps.seg": 6, "optimizer.farthest": 1.0}


@pytest.fixture(scope="module")
def asked(pack: ModelPack) -> EditRequest:
    face = whole_face(engine.random_face(pack, 2))
    edit = AttributeEdit(NAME, 1.0)
    return EditRequest(face, engine.parse(face, pack), (edit,), preset="fast", settings=SHORT)


@pytest.fixture(scope="module")
def result(asked: EditRequest, pack: ModelPack) -> EditResult:
    last = list(engine.run(asked, pack))[-1].result
    assert last is not None
    return last


def aimed(asked: EditRequest, goal: float, **more: float) -> EditRequest:
    return replace(asked, attributes=(AttributeEdit(NAME, probability=goal, **more),))


def shown(result: EditResult, pack: ModelPack) -> float:
    return scored(result, pack).probabilities[NAME][1]


def test_an_edit_that_shows_what_was_asked_for_stays(
    asked: EditRequest, result: EditResult, pack: ModelPack
) -> None:
    assert reaching(result, aimed(asked, shown(result, pack)), pack, 1.5, RunControl()) is result


def test_one_that_falls_short_is_made_stronger_as_far_as_it_helps(
    asked: EditRequest, result: EditResult, pack: ModelPack
) -> None:
    weak = replace(at_strength(result, pack, 0.4), strength=1.0)
    goal = shown(result, pack)
    assert goal - shown(weak, pack) > 0.2, "the face shows no edit that could fall short"
    stronger = reaching(weak, aimed(asked, goal), pack, 1.5, RunControl())
    assert shown(stronger, pack) > shown(weak, pack) + 0.03
    assert stronger.strength == 1
    step, whole = stronger.latent - weak.latent_before, weak.latent - weak.latent_before
    factor = float((step * whole).sum() / (whole * whole).sum())
    cancelled = RunControl()
    cancelled.cancel()
    assert reaching(weak, aimed(asked, goal), pack, 1.5, cancelled) is weak
    assert 1.1 < factor < 1.51
    assert np.allclose(step, factor * whole, atol=1e-4)
    assert recipe(stronger).gone.any() == recipe(weak).gone.any()
    # From there every strength is reached as from any result.
    assert np.abs(at_strength(stronger, pack, 1 / factor).generated - weak.generated).max() < 0.01


def test_one_that_goes_too_far_is_made_weaker_until_it_is_near(
    asked: EditRequest, result: EditResult, pack: ModelPack
) -> None:
    middle = replace(at_strength(result, pack, 0.5), strength=1.0)
    goal = shown(middle, pack)
    assert shown(result, pack) - goal > 0.2, "half the edit is as good as all of it"
    weaker = reaching(result, aimed(asked, goal), pack, 1.5, RunControl())
    assert abs(shown(weaker, pack) - goal) <= 0.14
    step, whole = weaker.latent - result.latent_before, result.latent - result.latent_before
    assert 0.05 < float((step * whole).sum() / (whole * whole).sum()) < 0.95


def test_a_smaller_picture_tells_what_the_whole_one_does(result: EditResult, pack: ModelPack) -> None:
    small = reduced(result, pack, 128)
    assert small.generated.shape == small.source.shape == small.image.shape == (128, 128, 3)
    assert all(mask.shape == (128, 128) for mask in small.masks.values())
    assert reduced(result, pack, 1024) is result, "it is no larger"
    for factor in (0.5, 1.0):
        whole = replace(along(result, pack, factor), strength=1.0)
        seen = replace(moved_along(small, pack, factor), strength=1.0)
        np.testing.assert_array_equal(seen.latent, whole.latent)
        assert shown(seen, pack) == pytest.approx(shown(whole, pack), abs=0.1)


def test_neither_a_chosen_size_nor_a_cancelled_run_nor_paper_is_touched(
    asked: EditRequest, result: EditResult, pack: ModelPack
) -> None:
    far = aimed(asked, 0.01)
    assert reaching(result, aimed(asked, 0.01, size=1.2), pack, 1.5, RunControl()) is result
    assert reaching(replace(result, cancelled=True), far, pack, 1.5, RunControl()).latent is result.latent
    assert reaching(result, far, pack, 1.0, RunControl()) is result


def test_what_the_pack_cannot_draw_is_not_made_stronger(
    asked: EditRequest, result: EditResult, pack: ModelPack
) -> None:
    weak = replace(at_strength(result, pack, 0.4), strength=1.0, recognised=0.5)
    assert reaching(weak, aimed(asked, shown(result, pack)), pack, 1.5, RunControl()) is weak


@pytest.mark.slow
def test_lips_in_another_colour_are_carried_on_farther(pack: ModelPack) -> None:
    face = whole_face(engine.random_face(pack, 9))
    edit = AttributeEdit("wearing_lipstick", 0.0)
    request = EditRequest(face, engine.parse(face, pack), (edit,), preset="fast", settings=SHORT)
    whole = list(engine.run(request, pack))[-1].result
    assert whole is not None and not paints(whole)
    weak = replace(at_strength(whole, pack, 0.45), strength=1.0)
    stronger = reaching(weak, request, pack, 1.5, RunControl())
    step, first = stronger.latent - weak.latent_before, weak.latent - weak.latent_before
    assert 1.51 < float((step * first).sum() / (first * first).sum()) < 3.01


@pytest.mark.slow
def test_a_mouth_that_the_parser_vouches_for_is_painted_where_a_weaker_one_was_moved(pack: ModelPack) -> None:
    face = whole_face(engine.random_face(pack, 9))
    edit = AttributeEdit("mouth_slightly_open", 1.0)
    request = EditRequest(face, engine.parse(face, pack), (edit,), preset="fast", settings=SHORT)
    whole = list(engine.run(request, pack))[-1].result
    assert whole is not None and paints(whole) and 0.755 < whole.recognised < 1
    weak = replace(at_strength(whole, pack, 0.6), strength=1.0)
    assert not paints(weak)
    stronger = reaching(weak, request, pack, 1.5, RunControl())
    assert paints(stronger) and 0.8 < stronger.recognised < 1
    assert stronger.recognised != weak.recognised, "it is asked of what is shown"
    # Where nobody was asked, painting it would be another edit.
    assert not paints(reaching(replace(weak, recognised=1.0), request, pack, 1.5, RunControl()))
