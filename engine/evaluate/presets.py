"""`fast` against `paper`: time and quality of whole edits on the same faces, in one process.

Each face gets one `paper` edit an attribute, then the same edits with `fast`, by an editor that keeps the
reconstruction of the first for the later ones. What is measured is kept in a file after every face, so that
a long comparison goes on where it was stopped.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..edit.random_face import random_face
from ..editor import Editor
from ..packs.pack import ModelPack
from ..types import ByteArray, EditResult, Face
from .report import whole_face

ATTRIBUTES = ("smiling", "wearing_lipstick")


def drawn_faces(pack: ModelPack, count: int) -> list[ByteArray]:
    """Faces that the pack's generator draws, (R, R, 3) uint8: for machines without held-out photos."""
    return [random_face(pack, seed) for seed in range(count)]


def timed(editor: Editor, face: Face, name: str, preset: str) -> tuple[float, EditResult]:
    """Seconds of one edit that adds an attribute, and its result; parsing included."""
    start = time.monotonic()
    result = editor.edit(editor.request(face, name, preset=preset))
    return time.monotonic() - start, result


def masked_error(result: EditResult, mask: Any) -> float:
    """Mean over all pixels and channels of mask x (G - I)^2."""
    return float((mask[..., None] * (result.generated - result.source) ** 2).mean())


def one_face(number: int, picture: ByteArray, pack: ModelPack, names: Sequence[str]) -> list[dict[str, Any]]:
    """Every attribute with both presets on one face."""
    face, editor = whole_face(picture), Editor(pack)
    found = []
    for turn, name in enumerate(names):
        slow, paper = timed(Editor(pack), face, name, "paper")
        quick, fast = timed(editor, face, name, "fast")
        # What both hold: where neither let its mask follow the region away.
        mask = np.minimum(paper.masks["recon"], fast.masks["recon"])
        found.append(
            {
                "face": number,
                "attribute": name,
                "turn": turn,
                "paper_seconds": slow,
                "fast_seconds": quick,
                "ratio": slow / quick,
                "paper_probability": paper.probabilities[name][1],
                "fast_probability": fast.probabilities[name][1],
                "paper_error": masked_error(paper, mask),
                "fast_error": masked_error(fast, mask),
            }
        )
    return found


def compare(
    pack: ModelPack, faces: Sequence[ByteArray], names: Sequence[str], kept: Path | None
) -> dict[str, Any]:
    """The whole comparison; `kept` is a JSON file that holds finished faces and is gone on with."""
    rows: dict[str, list[dict[str, Any]]] = {}
    if kept is not None and kept.is_file():
        rows = json.loads(kept.read_text(encoding="utf-8"))
    for number, picture in enumerate(faces):
        if str(number) not in rows:
            rows[str(number)] = one_face(number, picture, pack, names)
            if kept is not None:
                kept.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return summary([row for number in range(len(faces)) for row in rows[str(number)]])


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
