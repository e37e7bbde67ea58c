"""A face that is learnt ahead of its first edit: left off anywhere, and gone on with by a run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest

import engine
from engine import AttributeEdit, EditRequest, EditResult, Face, FaceSession, RunControl, Step
from engine.evaluate.report import whole_face
from engine.packs.pack import ModelPack

END = 6
SHORT = {
    "steps.hold_region": END,
    "steps.tune": 3,
    "steps.coarse": END,
    "steps.latent": END + 2,
    "loss.start_steps.classf": END,
    "loss.start_steps.seg": END,
    "optimizer.farthest": 1.0,
}


@pytest.fixture(scope="module")
def face(pack: ModelPack) -> Face:
    return whole_face(engine.random_face(pack, 4))


@pytest.fixture(scope="module")
def smile(pack: ModelPack, face: Face) -> EditRequest:
    return EditRequest(face, engine.parse(face, pack), (AttributeEdit("smiling"),), "fast", settings=SHORT)


def learning(request: EditRequest, session: FaceSession) -> Iterator[Step]:
    return engine.learn(request, session.pack, session)


def finished(steps: list[Step]) -> EditResult:
    assert steps[-1].result is not None
    return steps[-1].result


@pytest.fixture(scope="module")
def alone(pack: ModelPack, smile: EditRequest) -> EditResult:
    """The edit of a face that nobody has learnt."""
    return finished(list(engine.run(smile, pack)))


@pytest.mark.slow
@pytest.mark.parametrize("known", [1, 3, 4, END])
def test_a_run_goes_on_where_it_was_left_off(
    pack: ModelPack, smile: EditRequest, alone: EditResult, known: int
) -> None:
    session = FaceSession(smile.face, pack)
    assert len(list(islice(learning(smile, session), known))) == known
    steps = list(engine.run(smile, pack, session=session))
    assert steps[0].step == known and steps[0].total == END + 2 - known
    result = finished(steps)
    np.testing.assert_array_equal(result.latent_before, alone.latent_before)
    np.testing.assert_array_equal(result.image, alone.image)
    assert result.tuned is not None and alone.tuned is not None
    for name, weight in alone.tuned.items():
        np.testing.assert_array_equal(result.tuned[name], weight)
    assert next(engine.run(smile, pack, session=session)).step == END


@pytest.mark.slow
def test_it_goes_on_where_it_was_left_off_itself(pack: ModelPack, smile: EditRequest) -> None:
    session = FaceSession(smile.face, pack)
    first = list(islice(learning(smile, session), 2))
    rest = list(learning(smile, session))
    assert [step.step for step in (*first, *rest)] == list(range(END))
    assert [step.share for step in rest] == pytest.approx([(i + 1) / END for i in range(2, END)])
    assert not list(learning(smile, session)), "the face is known"


@pytest.mark.slow
def test_a_run_that_is_cancelled_amid_the_rest_ends_there(pack: ModelPack, smile: EditRequest) -> None:
    session, control = FaceSession(smile.face, pack), RunControl()
    list(islice(learning(smile, session), 2))
    steps = []
    for step in engine.run(smile, pack, control, session):
        steps.append(step)
        if step.step == 3:
            control.cancel()
    assert [step.step for step in steps] == [2, 3, 3]
    result = finished(steps)
    assert result.cancelled and result.reconstruction is None
    later = next(engine.run(smile, pack, session=session))
    assert later.step == 4, "what the run did of it is kept as well"


@pytest.mark.slow
def test_somebody_who_learns_hears_that_a_run_did_the_rest(pack: ModelPack, smile: EditRequest) -> None:
    session = FaceSession(smile.face, pack)
    steps = learning(smile, session)
    next(steps)
    finished(list(engine.run(smile, pack, session=session)))
    assert not list(steps)


@pytest.mark.slow
def test_whatever_is_edited_the_face_is_the_same(pack: ModelPack, smile: EditRequest) -> None:
    session = FaceSession(smile.face, pack)
    list(learning(smile, session))
    for name in ("blond_hair", "male"):
        request = EditRequest(smile.face, smile.masks, (AttributeEdit(name),), "fast", settings=SHORT)
        assert next(engine.run(request, pack, session=session)).step == END


@pytest.mark.slow
def test_the_published_method_learns_nothing_beforehand(pack: ModelPack, smile: EditRequest) -> None:
    request = EditRequest(smile.face, smile.masks, smile.attributes, "paper")
    assert not list(learning(request, FaceSession(smile.face, pack)))
