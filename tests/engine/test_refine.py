"""Landmarks from soft masks: drawn masks with known centres, through the real alignment."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import engine
from engine.faces import refine_landmarks
from engine.types import REGIONS

TRUE = np.array([[190.0, 240], [322, 240], [256, 300], [200, 380], [312, 380]])
LEFT, RIGHT = (190, 240, 24, 11), (322, 240, 24, 11)


def ellipse(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
    y, x = np.mgrid[0:512, 0:512] + 0.5
    return (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1).astype(np.float32)


def masks(*eyes: tuple[float, float, float, float], haze: float = 0) -> engine.RegionMasks:
    probabilities = np.zeros((9, 512, 512), np.float32)
    for eye in eyes:
        probabilities[REGIONS.index("eyes")] += ellipse(*eye)
    probabilities[REGIONS.index("mouth")] = ellipse(256, 395, 58, 18)
    return engine.RegionMasks(np.clip(probabilities + np.float32(haze), 0, 1))


@pytest.fixture
def refined(monkeypatch: pytest.MonkeyPatch) -> Callable[..., np.ndarray]:
    """Landmarks before less those after refinement, where the finder put the eyes so far beside their places.
    The square is the photo itself."""

    def run(found: engine.RegionMasks, *beside: tuple[float, float]) -> np.ndarray:
        before = TRUE.copy()
        before[:2] += beside
        box = engine.FaceBox((120, 120, 400, 460), 1.0, before)
        photo = engine.Photo(np.full((512, 512, 3), 128, np.uint8), "RGB")
        quad = np.array([[0, 0], [0, 512], [512, 512], [512, 0]], np.float64)
        monkeypatch.setattr(refine_landmarks, "align", lambda *_: engine.Face(photo.pixels, quad, box))
        monkeypatch.setattr("engine.faces.parse.parse", lambda *_: found)
        after = refine_landmarks.refine_landmarks(photo, box, None).landmarks  # type: ignore[arg-type]
        return after - before

    return run


@pytest.mark.parametrize("beside", [((0, 5), (0, -5)), ((-5, 0), (5, 0)), ((3, -4), (-3, 4))])
def test_eyes_turn_and_part_towards_the_masks_and_not_beyond(
    refined: Callable[..., np.ndarray], beside: tuple[tuple[float, float], ...]
) -> None:
    moved = refined(masks(LEFT, RIGHT), *beside)
    wished = -np.array(beside, float)
    share = (moved[:2] * wished).sum(1) / (wished**2).sum(1)
    assert share.min() > 0.2 and share.max() < 0.6
    assert np.allclose(moved[:2].sum(0), 0), "their middle stays"
    assert not moved[2:].any()


def test_where_the_pair_lies_is_the_finders_word(refined: Callable[..., np.ndarray]) -> None:
    """A mask's centre is below the pupil in every face; the mouth's lies elsewhere here too."""
    moved = refined(masks(LEFT, RIGHT), (2, -7), (2, -7))
    assert np.abs(moved).max() < 0.01


@pytest.mark.parametrize(
    "eyes",
    [
        ((256, 240, 110, 25),),  # glasses
        (LEFT,),  # the other eye is hidden
        ((190, 240, 3, 2), RIGHT),  # nearly so
        ((190, 215, 24, 11), RIGHT),  # a brow, or a shadow
        (),
    ],
)
def test_what_is_hidden_or_seen_far_away_moves_neither_eye(
    refined: Callable[..., np.ndarray], eyes: tuple[tuple[float, float, float, float], ...]
) -> None:
    assert not refined(masks(*eyes), (0, 4), (0, -4)).any()


def test_vague_masks_move_nothing_and_clearer_ones_more(refined: Callable[..., np.ndarray]) -> None:
    steps = [
        np.abs(refined(masks(LEFT, RIGHT, haze=haze), (0, 4), (0, -4))).max() for haze in (0, 0.001, 0.02)
    ]
    assert steps[0] > steps[1] > steps[2] == 0


def test_a_turned_face_is_refined_along_its_own_axes() -> None:
    """The same correction whichever way the face lies in the photo."""
    pack = engine.load_pack("starter", device="cpu")
    face = engine.random_face(pack, 3)
    wide = np.pad(face, ((60, 60), (60, 60), (0, 0)), mode="reflect")
    upright, turned = engine.Photo(wide, "RGB"), engine.Photo(np.rot90(wide).copy(), "RGB")
    marks = engine.find_faces(upright, pack)[0].landmarks
    moved = engine.refine_landmarks(upright, engine.face_from_points(upright, marks), pack).landmarks - marks
    there = np.stack([marks[:, 1], wide.shape[1] - marks[:, 0]], 1)
    also = engine.refine_landmarks(turned, engine.face_from_points(turned, there), pack).landmarks - there
    assert np.hypot(*moved.T).max() > 0.02 and not moved[2:].any()
    assert np.allclose(also, np.stack([moved[:, 1], -moved[:, 0]], 1), atol=0.3 * np.abs(moved).max())
