"""A face that follows sliders: pictures that depend on the values alone, scaled by the classifier."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

import engine
from engine import EditResult, Face, FaceSession, LiveFace, RegionMasks
from engine.edit.live_scale import LONGEST, SHORTEST, USUAL, reach
from engine.evaluate.report import whole_face
from engine.models.parsers.bisenet import CLASSES
from engine.packs.pack import ModelPack
from engine.types import REGIONS

SHORT = {
    "steps.hold_region": 3,
    "steps.tune": 0,
    "steps.coarse": 3,
    "steps.latent": 4,
    "loss.start_steps.classf": 3,
    "loss.start_steps.seg": 3,
    "optimizer.farthest": 1.0,
}


@pytest.fixture(scope="module")
def face(pack: ModelPack) -> Face:
    return whole_face(engine.random_face(pack, 4))


@pytest.fixture(scope="module")
def masks(pack: ModelPack, face: Face) -> RegionMasks:
    return engine.parse(face, pack)


@pytest.fixture(scope="module")
def live(pack: ModelPack, face: Face, masks: RegionMasks) -> LiveFace:
    return LiveFace(face, masks, pack, FaceSession(face, pack))


@pytest.fixture(scope="module")
def smile(live: LiveFace) -> EditResult:
    return live.edited({"smiling": 1.0})


def photo(face: Face) -> engine.Photo:
    return engine.Photo(face.crop, "RGB")


def test_the_same_values_give_the_same_picture(live: LiveFace) -> None:
    first = live.picture({"smiling": 0.6, "blond_hair": -0.3, "male": 0.2}, 128)
    live.picture({"wearing_lipstick": 1.0}, 128)
    again = live.picture({"male": 0.2, "blond_hair": -0.3, "smiling": 0.6, "goatee": 0.0}, 128)
    np.testing.assert_array_equal(first.picture, again.picture)
    assert first.scores == again.scores
    other = live.picture({"smiling": 0.7, "blond_hair": -0.3, "male": 0.2}, 128)
    assert (other.picture != first.picture).any()


def test_a_colour_of_hair_is_laid_on_the_photos_own_hair(live: LiveFace, smile: EditResult) -> None:
    blond = live.edited({"blond_hair": 1.0})
    assert "dyed" not in smile.masks and blond.masks["dyed"].max() > 0.9
    assert "dyed" not in live.edited({"blond_hair": 1.0, "smiling": 1.0}).masks


@pytest.mark.slow
@pytest.mark.parametrize("mode", engine.BLEND_MODES)
def test_at_nothing_the_photo_keeps_every_bit(live: LiveFace, face: Face, mode: engine.BlendMode) -> None:
    for values in ({}, {"smiling": 0.0}):
        pasted = engine.paste(photo(face), face, live.edited(values), mode=mode)
        np.testing.assert_array_equal(pasted.pixels, face.crop)
        seen = live.picture(values, face.size, mode=mode)
        np.testing.assert_array_equal(seen.picture, face.crop)
        assert not seen.mask.any()


@pytest.mark.slow
@pytest.mark.parametrize("mode", engine.BLEND_MODES)
def test_outside_its_mask_the_photo_keeps_every_bit(
    smile: EditResult, face: Face, mode: engine.BlendMode
) -> None:
    pasted = engine.paste(photo(face), face, smile, mode=mode).pixels
    outside = engine.paste_mask(photo(face), face, smile, mode=mode) == 0
    assert outside.mean() > 0.2 and (pasted != face.crop).any()
    np.testing.assert_array_equal(pasted[outside], face.crop[outside])


@pytest.mark.slow
def test_the_classifier_sees_what_the_sliders_say(live: LiveFace) -> None:
    nothing = live.picture({}, 256).scores["smiling"]
    rising = [live.picture({"smiling": value}, 256).scores["smiling"] for value in (0.5, 1.0)]
    assert nothing < rising[0] < rising[1] and rising[1] > 0.85
    both = live.picture({"smiling": 1.0, "blond_hair": -1.0}, 256).scores
    alone = live.picture({"smiling": 1.0}, 256).scores
    assert both["blond_hair"] < alone["blond_hair"] - 0.3 and both["smiling"] > nothing + 0.2


@pytest.mark.slow
def test_the_result_is_one_that_can_be_shown_and_kept(
    smile: EditResult, live: LiveFace, pack: ModelPack
) -> None:
    assert smile.reconstruction is not None and smile.latent_before is not None
    assert smile.pack == pack.name and not smile.losses and smile.steps_done == 0
    before, after = smile.probabilities["smiling"]
    assert after > before
    whole = live.edited({"smiling": 1.0}, whole=True)
    assert whole.generated.shape == (pack.resolution, pack.resolution, 3)


@pytest.mark.slow
def test_an_attribute_without_a_direction_is_refused(live: LiveFace, pack: ModelPack) -> None:
    assert set(live.attributes) <= set(pack.supported)
    with pytest.raises(engine.EngineError):
        live.edited({"wearing_hat": 1.0})


@pytest.mark.slow
def test_a_pack_without_directions_shows_nothing_beforehand(
    narrow_pack: ModelPack, drawn_face: Face, drawn_masks: RegionMasks
) -> None:
    with pytest.raises(engine.EngineError):
        LiveFace(drawn_face, drawn_masks, narrow_pack, FaceSession(drawn_face, narrow_pack))


@pytest.mark.slow
def test_a_run_begins_where_the_sliders_stand(pack: ModelPack, face: Face, masks: RegionMasks) -> None:
    editor = engine.Editor(pack)
    ways = editor.live(face, masks).ways({"smiling": 0.5})
    request = editor.request(face, "smiling", masks=masks, preset="fast", settings=SHORT, start=ways)
    result = editor.edit(request)
    assert result.latent_before is not None and pack.directions is not None
    step = pack.directions.toward(ways)
    assert step is not None
    gone = result.latent - result.latent_before
    rest = np.abs(gone - step.numpy()).max()
    assert rest < 0.05 * np.abs(step.numpy()).max(), "one step of the optimisation is all that is added"
    assert result.recognised == 1, "a person has seen this mouth"
    searched = editor.edit(replace(request, start={}))
    assert searched.recognised < 1
    assert np.abs(searched.latent - result.latent).max() > rest
    other = editor.edit(replace(request, start={"male": 1.0}))
    np.testing.assert_array_equal(other.latent, searched.latent)


@pytest.mark.slow
def test_a_face_that_was_learnt_is_drawn_from_what_it_was_learnt_with(
    pack: ModelPack, face: Face, masks: RegionMasks
) -> None:
    editor = engine.Editor(pack)
    guessed = editor.live(face, masks)
    assert editor.live(face, masks) is guessed and not guessed.learnt
    steps = list(editor.learn(editor.request(face, "smiling", masks=masks, preset="fast", settings=SHORT)))
    assert [step.step for step in steps] == [0, 1, 2] and steps[-1].share == 1
    assert not guessed.is_current
    learnt = editor.live(face, masks)
    assert learnt is not guessed and learnt.learnt
    assert learnt.ways({"smiling": 1.0}) == guessed.ways({"smiling": 1.0}), "a slider keeps its scale"
    drawn = [known.edited({}, whole=True).reconstruction for known in (guessed, learnt)]
    missed = [np.abs(picture - face.crop / 255).mean() for picture in drawn if picture is not None]
    assert missed[1] < missed[0]


# --- the scale


def logistic(middle: float, slope: float) -> Callable[[float], float]:
    return lambda way: 1 / (1 + math.exp(-slope * (way - middle)))


@pytest.mark.slow
@pytest.mark.parametrize(("middle", "slope"), [(0.5, 4.0), (0.9, 3.0), (1.2, 5.0)])
def test_the_way_ends_at_the_goal(middle: float, slope: float) -> None:
    score = logistic(middle, slope)
    assert score(reach(score, True)) == pytest.approx(0.95, abs=0.02)
    away = logistic(-middle, slope)
    assert away(-reach(away, False)) == pytest.approx(0.05, abs=0.02)


@pytest.mark.slow
def test_the_way_stays_among_the_faces() -> None:
    assert reach(logistic(-3.0, 4.0), True) == SHORTEST, "it is there already"
    assert reach(logistic(9.0, 1.0), True) == LONGEST, "it cannot be reached"
    assert reach(lambda way: 0.5 - 0.1 * way, True) == USUAL, "the classifier looks elsewhere"
    assert reach(lambda way: 0.5, True) == USUAL


@pytest.mark.slow
def test_the_classifier_is_asked_a_few_times_only() -> None:
    asked: list[float] = []

    def score(way: float) -> float:
        asked.append(way)
        return logistic(0.7, 3.0)(way)

    reach(score, True)
    assert len(asked) <= 4


class Telling(torch.nn.Module):
    """A parser of nine regions as one of nineteen classes: the first of a region has all of it."""

    def __init__(self, parser: torch.nn.Module) -> None:
        super().__init__()
        self.parser = parser
        self.firsts = [CLASSES.index(region) for region in REGIONS]

    def classes(self, image: torch.Tensor) -> torch.Tensor:
        regions = self.parser(image)
        found = regions.new_zeros(len(image), len(CLASSES), *regions.shape[2:])
        found[:, self.firsts] = regions
        return found

    def regions(self, classes: torch.Tensor) -> torch.Tensor:
        return classes[:, self.firsts]

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.parser(image)
        return found


def test_a_slider_of_the_whole_face_leaves_the_wall_behind_it(
    pack: ModelPack, face: Face, masks: RegionMasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an edit does: of what is background in the photo and in the render of the slider's direction nothing
    is changed."""
    plain = LiveFace(face, masks, pack, FaceSession(face, pack)).edited({"male": 1.0}, whole=True)
    assert "in_front" not in plain.masks
    monkeypatch.setattr(pack, "parser", Telling(pack.parser))
    live = LiveFace(face, masks, pack, FaceSession(face, pack))
    result = live.edited({"male": 1.0}, whole=True)
    seen = live.picture({"male": 1.0}, face.size, whole=True)
    wall = np.asarray(
        Image.fromarray((result.masks["in_front"] >= 0.999).astype(np.uint8) * 255).resize((face.size,) * 2)
    )
    assert 0.05 < (wall == 255).mean() < 0.9
    np.testing.assert_array_equal(seen.picture[wall == 255], face.crop[wall == 255])
    assert (seen.picture != face.crop).any()
