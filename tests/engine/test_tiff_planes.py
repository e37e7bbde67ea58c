"""16-bit TIFF in separate planes: no bit is lost, whatever the bytes' order, compression and layout."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from engine.errors import PhotoError
from engine.photo.api import open_photo, remarks, save_photo

HEIGHT, WIDTH, STRIP, TILE = 50, 70, 20, 32


def pixels(channels: int) -> np.ndarray:
    """Every bit of every value matters: upper and lower bytes differ."""
    return np.random.default_rng(channels).integers(0, 65536, (HEIGHT, WIDTH, channels), np.uint16)


def cut(plane: np.ndarray, tiled: bool) -> list[np.ndarray]:
    if not tiled:
        return [plane[top : top + STRIP] for top in range(0, HEIGHT, STRIP)]
    padded = np.pad(plane, ((0, -HEIGHT % TILE), (0, -WIDTH % TILE)))
    rows, columns = range(0, HEIGHT, TILE), range(0, WIDTH, TILE)
    return [padded[y : y + TILE, x : x + TILE] for y in rows for x in columns]


def planar(
    values: np.ndarray,
    order: str = "<",
    deflated: bool = False,
    tiled: bool = False,
    kind: int = 2,
    extra: int | None = None,
    separate: bool = True,
) -> bytes:
    """A TIFF with one plane after the other, or interleaved samples, straight from the recommendation."""
    channels = values.shape[2]
    planes = [values[..., c] for c in range(channels)] if separate else [values]
    parts = [part.astype(order + "u2").tobytes() for plane in planes for part in cut(plane, tiled)]
    parts = [zlib.compress(part) for part in parts] if deflated else parts
    starts = np.cumsum([8, *map(len, parts)]).tolist()
    tags = {256: [WIDTH], 257: [HEIGHT], 258: [16] * channels, 259: [8 if deflated else 1], 262: [kind]}
    tags |= {277: [channels], 284: [2 if separate else 1]} | ({} if extra is None else {338: [extra]})
    tags |= {322: [TILE], 323: [TILE]} if tiled else {278: [STRIP]}
    tags |= dict(zip((324, 325) if tiled else (273, 279), (starts[:-1], [*map(len, parts)]), strict=True))
    rows, tail, beyond = b"", b"", starts[-1] + 2 + 12 * len(tags) + 4
    for tag, content in sorted(tags.items()):
        short = tag in (258, 259, 262, 277, 284, 338)
        packed = struct.pack(order + f"{len(content)}{'H' if short else 'I'}", *content)
        rows += struct.pack(order + "HHI", tag, 3 if short else 4, len(content))
        if len(packed) > 4:
            rows, tail = rows + struct.pack(order + "I", beyond + len(tail)), tail + packed
        else:
            rows += packed.ljust(4, b"\0")
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, starts[-1])
    return b"".join([head, *parts, struct.pack(order + "H", len(tags)), rows, bytes(4), tail])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("deflated", [False, True])
@pytest.mark.parametrize("tiled", [False, True])
def test_no_bit_of_separate_planes_is_lost(tmp_path: Path, order: str, deflated: bool, tiled: bool) -> None:
    path = tmp_path / "planes.tif"
    path.write_bytes(planar(pixels(3), order, deflated, tiled))
    photo = open_photo(path)
    assert photo.mode == "RGB;16" and not remarks(photo)
    np.testing.assert_array_equal(photo.pixels, pixels(3))
    np.testing.assert_array_equal(open_photo(save_photo(photo, tmp_path / "again.tif")).pixels, pixels(3))


@pytest.mark.parametrize("deflated", [False, True])
def test_alpha_is_kept_and_what_a_fourth_plane_without_a_name_holds_is_not(
    tmp_path: Path, deflated: bool
) -> None:
    path = tmp_path / "planes.tif"
    for extra, mode, count in ((2, "RGBA;16", 4), (0, "RGB;16", 3)):
        path.write_bytes(planar(pixels(4), deflated=deflated, extra=extra))
        photo = open_photo(path)
        assert photo.mode == mode
        np.testing.assert_array_equal(photo.pixels, pixels(4)[..., :count])


def test_inks_are_read_at_8_bits_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "planes.tif"
    path.write_bytes(planar(pixels(4), kind=5))
    photo = open_photo(path)
    assert photo.mode == "CMYK" and "16 bits" in remarks(photo)[0]
    np.testing.assert_array_equal(photo.pixels, pixels(4) >> 8)


def test_other_planes_and_broken_ones_get_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "planes.tif"
    path.write_bytes(planar(pixels(4), extra=1))
    with pytest.raises(PhotoError, match="separate planes"):
        open_photo(path)
    whole = planar(pixels(3), deflated=True)
    folder = struct.unpack_from("<I", whole, 4)[0]
    path.write_bytes(whole[:8] + bytes(folder - 8) + whole[folder:])
    with pytest.raises(PhotoError, match="damaged"):
        open_photo(path)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("deflated", [False, True])
def test_no_bit_beside_a_fourth_sample_without_a_name_is_lost(
    tmp_path: Path, order: str, deflated: bool
) -> None:
    """As image editors save a mask along (ExtraSamples 0)."""
    path = tmp_path / "extra.tif"
    path.write_bytes(planar(pixels(4), order, deflated, extra=0, separate=False))
    photo = open_photo(path)
    assert photo.mode == "RGB;16" and not remarks(photo)
    np.testing.assert_array_equal(photo.pixels, pixels(4)[..., :3])


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("deflated", [False, True])
def test_colours_that_are_multiplied_with_alpha_keep_16_bits(
    tmp_path: Path, order: str, deflated: bool
) -> None:
    """ExtraSamples 1. What was multiplied and rounded comes back within that rounding."""
    path, wanted = tmp_path / "associated.tif", pixels(4)
    wanted[:5, :, 3], wanted[5:10, :, 3] = 65535, 0
    alpha = wanted[..., 3:].astype(np.float64)
    stored = np.dstack([np.rint(wanted[..., :3] * alpha / 65535), alpha]).astype(np.uint16)
    path.write_bytes(planar(stored, order, deflated, extra=1, separate=False))
    photo = open_photo(path)
    assert photo.mode == "RGBA;16" and not remarks(photo)
    np.testing.assert_array_equal(photo.pixels[..., 3], wanted[..., 3])
    np.testing.assert_array_equal(photo.pixels[:5], wanted[:5])
    assert not photo.pixels[5:10].any()
    error = np.abs(photo.pixels[..., :3].astype(float) - wanted[..., :3])
    assert (error <= 0.5 * 65535 / np.maximum(alpha, 1) + 0.5)[alpha[..., 0] > 0].all()
