"""Pictures hidden in metadata: previews that show the photo as it was before an edit.

They stand in further folders of an EXIF block, in makers' notes, in XMP (as base64), in IPTC and in texts.
Within EXIF they are overwritten with zeros, so that all offsets stay true.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from urllib.parse import unquote

_BASE64 = tuple(
    re.compile(start + r"[\w+/\s-]{200,}", re.ASCII)
    for start in (
        *("/9j/", "_9j_", "iVBORw0KGgo", "UklGR", "R0lGOD", "SUkqA", "TU0AK", r"Qk[\w+/-]{6}AAAAA"),
        *(r"AAAA[\w+/-][GWm2]Z0eX[A-D]", "AAAADGpQICAN", "AAAADEpYTCAN"),
    )
)
"""JPEG, also for addresses, PNG, RIFF, GIF, TIFF in both orders, BMP, files of boxes (HEIC, AVIF), JPEG 2000
and JPEG XL as letters. Each pattern begins with letters of its own, which are sought quickly."""
_DIGITS = tuple(
    re.compile(start + r"[0-9a-f\s]{400,}", re.ASCII)
    for start in (
        *("ffd8ff", "89504e47", "52494646[0-9a-f]{8}57454250", "4749463[89]", "49492a00", "4d4d002a"),
        *("000000[0-9a-f]{2}66747970", "0000000c6a50", "0000000c4a58"),
    )
)
"""The same in hexadecimal, small letters."""
_BYTES = (re.compile("\xff\xd8\xff[\xc0-\xfe]"), re.compile("\x89PNG\r\n\x1a\n"))
"""JPEG and PNG as they are, each byte a character."""
_SPACE = re.compile(r"\s+", re.ASCII)
_JPEG = b"\xd8\xff"
"""A JPEG from its second byte on: cameras of Minolta write another first one."""
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_RIFF = re.compile(rb"RIFF(....)WEBP", re.DOTALL)
_BOXES = re.compile(rb"(?<=\0\0\0.)ftyp(?:hei|hev|avi|mif|msf|jxl)", re.DOTALL)
_NAMES = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"idat", b"mini", b"uuid"))
_FRAMES = frozenset((0xC0, 0xC1, 0xC2, 0xC3))
_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_SCAN, _END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

_PLACES = ((0x0201, 0x0202), (0x0111, 0x0117), (0x0144, 0x0145))
"""Where a folder of TIFF says that its picture lies, and how long it is: a JPEG, strips, tiles."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_MOST_FOLDERS = 16
_MOST_TRIES = 256
"""Beginnings of JPEGs that are followed in one block: a hostile one may be made of nothing else."""


def holds_picture(text: str) -> bool:
    """Whether a text has a picture in it, written as letters, in lines of any length, escaped as in addresses
    or not, or byte by byte."""
    forms = [text, _SPACE.sub("", text)]
    if "%" in text:
        forms.append(_SPACE.sub("", unquote(text, "latin-1")))
    if "\0" in text:  # letters of 16 bits, read byte by byte
        forms.append(text.replace("\0", ""))
    return any(next(_pictures(form), None) for form in forms) or any(p.search(text) for p in _BYTES)


def _pictures(text: str) -> Iterator[re.Match[str]]:
    """Pictures that are written as letters or digits."""
    for patterns, form in ((_BASE64, text), (_DIGITS, text.lower())):
        for pattern in patterns:
            yield from pattern.finditer(form)


def without_previews(iptc: bytes) -> bytes:
    """An IPTC block without its previews (IIM 4.2: data sets 2:200 to 2:202) and objects (records 7 to 9)."""
    kept, place = [], 0
    while iptc[place : place + 1] == b"\x1c" and place + 5 <= len(iptc):
        record, number, size = struct.unpack_from(">BBH", iptc, place + 1)
        end = place + 5 + size
        if size & 0x8000:  # so many bytes tell the size
            body = place + 5 + (size & 0x7FFF)
            end = body + int.from_bytes(iptc[place + 5 : body], "big")
        part = iptc[place:end]
        preview = (record == 2 and 200 <= number <= 202) or record in (7, 8, 9)
        if not preview and not holds_picture(part.decode("latin-1")):
            kept.append(part)
        place = end
    return b"".join(kept) + iptc[place:]


