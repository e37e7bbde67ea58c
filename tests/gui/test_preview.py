"""The picture of a running edit: blended as its result will be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import engine
from engine import AttributeEdit, EditRequest, Face, Photo, RegionMasks, Step
from engine.types import LossTerms
from maskfacegan_gui.tasks.live_preview import LivePreview

SIZE = 64


@pytest.fixture
def request_() -> EditRequest:
    """A grained face whose mouth fills the lower half."""
    crop = np.random.default_rng(1).integers(100, 160, (SIZE, SIZE, 3), np.uint8)
    quad = np.array([[0, 0], [0, SIZE], [SIZE, SIZE], [SIZE, 0]], float)
    masks = np.zeros((len(engine.REGIONS), 512, 512), np.float32)
    masks[engine.REGIONS.index("mouth"), 256:] = 1
    masks[0, :256] = 1
    return EditRequest(Face(crop, quad), RegionMasks(masks), (AttributeEdit("smiling"),), blend="no_skin")


def whole(request: EditRequest) -> Photo:
    """The photo that the face is all of."""
    return Photo(request.face.crop, "RGB")


def step(value: int, *terms: str, stage: str = "latent") -> Step:
    losses = LossTerms(terms, lambda: [0.0] * (len(terms) + 1))
    return Step(stage, 1, losses, 1, 9, 1.0, np.full((32, 32, 3), value, np.uint8))


def test_detail_shows_the_photo_and_the_change(request_: EditRequest) -> None:
    live = LivePreview()
    live.begin(request_, "detail", whole(request_))
    assert live.picture(step(90, "recon")) is None, "while the face is learnt the photo is seen"
    picture, cover = live.picture(step(110, "recon", "classf"))
    np.testing.assert_array_equal(picture, request_.face.crop + 20)
    assert cover[50].min() == 255 and cover[5].max() == 0
    assert live.picture(step(200, "recon", stage="noise")) is None


def test_a_guess_is_shown_until_the_edit_itself_can_be_seen(request_: EditRequest) -> None:
    live = LivePreview()
    live.begin(request_, "detail", whole(request_))
    guess = replace(step(90, "recon"), first_guess=np.full((32, 32, 3), 97, np.uint8))
    picture, _ = live.picture(guess)
    np.testing.assert_array_equal(picture, request_.face.crop + 7)
    assert live.picture(step(100, "recon")) is None, "the guess stays on the screen"
    picture, _ = live.picture(step(105, "recon", "classf"))
    np.testing.assert_array_equal(picture, request_.face.crop + 5)


def test_a_run_behind_the_reconstruction_uses_the_earlier_one(request_: EditRequest) -> None:
    live = LivePreview()
    live.begin(request_, "detail", whole(request_))
    live.picture(step(90, "recon"))
    live.begin(request_, "detail", whole(request_))
    picture, _ = live.picture(step(80, "recon", "classf"))
    np.testing.assert_array_equal(picture, request_.face.crop - 10)


def test_another_face_has_no_reference(request_: EditRequest) -> None:
    live = LivePreview()
    live.begin(request_, "detail", whole(request_))
    live.picture(step(90, "recon"))
    other = EditRequest(Face(request_.face.crop, request_.face.quad), request_.masks, request_.attributes)
    live.begin(other, "detail", whole(other))
    picture, _ = live.picture(step(80, "recon", "classf"))
    assert (picture == 80).all(), "the published composite, for want of better"


def test_published_shows_the_composite(request_: EditRequest) -> None:
    live = LivePreview()
    live.begin(request_, "paper", whole(request_))
    picture, cover = live.picture(step(90, "recon"))
    assert (picture == 90).all() and cover.shape == (32, 32)
    assert live.picture(Step("latent", 1, LossTerms((), list), 1, 9, 1.0)) is None


def test_a_region_that_goes_on_below_the_square_fades_out(request_: EditRequest) -> None:
    larger = Photo(np.full((2 * SIZE, 2 * SIZE, 3), 120, np.uint8), "RGB")
    live = LivePreview()
    live.begin(request_, "detail", larger)
    live.picture(step(90, "recon"))
    _, cover = live.picture(step(110, "recon", "classf"))
    assert cover[-1].max() < 30 < cover[45, SIZE // 2] and cover[5].max() == 0
    live.begin(request_, "detail", whole(request_))
    _, cover = live.picture(step(110, "recon", "classf"))
    assert cover[-1].min() == 255, "where the photo ends nothing has to run out"
