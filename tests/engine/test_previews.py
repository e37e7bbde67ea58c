"""No trace of the unedited face is left in a saved file: previews are taken out of all metadata."""

from __future__ import annotations

import base64
import io
import struct
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin, features

import engine
from engine.photo.exif_xmp import clean_xmp, upright_exif
from engine.photo.left_behind import as_resource
from engine.photo.previews import holds_picture, jpeg_end
from engine.photo.xmp import Packet
from tests.engine.test_xmp import DC, TITLE, XAP, described, packet

SUFFIXES = (".jpg", ".png", ".webp", ".tif", ".avif", ".bmp")


def preview(kind: str = "JPEG", side: int = 48, **options: object) -> bytes:
    """A small picture as a file."""
    file = io.BytesIO()
    pixels = np.random.default_rng(side).integers(0, 256, (side, side, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def exif_with(
    thumbnail: bytes, order: str = "<", strips: bool = False, last: bool = True, maker: bytes = b""
) -> bytes:
    """EXIF of a maker's name, an EXIF folder with a note, and a second folder with a preview."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    note_at = 8 + 30 + 18 + 16
    note = maker.ljust(8, b".")
    second = note_at + len(note)
    rows = 2 if not strips else 6
    picture = second + 2 + 12 * rows + 4
    first = struct.pack(order + "HHHI4sHHIII", 2, 0x010F, 2, 4, b"Ace\0", 0x8769, 4, 1, 38, second)
    inner = struct.pack(order + "HHHIII", 1, 0x927C, 7, len(note), note_at, 0)
    if strips:
        entries = [(0x100, 4, 16), (0x101, 4, 16), (0x103, 4, 1), (0x111, 4, picture),
                   (0x116, 4, 16), (0x117, 4, len(thumbnail))]  # fmt: skip
    else:
        entries = [(0x201, 4, picture), (0x202, 4, len(thumbnail))]
    folder = struct.pack(order + "H", rows)
    folder += b"".join(struct.pack(order + "HHII", tag, kind, 1, value) for tag, kind, value in entries)
    data = (mark + struct.pack(order + "I", 8) + first).ljust(38, b"\0") + inner
    data = data.ljust(note_at, b"\0") + note + folder + bytes(4) + thumbnail
    return b"Exif\0\0" + data + (b"" if last else b"behind")


def no_trace(data: bytes, picture: bytes) -> bool:
    """Whether no 24 bytes in a row of a picture are left, as they are or in base64."""
    encoded = base64.b64encode(picture)
    hexadecimal = picture.hex().encode()
    for text, step in ((picture, 24), (encoded, 32), (hexadecimal, 48)):
        pieces = (text[start : start + step] for start in range(0, len(text) - step, step))
        if any(len(set(piece)) > 4 and piece in data for piece in pieces):
            return False
    return True


def photo(**more: object) -> Image.Image:
    y, x = np.mgrid[0:64, 0:80]
    return Image.fromarray(np.stack([x * 3, y * 3, np.full_like(x, 90)], -1).astype(np.uint8))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("strips", [False, True], ids=["jpeg", "strips"])
@pytest.mark.parametrize("last", [False, True], ids=["inside", "at the end"])
def test_the_second_folder_of_an_exif_block(order: str, strips: bool, last: bool) -> None:
    thumbnail = bytes(range(1, 255)) * 3 if strips else preview()
    block = exif_with(thumbnail, order, strips, last)
    cleaned = upright_exif(block, 8, 8)
    assert cleaned is not None and no_trace(cleaned, thumbnail)
    assert len(cleaned) == len(block) if not last else len(cleaned) < len(block) - len(thumbnail)
    read = Image.Exif()
    read.load(cleaned)
    assert read[0x010F] == "Ace" and read.get_ifd(0x8769)[0x927C] == b"." * 8
    assert not read.get_ifd(1)
    assert upright_exif(cleaned, 8, 8) == cleaned


@pytest.mark.parametrize("progressive", [False, True])
def test_previews_in_makers_notes(progressive: bool) -> None:
    hidden = preview(side=40, progressive=progressive)
    note = b"Nikon\0\2" + hidden + b"and what follows"
    cleaned = upright_exif(exif_with(preview(), maker=note), 8, 8)
    assert cleaned is not None and no_trace(cleaned, hidden)
    read = Image.Exif()
    read.load(cleaned)
    kept = read.get_ifd(0x8769)[0x927C]
    assert len(kept) == len(note) and kept.startswith(b"Nikon") and kept.endswith(b"and what follows")


@pytest.mark.parametrize("hide", ["without its first byte", "PNG", "letters", "letters in lines"])
def test_makers_notes_hide_pictures_in_other_ways(hide: str) -> None:
    """Cameras of Minolta write another first byte; programs put pictures into notes as letters."""
    hidden = preview("PNG") if hide == "PNG" else preview(side=40)
    text = base64.b64encode(hidden)
    note = {
        "without its first byte": b"MLT0\0" + hidden[1:],
        "PNG": b"note" + hidden,
        "letters": b"note" + text,
        "letters in lines": b"note" + b"\r\n".join(text[i : i + 76] for i in range(0, len(text), 76)),
    }[hide]
    cleaned = upright_exif(exif_with(preview(), maker=note + b" and what follows"), 8, 8)
    assert cleaned is not None and no_trace(cleaned.replace(b"\r\n", b""), hidden)
    read = Image.Exif()
    read.load(cleaned)
    kept = read.get_ifd(0x8769)[0x927C]
    assert kept.startswith(note[:4]) and kept.endswith(b"what follows")


KINDS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "JPEG2000")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["letters", "lines", "address", "escaped", "digits", "16 bits"])
def test_a_picture_of_any_kind_is_known_as_text(kind: str, way: str) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("Pillow was built without AVIF")
    picture = preview(kind, side=40)
    text = base64.b64encode(picture).decode()
    hidden = {
        "letters": text,
        "lines": "\r\n".join(text[i : i + 76] for i in range(0, len(text), 76)),
        "address": f"data:image/x;base64,{text}",
        "escaped": quote(text, safe=""),
        "digits": picture.hex().upper() if kind != "BMP" else text,
        "16 bits": text.encode("utf-16-le").decode("latin-1"),
    }[way]
    assert holds_picture("see " + hidden)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_makers_notes_hold_newer_pictures(kind: str) -> None:
    if not features.check(kind.lower()):
        pytest.skip(f"Pillow was built without {kind}")
    hidden = preview(kind, side=40)
    cleaned = upright_exif(exif_with(preview(), maker=b"note" + hidden + b"and what follows"), 8, 8)
    assert cleaned is not None and no_trace(cleaned, hidden)
    read = Image.Exif()
    read.load(cleaned)
    kept = read.get_ifd(0x8769)[0x927C]
    assert kept.startswith(b"note") and kept.endswith(b"what follows")


@pytest.mark.parametrize("tag", [0x501B, 0x935C])
@pytest.mark.parametrize("size", [3000, 3])
def test_pictures_that_are_not_packed_in_the_first_folder(tag: int, size: int) -> None:
    raw = np.random.default_rng(3).integers(1, 255, size, dtype=np.uint8).tobytes()
    block = Image.Exif()
    block[0x010F], block[0x0132], block[tag] = "Ace", "2020:01:01 00:00:00", raw
    cleaned = upright_exif(block.tobytes(), 8, 8)
    assert cleaned is not None and raw not in cleaned
    read = Image.Exif()
    read.load(cleaned)
    assert (read[0x010F], read[0x0132]) == ("Ace", "2020:01:01 00:00:00")


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("odd", [False, True])
def test_comments_of_16_bits_hold_pictures_as_letters(code: str, odd: bool) -> None:
    """As Windows writes them into EXIF (XPComment, UserComment)."""
    hidden = preview(side=40)
    letters = base64.b64encode(hidden).decode().encode(code)
    note = b"UNICODE\0" + b"." * odd + letters + "Grandmother".encode(code)
    cleaned = upright_exif(exif_with(preview(), maker=note), 8, 8)
    assert cleaned is not None and no_trace(cleaned.replace(b"\0", b""), hidden)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("count", [1, 2])
def test_folders_beneath_the_first_of_an_exif_block(order: str, count: int) -> None:
    """TIFF's SubIFDs, with a picture that is not packed."""
    rgb = np.random.default_rng(1).integers(0, 256, 16 * 16 * 3, dtype=np.uint8).tobytes()
    listed = 8 + 2 + 12 * 2 + 4
    sub = listed + 4 * count
    picture = sub + 2 + 12 * 6 + 4
    data = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, 2)
    data += struct.pack(order + "HHI4s", 0x010F, 2, 4, b"Ace\0")
    data += struct.pack(order + "HHII", 0x014A, 4, count, sub if count == 1 else listed)
    data = data.ljust(listed, b"\0") + struct.pack(f"{order}{count}I", *[sub] * count)
    rows = [(0x100, 16), (0x101, 16), (0x103, 1), (0x111, picture), (0x116, 16), (0x117, len(rgb))]
    data += struct.pack(order + "H", len(rows))
    data += b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in rows) + bytes(4) + rgb
    assert not no_trace(data, rgb)
    cleaned = upright_exif(b"Exif\0\0" + data, 8, 8)
    assert cleaned is not None and no_trace(cleaned, rgb)
    read = Image.Exif()
    read.load(cleaned)
    assert read[0x010F] == "Ace" and not any(np.atleast_1d(read[0x014A]))


