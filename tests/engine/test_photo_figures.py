"""The kept commands about photos measure what they say."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine.evaluate import photo_landmarks, photo_speed
from engine.evaluate.photo_landmarks import laid, mask_marks, measure_aligned
from engine.faces.align import cut_square
from engine.imaging.warp import photo_to_unit


def test_marks_of_a_mask() -> None:
    classes = np.zeros((256, 256), np.uint8)
    classes[118:128, 90:106], classes[118:128, 150:166] = 5, 4
    classes[180:196, 100:150] = 12
    marks = mask_marks(classes)
    expected = np.array([(98, 123), (158, 123), (101, 188), (149, 188)]) / 256
    assert marks is not None and np.allclose(marks, expected)
    assert mask_marks(np.zeros((256, 256), np.uint8)) is None


def test_a_laid_picture_lies_in_its_square() -> None:
    y, x = np.mgrid[0:256, 0:256] / 255
    picture = np.rint(255 * np.stack([x, y, (x + y) / 2], -1)).astype(np.uint8)
    photo, quad = laid(picture, np.random.default_rng(3))
    back = cut_square(photo, quad, 256).astype(int)
    assert np.abs(back - picture)[8:-8, 8:-8].max() < 6
    assert np.allclose(
        quad @ photo_to_unit(quad)[:, :2].T + photo_to_unit(quad)[:, 2], photo_landmarks._CORNERS
    )


def test_errors_of_a_face_are_measured_both_ways(pack: engine.ModelPack) -> None:
    errors: dict[str, list[float]] = defaultdict(list)
    classes = np.zeros((256, 256), np.uint8)
    measure_aligned(engine.random_face(pack, 2), classes, pack, np.random.default_rng(0), errors)
    assert set(errors) == {f"{row} {way}" for row in ("square", "again") for way in ("found", "refined")}
    assert max(errors["square found"] + errors["square refined"]) < 15


@pytest.mark.slow
def test_a_group_photo_is_composed_and_timed(pack: engine.ModelPack, tmp_path: Path) -> None:
    for seed in range(3):
        ground = Image.new("RGB", (420, 400), "gray")
        ground.paste(Image.fromarray(engine.random_face(pack, seed)), (80, 70))
        ground.save(tmp_path / f"{seed}.png")
    faces = photo_speed.portraits(tmp_path, pack, 3, side=200)
    picture = photo_speed.compose(faces, 1500, 700)
    assert picture.shape == (700, 1500, 3)
    whole = tmp_path / "whole"
    whole.mkdir()
    Image.fromarray(picture).save(whole / "group.jpg")
    figures = photo_speed.group(whole / "group.jpg", "starter")
    assert figures["faces"] == 3 and 0 < figures["open_to_parsed_s"] < figures["open_to_all_parsed_s"]
    assert figures["pixels_mb"] == pytest.approx(1500 * 700 * 3 / 2**20)
    with pytest.raises(engine.EngineError, match="fewer than 4"):
        photo_speed.portraits(tmp_path, pack, 4)