def blank_folders(data: bytearray, start: int, order: str, kept: tuple[int, int]) -> None:
    """Overwrite the folders of a chain from `start` on, and the pictures that they point to; cut off what
    then is at the end of the block. Nothing is done to the bytes `kept` (from, to), the first folder. Raises
    `struct.error` where the chain is broken."""
    seen: set[int] = set()
    while start and start not in seen and len(seen) < _MOST_FOLDERS:
        seen.add(start)
        count = struct.unpack_from(order + "H", data, start)[0]
        end = start + 2 + 12 * count
        values = _numbers(data, start, count, order)
        for places, lengths in _PLACES:
            for place, length in zip(values.get(places, ()), values.get(lengths, ()), strict=False):
                if place >= kept[1] or place + length <= kept[0]:
                    _blank(data, place, length)
        following = struct.unpack_from(order + "I", data, end)[0] if end + 4 <= len(data) else 0
        _blank(data, start, end + 4 - start)
        start = following


def blank_pictures(data: bytearray) -> None:
    """Overwrite every JPEG, PNG, WebP, HEIC and AVIF within a block of bytes, also as letters of 8 or 16
    bits: makers' notes and comments hold previews too, each in its own way."""
    mark = data.find(_JPEG, 1)
    for _ in range(_MOST_TRIES):
        if mark < 0:
            break
        end = jpeg_end(data, mark - 1)
        if end is not None:
            _blank(data, mark - 1, end - mark + 1)
        mark = data.find(_JPEG, end or mark + 1)
    while (start := data.find(_PNG)) >= 8 and (last := data.find(_PNG_END, start)) >= 0:
        _blank(data, start, last + len(_PNG_END) - start)
    for found in _RIFF.finditer(bytes(data)):
        _blank(data, found.start(), 8 + int.from_bytes(found[1], "little"))
    for found in _BOXES.finditer(bytes(data)):
        _blank(data, found.start() - 4, _boxes_end(data, found.start() - 4) - found.start() + 4)
    _blank_letters(data, 0, 1)
    for start in (0, 1):
        _blank_letters(data, start, 2)


def _blank_letters(data: bytearray, start: int, step: int) -> None:
    """Overwrite pictures in base64 and hexadecimal, a letter in every `step` bytes from `start` on."""
    found = {match.span() for match in _pictures(data[start::step].decode("latin-1"))}
    for begin, end in sorted(found, reverse=True):
        first, length = start + step * begin, step * (end - begin)
        if step == 1 or not any(data[first + 1 : first + length - 1 : step]):
            _blank(data, first, length)


def _boxes_end(data: bytearray, start: int) -> int:
    """Where a row of boxes (ISO 14496-12) that begins at `start` ends, as far as the block has them."""
    place = start
    while place + 8 <= len(data) and bytes(data[place + 4 : place + 8]) in _NAMES:
        size = int.from_bytes(data[place : place + 4], "big")
        if size < 8:  # one to the file's end, or of more than 4 GB
            return len(data) if size < 2 else place
        place += size
    return min(place, len(data))


def jpeg_end(data: bytes | bytearray, start: int = 0) -> int | None:
    """Where the JPEG that begins at `start` ends; the data's end where it is cut, None where it is none."""
    place, frame = start + 2, False
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif marker in _ALONE:
            place += 2
        elif marker == _END:
            return place + 2 if frame else None
        else:
            frame = frame or marker in _FRAMES
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
            if marker == _SCAN:
                found = _MARKER.search(data, place)
                if found is None:
                    return len(data) if frame else None
                place = found.start()
    if place + 2 <= len(data) and data[place : place + 2] == b"\xff\xd9" and frame:
        return place + 2
    return len(data) if frame and place >= len(data) - 3 else None


def _numbers(data: bytearray, start: int, count: int, order: str) -> dict[int, tuple[int, ...]]:
    """The values of a folder's entries that are places or lengths."""
    wanted = {tag for pair in _PLACES for tag in pair}
    found = {}
    for entry in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, amount = struct.unpack_from(order + "HHI", data, entry)
        if tag in wanted and kind in (3, 4) and amount <= len(data):
            size = _SIZES[kind] * amount
            place = entry + 8 if size <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
            code = f"{order}{amount}{'H' if kind == 3 else 'I'}"
            found[tag] = struct.unpack_from(code, data, place)
    return found


def _blank(data: bytearray, start: int, length: int) -> None:
    end = min(start + length, len(data))
    if start < 8 or end <= start:  # the header is never a preview
        return
    data[start:end] = bytes(end - start)
    if end == len(data):
        del data[start:]
