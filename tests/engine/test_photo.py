"""Photos in and out: what is read is upright and whole, what is written is what was there."""

from __future__ import annotations

import errno
import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from engine.errors import PhotoError, PhotoTooLargeError, SaveError
from engine.photo.api import from_srgb, open_photo, save_mask, save_photo, to_srgb, to_srgb_float
from engine.photo.deep_writers import write_deep_png, write_tiff
from engine.types import Photo

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(height: int = 48, width: int = 64, channels: int = 3, depth: int = 8) -> np.ndarray:
    """Gradients and noise over the whole range of values, different in every corner and channel."""
    rng = np.random.default_rng(height * 7 + width + channels)
    y, x = np.mgrid[0:height, 0:width]
    planes = [(x * (c + 2) / width + y * (4 - c % 3) / height) / 6 for c in range(channels)]
    values = np.clip(np.stack(planes, -1) + rng.normal(0, 0.05, (height, width, channels)), 0, 1)
    return np.rint(values * (2**depth - 1)).astype(np.uint16 if depth == 16 else np.uint8)


def wide_gamut_profile() -> bytes:
    """A matrix profile with Adobe RGB's primaries and gamma 2.2, put together from its tags."""
    srgb = bytearray(SRGB)
    xyz = {
        b"rXYZ": (0.60974, 0.31111, 0.01947),
        b"gXYZ": (0.20528, 0.62567, 0.06087),
        b"bXYZ": (0.14919, 0.06322, 0.74457),
    }
    count = struct.unpack_from(">I", srgb, 128)[0]
    for i in range(count):
        name, offset, _ = struct.unpack_from(">4sII", srgb, 132 + 12 * i)
        if name in xyz:
            struct.pack_into(">3i", srgb, offset + 8, *(round(v * 65536) for v in xyz[name]))
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            srgb[offset : offset + 16] = b"para\0\0\0\0\0\0\0\0" + struct.pack(">i", round(2.2 * 65536))
    return bytes(srgb)


def test_what_is_read_is_what_pillow_reads(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.webp", "a.tiff", "a.bmp"):
        Image.fromarray(picture()).save(tmp_path / name)
        photo = open_photo(tmp_path / name)
        expected = np.asarray(Image.open(tmp_path / name).convert("RGB"))
        assert photo.mode == "RGB"
        assert np.array_equal(photo.pixels, expected), name
        assert not photo.pixels.flags.writeable


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tiff"])
def test_orientation_is_applied_and_reset(tmp_path: Path, orientation: int, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, "A camera"
    exif[0x8769] = {0xA002: 64, 0xA003: 48}
    path = tmp_path / f"turned{suffix}"
    image = Image.fromarray(picture())
    if suffix == ".tiff":
        image.save(path, tiffinfo={0x0112: orientation, 0x010F: "A camera"})
    else:
        image.save(path, exif=exif)
    photo = open_photo(path)
    assert np.array_equal(photo.pixels, np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB")))
    assert photo.exif is not None
    kept = Image.Exif()
    kept.load(photo.exif)
    assert kept.get(0x0112, 1) == 1
    assert kept[0x010F] == "A camera"
    if suffix != ".tiff":
        sides = kept.get_ifd(0x8769)
        assert (sides[0xA002], sides[0xA003]) == (photo.width, photo.height)
    again = open_photo(save_photo(photo, tmp_path / "again.png"))
    assert np.array_equal(again.pixels, photo.pixels)


def test_the_embedded_thumbnail_is_unlinked(tmp_path: Path) -> None:
    # IFD0 with one entry (orientation 6) whose next-folder pointer leads to a thumbnail's folder.
    block = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 26) + struct.pack("<HI", 0, 0)
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + block)
    photo = open_photo(tmp_path / "a.jpg")
    assert photo.exif is not None
    assert struct.unpack_from("<I", photo.exif, 6 + 8 + 2 + 12)[0] == 0
    assert photo.width == 48


@pytest.mark.parametrize("channels", [3, 4])
def test_16_bit_colour_png_keeps_every_value(tmp_path: Path, channels: int) -> None:
    pixels = picture(150, 90, channels, 16)
    with (tmp_path / "a.png").open("wb") as file:
        write_deep_png(file, pixels, [])
    # The upper bytes are what Pillow itself sees, so the file is a valid one.
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), pixels >> 8)
    photo = open_photo(tmp_path / "a.png")
    assert photo.mode == ("RGB;16" if channels == 3 else "RGBA;16")
    assert np.array_equal(photo.pixels, pixels)
    assert np.array_equal(open_photo(save_photo(photo, tmp_path / "b.png")).pixels, pixels)
    assert np.array_equal(open_photo(save_photo(photo, tmp_path / "b.tiff")).pixels, pixels)


