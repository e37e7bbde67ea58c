"""Paste-back: outside the mask every bit stays, inside only the change arrives."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from scipy import ndimage

from engine.compositing.paste import paste, paste_mask
from engine.faces.align import cut_square, take_whole
from engine.imaging.warp import Box, mask_to_photo, resized
from engine.photo.api import open_photo, save_photo
from engine.types import EditResult, Face, Photo

from .results import bare_result

R = 64
ONES = np.ones((R, R), np.float32)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def noise_photo(mode: str = "RGB", size: tuple[int, int] = (300, 260), profile: bytes | None = None) -> Photo:
    """Smooth colour with sharp noise on it, in any mode."""
    rng = np.random.default_rng(5)
    channels = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 1, "RGB;16": 3, "RGBA;16": 4}[mode]
    deep = mode.endswith(";16")
    small = Image.fromarray(rng.integers(60, 200, (6, 6, 3), np.uint8)).resize(size, Image.Resampling.BICUBIC)
    base = np.asarray(small, np.float64)[..., [0, 1, 2, 0][:channels]] / 255
    values = np.clip(base + rng.normal(0, 0.06, base.shape), 0, 1)
    top = 65535 if deep else 255
    pixels = np.rint(values * top).astype(np.uint16 if deep else np.uint8)
    return Photo(pixels[..., 0] if channels == 1 else pixels, mode, icc_profile=profile)


def turned_quad(angle: float, side: float, centre: tuple[float, float]) -> np.ndarray:
    c, s = math.cos(math.radians(angle)) * side / 2, math.sin(math.radians(angle)) * side / 2
    x, y = np.array([c, s]), np.array([-s, c])
    return np.stack([-x - y, -x + y, x + y, x - y]) + centre


def face_in(photo: Photo, angle: float = 20, side: float = 150, centre: tuple = (140, 150)) -> Face:
    quad = turned_quad(angle, side, centre)
    return Face(cut_square(photo, quad, 128), quad)


def disc(radius: float = 0.25, soft: float = 0.1) -> np.ndarray:
    y, x = np.mgrid[0:R, 0:R] / (R - 1) - 0.5
    return np.clip((radius - np.hypot(x, y)) / soft + 0.5, 0, 1).astype(np.float32)


def result_of(face: Face, change: np.ndarray | float, mask: np.ndarray | None = None) -> EditResult:
    """A result whose generated picture is the crop plus `change`."""
    source = resized(face.crop.astype(np.float32) / 255, R)
    generated = np.clip(source + np.float32(change), 0, 1).astype(np.float32)
    blend = disc() if mask is None else mask
    image = blend[..., None] * generated + (1 - blend[..., None]) * source
    return bare_result(image, generated, source, blend)


@pytest.mark.parametrize("mode", ["paper", "detail"])
@pytest.mark.parametrize("angle", [0, 13, 90, -128, 180])
def test_outside_the_mask_nothing_changes(tmp_path: Path, angle: float, mode: str) -> None:
    photo = noise_photo()
    face = face_in(photo, angle)
    result = result_of(face, 0.15)
    pasted = paste(photo, face, result, mode=mode)
    mask = paste_mask(photo, face, result, mode=mode)
    assert mask.shape == photo.pixels.shape[:2]
    assert mask.max() == 255
    assert 0 < (mask > 0).mean() < 0.5
    saved = open_photo(save_photo(pasted, tmp_path / "a.png")).pixels
    changed = np.any(saved != photo.pixels, axis=-1)
    assert not changed[mask == 0].any()
    assert changed[mask > 100].mean() > 0.95


@pytest.mark.parametrize("name", ["L", "LA", "RGB", "RGBA", "CMYK", "I;16", "RGB;16", "RGBA;16"])
def test_every_mode_keeps_its_own_values(name: str) -> None:
    photo = noise_photo(name, profile=SRGB)
    face = face_in(photo)
    result = result_of(face, -0.1)
    pasted = paste(photo, face, result)
    mask = paste_mask(photo, face, result)
    assert (pasted.mode, pasted.icc_profile) == (photo.mode, photo.icc_profile)
    assert pasted.pixels.dtype == photo.pixels.dtype
    assert np.array_equal(pasted.pixels[mask == 0], photo.pixels[mask == 0])
    assert not np.array_equal(pasted.pixels, photo.pixels)
    assert not pasted.pixels.flags.writeable
    if name in ("LA", "RGBA", "RGBA;16"):
        assert np.array_equal(pasted.pixels[..., -1], photo.pixels[..., -1])


def test_an_empty_edit_gives_the_same_file(tmp_path: Path) -> None:
    for angle in (0, 31):
        photo = noise_photo()
        face = face_in(photo, angle)
        save_photo(photo, tmp_path / "a.png")
        pasted = paste(open_photo(tmp_path / "a.png"), face, result_of(face, 0.0))
        assert np.array_equal(open_photo(save_photo(pasted, tmp_path / "b.png")).pixels, photo.pixels)


@pytest.mark.parametrize("name", ["L", "LA", "RGB", "RGBA", "CMYK", "I;16", "RGB;16", "RGBA;16"])
def test_an_empty_edit_gives_the_same_file_in_every_mode(tmp_path: Path, name: str) -> None:
    profile = SRGB if name.startswith("RGB") else None
    photo = noise_photo(name, profile=profile)
    opened = open_photo(save_photo(photo, tmp_path / "a.tiff"))
    face = face_in(opened, 31)
    result = result_of(face, 0.0)
    empty = replace(result, reconstruction=result.source, masks={"dynamic": disc(0.1)})
    saved = open_photo(save_photo(paste(opened, face, empty), tmp_path / "b.tiff"))
    assert (saved.mode, saved.icc_profile) == (name, profile)
    assert saved.pixels.dtype == photo.pixels.dtype
    assert np.array_equal(saved.pixels, photo.pixels)


def test_an_empty_edit_of_a_palette_picture_changes_no_colour(tmp_path: Path) -> None:
    picture = Image.fromarray(noise_photo().pixels).quantize(64)
    picture.save(tmp_path / "a.png", transparency=3)
    photo = open_photo(tmp_path / "a.png")
    face = face_in(photo, 31)
    pasted = save_photo(paste(photo, face, result_of(face, 0.0)), tmp_path / "b.png")
    before = np.asarray(Image.open(tmp_path / "a.png").convert("RGBA"))
    assert np.array_equal(np.asarray(Image.open(pasted).convert("RGBA")), before)


def test_an_empty_mask_gives_the_photo_itself() -> None:
    photo = noise_photo()
    face = face_in(photo)
    result = result_of(face, 0.3, np.zeros((R, R), np.float32))
    assert paste(photo, face, result) is photo
    assert not paste_mask(photo, face, result).any()
    below = result_of(face, 0.3, np.full((R, R), 0.4 / 255, np.float32))
    assert np.array_equal(paste(photo, face, below).pixels, photo.pixels)


def test_an_even_change_arrives_as_it_is() -> None:
    """Inside the full mask a change of one colour adds that colour; the photo's noise stays."""
    photo = noise_photo(size=(400, 400))
    face = face_in(photo, 37, 200, (200, 200))
    result = result_of(face, np.array([0.08, 0.0, -0.04]))
    change = paste(photo, face, result).pixels.astype(float) - photo.pixels
    mask = paste_mask(photo, face, result)
    inside = (mask == 255) & np.all((photo.pixels > 30) & (photo.pixels < 225), axis=-1)
    assert np.abs(change[inside] - np.array([0.08, 0, -0.04]) * 255).max() <= 1.0


