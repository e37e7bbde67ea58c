"""A whole photo turned, mirrored and straightened: pixels, places, metadata, and what is saved."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import engine
from engine import Orientation, Photo, oriented
from engine.records import from_record, to_record

CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 1, "RGB;16": 3, "RGBA;16": 4}
EIGHT = [Orientation(0.0, mirrored, quarters) for mirrored in (False, True) for quarters in range(4)]


def photo(mode: str = "RGB", width: int = 60, height: int = 40) -> Photo:
    """Different values everywhere."""
    deep, channels = mode.endswith(";16"), CHANNELS[mode]
    random = np.random.default_rng(3)
    shape = (height, width) if channels == 1 else (height, width, channels)
    return Photo(random.integers(0, 65536 if deep else 256, shape, np.uint16 if deep else np.uint8), mode)


def led(place: Any, orientation: Orientation, of: Photo) -> np.ndarray:
    matrix = orientation.matrix(of.width, of.height)
    return np.asarray(np.array(place) @ matrix[:, :2].T + matrix[:, 2])


@pytest.mark.parametrize("mode", CHANNELS)
@pytest.mark.parametrize("orientation", EIGHT)
def test_by_right_angles_every_value_is_where_the_matrix_says(mode: str, orientation: Orientation) -> None:
    before = photo(mode)
    after = oriented(before, orientation)
    assert (after.width, after.height) == orientation.size(60, 40)
    assert after.mode == mode and after.pixels.dtype == before.pixels.dtype
    for x, y in ((0, 0), (59, 0), (17, 33), (59, 39)):
        there = led((x + 0.5, y + 0.5), orientation, before)
        column, row = np.floor(there).astype(int)
        np.testing.assert_allclose(there, (column + 0.5, row + 0.5))
        assert np.array_equal(after.pixels[row, column], before.pixels[y, x])
    assert np.shares_memory(after.pixels, before.pixels) and not after.pixels.flags.writeable


def test_any_sequence_of_turns_is_one_orientation() -> None:
    for ways in itertools.product("LRF", repeat=4):
        before = shown = photo()
        orientation = Orientation()
        for way in ways:
            if way == "F":
                shown, orientation = oriented(shown, Orientation(mirrored=True)), orientation.flipped()
            else:
                quarters = 1 if way == "R" else 3
                shown = oriented(shown, Orientation(quarters=quarters))
                orientation = orientation.turned(quarters if way == "R" else -1)
        assert np.array_equal(oriented(before, orientation).pixels, shown.pixels)
        assert np.array_equal(orientation.matrix(60, 40)[:, :2].round(), orientation.matrix(60, 40)[:, :2])


@pytest.mark.parametrize("orientation", EIGHT)
def test_straightening_is_clockwise_as_it_is_seen_and_comes_back(orientation: Orientation) -> None:
    straight = orientation.straightened(7.25)
    assert straight.seen_degrees == 7.25
    assert straight.flipped().seen_degrees == -7.25 and straight.turned(1).seen_degrees == 7.25
    assert straight.straightened(-7.25) == orientation
    linear = straight.matrix(60, 40)[:, :2] @ np.linalg.inv(orientation.matrix(60, 40)[:, :2])
    assert np.degrees(np.arctan2(linear[1, 0], linear[0, 0])) == pytest.approx(7.25)


@pytest.mark.parametrize("mode", CHANNELS)
def test_straightened_pixels_lie_where_the_matrix_says(mode: str) -> None:
    y, x = np.mgrid[0:160, 0:240] + 0.5
    light = np.exp(-((x - 90) ** 2 + (y - 60) ** 2) / 40)
    deep, channels = mode.endswith(";16"), CHANNELS[mode]
    values = (light * (60000 if deep else 200) + 10).astype(np.uint16 if deep else np.uint8)
    pixels = values if channels == 1 else np.repeat(values[..., None], channels, axis=-1)
    if mode.removesuffix(";16") in ("LA", "RGBA"):
        pixels[..., -1] = np.iinfo(pixels.dtype).max
    before = Photo(pixels, mode)
    for orientation in (Orientation(8.0), Orientation(-11.5, True, 3)):
        after = oriented(before, orientation)
        assert after.pixels.dtype == pixels.dtype
        assert (after.width, after.height) == orientation.size(240, 160)
        plane = after.pixels.astype(float) if channels == 1 else after.pixels[..., 0].astype(float)
        weight = np.maximum(plane - 12, 0)
        rows, columns = np.indices(plane.shape) + 0.5
        centre = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
        np.testing.assert_allclose(centre, led((90, 60), orientation, before), atol=0.1)


@pytest.mark.parametrize("degrees", [-15.0, -3.0, 0.1, 9.0, 15.0])
@pytest.mark.parametrize("size", [(90, 60), (60, 90), (70, 70)])
def test_no_corner_is_empty_and_the_proportion_stays(degrees: float, size: tuple[int, int]) -> None:
    white = Photo(np.full((size[1], size[0], 3), 255, np.uint8), "RGB")
    after = oriented(white, Orientation(degrees))
    assert after.pixels.min() == 255
    assert after.width / after.height == pytest.approx(size[0] / size[1], rel=0.03)
    assert 0.5 < after.width / size[0] <= 1


def test_what_is_see_through_does_not_run_into_what_is_seen() -> None:
    pixels = np.zeros((80, 80, 4), np.uint16)
    pixels[..., :3], pixels[:, 40:, :3] = 65535, 20000
    pixels[:, 40:, 3] = 65535  # the white half is not seen
    after = oriented(Photo(pixels, "RGBA;16"), Orientation(10.0)).pixels
    seen = after[..., 3] > 6000
    assert np.abs(after[seen][:, :3].astype(int) - 20000).max() < 40


def test_metadata_name_the_sides_of_the_turned_photo(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0100], exif[0x0101], exif[0x010F] = 60, 40, "A camera"
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        b'tiff:ImageWidth="60" tiff:ImageLength="40" tiff:Orientation="1"/></rdf:RDF></x:xmpmeta>'
    )
    path = tmp_path / "photo.jpg"
    Image.fromarray(photo().pixels).save(path, exif=exif, xmp=xmp, dpi=(300, 150))
    turned = oriented(engine.open_photo(path), Orientation(quarters=1))
    assert b'tiff:ImageWidth="40" tiff:ImageLength="60"' in turned.info["xmp"]
    assert turned.info["dpi"] == pytest.approx((150, 300), abs=0.1)
    saved = engine.save_photo(turned, tmp_path / "turned.jpg")
    with Image.open(saved) as image:
        kept = image.getexif()
        assert image.size == (40, 60)
        assert (kept[0x0100], kept[0x0101], kept[0x010F]) == (40, 60, "A camera")
        assert kept.get(0x0112, 1) == 1


@pytest.mark.parametrize("mode", CHANNELS)
def test_a_turned_photo_is_written_as_pixels(mode: str, tmp_path: Path) -> None:
    """Without loss where the format keeps every value: read again it is the same, and says no orientation."""
    turned = oriented(photo(mode), Orientation(0.0, True, 3))
    path = engine.save_photo(turned, tmp_path / ("turned.tiff" if mode == "CMYK" else "turned.png"))
    again = engine.open_photo(path)
    assert again.mode == mode or mode == "LA"
    assert np.array_equal(again.pixels, turned.pixels)
    for suffix in (".jpg", ".webp", ".tiff", ".bmp"):
        path = engine.save_photo(turned, tmp_path / f"turned{suffix}", quality=100)
        with Image.open(path) as image:
            assert image.size == (40, 60) and image.getexif().get(0x0112, 1) == 1


def test_an_orientation_is_a_record() -> None:
    for orientation in (*EIGHT, Orientation(-3.5, True, 2)):
        assert Orientation(**from_record(Orientation, to_record(orientation))) == orientation
    assert from_record(Orientation, {}) == {}
    for wrong in ({"quarters": 4}, {"degrees": 46.0}, {"degrees": "7"}, {"mirrored": 2}, {"quarters": 0.5}):
        with pytest.raises(ValueError):
            from_record(Orientation, wrong)