def data_set(record: int, number: int, value: bytes, long: bool = False) -> bytes:
    size = struct.pack(">HI", 0x8004, len(value)) if long else struct.pack(">H", len(value))
    return bytes((0x1C, record, number)) + size + value


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("place", [[(2, 202)], [(8, 10)], [(2, 240)], [(2, 202), (7, 90), (8, 10), (9, 10)]])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_previews_in_iptc(long: bool, place: list[tuple[int, int]], suffix: str, tmp_path: Path) -> None:
    picture, words = preview(), data_set(2, 5, b"Title") + data_set(2, 25, b"Key", long)
    hidden = b"".join(data_set(*each, picture, long) for each in place) + data_set(2, 120, b"Caption")
    block = b"Photoshop 3.0\0" + as_resource(words + hidden)
    photo().save(tmp_path / "a.jpg", extra=b"\xff\xed" + (2 + len(block)).to_bytes(2, "big") + block)
    opened = engine.open_photo(tmp_path / "a.jpg")
    wanted = words + data_set(2, 120, b"Caption")
    assert opened.info["iptc"] == wanted
    older = replace(opened, info={**opened.info, "iptc": words + hidden})  # as a project may hold it
    saved = engine.save_photo(older, tmp_path / f"b{suffix}")
    assert engine.open_photo(saved).info["iptc"].startswith(wanted) and no_trace(saved.read_bytes(), picture)


