"""A pack's networks and edits on the pictures that its recipes hold out, as rows of a table.

The held-out lists, and the second classifier that judges the edits, belong to the recipes (weights/recipes),
which need a checkout and the training data's folder.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from ..attributes import regions_of
from ..compositing.paste import paste, paste_mask
from ..editor import Editor
from ..errors import EngineError
from ..faces.parse import parse
from ..imaging.warp import resized
from ..packs.manifest import PREFERRED_PACK
from ..packs.pack import ModelPack
from ..paths import weights
from ..types import REGIONS, AttributeEdit, ByteArray, EditResult, Face, FloatArray, Photo

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
FACES = 20
"""How many faces an edit is judged on in full."""

_REACHED = 0.8
_JUDGED = 0.5
_CERTAIN, _OFF_HAIR = 0.9, 0.03
"""From which probability on a pixel is the face's, and how far from hair, in shares of the side."""


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


def judge_of(pack: ModelPack) -> Any:
    """The second classifier for a pack's edits, which no loss knows: its own, or the built-in pack's."""
    if pack.name == PREFERRED_PACK and weights(PREFERRED_PACK, "judge.safetensors").is_file():
        sys.path.insert(0, str(weights("recipes", PREFERRED_PACK)))
        return importlib.import_module("judge").load(pack.perceptual)
    return recipe("second_classifier").load()


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
    editor = Editor(pack)
    return editor.edit(editor.request(face, *edits, **more))


def composed(face: Face, result: EditResult) -> FloatArray:
    """What a person sees: the face's crop with the edit in the default blend mode, (S, S, 3) in 0..1."""
    from ..compositing import pipeline, render  # with scipy, which timing alone does without
    from ..compositing.recipe import laid_over

    crop = np.asarray(face.crop, np.float32) / np.float32(255)
    if result.reconstruction is None:
        return crop
    plan = laid_over(pipeline.recipe(result), crop.shape[0])
    return np.asarray(np.clip(render.render(crop, plan), 0, 1), np.float32)


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
    """Shares of faces whose edit reaches the target, on which a second classifier agrees, and what else of
    the picture an edit touches.

    Judged is the composed picture. Each attribute takes `count` of the first `FACES` that lack it, by the
    pack's classifier, evenly spread over them.
    """
    judge = judge_of(pack)
    present = [scores(pack.classifier, np.asarray(p, np.float32) / np.float32(255)) for p in faces]
    for name, target in chosen:
        if name not in pack.supported:
            continue
        index = pack.attributes.index(name)
        lacking = [i for i, found in enumerate(present) if abs(float(found[index]) - target) > _JUDGED]
        some = lacking[:FACES][:: max(FACES // count, 1)]
        if not some:
            continue
        hair_only = regions_of(name) == ("hair",)
        reached, agreed, outside, shifts, pairs = 0, 0, 0, [], []
        for i in some:
            face = whole_face(faces[i])
            result = edit(face, pack, [AttributeEdit(name, target)], preset=preset)
            shown = composed(face, result)
            reached += abs(float(scores(pack.classifier, shown)[index]) - target) <= 1 - _REACHED
            agreed += abs(float(scores(judge, shown)[index]) - target) <= _JUDGED
            pasted, mask = pasted_bytes(face, result)
            outside += int((pasted != face.crop).any(-1)[mask == 0].sum())
            if hair_only:
                shifts.append(shift_off_hair(face, pack, pasted))
            pairs.append((np.asarray(faces[i], np.float32) / np.float32(255), shown))
        if sheets is not None:
            write_sheet(sheets / f"{name}-{target:g}.png", pairs)
        words = f"{name} to {target:g}"
        share, second = reached / len(some), agreed / len(some)
        yield Row("edits", f"{words}: reached, of {len(some)}", share, ">= 0.80", share >= 0.8)
        yield Row("edits", f"{words}: second classifier agrees", second, ">= 0.70", second >= 0.7)
        yield Row("identity", f"{words}: pixels outside the mask", outside, "0", outside == 0)
        if hair_only:
            shift = float(np.mean(shifts))
            yield Row("identity", f"{words}: mean change of the face, levels", shift, "< 1", shift < 1)


@torch.no_grad()
def scores(network: Any, picture: FloatArray) -> Tensor:
    """A classifier's probabilities (40,) for a picture (S, S, 3) in 0..1."""
    device = next(network.parameters()).device
    batch = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].to(device)
    found: Tensor = network(batch).sigmoid()[0].cpu()
    return found


def pasted_bytes(face: Face, result: EditResult) -> tuple[ByteArray, ByteArray]:
    """A face that is a photo of its own with the edit pasted, (S, S, 3), and the 8-bit blend mask (S, S)."""
    photo = Photo(np.array(face.crop), "RGB", None)
    return np.asarray(paste(photo, face, result).pixels, np.uint8), paste_mask(photo, face, result)


def shift_off_hair(face: Face, pack: ModelPack, pasted: ByteArray) -> float:
    """Mean absolute change, in levels of 255, of the face's features and its skin away from the hair."""
    probabilities = np.asarray(parse(face, pack).probabilities)
    hair = probabilities[REGIONS.index("hair")]
    names = ("mouth", "eyebrows", "eyes", "nose", "skin")
    inside = probabilities[[REGIONS.index(n) for n in names]].sum(0) > _CERTAIN
    reach = 2 * int(_OFF_HAIR * len(hair)) + 1
    apart = inside & (ndimage.maximum_filter(hair, reach) < 1 - _CERTAIN)
    where = resized(apart.astype(np.float32), pasted.shape[0]) > _CERTAIN
    if not where.any():
        return 0.0
    return float(np.abs(pasted[where].astype(np.float32) - face.crop[where]).mean())


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
