"""What whole edits cost at the published sizes: `python -m engine.evaluate.full_size [SIZE [PRESET]]`.

Stand-in weights (see standin.py): timing does not depend on the values. Each edit runs in a process of
its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import torch

from .. import memory
from ..edit.run import run
from ..edit.session import FaceSession
from ..models.generators.stylegan2 import StyleGAN2
from ..packs.device import choose_device, choose_precision
from ..types import AttributeEdit, EditRequest
from .generator_step import peak_resident
from .standin import StandinPack, standin_face
from .textbook import TextbookGenerator

KINDS = {"local": "smiling", "hair": "blond_hair", "global": "male"}
"""Edits by kind: without the hair shape term, with it, everywhere with LPIPS."""


def one_edit(kind: str, size: int, preset: str, device: torch.device, again: bool) -> dict[str, Any]:
    """Seconds to the first step and to the end, steps, peak memory; of a second edit, too, if `again`."""
    pack = StandinPack(size, device, choose_precision("auto", device))
    face, masks = standin_face(size)
    session = FaceSession(face, pack)
    found: dict[str, Any] = {"kind": kind, "size": size, "preset": preset}
    for turn in ("first", "second") if again else ("first",):
        request = EditRequest(face, masks, (AttributeEdit(KINDS[kind]),), preset=preset)
        start, preview, steps = time.perf_counter(), 0.0, 0
        for step in run(request, pack, session=session):
            preview = preview or time.perf_counter() - start
            steps = step.done
        if device.type == "cuda":
            torch.cuda.synchronize()
        seconds = time.perf_counter() - start
        found[turn] = {"seconds": seconds, "first_step": preview, "steps": steps}
    cuda = device.type == "cuda"
    found["peak_mb"] = torch.cuda.max_memory_allocated() / 1e6 if cuda else peak_resident()
    return found


def paper_steps(size: int, device: torch.device, steps: int = 30) -> dict[str, float]:
    """Steps of `paper`'s first stage per second: ours, and with the textbook's float32 generator."""
    face, masks = standin_face(size)
    found = {}
    for name, generator in (("textbook", TextbookGenerator), ("ours", StyleGAN2)):
        pack = StandinPack(size, device, None, generator)
        settings = {"steps.latent": steps + 10, "steps.noise": 0, "loss.start_steps.classf": 0}
        request = EditRequest(face, masks, (AttributeEdit("smiling"),), preset="paper", settings=settings)
        ends = []
        for _ in run(request, pack):
            if device.type == "cuda":
                torch.cuda.synchronize()
            ends.append(time.perf_counter())
        found[name] = steps / (ends[-1] - ends[-1 - steps])
    return {**found, "ratio": found["ours"] / found["textbook"]}


def measure(size: int, preset: str, device: torch.device, kinds: tuple[str, ...] = tuple(KINDS)) -> list[Any]:
    """One row for each kind of edit."""
    rows = []
    for kind in kinds:
        command = [sys.executable, "-m", "engine.evaluate.full_size", kind, str(size), preset, device.type]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    return rows


if __name__ == "__main__":
    chosen = choose_device(sys.argv[4] if len(sys.argv) > 4 else "auto")
    if chosen.type == "cpu":
        memory.keep_freed_blocks()
    print(json.dumps(one_edit(sys.argv[1], int(sys.argv[2]), sys.argv[3], chosen, True)))
