"""Photos as they lie on a disc: turned by right angles, and without anybody in them.

    python -m engine.evaluate.photo_turns --names names.txt --pictures FOLDER --json figures.json

- turns: unaligned photos of the recipes' data, upright and turned clockwise by 90, 180 and 270 degrees.
  Right: the first (largest) face is the listed one, its landmarks in the face's own order and off by less
  than a third of the eye distance on average. None: no face was found, or only others that the upright photo
  shows too, where they lie as it does. Wrong: anything else, and any further face that is turned by over 60
  degrees more or less than the photo is.
- nobody: pictures without people. `PATTERNS` are drawn here; to them come the pictures of `--pictures`
  folders and those that installed packages ship (`SHIPPED`, as far as they are there), each whole and, if
  it is large enough, in four quarters.

Both with the seconds (CPU) that finding took.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..errors import EngineError, NoFaceError
from ..faces.detect import find_faces
from ..types import ByteArray, FaceBox, Photo, Points
from .report import recipe

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

SHIPPED = {
    "sklearn": ("datasets/images/china.jpg", "datasets/images/flower.jpg"),
    "skimage": tuple(
        f"data/{name}"
        for name in (
            "brick.png", "cat.png", "cell.png", "chelsea.png", "chessboard_GRAY.png", "chessboard_RGB.png",
            "clock_motion.png", "coffee.png", "color.png", "grass.png", "gravel.png",
            "horse.png", "hubble_deep_field.jpg", "ihc.png", "logo.png", "microaneurysms.png", "moon.png",
            "motorcycle_left.png", "page.png", "phantom.png", "retina.jpg", "rocket.jpg", "text.png",
        )
    ),
    "matplotlib": ("mpl-data/sample_data/Minduka_Present_Blue_Pack.png", "mpl-data/sample_data/logo2.png"),
    "imageio": ("resources/images/chelsea.png",),
}  # fmt: skip
"""Sample pictures in packages, by the package that ships them; none of them shows a person."""

SIDE = 420
TILE_FROM = 400
NEAR, MOST_TURN = 1 / 3, 60.0
Rows = dict[str, dict[str, float]]


# --- drawn patterns


def _grid(side: int) -> tuple[Points, Points]:
    y, x = np.mgrid[0:side, 0:side] / side
    return y, x


def _in_two(share: Points, random: np.random.Generator) -> ByteArray:
    """A map 0..1 as a mixture of two random colours."""
    first, second = random.integers(0, 256, (2, 3))
    mixed: ByteArray = (share[..., None] * first + (1 - share[..., None]) * second).astype(np.uint8)
    return mixed


def stripes(random: np.random.Generator) -> ByteArray:
    y, x = _grid(SIDE)
    angle, count = random.uniform(0, np.pi), random.uniform(3, 40)
    wave = np.sin(2 * np.pi * count * (x * np.cos(angle) + y * np.sin(angle)))
    return _in_two(0.5 + 0.5 * (np.sign(wave) if random.random() < 0.5 else wave), random)


def checks(random: np.random.Generator) -> ByteArray:
    y, x = _grid(SIDE)
    count = random.integers(3, 30)
    return _in_two(((x * count).astype(int) + (y * count).astype(int)) % 2 * 1.0, random)


def clouds(random: np.random.Generator) -> ByteArray:
    total = np.zeros((SIDE, SIDE))
    for octave in range(2, 8):
        noise = Image.fromarray(random.random((2**octave, 2**octave)).astype(np.float32))
        total += np.asarray(noise.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 2 ** (octave * 0.8)
    return _in_two((total - total.min()) / np.ptp(total), random)


def noise(random: np.random.Generator) -> ByteArray:
    grain = int(random.integers(3, 200))
    cells = Image.fromarray(random.integers(0, 256, (grain, grain, 3), dtype=np.uint8))
    how = random.choice([Image.Resampling.NEAREST, Image.Resampling.BICUBIC])
    return np.asarray(cells.resize((SIDE, SIDE), Image.Resampling(int(how))))


def rings(random: np.random.Generator) -> ByteArray:
    y, x = _grid(SIDE)
    distance = np.hypot(x - random.uniform(0, 1), y - random.uniform(0, 1))
    return _in_two(0.5 + 0.5 * np.sin(2 * np.pi * random.uniform(2, 30) * distance), random)


def mosaic(random: np.random.Generator) -> ByteArray:
    """Cells around random points, in shades of two colours."""
    y, x = _grid(SIDE)
    points = random.random((int(random.integers(6, 90)), 2))
    nearest = np.argmin([(x - a) ** 2 + (y - b) ** 2 for a, b in points], axis=0)
    return _in_two(random.random(len(points))[nearest], random)


def wood(random: np.random.Generator) -> ByteArray:
    y, x = _grid(SIDE)
    bent = x + 0.05 * np.sin(2 * np.pi * (y * random.uniform(0.5, 2) + random.random()))
    grain = np.sin(2 * np.pi * random.uniform(6, 25) * (bent + 0.3 * np.hypot(x - 0.5, (y - 0.5) / 3)))
    return _in_two(np.clip(0.5 + 0.4 * grain + random.normal(0, 0.05, x.shape), 0, 1), random)


def shapes(random: np.random.Generator) -> ByteArray:
    """Discs, boxes and lines at random, some in pairs, as eyes are."""
    picture = Image.new("RGB", (SIDE, SIDE), tuple(random.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(picture)
    for _ in range(int(random.integers(5, 50))):
        a, b, size = *random.uniform(0, SIDE, 2), random.uniform(4, 60)
        colour = tuple(random.integers(0, 256, 3).tolist())
        box = (a - size, b - size * random.uniform(0.4, 1), a + size, b + size * 0.7)
        kind = random.integers(0, 4)
        if kind == 0:
            draw.rectangle(box, fill=colour)
        elif kind == 1:
            draw.line((a, b, *random.uniform(0, SIDE, 2)), fill=colour, width=int(size / 4) + 1)
        else:
            draw.ellipse(box, fill=colour)
            if kind == 2:
                draw.ellipse((box[0] + 3 * size, box[1], box[2] + 3 * size, box[3]), fill=colour)
    blur = random.choice([0, 0, 1.5, 4])
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(float(blur))))


PATTERNS: tuple[Callable[[np.random.Generator], ByteArray], ...] = (
    stripes, checks, clouds, noise, rings, mosaic, wood, shapes,
)  # fmt: skip


def patterns(count: int) -> Iterator[tuple[str, ByteArray]]:
    """`count` drawn pictures (420, 420, 3) with their names; the same every time."""
    for number in range(count):
        draw = PATTERNS[number % len(PATTERNS)]
        yield f"{draw.__name__} {number}", draw(np.random.default_rng(number))


def shipped(folders: list[Path]) -> Iterator[tuple[str, ByteArray]]:
    """The pictures of the folders and of the packages that are there, whole and in quarters."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for package, names in SHIPPED.items():
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            root = Path(spec.submodule_search_locations[0])
            paths += [root / name for name in names if (root / name).is_file()]
    for path in paths:
        try:
            whole = Image.open(path).convert("RGB")
        except OSError:
            continue
        yield path.name, np.asarray(whole)
        half = whole.width // 2, whole.height // 2
        for index in range(4 if min(whole.size) >= TILE_FROM else 0):
            x, y = index % 2 * half[0], index // 2 * half[1]
            yield f"{path.name} {index + 1}/4", np.asarray(whole.crop((x, y, x + half[0], y + half[1])))


