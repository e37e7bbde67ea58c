"""What a photo's file holds beside its picture: what of it goes along, and what is left behind and said.

Along go IPTC (IIM, of IPTC-IIM 4.2, in Photoshop's resource 0x0404) and the texts of a PNG. Left behind are
gain maps of HDR (Adobe's and Apple's, ISO 21496-1), videos of motion photos, further pictures of an MPO,
depth maps and content credentials: after an edit they would show, or vouch for, the face as it was before.
"""

from __future__ import annotations

import contextlib
import io
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from PIL import Image

from .png_chunks import chunks, texts
from .previews import holds_picture, jpeg_end, without_previews
from .xmp import XMP_NOTE, BrokenXmpError, Packet

OPENED = {
    "gain_map": "This photo's HDR gain map is not kept; saved pictures show it without HDR.",
    "motion": "This photo's video is not kept; the picture is edited and saved.",
    "pages": "This file holds several pictures; only the first is edited and saved.",
    "depth": "This photo's depth map is not kept.",
    "texts": "Some of this photo's texts are not kept; they share a name, are damaged or very long.",
    "credentials": "This photo's content credentials are not kept; they vouch for the photo before the edit.",
    "cut": "This file lacks its last bytes; all of the picture but at most its last few pixels is there.",
    "broken_xmp": "This photo's XMP is damaged and is not kept.",
    "part_xmp": "A part of this photo's XMP is damaged; the rest is kept.",
    "cut_xmp": "A part of this photo's XMP is missing in the file; the rest is kept.",
}
"""What is said when a photo is opened, by the kind of what is left behind."""

SAVED = {
    "gain_map": "The photo's HDR gain map was left out.",
    "motion": "The photo's video was left out.",
    "pages": "The file's further pictures were left out.",
    "depth": "The photo's depth map was left out.",
    "texts": "Some of the photo's texts were left out.",
    "credentials": "The photo's content credentials were left out.",
    "broken_xmp": "The photo's XMP is damaged and was left out.",
}
"""What is said when it is saved."""

_GAIN_MAPS = re.compile(rb"hdr-gain-map/|hdrgm:|urn:iso:std:iso:ts:21496|HDRGainMap|hdrgainmap")
_VIDEO = re.compile(
    rb"\0\0\0[\x08-\xff]ftyp(?!heic|heix|mif1|msf1|avif|avis|jxl )[ -~]{4}|\0\0\0.(?:wide|moov|moof)\0|"
    rb"MotionPhoto_Data|\x1aE\xdf\xa3.{4,40}?(?:webm|matroska)",
    re.DOTALL,
)
"""Films of ISO 14496-12 of any brand, of QuickTime's first kind, and of Matroska."""
_DEPTH = re.compile(rb"photos/1\.0/depthmap/|photos/dd/1\.0/|auxid:2|aux:disparity|aux:depth|:auxid:depth")
_CREDENTIALS = re.compile(rb"c2pa|jumb")
_LARGEST_BOXES = 1 << 20
_IPTC_RESOURCE = 0x0404
TIFF_IPTC, _TIFF_RESOURCES, _TIFF_CREDENTIALS = 33723, 34377, 52545
_BOX_CREDENTIALS = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""Where content credentials lie in a TIFF, and in a file of boxes (C2PA 2.1, A.3 and A.5)."""
_PHOTOSHOP = b"Photoshop 3.0\0"
_XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_XMP_KEY = "XML:com.adobe.xmp"
_PROFILE_KEY = "Raw profile type "
_MOST_TEXT = 1 << 24


@dataclass(frozen=True)
class Beside:
    """`kinds` of `OPENED` that are left behind; `iptc` and `texts` go along; `xmp` and `exif` where they lie
    in a place that Pillow does not look in. `cicp` are the four bytes of a PNG's chunk, `nclx` the same of a
    file of boxes (H.273: primaries, transfer, matrix, full range)."""

    kinds: tuple[str, ...] = ()
    iptc: bytes | None = None
    texts: dict[str, str] = field(default_factory=dict)
    xmp: bytes | None = None
    exif: bytes | None = None
    cicp: bytes | None = None
    nclx: bytes | None = None


def look_beside(image: Image.Image, file: IO[bytes]) -> Beside:
    """What an opened picture's file holds beside it. Whatever is broken there is not there."""
    look = {"JPEG": _jpeg, "MPO": _jpeg, "PNG": _png, "TIFF": _tiff, "WEBP": _webp, "GIF": _gif}.get(
        image.format or ""
    )
    look = _boxes if image.format in ("HEIF", "AVIF") else look
    if look is None:
        return Beside()
    place = file.tell()
    try:
        return look(image, file)
    except (ValueError, struct.error, IndexError, TypeError, KeyError, OSError, RecursionError):
        return Beside()
    finally:
        file.seek(place)


