"""What is left behind of a photo is said, and what looks large only is not refused."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, features

from engine.errors import PhotoError, SaveError
from engine.photo.api import PHOTO_FORMATS, conversions, open_photo, remarks, save_formats, save_photo
from engine.types import Photo

TEN_BITS = """AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAA
AAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAACkAAAAoaWluZgAAAAAAAQAAABpp
bmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAACgAAAAgAAAAEHBpeGkAAAAAAwoKCgAAAAxhdj
FDgSBAAAAAABNjb2xybmNseAABAA0ABoAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAADFtZGF0EgAKCTgVJ/84CGg0gDIaHgAPACCEAMRH
YCcF3BQJZEDFfEwh3D53wqg="""
"""An AVIF of 40 x 32 px and 10 bits a colour: a slope of red, one of green, an even blue."""


def slopes() -> Image.Image:
    y, x = np.mgrid[0:32, 0:40]
    return Image.fromarray(np.stack([x * 6, y * 7, np.full_like(x, 90)], -1).astype(np.uint8))


def test_further_pages_of_a_tiff_are_spoken_of(tmp_path: Path) -> None:
    one, several = tmp_path / "one.tif", tmp_path / "several.tif"
    slopes().save(one)
    slopes().save(several, save_all=True, append_images=[slopes().rotate(180)], compression="tiff_lzw")
    assert not remarks(open_photo(one))
    photo = open_photo(several)
    assert "only the first" in remarks(photo)[0]
    np.testing.assert_array_equal(photo.pixels, np.asarray(slopes()))


def test_other_colours_than_the_photos_own_are_spoken_of(tmp_path: Path) -> None:
    lab = ImageCms.profileToProfile(
        slopes(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    lab.save(tmp_path / "lab.tif")
    photo = open_photo(tmp_path / "lab.tif")
    assert photo.mode == "RGB" and "Lab" in remarks(photo)[0]
    assert np.abs(photo.pixels.astype(int) - np.asarray(slopes())).mean() < 4


def test_a_deep_avif_is_edited_at_8_bits_and_that_is_said(tmp_path: Path) -> None:
    Image.init()
    (tmp_path / "deep.avif").write_bytes(base64.b64decode(TEN_BITS))
    if "AVIF" not in Image.OPEN:  # Pillow before 11.3
        with pytest.raises(PhotoError):
            open_photo(tmp_path / "deep.avif")
        return
    photo = open_photo(tmp_path / "deep.avif")
    assert remarks(photo) == ("This photo's 10 bits in each colour could not be kept; 8 are edited.",)
    assert np.abs(photo.pixels.astype(int) - np.asarray(slopes())).mean() < 20
    slopes().save(tmp_path / "usual.avif")
    assert not remarks(open_photo(tmp_path / "usual.avif"))


def test_a_colour_profile_of_some_megabytes_is_no_bomb(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    large = (len(profile) + 3_000_000).to_bytes(4, "big") + profile[4:] + bytes(3_000_000)
    before, limit = np.asarray(slopes()), PngImagePlugin.MAX_TEXT_CHUNK
    for name in ("a.png", "a.tif"):
        path = save_photo(Photo(before, "RGB", icc_profile=large), tmp_path / name)
        photo = open_photo(path)
        assert photo.icc_profile == large
        np.testing.assert_array_equal(photo.pixels, before)
    assert limit == PngImagePlugin.MAX_TEXT_CHUNK


@pytest.mark.parametrize(
    ("mode", "name", "said"),
    [
        ("CMYK", "a.png", ["no inks"]),
        ("CMYK", "a.webp", ["no inks"]),
        ("CMYK", "a.tif", []),
        ("CMYK", "a.jpg", []),
        ("RGB;16", "a.jpg", ["8 bits"]),
        ("RGBA;16", "a.bmp", ["8 bits", "no transparency"]),
        ("I;16", "a.webp", ["8 bits"]),
        ("RGBA;16", "a.png", []),
        ("LA", "a.jpg", ["no transparency"]),
        ("LA", "a.webp", []),
        ("RGB", "a.jpg", []),
    ],
)
def test_what_a_format_cannot_hold_is_said_and_true(
    mode: str, name: str, said: list[str], tmp_path: Path
) -> None:
    channels = {"I;16": 1, "LA": 2, "RGB": 3, "RGB;16": 3}.get(mode, 4)
    random, deep = np.random.default_rng(0), mode.endswith(";16")
    values = random.integers(0, 65536 if deep else 256, (32, 40, channels), np.uint16)
    values = values if deep else values.astype(np.uint8)
    photo = Photo(values[..., 0] if channels == 1 else values, mode)
    sentences = conversions(photo, tmp_path / name)
    assert len(sentences) == len(said) and all(w in s for w, s in zip(said, sentences, strict=True))
    again = open_photo(save_photo(photo, tmp_path / name))
    kept_depth, kept_inks = again.pixels.dtype == values.dtype, "CMYK" in again.mode
    assert kept_depth == ("8 bits" not in said)
    assert ("CMYK" in mode and not kept_inks) == ("no inks" in said)
    assert ("A" in mode and "A" not in again.mode) == ("no transparency" in said)


def test_metadata_that_a_bmp_leaves_out_are_spoken_of(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    slopes().save(tmp_path / "a.png", exif=exif)
    slopes().save(tmp_path / "bare.png")
    photo = open_photo(tmp_path / "a.png")
    assert "no metadata" in conversions(photo, tmp_path / "b.bmp")[0]
    assert open_photo(save_photo(photo, tmp_path / "b.bmp")).exif is None
    assert not conversions(open_photo(tmp_path / "bare.png"), tmp_path / "b.bmp")


@pytest.mark.parametrize("without_loss", [False, True])
def test_every_format_that_is_said_to_be_written_is(tmp_path: Path, without_loss: bool) -> None:
    formats = save_formats(without_loss)
    assert {"PNG", "TIFF", "BMP"} <= set(formats) and ("JPEG" in formats) != without_loss
    photo = Photo(np.asarray(slopes()), "RGB")
    for kind, suffixes in formats.items():
        for suffix in suffixes:
            again = open_photo(save_photo(photo, tmp_path / f"a{suffix}"))
            assert again.format == kind
            assert np.array_equal(again.pixels, photo.pixels) or not without_loss


def test_formats_that_pillow_lacks_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(features.modules, "webp", ("PIL._built_without", None))
    assert set(save_formats()) | {"HEIF"} == {row.name for row in PHOTO_FORMATS if row.modes} - {"WEBP"} | {
        "HEIF"
    }
    with pytest.raises(SaveError, match="WebP cannot be written"):
        save_photo(Photo(np.asarray(slopes()), "RGB"), "a.webp")
