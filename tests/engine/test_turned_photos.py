"""Faces in photos that lie on their side or are upside down, and the parser's word on what is found.

The faces are drawn by the built-in pack's own generator, so that nobody's picture is needed.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest
from PIL import Image, ImageFilter

import engine
from engine import FaceBox, Photo
from engine.evaluate.photo_turns import found, judged, patterns, turned_marks
from engine.faces.confirm import CONFIRMED, agreement
from engine.faces.squares import moved_box

WIDTH, HEIGHT = 640, 480


@functools.cache
def pack() -> engine.ModelPack:
    return engine.load_pack("starter", device="cpu")


@functools.cache
def scene(*seeds: int, side: int = 230) -> np.ndarray:
    """Faces of nobody side by side before something soft: (480, 640, 3)."""
    grain = np.random.default_rng(7).integers(60, 190, (9, 12, 3), dtype=np.uint8)
    picture = Image.fromarray(grain).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    for place, seed in enumerate(seeds):
        drawn = Image.fromarray(engine.random_face(pack(), seed))
        face = drawn.resize((side, side), Image.Resampling.LANCZOS)
        edge = Image.new("L", (side, side))
        edge.paste(255, (12, 12, side - 12, side - 12))
        left = round((place + 0.5) * WIDTH / len(seeds) - side / 2)
        picture.paste(face, (left, (HEIGHT - side) // 2), edge.filter(ImageFilter.GaussianBlur(6)))
    return np.asarray(picture)


def turned(pixels: np.ndarray, quarters: int) -> Photo:
    return Photo(np.ascontiguousarray(np.rot90(pixels, -quarters)), "RGB")


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_a_face_is_found_upright_however_the_photo_lies(seed: int, quarters: int) -> None:
    pixels = scene(seed)
    (upright,) = found(pixels, pack())
    expected = turned_marks(upright.landmarks, WIDTH, HEIGHT, quarters)
    faces = engine.find_faces(turned(pixels, quarters), pack())
    assert len(faces) == 1 and judged(faces, expected) == "right"
    # Its aligned square is upright: the same picture as of the upright photo.
    crop = engine.align(turned(pixels, quarters), faces[0], 128).crop.astype(int)
    alike = engine.align(Photo(pixels, "RGB"), upright, 128).crop.astype(int)
    assert np.abs(crop - alike).mean() < 12


@pytest.mark.slow
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_all_faces_of_a_lying_photo_lie_as_it_does(quarters: int) -> None:
    pixels = scene(0, 1, 2, side=190)
    upright = found(pixels, pack())
    faces = engine.find_faces(turned(pixels, quarters), pack())
    assert len(upright) == len(faces) == 3
    for face in faces:
        misses = [
            np.hypot(*(turned_marks(u.landmarks, WIDTH, HEIGHT, quarters) - face.landmarks).T).mean()
            for u in upright
        ]
        assert min(misses) < 6


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [60, 120, 150, -70, -160])
def test_a_face_between_two_right_angles_is_right_or_not_found(degrees: int) -> None:
    pixels = scene(1)
    (upright,) = found(pixels, pack())
    photo = np.asarray(Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC, expand=True))
    faces = found(photo, pack())
    if faces:
        cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        from_middle = (upright.landmarks - (WIDTH / 2, HEIGHT / 2)) @ np.array([[cos, -sin], [sin, cos]])
        expected = from_middle + np.array(photo.shape[1::-1]) / 2
        assert judged(faces, expected) == "right"


@pytest.mark.slow
def test_the_parser_agrees_with_upright_landmarks_and_with_no_others() -> None:
    photo = Photo(scene(0), "RGB")
    (face,) = engine.find_faces(photo, pack())
    assert agreement(photo, face, pack()) > 0.9
    middle = face.landmarks.mean(axis=0)
    for quarters in (1, 2, 3):
        marks = turned_marks(face.landmarks - middle, 0, 0, quarters) + middle
        assert agreement(photo, FaceBox(face.box, face.score, marks), pack()) < CONFIRMED
    for shift in ((90, 0), (0, -110)):
        assert agreement(photo, FaceBox(face.box, face.score, face.landmarks + shift), pack()) < CONFIRMED


@pytest.mark.slow
def test_an_upright_photo_is_searched_in_one_turn_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    search = engine.faces.detect._search

    def counted(finder, photo, small, about=0.0):
        tried.append(about)
        return search(finder, photo, small, about)

    monkeypatch.setattr(engine.faces.detect, "_search", counted)
    assert len(engine.find_faces(Photo(scene(2), "RGB"), pack())) == 1
    assert tried == [0.0]


@pytest.mark.slow
def test_pictures_of_nobody_have_no_faces() -> None:
    for name, pixels in patterns(8):
        assert not found(pixels, pack()), name


@pytest.mark.slow
@pytest.mark.parametrize("quarters", range(4))
def test_a_face_goes_with_a_photo_that_is_turned_and_mirrored(quarters: int) -> None:
    """What its square holds is the same as before, also in the mirror."""
    photo = Photo(scene(5), "RGB")
    (face,) = engine.find_faces(photo, pack())
    before = engine.align(photo, face, 200)
    for mirrored in (False, True):
        orientation = engine.Orientation(0.0, mirrored, quarters)
        after = engine.oriented(photo, orientation)
        box = moved_box(face, orientation.matrix(photo.width, photo.height), after)
        x0, y0, x1, y1 = box.box
        assert 0 <= x0 < x1 <= after.width and 0 <= y0 < y1 <= after.height
        assert x1 - x0 == pytest.approx(face.box[2] - face.box[0], abs=1e-6)
        cut = engine.align(after, box, 200)
        assert np.abs(cut.crop.astype(int) - before.crop.astype(int)).max() <= 3
        refined = engine.refine_landmarks(after, box, pack())
        own = moved_box(
            engine.refine_landmarks(photo, face, pack()),
            orientation.matrix(photo.width, photo.height),
            after,
        )
        np.testing.assert_allclose(refined.landmarks, own.landmarks, atol=0.2)


def test_another_person_of_the_photo_is_no_wrong_face_and_a_turned_one_is() -> None:
    eyes = np.array([(40, 40), (60, 40), (50, 52), (43, 63), (57, 63)], np.float64)
    listed, other = eyes + np.array([100, 0]), eyes + np.array([300, 10])

    def face(marks: np.ndarray) -> engine.FaceBox:
        box = (*marks.min(axis=0), *marks.max(axis=0))
        return engine.FaceBox(box=box, landmarks=marks, score=0.9)

    assert judged([face(listed), face(other)], listed, [other]) == "right"
    assert judged([face(other)], listed, [other]) == "none" == judged([], listed)
    assert judged([face(other)], listed) == "wrong"
    upside_down = other.mean(axis=0) * 2 - other
    assert judged([face(upside_down)], listed, [other]) == "wrong"
    assert judged([face(listed), face(upside_down)], listed, [other]) == "wrong"
