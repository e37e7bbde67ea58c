"""`maskfacegan benchmark`: what this machine needs for the method's parts."""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path
from typing import Any

from ..errors import SaveError


def add_parser(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser("benchmark", help="measure this machine")
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--size", type=int, default=1024, choices=(128, 256, 512, 1024), help="generator size in px")
    add("--rounds", type=int, default=5, help="timed rounds of every variant (default: 5)")
    add("--json", type=Path, metavar="F", help="write the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """One generator step (forward, backward with respect to w): ours, and the textbook formulation."""
    from .. import memory
    from ..evaluate.generator_step import VARIANTS, measure, peak_memory
    from ..packs.device import choose_device, choose_precision

    device = choose_device(options.device)
    dtype = choose_precision("auto", device)
    kept = device.type == "cpu" and memory.keep_freed_blocks()
    report: dict[str, Any] = {"device": _describe(device.type), "auto_precision": str(dtype or "float32")}
    report["freed_blocks_kept"] = kept
    figures = measure(options.size, device, dtype, max(options.rounds, 1))
    figures["peak_mb"] = {name: peak_memory(name, options.size, device) for name in VARIANTS}
    report["generator_step"] = figures
    print(f"{report['device']}; auto precision: {report['auto_precision']}")
    print(f"one generator step at {options.size} px, forward and backward with respect to w")
    print(f"{'':<10}{'median s':>10}{'min':>8}{'max':>8}{'textbook/this':>15}{'peak MB':>10}")
    for name in VARIANTS:
        seconds = figures["seconds"][name]
        ratio = figures["textbook_over"].get(name, 1.0)
        row = f"{seconds['median']:>10.3f}{seconds['min']:>8.3f}{seconds['max']:>8.3f}"
        print(f"{name:<10}{row}{ratio:>15.2f}{figures['peak_mb'][name]:>10.0f}")
    if options.json:
        try:
            options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise SaveError(
                f"The figures could not be written to {options.json} ({error.strerror})."
            ) from error
    return 0


def _describe(kind: str) -> str:
    import torch

    if kind == "cuda":
        return str(torch.cuda.get_device_name())
    return f"{kind}, {torch.get_num_threads()} threads, {platform.machine()}, torch {torch.__version__}"
