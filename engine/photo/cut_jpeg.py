"""JPEGs that lack their last bytes: whether the whole picture is there all the same.

What is missing is put in twice, as nothing and as noise. Where both decode to the same pixels, the file
itself said what they are; the pixels that differ are those that are lost. Of a progressive file, whose last
bytes only refine the picture, the scans before have to hold every coefficient to its last bit.
"""

from __future__ import annotations

import io
import re

import numpy as np
from PIL import Image

from ..types import AnyImage
from .previews import jpeg_end

_END = b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PROGRESSIVE, _FRAMES, _SCAN = 0xC2, (0xC0, 0xC1, 0xC2), 0xDA
_LOST_PIXELS, _LOST_SHARE = 1024, 0.001
"""Up to so many pixels, or that share, may be lost: four of the largest blocks that a JPEG is coded in (16 px
a side), as 8 bytes hold two or three of a usual photo's."""


def lacks_end(data: bytes) -> bool:
    """Whether a JPEG has no end: it was cut there, or something else stands in its last bytes' place, as
    zeros do where a copy was broken off."""
    return jpeg_end(data) == len(data) and not data.endswith(_END)


def completed(data: bytes) -> bytes | None:
    """The bytes of a JPEG with the end that it lacks; None where more than that is missing."""
    data = data.rstrip(b"\xff\0")  # the half of a marker, and what fills a file that was broken off
    if not _holds_all(data):
        return None
    noise = np.random.default_rng(0).integers(1, 255, 4096, dtype=np.uint8).tobytes()
    try:
        one, other = (_decoded(data + more + _END) for more in (b"", noise))
    except (OSError, ValueError, SyntaxError):
        return None
    lost = np.count_nonzero((one != other).reshape(*one.shape[:2], -1).any(axis=-1))
    few = max(_LOST_PIXELS, _LOST_SHARE * one.shape[0] * one.shape[1])
    return data + _END if lost <= few else None


def _decoded(data: bytes) -> AnyImage:
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        return np.asarray(image)


def _holds_all(data: bytes) -> bool:
    """Whether the scans that have begun hold every coefficient of every component, to its last bit."""
    place, kind, components = 2, 0, 0
    exact: dict[int, set[int]] = {}
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        body = data[place + 4 : place + 2 + length]
        place += 2 + length
        if marker in _FRAMES and len(body) > 5:
            kind, components = marker, body[5]
        elif marker == _SCAN and len(body) == 2 * body[0] + 4:
            first, last, bits = body[-3:]
            if kind != _PROGRESSIVE:
                first, last, bits = 0, 63, 0
            for part in range(body[0]):
                if bits & 15 == 0:
                    exact.setdefault(body[1 + 2 * part], set()).update(range(first, last + 1))
            found = _MARKER.search(data, place)
            if found is None:
                break
            place = found.start()
    return components > 0 and len(exact) == components and all(len(s) == 64 for s in exact.values())
