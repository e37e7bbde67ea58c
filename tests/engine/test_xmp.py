"""XMP is changed property by property, whatever its form, so that strict readers read all of it."""

from __future__ import annotations

import shutil
import struct
import subprocess
import time
import zlib
from pathlib import Path

import numpy as np
import pytest

import engine
from engine.photo.ai_tag import SOURCE_TYPE, mark_edited
from engine.photo.exif_xmp import clean_xmp
from engine.photo.xmp import RDF, BrokenXmpError, Packet, extended_name

EXT, XAP = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "http://ns.adobe.com/xap/1.0/"
DC, TIFF = "http://purl.org/dc/elements/1.1/", "http://ns.adobe.com/tiff/1.0/"
TITLE = (
    f'<dc:title xmlns:dc="{DC}"><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B</rdf:li></rdf:Alt></dc:title>'
)
CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


def described(inner: str, attributes: str = 'rdf:about=""') -> str:
    return f"<rdf:Description {attributes}>{inner}</rdf:Description>"


def packet(*descriptions: str, root: str = "x:xmpmeta") -> str:
    prefix = root.partition(":")[0]
    return (
        f'<{root} xmlns:{prefix}="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RDF}">'
        f"{''.join(descriptions)}</rdf:RDF></{root}>"
    )


TOOL = f'<xmp:CreatorTool xmlns:xmp="{XAP}">17.5.1</xmp:CreatorTool>'
FORMS = {
    "element": packet(described(TOOL + TITLE)),
    "attribute": packet(described(TITLE, f'rdf:about="" xmlns:xmp="{XAP}" xmp:CreatorTool="GIMP 2.10"')),
    "other prefixes": packet(
        described(f'<a:CreatorTool xmlns:a="{XAP}">X</a:CreatorTool>' + TITLE,
                  f'rdf:about="" xmlns:q="{EXT}" q:DigitalSourceType="{CAPTURE}"'),
    ),
    "old prefix beside others": packet(
        described(f'<xap:Rating xmlns:xap="{XAP}">3</xap:Rating>' + TITLE),
        described("", f'rdf:about="" xmlns:xap="{XAP}" xap:CreatorTool="X"'),
    ),
    "two prefixes in two places": packet(
        described(f'<xap:Rating xmlns:xap="{XAP}">3</xap:Rating>' + TITLE),
        described(f'<z:Label xmlns:z="{XAP}">Red</z:Label>' + TOOL),
    ),
    "two prefixes of RDF": packet(
        described(TITLE + f'<s:s xmlns:s="urn:s:" xmlns:R="{RDF}" R:parseType="Resource"><s:t>1</s:t></s:s>')
    ),
    "a prefix for another namespace": packet(
        described(TITLE, 'rdf:about="" xmlns:xmp="urn:other:" xmp:CreatorTool="mine"')
    ),
    "old prefix": packet(described(f'<xap:CreatorTool xmlns:xap="{XAP}">X</xap:CreatorTool>' + TITLE)),
    "default namespace": packet(described(f'<CreatorTool xmlns="{XAP}">X</CreatorTool>' + TITLE)),
    "twice already": packet(described(TOOL), described(TOOL + TITLE)),
    "several descriptions": packet(
        described(TITLE, 'rdf:about="uuid:0815"'), described(TOOL, 'rdf:about="uuid:0815"')
    ),
    "about without prefix": packet(
        described(TITLE, 'about="uuid:0815"'), described(TOOL, 'about="uuid:0815"')
    ),
    "no about": packet(described(TOOL + TITLE, "")),
    "abouts that differ": packet(described(TITLE, 'rdf:about="uuid:1"'), described(TOOL, 'rdf:about=""')),
    "rdf under another prefix": packet(described(TOOL + TITLE)).replace("rdf:", "r:").replace(
        "xmlns:rdf", "xmlns:r"
    ),
    "rdf as the default": (
        f'<RDF xmlns="{RDF}"><Description xmlns:rdf="{RDF}" rdf:about="">{TITLE}</Description></RDF>'
    ),
    "without the outer element": f'<rdf:RDF xmlns:rdf="{RDF}">{described(TOOL + TITLE)}</rdf:RDF>',
    "xapmeta": packet(described(TOOL + TITLE), root="x:xapmeta"),
    "named by an ID": packet(described(TITLE + TOOL, 'rdf:ID="photo"')),
    "node of a type": packet(f'<t:Photo xmlns:t="urn:t:" rdf:about="">{TITLE + TOOL}</t:Photo>'),
    "two roots": packet(described(TOOL), described(TITLE)).replace(
        "</rdf:Description><rdf:D", f'</rdf:Description></rdf:RDF><rdf:RDF xmlns:rdf="{RDF}"><rdf:D'
    ),
    "within something else": f"<packet>{packet(described(TOOL + TITLE))}</packet>",
    "sections of characters": packet(described(TITLE.replace("A &amp; B", "<![CDATA[A & B]]>"))),
    "words of a document type": packet(
        "<!-- <!DOCTYPE x> -->" + described(TITLE + '<s:s xmlns:s="urn:s:"><![CDATA[<!DOCTYPE x>]]></s:s>')
    ),
    "structured": packet(
        described(TITLE + f'<e:DigitalSourceType xmlns:e="{EXT}"><rdf:Bag><rdf:li>{CAPTURE}</rdf:li>'
                  "</rdf:Bag></e:DigitalSourceType>")
    ),
    "resource": packet(described(TITLE + f'<e:DigitalSourceType xmlns:e="{EXT}" rdf:resource="{CAPTURE}"/>')),
    "padded": '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' + packet(described(TOOL + TITLE))
    + "\n" + " " * 2000 + '\n<?xpacket end="w"?>',
    "wrapper without padding": '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    + packet(described(TOOL + TITLE)) + '<?xpacket end="r"?>',
    "zeros behind": packet(described(TOOL + TITLE)) + "\0\0",
    "declared": '<?xml version="1.0" encoding="UTF-8"?>\n' + packet(described(TOOL + TITLE)),
    "rubbish before": "\x00\x01?? " + packet(described(TOOL + TITLE)),
}  # fmt: skip


