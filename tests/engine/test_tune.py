"""Fitting the generator to a face: closer to the photo, this face's alone, and no other run notices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import engine
from engine.edit.strength import _between
from engine.errors import EngineError
from engine.models.generators.fine_tuned import with_weights
from engine.packs.pack import ModelPack, load_pack

from . import standin
from .conftest import as_bytes

STEPS = {
    "steps.tune": 0,
    "steps.latent": 14,
    "steps.noise": 0,
    "steps.hold_region": 10,
    "steps.e4e_start": 0,
    "loss.start_steps.classf": 10,
    "loss.start_steps.seg": 10,
    "steps.coarse": 10,
    "dynamic_masking_iters": 2,
}
TUNED = {**STEPS, "steps.tune": 7}


@pytest.fixture(scope="module")
def pack() -> ModelPack:
    return load_pack("starter", device="cpu", precision="float32")


@pytest.fixture(scope="module")
def face(pack: ModelPack) -> engine.Face:
    """A drawn face, which the generator cannot draw as it is."""
    size = pack.resolution
    quad = np.array([[0, 0], [0, size], [size, size], [size, 0]], np.float64)
    return engine.Face(as_bytes(standin.face(size)), quad)


@pytest.fixture(scope="module")
def masks(face: engine.Face, pack: ModelPack) -> engine.RegionMasks:
    return engine.parse(face, pack)


def asked(face: engine.Face, masks: engine.RegionMasks, name: str = "smiling", **more: Any) -> Any:
    return engine.EditRequest(
        face, masks, (engine.AttributeEdit(name),), **{"preset": "fast", "settings": TUNED, **more}
    )


def finished(
    request: engine.EditRequest, pack: ModelPack, session: engine.FaceSession | None = None
) -> engine.EditResult:
    made = list(engine.run(request, pack, None, session))[-1].result
    assert made is not None
    return made


@pytest.fixture(scope="module")
def request_(face: engine.Face, masks: engine.RegionMasks) -> engine.EditRequest:
    return asked(face, masks)


@pytest.fixture(scope="module")
def result(request_: engine.EditRequest, pack: ModelPack) -> engine.EditResult:
    return finished(request_, pack)


@pytest.fixture(scope="module")
def again(
    request_: engine.EditRequest, result: engine.EditResult, pack: ModelPack
) -> tuple[dict[str, torch.Tensor], engine.EditResult]:
    """The same edit once more, and the pack's own weights as they were before it."""
    before = {name: weight.clone() for name, weight in pack.generator.state_dict().items()}
    return before, finished(request_, pack)


def missed(result: engine.EditResult) -> float:
    assert result.reconstruction is not None
    return float(np.abs(result.reconstruction - result.source).mean())


@pytest.mark.slow
def test_the_reconstruction_comes_closer_than_by_the_code_alone(
    request_: engine.EditRequest, result: engine.EditResult, pack: ModelPack
) -> None:
    plain = finished(replace(request_, settings=STEPS), pack)
    assert plain.tuned is None and result.tuned
    assert missed(result) < 0.95 * missed(plain)


@pytest.mark.slow
def test_the_code_stands_still_meanwhile(
    request_: engine.EditRequest, result: engine.EditResult, pack: ModelPack
) -> None:
    codes = {}
    for count in (3, 5):
        settings = {
            **TUNED,
            "steps.hold_region": 4 + count,
            "steps.tune": count,
            "loss.start_steps.classf": 99,
        }
        made = finished(replace(request_, settings={**settings, "steps.latent": 4 + count}), pack)
        codes[count] = made.latent
    np.testing.assert_array_equal(codes[3], codes[5])


@pytest.mark.slow
def test_the_packs_own_generator_stays_as_it_was(
    again: tuple[dict[str, torch.Tensor], engine.EditResult], pack: ModelPack
) -> None:
    before, _ = again
    for name, weight in pack.generator.state_dict().items():
        assert torch.equal(weight, before[name]), name
    assert not any(weight.requires_grad for weight in pack.generator.parameters())