def test_pictures_in_texts_as_they_are(tmp_path: Path) -> None:
    for picture in (preview(), preview("PNG")):
        photo().save(tmp_path / "a.jpg", comment=picture)
        info = PngImagePlugin.PngInfo()
        info.add(b"tEXt", b"Thumb\0" + picture)
        info.add_text("Author", "\u00ff Somebody")
        photo().save(tmp_path / "a.png", pnginfo=info)
        for suffix in (".jpg", ".png"):
            saved = engine.save_photo(engine.open_photo(tmp_path / f"a{suffix}"), tmp_path / f"b{suffix}")
            assert no_trace(saved.read_bytes(), picture[24:])  # but for the head, which every JPEG has
        assert engine.open_photo(saved).info["texts"] == {"Author": "\u00ff Somebody"}


def test_places_that_lie_are_no_harm() -> None:
    block = bytearray(exif_with(preview()))
    for place, length in ((8, 1 << 31), (0, 400), (1 << 30, 10), (20, 100)):
        broken = bytearray(block)
        at = broken.index(struct.pack("<HHI", 0x201, 4, 1))
        struct.pack_into("<I", broken, at + 8, place)
        struct.pack_into("<I", broken, at + 20, length)
        cleaned = upright_exif(bytes(broken), 8, 8)
        assert cleaned is not None
        read = Image.Exif()
        read.load(cleaned)
        assert read[0x010F] == "Ace"