def test_the_change_lands_where_it_belongs() -> None:
    photo = noise_photo(size=(400, 400))
    face = face_in(photo, -25, 180, (210, 190))
    spot = np.zeros((R, R, 3), np.float32)
    spot[20:24, 40:44] = 0.3
    result = result_of(face, spot, np.ones((R, R), np.float32))
    change = np.abs(paste(photo, face, result).pixels.astype(float) - photo.pixels).sum(-1)
    y, x = np.mgrid[0:400, 0:400] + 0.5
    found = np.array([(x * change).sum(), (y * change).sum()]) / change.sum()
    q = face.quad
    expected = q[0] + (q[3] - q[0]) * 42 / R + (q[1] - q[0]) * 22 / R
    assert np.abs(found - expected).max() < 0.5


def test_a_whole_face_in_paper_mode_is_the_results_image() -> None:
    photo = noise_photo(size=(R, R))
    face = take_whole(photo)
    rng = np.random.default_rng(2)
    mask = rng.random((R, R)).astype(np.float32)
    mask[:10] = 0.3 / 255
    result = result_of(face, rng.normal(0, 0.2, (R, R, 3)), mask)
    pasted = paste(photo, face, result, mode="paper")
    assert np.array_equal(pasted.pixels, np.rint(result.image * 255).astype(np.uint8))


def test_paper_mode_is_the_published_composite_on_the_photo() -> None:
    photo = noise_photo(size=(R * 2, R * 2))
    face = take_whole(photo)
    result = result_of(face, 0.1)
    pasted = paste(photo, face, result, mode="paper").pixels.astype(float) / 255
    blend = np.asarray(Image.fromarray(result.blend_mask).resize((R * 2, R * 2), Image.Resampling.BILINEAR))
    generated = ndimage.zoom(result.generated, (2, 2, 1), order=3, mode="reflect", grid_mode=True)
    expected = blend[..., None] * generated + (1 - blend[..., None]) * photo.pixels / 255
    assert np.abs(pasted - np.clip(expected, 0, 1)).max() < 1.5 / 255


