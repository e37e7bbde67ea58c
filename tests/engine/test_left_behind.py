"""What a file holds beside its picture goes along, or is said when it is opened and when it is saved."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin, TiffImagePlugin

import engine
from engine.photo.left_behind import as_resource, iptc_of, packed
from engine.photo.xmp import Packet
from tests.engine.test_previews import photo, preview
from tests.engine.test_xmp import DC, TITLE, described, packet, strictly_read

GAIN_XMP = 'xmlns:h="http://ns.adobe.com/hdr-gain-map/1.0/" h:Version="1.0"'
CONTAINER = (
    '<C:Directory xmlns:C="http://ns.google.com/photos/1.0/container/"><rdf:Seq>'
    '<rdf:li rdf:parseType="Resource">'
    '<C:Item xmlns:I="http://ns.google.com/photos/1.0/container/item/" I:Semantic="{0}" I:Mime="image/jpeg" '
    'I:Length="99"/></rdf:li></rdf:Seq></C:Directory>'
)
MOTION_XMP = (
    'xmlns:G="http://ns.google.com/photos/1.0/camera/" G:MotionPhoto="1" G:MotionPhotoVersion="1" G:Kept="k"'
)
MICRO_XMP = MOTION_XMP.replace("MotionPhoto", "MicroVideo")
VIDEO = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + bytes(64)
APPLE = '<a:v xmlns:a="http://ns.apple.com/HDRGainMap/1.0/">1</a:v>'
CLAIMS = (b"hdr-gain-map", b"HDRGainMap", b"21496", b"MotionPhoto", b"MicroVideo", b"Item:", b"MPF\0",
          b"ftypmp4", b"GainMap", b"depthmap", b"c2pa")  # fmt: skip
ISO = b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0"
GIVEN = f'<d:source xmlns:d="{DC}">archive</d:source>'
IPTC = b"".join(
    b"\x1c\x02" + bytes([number]) + struct.pack(">H", len(text)) + text
    for number, text in ((25, b"Jane"), (80, b"Jane Doe"), (120, b"Opening of the exhibition"))
)


def segment(mark: int, body: bytes) -> bytes:
    return bytes((0xFF, mark)) + (2 + len(body)).to_bytes(2, "big") + body


def jpeg(path: Path, tail: bytes = b"", xmp: str = "", *segments: bytes) -> engine.Photo:
    options = {"xmp": xmp.encode()} if xmp else {}
    file = io.BytesIO()
    photo().save(file, "JPEG", extra=b"".join(segments), **options)
    path.write_bytes(file.getvalue() + tail)
    return engine.open_photo(path)


def mpo(path: Path, kinds: list[int], more: bytes = b"") -> engine.Photo:
    """A JPEG with further pictures of those kinds (CIPA DC-007)."""
    others = [preview(side=32 + 4 * i) + more for i in range(len(kinds))]
    file = io.BytesIO()
    count = 1 + len(kinds)
    rows = struct.pack("<HHHI4s", 3, 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, count)
    rows += struct.pack("<HHIII", 0xB002, 7, 16 * count, 8 + 2 + 36 + 4, 0)
    body = b"MPF\0II*\0" + struct.pack("<I", 8) + rows + bytes(16 * count)
    photo().save(file, "JPEG", extra=segment(0xE2, body))
    data = bytearray(file.getvalue())
    base = data.index(b"MPF\0") + 4
    entries, place = struct.pack("<IIIHH", 0x030000, len(data), 0, 0, 0), len(data) - base
    for kind, other in zip(kinds, others, strict=True):
        entries += struct.pack("<IIIHH", kind, len(other), place, 0, 0)
        place += len(other)
    data[base + 50 : base + 50 + len(entries)] = entries
    path.write_bytes(bytes(data) + b"".join(others))
    return engine.open_photo(path)


def said(opened: engine.Photo, tmp_path: Path, *words: str) -> None:
    """These and no others, at opening and at saving; and nothing of it is claimed by what is saved."""
    for sentences in (engine.remarks(opened), engine.conversions(opened, tmp_path / "b.jpg")):
        assert len(sentences) == len(words), sentences
        assert all(word in sentence for word, sentence in zip(words, sentences, strict=True)), sentences
    for suffix in (".jpg", ".png", ".webp", ".tif", ".avif"):
        saved = engine.save_photo(engine.mark_edited(opened), tmp_path / f"saved{suffix}")
        data = saved.read_bytes()
        for claim in CLAIMS:
            assert claim not in data, claim
        assert not engine.remarks(engine.open_photo(saved))


@pytest.mark.parametrize(
    ("tail", "xmp", "segments"),
    [
        (preview(), packet(described(CONTAINER.format("GainMap") + TITLE, f'rdf:about="" {GAIN_XMP}')), ()),
        (preview(), packet(described(CONTAINER.format("GainMap").replace("C:", "Container:").replace(
            "xmlns:C=", "xmlns:Container=") + TITLE, f'rdf:about="" {GAIN_XMP}')), ()),
        (preview(xmp=packet(described("", f'rdf:about="" {GAIN_XMP}')).encode()), "", ()),
        (preview(xmp=packet(described(APPLE)).encode()), "", ()),
        (preview(), "", (segment(0xE2, ISO),)),
        (preview(extra=segment(0xE2, ISO)), "", ()),
    ],
    ids=["Ultra HDR", "other prefixes", "in the map", "Apple's", "ISO", "ISO in the map"],
)  # fmt: skip
def test_a_gain_map_is_spoken_of(tail: bytes, xmp: str, segments: tuple[bytes, ...], tmp_path: Path) -> None:
    opened = jpeg(tmp_path / "a.jpg", tail, xmp, *segments)
    said(opened, tmp_path, "HDR gain map")
    if xmp:
        assert Packet(opened.info["xmp"]).values((DC, "title")) == ["A & B"]


def test_a_claim_of_a_gain_map_that_is_not_there_goes_without_a_word(tmp_path: Path) -> None:
    xmp = packet(described(CONTAINER.format("GainMap") + TITLE, f'rdf:about="" {GAIN_XMP}'))
    said(jpeg(tmp_path / "a.jpg", b"", xmp), tmp_path)


@pytest.mark.parametrize("claim", [MOTION_XMP, MICRO_XMP, ""], ids=["motion", "micro", "none"])
@pytest.mark.parametrize("tail", [VIDEO, VIDEO.replace(b"mp42", b"isom"), b"MotionPhoto_Data" + VIDEO])
def test_a_video_behind_the_picture_is_spoken_of(claim: str, tail: bytes, tmp_path: Path) -> None:
    xmp = packet(described(CONTAINER.format("MotionPhoto") + TITLE, f'rdf:about="" {claim}'))
    opened = jpeg(tmp_path / "a.jpg", tail, xmp)
    said(opened, tmp_path, "video")
    if claim:
        kept = Packet(opened.info["xmp"])
        assert kept.values(("http://ns.google.com/photos/1.0/camera/", "Kept")) == ["k"]


FILMS = {
    "QuickTime's first": struct.pack(">I4sI4s", 8, b"wide", 64, b"mdat") + bytes(56),
    "Matroska": b"\x1aE\xdf\xa3\x93\x42\x82\x88matroska" + bytes(64),
    **{
        brand: struct.pack(">I", 24) + b"ftyp" + brand.encode() + b"\0\0\0\0mp42isom" + bytes(64)
        for brand in ("hvc1", "3g2a", "3gp5", "XAVC", "mmp4", "F4V ", "dash", "CAEP", "mp71", "MSNV", "qt  ")
    },
}


@pytest.mark.parametrize("film", FILMS)
def test_a_video_of_any_brand_is_spoken_of(film: str, tmp_path: Path) -> None:
    said(jpeg(tmp_path / "a.jpg", FILMS[film]), tmp_path, "video")


def test_a_picture_of_boxes_behind_the_photo_is_no_video(tmp_path: Path) -> None:
    still = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(64)
    assert not engine.remarks(jpeg(tmp_path / "a.jpg", still))


def test_both_are(tmp_path: Path) -> None:
    xmp = packet(described(TITLE, f'rdf:about="" {GAIN_XMP} {MOTION_XMP}'))
    said(jpeg(tmp_path / "a.jpg", preview() + VIDEO, xmp), tmp_path, "HDR gain map", "video")


@pytest.mark.parametrize("kind", [0x020001, 0x020002, 0x020003, 0x000000])
def test_further_pictures_of_an_mpo_are_spoken_of_and_previews_are_not(kind: int, tmp_path: Path) -> None:
    opened = mpo(tmp_path / "a.mpo", [kind])
    assert opened.format == "MPO"
    assert "only the first" in engine.remarks(opened)[0]
    assert "further pictures" in engine.conversions(opened, tmp_path / "b.jpg")[0]
    for previews in ([0x010001], [0x010002], [0x010001, 0x010002]):
        assert not engine.remarks(mpo(tmp_path / "b.jpg", previews))
    assert engine.remarks(mpo(tmp_path / "c.jpg", [0x010001, kind]))


def test_a_gain_map_in_an_mpo_is_no_further_picture(tmp_path: Path) -> None:
    one = mpo(tmp_path / "a.jpg", [0], segment(0xE2, ISO))
    assert len(engine.remarks(one)) == 1 and "gain map" in engine.remarks(one)[0]
    two = mpo(tmp_path / "b.jpg", [0, 0x020002], segment(0xE2, ISO))
    assert len(engine.remarks(two)) == 2


def test_depth_and_content_credentials(tmp_path: Path) -> None:
    depth = packet(
        described('<D:Data xmlns:D="http://ns.google.com/photos/1.0/depthmap/">x</D:Data>' + TITLE)
    )
    said(jpeg(tmp_path / "a.jpg", b"", depth), tmp_path, "depth map")
    jumbf = segment(0xEB, b"JP\0\1\0\0\0\1" + struct.pack(">I", 40) + b"jumb" + b"c2pa" * 8)
    said(jpeg(tmp_path / "a.jpg", b"", "", jumbf), tmp_path, "content credentials")
    file = io.BytesIO()
    photo().save(file, "PNG")
    data = file.getvalue()
    chunk = struct.pack(">I", 4) + b"caBXc2pa" + struct.pack(">I", zlib.crc32(b"caBXc2pa"))
    (tmp_path / "a.png").write_bytes(data[:33] + chunk + data[33:])
    assert "content credentials" in engine.remarks(engine.open_photo(tmp_path / "a.png"))[0]


@pytest.mark.parametrize("suffix", [".tif", ".avif"])
def test_content_credentials_of_other_formats(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".tif":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags.tagtype[52545], tags[52545] = 7, b"\0\0\0\x20jumbc2pa"
        photo().save(path, tiffinfo=tags)
    else:
        photo().save(path, quality=50, speed=10)
        assert not engine.remarks(engine.open_photo(path))
        box = b"uuid" + bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + bytes(4) + b"manifest\0"
        path.write_bytes(path.read_bytes() + struct.pack(">I", 4 + len(box)) + box)
    assert "content credentials" in engine.remarks(engine.open_photo(path))[0]


@pytest.mark.parametrize(
    ("value", "kept"),
    [("self#jumbf=/c2pa/urn:x", False), ("https://c2.example/m.c2pa", False), ("From an attic", True)],
)
@pytest.mark.parametrize("form", ["<t:provenance>{}</t:provenance>", '<t:provenance rdf:resource="{}"/>'])
def test_no_claim_of_content_credentials_is_left(value: str, kept: bool, form: str, tmp_path: Path) -> None:
    inner = form.format(value)
    space = 'rdf:about="" xmlns:t="http://purl.org/dc/terms/"'
    opened = jpeg(tmp_path / "a.jpg", b"", packet(described(inner + TITLE, space)))
    saved = engine.open_photo(engine.save_photo(opened, tmp_path / "b.jpg"))
    names = [found.name[1] for found in Packet(saved.info["xmp"]).properties()]
    assert ("provenance" in names) == kept and "title" in names


def test_a_comment_goes_along_or_is_said(tmp_path: Path) -> None:
    photo().save(tmp_path / "a.jpg", comment="on a beach")
    opened = engine.open_photo(tmp_path / "a.jpg")
    for suffix in (".jpg", ".png", ".webp", ".tif"):
        sentences = engine.conversions(opened, tmp_path / f"b{suffix}")
        again = engine.open_photo(engine.save_photo(opened, tmp_path / f"b{suffix}"))
        assert ("comment" in again.info) == (suffix == ".jpg")
        assert ["comment" in said for said in sentences] == ([] if suffix == ".jpg" else [True])


def test_damaged_xmp_is_spoken_of(tmp_path: Path) -> None:
    said(
        jpeg(tmp_path / "a.jpg", b"", "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf"), tmp_path, "XMP is damaged"
    )


# --- IPTC


def iptc_sources(path: Path) -> dict[str, bytes]:
    odd = IPTC + b"\x1c\x02\x19\0\x01x"
    return {
        "alone": segment(0xED, b"Photoshop 3.0\0" + as_resource(IPTC)),
        "an odd length": segment(0xED, b"Photoshop 3.0\0" + as_resource(odd)),
        "behind others": segment(
            0xED,
            b"Photoshop 3.0\0" + struct.pack(">4sH", b"8BIM", 0x0425) + b"\x05named" + struct.pack(">I", 3)
            + b"abc\0" + as_resource(IPTC),
        ),
        "in the second segment": segment(0xED, b"Photoshop 3.0\0" + struct.pack(">4sHHI", b"8BIM", 1, 0, 0))
        + segment(0xED, b"Photoshop 3.0\0" + as_resource(IPTC)),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["alone", "an odd length", "behind others", "in the second segment"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_iptc_goes_along(kind: str, suffix: str, tmp_path: Path) -> None:
    opened = jpeg(tmp_path / "a.jpg", b"", "", iptc_sources(tmp_path)[kind])
    assert opened.info["iptc"].startswith(IPTC) and not engine.remarks(opened)
    for each in (opened, replace(opened, pixels=opened.pixels.astype(np.uint16) * 257, mode="RGB;16")):
        if each is not opened and suffix == ".jpg":
            continue
        assert not engine.conversions(each, tmp_path / f"b{suffix}")
        saved = engine.save_photo(engine.mark_edited(each), tmp_path / f"b{suffix}")
        assert engine.open_photo(saved).info["iptc"] == opened.info["iptc"]
    strictly_read(saved if suffix != ".tif" else engine.save_photo(opened, tmp_path / "c.jpg"))


def test_a_resource_that_goes_on_in_further_segments_is_one(tmp_path: Path) -> None:
    """A segment of a JPEG holds 64 kB; a resource may be larger."""
    long = IPTC + b"".join(b"\x1c\x02\x19\0\x08key%05d" % number for number in range(10_000))
    data = struct.pack(">4sHHI", b"8BIM", 1, 0, 0) + as_resource(long)
    pieces = [data[start : start + 60_000] for start in range(0, len(data), 60_000)]
    segments = b"".join(segment(0xED, b"Photoshop 3.0\0" + piece) for piece in pieces)
    opened = jpeg(tmp_path / "a.jpg", b"", "", segments)
    assert opened.info["iptc"] == long
    assert engine.open_photo(engine.save_photo(opened, tmp_path / "b.png")).info["iptc"] == long


@pytest.mark.parametrize("twice", [False, True])
def test_of_several_resources_all_go_along(twice: bool, tmp_path: Path) -> None:
    parts = [IPTC, IPTC] if twice else [IPTC[:13], IPTC[13:]]
    segments = (segment(0xED, b"Photoshop 3.0\0" + as_resource(part)) for part in parts)
    assert jpeg(tmp_path / "a.jpg", b"", "", *segments).info["iptc"].startswith(IPTC)


@pytest.mark.parametrize("broken", [False, True])
def test_of_several_segments_of_xmp_all_go_along(broken: bool, tmp_path: Path) -> None:
    head = b"http://ns.adobe.com/xap/1.0/\0"
    texts = [packet(described(TITLE)), "<broken" if broken else packet(described(GIVEN))]
    opened = jpeg(tmp_path / "a.jpg", b"", "", *(segment(0xE1, head + text.encode()) for text in texts))
    read = Packet(opened.info["xmp"])
    assert read.values((DC, "title")) == ["A & B"]
    assert read.values((DC, "source")) == ([] if broken else ["archive"])


@pytest.mark.parametrize("suffix", [".webp", ".avif", ".bmp"])
def test_where_there_is_no_place_for_iptc_it_is_said(suffix: str, tmp_path: Path) -> None:
    opened = jpeg(tmp_path / "a.jpg", b"", "", iptc_sources(tmp_path)["alone"])
    assert any("IPTC" in sentence for sentence in engine.conversions(opened, tmp_path / f"b{suffix}"))
    assert "iptc" not in engine.open_photo(engine.save_photo(opened, tmp_path / f"b{suffix}")).info


@pytest.mark.parametrize("kind", ["bytes", "longs", "longs the other way", "a resource"])
@pytest.mark.filterwarnings("ignore:Metadata Warning")
def test_iptc_of_a_tiff(kind: str, tmp_path: Path) -> None:
    block = IPTC + bytes(-len(IPTC) % 4)
    tag, value = (34377, as_resource(IPTC)) if kind == "a resource" else (33723, block)
    if kind == "longs the other way":
        value = struct.pack(f">{len(block) // 4}I", *struct.unpack(f"<{len(block) // 4}I", block))
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[tag], tags[tag] = 7, value
    photo().save(tmp_path / "a.tif", tiffinfo=tags)
    if kind.startswith("longs"):  # Pillow writes one only
        data = (tmp_path / "a.tif").read_bytes()
        as_bytes, as_longs = (
            struct.pack("<HHI", tag, *how) for how in ((7, len(value)), (4, len(value) // 4))
        )
        assert data.count(as_bytes) == 1
        (tmp_path / "a.tif").write_bytes(data.replace(as_bytes, as_longs))
    assert engine.open_photo(tmp_path / "a.tif").info["iptc"].rstrip(b"\0") == IPTC


def test_broken_resources_are_none() -> None:
    assert iptc_of(b"Photoshop 3.0\0" + as_resource(IPTC)) == IPTC and iptc_of(IPTC) == IPTC
    assert iptc_of(b"") is None and iptc_of(b"Photoshop 3.0\0rubbish") is None


# --- blocks over the limit


@pytest.mark.parametrize("name", ["exif", "iptc"])
def test_what_is_too_long_for_a_jpeg_is_said_by_name_and_the_tag_is_in(name: str, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "S" * (70_000 if name == "exif" else 7)
    info = {"iptc": IPTC * (1500 if name == "iptc" else 1)}
    long = engine.Photo(np.asarray(photo()), "RGB", exif=exif.tobytes(), info=info)
    sentences = engine.conversions(long, tmp_path / "a.jpg")
    assert len(sentences) == 1 and f"64 kB of {name.upper()}" in sentences[0]
    again = engine.open_photo(engine.save_photo(engine.mark_edited(long), tmp_path / "a.jpg"))
    assert (again.exif is None) == (name == "exif") and ("iptc" in again.info) == (name == "exif")
    assert b"compositeWithTrained" in again.info["xmp"]
    for suffix in (".png", ".tif"):
        assert not engine.conversions(long, tmp_path / f"a{suffix}")
        again = engine.open_photo(engine.save_photo(engine.mark_edited(long), tmp_path / f"a{suffix}"))
        assert b"SSSSSSS" in again.exif and again.info["iptc"] == info["iptc"]


# --- texts of a PNG


TEXTS = {
    "Author": "Jane Doe",
    "parameters": "portrait of a woman, 85mm\nSteps: 30, Seed: 12345",
    "Description": "Grüße aus Köln — 東京",
    "Copyright": "© Jane Doe",
    "long": "words and more words, " * 9000,
}


@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
@pytest.mark.parametrize("zipped", [False, True])
def test_texts_of_a_png_go_along(deep: bool, zipped: bool, tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    for key, text in TEXTS.items():
        info.add_text(key, text, zip=zipped)
    info.add_itxt("Title", "Bild", lang="de", tkey="Titel", zip=zipped)
    photo().save(tmp_path / "a.png", pnginfo=info)
    opened = engine.open_photo(tmp_path / "a.png")
    if deep:
        opened = replace(opened, pixels=opened.pixels.astype(np.uint16) * 257, mode="RGB;16")
    assert not engine.conversions(opened, tmp_path / "b.png")
    saved = engine.save_photo(engine.mark_edited(opened), tmp_path / "b.png")
    with Image.open(saved) as image:
        assert {key: str(image.text[key]) for key in TEXTS} == TEXTS
        assert (image.text["Title"].lang, image.text["Title"].tkey) == ("de", "Titel")
    for suffix in (".jpg", ".webp", ".tif", ".avif"):
        assert any("texts" in said for said in engine.conversions(opened, tmp_path / f"b{suffix}"))


@pytest.mark.parametrize(
    ("texts", "lost"),
    [
        ([("Comment", "one"), ("Comment", "two")], True),
        ([("Comment", "one"), ("Software", "two")], False),
        ([("Comment", "many words " * 1_900_000)], True),
    ],
    ids=["of one name", "of two names", "20 MB"],
)
def test_texts_of_a_png_that_cannot_go_along_are_said(
    texts: list[tuple[str, str]], lost: bool, tmp_path: Path
) -> None:
    info = PngImagePlugin.PngInfo()
    for key, text in texts:
        info.add_text(key, text)
    photo().save(tmp_path / "a.png", pnginfo=info)
    opened = engine.open_photo(tmp_path / "a.png")
    assert any("texts" in remark for remark in engine.remarks(opened)) == lost
    assert any("texts" in said for said in engine.conversions(opened, tmp_path / "b.png")) == lost


def test_xmp_of_a_gif(tmp_path: Path) -> None:
    photo().convert("P").save(tmp_path / "a.gif")
    data = (tmp_path / "a.gif").read_bytes()
    at = data.index(b"\x2c", 13 + 3 * 2 ** ((data[10] & 7) + 1))
    block = (
        b"!\xff\x0bXMP DataXMP"
        + packet(described(TITLE)).encode()
        + b"\1"
        + bytes(range(255, -1, -1))
        + b"\0"
    )
    (tmp_path / "a.gif").write_bytes(data[:at] + block + data[at:])
    opened = engine.open_photo(tmp_path / "a.gif")
    assert Packet(opened.info["xmp"]).values((DC, "title")) == ["A & B"]
    strictly_read(engine.save_photo(engine.mark_edited(opened), tmp_path / "b.jpg"), "A & B")


def test_blocks_that_others_write_as_texts_are_read_as_what_they_are(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    info = PngImagePlugin.PngInfo()
    xmp = packet(described(TITLE)).encode()
    for kind, block in (("exif", exif.tobytes()), ("iptc", as_resource(IPTC)), ("xmp", xmp)):
        info.add_text(*packed(kind, block), zip=True)
    photo().save(tmp_path / "a.png", pnginfo=info)
    opened = engine.open_photo(tmp_path / "a.png")
    assert b"A camera" in opened.exif and opened.info["iptc"] == IPTC and "texts" not in opened.info
    assert Packet(opened.info["xmp"]).values((DC, "title")) == ["A & B"]
    again = engine.open_photo(engine.save_photo(opened, tmp_path / "b.jpg"))
    assert b"A camera" in again.exif and again.info["iptc"] == IPTC


# --- suffixes


@pytest.mark.parametrize("suffix", [".jfif", ".jpe", ".pjpeg", ".pjp", ".mpo", ".JFIF", ".Jpe"])
def test_other_suffixes_of_jpegs(suffix: str, tmp_path: Path) -> None:
    path = engine.save_photo(engine.Photo(np.asarray(photo()), "RGB"), tmp_path / f"a{suffix}")
    with Image.open(path) as image:
        assert image.format == "JPEG"
    assert engine.open_photo(path).width == 80
