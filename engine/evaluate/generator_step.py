"""Cost of one generator step: forward and backward with respect to w, ours against the textbook.

The weights are random: neither time nor memory depends on their values. Times are taken in turn in one
process, so that a machine whose speed drifts treats all alike; the peak memory of each comes from a
process of its own (`python -m engine.evaluate.generator_step VARIANT SIZE`).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from .. import memory
from ..models.generators.stylegan2 import StyleGAN2
from .textbook import synthesise

Key = TypeVar("Key", str, int)
VARIANTS = ("textbook", "float32", "auto")
_FULL = {4: 512, 8: 512, 16: 512, 32: 512, 64: 512, 128: 256, 256: 128, 512: 64, 1024: 32}
"""Channels of the published FFHQ generator (config F) by resolution."""


def standin_generator(size: int, kind: type[StyleGAN2] = StyleGAN2) -> StyleGAN2:
    """A generator of the published widths with random weights; frozen."""
    torch.manual_seed(0)
    channels = [width for side, width in _FULL.items() if side <= size]
    return kind(channels, 512, 8).requires_grad_(False).eval()


def stepper(
    generator: StyleGAN2, variant: str, dtype: torch.dtype | None, device: torch.device
) -> Callable[[], None]:
    """A function that makes one step: render and gradient with respect to w."""
    generator = generator.to(device)
    w = torch.randn(1, generator.num_layers, generator.style_dim, device=device).requires_grad_(True)
    noise = [n.to(device) for n in generator.draw_noise(0)]

    def step() -> None:
        generator.set_precision(dtype if variant == "auto" else None)
        image: Tensor = synthesise(generator, w, noise) if variant == "textbook" else generator(w, noise)
        torch.autograd.grad(image.square().mean(), w)
        if device.type == "cuda":
            torch.cuda.synchronize()

    return step


def in_turn(steps: Mapping[Key, Callable[[], None]], rounds: int) -> dict[Key, list[float]]:
    """Seconds of each step in `rounds` interleaved rounds, after one that warms up."""
    times: dict[Key, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            if turn:
                times[name].append(time.perf_counter() - start)
    return times


def measure(size: int, device: torch.device, dtype: torch.dtype | None, rounds: int) -> dict[str, Any]:
    """Median, least and greatest seconds of each variant over `rounds` interleaved rounds, and ratios."""
    generator = standin_generator(size)
    times = in_turn({name: stepper(generator, name, dtype, device) for name in VARIANTS}, rounds)
    ratios = {
        name: statistics.median(a / b for a, b in zip(times["textbook"], times[name], strict=True))
        for name in VARIANTS[1:]
    }
    return {
        "size": size,
        "seconds": {
            n: {"median": statistics.median(t), "min": min(t), "max": max(t)} for n, t in times.items()
        },
        "textbook_over": ratios,
    }


def peak_memory(variant: str, size: int, device: torch.device) -> float:
    """Peak memory of one step in MB (1e6 bytes), measured in a process of its own."""
    command = [sys.executable, "-m", "engine.evaluate.generator_step", variant, str(size), device.type]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout)["peak_mb"])


def peak_resident() -> float:
    """This process's peak resident memory in MB; on Linux not counting what its parent held before."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def _main(variant: str, size: int, device: torch.device) -> None:
    from ..packs.device import choose_precision

    if variant != "textbook":
        memory.keep_freed_blocks()
    step = stepper(standin_generator(size), variant, choose_precision("auto", device), device)
    for _ in range(2):
        step()
    peak = torch.cuda.max_memory_allocated() / 1e6 if device.type == "cuda" else peak_resident()
    print(json.dumps({"peak_mb": peak}))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), torch.device(sys.argv[3]))
