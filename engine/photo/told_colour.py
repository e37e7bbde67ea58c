"""Colour that a file tells of without a profile, as the profile that says the same.

A PNG tells it by its chunks, in this order (PNG third edition, 4.3): cICP, iCCP, sRGB, gAMA and cHRM. A HEIC
or an AVIF has the code points of cICP (H.273) in its nclx box, an EXIF block the interoperability R03 of the
DCF for Adobe RGB. Made of them is a profile of version 4.4 with a matrix and curves, which says the colours
to other programs wherever the picture is saved to.

HDR (PQ and HLG) is shown up to the white of paper, 203 cd/m2 (BT.2408); what is brighter is as white as that.
The pixels keep their values, so that nothing is lost where a file's own code points are kept.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Curve = Callable[[Doubles], Doubles]
"""Values 0..1 to light, 1 for the white of paper."""

_D65, _C, _E, _DCI = (0.3127, 0.3290), (0.310, 0.316), (1 / 3, 1 / 3), (0.314, 0.351)
SRGB_PRIMARIES = (*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_ADOBE_PRIMARIES = (*_D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
_PRIMARIES = {
    1: SRGB_PRIMARIES,
    4: (*_C, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (*_D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*_D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (*_C, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (*_D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    10: (*_E, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    11: (*_DCI, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*_D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (*_D65, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}
"""White, red, green and blue as x, y, by the code points of H.273, table 2."""

PAPER_WHITE = 203.0
"""cd/m2 (BT.2408)."""
_HLG_PEAK, _HLG_GAMMA = 1000.0, 1.2
_ADOBE_GAMMA = 563 / 256
_NEAR_SRGB = 45455
"""What encoders write into gAMA for sRGB."""
_TABLE = 4096
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])

_EXIF_FOLDER, _INTEROP_FOLDER, _INTEROP_INDEX, _COLOUR_SPACE = 0x8769, 0xA005, 1, 0xA001
_UNCALIBRATED = 0xFFFF
_ADOBE_SPACE = 2
"""What some cameras write for Adobe RGB; the standard knows 1 and 0xFFFF only."""


def _srgb(x: Doubles) -> Doubles:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _bt709(x: Doubles) -> Doubles:
    return np.where(x < 0.081, x / 4.5, ((x + 0.099) / 1.099) ** (1 / 0.45))


def _smpte240(x: Doubles) -> Doubles:
    return np.where(x < 0.0913, x / 4, ((x + 0.1115) / 1.1115) ** (1 / 0.45))


def _pq(x: Doubles) -> Doubles:
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    root = x ** (1 / m2)
    return (np.maximum(root - c1, 0) / (c2 - c3 * root)) ** (1 / m1) * 10000 / PAPER_WHITE


def _hlg(x: Doubles) -> Doubles:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(x <= 0.5, x**2 / 3, (np.exp((x - c) / a) + b) / 12)
    return scene**_HLG_GAMMA * _HLG_PEAK / PAPER_WHITE


def _power(gamma: float) -> Curve:
    return lambda x: x**gamma


_TRANSFERS: dict[int, Curve] = {
    **dict.fromkeys((1, 6, 14, 15), _bt709),
    4: _power(2.2),
    5: _power(2.8),
    7: _smpte240,
    8: _power(1.0),
    13: _srgb,
    16: _pq,
    17: _power(2.6),
    18: _hlg,
}
"""The transfer characteristics of H.273, table 3."""
_HDR, _TELEVISION = (16, 18), (1, 6, 14, 15)


def is_hdr(code_points: bytes | None) -> bool:
    """Whether code points are of PQ or HLG."""
    return code_points is not None and len(code_points) == 4 and code_points[1] in _HDR


@lru_cache(maxsize=32)
def of_code_points(code_points: bytes, grey: bool = False) -> bytes | None:
    """The profile of H.273's code points: primaries, transfer, matrix (of RGB already), full range. None
    where they say nothing that is known; b"" for sRGB, which needs none."""
    if len(code_points) != 4:
        return None
    primaries, transfer = _PRIMARIES.get(code_points[0]), _TRANSFERS.get(code_points[1])
    if primaries is None or transfer is None:
        return None
    full = code_points[3] != 0
    if full and code_points[:2] == b"\x01\x0d":
        return b""

    def curve(x: Doubles) -> Doubles:
        return transfer(x if full else np.clip((x * 255 - 16) / 219, 0, 1))

    return _profile(primaries, curve, grey, bytes(code_points[:2]) + b"\0" + code_points[3:])


def usable(cicp: bytes | None) -> bytes | None:
    """The code points of a PNG's cICP chunk where they say something that is known. RGB is the only matrix
    that it may name."""
    known = cicp is not None and cicp[2:3] == b"\0" and of_code_points(cicp) is not None
    return cicp if known else None


def of_png(info: Mapping[str, Any], cicp: bytes | None, grey: bool) -> bytes | None:
    """The profile that a PNG tells of by its chunks; None for sRGB. `info` is Pillow's, `cicp` is
    `usable`."""
    if cicp is not None:
        return of_code_points(cicp, grey) or None
    icc = bytes(info.get("icc_profile") or b"")
    if icc[36:40] == b"acsp" and icc[16:20] == (b"GRAY" if grey else b"RGB "):  # others are no profiles of it
        return icc
    if "srgb" in info:
        return None
    gamma, chromaticity = info.get("gamma"), info.get("chromaticity")
    if not gamma and not chromaticity:
        return None
    primaries = tuple(chromaticity) if chromaticity else SRGB_PRIMARIES
    usual = bool(np.abs(np.array(primaries) - SRGB_PRIMARIES).max() < 0.002)
    if usual and (not gamma or abs(gamma * 100000 - _NEAR_SRGB) < 100):
        return None
    curve = _power(1 / gamma) if gamma else _srgb
    for each in (primaries, SRGB_PRIMARIES) if gamma else (primaries,):  # chromaticities may be no colours
        with contextlib.suppress(ValueError, np.linalg.LinAlgError, struct.error):
            return _profile(each, curve, grey)
    return None


def of_video(nclx: bytes) -> bytes:
    """The code points of a HEIC or an AVIF as those of its decoded pixels: RGB of full range. What is meant
    for television, or not said, is shown as sRGB by all viewers."""
    primaries, transfer = nclx[0], nclx[1]
    as_srgb = transfer not in _TRANSFERS or transfer in _TELEVISION
    return bytes((primaries if primaries in _PRIMARIES else 1, 13 if as_srgb else transfer, 0, 1))


@lru_cache(maxsize=1)
def adobe_rgb() -> bytes:
    """Adobe RGB (1998)."""
    return _profile(_ADOBE_PRIMARIES, _power(_ADOBE_GAMMA), False)


def says_adobe_rgb(exif: bytes | None) -> bool:
    """Whether an EXIF block is of Adobe RGB: the interoperability R03 (DCF 2.0, 4.3) of a colour space that
    is not sRGB, or the number that some cameras write for it."""
    found = _colour_entries(exif)
    space, index = found.get(_COLOUR_SPACE), found.get(_INTEROP_INDEX)
    if space is None:
        return False
    block = bytes(exif or b"")
    value = struct.unpack_from(found_order(block) + "H", block, space + 8)[0]
    r03 = index is not None and block[index + 8 : index + 11] == b"R03"
    return value == _ADOBE_SPACE or (value == _UNCALIBRATED and r03)


def as_srgb_exif(exif: bytes) -> bytes:
    """The same EXIF of a picture that was turned into sRGB."""
    found, data = _colour_entries(exif), bytearray(exif)
    if _COLOUR_SPACE in found:
        struct.pack_into(found_order(exif) + "H", data, found[_COLOUR_SPACE] + 8, 1)
    if _INTEROP_INDEX in found:
        data[found[_INTEROP_INDEX] + 8 : found[_INTEROP_INDEX] + 11] = b"R98"
    return bytes(data)


def found_order(exif: bytes) -> str:
    return "<" if exif[_start(exif) : _start(exif) + 2] == b"II" else ">"


def _start(exif: bytes) -> int:
    return 6 if exif.startswith(b"Exif\0\0") else 0


def _colour_entries(exif: bytes | None) -> dict[int, int]:
    """Where the entries of the colour space and of the interoperability index stand."""
    found: dict[int, int] = {}
    if not exif:
        return found
    order, start = found_order(exif), _start(exif)

    def entries(folder: int) -> dict[int, int]:
        count = struct.unpack_from(order + "H", exif, start + folder)[0]
        places = (start + folder + 2 + 12 * i for i in range(count))
        return {
            struct.unpack_from(order + "H", exif, place)[0]: place
            for place in places
            if place + 12 <= len(exif)
        }

    def pointed(place: int) -> int:
        return int(struct.unpack_from(order + "I", exif, place + 8)[0])

    with contextlib.suppress(struct.error):
        first = entries(struct.unpack_from(order + "I", exif, start + 4)[0])
        inner = entries(pointed(first[_EXIF_FOLDER])) if _EXIF_FOLDER in first else {}
        if _COLOUR_SPACE in inner:
            found[_COLOUR_SPACE] = inner[_COLOUR_SPACE]
        if _INTEROP_FOLDER in inner:
            index = entries(pointed(inner[_INTEROP_FOLDER])).get(_INTEROP_INDEX)
            if index is not None:
                found[_INTEROP_INDEX] = index
    return found


def _profile(primaries: tuple[float, ...], curve: Curve, grey: bool, code_points: bytes = b"") -> bytes:
    """An ICC profile of a matrix and one curve (ICC.1:2022, 8.3.3), grey ones of a curve."""
    white, matrix = _to_xyz(primaries)
    adapted = _adaptation(white)
    columns = (adapted @ matrix).T
    tags: list[tuple[bytes, bytes]] = [
        (b"desc", _text("Colours as the file told")),
        (b"cprt", _text("No copyright")),
        (b"wtpt", _xyz(_D50)),
        (b"chad", b"sf32\0\0\0\0" + struct.pack(">9i", *np.rint(adapted.ravel() * 65536).astype(int))),
    ]
    tone = _curve(curve)
    if grey:
        tags.append((b"kTRC", tone))
    else:
        tags += [
            (name + b"XYZ", _xyz(column)) for name, column in zip((b"r", b"g", b"b"), columns, strict=True)
        ]
        tags += [(name + b"TRC", tone) for name in (b"r", b"g", b"b")]
    if code_points and not grey:
        tags.append((b"cicp", b"cicp\0\0\0\0" + code_points))
    return _packed(tags, b"GRAY" if grey else b"RGB ")


def _packed(tags: list[tuple[bytes, bytes]], space: bytes) -> bytes:
    table, body, places = b"", b"", dict[bytes, int]()
    for name, data in tags:
        if data not in places:  # the three curves are one
            places[data] = 132 + 12 * len(tags) + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, places[data], len(data))
    size = 132 + len(table) + len(body)
    head = struct.pack(">I4xI4s4s4s", size, 0x04400000, b"mntr", space, b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp").ljust(44, b"\0")
    head += struct.pack(">3i", *np.rint(_D50 * 65536).astype(int))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _to_xyz(primaries: tuple[float, ...]) -> tuple[Doubles, Doubles]:
    """The white's XYZ, and linear RGB to XYZ under that white."""
    places = np.array(primaries, np.float64).reshape(4, 2)
    if places[0, 1] <= 0:
        raise ValueError("no white")
    xyz = np.stack([places[:, 0], places[:, 1], 1 - places.sum(axis=1)], axis=1)
    white = xyz[0] / xyz[0, 1]
    matrix = xyz[1:].T
    return white, matrix * np.linalg.solve(matrix, white)


def _adaptation(white: Doubles) -> Doubles:
    """From a white to D50 (Bradford; ICC.1:2022, annex E)."""
    ratio = (_BRADFORD @ _D50) / (_BRADFORD @ white)
    return np.asarray(np.linalg.solve(_BRADFORD, ratio[:, None] * _BRADFORD))


def _curve(curve: Curve) -> bytes:
    light = np.clip(curve(np.linspace(0, 1, _TABLE)), 0, 1)
    return b"curv\0\0\0\0" + struct.pack(">I", _TABLE) + np.rint(light * 65535).astype(">u2").tobytes()


def _xyz(values: Doubles) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *np.rint(values * 65536).astype(int))


def _text(words: str) -> bytes:
    data = words.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II4sII", 1, 12, b"enUS", len(data), 28) + data
