"""A face drawn for the tests of compositing: the photo, what a generator makes of it, masks, results."""

from __future__ import annotations

import functools

import numpy as np

from engine.evaluate.detail import laplacian_variance
from engine.imaging.filters import blurred
from engine.imaging.warp import resized
from engine.types import EditResult

from .results import bare_result

S, R = 512, 128
Y, X = (np.indices((R, R), np.float32) + 0.5) / R
SY, SX = (np.indices((S, S), np.float32) + 0.5) / S


def ellipse(x: np.ndarray, y: np.ndarray, cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
    """1 inside, 0 outside, with a soft edge."""
    distance = np.sqrt(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2)
    return np.clip((1.05 - distance) / 0.1, 0, 1).astype(np.float32)


def paint(base: np.ndarray, where: np.ndarray, colour: tuple[float, float, float]) -> np.ndarray:
    return base * (1 - where[..., None]) + np.array(colour, np.float32) * where[..., None]


@functools.cache
def photo() -> np.ndarray:
    """A face with pores: shaded skin, eyes, brows, a closed mouth, and fine grain all over."""
    face = np.stack([0.75 - 0.2 * SX, 0.58 - 0.15 * SX + 0.05 * SY, 0.5 - 0.1 * SX], -1).astype(np.float32)
    for cx in (0.38, 0.62):
        face = paint(face, ellipse(SX, SY, cx, 0.48, 0.05, 0.025), (0.2, 0.15, 0.15))
        face = paint(face, ellipse(SX, SY, cx, 0.41, 0.07, 0.012), (0.3, 0.2, 0.15))
    face = paint(face, ellipse(SX, SY, 0.5, 0.62, 0.03, 0.02), (0.55, 0.38, 0.33))
    face = paint(face, ellipse(SX, SY, 0.5, 0.74, 0.11, 0.035), (0.7, 0.42, 0.42))
    face = paint(face, ellipse(SX, SY, 0.5, 0.74, 0.1, 0.006), (0.5, 0.25, 0.25))
    grain = np.random.default_rng(4).normal(0, 0.03, (S, S, 1)).astype(np.float32)
    return np.clip(face + grain, 0, 1)


@functools.cache
def source() -> np.ndarray:
    return resized(photo(), R)


@functools.cache
def reconstruction() -> np.ndarray:
    """What a generator makes of it: soft, and a little off in colour."""
    return np.asarray(blurred(source(), 0.6) + np.array([0.02, -0.01, 0.015], np.float32))


def skin_mask() -> np.ndarray:
    return ellipse(X, Y, 0.5, 0.55, 0.4, 0.42)


MOUTH = ellipse(X, Y, 0.5, 0.74, 0.11, 0.035)


def detail_ratio(picture: np.ndarray, where: np.ndarray) -> float:
    as_bytes = [np.rint(p * 255).astype(np.uint8) for p in (picture, photo())]
    return laplacian_variance(as_bytes[0], where) / laplacian_variance(as_bytes[1], where)


def smile_flow() -> np.ndarray:
    """The corners of the mouth go up and out: the flow from the edit back to the reconstruction, in px."""
    left, right = (np.exp(-((X - cx) ** 2 + (Y - 0.74) ** 2) / 0.006) for cx in (0.4, 0.6))
    return np.stack([2.5 * left - 2.5 * right, 4 * left + 4 * right], -1).astype(np.float32)


def result(generated: np.ndarray, before: np.ndarray | None) -> EditResult:
    mask = skin_mask()
    image = mask[..., None] * generated + (1 - mask[..., None]) * source()
    shown, drawn = (np.asarray(np.clip(p, 0, 1), np.float32) for p in (image, generated))
    return bare_result(shown, drawn, source(), mask, masks={"dynamic": MOUTH}, reconstruction=before)
