"""What is wrong with a chunk beside the picture is no reason to refuse a PNG: it is said, the rest opens."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.photo.png_chunks import readable

MANY = b"words and more words, " * 100_000
"""2 MB, packed to a few kB."""


def chunk(name: bytes, data: bytes, wrong: int = 0) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) ^ wrong)


def packed(key: bytes, text: bytes, kind: bytes = b"zTXt") -> bytes:
    between = b"\0\0" if kind == b"zTXt" else b"\0\1\0\0\0"
    return chunk(kind, key + between + zlib.compress(text))


def pixels(deep: bool) -> np.ndarray:
    values = np.random.default_rng(2).integers(0, 256, (50, 60, 3))
    return (values * 257).astype(np.uint16) if deep else values.astype(np.uint8)


def png(path: Path, deep: bool, before: bytes = b"", behind: bytes = b"") -> engine.Photo:
    engine.save_photo(engine.Photo(pixels(deep), "RGB;16" if deep else "RGB"), path)
    data = path.read_bytes()
    start, end = data.index(b"IDAT") - 4, data.index(b"IEND") - 4
    path.write_bytes(data[:start] + before + data[start:end] + behind + data[end:])
    opened = engine.open_photo(path)
    np.testing.assert_array_equal(opened.pixels, pixels(deep))
    return opened


WHOLE = chunk(b"tEXt", b"Author\0Somebody")
LOST = {
    "a wrong checksum": chunk(b"tEXt", b"Comment\0words", wrong=1),
    "no UTF-8": chunk(b"iTXt", b"Comment\0\0\0\0\0Gr\xf6\xdfe"),
    "broken packing": chunk(b"zTXt", b"Comment\0\0rubbish"),
    "20 MB, packed": packed(b"Comment", MANY * 10),
    "20 MB, packed, of any letters": packed(b"Comment", MANY * 10, b"iTXt"),
    "no name": chunk(b"tEXt", b"\0words"),
}


@pytest.mark.parametrize(
    ("behind", "deep"), [(False, False), (True, True)], ids=["before", "behind, 16 bits"]
)
@pytest.mark.parametrize("kind", LOST)
def test_a_text_that_cannot_be_read_is_said_and_no_more(
    kind: str, behind: bool, deep: bool, tmp_path: Path
) -> None:
    more = LOST[kind] + WHOLE
    opened = png(tmp_path / "a.png", deep, b"" if behind else more, more if behind else b"")
    assert opened.info["texts"]["Author"] == "Somebody"
    assert any("texts" in said for said in engine.remarks(opened))
    again = engine.open_photo(engine.save_photo(engine.mark_edited(opened), tmp_path / "b.png"))
    assert again.info["texts"] == opened.info["texts"] and not engine.remarks(again)


@pytest.mark.slow
def test_more_texts_than_pillow_takes_in_all(tmp_path: Path) -> None:
    opened = png(tmp_path / "a.png", False, b"".join(packed(b"C%d" % i, MANY * 7) for i in range(5)) + WHOLE)
    assert "C0" in opened.info["texts"] and "C4" not in opened.info["texts"]
    assert opened.info["texts"]["Author"] == "Somebody"
    assert any("texts" in said for said in engine.remarks(opened))


@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_long_texts_behind_the_picture_go_along(kind: bytes, deep: bool, tmp_path: Path) -> None:
    opened = png(tmp_path / "a.png", deep, WHOLE, packed(b"Comment", MANY, kind))
    assert opened.info["texts"] == {"Author": "Somebody", "Comment": MANY.decode()}
    assert not engine.remarks(opened)


def test_another_chunk_with_a_wrong_checksum_is_passed_over(tmp_path: Path) -> None:
    opened = png(tmp_path / "a.png", False, chunk(b"tIME", b"\x07\xe9\1\1\1\1\1", wrong=1) + WHOLE)
    assert opened.info["texts"] == {"Author": "Somebody"} and not engine.remarks(opened)


def test_a_picture_with_a_wrong_checksum_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    png(path, False)
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 50] ^= 1
    path.write_bytes(data)
    with pytest.raises(engine.PhotoError):
        engine.open_photo(path)


def test_a_file_that_is_read_as_it_is_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    png(path, False, WHOLE + packed(b"Comment", MANY))
    with path.open("rb") as file:
        assert readable(file) is None
    assert readable(io.BytesIO(b"no PNG")) is None
    assert readable(io.BytesIO(path.read_bytes()[:100])) is None
