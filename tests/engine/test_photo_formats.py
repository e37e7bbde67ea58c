"""Every row of the table of formats is true: what it says a format holds is read again, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

import engine
from engine import PHOTO_FORMATS, Photo, PhotoFormat, SaveError
from engine.photo.api import conversions, open_photo, save_photo
from tests.golden import command_line

ROOT = Path(__file__).resolve().parents[2]
SAVED = [row for row in PHOTO_FORMATS if row.name in engine.save_formats()]
ALL_MODES = ("L", "LA", "RGB", "RGBA", "CMYK", "I;16", "RGB;16", "RGBA;16")
CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 1, "RGB;16": 3, "RGBA;16": 4}
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:n="urn:n:" n:note="kept"/></rdf:RDF></x:xmpmeta>'
)


def by_name(row: PhotoFormat) -> str:
    return row.name


def slopes(mode: str, height: int = 40, width: int = 56) -> Photo:
    """Smooth, so that formats with loss come near; different in every channel; every level of 16 bits."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * (c + 1) + y * (4 - c)) % 256 / 255 if c == 3 else (x * (c + 1) + y * 2) / 256
              for c in range(CHANNELS[mode])]  # fmt: skip
    values = np.clip(np.stack(planes, -1), 0, 1)
    deep = mode.endswith("16")
    pixels = np.rint(values * (65535 if deep else 255)).astype(np.uint16 if deep else np.uint8)
    return Photo(pixels[..., 0] if CHANNELS[mode] == 1 else pixels, mode)


def test_no_name_stands_twice() -> None:
    for values in (
        [row.name for row in PHOTO_FORMATS],
        [row.title for row in PHOTO_FORMATS],
        [suffix for row in PHOTO_FORMATS for suffix in row.suffixes],
        [opener for row in PHOTO_FORMATS for opener in row.openers],
    ):
        assert len(values) == len(set(values))
    for row in PHOTO_FORMATS:
        assert row.suffixes and all(re.fullmatch(r"\.[a-z0-9]+", suffix) for suffix in row.suffixes)
        assert row.name in row.openers and set(row.modes) <= set(ALL_MODES)
    assert {"PNG", "JPEG", "WEBP", "TIFF", "BMP"} <= {row.name for row in SAVED}


@pytest.mark.parametrize("row", SAVED, ids=by_name)
@pytest.mark.parametrize("mode", ALL_MODES)
def test_the_modes_are_those_that_a_format_keeps(row: PhotoFormat, mode: str, tmp_path: Path) -> None:
    photo = slopes(mode)
    path = tmp_path / f"a{row.suffixes[0]}"
    again = open_photo(save_photo(photo, path, 100))
    assert again.format in row.openers and (again.mode == mode) == (mode in row.modes)
    assert (again.mode == mode) == (not conversions(photo, path)) or mode in ("L", "LA"), "grey may be colour"
    if mode in row.modes and row.lossless:
        np.testing.assert_array_equal(again.pixels, photo.pixels)
    seen = engine.to_srgb(again.pixels, again).astype(int)
    if "A" not in mode:
        assert np.abs(seen - engine.to_srgb(photo.pixels, photo)).mean() < 3


@pytest.mark.parametrize("row", SAVED, ids=by_name)
def test_metadata_have_a_place_where_the_row_says_so(row: PhotoFormat, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Somebody"
    info = {"dpi": (300.0, 300.0), "xmp": XMP, "comment": b"a note"}
    photo = Photo(slopes("RGB").pixels, "RGB", None, None, SRGB, exif.tobytes(), info)
    for suffix in row.suffixes:
        path = tmp_path / f"a{suffix}"
        again = open_photo(save_photo(photo, path))
        assert (again.icc_profile == SRGB) == row.icc
        assert (b"Somebody" in (again.exif or b"")) == row.exif
        assert (b"kept" in again.info.get("xmp", b"")) == row.xmp
        assert (again.info.get("dpi") == pytest.approx((300, 300), abs=0.1)) == row.dpi
        assert (again.info.get("comment") == b"a note") == row.comment
        assert any("no metadata" in said for said in conversions(photo, path)) != (row.exif and row.xmp)


@pytest.mark.parametrize("row", SAVED, ids=by_name)
def test_exif_that_is_too_long_is_left_out(row: PhotoFormat, tmp_path: Path) -> None:
    if row.longest_exif is not None:
        exif = Image.Exif()
        exif[0x013B] = "S" * row.longest_exif
        photo = Photo(slopes("RGB").pixels, "RGB", exif=exif.tobytes())
        assert open_photo(save_photo(photo, tmp_path / f"b{row.suffixes[0]}")).exif is None


@pytest.mark.parametrize("row", SAVED, ids=by_name)
def test_the_longest_side_is_the_longest(row: PhotoFormat, tmp_path: Path) -> None:
    path = tmp_path / f"a{row.suffixes[0]}"
    side = row.longest_side or 65_536
    pixels = np.zeros((32, side + 1, 3), np.uint8)
    if row.longest_side is not None:
        with pytest.raises(SaveError, match=f"{side} px a side"):
            save_photo(Photo(pixels, "RGB"), path)
        pixels = pixels[:, :side]
    assert open_photo(save_photo(Photo(pixels, "RGB"), path, 50)).width == pixels.shape[1]


@pytest.mark.parametrize("row", SAVED, ids=by_name)
def test_quality_is_a_choice_where_the_row_says_so(row: PhotoFormat, tmp_path: Path) -> None:
    noisy = Photo(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8), "RGB")
    files = []
    for quality in (20, 90):
        path = save_photo(noisy, tmp_path / f"{quality}{row.suffixes[0]}", quality)
        files.append(path.read_bytes())
    assert (len(files[0]) < 0.8 * len(files[1])) == (row.quality is not None)
    assert (files[0] == files[1]) == (row.quality is None)


@pytest.mark.parametrize("row", PHOTO_FORMATS, ids=by_name)
def test_a_format_is_told_by_its_content(row: PhotoFormat, tmp_path: Path) -> None:
    Image.init()
    if row.name not in Image.SAVE:
        pytest.skip(f"no {row.name} can be written here to be read again")
    pixels = slopes("RGB").pixels
    for suffix in (*row.suffixes, ".png", ".jpg", ""):
        path = tmp_path / f"a{suffix}"
        with path.open("wb") as file:
            Image.fromarray(pixels).save(file, row.name)
        photo = open_photo(path)
        assert photo.format in row.openers
        assert np.abs(engine.to_srgb(photo.pixels, photo).astype(int) - pixels).mean() < 4


def test_the_command_line_offers_what_can_be_saved() -> None:
    options = command_line.options()["maskfacegan edit"]["--format"]
    rows = [row for row in PHOTO_FORMATS if row.modes]
    assert {"png", "jpg", "webp", "tiff", "avif"} <= set(options["choices"])
    for short, row in zip(options["choices"], rows, strict=True):
        assert f".{short}" in row.suffixes


def test_an_unknown_suffix_is_answered_with_all_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(SaveError) as caught:
        save_photo(slopes("RGB"), tmp_path / "a.xyz")
    assert all(any(suffix in caught.value.hint for suffix in row.suffixes) for row in SAVED)


def test_files_that_the_system_opens_with_this_program_are_of_the_table() -> None:
    script = (ROOT / "packaging" / "windows" / "installer.iss").read_text(encoding="utf-8")
    linked = set(re.findall(r'SupportedTypes"; ValueType: string; ValueName: "(\.\w+)"', script))
    assert len(linked) >= 7 and linked <= {suffix for row in PHOTO_FORMATS for suffix in row.suffixes}
