"""An edit weaker or stronger without another run: exact at both ends, steady in between."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

import engine
from engine.edit.strength import _between, require_pack
from engine.packs.pack import ModelPack

SHORT = {
    "steps.latent": 16,
    "steps.noise": 2,
    "loss.start_steps.classf": 4,
    "loss.start_steps.seg": 4,
    "loss.weights.classf": 1.0,
    "optimizer.lr_latent": 0.1,
}
MODES = ["paper", "detail"]


@pytest.fixture(scope="module")
def request_(drawn_face: engine.Face, drawn_masks: engine.RegionMasks) -> engine.EditRequest:
    return engine.EditRequest(
        drawn_face, drawn_masks, (engine.AttributeEdit("smiling"),), preset="paper", settings=SHORT
    )


@pytest.fixture(scope="module")
def result(request_: engine.EditRequest, narrow_pack: ModelPack) -> engine.EditResult:
    made = list(engine.run(request_, narrow_pack))[-1].result
    assert made is not None and made.latent_before is not None
    return made


@pytest.fixture(scope="module")
def photo(drawn_face: engine.Face) -> engine.Photo:
    return engine.Photo(drawn_face.crop, "RGB")


def test_full_strength_is_the_result_itself(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    assert engine.at_strength(result, narrow_pack, 1.0) is result
    latent, picture = _between(result, narrow_pack, 1.0)
    np.testing.assert_array_equal(latent, result.latent)
    np.testing.assert_array_equal(picture, result.generated)


def test_the_start_is_the_reconstruction(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    _, picture = _between(result, narrow_pack, 0.0)
    np.testing.assert_array_equal(picture, result.reconstruction)


@pytest.mark.parametrize("mode", MODES)
def test_no_strength_leaves_every_bit_of_the_photo(
    result: engine.EditResult,
    narrow_pack: ModelPack,
    photo: engine.Photo,
    drawn_face: engine.Face,
    mode: str,
) -> None:
    nothing = engine.at_strength(result, narrow_pack, 0.0)
    np.testing.assert_array_equal(nothing.image, result.source)
    pasted = engine.paste(photo, drawn_face, nothing, mode=mode)
    np.testing.assert_array_equal(pasted.pixels, photo.pixels)
    full = engine.paste(photo, drawn_face, nothing, np.ones_like(result.blend_mask), mode)
    np.testing.assert_array_equal(full.pixels, photo.pixels)


@pytest.mark.parametrize("mode", MODES)
def test_the_way_between_is_steady(
    result: engine.EditResult,
    narrow_pack: ModelPack,
    photo: engine.Photo,
    drawn_face: engine.Face,
    mode: str,
) -> None:
    """From the photo to the edit in small steps, none of which is a jump."""
    mask = np.ones_like(result.blend_mask)
    pictures = []
    for strength in np.linspace(0, 1.5, 13):
        drawn = engine.at_strength(result, narrow_pack, float(strength))
        pictures.append(engine.paste(photo, drawn_face, drawn, mask, mode).pixels.astype(float))
    whole = np.abs(pictures[8] - pictures[0]).mean()
    assert whole > 0.5
    steps = [np.abs(b - a).mean() for a, b in itertools.pairwise(pictures)]
    assert max(steps) < 0.4 * whole
    away = [np.abs(p - pictures[0]).mean() for p in pictures]
    assert away[2] < away[4] < away[8]


def test_scores_and_code_are_those_of_the_picture(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    half = engine.at_strength(result, narrow_pack, 0.5)
    assert half.strength == 0.5
    np.testing.assert_allclose(half.latent, (result.latent + result.latent_before) / 2, atol=1e-6)
    assert half.probabilities["smiling"][0] == result.probabilities["smiling"][0]
    assert half.probabilities["smiling"] != result.probabilities["smiling"]
    np.testing.assert_array_equal(half.blend_mask, result.blend_mask)


def test_a_result_without_its_beginning_is_faded(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    old = replace(result, latent_before=None, reconstruction=None)
    half = engine.at_strength(old, narrow_pack, 0.5)
    np.testing.assert_allclose(half.generated, (result.source + result.generated) / 2, atol=1e-6)
    np.testing.assert_allclose(half.image, (result.source + result.image) / 2, atol=1e-6)


@pytest.mark.parametrize("strength", [-0.1, 1.6, float("nan")])
def test_out_of_range(result: engine.EditResult, narrow_pack: ModelPack, strength: float) -> None:
    with pytest.raises(engine.EngineError, match="between 0 and"):
        engine.at_strength(result, narrow_pack, strength)


def test_a_code_of_another_pack_is_refused(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    foreign = replace(result, latent=np.zeros((3, 7), np.float32))
    with pytest.raises(engine.EngineError, match="another model pack"):
        engine.at_strength(foreign, narrow_pack, 0.5)


def test_the_pack_that_is_needed_is_named(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    require_pack(result, narrow_pack)
    assert result.pack == narrow_pack.name
    foreign = replace(result, latent=np.zeros((23, 512), np.float32), pack="portrait")
    with pytest.raises(engine.EngineError, match="made with the model pack 'portrait'") as caught:
        require_pack(foreign, narrow_pack)
    assert "Load that pack" in caught.value.hint


def test_a_run_that_goes_on_counts_from_the_first_beginning(
    request_: engine.EditRequest, result: engine.EditResult, narrow_pack: ModelPack
) -> None:
    again = list(engine.run(replace(request_, initial_latent=result.latent), narrow_pack))[-1].result
    assert again is not None
    whole = engine.continued(again, result, narrow_pack)
    np.testing.assert_array_equal(whole.latent_before, result.latent_before)
    np.testing.assert_array_equal(whole.generated, again.generated)
    before = np.abs(whole.reconstruction - result.reconstruction).mean()
    assert before < np.abs(again.reconstruction - result.reconstruction).mean()
