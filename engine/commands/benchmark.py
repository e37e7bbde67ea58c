"""`maskfacegan benchmark`: what this machine needs for the method, and how the presets compare."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import SaveError

PARTS = ("step", "portrait", "presets", "full", "scaling")


def add_parser(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("benchmark", help="measure this machine")
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--quick", action="store_true", help="2 faces x 1 attribute, fewer rounds")
    add("--parts", nargs="+", default=list(PARTS), choices=PARTS, help="what to measure (default: all)")
    add("--size", type=int, default=1024, choices=(32, 128, 256, 512, 1024), help="generator size in px")
    add("--rounds", type=int, default=0, help="timed rounds of every variant (default: 5, quick: 2)")
    add("--pack", default="starter", help="the pack whose presets are compared")
    add("--data", type=Path, help="folder with held-out faces; without one, faces are drawn")
    add("--attributes", nargs="+", metavar="NAME", help="what the presets are compared on")
    add("--count", type=int, default=0, metavar="N", help="and on how many faces (default: 6, quick: 2)")
    add("--keep", type=Path, metavar="FOLDER", help="keep finished paper edits there and go on from there")
    add("--json", type=Path, metavar="F", help="write the figures as JSON")
    add("--plot", type=Path, metavar="F", help="write the plot of the scaling as SVG")


def run(options: argparse.Namespace) -> int:
    """Print the tables of the chosen parts; the same figures as JSON where wished."""
    from .. import memory
    from ..packs.device import choose_device, choose_precision

    device = choose_device(options.device)
    options.rounds = options.rounds or (2 if options.quick else 5)
    report: dict[str, Any] = {"device": _describe(device.type)}
    report["auto_precision"] = str(choose_precision("auto", device) or "float32")
    report["freed_blocks_kept"] = device.type == "cpu" and memory.keep_freed_blocks()
    print(f"{report['device']}; auto precision: {report['auto_precision']}", flush=True)
    works: dict[str, Callable[[argparse.Namespace, Any], dict[str, Any]]] = {
        "step": _step, "portrait": _portrait, "presets": _presets, "full": _full, "scaling": _scaling
    }  # fmt: skip
    for part in options.parts:
        report.update(works[part](options, device))
        _write(options.json, json.dumps(report, indent=2) + "\n")
    return 0


def _step(options: argparse.Namespace, device: Any) -> dict[str, Any]:
    """One generator step (forward, backward with respect to w): ours, and the textbook formulation."""
    from ..evaluate.generator_step import VARIANTS, measure, peak_memory
    from ..packs.device import choose_precision

    figures = measure(options.size, device, choose_precision("auto", device), options.rounds)
    figures["peak_mb"] = {name: peak_memory(name, options.size, device) for name in VARIANTS}
    print(f"\none generator step at {options.size} px, forward and backward with respect to w")
    print(f"{'':<10}{'median s':>10}{'min':>8}{'max':>8}{'textbook/this':>15}{'peak MB':>10}")
    for name in VARIANTS:
        seconds = figures["seconds"][name]
        ratio = figures["textbook_over"].get(name, 1.0)
        row = f"{seconds['median']:>10.3f}{seconds['min']:>8.3f}{seconds['max']:>8.3f}"
        print(f"{name:<10}{row}{ratio:>15.2f}{figures['peak_mb'][name]:>10.0f}", flush=True)
    return {"generator_step": figures}


def _portrait(options: argparse.Namespace, device: Any) -> dict[str, Any]:
    """One step of the 1024 px portrait generator at each of its sizes against its textbook formulation."""
    from ..evaluate.mobile_step import measure
    from ..packs.device import choose_precision

    figures = measure(device, choose_precision("auto", device), options.rounds)
    print("\none step of the portrait generator, forward and backward with respect to the codes")
    print(f"{'':<14}{'median s':>10}{'min':>8}{'textbook/this':>15}")
    for name, row in figures.items():
        print(f"{name:<14}{row['median']:>10.3f}{row['min']:>8.3f}{row['textbook_over']:>15.2f}", flush=True)
    return {"portrait_step": figures}


def _presets(options: argparse.Namespace, device: Any) -> dict[str, Any]:
    """`fast` against `paper` on the same faces."""
    from ..evaluate import presets
    from ..packs.pack import load_pack

    pack = load_pack(options.pack, str(device.type))
    count = options.count or (2 if options.quick else 6)
    faces = presets.faces_of(options.data, pack, count) if options.data else presets.drawn_faces(pack, count)
    names = options.attributes or (presets.ATTRIBUTES[:1] if options.quick else presets.ATTRIBUTES)
    found = presets.compare(pack, faces, names, options.keep)
    found["textbook_seconds"] = presets.textbook_seconds(pack, device, options.rounds)
    print(f"\npresets on '{pack.title}', {len(faces)} {'held-out' if options.data else 'drawn'} faces")
    print(f"{'face':<6}{'attribute':<20}{'paper s':>9}{'fast s':>8}{'ratio':>7}{'p paper':>9}{'p fast':>8}"
          f"{'error fast/paper':>18}")  # fmt: skip
    for row in found["edits"]:
        print(
            f"{row['face']:<6}{row['attribute']:<20}{row['paper_seconds']:>9.1f}{row['fast_seconds']:>8.1f}"
            f"{row['ratio']:>7.1f}{row['paper_probability']:>9.3f}{row['fast_probability']:>8.3f}"
            f"{row['fast_error'] / row['paper_error']:>18.3f}"
        )
    for key in ("first_edit_ratio", "second_edit_ratio"):
        if key in found:
            low, high = found[key.replace("ratio", "spread")]
            print(f"{key} {found[key]:.1f} (from {low:.1f} to {high:.1f})")
    print(f"quality kept in {found['quality_kept']} of {found['quality_of']}", flush=True)
    if (whole := found["textbook_seconds"]) is not None:
        print(f"the generator's part of `paper`, as the textbook has it: {whole:.0f} s")
        for turn, of in ((0, "first"), (1, "later")):
            seconds = [row["fast_seconds"] for row in found["edits"] if min(row["turn"], 1) == turn]
            if seconds:
                print(f"  a {of} edit's ratio to that: {whole / statistics.median(seconds):.1f}", flush=True)
    return found


def _full(options: argparse.Namespace, device: Any) -> dict[str, Any]:
    """Whole `fast` edits with stand-in weights of the published sizes."""
    from ..evaluate import full_size

    kinds = tuple(full_size.KINDS)[:1] if options.quick else tuple(full_size.KINDS)
    print(f"\none fast edit at {options.size} px, published sizes, random weights")
    print(f"{'edit':<10}{'first s':>9}{'second s':>10}{'first step s':>14}{'peak MB':>9}")
    rows = []
    for row in full_size.measure(options.size, "fast", device, kinds):
        rows.append(row)
        print(
            f"{row['kind']:<10}{row['first']['seconds']:>9.1f}{row['second']['seconds']:>10.1f}"
            f"{row['first']['first_step']:>14.2f}{row['peak_mb']:>9.0f}",
            flush=True,
        )
    found: dict[str, Any] = {"full_size": rows}
    if device.type == "cuda":
        found["paper_steps"] = full_size.paper_steps(options.size, device)
        ratio = found["paper_steps"]["ratio"]
        print(f"paper steps per second, ours / textbook float32: {ratio:.2f}", flush=True)
    return found


def _scaling(options: argparse.Namespace, device: Any) -> dict[str, Any]:
    """Cost against resolution and mask area."""
    from ..evaluate import scaling

    sizes = tuple(s for s in scaling.SIZES if s <= options.size) or (options.size,)
    resolution = scaling.by_resolution(device, options.rounds, sizes)
    area = scaling.by_area(device, min(options.size, 512))
    print("\ncost against resolution (generator step) and mask area (edit step)")
    for size, seconds in resolution.items():
        print(f"{size} px: {seconds:.3f} s")
    for line in scaling.departures(resolution):
        print(line)
    for share, seconds in area.items():
        print(f"region of {share:.0%} of the square: {seconds:.3f} s a step", flush=True)
    _write(options.plot, scaling.plot(resolution, area))
    return {"scaling": {"resolution": resolution, "area": area}}


def _write(path: Path | None, text: str) -> None:
    if path is None:
        return
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SaveError(f"The figures could not be written to {path} ({error.strerror}).") from error


def _describe(kind: str) -> str:
    import torch

    if kind == "cuda":
        return str(torch.cuda.get_device_name())
    return f"{kind}, {torch.get_num_threads()} threads, {platform.machine()}, torch {torch.__version__}"