# --- figures


def turned_marks(marks: Points, width: int, height: int, quarters: int) -> Points:
    """Landmarks (N, 2) px of a photo that is turned clockwise."""
    for _ in range(quarters):
        marks = np.stack([height - marks[:, 1], marks[:, 0]], axis=-1)
        width, height = height, width
    return marks


def judged(faces: list[FaceBox], marks: Points, others: Sequence[Points] = ()) -> str:
    """Whether the first face found is the listed one, and all lie as it does: right, none or wrong. `others`
    are the landmarks of further people that the photo is known to show."""
    if all(any(_is_at(face, other) for other in others) for face in faces):
        return "none"
    across = marks[1] - marks[0]
    same_way = all(_angle(face.landmarks[1] - face.landmarks[0], across) < MOST_TURN for face in faces)
    return "right" if same_way and _is_at(faces[0], marks) else "wrong"


def _is_at(face: FaceBox, marks: Points) -> bool:
    """Whether a face's landmarks are these (5, 2), in their order."""
    misses = np.hypot(*(face.landmarks - marks).T)
    return bool(misses.mean() < NEAR * float(np.hypot(*(marks[1] - marks[0]))))


def _angle(one: Points, other: Points) -> float:
    """Degrees between two directions, (2,) each."""
    share = one @ other / max(float(np.hypot(*one) * np.hypot(*other)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(share, -1, 1))))


