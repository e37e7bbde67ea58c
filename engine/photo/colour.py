"""Colour: a photo's own values to sRGB for work, and a change made in sRGB back to the photo's values.

Profiles of the common matrix kind (ICC.1:2010, 8.4 "three-component matrix-based"; grey ones with a
single curve) are computed here in float, so that 16-bit photos lose nothing. Profiles with tables, and
all CMYK profiles, go through LittleCMS at 8 bits a channel, which is what Pillow offers. A profile that
does not fit the photo's channels is ignored, as browsers do.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from ..types import AnyImage, ByteArray, FloatArray, Photo

Doubles = npt.NDArray[np.float64]

SRGB_TO_XYZ = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
"""Linear sRGB to XYZ under D50, the ICC connection space (IEC 61966-2-1, Bradford-adapted)."""

LUMINANCE = SRGB_TO_XYZ[1].astype(np.float32)

_ICC_SPACE = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
_CURVE_SAMPLES = 4097
_CMS_STRIP = 1 << 20


def colour_channels(mode: str) -> str:
    """The colour part of a photo's mode: L, RGB or CMYK, without alpha and depth."""
    base = mode.split(";")[0]
    return {"I": "L", "LA": "L", "RGBA": "RGB"}.get(base, base)


def to_srgb(pixels: AnyImage, photo: Photo) -> ByteArray:
    """sRGB of any part of `photo.pixels`, crops and strided views included.

    `pixels` is (H, W) or (H, W, C) in the photo's own values; the answer is (H, W, 3) uint8. Alpha is
    ignored.
    """
    space = space_of(photo)
    if isinstance(space, _Srgb) and pixels.dtype == np.uint8:
        colour = _colour_part(pixels, photo)
        return np.ascontiguousarray(np.broadcast_to(colour, (*colour.shape[:2], 3))).astype(np.uint8)
    if isinstance(space, _Cms) and pixels.dtype == np.uint8:
        return space.bytes_to_srgb(np.ascontiguousarray(_colour_part(pixels, photo).astype(np.uint8)))
    return _to_bytes(to_srgb_float(pixels, photo))


def to_srgb_float(pixels: AnyImage, photo: Photo) -> FloatArray:
    """As `to_srgb`, but (H, W, 3) float32 in 0..1 and not rounded."""
    colour = _colour_part(pixels, photo)
    values = colour.astype(np.float32) / np.float32(white_of(pixels))
    return space_of(photo).forward(values)


def from_srgb(after: FloatArray, before: FloatArray, pixels: AnyImage, photo: Photo) -> AnyImage:
    """The photo's values once a picture that read `before` in sRGB should read `after`.

    `after` and `before` are (H, W, 3) float in 0..1 and `pixels` the same part of the photo. Only the
    difference is translated and added, so where the two are equal the photo's values come back as they
    were, also for colours outside sRGB. Alpha is kept.
    """
    space = space_of(photo)
    white = np.float32(white_of(pixels))
    colour = _colour_part(pixels, photo).astype(np.float32) / white
    moved = space.moved(colour, before, np.clip(after, 0, 1))
    unchanged = np.all(after == before, axis=-1, keepdims=True)
    values = np.rint(np.clip(np.where(unchanged, colour, moved), 0, 1) * white)
    result = np.array(pixels).reshape(*pixels.shape[:2], -1)
    result[..., : colour.shape[-1]] = values.astype(pixels.dtype)
    return result.reshape(pixels.shape)


def space_of(photo: Photo) -> ColourSpace:
    """The colour space of a photo's values, worked out once per profile."""
    return _space(photo.icc_profile, colour_channels(photo.mode))


