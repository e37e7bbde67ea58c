"""Colour that a file tells without a profile is seen, edited and saved as what it is."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

import engine
from engine.photo.colour import from_srgb, to_srgb, to_srgb_float
from engine.photo.told_colour import adobe_rgb, of_code_points, says_adobe_rgb

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3, PQ, HLG, BT2020 = b"\x0c\x0d\0\1", b"\x09\x10\0\1", b"\x09\x12\0\1", b"\x09\x01\0\1"
WIDE_WHITES = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
SRGB_WHITES = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)


def gamma(value: int) -> bytes:
    return struct.pack(">I", value)


def colours(deep: bool = False, grey: bool = False) -> np.ndarray:
    """Slopes and saturated patches, (48, 64, 3) or (48, 64)."""
    y, x = np.mgrid[0:48, 0:64] / np.reshape((48, 64), (2, 1, 1))
    picture = np.stack([x, y, 1 - x * y], -1)
    picture = picture[..., 0] if grey else picture
    return np.rint(picture * (65535 if deep else 255)).astype(np.uint16 if deep else np.uint8)


def png(path: Path, chunks: dict[bytes, bytes], grey: bool = False) -> Path:
    file = io.BytesIO()
    Image.fromarray(colours(grey=grey)).save(file, "PNG")
    data = file.getvalue()
    more = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks.items()
    )
    path.write_bytes(data[:33] + more + data[33:])
    return path


def iccp(profile: bytes) -> bytes:
    return b"x\0\0" + zlib.compress(profile)


def seen(photo: engine.Photo) -> np.ndarray:
    return to_srgb(photo.pixels, photo).astype(int)


GREY_PROFILE = of_code_points(b"\1\x04\0\1", True) or b""


@pytest.mark.parametrize(
    ("chunks", "like"),
    [
        ({b"cICP": P3, b"iCCP": iccp(SRGB), b"sRGB": b"\0", b"gAMA": gamma(100000)}, of_code_points(P3)),
        ({b"cICP": b"\1\x0d\0\1", b"iCCP": iccp(adobe_rgb())}, None),
        ({b"cICP": b"\x0c\x0d\1\1", b"iCCP": iccp(adobe_rgb())}, adobe_rgb()),  # no RGB
        ({b"cICP": b"\2\2\0\1", b"iCCP": iccp(adobe_rgb())}, adobe_rgb()),  # unspecified
        ({b"cICP": b"\xc8\x0d\0\1", b"sRGB": b"\0"}, None),
        ({b"cICP": b"\x0c", b"sRGB": b"\0"}, None),
        ({b"iCCP": iccp(adobe_rgb()), b"sRGB": b"\0", b"gAMA": gamma(1), b"cHRM": WIDE_WHITES}, adobe_rgb()),
        ({b"iCCP": iccp(b"no profile" * 40), b"gAMA": gamma(100000)}, of_code_points(b"\1\x08\0\1")),
        ({b"iCCP": b"x\0\0no zlib", b"gAMA": gamma(100000)}, of_code_points(b"\1\x08\0\1")),
        ({b"iCCP": iccp(GREY_PROFILE), b"gAMA": gamma(100000)}, of_code_points(b"\1\x08\0\1")),
        ({b"iCCP": iccp(GREY_PROFILE), b"sRGB": b"\0", b"gAMA": gamma(100000)}, None),
        ({b"sRGB": b"\0", b"gAMA": gamma(100000), b"cHRM": WIDE_WHITES}, None),
        ({b"gAMA": gamma(45455)}, None),
        ({b"gAMA": gamma(45455), b"cHRM": SRGB_WHITES}, None),
        ({b"cHRM": SRGB_WHITES}, None),
        ({b"gAMA": gamma(0)}, None),
        ({b"cHRM": bytes(32)}, None),
        ({b"cHRM": bytes(32), b"gAMA": gamma(100000)}, of_code_points(b"\1\x08\0\1")),
        ({}, None),
    ],
)  # fmt: skip
def test_chunks_of_a_png_in_their_order(
    chunks: dict[bytes, bytes], like: bytes | None, tmp_path: Path
) -> None:
    photo = engine.open_photo(png(tmp_path / "a.png", chunks))
    expected = engine.Photo(photo.pixels, "RGB", icc_profile=like)
    np.testing.assert_array_equal(seen(photo), seen(expected))
    assert (photo.icc_profile is None) == (like is None)


def test_gamma_and_chromaticities_are_obeyed_alone_and_together(tmp_path: Path) -> None:
    plain = colours() / 255
    linear = engine.open_photo(png(tmp_path / "a.png", {b"gAMA": gamma(100000)}))
    expected = np.where(
        plain <= 0.0031308, plain * 12.92, 1.055 * np.maximum(plain, 1e-9) ** (1 / 2.4) - 0.055
    )
    assert np.abs(to_srgb_float(linear.pixels, linear) - expected).max() < 0.01
    wide = engine.open_photo(png(tmp_path / "b.png", {b"cHRM": WIDE_WHITES}))
    p3 = engine.Photo(wide.pixels, "RGB", icc_profile=of_code_points(P3))
    assert np.abs(seen(wide) - seen(p3)).max() <= 1
    both = engine.open_photo(png(tmp_path / "c.png", {b"cHRM": WIDE_WHITES, b"gAMA": gamma(55556)}))
    assert np.abs(seen(both) - seen(wide)).max() > 20
    grey = engine.open_photo(png(tmp_path / "d.png", {b"gAMA": gamma(100000)}, grey=True))
    assert grey.mode == "L" and seen(grey)[0, 32, 0] == pytest.approx(188, abs=2)


@pytest.mark.parametrize("points", [P3, PQ, HLG, BT2020, b"\x01\x08\0\1", b"\x09\x10\0\0", b"\x0b\x11\0\1"])
@pytest.mark.parametrize("grey", [False, True])
def test_the_profile_of_code_points_is_one_for_littlecms(points: bytes, grey: bool) -> None:
    profile = of_code_points(points, grey)
    assert profile
    own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    mode = "L" if grey else "RGB"
    there = ImageCms.buildTransform(own, ImageCms.createProfile("sRGB"), mode, "RGB")
    pixels = colours(grey=grey)
    theirs = np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), there)).astype(int)
    ours = seen(engine.Photo(pixels, mode, icc_profile=profile))
    difference = np.abs(theirs - ours)
    assert difference.mean() < 1.5
    # In the dark, where a curve is steep, it works in coarser steps.
    light = pixels > 24 if grey else (pixels > 24).all(axis=-1)
    assert np.quantile(difference[light], 0.99) <= 6


def test_known_values() -> None:
    """Of BT.2100 and of the profiles that everybody has."""
    white = engine.Photo(np.full((1, 1, 3), 65535, np.uint16), "RGB;16", icc_profile=of_code_points(PQ))
    for code, light in ((0.5806, 1.0), (0.508, 100 / 203), (0.0, 0.0), (0.75, 1.0)):
        value = np.full((1, 1, 3), round(code * 65535), np.uint16)
        got = to_srgb_float(value, white)[0, 0]
        expected = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
        assert got == pytest.approx([expected] * 3, abs=0.01)
    hlg = engine.Photo(np.zeros((1, 1, 3), np.uint16), "RGB;16", icc_profile=of_code_points(HLG))
    assert to_srgb_float(np.full((1, 1, 3), 49151, np.uint16), hlg)[0, 0] == pytest.approx([1] * 3, abs=0.01)
    # Pure P3 red lies outside sRGB; Adobe's green does, and its grey is that of gamma 2.2.
    p3 = engine.Photo(np.zeros((1, 1, 3), np.uint8), "RGB", icc_profile=of_code_points(P3))
    red = to_srgb(np.array([[[200, 60, 60]]], np.uint8), p3)[0, 0].astype(int)
    assert red == pytest.approx((218, 43, 51), abs=4)
    adobe = engine.Photo(np.zeros((1, 1, 3), np.uint8), "RGB", icc_profile=adobe_rgb())
    grey = to_srgb(np.full((1, 1, 3), 128, np.uint8), adobe)[0, 0].astype(int)
    assert grey == pytest.approx((128, 128, 128), abs=1)
    assert to_srgb(np.array([[[100, 180, 100]]], np.uint8), adobe)[0, 0, 0] < 40


@pytest.mark.parametrize("points", [P3, PQ, HLG])
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".avif", ".bmp"])
def test_a_saved_picture_looks_as_before(points: bytes, suffix: str, tmp_path: Path) -> None:
    photo = engine.open_photo(png(tmp_path / "a.png", {b"cICP": points}))
    again = engine.open_photo(engine.save_photo(photo, tmp_path / f"b{suffix}", 100))
    difference = np.abs(seen(again) - seen(photo))
    assert difference.mean() < (0.6 if suffix in (".png", ".tif", ".bmp") else 4)
    hdr = points in (PQ, HLG)
    assert any("HDR" in said for said in engine.remarks(photo)) == hdr
    assert any("HDR" in said for said in engine.conversions(photo, tmp_path / f"b{suffix}")) == (
        hdr and suffix != ".png"
    )
    if suffix == ".png":
        assert b"cICP" + points in (tmp_path / "b.png").read_bytes()
        np.testing.assert_array_equal(again.pixels, photo.pixels)


@pytest.mark.parametrize("points", [P3, PQ])
def test_code_points_go_into_deep_pngs_and_not_beside_other_colours(points: bytes, tmp_path: Path) -> None:
    photo = engine.open_photo(png(tmp_path / "a.png", {b"cICP": points}))
    deep = replace(photo, pixels=colours(deep=True), mode="RGB;16")
    assert b"cICP" + points in engine.save_photo(deep, tmp_path / "b.png").read_bytes()
    other = replace(photo, icc_profile=SRGB)
    assert b"cICP" not in engine.save_photo(other, tmp_path / "c.png").read_bytes()


@pytest.mark.parametrize("points", [P3, PQ, HLG])
def test_a_change_arrives_and_what_is_not_changed_stays(points: bytes) -> None:
    pale = 0.3 + 0.25 * (0.3 * colours() / 255 + 0.7 * colours(grey=True)[..., None] / 255)
    pixels = np.rint(pale * 65535).astype(np.uint16)
    photo = engine.Photo(pixels, "RGB;16", icc_profile=of_code_points(points))
    before = to_srgb_float(photo.pixels, photo)
    inside = (before > 0.1).all(-1) & (before < 0.9).all(-1)
    after = np.where(inside[..., None], before * 0.9, before).astype(np.float32)
    changed = from_srgb(after, before, photo.pixels, photo)
    np.testing.assert_array_equal(changed[~inside], photo.pixels[~inside])
    assert inside.sum() > 50
    assert np.abs(to_srgb_float(changed, photo) - after)[inside].max() < 0.02


def test_white_of_hdr_is_the_white_of_paper() -> None:
    photo = engine.Photo(np.full((4, 4, 3), 20000, np.uint16), "RGB;16", icc_profile=of_code_points(PQ))
    before = to_srgb_float(photo.pixels, photo)
    bright = from_srgb(np.ones_like(before), before, photo.pixels, photo)
    assert bright.max() < 0.62 * 65535, "not as bright as the sun"


# --- EXIF


def exif(space: int | None, index: bytes | None, order: str = "<") -> bytes:
    block = Image.Exif()
    block.endian = order
    folder: dict[int, object] = {0x9003: "2020:02:02 20:20:20"}
    if space is not None:
        folder[0xA001] = space
    if index is not None:
        folder[0xA005] = {1: index.decode()}
    block[0x8769] = folder
    return block.tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("space", "index", "adobe"),
    [
        (0xFFFF, b"R03", True),
        (2, None, True),
        (2, b"R03", True),
        (1, b"R98", False),
        (1, b"R03", False),
        (0xFFFF, b"R98", False),
        (0xFFFF, b"THM", False),
        (0xFFFF, None, False),
        (None, b"R03", False),
        (None, None, False),
    ],
)
@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png"])
def test_adobe_rgb_that_only_exif_tells(
    suffix: str, space: int | None, index: bytes | None, adobe: bool, order: str, tmp_path: Path
) -> None:
    path, block = tmp_path / f"a{suffix}", exif(space, index, order)
    Image.fromarray(colours()).save(path, exif=block)
    photo = engine.open_photo(path)
    assert says_adobe_rgb(photo.exif) == adobe
    assert photo.icc_profile == (adobe_rgb() if adobe else None)
    with_profile = tmp_path / f"b{suffix}"
    Image.fromarray(colours()).save(with_profile, exif=block, icc_profile=SRGB)
    assert engine.open_photo(with_profile).icc_profile == SRGB, "a profile counts more"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".avif", ".bmp"])
def test_adobe_rgb_looks_the_same_when_saved(suffix: str, tmp_path: Path) -> None:
    Image.fromarray(colours()).save(tmp_path / "a.jpg", exif=exif(0xFFFF, b"R03"), quality=100, subsampling=0)
    photo = engine.open_photo(tmp_path / "a.jpg")
    again = engine.open_photo(engine.save_photo(photo, tmp_path / f"b{suffix}", 100))
    assert np.abs(seen(again) - seen(photo)).mean() < 2.5


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("index", [b"R03", b"R98"])
def test_a_tiffs_folder_of_interoperability_goes_along_both_ways(
    index: bytes, order: str, tmp_path: Path
) -> None:
    """It lies in the EXIF folder as a place in the file, which is another in another file."""
    Image.fromarray(colours()).save(tmp_path / "a.jpg", exif=exif(0xFFFF, index, order))
    tiff = engine.save_photo(engine.open_photo(tmp_path / "a.jpg"), tmp_path / "a.tif")
    photo = engine.open_photo(tiff)
    again = engine.open_photo(engine.save_photo(photo, tmp_path / "b.jpg"))
    for each in (photo, again):
        read = Image.Exif()
        read.load(each.exif)
        assert dict(read.get_ifd(0xA005)) == {1: index.decode()}
        assert says_adobe_rgb(each.exif) == (index == b"R03")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[0x8769] = {0xA001: 0xFFFF, 0xA005: {1: index.decode()}}
    Image.fromarray(colours()).save(tmp_path / "c.tif", tiffinfo=tags)
    assert engine.open_photo(tmp_path / "c.tif").icc_profile == (adobe_rgb() if index == b"R03" else None)


def test_exif_of_a_picture_that_became_srgb_says_so(tmp_path: Path) -> None:
    cmyk = engine.Photo(np.full((40, 40, 4), 60, np.uint8), "CMYK", exif=exif(0xFFFF, b"R03"))
    again = engine.open_photo(engine.save_photo(cmyk, tmp_path / "a.webp"))
    assert again.icc_profile is None and not says_adobe_rgb(again.exif)
    np.testing.assert_allclose(seen(again), seen(cmyk), atol=3)