def found(pixels: ByteArray, pack: ModelPack) -> list[FaceBox]:
    try:
        return find_faces(Photo(np.ascontiguousarray(pixels), "RGB"), pack)
    except NoFaceError:
        return []


def measure_turns(photos: list[tuple[Path, Points]], pack: ModelPack, tell: Callable[[str], None]) -> Rows:
    """Rows upright, 90, 180 and 270 over photos and their landmarks."""
    rows: Rows = {}
    beside: dict[Path, list[Points]] = {}
    for quarters in range(4):
        row, began = {"right": 0.0, "none": 0.0, "wrong": 0.0}, time.process_time()
        for path, marks in photos:
            pixels = np.asarray(Image.open(path).convert("RGB"))
            there = turned_marks(marks, pixels.shape[1], pixels.shape[0], quarters)
            faces = found(np.rot90(pixels, -quarters), pack)
            if not quarters:
                beside[path] = [face.landmarks for face in faces if not _is_at(face, marks)]
            others = beside[path] if quarters else []
            others = [turned_marks(other, pixels.shape[1], pixels.shape[0], quarters) for other in others]
            verdict = judged(faces, there, others)
            row[verdict] += 1
            if verdict != "right":
                tell(f"{path.name} turned by {90 * quarters}: {verdict}")
        row["seconds"] = (time.process_time() - began) / max(len(photos), 1)
        rows[f"turned by {90 * quarters}"] = row
    return rows


def measure_nobody(
    pictures: Iterator[tuple[str, ByteArray]], pack: ModelPack, tell: Callable[[str], None]
) -> dict[str, float]:
    """How many pictures there are, in how many a face is found, and how many faces."""
    row, began = {"pictures": 0.0, "with faces": 0.0, "faces": 0.0}, time.process_time()
    for name, pixels in pictures:
        faces = found(pixels, pack)
        row["pictures"] += 1
        row["with faces"] += bool(faces)
        row["faces"] += len(faces)
        for face in faces:
            tell(f"{name}: a face of {face.box[2] - face.box[0]:.0f} px, score {face.score:.2f}")
    row["seconds"] = (time.process_time() - began) / max(row["pictures"], 1)
    return row


def listed(data: Path, names: list[str], count: int) -> list[tuple[Path, Points]]:
    """Unaligned photos of the data with their landmarks: those of `names`, or every so manieth."""
    common = recipe("common")
    known = common.read_csv(data / "unaligned.csv")
    chosen = names or sorted(known)[:: max(len(known) // count, 1)][:count]
    missing = [name for name in chosen if Path(name).stem not in known]
    if missing:
        raise EngineError(f"{missing[0]} is not among the unaligned photos of {data}.", "Name another.")
    files = {path.stem: path for path in (data / "unaligned").iterdir()}
    return [(files[Path(n).stem], common.landmarks_of(known[Path(n).stem])) for n in chosen]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluate.photo_turns", description="Turned photos, and pictures of nobody."
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the training data's folder")
    parser.add_argument("--names", type=Path, metavar="F", help="names of unaligned photos, one a line")
    parser.add_argument("--count", type=int, default=60, help="photos, where none are named (default: 60)")
    parser.add_argument("--patterns", type=int, default=150, help="drawn pictures (default: 150)")
    parser.add_argument(
        "--pictures", type=Path, action="append", default=[], metavar="DIR", help="pictures without people"
    )
    parser.add_argument("--weights", default="starter", metavar="PACK")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures")
    options = parser.parse_args(arguments)

    from ..packs.pack import load_pack

    pack, names = load_pack(options.weights), options.names.read_text().split() if options.names else []
    photos = listed(options.data or recipe("common").default_data(), names, options.count)
    table: dict[str, Any] = measure_turns(photos, pack, print)
    drawn, sampled = patterns(options.patterns), shipped(options.pictures)
    table["nobody, drawn"] = measure_nobody(drawn, pack, print)
    table["nobody, photographed"] = measure_nobody(sampled, pack, print)
    for title, row in table.items():
        print(f"{title:22}", *(f"{name} {value:.4g}" for name, value in row.items()), sep="  ")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
