"""Strict readers give up a whole packet for one property that breaks a rule: ours never does."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import engine
from engine.photo.ai_tag import SOURCE_TYPE, mark_edited
from engine.photo.exif_xmp import clean_xmp, is_part_lost
from engine.photo.xmp import Packet
from tests.engine.test_xmp import DC, EXT, TITLE, TOOL, XAP, check, described, packet, photo, strictly_read

S = 'xmlns:s="urn:s:"'
MENDED = {
    "numbered items": described(
        TITLE + f'<s:l {S}><rdf:Bag><rdf:_1>a</rdf:_1><rdf:_2>b</rdf:_2></rdf:Bag></s:l>'
    ),
    "items as attributes": described(TITLE + f'<s:l {S}><rdf:Bag rdf:_1="a" rdf:_2="b"/></s:l>'),
    "a bag's name": described(TITLE, 'rdf:about="" rdf:bagID="b"'),
    "about each": described(TITLE, 'rdf:aboutEach=""'),
    "an address of the whole": described(TITLE + f'<s:t {S} xml:base="urn:b:" xml:space="preserve">x</s:t>'),
    "twice the same": described(TITLE + TOOL, f'rdf:about="" xmlns:p="{XAP}" p:CreatorTool="17.5.1"'),
    "spaces in what has attributes": described(TITLE + f'<s:t {S} s:u="1"> </s:t>'),
}  # fmt: skip
PARTLY = {
    "a text among properties": described("loose " + TITLE),
    "a text among descriptions": "loose" + described(TITLE),
    "no namespace": described(TITLE + "<bare>1</bare>"),
    "an attribute without one": described(TITLE, 'rdf:about="" bare="1"'),
    "deep within": described(TITLE + f"<s:a {S}><rdf:Description><b>1</b></rdf:Description></s:a>"),
    "twice": described(TITLE + f"<s:t {S}>1</s:t><s:t {S}>2</s:t>"),
    "twice, in two places": described(TITLE + f"<s:t {S}>1</s:t>") + described("", f'{S} s:t="2"'),
    "the title twice": described(TITLE + TITLE.replace("A &amp; B", "C")),
    "twice in a structure": described(
        TITLE + f'<s:a {S} rdf:parseType="Resource"><s:t>1</s:t><s:t>2</s:t></s:a>'
    ),
    "a literal": described(TITLE + f'<s:t {S} rdf:parseType="Literal"><s:b>x</s:b></s:t>'),
    "a collection": described(
        TITLE + f'<s:t {S} rdf:parseType="Collection"><rdf:Description/><rdf:Description/></s:t>'
    ),
    "elements without a frame": described(TITLE + f"<s:t {S}><s:a>1</s:a><s:b>2</s:b></s:t>"),
    "another item in a list": described(
        TITLE + f"<s:t {S}><rdf:Seq><rdf:li>1</rdf:li><s:b>2</s:b></rdf:Seq></s:t>"
    ),
    "an item of no list": described(TITLE + "<rdf:li>1</rdf:li>"),
    "an attribute beside a text": described(TITLE + f'<s:t {S} s:u="1">text</s:t>'),
}


@pytest.mark.parametrize("form", MENDED)
def test_what_can_be_mended_is(form: str, tmp_path: Path) -> None:
    raw = packet(MENDED[form]).encode()
    assert not is_part_lost(raw)
    saved = engine.save_photo(mark_edited(photo(raw)), tmp_path / "a.jpg")
    strictly_read(saved, SOURCE_TYPE, "A & B")
    check(engine.open_photo(saved).info["xmp"])
    if "items" in form:
        assert Packet(engine.open_photo(saved).info["xmp"]).values(("urn:s:", "l")) == ["ab"]


@pytest.mark.parametrize("form", PARTLY)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_what_cannot_is_taken_out_and_said_and_the_rest_stays(form: str, suffix: str, tmp_path: Path) -> None:
    raw = packet(PARTLY[form])
    engine.save_photo(photo(raw.encode()), tmp_path / "clean.jpg")
    before = tmp_path / "before.jpg"
    before.write_bytes(_with_xmp((tmp_path / "clean.jpg").read_bytes(), raw.encode()))
    opened = engine.open_photo(before)
    assert [said for said in engine.remarks(opened) if "A part of this photo's XMP is damaged" in said]
    saved = engine.save_photo(mark_edited(opened), tmp_path / f"a{suffix}")
    strictly_read(saved, SOURCE_TYPE, "A & B")
    check(engine.open_photo(saved).info["xmp"])
    assert not engine.remarks(engine.open_photo(saved))


def _with_xmp(jpeg: bytes, raw: bytes) -> bytes:
    """A JPEG with that block in its place, as another program left it."""
    start = jpeg.index(b"http://ns.adobe.com/xap/1.0/\0") - 4
    end = start + 2 + int.from_bytes(jpeg[start + 2 : start + 4], "big")
    body = b"http://ns.adobe.com/xap/1.0/\0" + raw
    return jpeg[:start] + b"\xff\xe1" + (2 + len(body)).to_bytes(2, "big") + body + jpeg[end:]


NAMES = ("li", "value", "type", "Bag", "Seq", "Alt", "Description", "_1", "ID", "about", "bagID")
ATTRIBUTES = ('s:q="1"', 't:r="2"', 'bare="p"', 'about=""', 'xml:lang="de"', 'xml:space="preserve"',
              'rdf:parseType="Resource"', 'rdf:parseType="Literal"')  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_in_a_packet_the_tag_is_read(seed: int, tmp_path: Path) -> None:
    """Packets drawn by chance, of names and attributes that RDF has a meaning for in some place."""
    rng = random.Random(seed)
    names = [*("s:a", "s:b", "t:c", "bare"), *(f"rdf:{name}" for name in NAMES)]
    attributes = [*ATTRIBUTES, *(f'rdf:{name}="v"' for name in (*NAMES, "nodeID", "resource", "datatype"))]

    def some() -> str:
        drawn = (rng.choice(attributes) for _ in range(rng.choice((0, 0, 1, 2))))
        return " ".join({each.partition("=")[0]: each for each in drawn}.values())

    def element(depth: int) -> str:
        name, inner = rng.choice(names), ""
        for _ in range(rng.choice((0, 0, 1, 1, 2)) if depth < 5 else 0):
            inner += rng.choice(("", " ", "text")) + element(depth + 1)
        return f"<{name} {some()}>{inner}{rng.choice(('', ' ', 't'))}</{name}>"

    for _ in range(3):
        inner = TITLE + "".join(element(0) for _ in range(3))
        raw = packet(described(inner, f'rdf:about="" {S} xmlns:t="urn:t:"'))
        saved = engine.save_photo(mark_edited(photo(raw)), tmp_path / "a.jpg")
        strictly_read(saved, SOURCE_TYPE, "A & B")
        assert clean_xmp(raw, 8, 8) is not None


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="ISO-8859-1"?>'])
def test_letters_of_windows_stay_letters(encoding: str, head: str, tmp_path: Path) -> None:
    words = "Größe" if encoding == "latin-1" else "“Größe” – 5 €"
    raw = (head + packet(described(TITLE.replace("A &amp; B", words) + TOOL))).encode(encoding)
    marked = mark_edited(photo(clean_xmp(raw, 80, 80) or b""))
    assert Packet(marked.info["xmp"]).values((DC, "title")) == [words]
    strictly_read(engine.save_photo(marked, tmp_path / "a.jpg"), SOURCE_TYPE, words)


@pytest.mark.parametrize("space", [EXT[:-1], EXT.replace("02-29", "02-19"), XAP[:-1]])
def test_a_namespace_that_is_only_written_another_way_is_the_same(space: str, tmp_path: Path) -> None:
    name = "CreatorTool" if "xap" in space else "DigitalSourceType"
    raw = packet(described(f'<o:{name} xmlns:o="{space}">old</o:{name}>' + TITLE))
    saved = engine.save_photo(mark_edited(photo(raw)), tmp_path / "a.jpg")
    check(engine.open_photo(saved).info["xmp"])
    assert b">old<" not in saved.read_bytes()
    strictly_read(saved, SOURCE_TYPE, "A & B")


@pytest.mark.parametrize("wrapped", [False, True])
def test_of_two_packets_in_a_row_both_are_read(wrapped: bool, tmp_path: Path) -> None:
    head, tail = (
        ('<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>', '<?xpacket end="w"?>') if wrapped else ("", "")
    )
    raw = "".join(head + packet(described(inner)) + tail for inner in (TOOL, TITLE))
    check(mark_edited(photo(raw)).info["xmp"])
    strictly_read(engine.save_photo(mark_edited(photo(raw)), tmp_path / "a.jpg"), SOURCE_TYPE, "A & B")
