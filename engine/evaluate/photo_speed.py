"""Large photos: how long from opening to parsed faces, and how much memory opening, pasting and saving take.

    python -m engine.evaluate.photo_speed --json figures.json

Two cases, each in a process of its own, so that its peak of memory is its own:

- group: a JPEG of 6000 x 4000 px (24 megapixels) with three faces, composed of the photos in a folder.
  Seconds (wall clock and CPU) to read it, to find the faces, and to align, refine and parse the first and
  then all.
- panorama: a TIFF of 12000 x 9000 px with one face. Opened, edited by a few steps, pasted, saved.

Memory (on Linux) is the process's peak above what it held before the photo was opened, when the networks are
loaded, in MB and as a multiple of the photo's own pixels. One untimed face warms the networks up.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from .. import memory
from ..errors import EngineError
from ..types import ByteArray, EditResult, FaceBox, Photo

if TYPE_CHECKING:
    from ..editor import Editor
    from ..packs.pack import ModelPack

Figures = dict[str, float]

GROUP = (6000, 4000)
PANORAMA = (12000, 9000)
_FACE_SIDE = 900
_FEW = {
    "steps.latent": 6,
    "steps.hold_region": 3,
    "loss.start_steps.classf": 3,
    "loss.start_steps.seg": 3,
    "dynamic_masking_iters": 2,
    "steps.noise": 1,
}


def compose(portraits: Iterable[ByteArray], width: int, height: int) -> ByteArray:
    """A photo (height, width, 3) uint8 with the portraits (h, w, 3) side by side on a soft ground."""
    ground = Image.effect_noise((width // 8, height // 8), 30).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    canvas = np.repeat(np.asarray(ground)[..., None] // 2 + np.uint8(60), 3, axis=2)
    placed = list(portraits)
    for index, portrait in enumerate(placed):
        left = int((index + 0.5) * width / len(placed) - portrait.shape[1] / 2)
        left, top = min(max(left, 0), width - portrait.shape[1]), (height - portrait.shape[0]) // 2
        canvas[top : top + portrait.shape[0], left : left + portrait.shape[1]] = portrait
    return canvas


def portraits(folder: Path, pack: ModelPack, count: int, side: int = _FACE_SIDE) -> list[ByteArray]:
    """Cuts around the largest faces of a folder's photos, scaled so that a face's box is `side` px wide."""
    from ..editor import Editor
    from ..photo.colour import to_srgb

    found: list[ByteArray] = []
    editor = Editor(pack)
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in (".jpg", ".png")):
        if len(found) == count:
            break
        photo = editor.open(path)
        try:
            x0, y0, x1, y1 = editor.faces()[0].box
        except EngineError:
            continue
        more = 0.5 * (x1 - x0)
        rows = slice(max(int(y0 - more), 0), int(y1 + more))
        columns = slice(max(int(x0 - more), 0), int(x1 + more))
        cut = Image.fromarray(to_srgb(photo.pixels[rows, columns], photo))
        scale = side / (x1 - x0)
        size = round(cut.width * scale), round(cut.height * scale)
        found.append(np.asarray(cut.resize(size, Image.Resampling.BICUBIC)))
    if len(found) < count:
        raise EngineError(f"{folder} holds fewer than {count} photos with a face.", "Name another --photos.")
    return found


class Clock:
    """Named spans of wall-clock and CPU seconds."""

    def __init__(self) -> None:
        self.figures: Figures = {}

    @contextlib.contextmanager
    def span(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.figures[f"{name}_s"] = time.perf_counter() - wall
        self.figures[f"{name}_cpu_s"] = time.process_time() - cpu


def group(path: Path, weights: str) -> Figures:
    """Open a group photo and parse its faces."""
    from ..editor import Editor

    editor = Editor.load(weights)
    _warm_up(editor)
    clock, before = Clock(), _forget_peak()
    with clock.span("open"):
        photo = editor.open(path)
    faces = _parse_all(editor, clock)
    figures = clock.figures
    for kind in ("s", "cpu_s"):
        parts = (figures[f"{part}_{kind}"] for part in ("open", "find", "first_face"))
        figures[f"open_to_parsed_{kind}"] = sum(parts)
        figures[f"open_to_all_parsed_{kind}"] = (
            figures[f"open_to_parsed_{kind}"] + figures[f"other_faces_{kind}"]
        )
    return {"faces": float(faces), **figures, **_memory(before, photo)}


def panorama(path: Path, weights: str) -> Figures:
    """Open a very large photo, edit its face, paste and save."""
    from ..editor import Editor

    editor = Editor.load(weights)
    # The edit's own memory has nothing to do with the photo's size: it is made once before.
    result = _short_edit(editor, path.with_name("portrait.png"))
    clock, before = Clock(), _forget_peak()
    with clock.span("open"):
        photo = editor.open(path)
    figures = {"opened_peak_mb": _held_mb("VmHWM") - before}
    with clock.span("find"):
        found = editor.faces()[0]
    with clock.span("paste"):
        face = editor.align(found)
        editor.parse(face)
        editor.paste(face, result)
    figures["pasted_peak_mb"] = _held_mb("VmHWM") - before
    with clock.span("save"):
        editor.save(path.with_name("saved.png"))
    return {**clock.figures, **figures, **_memory(before, photo)}


def _parse_all(editor: Editor, clock: Clock) -> int:
    def parse(boxes: list[FaceBox]) -> None:
        for box in boxes:
            editor.parse(editor.align(box))

    with clock.span("find"):
        boxes = editor.faces()
    with clock.span("first_face"):
        parse(boxes[:1])
    with clock.span("other_faces"):
        parse(boxes[1:])
    return len(boxes)


def _warm_up(editor: Editor) -> None:
    from ..edit.random_face import random_face

    editor.open(Photo(random_face(editor.pack, 0), "RGB"))
    with contextlib.suppress(EngineError):
        _parse_all(editor, Clock())


def _short_edit(editor: Editor, path: Path) -> EditResult:
    supported = editor.pack.supported
    editor.open(path)
    face = editor.align(editor.faces()[0])
    return editor.edit(
        editor.request(face, "smiling" if "smiling" in supported else supported[0], settings=_FEW)
    )


def _held_mb(field: str) -> float:
    """A field of the process's memory on Linux in MB: VmRSS (now) or VmHWM (its peak); 0 elsewhere."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 2**10 for line in lines if line.startswith(field)), 0.0)


