"""A pack of small real networks for the window's tests: random weights in the published layouts."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from PIL import Image

import engine
from engine.models.parsers.deeplab import FaceParser
from tests.engine import standin

STEPS = {
    "steps.latent": 14,
    "steps.noise": 4,
    "loss.start_steps.classf": 2,
    "loss.start_steps.seg": 2,
    "steps.hold_region": 0,
    "steps.coarse": 0,
    "dynamic_masking_iters": 4,
}
UNSUPPORTED = "wearing_hat"
EXPERIMENTAL = "mustache"


def write(folder: Path, steps: dict[str, Any] = STEPS, finder: bool = False) -> Path:
    """Write the pack; `quick` and `fast` take `steps`. It lists every attribute but one. With `finder` it
    has the built-in pack's face finder, which knows a drawn face when it sees one."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for role, content in {**standin.narrow_contents(), "parser": even_parser()}.items():
        torch.save(content, folder / f"{role}.pt")
        files[role] = {"file": f"{role}.pt"}
    if finder:
        shutil.copy(engine.data_root() / "weights" / "starter" / "finder.safetensors", folder)
        files["finder"] = {"file": "finder.safetensors"}
    names = [name for name in engine.ATTRIBUTES if name != UNSUPPORTED]
    manifest = {
        "format": 1,
        "name": "tiny",
        "title": "Tiny test pack",
        "resolution": 32,
        "detail": 16,
        "files": files,
        "attributes": {name: {"auc": 0.9, "experimental": name == EXPERIMENTAL} for name in names},
        "presets": {"quick": steps, "fast": steps},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@functools.cache
def even_parser() -> dict[str, torch.Tensor]:
    """A small parser that gives each of the nine classes its share of the drawn face."""
    state = standin.parser_state(standin.NARROW_PARSER)
    face = standin.face(192)[None]
    bias = next(key for key in state if key.endswith("classifier.4.bias"))
    for _ in range(5):
        with torch.no_grad():
            share = FaceParser.from_state(state).eval()(face).mean((0, 2, 3))
        state[bias] = state[bias] - 0.9 * torch.log(9 * share)
    return state


def face_picture(size: int) -> Image.Image:
    """A drawn face that fills a square picture as an aligned one does."""
    pixels = (standin.face(size).permute(1, 2, 0).numpy() * 255).round().astype("uint8")
    return Image.fromarray(pixels)