def iptc_of(resources: bytes) -> bytes | None:
    """The IPTC block of Photoshop's resources, all that several hold; or what is that block itself."""
    data = resources.removeprefix(_PHOTOSHOP)
    if data[:1] == b"\x1c":
        return without_previews(data) or None
    place, found = 0, dict[bytes, None]()
    while data[place : place + 4] == b"8BIM":
        kind, name = struct.unpack_from(">HB", data, place + 4)
        place += 6 + (name + 2 & ~1)
        size = struct.unpack_from(">I", data, place)[0]
        if kind == _IPTC_RESOURCE:
            found[without_previews(data[place + 4 : place + 4 + size])] = None
        place += 4 + (size + 1 & ~1)
    return b"".join(found) or None


def as_resource(iptc: bytes) -> bytes:
    """An IPTC block as Photoshop's resource."""
    return struct.pack(">4sHHI", b"8BIM", _IPTC_RESOURCE, 0, len(iptc)) + iptc + bytes(len(iptc) % 2)


def _jpeg(image: Any, file: IO[bytes]) -> Beside:
    file.seek(0)
    data = file.read()
    end = jpeg_end(data)
    tail = b"" if end is None else data[end:]
    segments = list(image.applist)
    head = b"".join(content for _, content in segments)
    kinds = []
    gain = b"\xff\xd8\xff" in tail and (_GAIN_MAPS.search(head) or _GAIN_MAPS.search(tail)) is not None
    if gain:
        kinds.append("gain_map")
    if _VIDEO.search(tail):
        kinds.append("motion")
    if _further(image) > gain:
        kinds.append("pages")
    if _DEPTH.search(head) or _DEPTH.search(tail):
        kinds.append("depth")
    if any(name == "APP11" and _CREDENTIALS.search(content) for name, content in segments):
        kinds.append("credentials")
    resources = [content for name, content in segments if name == "APP13"]
    joined = b"".join(each.removeprefix(_PHOTOSHOP) for each in resources)  # one may go on in the next
    iptc = next((found for found in map(iptc_of, (joined, *resources)) if found), None)
    standard = image.info.get("xmp")
    several = _several_xmp(segments)
    xmp, whole = _whole_xmp(several or standard, segments)
    xmp = xmp or several
    if not whole:
        kinds.append("cut_xmp")
    return Beside(tuple(kinds), iptc, xmp=xmp)


def _further(image: Any) -> int:
    """How many pictures an MPO holds beside the first that are no previews of it."""
    entries = (getattr(image, "mpinfo", None) or {}).get(0xB002, [])
    kinds = [str(entry["Attribute"]["MPType"]) for entry in entries[1:]]
    return sum("Thumbnail" not in kind for kind in kinds)


def _several_xmp(segments: list[tuple[str, bytes]]) -> bytes | None:
    """The XMP of a JPEG that has several such segments, of which Pillow knows the last; None without."""
    blocks = [content[len(_XMP_SEGMENT) :] for _, content in segments if content.startswith(_XMP_SEGMENT)]
    packets = []
    for block in dict.fromkeys(blocks):
        with contextlib.suppress(BrokenXmpError):
            packets.append(Packet(block))
    if len(blocks) < 2 or not packets:
        return None
    for other in packets[1:]:
        packets[0].take_in(other)
    return packets[0].to_bytes()


def _whole_xmp(standard: bytes | None, segments: list[tuple[str, bytes]]) -> tuple[bytes | None, bool]:
    """XMP with its extension in further segments (XMP specification part 3, 1.1.3.1), None without one; and
    whether all of that is there."""
    pieces: dict[bytes, dict[int, bytes]] = {}
    sizes: dict[bytes, int] = {}
    for name, content in segments:
        if name == "APP1" and content.startswith(_EXTENSION):
            rest = content[len(_EXTENSION) :]
            digest, size, offset = struct.unpack_from(">32sII", rest)
            pieces.setdefault(digest.upper(), {})[offset] = rest[40:]
            sizes[digest.upper()] = size
    if not standard or b"HasExtendedXMP" not in standard.replace(b"\0", b""):
        return None, True
    try:
        packet = Packet(standard)
    except BrokenXmpError:  # which is said of all of it
        return None, True
    whole = True
    for digest in packet.values((XMP_NOTE, "HasExtendedXMP")):
        named = digest.upper().encode()
        parts = pieces.get(named, {})
        block = b"".join(parts[offset] for offset in sorted(parts))
        try:
            packet.take_in(Packet(block if len(block) == sizes.get(named) else b""))
        except BrokenXmpError:
            whole = False
    return (packet.to_bytes() if packet.changed else None), whole