def test_16_bit_grey_and_grey_with_alpha(tmp_path: Path) -> None:
    grey = picture(channels=1, depth=16)[..., 0]
    Image.fromarray(grey).save(tmp_path / "grey.png")
    photo = open_photo(tmp_path / "grey.png")
    assert photo.mode == "I;16"
    for name in ("again.png", "again.tiff"):
        assert np.array_equal(open_photo(save_photo(photo, tmp_path / name)).pixels, grey)
    both = picture(channels=2, depth=16)
    (tmp_path / "la.png").write_bytes(raw_png(both, 16, 4))
    photo = open_photo(tmp_path / "la.png")
    assert photo.mode == "RGBA;16"
    assert all(np.array_equal(photo.pixels[..., c], both[..., 0]) for c in range(3))
    assert np.array_equal(photo.pixels[..., 3], both[..., 1])


def test_16_bit_png_with_a_transparent_colour(tmp_path: Path) -> None:
    pixels = picture(channels=3, depth=16)
    key = pixels[5, 7]
    (tmp_path / "a.png").write_bytes(raw_png(pixels, 16, 2, {b"tRNS": struct.pack(">3H", *key)}))
    photo = open_photo(tmp_path / "a.png")
    assert photo.mode == "RGBA;16"
    assert photo.pixels[5, 7, 3] == 0
    assert (photo.pixels[..., 3] == 65535).mean() > 0.99


def test_big_endian_and_uncompressed_tiff(tmp_path: Path) -> None:
    pixels = picture(channels=3, depth=16)
    for order, magic in (("<", b"II*\0"), (">", b"MM\0*")):
        data = pixels.astype(order + "u2").tobytes()
        entries = [(256, 3, 1, 64), (257, 3, 1, 48), (258, 3, 3, 8 + 2 + 10 * 12 + 4), (259, 3, 1, 1)]
        entries += [(262, 3, 1, 2), (273, 4, 1, 200), (277, 3, 1, 3), (278, 3, 1, 48)]
        entries += [(279, 4, 1, len(data)), (284, 3, 1, 1)]
        head = magic + struct.pack(order + "IH", 8, len(entries))
        for tag, kind, count, value in entries:
            pattern = "HHIHH" if kind == 3 and count == 1 else "HHII"
            head += struct.pack(order + pattern, tag, kind, count, *([value, 0][: len(pattern) - 3]))
        head += struct.pack(order + "I3H", 0, 16, 16, 16)
        (tmp_path / "a.tiff").write_bytes(head.ljust(200, b"\0") + data)
        photo = open_photo(tmp_path / "a.tiff")
        assert photo.mode == "RGB;16"
        assert np.array_equal(photo.pixels, pixels)


def raw_png(pixels: np.ndarray, bits: int, colour: int, extra: dict[bytes, bytes] | None = None) -> bytes:
    """A PNG without filters, straight from the recommendation."""
    height, width = pixels.shape[:2]
    rows = pixels.astype(">u2" if bits == 16 else "u1").reshape(height, -1)
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    parts = {b"IHDR": struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)} | (extra or {})
    out = b"\x89PNG\r\n\x1a\n"
    for name, data in (parts | {b"IDAT": body, b"IEND": b""}).items():
        out += struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return out


def test_alpha_palette_grey_and_one_bit(tmp_path: Path) -> None:
    rgba = picture(channels=4)
    Image.fromarray(rgba).save(tmp_path / "rgba.png")
    assert np.array_equal(open_photo(tmp_path / "rgba.png").pixels, rgba)
    Image.fromarray(rgba[..., :2].copy()).save(tmp_path / "la.png")
    assert open_photo(tmp_path / "la.png").mode == "LA"
    palette = Image.fromarray(picture()).quantize(16)
    palette.save(tmp_path / "p.png")
    assert np.array_equal(open_photo(tmp_path / "p.png").pixels, np.asarray(palette.convert("RGB")))
    palette.save(tmp_path / "t.png", transparency=3)
    see_through = open_photo(tmp_path / "t.png")
    assert see_through.mode == "RGBA"
    assert np.array_equal(see_through.pixels[..., 3] == 0, np.asarray(palette) == 3)
    Image.fromarray(picture(channels=1)[..., 0]).convert("1").save(tmp_path / "one.png")
    one = open_photo(tmp_path / "one.png")
    assert one.mode == "L"
    assert set(np.unique(one.pixels)) == {0, 255}


