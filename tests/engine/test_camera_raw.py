"""Cameras' raw files are named as what they are, by their structure and whatever their suffix."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine

MAKER, KIND, COMPRESSION, PHOTOMETRIC, SUB, DNG = 271, 254, 259, 262, 330, 50706


def tiff(
    order: str, *folders: list[tuple[int, int, bytes | int]], sub: list[tuple[int, int, int]] | None = None
) -> bytes:
    """A TIFF of folders in a chain; `sub` is one beneath the first. A grey picture of 64 px is in each."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    data = bytearray(mark + bytes(4) + bytes(64 * 64))
    places = []
    chain = [*folders] if sub is None else [*folders, sub]
    for index, rows in enumerate(chain):
        places.append(len(data))
        rows = [
            *rows,
            (256, 4, 64),
            (257, 4, 64),
            (258, 3, 8),
            (273, 4, 8),
            (277, 3, 1),
            (278, 4, 64),
            (279, 4, 4096),
        ]
        if sub is not None and index == 0:
            rows.append((SUB, 4, 0))
        data += struct.pack(order + "H", len(rows))
        for tag, kind, value in sorted(rows):
            packed = (
                value
                if isinstance(value, bytes)
                else struct.pack(
                    order + ("I" if kind == 4 else "HH"), *((value,) if kind == 4 else (value, 0))
                )
            )
            data += struct.pack(order + "HHI", tag, kind, 4 if isinstance(value, bytes) else 1) + packed
        data += bytes(4)
    struct.pack_into(order + "I", data, 4, places[0])
    for here, following in itertools.pairwise(places[: len(folders)]):
        count = struct.unpack_from(order + "H", data, here)[0]
        struct.pack_into(order + "I", data, here + 2 + 12 * count, following)
    if sub is not None:
        count = struct.unpack_from(order + "H", data, places[0])[0]
        for entry in range(places[0] + 2, places[0] + 2 + 12 * count, 12):
            if struct.unpack_from(order + "H", data, entry)[0] == SUB:
                struct.pack_into(order + "I", data, entry + 8, places[-1])
    return bytes(data)


ACE = (MAKER, 2, b"Ace\0")
GREY, MOSAIC, LINEAR = (PHOTOMETRIC, 3, 1), (PHOTOMETRIC, 3, 32803), (PHOTOMETRIC, 3, 34892)
PLAIN = (COMPRESSION, 3, 1)
RAW = {
    "a mosaic beneath a preview": lambda o: tiff(o, [ACE, GREY, PLAIN, (KIND, 4, 1)], sub=[MOSAIC, PLAIN]),
    "a mosaic without a maker": lambda o: tiff(o, [GREY, PLAIN], sub=[MOSAIC, PLAIN]),
    "a mosaic in the first folder": lambda o: tiff(o, [ACE, MOSAIC, PLAIN]),
    "a mosaic in the second folder": lambda o: tiff(o, [ACE, GREY, PLAIN], [MOSAIC, PLAIN]),
    "linear raw": lambda o: tiff(o, [LINEAR, PLAIN]),
    "DNG": lambda o: tiff(o, [GREY, PLAIN, (DNG, 1, b"\1\4\0\0")]),
    "Nikon's packing": lambda o: tiff(o, [ACE, GREY, (COMPRESSION, 3, 34713)]),
    "Kodak's packing beneath, the maker above": lambda o: tiff(
        o, [ACE, GREY, PLAIN], sub=[GREY, (COMPRESSION, 3, 65000)]
    ),
    "cut amid what lies beneath": lambda o: tiff(o, [ACE, GREY, PLAIN], sub=[MOSAIC, PLAIN])[:-60],
    "cut before it": lambda o: tiff(o, [ACE, GREY, PLAIN], sub=[MOSAIC, PLAIN])[:-114],
    "Sony's packing beneath": lambda o: tiff(o, [ACE, GREY, PLAIN], sub=[ACE, (COMPRESSION, 3, 32767)]),
    "Canon CR2": lambda o: (b"II*\0\x10\0\0\0CR\2\0" if o == "<" else b"MM\0*\0\0\0\x10CR\2\0") + bytes(200),
}
OTHERS = {
    "RAF": b"FUJIFILMCCD-RAW 0201",
    "X3F": b"FOVb\0\0\3\0",
    "MRW": b"\0MRM\0\1\2\3",
    "ORF": b"IIRO\x08\0\0\0",
    "ORF of other cameras": b"IIRS\x08\0\0\0",
    "ORF, the other order": b"MMOR\0\0\0\x08",
    "RW2": b"IIU\0\x18\0\0\0",
    "CRW": b"II\x1a\0\0\0HEAPCCDR",
    "CR3": b"\0\0\0\x18ftypcrx \0\0\0\1",
    "Phase One": b"IIII\1\0\0\0waR",
    "Phase One, the other order": b"MMMM\0\0\0\1Raw",
    "IIQ": b"II*\0\x08\0\0\0IIII",
}