SPLIT = {
    "for addresses": lambda text: text.translate(str.maketrans("+/", "-_")),
    "a letter a line": "\n".join,
    "in a list": lambda text: (
        "<rdf:Seq>"
        + "".join(f"<rdf:li>{text[i : i + 64]}</rdf:li>" for i in range(0, len(text), 64))
        + "</rdf:Seq>"
    ),
    "in sections": lambda text: f"<![CDATA[{text[:3]}]]>{text[3:]}",
    "around a comment": lambda text: f"{text[:3]}<!-- -->{text[3:]}",
}


@pytest.mark.parametrize("form", [*SPLIT, "as an address"])
def test_a_preview_in_xmp_is_found_however_it_is_cut(form: str) -> None:
    text = base64.b64encode(preview()).decode()
    inner = (
        f'<z:p xmlns:z="urn:z:" rdf:resource="data:image/jpeg;base64,{text}"/>'
        if form == "as an address"
        else f'<z:p xmlns:z="urn:z:">{SPLIT[form](text)}</z:p>'
    )
    cleaned = clean_xmp(packet(described(TITLE + inner)), 8, 8)
    assert cleaned is not None and len(cleaned) < 500
    assert Packet(cleaned).values((DC, "title")) == ["A & B"]


@pytest.mark.parametrize("form", ["<!-- {} -->", "<?preview {}?>"])
def test_nor_is_one_left_in_what_is_no_property(form: str) -> None:
    hidden = form.format(base64.b64encode(preview()).decode())
    plain = packet(described(TITLE))
    for text in (
        hidden + plain,
        plain + hidden,
        packet(hidden + described(TITLE)),
        packet(described(hidden + TITLE)),
    ):
        cleaned = clean_xmp(text, 8, 8)
        assert cleaned is not None and len(cleaned) < 500
        assert Packet(cleaned).values((DC, "title")) == ["A & B"]


def thumbnails(picture: bytes, form: str) -> str:
    """Previews as XMP has them."""
    text = base64.encodebytes(picture).decode()
    space = "http://ns.adobe.com/xap/1.0/g/img/"
    inner = f'<g:format>JPEG</g:format><g:image xmlns:g="{space}">{text}</g:image>'
    inner = inner.replace("<g:format>", f'<g:format xmlns:g="{space}">')
    struct_ = f'<rdf:li rdf:parseType="Resource">{inner}</rdf:li>'
    return {
        "Adobe's": f'<xmp:Thumbnails xmlns:xmp="{XAP}"><rdf:Alt>{struct_}</rdf:Alt></xmp:Thumbnails>',
        "other prefix": f'<a:Thumbnails xmlns:a="{XAP}"><rdf:Alt>{struct_}</rdf:Alt></a:Thumbnails>',
        "attribute": f'<a:Thumbnails xmlns:a="{XAP}"><rdf:Alt><rdf:li xmlns:g="{space}" g:image="'
        + text.replace("\n", "&#xA;") + '"/></rdf:Alt></a:Thumbnails>',
        "unknown": f'<q:hidden xmlns:q="urn:q:"><q:deep>{text}</q:deep></q:hidden>',
        "Google's": '<G:Data xmlns:G="http://ns.google.com/photos/1.0/image/">' + text + "</G:Data>",
    }[form]  # fmt: skip


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("form", ["Adobe's", "other prefix", "attribute", "unknown", "Google's"])
def test_previews_in_xmp(form: str, kind: str) -> None:
    picture = preview(kind)
    raw = packet(described(thumbnails(picture, form) + TITLE)).encode()
    cleaned = clean_xmp(raw, 8, 8)
    assert cleaned is not None and no_trace(cleaned.replace(b"\n", b""), picture)
    assert Packet(cleaned).values((DC, "title")) == ["A & B"]