def test_a_progressive_cmyk_jpeg(tmp_path: Path) -> None:
    inks = picture(channels=4)
    image = Image.frombytes("CMYK", (64, 48), inks.tobytes())
    image.save(tmp_path / "a.jpg", progressive=True, quality=100, subsampling=0)
    photo = open_photo(tmp_path / "a.jpg")
    assert photo.mode == "CMYK"
    assert np.abs(photo.pixels.astype(int) - inks).mean() < 3
    seen = to_srgb(photo.pixels, photo)
    pillow = np.asarray(Image.open(tmp_path / "a.jpg").convert("RGB"))
    assert np.abs(seen.astype(int) - pillow).max() <= 1
    assert np.array_equal(open_photo(save_photo(photo, tmp_path / "b.tiff")).pixels, photo.pixels)
    assert np.array_equal(open_photo(save_photo(photo, tmp_path / "b.png")).pixels, seen)


def test_the_first_picture_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.fromarray(picture()), Image.fromarray(picture()[::-1].copy())]
    for name, options in (("a.webp", {"lossless": True}), ("a.gif", {}), ("a.png", {})):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], **options)
        photo = open_photo(tmp_path / name)
        assert photo.mode in ("RGB", "RGBA")
        near = np.abs(photo.pixels[..., :3].astype(int) - picture()).mean()
        far = np.abs(photo.pixels[..., :3].astype(int) - picture()[::-1]).mean()
        assert near < far / 3


def test_avif_where_pillow_can(tmp_path: Path) -> None:
    Image.init()
    if "AVIF" in Image.SAVE:
        Image.fromarray(picture()).save(tmp_path / "a.avif", quality=100)
        photo = open_photo(tmp_path / "a.avif")
        assert np.abs(photo.pixels.astype(int) - picture()).mean() < 8
    else:
        (tmp_path / "a.avif").write_bytes(b"\0\0\0\x20ftypavif" + b"\0" * 40)
        with pytest.raises(PhotoError):
            open_photo(tmp_path / "a.avif")


def test_metadata_travel(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = 6, "Somebody"
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<r:Description xmlns:t="http://ns.adobe.com/tiff/1.0/" xmlns:n="urn:n:" t:Orientation="6" '
        b'n:note="kept"/></r:RDF></x:xmpmeta>'
    )
    path = tmp_path / "a.jpg"
    Image.fromarray(picture()).save(
        path, exif=exif, icc_profile=wide_gamut_profile(), dpi=(300, 300), xmp=xmp
    )
    photo = open_photo(path)
    for name in ("b.png", "b.jpg", "b.tiff", "b.webp"):
        again = open_photo(save_photo(photo, tmp_path / name))
        assert again.icc_profile == wide_gamut_profile(), name
        assert again.exif is not None
        kept = Image.Exif()
        kept.load(again.exif)
        assert kept[0x013B] == "Somebody", name
        assert b'Orientation="1" n:note="kept"' in again.info["xmp"], name
        if name != "b.webp":
            assert again.info["dpi"] == pytest.approx((300, 300), abs=0.1), name
    deep = Photo(picture(depth=16), "RGB;16", icc_profile=photo.icc_profile, exif=photo.exif, info=photo.info)
    for name in ("d.png", "d.tiff"):
        again = open_photo(save_photo(deep, tmp_path / name))
        assert np.array_equal(again.pixels, deep.pixels)
        assert again.icc_profile == photo.icc_profile
        assert again.exif is not None
        assert b"Somebody" in again.exif
        assert b'Orientation="1"' in again.info["xmp"], name
        assert again.info["dpi"] == pytest.approx((300, 300), abs=0.1), name


