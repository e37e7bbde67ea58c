"""The stored runs of the golden composites: what an `engine.EditResult` needs, in few bytes.

A run is one lossless picture of three squares side by side: the generator's picture after the edit, the one
before it, and the masks (red: the edited region, green: the blend mask, blue: the photo's hair). Faces are
pictures of their own. Figures are in runs.json, latent codes in codes.npz.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import engine
from engine import EditResult

DATA = Path(__file__).parent / "data"
FACES = {"seven": 7, "two": 2, "four": 4, "six": 6}
"""Names of the faces, and the seeds with which the built-in pack drew them."""
UNTUNED = "six"
"""The face to which no weights are fitted, so that its edits can be drawn at another strength: with weights
the data would be ten times as large."""

ASKED: dict[str, dict[str, Any]] = {
    "seven-sober": {"smiling": 0},
    "seven-lipstick": {"wearing_lipstick": 1},
    "seven-blond": {"blond_hair": 1},
    "seven-male": {"male": 1},
    "two-closed-mouth": {"mouth_slightly_open": 0},
    "two-brows": {"bushy_eyebrows": 1, "blend": "no_skin"},
    "two-makeup": {"heavy_makeup": 1},
    "four-smiling": {"smiling": 1},
    "four-male": {"male": 1},
    "four-black-hair": {"black_hair": 1, "blend": "no_skin"},
    "six-open-mouth": {"mouth_slightly_open": 1, "blend": "no_skin"},
    "six-goatee-brows": {"goatee": 1, "arched_eyebrows": 1},
    "six-lipstick": {"wearing_lipstick": 1, "blend": "no_skin"},
}
"""Names of the runs -> attributes with their targets, and what else was asked."""
CUT_OUT = {"seven-eyes": ("seven-male", "eyes"), "four-nose": ("four-male", "nose")}
"""Edits of regions for which the built-in pack has no attribute: the pictures of a run of the whole face,
with the parser's region as the edited one."""


def as_bytes(values: np.ndarray) -> np.ndarray:
    """0..1 as uint8."""
    return np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def as_shares(values: np.ndarray) -> np.ndarray:
    """uint8 as float32 0..1."""
    return np.ascontiguousarray(values, np.float32) / np.float32(255)


def save_picture(path: Path, pixels: np.ndarray) -> None:
    Image.fromarray(pixels).save(path, lossless=True, quality=100, method=6)


def picture(name: str) -> np.ndarray:
    return np.asarray(Image.open(DATA / f"{name}.webp").convert("RGB"))


@functools.cache
def face(name: str) -> np.ndarray:
    """An aligned face of nobody, (256, 256, 3) uint8."""
    return picture(name)


@functools.cache
def figures() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((DATA / "runs.json").read_text(encoding="utf-8"))
    return found


@functools.cache
def codes() -> dict[str, np.ndarray]:
    with np.load(DATA / "codes.npz") as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def sheet(result: EditResult) -> np.ndarray:
    """A result's pictures and masks as one, (R, 3 R, 3) uint8."""
    assert result.reconstruction is not None
    nothing = np.zeros_like(result.blend_mask)
    maps = [result.masks["dynamic"], result.blend_mask, result.masks.get("hair", nothing)]
    squares = (result.generated, result.reconstruction, np.stack(maps, axis=-1))
    return np.concatenate([as_bytes(square) for square in squares], axis=1)


def record(result: EditResult) -> dict[str, Any]:
    """A result's figures."""
    return {
        "probabilities": {name: [round(p, 4) for p in pair] for name, pair in result.probabilities.items()},
        "enlarged": result.enlarged,
        "everywhere": result.everywhere,
        "recognised": round(result.recognised, 4),
        "recolours": result.recolours,
        "seed": result.seed,
        "steps_done": result.steps_done,
    }


@functools.cache
def stored(name: str) -> EditResult:
    """A stored result; without noise maps, which only drawing it anew needs."""
    generated, before, maps = (as_shares(square) for square in np.split(picture(name), 3, axis=1))
    source = as_shares(face(name.split("-")[0]))
    region, mask, hair = (np.ascontiguousarray(maps[..., i]) for i in range(3))
    known = figures()[name]
    return EditResult(
        image=np.clip(mask[..., None] * generated + (1 - mask[..., None]) * source, 0, 1),
        generated=generated,
        source=source,
        blend_mask=mask,
        latent=codes()[f"{name}.after"],
        noise=(),
        masks={"dynamic": region, **({"hair": hair} if known["everywhere"] else {})},
        losses={},
        probabilities={name: (a, b) for name, (a, b) in known["probabilities"].items()},
        settings={},
        seed=known["seed"],
        cancelled=False,
        seconds=0.0,
        steps_done=known["steps_done"],
        reconstruction=before,
        latent_before=codes()[f"{name}.before"],
        enlarged=known["enlarged"],
        everywhere=known["everywhere"],
        recognised=known["recognised"],
        recolours=known["recolours"],
    )


def request(name: str, face_: engine.Face, masks: engine.RegionMasks) -> engine.EditRequest:
    """What was asked of a run."""
    asked = dict(ASKED[name])
    blend = asked.pop("blend", "include_skin")
    edits = tuple(engine.AttributeEdit(attribute, float(to)) for attribute, to in asked.items())
    settings = {"steps.tune": 0} if name.startswith(UNTUNED) else {}
    return engine.EditRequest(face_, masks, edits, "fast", blend=blend, seed=3, settings=settings)
