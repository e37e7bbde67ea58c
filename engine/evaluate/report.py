"""`maskfacegan packs evaluate`: a pack's figures on the pictures that its recipes hold out.

Rows: parser, reconstruction, edits, face finder, speed, size. The held-out lists, and the second
classifier that judges the edits, belong to the recipes (weights/recipes), which need a checkout and the
training data's folder.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..edit.run import run
from ..errors import EngineError
from ..locations import weights
from ..packs.pack import ModelPack, parse
from ..types import REGIONS, AttributeEdit, ByteArray, EditRequest, EditResult, Face, FloatArray

EDITS = (
    ("smiling", 1.0),
    ("mouth_slightly_open", 1.0),
    ("wearing_lipstick", 1.0),
    ("blond_hair", 1.0),
    ("black_hair", 1.0),
    ("bushy_eyebrows", 1.0),
    ("male", 1.0),
    ("male", 0.0),
)
"""The edits that are judged, with their targets."""

_REACHED = 0.8
_JUDGED = 0.5


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, the figure, and what is asked of it."""

    part: str
    what: str
    value: float
    wanted: str
    holds: bool


def recipe(name: str) -> Any:
    """A module of weights/recipes; EngineError where the recipes or the training data are not there."""
    folder = weights("recipes")
    if not (folder / f"{name}.py").is_file():
        raise EngineError("The recipes are not part of this installation.", "Evaluate from a checkout.")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def whole_face(picture: ByteArray) -> Face:
    """An aligned picture (S, S, 3) as a face."""
    size = picture.shape[0]
    return Face(picture, np.array([[0, 0], [0, size], [size, size], [size, 0]], np.float64))


def held_out(data: Path, count: int) -> list[ByteArray]:
    """The last `count` held-out aligned photos, (256, 256, 3) uint8."""
    if not (data / "celebahq").is_dir():
        raise EngineError(f"There are no training pictures in {data}.", "Give their folder with --data.")
    _, images = recipe("common").load_faces(data, ["celebahq"], "held_out", 256)
    return [np.asarray(image, np.uint8) for image in images[:count]]


def face_psnr(a: FloatArray, b: FloatArray, region: FloatArray) -> float:
    """PSNR in dB over the face region (weights 0..1) of two (R, R, 3) pictures in 0..1."""
    error = (region[..., None] * (a - b) ** 2).sum() / (3 * region.sum() + 1e-9)
    return float(-10 * np.log10(max(float(error), 1e-10)))


def face_region(face: Face, pack: ModelPack) -> FloatArray:
    """Where skin and features are, (R, R) in 0..1, by the pack's own parser."""
    probabilities = torch.from_numpy(np.array(parse(face, pack).probabilities))
    names = ("mouth", "eyebrows", "eyes", "nose", "skin")
    total = probabilities[[REGIONS.index(n) for n in names]].sum(0)[None, None]
    small = torch.nn.functional.interpolate(total, (pack.resolution,) * 2, mode="area")
    region: FloatArray = small[0, 0].numpy()
    return region


def edit(face: Face, pack: ModelPack, edits: Sequence[AttributeEdit], **more: Any) -> EditResult:
    """One edit with the quick preset, to its result."""
    request = EditRequest(face, parse(face, pack), tuple(edits), preset=more.pop("preset", "quick"), **more)
    result: EditResult | None = None
    for step in run(request, pack):
        result = step.result
    assert result is not None
    return result


def composed(face: Face, result: EditResult) -> FloatArray:
    """What a person sees: the face's crop with the edit in the default blend mode, (S, S, 3) in 0..1."""
    from ..edit import blend  # with scipy, which timing alone does without

    crop = np.asarray(face.crop, np.float32) / np.float32(255)
    if result.reconstruction is None:
        return crop
    plan = blend.laid_over(blend.recipe(result), crop.shape[0])
    return np.asarray(np.clip(blend.render(crop, plan), 0, 1), np.float32)


def reconstruction(pack: ModelPack, faces: Sequence[ByteArray]) -> list[Row]:
    """PSNR in the face region: the encoder's code alone, and after the quick preset without a wish."""
    alone, after = [], []
    for picture in faces:
        face = whole_face(picture)
        region = face_region(face, pack)
        # The whole face is held and the classifier has no weight: what is left is reconstruction.
        settings = {"loss.weights.classf": 0.0, "steps.hold_region": 10**6, "dynamic_masking": False}
        result = edit(face, pack, [AttributeEdit(pack.supported[0])], settings=settings)
        after.append(face_psnr(result.generated, result.source, region))
        if pack.encoder is not None:
            with torch.no_grad():
                source = torch.from_numpy(result.source).permute(2, 0, 1)[None].to(pack.device)
                guess: Tensor = pack.generator(pack.encoder(source)).clamp(0, 1)
            alone.append(face_psnr(guess[0].permute(1, 2, 0).cpu().numpy(), result.source, region))
    mean = float(np.mean(after))
    rows = [Row("reconstruction", "after the quick preset, dB", mean, ">= 24", mean >= 24)]
    if alone:
        mean = float(np.mean(alone))
        rows.insert(0, Row("reconstruction", "encoder alone, dB", mean, ">= 19", mean >= 19))
    return rows


