"""JPEGs that lack their last bytes open where the whole picture is there, and that is said."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine

KINDS = {
    "baseline": {"quality": 92},
    "without subsampling": {"quality": 92, "subsampling": 0},
    "progressive": {"quality": 92, "progressive": True},
    "restarts": {"quality": 92, "restart_marker_rows": 1},
    "grey": {"quality": 92},
    "low quality": {"quality": 40},
}


def jpeg(kind: str) -> tuple[bytes, np.ndarray]:
    random = np.random.default_rng(4)
    small = Image.fromarray(random.integers(0, 256, (40, 50, 3), dtype=np.uint8))
    image = small.resize((500, 400), Image.Resampling.BICUBIC).convert("L" if kind == "grey" else "RGB")
    file = io.BytesIO()
    image.save(file, "JPEG", **KINDS[kind])
    return file.getvalue(), np.asarray(Image.open(io.BytesIO(file.getvalue())))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", [1, 2, 3, 6, 10])
def test_without_its_last_bytes_a_photo_opens_with_a_remark(kind: str, missing: int, tmp_path: Path) -> None:
    data, whole = jpeg(kind)
    path = tmp_path / "cut.jpg"
    path.write_bytes(data[:-missing])
    photo = engine.open_photo(path)
    differ = (photo.pixels != whole).reshape(*whole.shape[:2], -1).any(axis=-1)
    assert differ.mean() < 0.01 and not differ[:350].any()
    if missing <= 2:
        np.testing.assert_array_equal(photo.pixels, whole)
    said = engine.remarks(photo)
    assert len(said) == 1 and "lacks its last bytes" in said[0]
    assert not engine.remarks(engine.open_photo(engine.save_photo(photo, tmp_path / "again.jpg")))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.98])
def test_what_lacks_a_part_of_the_picture_is_refused(kind: str, share: float, tmp_path: Path) -> None:
    data, _ = jpeg(kind)
    path = tmp_path / "cut.jpg"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(engine.PhotoError, match="damaged or incomplete"):
        engine.open_photo(path)


def test_of_a_progressive_file_every_scan_is_needed(tmp_path: Path) -> None:
    data, _ = jpeg("progressive")
    scans = [i for i in range(len(data)) if data[i : i + 2] == b"\xff\xda"]
    path = tmp_path / "cut.jpg"
    for scan in scans[1:]:
        path.write_bytes(data[: scan - 20])
        with pytest.raises(engine.PhotoError):
            engine.open_photo(path)


def test_an_ended_file_with_zeros_behind_is_no_cut_one(tmp_path: Path) -> None:
    data, whole = jpeg("baseline")
    path = tmp_path / "a.jpg"
    path.write_bytes(data + bytes(512))
    photo = engine.open_photo(path)
    np.testing.assert_array_equal(photo.pixels, whole)
    assert not engine.remarks(photo)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fill", [b"\0", b"\xff"])
@pytest.mark.parametrize("missing", [2, 6, 10])
def test_zeros_in_the_place_of_the_last_bytes(kind: str, fill: bytes, missing: int, tmp_path: Path) -> None:
    """As a card or a download leaves them that broke off behind the room that it had taken."""
    data, whole = jpeg(kind)
    path = tmp_path / "filled.jpg"
    for length in (missing, 4000):
        path.write_bytes(data[:-missing] + fill * length)
        photo = engine.open_photo(path)
        differ = (photo.pixels != whole).reshape(*whole.shape[:2], -1).any(axis=-1)
        assert differ.mean() < 0.01 and not differ[:350].any()
        assert [said for said in engine.remarks(photo) if "lacks its last bytes" in said]
    for share in (0.3, 0.9):
        kept = int(len(data) * share)
        path.write_bytes(data[:kept] + fill * (len(data) - kept))
        with pytest.raises(engine.PhotoError, match="damaged or incomplete"):
            engine.open_photo(path)
