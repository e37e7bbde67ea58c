"""Landmarks as the finder places them and as the parser refines them, against truths that neither has seen.

    python -m engine.evaluate.photo_landmarks --count 40 --json figures.json

Held-out pictures of the recipes' data, with the median and the mean of each error:

- marks: aligned CelebA-HQ faces laid into a larger picture at some rotation (up to 20 degrees) and size.
  Eye centres and mouth corners against those of the hand-made masks, in percent of the eye distance.
- square: the same faces; how far the corners of the aligned square lie from the data set's own, in percent
  of the side.
- again: a face that was found and aligned is taken as a photo, found and aligned once more; the distance of
  its square's corners from that picture's own, in percent.
- photos: unaligned photos; eyes and mouth corners against marks made by hand, in percent as above.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ..editor import Editor
from ..errors import EngineError
from ..faces.align import align, cut_square
from ..imaging.warp import photo_to_unit
from ..types import ByteArray, FaceBox, Photo, Points
from .report import recipe

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

WAYS = ("found", "refined")

_CANVAS = 700
# The data set counts eyes from the person's side.
_EYES, _MOUTH = (5, 4), (10, 11, 12)
_CORNERS = np.array([(0, 0), (0, 1), (1, 1), (1, 0)], np.float64)
_FOUR = [0, 1, 3, 4]
Errors = dict[str, list[float]]


def mask_marks(classes: ByteArray) -> Points | None:
    """Eye centres and mouth corners (4, 2) of CelebAMask-HQ classes (S, S), in shares of the side."""
    points = []
    for label in _EYES:
        y, x = np.nonzero(classes == label)
        if len(x) < 10:
            return None
        points.append((x.mean() + 0.5, y.mean() + 0.5))
    y, x = np.nonzero(np.isin(classes, _MOUTH))
    if len(x) < 50:
        return None
    for end in (x <= x.min() + 1, x >= x.max() - 1):
        points.append((x[end].mean() + 0.5, y[end].mean() + 0.5))
    return np.asarray(np.array(points) / classes.shape[0])


def laid(picture: ByteArray, random: np.random.Generator) -> tuple[Photo, Points]:
    """An aligned picture (S, S, 3) turned and scaled in a larger photo, and its square there (4, 2) px."""
    size, angle = picture.shape[0], np.deg2rad(random.uniform(-20, 20))
    x = np.array([np.cos(angle), np.sin(angle)]) * random.uniform(200, 420) / 2
    y = np.array([-x[1], x[0]])
    centre = _CANVAS / 2 + random.uniform(-30, 30, 2)
    quad = np.stack([-x - y, -x + y, x + y, x - y]) + centre
    border = size // 2
    wide = np.pad(picture, ((border, border), (border, border), (0, 0)), mode="reflect")
    matrix = photo_to_unit(quad) * size
    matrix[:, 2] += border
    affine = Image.Transform.AFFINE
    coefficients = tuple(float(v) for v in matrix.ravel())
    pixels = Image.fromarray(wide).transform(
        (_CANVAS, _CANVAS), affine, coefficients, Image.Resampling.BICUBIC
    )
    return Photo(np.asarray(pixels), "RGB"), quad


def both(photo: Photo, pack: ModelPack, near: Points) -> dict[str, FaceBox] | None:
    """The face nearest to a place, as found and as refined; None when there is none near."""
    editor = Editor(pack)
    editor.open(photo)
    try:
        boxes = editor.faces()
    except EngineError:
        return None
    distances = [float(np.hypot(*(box.landmarks.mean(axis=0) - near))) for box in boxes]
    box = boxes[int(np.argmin(distances))]
    if min(distances) > box.box[2] - box.box[0]:
        return None
    return {"found": box, "refined": editor.refine(box)}


def measure_aligned(
    picture: ByteArray, classes: ByteArray, pack: ModelPack, random: np.random.Generator, errors: Errors
) -> None:
    """Rows marks, square and again of one aligned picture."""
    photo, quad = laid(picture, random)
    faces, truth = both(photo, pack, quad.mean(axis=0)), mask_marks(classes)
    for way, face in (faces or {}).items():
        to_unit = photo_to_unit(quad)
        if truth is not None:
            points = face.landmarks[_FOUR] @ to_unit[:, :2].T + to_unit[:, 2]
            eyes = float(np.hypot(*(truth[1] - truth[0])))
            errors[f"marks {way}"].append(100 * float(np.hypot(*(points - truth).T).mean()) / eyes)
        corners = align(photo, face, 256).quad @ to_unit[:, :2].T + to_unit[:, 2]
        errors[f"square {way}"].append(_corner_error(corners))
        size = 512
        crop = Photo(cut_square(photo, align(photo, face, 256).quad, size), "RGB")
        again = both(crop, pack, np.array([0.5, 0.55]) * size)
        if again is not None:
            errors[f"again {way}"].append(_corner_error(align(crop, again[way], 256).quad / size))


def measure_photo(pixels: ByteArray, marks: Points, pack: ModelPack, errors: Errors) -> None:
    """Row photos: an ordinary photo (H, W, 3) and its five landmarks in px."""
    faces = both(Photo(pixels, "RGB"), pack, marks.mean(axis=0))
    eyes = float(np.hypot(*(marks[1] - marks[0])))
    for way, face in (faces or {}).items():
        misses = np.hypot(*(face.landmarks[_FOUR] - marks[_FOUR]).T)
        errors[f"photos {way}"].append(100 * float(misses.mean()) / eyes)


def measure(pack: ModelPack, data: Path, count: int) -> dict[str, dict[str, float]]:
    """All rows over `count` pictures of each kind."""
    common = recipe("common")
    errors: Errors = defaultdict(list)
    random = np.random.default_rng(0)
    for picture in _spread(common.pictures(data, "celebahq", "held_out"), count):
        pixels = np.asarray(Image.open(picture.path).convert("RGB"))
        classes = np.asarray(Image.open(picture.path.with_suffix(".png")))
        measure_aligned(pixels, classes, pack, random, errors)
    by_hand = common.read_csv(recipe("finder").HAND_MARKS)
    for folder in ("lfw", "aaf"):
        marked = [p for p in common.pictures(data, folder, "held_out") if p.path.stem in by_hand]
        for picture in _spread(marked, count // 2):
            pixels = np.asarray(Image.open(picture.path).convert("RGB"))
            measure_photo(pixels, common.landmarks_of(by_hand[picture.path.stem]), pack, errors)
    return {
        name: {"median": float(np.median(values)), "mean": float(np.mean(values)), "faces": len(values)}
        for name, values in sorted(errors.items())
    }


def _spread(listed: list[Any], count: int) -> list[Any]:
    return listed[:: max(len(listed) // max(count, 1), 1)][:count]


def _corner_error(corners: Points) -> float:
    return 100 * float(np.hypot(*(corners - _CORNERS).T).mean())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluate.photo_landmarks", description="Landmarks: found and refined."
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the training data's folder")
    parser.add_argument("--count", type=int, default=40, help="pictures of each kind (default: 40)")
    parser.add_argument("--weights", default="starter", metavar="PACK")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures")
    options = parser.parse_args(arguments)

    from ..packs.pack import load_pack

    data = options.data or recipe("common").default_data()
    table = measure(load_pack(options.weights), data, options.count)
    print(f"{'error, %':16} {'median':>7} {'mean':>7} {'faces':>6}")
    for name, row in table.items():
        print(f"{name:16} {row['median']:7.2f} {row['mean']:7.2f} {row['faces']:6.0f}")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1) + "\n")
    worse = [n for n in table if n.endswith("refined") and table[n]["mean"] > _unrefined(table, n)]
    return 1 if worse else 0


def _unrefined(table: dict[str, dict[str, float]], name: str) -> float:
    return table[name.replace("refined", "found")]["mean"]


if __name__ == "__main__":
    sys.exit(main())