def test_long_texts_that_are_no_picture_stay() -> None:
    for text in ("R0lGOD is how a GIF begins. " * 40, "0123456789abcdef" * 400, "/9j/ " + "short"):
        assert not holds_picture(text)
    assert holds_picture("see " + base64.b64encode(preview()).decode())
    assert holds_picture(preview().hex())


def hidden_everywhere(path: Path, picture: bytes) -> None:
    """A photo with that preview in every place that its format has."""
    xmp = packet(described(thumbnails(picture, "Adobe's") + TITLE)).encode()
    exif = exif_with(picture, maker=b"note" + picture)
    image = photo()
    if path.suffix == ".png":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        info.add_text("Thumbnail", base64.b64encode(picture).decode())
        info.add_text("Raw profile type APP1", f"\nAPP1\n{len(exif):8d}\n{exif.hex()}\n", zip=True)
        info.add_text("Author", "Somebody")
        image.save(path, exif=exif, pnginfo=info)
        return
    options: dict[str, object] = {"exif": exif, "xmp": xmp}
    if path.suffix == ".jpg":
        jfxx = b"JFXX\0\x10" + picture
        photoshop = b"Photoshop 3.0\0" + b"".join(
            struct.pack(">4sHHI", b"8BIM", kind, 0, len(data)) + data + bytes(len(data) % 2)
            for kind, data in ((0x0409, picture), (0x040C, bytes(28) + picture))
        )
        mpf = b"MPF\0II*\0" + picture
        more = ((b"\xe0", jfxx), (b"\xed", photoshop), (b"\xe2", mpf))
        options["extra"] = b"".join(
            b"\xff" + mark + (2 + len(body)).to_bytes(2, "big") + body for mark, body in more
        )
        options["comment"] = base64.b64encode(picture)
    if path.suffix == ".tif":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[700] = xmp
        tags[34377] = struct.pack(">4sHHI", b"8BIM", 0x040C, 0, len(picture)) + picture
        tags[0x8769] = {0x927C: b"note" + picture}
        image.save(path, tiffinfo=tags, save_all=True, append_images=[Image.open(io.BytesIO(picture))])
        return
    image.save(path, **options)
    if path.suffix == ".jpg":
        path.write_bytes(path.read_bytes() + picture)  # as an MPO has it, behind the photo


@pytest.mark.parametrize("source", [".jpg", ".png", ".webp", ".tif", ".avif"])
@pytest.mark.parametrize("target", SUFFIXES)
def test_no_format_takes_a_preview_along(source: str, target: str, tmp_path: Path) -> None:
    picture, path = preview(), tmp_path / f"before{source}"
    hidden_everywhere(path, picture)
    if source != ".png":
        assert not no_trace(path.read_bytes(), picture), "it is there"
    opened = engine.open_photo(path)
    for edited in (opened, engine.mark_edited(opened)):
        saved = engine.save_photo(edited, tmp_path / f"after{target}")
        again = engine.open_photo(saved)
        kept = [again.exif or b"", again.info.get("xmp", b""), repr(again.info).encode(), saved.read_bytes()]
        assert all(no_trace(block.replace(b"\n", b""), picture) for block in kept)
        if target != ".bmp":
            assert b"A &amp; B" in again.info["xmp"]


def test_where_a_jpeg_ends() -> None:
    for options in ({}, {"progressive": True}, {"exif": exif_with(preview())}, {"restart_marker_rows": 1}):
        data = preview(side=64, **options)
        assert jpeg_end(data + b"behind" * 9) == len(data)
        assert jpeg_end(data[:-30]) == len(data) - 30
    assert jpeg_end(b"\xff\xd8\xff\xe0 no picture") is None
    assert jpeg_end(b"\xff\xd8\xff\xd9") is None
