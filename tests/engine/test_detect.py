"""Finding faces: squares, pyramids, suppression, and the way from the small copy back to the photo."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.errors import NoFaceError, PhotoError
from engine.faces.align import align, cut_square, ffhq_quad
from engine.faces.detect import (
    LONGEST,
    _search,
    _suppress,
    face_from_points,
    find_faces,
    last_look,
)
from engine.faces.search_copies import small_copy, turned_copy
from engine.faces.squares import closer, face_square, upright_quad
from engine.models.face_finder import CROP_SIZE, LANDMARK_UNIT, FaceFinder
from engine.paths import weights
from engine.types import Photo

MARKS = np.array([[-10.0, 0.0], [10.0, 0.0], [0.0, 11.0], [-8.0, 20.0], [8.0, 20.0]])

UPRIGHT = MARKS - [0.0, 8.0]
"""The same with the middle of the face's square at the origin."""


def turned(degrees: float, scale: float = 1.0, centre: tuple[float, float] = (100.0, 80.0)) -> Any:
    a = np.radians(degrees)
    return MARKS @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) * scale + centre


def photo_of(pixels: Any, mode: str = "RGB") -> Photo:
    return Photo(pixels, mode)


class Marker(FaceFinder):
    """The real pyramid with a network that answers to bright blobs of one size instead of faces."""

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        fine = torch.nn.functional.avg_pool2d(image.mean(1, keepdim=True), 4)
        coarse = torch.nn.functional.avg_pool2d(fine, 9, 1, 4)
        score = torch.nn.functional.avg_pool2d((fine - coarse).clamp(0), 3, 1, 1)[:, 0]
        y, x = torch.meshgrid(*((torch.arange(n) + 0.5) * 4 for n in score.shape[1:]), indexing="ij")
        return score, torch.stack([x, y], -1)[None, :, :, None] + torch.from_numpy(UPRIGHT / 2).float()

    def refine(self, crops: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        marks = (torch.from_numpy(UPRIGHT).float() * 24 / 20 + CROP_SIZE / 2).expand(len(crops), 5, 2)
        return marks, (crops[:, :, 40:56, 40:56].mean((1, 2, 3)) > 0.5).float() * 0.9

    def place(self, crops: torch.Tensor) -> torch.Tensor:
        """The eyes' middle where the light is: places of one close crop and of its mirror image differ."""
        light = crops.mean(1)
        y, x = torch.meshgrid(*((torch.arange(n) + 0.5) for n in light.shape[1:]), indexing="ij")
        centre = (
            torch.stack([(light * x).sum((1, 2)), (light * y).sum((1, 2))], 1) / light.sum((1, 2))[:, None]
        )
        return centre[:, None] + torch.from_numpy(UPRIGHT).float() * 24 / 20


def blobs(zoom: int) -> Any:
    """Two soft bright discs of 20 px (times `zoom`) at (150, 100) and (450, 280) on black."""
    y, x = np.mgrid[0 : 400 * zoom, 0 : 600 * zoom] / zoom
    light = [np.clip(1.4 - np.hypot(x - a, y - b) / 20, 0, 1) for a, b in ((150, 100), (450, 280))]
    return np.repeat((255 * np.maximum(*light)).astype(np.uint8)[..., None], 3, axis=2)


def test_the_square_holds_the_face_and_turns_with_it() -> None:
    centre, half = face_square(turned(0))
    np.testing.assert_allclose(centre, [100, 88])
    assert half == pytest.approx(1.35 * 20)
    quad = upright_quad(turned(30))
    np.testing.assert_allclose(quad.mean(0), face_square(turned(30))[0], atol=1e-9)
    side = quad[3] - quad[0]
    assert np.degrees(np.arctan2(side[1], side[0])) == pytest.approx(30)
    assert np.hypot(*side) == pytest.approx(3 * face_square(turned(30))[1])
    np.testing.assert_allclose(np.dot(side, quad[1] - quad[0]), 0, atol=1e-6)


def test_landmark_unit_covers_the_largest_face() -> None:
    reach = np.abs(MARKS * (57 / 2 / 1.35 / 20)).max()
    assert reach < 3 * LANDMARK_UNIT


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "RGB;16"])
def test_the_small_copy_averages_every_kind_of_photo(mode: str) -> None:
    channels = {"RGB": 3, "L": 1, "RGBA": 4, "RGB;16": 3}[mode]
    deep = mode.endswith("16")
    plain = np.zeros((900, 2300, channels), np.uint16 if deep else np.uint8)
    plain[::2] = 65535 if deep else 255
    small = small_copy(photo_of(plain[..., 0] if mode == "L" else plain, mode), 1000)
    assert small.shape == (391, 1000, 3)
    assert small.dtype == np.uint8
    assert np.abs(small[5:-5].astype(int) - 127).max() <= 40
    assert abs(float(small.mean()) - 127.5) < 3


