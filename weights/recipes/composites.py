"""Synthetic pictures with faces for the finder: any size, several, rotated, on backgrounds without faces.

The detector learns from canvases of 128 px; what is on them comes from the aligned and unaligned
training pictures, face-free pieces of the same pictures, and drawn textures.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from pathlib import Path

import common
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

common.import_engine()

from engine.faces.squares import face_square, upright_quad  # noqa: E402

CANVAS = 128
SWAP = [1, 0, 2, 4, 3]
MOUTH_END = 0.02
"""Share of the mouth's width whose mean is its corner, as in engine.faces.refine_landmarks."""


@dataclass
class Source:
    """A picture with one known face: `levels[k]` is shrunk by 2^k; landmarks in px of level 0."""

    name: str
    levels: list[Image.Image]
    landmarks: np.ndarray
    aligned: bool


@dataclass
class Scene:
    """A canvas and the landmarks of every face on it."""

    image: np.ndarray
    faces: list[np.ndarray] = field(default_factory=list)


def mask_landmarks(path: Path) -> np.ndarray | None:
    """Landmarks (5, 2) px from a CelebAMask-HQ picture's masks; None where a part is hidden."""
    mask = np.asarray(Image.open(path))
    eyes = [mask == 4, mask == 5]
    mouth, nose = (mask == 10) | (mask == 11) | (mask == 12), mask == 2
    if min(eyes[0].sum(), eyes[1].sum()) < 30 or mouth.sum() < 60 or nose.sum() < 100:
        return None
    centres = sorted([np.array(ndimage.center_of_mass(e))[::-1] + 0.5 for e in eyes], key=lambda p: p[0])
    y, x = np.nonzero(mouth)
    width = x.max() - x.min()
    left, right = x <= x.min() + MOUTH_END * width, x >= x.max() - MOUTH_END * width
    corners = [np.array([x[s].mean() + 0.5, y[s].mean() + 0.5]) for s in (left, right)]
    ny, nx = np.nonzero(nose)
    tip_y = ny.min() + 0.78 * (ny.max() - ny.min())
    near = np.abs(ny - tip_y) < 4
    tip = np.array([(nx[near].min() + nx[near].max()) / 2 + 0.5, tip_y + 0.5])
    return np.stack([*centres, tip, *corners])


def _source(name: str, path: Path, landmarks: np.ndarray, aligned: bool) -> Source:
    image = Image.open(path).convert("RGB")
    return Source(name, [image, image.reduce(2), image.reduce(4), image.reduce(8)], landmarks, aligned)


def load_sources(data: Path, better: dict[str, np.ndarray]) -> list[Source]:
    """Training pictures. `better` holds landmarks of a trained refiner by name and wins."""
    sources = []
    for folder in ("generated", "celebahq", "london", "lfw", "aaf"):
        for p in common.pictures(data, folder, "train"):
            marks = better.get(p.name, p.landmarks)
            if marks is None and folder == "celebahq":
                marks = mask_landmarks(p.path.with_suffix(".png"))
            if marks is not None:
                sources.append(_source(p.name, p.path, marks, p.aligned))
    return sources


def face_free(sources: list[Source], random: np.random.Generator, count: int) -> list[np.ndarray]:
    """Square pieces of the sources that hold no part of the face, uint8, of 30 px and more."""
    pieces: list[np.ndarray] = []
    for _ in range(count * 6):
        s = sources[random.integers(len(sources))]
        image = s.levels[0]
        side = int(random.integers(30, 90))
        x, y = random.integers(0, image.width - side), random.integers(0, image.height - side)
        (cx, cy), half = face_square(s.landmarks)
        if abs(x + side / 2 - cx) < half + side / 2 or abs(y + side / 2 - cy) < half + side / 2:
            apart = abs(x + side / 2 - cx) > half + side / 2 or abs(y + side / 2 - cy) > half + side / 2
            if not apart:
                continue
        pieces.append(np.asarray(image.crop((x, y, x + side, y + side))))
        if len(pieces) == count:
            break
    return pieces


