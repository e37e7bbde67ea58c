"""EXIF and XMP of a saved photo name its own sides and no orientation, whatever the photo was stored as."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from engine.photo.api import open_photo, save_photo
from engine.photo.deep_writers import write_tiff
from engine.photo.exif_xmp import upright_exif
from engine.photo.xmp import Packet

ORIENTATION, WIDTH, LENGTH, MAKER, FOLDER = 0x0112, 0x0100, 0x0101, 0x010F, 0x8769
X, Y, TAKEN = 0xA002, 0xA003, 0x9003
TIFF = "http://ns.adobe.com/tiff/1.0/"
XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    'xmlns:exif="http://ns.adobe.com/exif/1.0/" tiff:Orientation="{0}" tiff:ImageWidth="{1}" '
    "tiff:ImageLength='{2}'><exif:PixelXDimension>{1}</exif:PixelXDimension>"
    '<exif:PixelYDimension>{2}</exif:PixelYDimension><a xmlns="urn:a:">{1}x{2}</a></rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)


def stored(path: Path, orientation: int, order: str, named: tuple[int, int] | None) -> np.ndarray:
    """Write a photo of random sides with that orientation and byte order; `named`: the sides that its
    metadata name, its own without. Returns the stored pixels."""
    random = np.random.default_rng([orientation, order == "<", named is not None])
    height, width = random.choice(np.arange(32, 90), 2, replace=False)
    pixels = random.integers(0, 256, (height, width, 3), np.uint8)
    x, y = named or (int(width), int(height))
    xmp = XMP.format(orientation, x, y).encode()
    if path.suffix == ".tif":
        folder = {X: x, Y: y, TAKEN: "2020:02:02 20:20:20"}
        with path.open("wb") as file:
            deep = pixels.astype(np.uint16) * 257 if order == ">" else pixels
            write_tiff(file, deep, {ORIENTATION: orientation, MAKER: "A camera", FOLDER: folder, 700: xmp})
        return pixels
    exif = Image.Exif()
    exif.endian = order
    exif[ORIENTATION], exif[MAKER], exif[WIDTH], exif[LENGTH] = orientation, "A camera", x, y
    exif[FOLDER] = {X: x, Y: y, TAKEN: "2020:02:02 20:20:20"}
    more = {"xmp": xmp} if path.suffix != ".png" else {}
    Image.fromarray(pixels).save(path, exif=exif, **more)
    return pixels


def upright_sides(pixels: np.ndarray, orientation: int) -> tuple[int, int]:
    height, width = pixels.shape[:2]
    return (height, width) if orientation >= 5 else (width, height)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("source", [".jpg", ".png", ".webp", ".tif"])
def test_saved_photos_name_their_own_sides(tmp_path: Path, orientation: int, source: str) -> None:
    for order, named in (("<", None), (">", None), ("<", (640, 480)), (">", (70_000, 7))):
        path = tmp_path / f"stored{source}"
        sides = upright_sides(stored(path, orientation, order, named), orientation)
        photo = open_photo(path)
        deep = replace(photo, pixels=photo.pixels.astype(np.uint16) << 8, mode="RGB;16")
        for target in (".jpg", ".png", ".webp", ".tif"):
            for each in (photo, deep) if photo.mode == "RGB" else (photo,):
                with Image.open(save_photo(each, tmp_path / f"saved{target}")) as image:
                    check(image, sides, f"{source} {order} {named} {target} {each.mode}")


def check(image: Image.Image, sides: tuple[int, int], case: str) -> None:
    exif = image.getexif()
    folder = exif.get_ifd(FOLDER)
    assert image.size == sides, case
    assert exif.get(ORIENTATION, 1) == 1, case
    assert (exif.get(WIDTH, sides[0]), exif.get(LENGTH, sides[1])) == sides, case
    assert (folder[X], folder[Y]) == sides, case
    assert (exif[MAKER], folder[TAKEN]) == ("A camera", "2020:02:02 20:20:20"), case


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("number", [3, 4], ids=["short", "long"])
@pytest.mark.parametrize("place", ["jpeg", "chunk", "chunk behind", "raw profile exif", "raw profile APP1"])
def test_an_orientation_counts_wherever_it_stands(
    place: str, number: int, order: str, tmp_path: Path
) -> None:
    """ImageMagick writes EXIF of a PNG as a text; some programs write the orientation as 32 bits."""
    value = struct.pack(order + ("I" if number == 4 else "HH"), *((6,) if number == 4 else (6, 0)))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    exif = b"Exif\0\0" + mark + struct.pack(order + "IHHHI", 8, 1, 0x0112, number, 1) + value + bytes(4)
    upright = np.zeros((40, 60, 3), np.uint8)
    upright[:20, :30] = 255
    stored, path = Image.fromarray(np.rot90(upright)), tmp_path / f"a.{'jpg' if place == 'jpeg' else 'png'}"
    info = PngImagePlugin.PngInfo()
    if place.startswith("raw"):
        kind = place.rpartition(" ")[2]
        info.add_text(f"Raw profile type {kind}", f"\n{kind}\n{len(exif):8d}\n{exif.hex()}\n", zip=True)
    stored.save(path, **({"exif": exif} if place in ("jpeg", "chunk") else {"pnginfo": info}))
    if place == "chunk behind":
        data, body = path.read_bytes(), b"eXIf" + exif[6:]
        chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
        path.write_bytes(data[:-12] + chunk + data[-12:])
    opened = open_photo(path)
    assert opened.pixels.shape == upright.shape
    assert np.abs(opened.pixels.astype(int) - upright).mean() < 1
    with Image.open(save_photo(opened, tmp_path / "b.jpg")) as again:
        assert again.getexif()[0x0112] == 1 and again.size == (60, 40)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("source", [".jpg", ".webp", ".tif"])
def test_so_does_the_xmp(tmp_path: Path, orientation: int, source: str) -> None:
    path = tmp_path / f"stored{source}"
    pixels = stored(path, orientation, "<", None)
    width, height = upright_sides(pixels, orientation)
    tiff, exif = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
    sides = {(tiff, "ImageWidth"): width, (tiff, "ImageLength"): height}
    sides |= {(exif, "PixelXDimension"): width, (exif, "PixelYDimension"): height}
    photo = open_photo(path)
    for kept in (photo, open_photo(save_photo(photo, tmp_path / "saved.webp"))):
        read = Packet(kept.info["xmp"])
        for name, side in sides.items():
            assert read.values(name) == [str(side)]
        assert read.values(("urn:a:", "a")) == [f"{pixels.shape[1]}x{pixels.shape[0]}"]
        # Pillow takes the orientation out of a TIFF that it turns.
        assert read.values((tiff, "Orientation")) in (["1"], [])


def test_a_photo_whose_metadata_name_no_sides_gets_none(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[FOLDER] = 6, {TAKEN: "2020:02:02 20:20:20"}
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg", exif=exif)
    with Image.open(save_photo(open_photo(tmp_path / "a.jpg"), tmp_path / "b.jpg")) as image:
        kept = image.getexif()
        assert image.size == (48, 64)
        assert WIDTH not in kept and X not in kept.get_ifd(FOLDER)


def test_a_broken_second_folder_costs_nothing_else() -> None:
    # One folder of two entries: orientation 6, and an EXIF folder that would begin behind the block's end.
    entries = struct.pack(">HHIHH", ORIENTATION, 3, 1, 6, 0) + struct.pack(">HHII", FOLDER, 4, 1, 9999)
    block = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + entries + struct.pack(">I", 0)
    patched = upright_exif(block, 64, 48)
    assert patched is not None and len(patched) == len(block)
    kept = Image.Exif()
    kept.load(patched)
    assert kept[ORIENTATION] == 1


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_a_photo_that_was_turned_after_it_was_opened_names_its_new_sides(suffix: str, tmp_path: Path) -> None:
    stored(tmp_path / "a.jpg", 1, "<", None)
    photo = open_photo(tmp_path / "a.jpg")
    turned = replace(photo, pixels=np.ascontiguousarray(np.rot90(photo.pixels)))
    again = open_photo(save_photo(turned, tmp_path / f"b{suffix}"))
    assert again.exif is not None
    kept = Image.Exif()
    kept.load(again.exif)
    named = [kept.get_ifd(FOLDER)[tag] for tag in (X, Y)]
    named += [
        int(Packet(again.info["xmp"]).values((TIFF, name))[0]) for name in ("ImageWidth", "ImageLength")
    ]
    assert named == [turned.width, turned.height] * 2