def test_broken_exif_does_not_refuse_the_photo(tmp_path: Path) -> None:
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\x7fjunk")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        photo = open_photo(tmp_path / "a.jpg")
    assert photo.exif is None
    assert photo.width == 64


def test_srgb_photos_are_not_touched() -> None:
    pixels = picture()
    for profile in (None, SRGB, b"nonsense" * 40):
        photo = Photo(pixels, "RGB", icc_profile=profile)
        assert np.array_equal(to_srgb(pixels[3:20:2, ::-1], photo), pixels[3:20:2, ::-1])


def test_a_wide_profile_is_seen_as_littlecms_sees_it() -> None:
    pixels = picture()
    photo = Photo(pixels, "RGB", icc_profile=wide_gamut_profile())
    ours = to_srgb(pixels, photo).astype(int)
    theirs = ImageCms.profileToProfile(
        Image.fromarray(pixels),
        ImageCms.ImageCmsProfile(io.BytesIO(wide_gamut_profile())),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    difference = np.abs(ours - np.asarray(theirs))
    assert np.abs(ours - pixels).max() > 10
    # LittleCMS works with coarse tables in the darks; one level elsewhere.
    assert difference.mean() < 0.3
    assert np.quantile(difference, 0.99) <= 2


def test_16_bits_and_grey_are_shown_rightly() -> None:
    deep = picture(depth=16)
    seen = to_srgb(deep, Photo(deep, "RGB;16"))
    assert np.array_equal(seen, np.rint(deep / 257).astype(np.uint8))
    grey = picture(channels=1)[..., 0]
    assert np.array_equal(to_srgb(grey, Photo(grey, "L")), np.repeat(grey[..., None], 3, -1))
    both = picture(channels=2)
    assert np.array_equal(to_srgb(both, Photo(both, "LA"))[..., 1], both[..., 0])


MODES: list[tuple[str, int, int, Any]] = [
    ("RGB", 3, 8, None),
    ("RGB", 3, 8, "wide"),
    ("RGBA", 4, 8, "wide"),
    ("RGB;16", 3, 16, "wide"),
    ("RGBA;16", 4, 16, None),
    ("CMYK", 4, 8, None),
    ("L", 1, 8, None),
    ("I;16", 1, 16, None),
]


@pytest.mark.parametrize(("mode", "channels", "depth", "profile"), MODES)
def test_a_change_arrives_in_the_photos_own_values(
    mode: str, channels: int, depth: int, profile: Any
) -> None:
    pixels = picture(channels=channels, depth=depth)
    pixels = pixels[..., 0] if channels == 1 else pixels
    photo = Photo(pixels, mode, icc_profile=wide_gamut_profile() if profile else None)
    before = to_srgb_float(pixels, photo)
    wanted = before.copy()
    # Mild grey-ward and lighter changes stay inside what every mode can show.
    wanted[:, :32] = before[:, :32] * 0.8 + 0.1
    changed = from_srgb(wanted, before, pixels, photo)
    assert changed.dtype == pixels.dtype
    assert changed.shape == pixels.shape
    assert np.array_equal(changed[:, 32:], pixels[:, 32:])
    if mode in ("RGBA", "RGBA;16"):
        assert np.array_equal(changed[..., 3], pixels[..., 3])
    seen = to_srgb_float(changed, photo)
    inside = np.all((before > 0.02) & (before < 0.98), axis=-1)
    inside[:, 32:] = False
    error = np.abs(seen - wanted)[inside]
    assert error.mean() < 0.004
    assert np.quantile(error, 0.99) < 0.012


def test_cmyk_with_a_profile() -> None:
    # No CMYK profile can be made with Pillow alone: one with a 2-point table is put together here.
    photo = Photo(picture(channels=4), "CMYK", icc_profile=ink_profile())
    before = to_srgb_float(photo.pixels, photo)
    naive = to_srgb_float(photo.pixels, Photo(photo.pixels, "CMYK"))
    assert np.abs(before - naive).mean() > 0.01
    same = from_srgb(before, before, photo.pixels, photo)
    assert np.array_equal(same, photo.pixels)
    lighter = from_srgb(np.minimum(before + 0.05, 1), before, photo.pixels, photo)
    wanted = np.minimum(before + 0.05, 1)
    # This coarse profile misses colours by 0.03 in a plain round trip; the change must arrive all the same.
    assert np.abs(to_srgb_float(lighter, photo) - wanted).mean() < 0.03


def ink_profile() -> bytes:
    """A minimal CMYK profile (ICC v2): 8-bit tables with two points an ink, Lab as connection space."""
    points = np.stack(np.meshgrid(*[[0.0, 1.0]] * 4, indexing="ij"), -1).reshape(-1, 4)
    rgb = (1 - points[:, :3] * 0.9) * (1 - points[:, 3:] * 0.9)
    grey = rgb @ (0.25, 0.6, 0.15)
    light = 116 * np.cbrt(np.maximum(grey, 0.01) ** 2.2) - 16
    a, b = (rgb[:, 0] - rgb[:, 1]) * 90, (rgb[:, 1] - rgb[:, 2]) * 90
    lab = np.clip(np.rint(np.stack([light * 2.55, a + 128, b + 128], -1)), 0, 255).astype(np.uint8)
    identity = struct.pack(">9i", *(65536 if i in (0, 4, 8) else 0 for i in range(9)))
    ramp = bytes(range(256))
    forward = b"mft1" + b"\0" * 4 + bytes([4, 3, 2, 0]) + identity + ramp * 4 + lab.tobytes() + ramp * 3
    grid = np.stack(np.meshgrid(*[np.linspace(0, 255, 9)] * 3, indexing="ij"), -1).reshape(-1, 3)
    lightness = np.maximum(((grid[:, 0] / 2.55 + 16) / 116) ** 3, 0) ** (1 / 2.2)
    green = lightness - 0.25 * (grid[:, 1] - 128) / 90 + 0.15 * (grid[:, 2] - 128) / 90
    back_rgb = np.stack([green + (grid[:, 1] - 128) / 90, green, green - (grid[:, 2] - 128) / 90], -1)
    cmy = np.clip((1 - back_rgb) / 0.9, 0, 1)
    inks = np.rint(np.column_stack([cmy, np.zeros(len(cmy))]) * 255).astype(np.uint8)
    back = b"mft1" + b"\0" * 4 + bytes([3, 4, 9, 0]) + identity + ramp * 3 + inks.tobytes() + ramp * 4
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"inks\0" + b"\0" * 78
    tags = {b"desc": text, b"wtpt": white, b"A2B0": forward, b"B2A0": back}
    table, body, at = b"", b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    header = bytearray(128)
    struct.pack_into(">I", header, 0, at + len(body))
    header[8:12], header[12:24], header[36:40] = b"\x02\x40\0\0", b"prtrCMYKLab ", b"acsp"
    struct.pack_into(">3i", header, 68, 63190, 65536, 54061)
    return bytes(header) + struct.pack(">I", len(tags)) + table + body


def test_what_cannot_be_opened_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("this is not a picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    buffer = io.BytesIO()
    Image.fromarray(picture(200, 300)).save(buffer, "JPEG")
    (tmp_path / "cut.jpg").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    buffer = io.BytesIO()
    Image.fromarray(picture(200, 300)).save(buffer, "PNG")
    (tmp_path / "cut.png").write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    (tmp_path / "header.png").write_bytes(buffer.getvalue()[:20])
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 40)
    Image.fromarray(np.zeros((40, 40), np.float32)).save(tmp_path / "float.tiff")
    expected = {
        "text.jpg": "not a picture",
        "empty.png": "empty",
        "folder.png": "a folder",
        "dot.png": "too small",
        "cut.jpg": "damaged",
        "cut.png": "damaged",
        "header.png": "",
        "missing.png": "no file",
        "long" * 80 + ".png": "could not be opened",
        "a.heic": "HEIC",
        "float.tiff": "floating-point",
    }
    for name, words in expected.items():
        with pytest.raises(PhotoError) as caught:
            open_photo(tmp_path / name)
        assert words in str(caught.value), name
        assert name in str(caught.value)
        assert str(caught.value).endswith(".")
        assert caught.value.hint
        assert caught.value.path == tmp_path / name


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(picture()).save(path)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PhotoError, match="may not be read"):
        open_photo(path)