def edits(
    pack: ModelPack,
    faces: Sequence[ByteArray],
    chosen: Sequence[tuple[str, float]],
    count: int,
    sheets: Path | None,
    preset: str = "fast",
) -> Iterator[Row]:
    """Shares of faces whose edit reaches the target, and on which a second classifier agrees.

    Judged is the composed picture. Each attribute takes the first `count` of the faces that lack it, by
    the pack's classifier.
    """
    judge = recipe("second_classifier").load()
    sigmoid = {}
    for i, picture in enumerate(faces):
        batch = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
        with torch.no_grad():
            sigmoid[i] = pack.classifier(batch.to(pack.device)).sigmoid()[0].cpu()
    for name, target in chosen:
        if name not in pack.supported:
            continue
        index = pack.attributes.index(name)
        lacking = [i for i in range(len(faces)) if abs(float(sigmoid[i][index]) - target) > _JUDGED]
        reached, agreed, pairs = 0, 0, []
        some = lacking[:count]
        if not some:
            continue
        for i in some:
            face = whole_face(faces[i])
            shown = composed(face, edit(face, pack, [AttributeEdit(name, target)], preset=preset))
            edited = torch.from_numpy(shown).permute(2, 0, 1)[None]
            with torch.no_grad():
                after = float(pack.classifier(edited.to(pack.device)).sigmoid()[0, index])
                judged = float(judge(edited).sigmoid()[0, index])
            reached += abs(after - target) <= 1 - _REACHED
            agreed += abs(judged - target) <= _JUDGED
            pairs.append((np.asarray(faces[i], np.float32) / np.float32(255), shown))
        if sheets is not None:
            write_sheet(sheets / f"{name}-{target:g}.png", pairs)
        words = f"{name} to {target:g}"
        share, second = reached / len(some), agreed / len(some)
        yield Row("edits", f"{words}: reached, of {len(some)}", share, ">= 0.80", share >= 0.8)
        yield Row("edits", f"{words}: second classifier agrees", second, ">= 0.70", second >= 0.7)


def write_sheet(path: Path, pairs: Sequence[tuple[FloatArray, FloatArray]]) -> None:
    """Input above edited, one column a face."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [np.concatenate([np.asarray(pair[k]) for pair in pairs], axis=1) for k in (0, 1)]
    Image.fromarray((np.concatenate(rows) * 255).round().astype(np.uint8)).save(path)


def networks(pack: ModelPack, data: Path) -> list[Row]:
    """Parser and finder on their recipes' held-out lists."""
    parsed: Mapping[str, Any] = recipe("parser").evaluate(pack.parser, data, pack.device)
    rows = [Row("parser", "mean F1", parsed["mean_f1"], ">= 0.80", parsed["mean_f1"] >= 0.8)]
    for name in ("mouth", "eyes", "eyebrows", "nose"):
        value = float(parsed["f1"][name])
        rows.append(Row("parser", f"F1 {name}", value, ">= 0.70", value >= 0.7))
    found: Mapping[str, Any] = recipe("finder").evaluate(pack.finder, data)
    for source in ("lfw", "aaf", "celebahq"):
        share = float(found[source]["found"])
        rows.append(Row("finder", f"{source}: found", share, ">= 0.95", share >= 0.95))
        error = found[source]["median_error"]
        if error is not None:
            rows.append(
                Row("finder", f"{source}: median error / eye distance", error, "< 0.05", error < 0.05)
            )
    return rows


def speed_and_size(pack: ModelPack, picture: ByteArray) -> list[Row]:
    """Seconds of one fast edit and its first step, and the pack's size in MB (1e6 bytes)."""
    face = whole_face(picture)
    request = EditRequest(face, parse(face, pack), (AttributeEdit("smiling"),), preset="fast")
    start, first, end = time.monotonic(), 0.0, 0.0
    for step in run(request, pack):
        first = first or time.monotonic() - start
        end = time.monotonic() - start
        del step
    size = sum(f.path.stat().st_size for f in pack.manifest.files.values()) / 1e6
    return [
        Row("speed", "first step, s", first, "< 3", first < 3),
        Row("speed", "one fast edit, s", end, "< 60", end < 60),
        Row("size", "pack, MB", size, "<= 24", size <= 24),
    ]


def evaluate(pack: ModelPack, data: Path, quick: bool, sheets: Path | None) -> Iterator[Row]:
    """The whole table, row by row. `quick` takes 5 faces for each edit and 10 for reconstruction."""
    yield from networks(pack, data)
    faces = held_out(data, 100)
    yield from reconstruction(pack, faces[:10] if quick else faces[:50])
    yield from speed_and_size(pack, faces[0])
    yield from edits(pack, faces, EDITS, 5 if quick else 20, sheets)


def print_table(rows: Iterator[Row], json_path: Path | None) -> int:
    """Print rows as they come; 0 when every figure holds, 1 otherwise."""
    kept = []
    for row in rows:
        kept.append(row)
        mark = "ok" if row.holds else "SHORT"
        print(f"{row.part:<15}{row.what:<48}{row.value:>9.3f}  {row.wanted:<8} {mark}", flush=True)
    if json_path is not None:
        json_path.write_text(json.dumps([vars(row) for row in kept], indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.holds for row in kept) else 1
