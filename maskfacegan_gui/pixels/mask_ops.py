"""Operations on soft masks (dilation, erosion, blur, mirror, fill) and brush stamps, on numpy arrays.

Masks are (C, H, W) uint8, 0..255, one channel a class; every operation says what one channel should
become, and `put` makes room for it: what a class gains the unlocked others lose, what it loses they gain.
A stack of a single channel (a blend mask) has no others.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from engine import ByteArray, FloatArray

BoolArray = npt.NDArray[np.bool_]
FULL = 255.0


@functools.cache
def _scipy() -> ModuleType:
    """Imported when masks are first worked on: it takes a fifth of a second that the start can do without."""
    return importlib.import_module("scipy.ndimage")


@dataclass(frozen=True)
class Rect:
    """A half-open rectangle of pixels; empty when it has no area."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def empty(self) -> bool:
        return self.x1 <= self.x0 or self.y1 <= self.y0

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def united(self, other: Rect) -> Rect:
        if self.empty:
            return other
        if other.empty:
            return self
        return Rect(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    def clipped(self, size: int) -> Rect:
        return Rect(max(self.x0, 0), max(self.y0, 0), min(self.x1, size), min(self.y1, size))


NOTHING = Rect(0, 0, 0, 0)


def put(
    before: ByteArray, channel: int, wanted: ByteArray | FloatArray, locked: list[bool], spare: int = 0
) -> ByteArray:
    """New masks (C, h, w) uint8 in which `channel` is `wanted` (h, w), 0..255, as far as locks allow.

    `before` (C, h, w) uint8; `locked` one a channel. Where nothing else can take what the class loses, the
    channel `spare` does.
    """
    if len(before) == 1:
        single: ByteArray = np.rint(np.clip(wanted, 0, FULL)).astype(np.uint8)
        return single[None]
    old = before.astype(np.float32)
    fixed = [c for c in range(len(before)) if locked[c] and c != channel]
    free = [c for c in range(len(before)) if not locked[c] and c != channel]
    held = old[fixed].sum(axis=0)
    room = np.clip(FULL - held, 0, FULL)
    new = old.copy()
    new[channel] = np.clip(wanted, 0, np.maximum(room, old[channel]))
    others = old[free].sum(axis=0)
    gain = new[channel] - old[channel]
    # A class that grows takes only what is not free yet; one that shrinks gives everything back.
    total = np.where(gain >= 0, np.minimum(others, np.maximum(room - new[channel], 0)), others - gain)
    scale = np.divide(total, others, out=np.zeros_like(others), where=others > 0.5)
    new[free] *= scale
    orphaned = np.where((gain < 0) & (others <= 0.5), -gain, 0)
    taker = spare if spare != channel else 0
    if taker != channel:
        new[taker] += orphaned
    masks: ByteArray = np.rint(np.clip(new, 0, FULL)).astype(np.uint8)
    return masks


@functools.lru_cache(64)
def disc(radius: float, hardness: float) -> FloatArray:
    """A round stamp (2n+1, 2n+1) float32 0..1, read-only: full up to `hardness` x radius, then falling to
    0."""
    extent = int(np.ceil(radius))
    y, x = np.mgrid[-extent : extent + 1, -extent : extent + 1].astype(np.float32)
    distance = np.hypot(x, y)
    inner = min(hardness, 0.98) * radius
    fall = np.clip((radius - distance) / max(radius - inner, 0.7), 0, 1)
    smooth: FloatArray = (fall * fall * (3 - 2 * fall)).astype(np.float32)
    smooth.setflags(write=False)
    return smooth


def line_points(
    start: tuple[float, float], end: tuple[float, float], spacing: float
) -> list[tuple[float, float]]:
    """Places from `start` (left out) to `end`, `spacing` apart; the rest stays for the next move."""
    length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    count = int(length / spacing)
    return [
        (
            start[0] + (end[0] - start[0]) * spacing * i / length,
            start[1] + (end[1] - start[1]) * spacing * i / length,
        )
        for i in range(1, count + 1)
    ]


def stamp(coverage: FloatArray, at: tuple[float, float], shape: FloatArray, flow: float) -> Rect:
    """Add a stamp to a stroke's coverage (S, S) float32 0..1 in place; the rectangle it touched."""
    extent = shape.shape[0] // 2
    x, y = round(at[0] - 0.5), round(at[1] - 0.5)
    whole = Rect(x - extent, y - extent, x + extent + 1, y + extent + 1)
    rect = whole.clipped(coverage.shape[0])
    if rect.empty:
        return NOTHING
    part = shape[rect.y0 - whole.y0 : rect.y1 - whole.y0, rect.x0 - whole.x0 : rect.x1 - whole.x0]
    view = coverage[rect.slices]
    view += flow * part * (1 - view)
    return rect


# --- operations on one channel (S, S) uint8; each gives the wanted channel back


def grown(mask: ByteArray, radius: int) -> ByteArray:
    """Grey dilation by a disc of `radius` px."""
    result: ByteArray = _scipy().grey_dilation(mask, footprint=_ball(radius))
    return result


def shrunk(mask: ByteArray, radius: int) -> ByteArray:
    """Grey erosion by a disc of `radius` px."""
    result: ByteArray = _scipy().grey_erosion(mask, footprint=_ball(radius))
    return result


def feathered(mask: ByteArray, sigma: float) -> FloatArray:
    """A softer border."""
    result: FloatArray = _scipy().gaussian_filter(mask.astype(np.float32), sigma)
    return result


def smoothed(mask: ByteArray, sigma: float) -> FloatArray:
    """A rounder outline of about the same softness: blurred, then steepened about the middle."""
    blurred = feathered(mask, sigma) / FULL
    result: FloatArray = np.clip((blurred - 0.5) * 2.2 + 0.5, 0, 1) * FULL
    return result


def mirrored(mask: ByteArray) -> ByteArray:
    """Both halves as large as the larger one: an aligned face is symmetric about the middle column."""
    return np.maximum(mask, mask[:, ::-1])


def filled(mask: ByteArray, x: int, y: int) -> ByteArray | None:
    """The hole around a place filled; None when the place is inside or nothing encloses it."""
    open_parts, _ = _scipy().label(mask < 128)
    part = open_parts[y, x]
    if part == 0:
        return None
    hole = open_parts == part
    if hole[0].any() or hole[-1].any() or hole[:, 0].any() or hole[:, -1].any():
        return None
    result: ByteArray = np.where(_scipy().binary_dilation(hole, iterations=2), 255, mask).astype(np.uint8)
    return result


def _ball(radius: int) -> BoolArray:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    inside: BoolArray = x * x + y * y <= radius * radius + radius * 0.5
    return inside


def changed_rect(old: ByteArray, new: ByteArray) -> Rect:
    """The bounding box of where two mask stacks (C, S, S) differ."""
    differs = (old != new).any(axis=0)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return NOTHING
    return Rect(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
