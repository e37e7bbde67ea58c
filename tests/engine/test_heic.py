"""HEIC opens by default, through a library without an encoder; AVIF opens and saves through Pillow."""

from __future__ import annotations

import base64
import importlib.metadata
import struct
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.photo import heif
from engine.photo.colour import to_srgb
from engine.photo.told_colour import of_code_points

ROOT = Path(__file__).resolve().parents[2]
HEIC = """AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAghtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA
AEZpbG9jAAAAAERAAAMAAQAAAAACLAABAAAAAAAAAJMAAgAAAAACvwABAAAAAAAAAC4AAwAAAAAC7QABAAAAAAAAALkAAABiaWluZgAAAAAAAw
AAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAACppbmZlAgAAAQADAABtaW1lAGFwcGxpY2F0aW9uL3JkZit4bWwA
AAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAA
MAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQAN
AAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAAB
hpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAChpcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAADmNkc2MAAwABAAEAAAGCbWRhdAAAAI8oAa8J4D4Om55O
EHSwxi0+wX6NHka4ETnifBe8xBBfBQ+vXfdy7bH23L6s0Xy23P4Z/oVF3Jixb6XcyFF0kvGu4AUnvK07nPAtIMl0H59DmPgzaEI5Kd1hpg9qLh
7DHRRjq5yQP4PUnz/vW/Z0qmfLcaMd5ClCGFBYaGf/w6Ub+1vxOEobcPEBQw/9UXxbgAAAAAZFeGlmAABNTQAqAAAACAABAQ8AAgAAAAkAAAAa
AAAAAEEgY2FtZXJhAAA8eDp4bXBtZXRhIHhtbG5zOng9ImFkb2JlOm5zOm1ldGEvIj48cmRmOlJERiB4bWxuczpyZGY9Imh0dHA6Ly93d3cudz
Mub3JnLzE5OTkvMDIvMjItcmRmLXN5bnRheC1ucyMiPjxyZGY6RGVzY3JpcHRpb24gcmRmOmFib3V0PSIiIHhtbG5zOm49InVybjpuOiIgbjpu
b3RlPSJrZXB0Ii8+PC9yZGY6UkRGPjwveDp4bXBtZXRhPg=="""
"""A HEIC of 64 x 48 px: a slope of red, one of green, an even blue; EXIF with a camera's name and XMP."""


TWO = """AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAaxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAA
AAADRpbG9jAAAAAERAAAIAAQAAAAAB0AABAAAAAAAAADoAAgAAAAACCgABAAAAAAAAADgAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABo
dmMxAAAAABVpbmZlAgAAAAACAABodmMxAAAAAA5waXRtAAAAAAABAAABBWlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+A
AADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgAB
AAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAADAAAAABAAAAIAAAAAH////wAAAAAv///+
AAAAACAAAAEHBpeGkAAAAAAwgICAAAACBpcG1hAAAAAAAAAAIAAQWBAgMFhAACBYECAwWEAAAAem1kYXQAAAA2KAGvGYDvTHTHSNp45eC9pvhx
RsFtkurz45FiyRW7/JHTICIKFnC6P5vj37HeH5ZsE26YEKwbAAAANCgBrxmA70x0DEjQUOXgvacHSUbBbmdq89yzr2LPj4hARBQs4XR/WLXyUz
Kpk7KjPuQ1qHg="""
"""A HEIC of two pictures of 48 x 32 px: other slopes, and the same upside down."""


def heic(path: Path) -> Path:
    path.write_bytes(base64.b64decode(HEIC))
    return path


def slopes() -> np.ndarray:
    y, x = np.mgrid[0:48, 0:64]
    return np.stack([x * 4, y * 5, np.full_like(x, 90)], -1).astype(np.uint8)


@pytest.mark.parametrize("name", ["a.heic", "a.HIF", "a.jpg", "a"])
def test_heic_opens_with_its_metadata(name: str, tmp_path: Path) -> None:
    photo = engine.open_photo(heic(tmp_path / name))
    assert (photo.format, photo.mode, photo.width, photo.height) == ("HEIF", "RGB", 64, 48)
    assert np.abs(photo.pixels.astype(int) - slopes()).mean() < 6
    assert photo.exif is not None and b"A camera" in photo.exif
    assert b"kept" in photo.info["xmp"] and not engine.remarks(photo)
    for suffix in (".jpg", ".png", ".avif"):
        again = engine.open_photo(engine.save_photo(engine.mark_edited(photo), tmp_path / f"b{suffix}"))
        assert b"A camera" in again.exif and b"kept" in again.info["xmp"]
        assert np.abs(to_srgb(again.pixels, again).astype(int) - to_srgb(photo.pixels, photo)).mean() < 4