def texture(random: np.random.Generator, size: int) -> np.ndarray:
    """A drawn picture without faces: noise of any grain, gradients, stripes, shapes, pairs of blobs."""
    kind = random.integers(5)
    low, high = random.uniform(0, 255, 3), random.uniform(0, 255, 3)
    if kind == 0:
        grain = int(2 ** random.uniform(1, 6.5))
        noise = Image.fromarray(random.integers(0, 255, (grain, grain, 3), dtype=np.uint8))
        return np.asarray(noise.resize((size, size), Image.Resampling.BICUBIC))
    y, x = np.mgrid[0:size, 0:size] / size
    angle = random.uniform(0, math.pi)
    t = x * math.cos(angle) + y * math.sin(angle)
    if kind == 1:
        t = (t - t.min()) / np.ptp(t)
    else:
        t = 0.5 + 0.5 * np.sin(t * random.uniform(5, 120) + random.uniform(0, 6))
    image = Image.fromarray((low + (high - low) * t[..., None]).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(0, 14)) if kind > 2 else 0):
        fill = tuple(int(v) for v in random.integers(0, 255, 3))
        a, b = np.sort(random.uniform(-20, size + 20, (2, 2)), axis=0)
        if random.random() < 0.4:
            draw.rectangle((*a, *b), fill)
        elif random.random() < 0.5:
            draw.ellipse((*a, *b), fill)
        else:
            draw.line((*a, *b), fill, int(random.integers(1, 8)))
    return np.asarray(image)