def test_of_overlapping_candidates_the_best_stays() -> None:
    kept = _suppress([(0.5, turned(0)), (0.9, turned(3, 1.1)), (0.6, turned(0, 1.0, (220.0, 80.0)))])
    assert [score for score, _ in kept] == [0.9, 0.6]
    nested = _suppress([(0.8, turned(0, 3.0)), (0.7, turned(0, 0.5))])
    assert len(nested) == 1


@pytest.mark.parametrize("zoom", [1, 2])
def test_places_found_in_the_pyramid_are_those_of_the_photo(zoom: int) -> None:
    photo, pack = photo_of(blobs(zoom)), SimpleNamespace(finder=Marker().eval())
    faces = find_faces(photo, pack)  # type: ignore[arg-type]
    centres = sorted(tuple(face_square(f.landmarks)[0] / zoom) for f in faces)
    # The detector's cells leave them 8 px off; the last look sees the disc itself.
    np.testing.assert_allclose(centres, [(150, 100), (450, 280)], atol=1.5)
    for face in faces:
        x0, y0, x1, y1 = face.box
        assert 0 <= x0 < x1 <= 600 * zoom
        assert 0 <= y0 < y1 <= 400 * zoom
        assert face.landmarks.shape == (5, 2)
    assert len(find_faces(photo, pack, limit=1)) == 1  # type: ignore[arg-type]


def test_a_photo_too_dark_for_the_first_search_is_searched_again_brightened() -> None:
    dark = (blobs(3) * 0.45).astype(np.uint8)
    photo, finder = photo_of(dark), Marker().eval()
    assert not _search(finder, photo, small_copy(photo, LONGEST))
    faces = find_faces(photo, SimpleNamespace(finder=finder))  # type: ignore[arg-type]
    centres = sorted(tuple(face_square(f.landmarks)[0] / 3) for f in faces)
    np.testing.assert_allclose(centres, [(150, 100), (450, 280)], atol=1.5)


@pytest.mark.parametrize("degrees", [-35.0, 35.0])
def test_a_place_in_a_turned_copy_is_led_back(degrees: float) -> None:
    picture = np.zeros((90, 140, 3), np.uint8)
    picture[20:23, 100:103] = 255
    copy, back = turned_copy(picture, degrees)
    y, x = np.nonzero(copy[..., 0] > 180)
    place = back[:, :2] @ np.array([x.mean() + 0.5, y.mean() + 0.5]) + back[:, 2]
    np.testing.assert_allclose(place, [101.5, 21.5], atol=0.6)
    assert copy.shape[0] > 140 and copy[0, 0].tolist() == [128, 128, 128]


def test_a_last_look_is_at_the_middle_of_a_square_and_averages_both_ways() -> None:
    quad = upright_quad(turned(30))
    near = closer(quad, 0.8)
    np.testing.assert_allclose(near.mean(0), quad.mean(0))
    np.testing.assert_allclose(near[3] - near[0], 0.8 * (quad[3] - quad[0]))

    class Slanted(Marker):
        """Always 6 px too far right."""

        def place(self, crops: torch.Tensor) -> torch.Tensor:
            return super().place(crops) + torch.tensor([6.0, 0.0])

    photo = photo_of(blobs(1))
    crop = cut_square(photo, closer(upright_quad(turned(0, 1.0, (150.0, 92.0))), 0.8), CROP_SIZE)
    places = last_look(Slanted().eval(), np.stack([crop, crop]))
    assert places.shape == (2, 5, 2)
    exact = last_look(Marker().eval(), crop[None])
    np.testing.assert_allclose(places, np.repeat(exact, 2, axis=0), atol=1e-4)
    assert exact[0, 0, 0] < exact[0, 1, 0]


def test_a_photo_without_a_face_says_so() -> None:
    finder = FaceFinder.from_state(load_file(weights("starter", "finder.safetensors")))
    y, x = np.mgrid[0:480, 0:640]
    plain = np.stack([x * 255 // 640, y * 255 // 480, (x + y) * 255 // 1120], -1).astype(np.uint8)
    with pytest.raises(NoFaceError) as caught:
        find_faces(photo_of(plain), SimpleNamespace(finder=finder))  # type: ignore[arg-type]
    assert caught.value.hint


def test_a_face_that_a_person_marked() -> None:
    photo = Photo(np.zeros((400, 500, 3), np.uint8), "RGB")
    marks = np.array([(200, 150), (260, 150), (230, 185), (205, 215), (255, 215)], float)
    face = face_from_points(photo, marks)
    assert face.score == 1 and np.array_equal(face.landmarks, marks)
    assert face.box[0] < 200 and face.box[2] > 260 and face.box[3] > 215
    assert np.allclose(align(photo, face).quad, ffhq_quad(marks))
    with pytest.raises(PhotoError, match="outside the photo"):
        face_from_points(photo, marks + 2000)
    with pytest.raises(PhotoError, match="do not make a face"):
        face_from_points(photo, np.zeros((5, 2)))
