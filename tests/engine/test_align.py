"""Alignment: the FFHQ square, its resampling, and what lies outside the photo."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from engine.errors import PhotoError
from engine.faces.align import align, cut_square, ffhq_quad, take_whole
from engine.imaging.warp import Box, mask_to_photo, sampled, side_of, to_photo
from engine.types import FaceBox, Photo

# Eyes, nose and mouth of a drawn face in the unit square of its aligned crop.
UNIT = np.array([(0.385, 0.48), (0.615, 0.48), (0.5, 0.6), (0.41, 0.72), (0.59, 0.72)])


@functools.cache
def drawn_face(size: int) -> np.ndarray:
    """A face with smooth shading, drawn four times too large and reduced."""
    big = size * 4
    y, x = np.mgrid[0:big, 0:big] / big
    shade = np.stack([0.75 - 0.3 * x, 0.6 - 0.25 * y, 0.5 + 0.2 * (x - y)], -1)
    image = Image.fromarray((shade * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for (cx, cy), radius, colour in (
        (UNIT[0], 0.035, (30, 30, 60)),
        (UNIT[1], 0.035, (30, 30, 60)),
        (UNIT[2], 0.02, (200, 120, 100)),
    ):
        box = [(cx - radius) * big, (cy - radius) * big, (cx + radius) * big, (cy + radius) * big]
        draw.ellipse(box, fill=colour)
    draw.line([tuple(UNIT[3] * big), tuple(UNIT[4] * big)], fill=(150, 30, 40), width=big // 40)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(3)).reduce(4))


def box_of(landmarks: np.ndarray) -> FaceBox:
    low, high = landmarks.min(0), landmarks.max(0)
    return FaceBox((low[0], low[1], high[0], high[1]), 1.0, landmarks)


def photo_with_face(angle: float, side: float, centre: tuple[float, float], size: tuple[int, int]) -> tuple:
    """A photo in which the drawn face's crop lies turned by `angle` degrees; and its landmarks."""
    c, s = math.cos(math.radians(angle)) * side, math.sin(math.radians(angle)) * side
    face = drawn_face(512)
    # Photo to unit square, then to the drawing's pixels; drawn with Pillow's own inverse mapping.
    inverse = np.linalg.inv(np.array([[c, -s], [s, c]]))
    offset = 0.5 - inverse @ np.array(centre)
    coefficients = [*(inverse[0] * 512), offset[0] * 512, *(inverse[1] * 512), offset[1] * 512]
    turned = Image.fromarray(face).transform(
        size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC, fillcolor=(90, 90, 90)
    )
    landmarks = (UNIT - 0.5) @ np.array([[c, -s], [s, c]]).T + centre
    return Photo(np.asarray(turned), "RGB"), landmarks


def test_the_quad_of_the_published_construction() -> None:
    landmarks = np.array([(100.0, 100), (160, 110), (0, 0), (105, 180), (150, 186)])
    quad = ffhq_quad(landmarks)
    eyes, mouth = np.array([130.0, 105]), np.array([127.5, 183])
    across, down = np.array([60.0, 10]), mouth - eyes
    # As the published script has it: x = across - flipud(down) * [-1, 1], and so on.
    x = across - down[::-1] * (-1, 1)
    x = x / np.hypot(*x) * max(np.hypot(*across) * 2.0, np.hypot(*down) * 1.8)
    y = x[::-1] * (-1, 1)
    centre = eyes + down * 0.1
    expected = np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])
    assert np.allclose(quad, expected)
    assert side_of(quad) == pytest.approx(2 * np.hypot(*x))


@pytest.mark.parametrize("angle", [0, 17, -43, 90, 171])
def test_landmarks_land_in_the_same_place_at_any_rotation(angle: float) -> None:
    photo, landmarks = photo_with_face(angle, 300, (330, 310), (640, 600))
    upright, points = photo_with_face(0, 300, (330, 310), (640, 600))
    turned = align(photo, box_of(landmarks), 256).crop.astype(float)
    straight = align(upright, box_of(points), 256).crop.astype(float)
    middle = slice(20, -20)
    assert np.abs(turned - straight)[middle, middle].mean() < 1.2


def test_an_aligned_face_aligned_again_is_itself() -> None:
    photo, landmarks = photo_with_face(24, 420, (330, 310), (660, 620))
    first = align(photo, box_of(landmarks), 512)
    # Where the landmarks lie in the crop, from the square alone.
    edges = np.column_stack([first.quad[3] - first.quad[0], first.quad[1] - first.quad[0]])
    inside = (landmarks - first.quad[0]) @ np.linalg.inv(edges).T * 512
    again = align(Photo(first.crop, "RGB"), box_of(inside), 512)
    corners = np.array([(0, 0), (0, 512), (512, 512), (512, 0)])
    assert np.abs(again.quad - corners).max() < 0.01 * 512
    assert np.abs(again.crop.astype(int) - first.crop).mean() < 0.5


def test_the_default_size_follows_the_face() -> None:
    photo, landmarks = photo_with_face(0, 100, (330, 310), (660, 620))
    assert align(photo, box_of(landmarks)).size == 256
    photo, landmarks = photo_with_face(0, 440, (330, 310), (660, 620))
    face = align(photo, box_of(landmarks))
    assert face.size == round(side_of(face.quad))
    assert 400 < face.size < 460
    assert align(photo, box_of(landmarks), 777).crop.shape == (777, 777, 3)