class Composer:
    """Draws scenes and face crops from a fixed stock of sources."""

    def __init__(self, sources: list[Source], seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.sources = sources
        self.unaligned = [s for s in sources if not s.aligned]
        self.pieces = face_free(sources, self.random, 1200)

    def background(self) -> Image.Image:
        """A canvas without faces: a piece of a photo, mirrored out to fill it, or a texture."""
        r = self.random
        if r.random() < 0.25:
            return Image.fromarray(texture(r, CANVAS))
        piece = self.pieces[r.integers(len(self.pieces))]
        while min(piece.shape[:2]) < CANVAS // 2 and r.random() < 0.8:
            piece = np.concatenate([piece, piece[:, ::-1]], 1)
            piece = np.concatenate([piece, piece[::-1]], 0)
        image = Image.fromarray(np.ascontiguousarray(piece))
        return image.resize((CANVAS, CANVAS), Image.Resampling.BICUBIC).rotate(90 * int(r.integers(4)))

    def pick(self) -> Source:
        stock = self.unaligned if self.unaligned and self.random.random() < 0.4 else self.sources
        return stock[self.random.integers(len(stock))]

    def place(self, scene: Image.Image, faces: list[np.ndarray], half: float, part: str) -> Image.Image:
        """Lay a source over the scene so that its face has that half side; `part`: whole or ellipse."""
        r, s = self.random, self.pick()
        centre, own = face_square(s.landmarks)
        scale = half / own
        angle = math.radians(float(np.clip(r.normal(0, 16), -50, 50)))
        mirror = -1.0 if r.random() < 0.5 else 1.0
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        forward = turn @ np.diag([mirror, 1.0]) * scale
        target = self._spot(faces, half)
        if target is None:
            return scene
        offset = target - forward @ centre
        marks = s.landmarks @ forward.T + offset
        level = int(np.clip(math.floor(math.log2(1 / max(scale, 1e-3)) + 0.3), 0, 3))
        back = np.linalg.inv(forward) / 2**level
        shift = -back @ offset
        coefficients = (*back[0], shift[0], *back[1], shift[1])
        size, bilinear = (CANVAS, CANVAS), Image.Resampling.BILINEAR
        picture = s.levels[level].transform(size, Image.Transform.AFFINE, coefficients, bilinear)
        stencil = self._stencil(s, level, part, centre / 2**level, own / 2**level)
        alpha = stencil.transform(size, Image.Transform.AFFINE, coefficients, bilinear)
        faces.append(marks if mirror > 0 else marks[SWAP])
        return Image.composite(picture, scene, alpha)

    def _spot(self, faces: list[np.ndarray], half: float) -> np.ndarray | None:
        """A place for a face's centre that covers no other face."""
        for _ in range(8):
            spot = self.random.uniform(-0.1 * CANVAS, 1.1 * CANVAS, 2)
            if not faces:
                low = min(0.35 * half, CANVAS / 2)
                return self.random.uniform(low, CANVAS - low, 2)
            others = [face_square(f) for f in faces]
            if all(np.abs(spot - c).max() > 1.15 * (half + h) for c, h in others):
                return spot
        return None

    def _stencil(self, s: Source, level: int, part: str, centre: np.ndarray, own: float) -> Image.Image:
        image = s.levels[level]
        if part == "whole":
            return Image.new("L", image.size, 255)
        stencil = Image.new("L", image.size, 0)
        wide, high = own * self.random.uniform(0.9, 1.35), own * self.random.uniform(1.1, 1.5)
        x, y = centre
        ImageDraw.Draw(stencil).ellipse((x - wide, y - high, x + wide, y + high), fill=255)
        return stencil.resize((32, 32), Image.Resampling.BOX).resize(image.size, Image.Resampling.BICUBIC)

    def scene(self) -> Scene:
        """One canvas: a whole photo, several faces on a background, a part of a face, or none at all."""
        r, faces = self.random, []
        image, dice = self.background(), r.random()
        if dice < 0.4:
            image = self.place(image, faces, float(np.exp(r.uniform(np.log(8), np.log(40)))), "whole")
        if dice < 0.25 or 0.4 <= dice < 0.75:
            for _ in range(int(r.integers(1, 6))):
                half = float(np.exp(r.uniform(np.log(7), np.log(32))))
                image = self.place(image, faces, half, "whole" if r.random() < 0.3 else "ellipse")
        elif 0.75 <= dice < 0.9:
            image = self.place(image, faces, float(np.exp(r.uniform(np.log(50), np.log(300)))), "whole")
        return Scene(_compressed(np.asarray(image), r), faces)

    def crop(self, size: int) -> tuple[np.ndarray, np.ndarray, float]:
        """A roughly upright crop (size, size, 3), its landmarks in px of it, and 1 for a face, 0 for none."""
        r, s = self.random, self.pick()
        good = r.random() < 0.65
        if not good and r.random() < 0.4:
            image = self.background().resize((size, size), Image.Resampling.BICUBIC)
            return _compressed(np.asarray(image), r), np.zeros((5, 2)), 0.0
        centre, half = face_square(s.landmarks)
        quad = upright_quad(s.landmarks) - centre
        if good:
            # As far off as the detector's answers are, or as the refiner's own at the second look.
            rough = 1.0 if r.random() < 0.5 else 0.3
            angle, zoom = r.normal(0, 7 * rough), math.exp(r.normal(0, 0.1 * rough))
            move = r.normal(0, 0.1 * rough, 2) * half
        else:
            way = r.random() < 0.5
            angle = r.uniform(-40, 40) if way else r.uniform(90, 270)
            zoom = math.exp(r.choice([-1, 1]) * r.uniform(0.75, 1.6)) if way else 1.0
            turn = r.uniform(0, 6.3)
            move = np.array([math.cos(turn), math.sin(turn)]) * half * (r.uniform(0.75, 1.6) if way else 0.1)
        a = math.radians(angle)
        rotation = np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
        quad = (quad @ rotation.T) * zoom + centre + move
        if np.abs(quad).max() > 900:
            return self.crop(size)
        pixels = np.asarray(common.crop_quad(s.levels[0], quad, size))
        edges = np.column_stack([quad[3] - quad[0], quad[1] - quad[0]])
        marks = np.linalg.solve(edges, (s.landmarks - quad[0]).T).T * size
        if r.random() < 0.5:
            pixels, marks = pixels[:, ::-1], marks[SWAP] * [-1, 1] + [size, 0]
        return _compressed(pixels, r), marks, float(good)


def _compressed(pixels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Some pictures go through JPEG."""
    if random.random() < 0.7:
        return pixels
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "JPEG", quality=int(random.integers(25, 90)))
    return np.asarray(Image.open(buffer))
