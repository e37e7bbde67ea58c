"""Landmarks from soft masks: drawn masks with known centres, through the real alignment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
from engine.faces import refine
from engine.types import REGIONS

TRUE = np.array([[190.0, 240], [322, 240], [256, 300], [200, 380], [312, 380]])


def ellipse(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
    y, x = np.mgrid[0:512, 0:512] + 0.5
    return (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1).astype(np.float32)


def masks(*eyes: tuple[float, float, float, float], mouth: bool = True) -> engine.RegionMasks:
    probabilities = np.zeros((9, 512, 512), np.float32)
    for eye in eyes:
        probabilities[REGIONS.index("eyes")] += ellipse(*eye)
    if mouth:
        probabilities[REGIONS.index("mouth")] = ellipse(256, 380, 58, 18)
    return engine.RegionMasks(probabilities)


@pytest.fixture
def refined(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Refinement of a face whose finder was off by a few px; the square is the photo itself."""
    off = engine.FaceBox(
        (120, 120, 400, 460), 1.0, TRUE + np.array([[8, -6], [-7, 5], [0, 0], [9, 4], [-6, -8]])
    )
    photo = engine.Photo(np.full((512, 512, 3), 128, np.uint8), "RGB")
    quad = np.array([[0, 0], [0, 512], [512, 512], [512, 0]], np.float64)
    whole = engine.Face(photo.pixels, quad, off)
    monkeypatch.setattr(refine, "align", lambda *_: whole)

    def run(found: engine.RegionMasks) -> tuple[np.ndarray, np.ndarray]:
        monkeypatch.setattr("engine.packs.pack.parse", lambda *_: found)
        return off.landmarks, refine.refine_landmarks(photo, off, None).landmarks  # type: ignore[arg-type]

    return run


LEFT, RIGHT = (190, 240, 24, 11), (322, 240, 24, 11)


def test_points_move_towards_the_masks_and_not_beyond(refined: Any) -> None:
    before, after = refined(masks(LEFT, RIGHT))
    moved = np.hypot(*(after - before).T) / np.hypot(*(TRUE - before).T).clip(1e-9)
    error, was = np.hypot(*(after - TRUE).T), np.hypot(*(before - TRUE).T)
    assert (error[[0, 1, 3, 4]] < was[[0, 1, 3, 4]]).all() and error[:2].sum() < 0.7 * was[:2].sum()
    assert moved[:2].min() > 0.25 and moved.max() < 0.8
    assert np.array_equal(after[2], before[2])


def test_where_both_agree_nothing_moves(refined: Any) -> None:
    """The parser's eyes lie 3 px from the finder's points, of 117 px between those."""
    before, after = refined(masks((200, 232, 24, 11), (317, 243, 24, 11), mouth=False))
    assert np.array_equal(before, after)


def test_joined_eyes_and_missing_parts_leave_the_points(refined: Any) -> None:
    before, after = refined(masks((256, 240, 110, 25), mouth=False))
    assert np.array_equal(before, after)


def test_a_far_move_is_not_believed(refined: Any) -> None:
    before, after = refined(masks((120, 120, 24, 11), RIGHT))
    assert np.array_equal(after[0], before[0]) and not np.array_equal(after[1], before[1])


def test_vague_masks_move_nothing_and_clearer_ones_more(refined: Any) -> None:
    sharp = masks(LEFT, RIGHT)
    steps = []
    for haze in (0.0, 0.0015, 0.02):
        before, after = refined(engine.RegionMasks(np.clip(sharp.probabilities + np.float32(haze), 0, 1)))
        steps.append(np.hypot(*(after - before).T)[[0, 1]].mean())
    assert steps[0] > steps[1] > steps[2] == 0