def test_of_several_pictures_the_first_is_edited_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "two.heic"
    path.write_bytes(base64.b64decode(TWO))
    photo = engine.open_photo(path)
    assert (photo.width, photo.height) == (48, 32) and photo.pixels[2, :, 1].mean() < 60
    assert "only the first" in engine.remarks(photo)[0]
    assert "further pictures" in engine.conversions(photo, tmp_path / "a.jpg")[0]


def test_the_colours_that_its_boxes_tell(tmp_path: Path) -> None:
    data = base64.b64decode(HEIC)
    place = data.index(b"colrnclx") + 8
    for points in (b"\x0c\x0d\0\1", b"\x09\x10\0\1", b"\x01\x0d\0\1"):
        other = bytearray(data)
        struct.pack_into(">HH", other, place, points[0], points[1])
        (tmp_path / "a.heic").write_bytes(other)
        photo = engine.open_photo(tmp_path / "a.heic")
        assert photo.icc_profile == (of_code_points(points) or None)


def test_a_damaged_one_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = heic(tmp_path / "a.heic")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(engine.PhotoError):
        engine.open_photo(path)


@pytest.mark.skipif(heif.can_write(), reason="the extra [heic] is installed")
def test_without_an_encoder_it_is_not_written_and_that_is_said(tmp_path: Path) -> None:
    assert "HEIF" not in engine.save_formats()
    with pytest.raises(engine.SaveError, match="HEIC cannot be written") as caught:
        engine.save_photo(engine.Photo(slopes(), "RGB"), tmp_path / "a.heic")
    assert "pillow-heif" in caught.value.hint and not (tmp_path / "a.heic").exists()


@pytest.mark.skipif(not heif.can_write(), reason="the extra [heic] is not installed")
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_with_the_extra_it_is_written_with_what_it_holds(mode: str, tmp_path: Path) -> None:
    source = engine.open_photo(heic(tmp_path / "a.heic"))
    alpha = np.linspace(0, 255, 64).astype(np.uint8)[None].repeat(48, 0)
    pixels = source.pixels if mode == "RGB" else np.dstack([source.pixels, alpha])
    photo = replace(source, pixels=pixels, mode=mode, icc_profile=of_code_points(b"\x0c\x0d\0\1"))
    assert "HEIF" in engine.save_formats() and not engine.conversions(photo, "b.heic")
    again = engine.open_photo(engine.save_photo(engine.mark_edited(photo), tmp_path / "b.heic"))
    assert (again.format, again.mode, again.icc_profile) == ("HEIF", mode, photo.icc_profile)
    assert np.abs(again.pixels.astype(int) - pixels).mean() < 4
    assert b"A camera" in again.exif and b"kept" in again.info["xmp"]
    assert b"compositeWithTrainedAlgorithmicMedia" in again.info["xmp"]
    small = engine.thumbnail(tmp_path / "b.heic", 32)
    assert small.shape == (24, 32, 3)


def test_what_is_handed_out_has_no_encoder_under_the_gpl() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named, extras = list(project["dependencies"]), dict(project["optional-dependencies"])
    assert [line.split(">")[0] for line in extras.pop("heic")] == ["pillow-heif"]
    for lines in extras.values():
        named += lines
    assert any(line.startswith("pi-heif") for line in named)
    assert not any(line.startswith(("pillow-heif", "pillow_heif", "pyexiv2")) for line in named)
    assert not any("[" in line and "heic" in line for line in named)
    files = importlib.metadata.files("pi-heif") or []
    assert files and not any("x265" in file.name or "kvazaar" in file.name for file in files)
    assert '"pillow_heif"' in (ROOT / "build_installer.spec").read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_avif_keeps_what_it_holds(mode: str, tmp_path: Path) -> None:
    pixels = slopes()
    if mode == "RGBA":
        pixels = np.dstack([pixels, np.linspace(0, 255, 64).astype(np.uint8)[None].repeat(48, 0)])
    photo = engine.Photo(pixels, mode, icc_profile=of_code_points(b"\x0c\x0d\0\1"))
    again = engine.open_photo(engine.save_photo(engine.mark_edited(photo), tmp_path / "a.avif"))
    assert again.mode == mode and again.icc_profile == photo.icc_profile
    assert b"compositeWithTrained" in again.info["xmp"]
    assert np.abs(again.pixels.astype(int) - pixels).mean() < 3