def photo(xmp: bytes | str) -> engine.Photo:
    return engine.Photo(np.full((80, 80, 3), 99, np.uint8), "RGB", info={"xmp": xmp})


def check(xmp: bytes, title: bool = True) -> None:
    """The tag stands once, and so does what else was there."""
    read = Packet(xmp)
    assert read.values((EXT, "DigitalSourceType")) == [SOURCE_TYPE]
    assert [tool.startswith("MaskFaceGAN") for tool in read.values((XAP, "CreatorTool"))] == [True]
    assert read.values((DC, "title")) == (["A & B"] if title else [])
    names = [found.name for found in read.properties()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("form", FORMS)
def test_the_tag_replaces_what_was_said_in_whatever_form(form: str) -> None:
    for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-32"):
        if encoding != "utf-8" and form in ("declared", "rubbish before", "zeros behind"):
            continue
        marked = mark_edited(photo(FORMS[form].encode(encoding)))
        check(marked.info["xmp"])
        assert mark_edited(marked) is marked


def test_each_namespace_has_one_prefix_and_properties_stay() -> None:
    before = Packet(FORMS["two prefixes in two places"])
    wanted = [(found.name, found.texts) for found in before.properties()]
    text = before.to_bytes().decode()
    assert {prefix for prefix in ("xap:", "z:", "xmp:") if f"<{prefix}" in text} == {"xap:"}
    assert [(found.name, found.texts) for found in Packet(text).properties()] == wanted


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_saved_file_holds_utf_8_whatever_was_opened(encoding: str, suffix: str, tmp_path: Path) -> None:
    """Also where nothing is said to be edited: PNG, JPEG and WebP have a place for no other encoding."""
    path = engine.save_photo(photo(packet(described(TITLE)).encode(encoding)), tmp_path / f"a{suffix}")
    found = engine.open_photo(path).info["xmp"]
    assert "A &amp; B" in found.decode("utf-8") and b"\0" not in found
    strictly_read(path, "A & B")


@pytest.mark.parametrize("kind", ["iTXt", "packed iTXt", "tEXt", "zTXt", "raw profile", "behind the picture"])
def test_xmp_in_every_chunk_of_a_png_that_programs_put_it_in(kind: str, tmp_path: Path) -> None:
    xmp, key = packet(described(TITLE.replace("A &", "\u00c4 &"))).encode(), b"XML:com.adobe.xmp"
    segment = b"http://ns.adobe.com/xap/1.0/\0" + xmp
    profile = f"\nAPP1\n{len(segment):8d}\n{segment.hex()}\n".encode()
    name, body = {
        "iTXt": (b"iTXt", key + bytes(5) + xmp),
        "packed iTXt": (b"iTXt", key + b"\0\1\0en\0\0" + zlib.compress(xmp)),
        "tEXt": (b"tEXt", key + b"\0" + xmp),
        "zTXt": (b"zTXt", key + b"\0\0" + zlib.compress(xmp)),
        "raw profile": (b"zTXt", b"Raw profile type APP1\0\0" + zlib.compress(profile)),
        "behind the picture": (b"iTXt", key + bytes(5) + xmp),
    }[kind]
    path = engine.save_photo(photo(b""), tmp_path / "a.png")
    data = path.read_bytes()
    at = len(data) - 12 if kind == "behind the picture" else 33
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    path.write_bytes(data[:at] + chunk + data[at:])
    opened = engine.open_photo(path)
    assert Packet(opened.info["xmp"]).values((DC, "title")) == ["\u00c4 & B"] and "texts" not in opened.info


def test_many_small_properties_are_split_in_time() -> None:
    inner = "".join(f"<l:p{i}>{i:040}</l:p{i}>" for i in range(3000))
    whole = Packet(packet(described(inner, 'rdf:about="" xmlns:l="urn:long:"')))
    names = {found.name for found in whole.properties()}
    begun = time.process_time()
    main, more = whole.split(65502, frozenset())
    assert time.process_time() - begun < 5
    assert more is not None and 30_000 < len(main) <= 65502
    assert names <= {found.name for part in (main, more) for found in Packet(part).properties()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_strict_readers_read_all_of_it(form: str, suffix: str, tmp_path: Path) -> None:
    path = engine.save_photo(mark_edited(photo(FORMS[form].encode())), tmp_path / f"a{suffix}")
    again = engine.open_photo(path)
    check(again.info["xmp"])
    strictly_read(path, SOURCE_TYPE, "A & B")


def strictly_read(path: Path, *texts: str) -> None:
    """What Exiv2 and Exempi, both on Adobe's toolkit, read of a file; skipped by name where they are not
    there. Neither is linked: they are tools of the tests."""
    if shutil.which("exiv2") and path.suffix != ".avif":
        run = subprocess.run(["exiv2", "-px", str(path)], capture_output=True, text=True, check=False)
        assert "rror" not in run.stderr and "arning" not in run.stderr, run.stderr
        assert all(text in run.stdout for text in texts), run.stdout
    if shutil.which("exempi") and path.suffix != ".avif":
        run = subprocess.run(["exempi", "-x", str(path)], capture_output=True, text=True, check=False)
        assert run.returncode == 0 and all(text.replace("&", "&amp;") in run.stdout for text in texts), run


@pytest.mark.parametrize("tool", ["exiv2", "exempi"])
def test_the_strict_readers_are_there(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed: what it would read was not checked")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<broken",
        b"no XML at all",
        b"<a><b></a>",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        f'<!DOCTYPE a [<!ENTITY b "c">]>{packet(described(TITLE))}'.encode(),
        b"\xff\xfe<",
        packet(described(TITLE))[:-40].encode(),
    ],
)
def test_what_is_no_xmp_is_replaced(broken: bytes) -> None:
    with pytest.raises(BrokenXmpError):
        Packet(broken)
    assert clean_xmp(broken, 8, 8) is None
    check(mark_edited(photo(broken)).info["xmp"], title=False)


def test_deep_nesting_is_no_trap() -> None:
    deep = packet(described(f'<a:b xmlns:a="urn:a:">{"<a:c>" * 20000}{"</a:c>" * 20000}</a:b>' + TITLE))
    check(mark_edited(photo(deep)).info["xmp"])


def test_line_feeds_and_signs_survive_being_written_again() -> None:
    inner = '<a:b>x &lt; y &amp;amp; "z"\n&#xD;</a:b><a:d a:c="1&#xA;2&#x9;&quot;&lt;&amp;"/>'
    before = Packet(packet(described(inner, 'rdf:about="" xmlns:a="urn:a:"')))
    before.put({("urn:z:", "n"): "<&>"}, {"urn:z:": "z"})
    after = Packet(before.to_bytes())
    texts = {found.name: found.texts for found in after.properties()}
    assert texts[("urn:a:", "b")] == ('x < y &amp; "z"\n\r',)
    assert texts[("urn:a:", "d")] == ('1\n2\t"<&',)
    assert texts[("urn:z:", "n")] == ("<&>",)


@pytest.mark.parametrize("form", ["<t:{0}>{1}</t:{0}>", 't:{0}="{1}"'])
@pytest.mark.parametrize("prefix", ["tiff", "t"])
def test_sides_and_orientation_become_those_of_the_saved_photo(form: str, prefix: str) -> None:
    values = {"Orientation": 6, "ImageWidth": 640, "ImageLength": 480}
    parts = [form.replace("t:", f"{prefix}:").format(*pair) for pair in values.items()]
    space = f'rdf:about="" xmlns:{prefix}="{TIFF}"'
    inside = "".join(parts) if form.startswith("<") else ""
    raw = packet(described(inside + TITLE, space + ("" if inside else " " + " ".join(parts))))
    cleaned = clean_xmp(raw.encode(), 48, 64)
    assert cleaned is not None
    read = Packet(cleaned)
    for name, value in {"Orientation": "1", "ImageWidth": "48", "ImageLength": "64"}.items():
        assert read.values((TIFF, name)) == [value]
    assert clean_xmp(cleaned, 48, 64) == cleaned, "the bytes stay where there is nothing to change"


def long_xmp(kilobytes: int, parts: int = 3) -> str:
    each = "0123456789abcdef" * (kilobytes * 1024 // 16 // parts)
    texts = "".join(f"<l:p{i}>{each}</l:p{i}>" for i in range(parts - 1))
    space = f'rdf:about="uuid:7" xmlns:l="urn:long:" l:last="{each}"'
    return packet(described(TOOL + TITLE), described(texts, space).replace("uuid:7", ""))


@pytest.mark.parametrize("kilobytes", [1, 60, 63, 64, 65, 66, 130, 400])
def test_xmp_of_any_length_goes_into_a_jpeg(kilobytes: int, tmp_path: Path) -> None:
    marked = mark_edited(photo(long_xmp(kilobytes).encode()))
    path = engine.save_photo(marked, tmp_path / "a.jpg")
    again = engine.open_photo(path)
    check(again.info["xmp"])
    before, after = ({p.name: p.texts for p in Packet(x.info["xmp"]).properties()} for x in (marked, again))
    assert before == after
    segments = path.read_bytes().count(b"http://ns.adobe.com/xmp/extension/\0")
    assert (segments > 0) == (len(marked.info["xmp"]) > 65502)
    assert b"HasExtendedXMP" not in again.info["xmp"]
    strictly_read(path, SOURCE_TYPE, "A & B")


def test_the_largest_block_of_one_segment_stays_one(tmp_path: Path) -> None:
    for more in (0, 1):
        raw = packet(described(TITLE)).encode()
        raw += b" " * (65502 + more - len(raw))
        path = engine.save_photo(photo(raw), tmp_path / "a.jpg")
        found = engine.open_photo(path).info["xmp"]
        assert (found == raw) == (more == 0)
        assert Packet(found).values((DC, "title")) == ["A & B"]


@pytest.mark.parametrize("change", ["none", "order", "case", "a piece", "all pieces", "broken", "no main"])
def test_an_extension_is_put_together_or_said_to_be_missing(change: str, tmp_path: Path) -> None:
    path = engine.save_photo(photo(long_xmp(200)), tmp_path / "a.jpg")
    data, mark = path.read_bytes(), b"http://ns.adobe.com/xmp/extension/\0"
    starts = [at - 4 for at in places(data, mark)]
    sizes = [2 + int.from_bytes(data[at + 2 : at + 4], "big") for at in starts]
    pieces = [data[at : at + size] for at, size in zip(starts, sizes, strict=True)]
    assert len(pieces) > 1
    head, tail = data[: starts[0]], data[starts[-1] + sizes[-1] :]
    if change == "order":
        pieces.reverse()
    elif change == "case":
        pieces = [piece.replace(piece[39:71], piece[39:71].lower()) for piece in pieces]
    elif change.endswith(("piece", "pieces")):
        pieces = pieces[1:] if change == "a piece" else []
    elif change == "broken":
        pieces[0] = pieces[0].replace(b"<rdf:RDF", b"<rdf:R F")
    elif change == "no main":
        head = head.replace(b"</x:xmpmeta>", b"</x:xmpmetq>")
    path.write_bytes(head + b"".join(pieces) + tail)
    opened = engine.open_photo(path)
    said = " ".join(engine.remarks(opened))
    if change == "no main":
        assert "xmp" not in opened.info and "damaged" in said and "missing" not in said
        return
    whole = change in ("none", "order", "case")
    assert ("missing" in said) != whole and "damaged" not in said
    names = {found.name[1] for found in Packet(opened.info["xmp"]).properties()}
    assert (
        "CreatorTool" in names and ({"p0", "p1", "last"} <= names) == whole and "HasExtendedXMP" not in names
    )


def places(data: bytes, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def test_an_extension_is_named_by_its_digest(tmp_path: Path) -> None:
    marked = mark_edited(photo(long_xmp(200).encode()))
    main, more = Packet(marked.info["xmp"]).split(65502, frozenset())
    assert more is not None and len(main) <= 65502
    assert Packet(main).values(("http://ns.adobe.com/xmp/note/", "HasExtendedXMP")) == [extended_name(more)]
    assert Packet(more).about == Packet(main).about == ""