def test_a_refined_mask_takes_the_place_of_the_results() -> None:
    photo = noise_photo()
    face = face_in(photo)
    result = result_of(face, 0.2)
    refined = np.zeros((256, 256), np.float32)
    refined[100:140, 100:140] = 1
    mask = paste_mask(photo, face, result, refined)
    assert 0 < (mask > 0).sum() < (paste_mask(photo, face, result) > 0).sum()
    pasted = paste(photo, face, result, refined)
    assert np.array_equal(pasted.pixels[mask == 0], photo.pixels[mask == 0])


def test_a_small_face_is_shrunk_by_area() -> None:
    """A face of 30 px edited at 64 px: fine stripes in the change must not turn into beats."""
    photo = noise_photo()
    quad = turned_quad(10, 31, (140, 150))
    face = Face(cut_square(photo, quad, 256), quad)
    stripes = np.zeros((R, R, 3), np.float32)
    stripes[:, ::2] = 0.2
    result = result_of(face, stripes, np.ones((R, R), np.float32))
    change = paste(photo, face, result).pixels.astype(float) - photo.pixels
    middle = change[145:155, 135:145]
    assert abs(middle.mean() - 0.1 * 255) < 3
    assert middle.std() < 6


@pytest.mark.parametrize("most", [1.0, 0.3])
def test_a_mask_that_reaches_the_squares_border_fades_out(most: float) -> None:
    """No line is left where the square ends: from pixel to pixel the change differs by a few levels."""
    photo = Photo(np.full((300, 300, 3), 100, np.uint8), "RGB")
    face = face_in(photo, 15, 120, (150, 150))
    result = result_of(face, 0.4, np.full((R, R), most, np.float32))
    pasted = paste(photo, face, result).pixels[..., 0].astype(float)
    steps = np.maximum(np.abs(np.diff(pasted, axis=0)).max(), np.abs(np.diff(pasted, axis=1)).max())
    assert pasted.max() == pytest.approx(100 + 102 * most, abs=1)
    assert 1 < steps < 9


def test_hair_fades_out_below_the_square_only() -> None:
    """A lock that runs out at the bottom: whole above, nothing at the end, and never darker in between."""
    photo = Photo(np.full((400, 400, 3), 100, np.uint8), "RGB")
    face = face_in(photo, 0, 200, (200, 200))
    lock = np.zeros((R, R), np.float32)
    lock[16:, 24:40] = 1
    column = paste_mask(photo, face, result_of(face, 0.3, lock))[100:300, 200].astype(int)
    assert (column[55:145] == 255).all()
    assert column[199] <= 3
    assert np.diff(column[60:]).max() <= 0 and np.diff(column[60:]).min() > -12


@pytest.mark.parametrize("angle", [0, 24])
def test_a_mask_away_from_the_border_costs_nothing(angle: float) -> None:
    photo = noise_photo()
    face = face_in(photo, angle)
    mask = disc(0.46, 0.04)
    placed = paste_mask(photo, face, result_of(face, 0.2, mask))
    everywhere = Box(0, 0, photo.width, photo.height)
    assert np.array_equal(placed, np.rint(mask_to_photo(mask, face.quad, everywhere) * 255).astype(np.uint8))


def test_a_mask_that_ends_with_the_photo_does_not_fade() -> None:
    photo = noise_photo(size=(200, 200))
    assert (paste_mask(photo, take_whole(photo), result_of(take_whole(photo), 0.2, ONES)) == 255).all()
    beyond = face_in(photo, 10, 400, (100, 100))
    assert (paste_mask(photo, beyond, result_of(beyond, 0.2, ONES)) == 255).all()


def test_a_square_beyond_the_frame() -> None:
    photo = noise_photo()
    quad = turned_quad(20, 200, (20, 30))
    face = Face(cut_square(photo, quad, 128), quad)
    result = result_of(face, 0.2)
    pasted = paste(photo, face, result)
    mask = paste_mask(photo, face, result)
    assert np.array_equal(pasted.pixels[mask == 0], photo.pixels[mask == 0])
    assert (mask > 0).any()
    assert np.any(pasted.pixels[mask == 255] != photo.pixels[mask == 255])


def test_two_edits_in_a_row() -> None:
    photo = noise_photo(size=(500, 260))
    first, second = face_in(photo, 10, 120, (100, 130)), face_in(photo, -20, 120, (380, 130))
    once = paste(photo, first, result_of(first, 0.2))
    twice = paste(once, second, result_of(second, -0.2))
    assert np.array_equal(twice.pixels[:, :200], once.pixels[:, :200])
    assert not np.array_equal(twice.pixels[:, 300:], once.pixels[:, 300:])