def _forget_peak() -> float:
    """Start a new peak from what is held now; how much that is, in MB."""
    memory.release_memory()
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _held_mb("VmRSS")


def _memory(before: float, photo: Photo) -> Figures:
    pixels, peak = photo.pixels.nbytes / 2**20, _held_mb("VmHWM")
    return {
        "pixels_mb": pixels,
        "networks_mb": before,
        "peak_mb": peak,
        "photo_peak_mb": peak - before,
        "photo_peak_in_photos": (peak - before) / pixels,
    }


def _alone(case: Callable[[Path, str], Figures], path: Path, weights: str) -> Figures:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(case, (path, weights))


def measure(photos: Path, weights: str, folder: Path) -> dict[str, Figures]:
    """Both cases; the photos are written to `folder`."""
    from ..packs.pack import load_pack

    faces = portraits(photos, load_pack(weights), 3)
    Image.fromarray(compose(faces, *GROUP)).save(folder / "group.jpg", quality=92)
    Image.fromarray(faces[0]).save(folder / "portrait.png")
    Image.fromarray(compose(faces[:1], *PANORAMA)).save(folder / "panorama.tiff", compression="tiff_lzw")
    return {
        "group": _alone(group, folder / "group.jpg", weights),
        "panorama": _alone(panorama, folder / "panorama.tiff", weights),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluate.photo_speed", description="Large photos: seconds and memory."
    )
    parser.add_argument("--photos", type=Path, metavar="DIR", help="photos with faces (default: the data's)")
    parser.add_argument("--weights", default="starter", metavar="PACK")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures")
    options = parser.parse_args(arguments)

    from .report import recipe

    photos = options.photos or recipe("common").default_data() / "photos"
    with tempfile.TemporaryDirectory() as folder:
        tables = measure(photos, options.weights, Path(folder))
    for title, table in tables.items():
        print(title)
        for name, value in table.items():
            print(f"  {name:26} {value:9.2f}")
    if options.json:
        options.json.write_text(json.dumps(tables, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
