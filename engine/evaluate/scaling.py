"""How the cost of an edit grows with resolution and with the mask's area, and a plot of it (SVG).

Seconds of one `fast` edit step on stand-in weights, medians of a few, all in one process in turn.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from ..edit.run import run
from ..packs.device import choose_precision
from ..types import AttributeEdit, EditRequest
from .generator_step import in_turn, standin_generator, stepper
from .standin import StandinPack, standin_face

SIZES = (256, 512, 1024)
AREAS = (0.01, 0.04, 0.12)
_STEPS = 4


def by_resolution(device: torch.device, rounds: int, sizes: Sequence[int] = SIZES) -> dict[int, float]:
    """Median seconds of a generator step (forward, backward to w) by size in px."""
    dtype = choose_precision("auto", device)
    steps = {size: stepper(standin_generator(size), "auto", dtype, device) for size in sizes}
    return {size: statistics.median(found) for size, found in in_turn(steps, rounds).items()}


def by_area(device: torch.device, size: int, areas: Sequence[float] = AREAS) -> dict[float, float]:
    """Median seconds of a step of a local edit by the share of the square that its region covers."""
    pack = StandinPack(size, device, choose_precision("auto", device))
    settings = {"steps.hold_region": 0, "steps.latent": _STEPS, "loss.start_steps.classf": 0}
    settings |= {"loss.start_steps.seg": 0, "optimizer.directions": False}
    found = {}
    for area in areas:
        face, masks = standin_face(size, area)
        request = EditRequest(face, masks, (AttributeEdit("smiling"),), preset="fast", settings=settings)
        ends = [step.seconds for step in run(request, pack)]
        found[area] = statistics.median(b - a for a, b in itertools.pairwise(ends))
    return found


def departures(resolution: Mapping[int, float]) -> list[str]:
    """For each doubling: how the cost grew against the pixels' fourfold."""
    sizes = sorted(resolution)
    return [
        f"{a} to {b} px: {resolution[b] / resolution[a]:.2f} times the cost for 4 times the pixels"
        for a, b in itertools.pairwise(sizes)
    ]


def plot(resolution: Mapping[int, float], area: Mapping[float, float]) -> str:
    """Two panels as SVG: seconds against the side in px, and against the mask's share."""
    left = _panel(40, "generator step, s, by px of side", {float(k): v for k, v in resolution.items()}, True)
    right = _panel(400, "edit step, s, by share of the mask", dict(area), False)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="740" height="300" font-family="sans-serif" '
        f'font-size="11"><rect width="740" height="300" fill="white"/>{left}{right}</svg>\n'
    )


def _panel(x: int, title: str, values: Mapping[float, float], proportional: bool) -> str:
    """Points joined by lines; dashed, what cost proportional to the pixels would be from the largest down."""
    keys = sorted(values)
    top, wide, high = max(values.values()), 280, 200

    def at(key: float, value: float) -> str:
        return f"{x + 20 + wide * key / keys[-1]:.1f},{40 + high * (1 - value / top):.1f}"

    def line(points: Any, style: str) -> str:
        return f'<polyline fill="none" {style} points="{" ".join(points)}"/>'

    parts = [f'<text x="{x + 20}" y="24">{title}</text>']
    parts.append(line([f"{x + 20},40", f"{x + 20},240", f"{x + 300},240"], 'stroke="black"'))
    parts.append(line([at(k, values[k]) for k in keys], 'stroke="#1f77b4" stroke-width="2"'))
    if proportional:
        ideal = [at(k, top * (k / keys[-1]) ** 2) for k in keys]
        parts.append(line(ideal, 'stroke="grey" stroke-dasharray="4 3"'))
    for key in keys:
        px, py = at(key, values[key]).split(",")
        parts.append(f'<text x="{float(px) - 12:.1f}" y="256">{key:g}</text>')
        parts.append(f'<text x="{float(px) - 18:.1f}" y="{float(py) - 6:.1f}">{values[key]:.3f}</text>')
    return "".join(parts)