def refused(path: Path) -> None:
    with pytest.raises(engine.PhotoError) as caught:
        engine.open_photo(path)
    assert caught.value.message == f"{path.name} is a camera's raw file." and "Develop" in caught.value.hint


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", RAW)
def test_raw_files_are_told_by_their_structure(kind: str, order: str, tmp_path: Path) -> None:
    for name in ("DSC_0001.NEF", "photo.tif", "photo.jpg", "photo"):
        path = tmp_path / name
        path.write_bytes(RAW[kind](order))
        refused(path)


def bigtiff(order: str, *tags: tuple[int, int, int], sub: bool) -> bytes:
    """A BigTIFF of one folder with short and long numbers, or with that folder beneath the first."""

    def folder(rows: list[tuple[int, int, int]]) -> bytes:
        data = struct.pack(order + "Q", len(rows))
        for tag, kind, value in rows:
            code = {1: "B7x", 3: "H6x", 16: "Q"}[kind]
            data += struct.pack(order + "HHQ" + code, tag, kind, 1, value)
        return data + bytes(8)

    first = folder([(SUB, 16, 16 + 36)]) if sub else b""
    mark = b"II+\0\x08\0\0\0" if order == "<" else b"MM\0+\0\x08\0\0"
    return mark + struct.pack(order + "Q", 16) + first + folder(list(tags)) + bytes(400)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("sub", [False, True])
def test_a_dng_with_places_of_64_bits(order: str, sub: bool, tmp_path: Path) -> None:
    for name, rows in (("a.tif", [(DNG, 1, 1)]), ("a.jpg", [(PHOTOMETRIC, 3, 32803)])):
        path = tmp_path / name
        path.write_bytes(bigtiff(order, *rows, sub=sub))
        refused(path)
    path.write_bytes(bigtiff(order, (PHOTOMETRIC, 3, 2), sub=sub))
    with pytest.raises(engine.PhotoError) as caught:
        engine.open_photo(path)
    assert "raw" not in caught.value.message


@pytest.mark.parametrize("kind", OTHERS)
def test_and_by_their_first_bytes(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(OTHERS[kind] + bytes(400))
    refused(path)


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiffs_of_a_scanner_or_an_editor_open(order: str, tmp_path: Path) -> None:
    path = tmp_path / "scan.nef"  # the suffix says nothing
    for data in (
        tiff(order, [ACE, GREY, PLAIN]),
        tiff(order, [ACE, GREY, PLAIN], [GREY, PLAIN, (KIND, 4, 1)]),
        tiff(order, [ACE, GREY, PLAIN], sub=[GREY, PLAIN, (KIND, 4, 1)]),
    ):
        path.write_bytes(data)
        assert engine.open_photo(path).mode == "L"
    for kind in ("JPEG", "PNG", "TIFF"):
        with path.open("wb") as file:
            Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(file, kind)
        assert engine.open_photo(path).width == 64


def test_folders_in_a_circle_end(tmp_path: Path) -> None:
    data = bytearray(tiff("<", [ACE, GREY, PLAIN]))
    first = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, first)[0]
    struct.pack_into("<I", data, first + 2 + 12 * count, first)
    path = tmp_path / "a.tif"
    path.write_bytes(data)
    assert engine.open_photo(path).mode == "L"