def test_a_decompression_bomb_is_refused_before_decoding(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for name, part in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")):
        data += struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
    (tmp_path / "bomb.png").write_bytes(data)
    limit = Image.MAX_IMAGE_PIXELS
    with pytest.raises(PhotoTooLargeError, match="30000 x 30000"):
        open_photo(tmp_path / "bomb.png")
    assert limit == Image.MAX_IMAGE_PIXELS


def test_saving_keeps_every_pixel_of_a_png(tmp_path: Path) -> None:
    for channels in (1, 2, 3, 4):
        pixels = picture(channels=channels)
        Image.fromarray(pixels[..., 0] if channels == 1 else pixels).save(tmp_path / "a.png")
        photo = open_photo(tmp_path / "a.png")
        for name in ("b.png", "b.tiff"):
            again = open_photo(save_photo(photo, tmp_path / name))
            assert again.mode == photo.mode
            assert np.array_equal(again.pixels, photo.pixels)
            assert np.array_equal(np.asarray(Image.open(tmp_path / name)), photo.pixels)


def test_formats_that_hold_less(tmp_path: Path) -> None:
    rgba = np.zeros((40, 40, 4), np.uint8)
    rgba[:20] = (200, 10, 10, 255)
    flat = open_photo(save_photo(Photo(rgba, "RGBA"), tmp_path / "a.jpg"))
    assert np.abs(flat.pixels[25:].astype(int) - 255).max() <= 2
    assert flat.pixels[5, 5, 0] > 190
    grey = picture(channels=1)[..., 0]
    assert open_photo(save_photo(Photo(grey, "L"), tmp_path / "a.webp", 100)).mode == "RGB"
    both = open_photo(save_photo(Photo(picture(channels=2), "LA"), tmp_path / "b.webp", 100))
    assert np.array_equal(both.pixels[..., 3], picture(channels=2)[..., 1])
    deep = picture(depth=16)
    bmp = open_photo(save_photo(Photo(deep, "RGB;16"), tmp_path / "a.bmp"))
    assert np.array_equal(bmp.pixels, np.rint(deep / 257).astype(np.uint8))
    wide = Photo(picture(), "RGB", icc_profile=wide_gamut_profile())
    assert np.array_equal(open_photo(save_photo(wide, tmp_path / "w.bmp")).pixels, to_srgb(wide.pixels, wide))


def test_a_failed_save_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = Photo(picture(), "RGB")
    path = tmp_path / "a.png"
    save_photo(photo, path)
    before = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SaveError, match="disk is full") as caught:
        save_photo(Photo(picture()[::-1].copy(), "RGB"), path)
    assert caught.value.hint
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_where_a_photo_cannot_be_saved(tmp_path: Path) -> None:
    photo = Photo(picture(), "RGB")
    (tmp_path / "is_a_folder.png").mkdir()
    (tmp_path / "file").write_text("not a folder")
    cases = {
        tmp_path / "a.xyz": "format is not known",
        tmp_path / "a": "format is not known",
        tmp_path / "nowhere" / "a.png": "no folder",
        tmp_path / "is_a_folder.png": "is a folder",
        tmp_path / "file" / "a.png": "no folder",
        tmp_path / ("long" * 80 + ".png"): "too long",
    }
    for path, words in cases.items():
        with pytest.raises(SaveError, match=words):
            save_photo(photo, path)
    wide = Photo(np.zeros((40, 17_000, 3), np.uint8), "RGB")
    with pytest.raises(SaveError, match="too many"):
        save_photo(wide, tmp_path / "a.webp")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "is_a_folder.png"]


def test_an_unwritable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SaveError, match="cannot be written to"):
        save_photo(Photo(picture(), "RGB"), tmp_path / "a.png")


def test_a_mask_is_saved_without_loss(tmp_path: Path) -> None:
    mask = picture(channels=1)[..., 0]
    assert np.array_equal(np.asarray(Image.open(save_mask(tmp_path / "m.png", mask))), mask)
    with pytest.raises(SaveError, match="would change its values"):
        save_mask(tmp_path / "m.jpg", mask)


def test_tiff_files_are_what_pillow_expects(tmp_path: Path) -> None:
    for channels, mode in ((1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")):
        pixels = picture(130, 70, channels)
        pixels = pixels[..., 0] if channels == 1 else pixels
        with (tmp_path / "a.tiff").open("wb") as file:
            write_tiff(file, pixels, {})
        image = Image.open(tmp_path / "a.tiff")
        assert image.mode == mode
        assert np.array_equal(np.asarray(image), pixels)
