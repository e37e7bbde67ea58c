"""`fast` against `paper`: time and quality of whole edits on the same faces, in one process.

Each face gets one `paper` edit an attribute, then the same edits with `fast`, by an editor that keeps the
reconstruction of the first for the later ones. At 1024 px a `paper` edit takes a quarter of an hour: what is
compared of each is kept as a file of its own, so that a long comparison goes on where it was stopped and
several processes can share it. `fast` is measured anew each time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

from ..atomic_file import atomic_write
from ..edit.random_face import random_face
from ..editor import Editor
from ..errors import EngineError
from ..models.generators.mobile_stylegan import MobileStyleGAN
from ..packs.pack import ModelPack
from ..types import ByteArray, EditResult, Face, FloatArray
from . import mobile_step
from .report import held_out, whole_face

ATTRIBUTES = ("smiling", "wearing_lipstick")
PAPER_STEPS = 1501
"""Of the published schedule, both stages."""
_LARGE = 512
"""Packs that draw more px than that are compared on faces of 1024 px."""


class Kept(NamedTuple):
    """What is compared of a `paper` edit: its seconds, the attribute's probability behind it, the mask that
    its reconstruction term kept (R, R) and its picture (R, R, 3), 0..1."""

    seconds: float
    probability: float
    mask: FloatArray
    generated: FloatArray


def drawn_faces(pack: ModelPack, count: int) -> list[ByteArray]:
    """Faces that the pack's generator draws, (R, R, 3) uint8: for machines without held-out photos."""
    return [random_face(pack, seed) for seed in range(count)]


def timed(editor: Editor, face: Face, name: str, preset: str) -> tuple[float, EditResult]:
    """Seconds of one edit that adds an attribute, and its result; parsing included."""
    start = time.monotonic()
    result = editor.edit(editor.request(face, name, preset=preset))
    return time.monotonic() - start, result


def faces_of(data: Path, pack: ModelPack, count: int) -> list[ByteArray]:
    """Aligned photos that no network of the packs was trained on: `faces1024` where the pack draws that much,
    else those of `report.held_out`."""
    if pack.resolution <= _LARGE:
        return held_out(data, count)
    paths = sorted((data / "faces1024").glob("*.jpg"))[:count]
    if not paths:
        raise EngineError(f"There are no faces of 1024 px in {data}.", "Give their folder with --data.")
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


def masked_error(generated: FloatArray, source: FloatArray, mask: FloatArray) -> float:
    """Mean over all pixels and channels of mask x (G - I)^2; pictures (R, R, 3), mask (R, R), 0..1."""
    return float((mask[..., None] * (generated - source) ** 2).mean())


def paper_edit(face: Face, number: int, name: str, pack: ModelPack, kept: Path | None) -> Kept:
    """What a `paper` edit gives, from the folder `kept` where it was made before."""
    path = None if kept is None else kept / f"paper-{pack.name}-{number}-{name}.npz"
    if path is not None and path.is_file():
        with np.load(path, allow_pickle=False) as held:
            mask, generated = (held[key].astype(np.float32) for key in ("mask", "generated"))
            return Kept(float(held["seconds"]), float(held["probability"]), mask, generated)
    seconds, result = timed(Editor(pack), face, name, "paper")
    found = Kept(seconds, result.probabilities[name][1], result.masks["recon"], result.generated)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        mask, generated = found.mask.astype(np.float16), found.generated.astype(np.float16)
        with atomic_write(path) as file:
            np.savez_compressed(
                file, seconds=seconds, probability=found.probability, mask=mask, generated=generated
            )
    return found


def one_face(
    number: int, picture: ByteArray, pack: ModelPack, names: Sequence[str], kept: Path | None
) -> list[dict[str, Any]]:
    """Every attribute with both presets on one face."""
    face, editor = whole_face(picture), Editor(pack)
    papers = [paper_edit(face, number, name, pack, kept) for name in names]
    found = []
    for turn, (name, paper) in enumerate(zip(names, papers, strict=True)):
        quick, fast = timed(editor, face, name, "fast")
        # What both hold: where neither let its mask follow the region away.
        mask = np.minimum(paper.mask, fast.masks["recon"])
        found.append(
            {
                "face": number,
                "attribute": name,
                "turn": turn,
                "paper_seconds": paper.seconds,
                "fast_seconds": quick,
                "ratio": paper.seconds / quick,
                "paper_probability": paper.probability,
                "fast_probability": fast.probabilities[name][1],
                "paper_error": masked_error(paper.generated, fast.source, mask),
                "fast_error": masked_error(fast.generated, fast.source, mask),
            }
        )
    return found


def compare(
    pack: ModelPack, faces: Sequence[ByteArray], names: Sequence[str], kept: Path | None
) -> dict[str, Any]:
    """The whole comparison; `kept` is a folder that holds finished `paper` edits and is gone on with."""
    rows = [one_face(number, picture, pack, names, kept) for number, picture in enumerate(faces)]
    return summary([row for of_face in rows for row in of_face])


def textbook_seconds(pack: ModelPack, device: torch.device, rounds: int) -> float | None:
    """Seconds of the published schedule's steps of the portrait generator alone, operation by operation; one
    is timed here. None for another generator."""
    if not isinstance(pack.generator, MobileStyleGAN):
        return None
    step = mobile_step.measure(device, None, rounds, pack.generator)["textbook"]["median"]
    return PAPER_STEPS * float(step)


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians and spread of the time ratios, and how many edits keep the quality."""
    first = [row["ratio"] for row in rows if row["turn"] == 0]
    later = [row["ratio"] for row in rows if row["turn"] > 0]
    good = [
        row["fast_probability"] >= row["paper_probability"] - 0.02
        and row["fast_error"] <= 1.05 * row["paper_error"]
        for row in rows
    ]
    report: dict[str, Any] = {"edits": rows, "first_edit_ratio": statistics.median(first)}
    report["first_edit_spread"] = [min(first), max(first)]
    if later:
        report["second_edit_ratio"] = statistics.median(later)
        report["second_edit_spread"] = [min(later), max(later)]
    report["quality_kept"], report["quality_of"] = sum(good), len(good)
    return report