@pytest.mark.parametrize("shrink", [1.3, 2.0, 3.7, 9.0])
def test_shrinking_averages(shrink: float) -> None:
    # One-pixel stripes must become even grey, never beats, at any angle.
    size, side = 64, 64 * shrink
    pixels = np.zeros((900, 900, 3), np.uint8)
    pixels[:, ::2] = 200
    for angle in (0.0, 0.3):
        c, s = math.cos(angle) * side / 2, math.sin(angle) * side / 2
        quad = np.array([(450 - c + s, 450 - s - c), (450 - c - s, 450 - s + c)])
        quad = np.vstack([quad, 900 - quad])
        crop = cut_square(Photo(pixels, "RGB"), quad, size)
        if shrink >= 2:
            assert crop.std() < 12
        assert abs(crop.mean() - 100) < 3


def test_enlarging_is_smooth_and_centred() -> None:
    y, x = np.mgrid[0:40, 0:40]
    ramp = np.stack([x * 5, y * 5, x * 2 + y * 2], -1).astype(np.uint8)
    quad = np.array([(10.0, 10), (10, 30), (30, 30), (30, 10)])
    crop = cut_square(Photo(ramp, "RGB"), quad, 100).astype(float)
    expected = (10 + (np.arange(100) + 0.5) / 5 - 0.5) * 5
    assert np.abs(crop[50, :, 0] - expected).max() <= 1
    assert np.abs(crop[:, 50, 1] - expected).max() <= 1


def test_outside_the_frame_is_mirrored() -> None:
    rng = np.random.default_rng(0)
    pixels = np.asarray(Image.fromarray(rng.integers(0, 255, (8, 8, 3), np.uint8)).resize((80, 80)))
    quad = np.array([(-40.0, -40), (-40, 40), (40, 40), (40, -40)])
    crop = cut_square(Photo(pixels, "RGB"), quad, 80)
    assert np.array_equal(crop[40:, 40:], pixels[:40, :40])
    assert np.array_equal(crop[40:, 39:0:-1], pixels[:40, 1:40])
    # Farther than the photo is wide, it is mirrored again and again.
    far = cut_square(Photo(pixels, "RGB"), quad * 3, 240)
    assert np.array_equal(far[120:200, 120:200], pixels)
    assert far.min() >= pixels.min()


def test_only_what_is_needed_is_converted() -> None:
    # Four gigapixels that exist once: a copy of the whole would not fit into memory.
    row = np.arange(65536 * 3, dtype=np.uint32).astype(np.uint8).reshape(1, 65536, 3)
    photo = Photo(np.broadcast_to(row, (65536, 65536, 3)), "RGB")
    quad = np.array([(1850.0, 1350), (1850, 1550), (2050, 1550), (2050, 1350)])
    assert np.array_equal(cut_square(photo, quad, 200), photo.pixels[1350:1550, 1850:2050])


def test_points_that_are_no_face() -> None:
    photo = Photo(np.zeros((100, 100, 3), np.uint8), "RGB")
    for points in (np.zeros((5, 2)), np.full((5, 2), np.nan), np.zeros((4, 2))):
        with pytest.raises(PhotoError, match="do not make a face"):
            align(photo, FaceBox((0, 0, 1, 1), 1.0, points))
    with pytest.raises(PhotoError, match="outside the photo"):
        align(photo, box_of(UNIT * 100 + 500))
    with pytest.raises(PhotoError, match="outside the photo"):
        align(photo, box_of((UNIT - 0.5) * 5000 + 50))


def test_a_face_half_outside_the_frame_is_aligned() -> None:
    photo, landmarks = photo_with_face(10, 300, (60, 200), (400, 400))
    face = align(photo, box_of(landmarks), 256)
    assert face.crop.shape == (256, 256, 3)
    assert (face.quad[:, 0] < 0).any()


def test_taking_a_photo_whole() -> None:
    pixels = drawn_face(64)
    face = take_whole(Photo(pixels, "RGB"))
    assert np.array_equal(face.crop, pixels)
    assert np.array_equal(face.quad, [(0, 0), (0, 64), (64, 64), (64, 0)])
    half = take_whole(Photo(pixels, "RGB"), 32)
    expected = pixels.reshape(32, 2, 32, 2, 3).mean((1, 3))
    assert np.abs(half.crop - expected).max() <= 8
    assert np.abs(half.crop - expected).mean() < 0.6
    with pytest.raises(PhotoError, match="must be square"):
        take_whole(Photo(pixels[:50], "RGB"))


def test_there_and_back() -> None:
    """A smooth map laid into the photo and cut out again is itself."""
    quad = np.array([(30.0, 20), (10, 120), (110, 140), (130, 40)])
    y, x = np.mgrid[0:64, 0:64] / 64
    field = (np.sin(x * 5) * np.cos(y * 4) * 0.4 + 0.5).astype(np.float32)
    placed = to_photo(np.dstack([field, 1 - field]), quad, Box(0, 0, 160, 160))
    assert mask_to_photo(field, quad, Box(0, 0, 160, 160))[0, 0] == 0
    unit = (np.stack([x, y], -1) + 0.5 / 64).reshape(-1, 2)
    points = unit @ np.array([(quad[3] - quad[0]), (quad[1] - quad[0])]) + quad[0]
    back = sampled(placed, points[:, 0], points[:, 1])[:, 0].reshape(64, 64)
    inner = slice(4, -4)
    assert np.abs(back - field)[inner, inner].max() < 0.01


def test_sampling_at_pixel_centres_is_exact() -> None:
    image = np.random.default_rng(1).random((9, 7, 2)).astype(np.float32)
    y, x = np.mgrid[0:9, 0:7].astype(np.float32) + 0.5
    assert np.allclose(sampled(image, x, y), image, atol=1e-5)
