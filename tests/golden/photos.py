"""Photos for the golden composites: faces of nobody laid into drawn pictures, with grain, in every mode."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine import Face, Photo

from . import runs


@dataclass(frozen=True)
class Place:
    """Where a face's aligned square lies: its centre and side in px, turned clockwise."""

    x: float
    y: float
    side: float
    degrees: float = 0.0

    def quad(self) -> np.ndarray:
        """Corners (4, 2): top left, bottom left, bottom right, top right."""
        cos, sin = np.cos(np.deg2rad(self.degrees)), np.sin(np.deg2rad(self.degrees))
        corners = np.array([(-0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (0.5, -0.5)]) * self.side
        return np.asarray(corners @ np.array([[cos, sin], [-sin, cos]]) + (self.x, self.y), np.float64)


@dataclass(frozen=True)
class Scene:
    """A photo: its size in px, mode, grain (standard deviation in levels), and the faces in it."""

    size: tuple[int, int]
    faces: tuple[tuple[str, Place], ...]
    mode: str = "RGB"
    grain: float = 0.0


def whole(name: str) -> Scene:
    """A face's aligned square as the photo."""
    return Scene((256, 256), ((name, Place(128, 128, 256)),))


def located(place: Place) -> Face:
    """A face at its place. Pasting needs no crop."""
    return Face(np.zeros((0, 0, 3), np.uint8), place.quad())


@functools.cache
def photo(scene: Scene) -> Photo:
    pixels = _in_mode(_grainy(_laid_out(scene), scene.grain), scene.mode)
    pixels.setflags(write=False)
    return Photo(pixels, scene.mode)


def _laid_out(scene: Scene) -> np.ndarray:
    """The faces before a wall whose light falls off, (H, W, 3) uint8."""
    width, height = scene.size
    wall = np.linspace(150, 90, width)[None, :, None] + np.linspace(10, -20, height)[:, None, None]
    canvas = Image.fromarray(np.rint(wall * (1.0, 0.97, 0.92)).astype(np.uint8))
    for name, place in scene.faces:
        face = Image.fromarray(runs.face(name))
        top_left, bottom_left, _, top_right = place.quad()
        across, down = (top_right - top_left) / face.width, (bottom_left - top_left) / face.height
        back = np.linalg.inv(np.column_stack([across, down]))
        matrix = np.column_stack([back, -back @ top_left]).ravel().tolist()
        how = (canvas.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
        canvas.paste(face.transform(*how), (0, 0), Image.new("L", face.size, 255).transform(*how))
    return np.asarray(canvas)


def _grainy(pixels: np.ndarray, grain: float) -> np.ndarray:
    noise = np.random.default_rng(5).normal(0, 1, (*pixels.shape[:2], 1)) * grain
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def _in_mode(pixels: np.ndarray, mode: str) -> np.ndarray:
    colour, _, depth = mode.partition(";")
    grey = colour in ("L", "LA", "I")
    plain = np.asarray(Image.fromarray(pixels).convert("L")) if grey else pixels
    if colour.endswith("A"):
        alpha = np.broadcast_to(np.linspace(40, 255, plain.shape[1]).astype(np.uint8), plain.shape[:2])
        plain = np.dstack([plain, alpha])
    if not depth:
        return np.array(plain)
    steps = np.random.default_rng(6).integers(-128, 129, plain.shape)
    return np.clip(plain.astype(np.int64) * 257 + steps, 0, 65535).astype(np.uint16)
