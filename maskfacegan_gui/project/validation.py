"""Validates values read from a project's records: what passes can be shown, run again and saved.

Anything else raises ValueError, TypeError or KeyError. A file may come from anywhere, so nothing is taken
for granted: numbers are finite and within bounds, texts can be shown, arrays have the kind and shape that the
engine makes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine import Points

FARTHEST = 1e6
"""Pixels from a photo's corner beyond which nothing of it lies."""

_LONGEST_TEXT, _LONGEST_PATH = 1000, 4096
_LARGEST_SEED = 2**63
_LARGEST_SIDE = 8192  # px of a generator's picture or an aligned crop
_BRIGHTEST = 16.0  # pictures lie in 0..1; the generator may go a little beyond
_DEEPEST = 3  # tables within tables of a photo's metadata
_CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4, "CMYK": 4, "I;16": 1, "RGB;16": 3, "RGBA;16": 4}


def number(value: Any, low: float = -FARTHEST, high: float = FARTHEST) -> float:
    """A finite number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError("not a number in its bounds")
    return float(value)


def whole(value: Any, low: int = 0, high: int = _LARGEST_SEED - 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError("not a whole number in its bounds")
    return value


def text(value: Any) -> str:
    """A text that can be shown: not too long, every character a valid one."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def table(value: Any) -> dict[str, Any]:
    """A record of plain values by name."""
    if not isinstance(value, Mapping):
        raise TypeError("not a record")
    return {text(key): entry for key, entry in value.items()}


def shown(value: Any) -> Any:
    """A plain value whose texts can all be shown."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        return {text(key): shown(entry) for key, entry in value.items()}
    return [shown(entry) for entry in value] if isinstance(value, list) else value


def points(value: Any, count: int) -> Points:
    """(count, 2) float64, all of them near the photo."""
    rows = np.array([[number(x), number(y)] for x, y in value], np.float64)
    if rows.shape != (count, 2):
        raise ValueError("not that many points")
    return rows


def corners(value: Any) -> Points:
    """The corners of an aligned square (4, 2): not all on one line."""
    quad = points(value, 4)
    along, down = quad[3] - quad[0], quad[1] - quad[0]
    if abs(along[0] * down[1] - along[1] * down[0]) < 1e-3:
        raise ValueError("not a square")
    return quad


def floats(array: np.ndarray, shape: tuple[int, ...] | None = None, low: float = -FARTHEST) -> np.ndarray:
    """Float32 or float16 numbers that are finite and not below `low`, of a shape when one is given."""
    if (
        array.dtype not in (np.float32, np.float16)
        or not array.size
        or (shape is not None and array.shape != shape)
    ):
        raise ValueError("not that array")
    if not (low <= float(array.min()) and float(array.max()) <= FARTHEST):
        raise ValueError("numbers out of bounds")
    return array


def shares(array: np.ndarray, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Numbers in 0..1, but for rounding."""
    if float(floats(array, shape, -0.01).max()) > 1.01:
        raise ValueError("numbers out of bounds")
    return array


def square(array: np.ndarray) -> np.ndarray:
    """Whatever lies in a square (S, S) or (S, S, C) of a sensible side."""
    if array.ndim not in (2, 3) or array.shape[0] != array.shape[1]:
        raise ValueError("not a square")
    if not 4 <= array.shape[0] <= _LARGEST_SIDE:
        raise ValueError("a square of an impossible size")
    return array


def picture(array: np.ndarray) -> np.ndarray:
    """(R, R, 3), 0..1 or a little beyond."""
    if square(array).shape[2:] != (3,) or float(np.abs(floats(array)).max()) > _BRIGHTEST:
        raise ValueError("not a picture")
    return array


def code(array: np.ndarray) -> np.ndarray:
    """A latent code: (L, D)."""
    if floats(array).ndim != 2:
        raise ValueError("not a latent code")
    return array


def weight(array: np.ndarray) -> np.ndarray:
    """Float16 weights of a network."""
    if floats(array).dtype != np.float16:
        raise ValueError("not the weights of a network")
    return array


def pixels(array: np.ndarray, mode: str) -> np.ndarray:
    """A photo's pixels, of the shape and depth that its mode says."""
    channels = _CHANNELS[mode]
    kind = np.uint16 if mode.endswith(";16") else np.uint8
    shape = array.shape[:2] if channels == 1 else (*array.shape[:2], channels)
    if array.dtype != kind or array.ndim < 2 or array.shape != shape or not array.size:
        raise ValueError("not the pixels of a photo")
    return array


def place(value: Any) -> Path | None:
    """The path that a photo had, where this system can have such a path."""
    if value is None or not isinstance(value, str) or not 0 < len(value) < _LONGEST_PATH or "\0" in value:
        return None
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return None
    return Path(value)


def details(value: Any) -> dict[str, str | int | float]:
    """What a photo said of itself beside EXIF: texts and numbers by name. Resolution and XMP are neither (see
    `metadata`)."""
    found: dict[str, str | int | float] = {}
    for key, entry in table(value or {}).items():
        if key in ("dpi", "xmp"):
            continue
        if isinstance(entry, str):
            found[key] = text(entry)
        elif isinstance(entry, int | float) and math.isfinite(entry):
            found[key] = entry
    return found


def metadata(value: Any, decode: Callable[[str], bytes]) -> dict[str, Any]:
    """What a photo said of itself beside EXIF and is neither text nor number: resolution in dots per inch,
    XMP and other blocks of bytes, which `decode` makes of their texts. What is no such thing is left out."""
    found = {}
    for key, entry in table(value or {}).items():
        held = _held(entry, decode)
        if key == "dpi":
            fits = isinstance(held, tuple) and len(held) == 2 and all(_is_resolution(v) for v in held)
        else:
            fits = isinstance(held, bytes) if key == "xmp" else held is not None
        if fits:
            found[key] = held
    return found


def _held(value: Any, decode: Callable[[str], bytes], depth: int = 0) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    if not isinstance(value, Mapping) or len(value) != 1 or depth > _DEEPEST:
        return None
    [(kind, inside)] = value.items()
    if kind == "bytes" and isinstance(inside, str):
        try:
            return decode(inside)
        except ValueError:
            return None
    if kind == "row" and isinstance(inside, list):
        return tuple(_held(entry, decode, depth + 1) for entry in inside)
    if kind == "table" and isinstance(inside, Mapping):
        return {text(key): _held(entry, decode, depth + 1) for key, entry in inside.items()}
    return None


def _is_resolution(value: Any) -> bool:
    return isinstance(value, int | float) and 0 < value <= FARTHEST