@pytest.mark.slow
def test_the_same_seed_gives_the_same_weights(
    again: tuple[dict[str, torch.Tensor], engine.EditResult], result: engine.EditResult
) -> None:
    _, other = again
    assert other.tuned is not None and result.tuned is not None and other.tuned.keys() == result.tuned.keys()
    for name, weight in result.tuned.items():
        np.testing.assert_array_equal(other.tuned[name], weight)
    np.testing.assert_array_equal(other.image, result.image)


@pytest.mark.slow
def test_all_else_is_shared_with_the_packs_generator(result: engine.EditResult, pack: ModelPack) -> None:
    assert result.tuned is not None
    fitted = with_weights(pack.generator, result.tuned)
    own = pack.generator.state_dict()
    for name, weight in fitted.state_dict().items():
        assert (weight.data_ptr() == own[name].data_ptr()) == (name not in result.tuned), name
    assert set(result.tuned) <= set(pack.generator.tunable(pack.resolution))


@pytest.mark.slow
def test_a_copy_draws_with_its_own_weights_at_once(result: engine.EditResult, pack: ModelPack) -> None:
    code = torch.from_numpy(result.latent)[None]
    with torch.no_grad():
        own = pack.generator(code)
        darker = {n: np.zeros_like(w) if n.endswith("bias") else w for n, w in (result.tuned or {}).items()}
        other = with_weights(pack.generator, darker)(code)
        assert not torch.allclose(own, other, atol=0.01)
        assert torch.equal(pack.generator(code), own)


@pytest.mark.slow
def test_a_later_edit_of_the_face_takes_the_weights_from_the_session(
    face: engine.Face, masks: engine.RegionMasks, pack: ModelPack
) -> None:
    session = engine.FaceSession(face, pack)
    first = finished(asked(face, masks), pack, session)
    request = asked(face, masks, "wearing_lipstick")
    later, alone = finished(request, pack, session), finished(request, pack)
    assert later.steps_done < alone.steps_done
    assert later.tuned is first.tuned
    np.testing.assert_array_equal(later.image, alone.image)


@pytest.mark.slow
def test_other_strengths_are_drawn_with_the_weights(result: engine.EditResult, pack: ModelPack) -> None:
    np.testing.assert_array_equal(_between(result, pack, 1.0)[1], result.generated)
    np.testing.assert_array_equal(_between(result, pack, 0.0)[1], result.reconstruction)


@pytest.mark.slow
def test_an_edit_goes_on_with_the_weights(
    request_: engine.EditRequest, result: engine.EditResult, pack: ModelPack
) -> None:
    settings = {**TUNED, "steps.e4e_start": 10, "steps.latent": 12}
    going_on = replace(request_, settings=settings, initial_latent=result.latent, tuned=result.tuned)
    further = finished(going_on, pack)
    assert further.tuned is result.tuned and further.reconstruction is not None
    np.testing.assert_array_equal(further.reconstruction, result.generated)


def test_a_cancel_while_the_weights_are_fitted_keeps_what_there_is(
    request_: engine.EditRequest, pack: ModelPack
) -> None:
    control = engine.RunControl()
    steps = []
    for step in engine.run(request_, pack, control):
        steps.append(step)
        if step.step == 5:
            control.cancel()
    assert steps[-1].result is not None and steps[-1].result.cancelled
    assert steps[-1].step == 5 and len(steps) == 7
    assert steps[-1].result.reconstruction is None
    assert not any(weight.requires_grad for weight in pack.generator.parameters())


@pytest.mark.slow
def test_weights_of_another_generator_are_refused(result: engine.EditResult, pack: ModelPack) -> None:
    assert result.tuned is not None
    name, weight = next(iter(result.tuned.items()))
    for wrong in ({name: weight[..., :1, :1]}, {"input.input": weight}, {"convs.99.conv.weight": weight}):
        with pytest.raises(EngineError, match="another model pack"):
            with_weights(pack.generator, wrong)