class ColourSpace(Protocol):
    """Values of one space in float 0..1, (..., C), to sRGB (..., 3) and back."""

    def forward(self, values: FloatArray) -> FloatArray: ...

    def moved(self, values: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        """`values`, which read `before` in sRGB, changed so that they read `after`."""
        ...


class _Srgb:
    """sRGB itself, in colour or grey (then equal channels in, luminance out)."""

    def forward(self, values: FloatArray) -> FloatArray:
        return np.ascontiguousarray(np.broadcast_to(values, (*values.shape[:-1], 3)))

    def moved(self, values: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        if values.shape[-1] == 3:
            return values + (after - before)
        grey = _encode(_decode(after) @ LUMINANCE) - _encode(_decode(before) @ LUMINANCE)
        return values + np.asarray(grey[..., None], np.float32)


@dataclass(frozen=True)
class _Matrix:
    """A profile of one curve per channel and, for colour, a matrix to XYZ."""

    curves: tuple[Doubles, ...]
    to_linear_srgb: Doubles | None

    def forward(self, values: FloatArray) -> FloatArray:
        linear = np.stack([_look_up(c, values[..., i]) for i, c in enumerate(self.curves)], axis=-1)
        if self.to_linear_srgb is not None:
            linear = np.asarray(linear @ self.to_linear_srgb.T, np.float32)
        encoded = _encode(np.clip(linear, 0, 1))
        return np.ascontiguousarray(np.broadcast_to(encoded, (*values.shape[:-1], 3)))

    def moved(self, values: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        return np.asarray(values + (self._inverse(after) - self._inverse(before)), np.float32)

    def _inverse(self, srgb: FloatArray) -> FloatArray:
        linear = _decode(srgb)
        if self.to_linear_srgb is None:
            linear = np.asarray(linear @ LUMINANCE, np.float32)[..., None]
        else:
            linear = np.asarray(linear @ np.linalg.inv(self.to_linear_srgb).T, np.float32)
        grid = np.linspace(0.0, 1.0, _CURVE_SAMPLES)
        # A curve of HDR is white long before its end: white is where it first is.
        tops = [int(np.searchsorted(c, c[-1])) + 1 for c in self.curves]
        channels = [
            np.interp(linear[..., i], c[:top], grid[:top])
            for i, (c, top) in enumerate(zip(self.curves, tops, strict=True))
        ]
        return np.stack(channels, axis=-1).astype(np.float32)


class _Cms:
    """A profile that LittleCMS reads, at 8 bits a channel."""

    def __init__(self, profile: bytes, mode: str) -> None:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
        flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
        self.mode = mode
        self.there = ImageCms.buildTransform(own, srgb, mode, "RGB", intent, flags)
        self.back = ImageCms.buildTransform(srgb, own, "RGB", mode, intent, flags)

    def bytes_to_srgb(self, values: ByteArray) -> ByteArray:
        return _apply(self.there, values)

    def forward(self, values: FloatArray) -> FloatArray:
        return np.asarray(_apply(self.there, _to_bytes(values)) / np.float32(255), np.float32)

    def moved(self, values: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        goal, seen, moved = self._inverse(after), before, values
        for _ in range(2 if self.mode == "CMYK" else 1):
            moved = np.asarray(np.clip(moved + goal - self._inverse(seen), 0, 1), np.float32)
            seen = self.forward(moved)
        if self.mode != "CMYK":
            return moved
        # Four inks make one colour in many ways. Where the photo's own mixture is so unlike the
        # profile's that following the difference misses the colour, the profile's mixture is taken.
        misses = [np.abs(s - after).max(axis=-1, keepdims=True) for s in (seen, self.forward(goal))]
        return np.where(misses[0] > misses[1] + 0.02, goal, moved)

    def _inverse(self, srgb: FloatArray) -> FloatArray:
        values = _apply(self.back, _to_bytes(srgb)) / np.float32(255)
        return np.asarray(values.reshape(*srgb.shape[:2], -1), np.float32)


class _Inks:
    """CMYK without a profile: each ink darkens its channel, black darkens all (as Pillow does)."""

    def forward(self, values: FloatArray) -> FloatArray:
        return np.asarray((1 - values[..., :3]) * (1 - values[..., 3:]), np.float32)

    def moved(self, values: FloatArray, before: FloatArray, after: FloatArray) -> FloatArray:
        # The photo's black is kept as long as the new colour is not lighter than it allows.
        lightest = after.max(axis=-1, keepdims=True)
        black = np.minimum(values[..., 3:], 1 - lightest)
        colour = 1 - after / np.maximum(1 - black, 1e-6)
        return np.concatenate([np.clip(colour, 0, 1), black], axis=-1).astype(np.float32)


@lru_cache(maxsize=16)
def _space(profile: bytes | None, channels: str) -> ColourSpace:
    plain: ColourSpace = _Inks() if channels == "CMYK" else _Srgb()
    if not profile or len(profile) < 132 or profile[16:20] != _ICC_SPACE[channels]:
        return plain
    try:
        matrix = _read_matrix_profile(profile)
        if matrix is None:
            return _Cms(profile, channels)
    except (ImageCms.PyCMSError, OSError, ValueError, struct.error):
        return plain
    return plain if _is_srgb(matrix) else matrix


def _read_matrix_profile(profile: bytes) -> _Matrix | None:
    """The curves and the matrix of a profile, None when it works with tables instead."""
    count = struct.unpack_from(">I", profile, 128)[0]
    tags: dict[bytes, bytes] = {}
    for i in range(min(count, 200)):
        name, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * i)
        tags[name] = profile[offset : offset + size]
    if b"A2B0" in tags or profile[20:24] != b"XYZ ":
        return None
    if profile[16:20] == b"GRAY":
        return _Matrix((_read_curve(tags[b"kTRC"]),), None) if b"kTRC" in tags else None
    names = [(b"rXYZ", b"rTRC"), (b"gXYZ", b"gTRC"), (b"bXYZ", b"bTRC")]
    if profile[16:20] != b"RGB " or any(x not in tags or t not in tags for x, t in names):
        return None
    primaries = [np.array(struct.unpack_from(">3i", tags[x], 8)) / 65536 for x, _ in names]
    matrix = np.linalg.solve(SRGB_TO_XYZ, np.stack(primaries, axis=1))
    if abs(np.linalg.det(matrix)) < 1e-6:
        raise ValueError("singular colour matrix")
    return _Matrix(tuple(_read_curve(tags[t]) for _, t in names), matrix)


def _read_curve(tag: bytes) -> Doubles:
    """A tone curve as samples at even steps from 0 to 1, never falling (ICC.1:2010, 10.5 and 10.15)."""
    x = np.linspace(0.0, 1.0, _CURVE_SAMPLES)
    if tag[:4] == b"curv":
        count = struct.unpack_from(">I", tag, 8)[0]
        if count == 0:
            return x
        if count == 1:
            return np.asarray(x ** (struct.unpack_from(">H", tag, 12)[0] / 256))
        table = np.frombuffer(tag, ">u2", count, 12) / 65535
        y = np.interp(x, np.linspace(0.0, 1.0, count), table)
    elif tag[:4] == b"para":
        y = _parametric(x, tag)
    else:
        raise ValueError("unknown tone curve")
    return np.maximum.accumulate(np.clip(y, 0, 1))


def _parametric(x: Doubles, tag: bytes) -> Doubles:
    kind = struct.unpack_from(">H", tag, 8)[0]
    if kind > 4:
        raise ValueError("unknown parametric curve")
    count = (1, 3, 4, 5, 7)[kind]
    given = [v / 65536 for v in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = given + [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0][count:]
    if kind in (1, 2):
        # One constant part below -b/a instead of a straight line.
        e = f = c if kind == 2 else 0.0
        c, d = 0.0, -b / a if a else 0.0
    upper = np.maximum(a * x + b, 0) ** g + e
    return np.asarray(np.where(x >= d, upper, c * x + f))


def _is_srgb(space: _Matrix) -> bool:
    """True when the profile differs from sRGB by less than can be seen in 8 bits."""
    x = np.linspace(0.0, 1.0, _CURVE_SAMPLES, dtype=np.float32)
    matrix = np.eye(3) if space.to_linear_srgb is None else space.to_linear_srgb
    near = [np.abs(_encode(c.astype(np.float32)) - x).max() < 1 / 400 for c in space.curves]
    return all(near) and bool(np.abs(matrix - np.eye(3)).max() < 2e-3)


def _encode(linear: FloatArray) -> FloatArray:
    """The sRGB curve, light to value."""
    low = linear * np.float32(12.92)
    high = np.float32(1.055) * np.maximum(linear, np.float32(0.0031308)) ** np.float32(1 / 2.4)
    return np.where(linear <= np.float32(0.0031308), low, high - np.float32(0.055)).astype(np.float32)


def _decode(value: FloatArray) -> FloatArray:
    """The sRGB curve, value to light."""
    low = value / np.float32(12.92)
    high = ((np.maximum(value, np.float32(0.04045)) + np.float32(0.055)) / np.float32(1.055)) ** np.float32(
        2.4
    )
    return np.where(value <= np.float32(0.04045), low, high).astype(np.float32)


def _look_up(curve: Doubles, values: FloatArray) -> FloatArray:
    return np.interp(values, np.linspace(0.0, 1.0, len(curve)), curve).astype(np.float32)


def _colour_part(pixels: AnyImage, photo: Photo) -> AnyImage:
    """The channels without alpha, always (H, W, C)."""
    count = len(colour_channels(photo.mode))
    return pixels[..., None] if pixels.ndim == 2 else pixels[..., :count]


def white_of(pixels: AnyImage) -> int:
    """The value that stands for 1 in pixels of this depth."""
    return 65535 if pixels.dtype == np.uint16 else 255


def _to_bytes(values: FloatArray) -> ByteArray:
    result: ByteArray = np.rint(np.clip(values, 0, 1) * np.float32(255)).astype(np.uint8)
    return result


def _apply(transform: Any, values: ByteArray) -> ByteArray:
    """A LittleCMS transform over (..., C) bytes, in strips: Pillow keeps four bytes a pixel."""
    flat = values.reshape(-1, values.shape[-1])
    done = []
    for start in range(0, len(flat), _CMS_STRIP):
        strip = np.ascontiguousarray(flat[start : start + _CMS_STRIP])
        shaped = strip[None, :, 0] if strip.shape[1] == 1 else strip[None]
        mode = {1: "L", 3: "RGB", 4: "CMYK"}[strip.shape[1]]
        image = Image.frombytes(mode, (len(strip), 1), shaped.tobytes())
        out = ImageCms.applyTransform(image, transform)
        done.append(np.asarray(out).reshape(len(strip), -1))
    result: ByteArray = np.concatenate(done).reshape(*values.shape[:-1], -1)
    return result