def _png(image: Any, file: IO[bytes]) -> Beside:
    places = {name: (start, length) for name, start, length in chunks(file)}
    found_texts, raw = {}, {}
    for key, text in image.text.items():
        if key.startswith(_PROFILE_KEY):
            raw[key.removeprefix(_PROFILE_KEY).lower()] = text
        elif key != _XMP_KEY and len(text) < _MOST_TEXT and not holds_picture(text):
            found_texts[key] = text
    iptc = next((iptc_of(_unpacked(raw[kind])) for kind in ("iptc", "8bim") if kind in raw), None)
    blocks = [_unpacked(raw[kind]) for kind in ("exif", "app1", "xmp") if kind in raw]
    exif = next((block for block in blocks if block.startswith(b"Exif\0\0")), None)
    found = [block.removeprefix(_XMP_SEGMENT) for block in blocks if not block.startswith(b"Exif\0\0")]
    if _XMP_KEY in image.text:  # in a chunk of another kind than Pillow looks in
        found.insert(0, image.text[_XMP_KEY].encode("latin-1", "replace"))
    xmp = next(iter(found), None) if not image.info.get("xmp") else None
    exif = exif if not image.info.get("exif") else None
    kinds = ["credentials"] if b"caBX" in places else []
    if any(len(text) >= _MOST_TEXT for text in image.text.values()) or _lacks_texts(image.text, file):
        kinds.append("texts")
    cicp = None
    if b"cICP" in places:
        file.seek(places[b"cICP"][0])
        cicp = file.read(4) if places[b"cICP"][1] == 4 else None
    return Beside(tuple(kinds), iptc, found_texts, xmp, exif, cicp)


def _lacks_texts(read: Mapping[str, object], file: IO[bytes]) -> bool:
    """Whether several texts of a PNG have one name, of which Pillow knows the last, or it has not read one:
    it is broken, or too long."""
    names = [name.decode("latin-1") for name in texts(file)]
    return len(set(names)) < len(names) or any(name not in read for name in names)


def _unpacked(text: str) -> bytes:
    """What ImageMagick and others write as a text: its name, its length, and hexadecimal digits."""
    return bytes.fromhex("".join(text.split()[2:]))


def packed(kind: str, data: bytes) -> tuple[str, str]:
    """Key and text of a PNG for a block that has no chunk of its own, as ImageMagick and Exiv2 read it."""
    digits = data.hex()
    lines = "\n".join(digits[start : start + 72] for start in range(0, len(digits), 72))
    return _PROFILE_KEY + kind, f"\n{kind}\n{len(data):8d}\n{lines}\n"


def _tiff(image: Any, _: IO[bytes]) -> Beside:
    # As bytes whatever their type: some programs call them longs, of which Pillow shows the first.
    blocks = getattr(image.tag_v2, "_tagdata", {})
    iptc = bytes(blocks.get(TIFF_IPTC) or b"")
    if iptc[3:4] == b"\x1c" and iptc[:1] != b"\x1c":
        iptc = b"".join(iptc[start : start + 4][::-1] for start in range(0, len(iptc), 4))
    if iptc[:1] != b"\x1c":
        iptc = iptc_of(bytes(blocks.get(_TIFF_RESOURCES) or b"")) or b""
    kinds = ("credentials",) if _TIFF_CREDENTIALS in blocks else ()
    return Beside(kinds, without_previews(iptc or b"") or None)


def _webp(_: Any, file: IO[bytes]) -> Beside:
    file.seek(12)
    kinds = []
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"C2PA":
            kinds.append("credentials")
        file.seek(size + size % 2, io.SEEK_CUR)
    return Beside(tuple(kinds))


def _gif(_: Any, file: IO[bytes]) -> Beside:
    """XMP in an application extension, as it is, and behind it what leads a reader of blocks to its end (XMP
    specification part 3, 1.1.2)."""
    file.seek(0)
    found = re.search(rb"!\xff\x0bXMP DataXMP(.+?)\x01\xff\xfe\xfd", file.read(), re.DOTALL)
    return Beside(xmp=found[1] if found else None)


def _boxes(image: Any, file: IO[bytes]) -> Beside:
    """A HEIC or an AVIF (ISO 14496-12, 23008-12): what it says before its coded pictures, and the names of
    the boxes behind them."""
    file.seek(0)
    head, top = b"", list[bytes]()
    size = file.seek(0, io.SEEK_END)
    place = 0
    while place + 8 <= size and len(top) < 1000:
        file.seek(place)
        length, name = struct.unpack(">I4s", file.read(8))
        if length == 1:
            length = struct.unpack(">Q", file.read(8))[0]
        length = length or size - place
        top.append(name if name != b"uuid" else file.read(16))
        if name == b"meta":
            file.seek(place)
            head = file.read(min(length, _LARGEST_BOXES))
        place += max(length, 8)
    kinds = []
    if _GAIN_MAPS.search(head) or b"tmap" in head:
        kinds.append("gain_map")
    if b"mpvd" in top:
        kinds.append("motion")
    if _BOX_CREDENTIALS in top:
        kinds.append("credentials")
    if _DEPTH.search(head) or image.info.get("depth_images"):
        kinds.append("depth")
    found = re.search(rb"colrnclx(.{6})(.)", head, re.DOTALL)
    nclx = None
    if found:
        primaries, transfer, matrix = struct.unpack(">HHH", found[1])
        nclx = bytes((primaries & 255, transfer & 255, matrix & 255, found[2][0] >> 7))
    return Beside(tuple(kinds), nclx=nclx)
