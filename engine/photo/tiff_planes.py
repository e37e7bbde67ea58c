"""TIFF with 16 bits a sample in separate planes (TIFF 6.0, PlanarConfiguration 2; "per channel" in editors).

Pillow reads these wrongly and says nothing: without compression it takes every byte for a pixel, with
compression it drops the lower bytes. So each plane is put before it as a grey picture of its own, which
leaves the decoding of every compression and predictor to libtiff (tifffile has no LZW; see `deep_reading`).
"""

from __future__ import annotations

import io
import itertools
import struct
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from ..types import AnyImage

_PLANAR, _BITS, _SAMPLES, _SAMPLE_FORMAT, _PHOTOMETRIC, _EXTRA = 284, 258, 277, 339, 262, 338
_RGB, _INKS = 2, 5
_UNRELATED_ALPHA = 2
_TILES, _STRIPS = (324, 325), (273, 279)
_KEPT = (256, 257, 259, 266, 278, 317, 322, 323)
"""Size, compression, fill order, predictor and the sizes of strips or tiles are the same for one plane."""
_SHORTS = (_BITS, 259, _PHOTOMETRIC, 266, _SAMPLES, _PLANAR, 317)


def in_planes(image: Image.Image) -> bool:
    """Whether an opened picture is a TIFF of this kind."""
    tags = getattr(image, "tag_v2", None)
    if image.format != "TIFF" or tags is None:
        return False
    deep = set(tags.get(_BITS, ())) == {16} and set(tags.get(_SAMPLE_FORMAT, (1,))) == {1}
    return deep and tags.get(_PLANAR) == 2 and tags.get(_SAMPLES, 1) > 1


def read_planes(image: Image.Image, file: IO[bytes]) -> tuple[AnyImage, str] | None:
    """All 16 bits of RGB, with or without alpha; the upper 8 of CMYK, as of other 16-bit CMYK; None for
    what else there may be. `image` is opened from `file` and not loaded."""
    tags: Any = image.tag_v2  # type: ignore[attr-defined]
    count, kind, extra = tags[_SAMPLES], tags.get(_PHOTOMETRIC), tuple(tags.get(_EXTRA, ()))
    if kind == _RGB and count == 4 and extra == (_UNRELATED_ALPHA,):
        return _stacked(tags, file, 4), "RGBA;16"
    if kind == _RGB and (count == 3 or set(extra) == {0}):
        return _stacked(tags, file, 3), "RGB;16"
    if kind == _INKS and count == 4:
        return (_stacked(tags, file, 4) >> 8).astype(np.uint8), "CMYK"
    return None


def _stacked(tags: Any, file: IO[bytes], wanted: int) -> npt.NDArray[np.uint16]:
    """The first planes, (H, W, wanted)."""
    places, lengths = _TILES if _TILES[0] in tags else _STRIPS
    pieces = list(zip(tags[places], tags[lengths], strict=True))
    each = len(pieces) // tags[_SAMPLES]
    pixels = np.empty((tags[257], tags[256], wanted), np.uint16)
    for plane in range(wanted):
        data = [_piece(file, *piece) for piece in pieces[plane * each : (plane + 1) * each]]
        grey = io.BytesIO(_as_grey(tags, data, places, lengths))
        with TiffImagePlugin.TiffImageFile(grey) as picture:
            pixels[..., plane] = np.asarray(picture)
    return pixels


def _piece(file: IO[bytes], place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _as_grey(tags: Any, data: list[bytes], places: int, lengths: int) -> bytes:
    """A TIFF of one plane: the header, the strips or tiles, and the folder behind them."""
    order = "<" if tags.prefix == b"II" else ">"
    starts = list(itertools.accumulate(map(len, data), initial=8))
    entries: dict[int, list[int]] = {tag: [int(tags[tag])] for tag in _KEPT if tag in tags}
    entries |= {_BITS: [16], _PHOTOMETRIC: [1], _SAMPLES: [1], _PLANAR: [1]}
    entries |= {places: starts[:-1], lengths: [len(piece) for piece in data]}
    folder = starts[-1]
    beyond = folder + 2 + 12 * len(entries) + 4
    rows, tail = struct.pack(order + "H", len(entries)), b""
    for tag, values in sorted(entries.items()):
        rows += struct.pack(order + "HHI", tag, 3 if tag in _SHORTS else 4, len(values))
        packed = struct.pack(order + f"{len(values)}{'H' if tag in _SHORTS else 'I'}", *values)
        if len(packed) > 4:
            rows += struct.pack(order + "I", beyond + len(tail))
            tail += packed
        else:
            rows += packed.ljust(4, b"\0")
    head = tags.prefix + struct.pack(order + "HI", 42, folder)
    return b"".join([head, *data, rows, bytes(4), tail])
