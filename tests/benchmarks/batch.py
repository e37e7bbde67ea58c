"""A batch against single `edit` calls: photos a minute, how busy the cores are, and the peak of memory.

    python -m tests.benchmarks.batch --photos DATA/photos DATA/unaligned --pack starter --count 60 --single 60
    python -m tests.benchmarks.batch --photos DATA/photos DATA/unaligned --pack portrait --count 60 --single
    12

Of the photos, `--broken` are spoilt copies: cut off, empty, text, and noise without a face. Both ways edit
the same attribute with the same preset, the pack's own unless one is named. Busy is the CPU time of all
processes against wall time times cores, from the first photo's beginning to the last one's end; memory is the
sum of the processes' private memory and their share of what they have in common (PSS), at its highest. To be
run on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

from engine.batch.ledger import DONE, FAILED, NAME, Ledger
from engine.photo.folders import SUFFIXES

ROOT = Path(__file__).parents[2]
_LOOK = 0.5
"""Seconds between two looks at the processes' CPU times."""

_WEIGH = 4
"""Looks between two that weigh the memory, which costs some milliseconds of each process."""


@dataclass
class Watched:
    """What a program and all that it started took: seconds of wall clock and of CPU, bytes at the most."""

    code: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    samples: list[tuple[float, float]] = field(default_factory=list, repr=False)

    def busy(self, begin: float, end: float, cores: int) -> float:
        """The share of the cores that was used between two times (seconds since 1970)."""
        inside = [(at, cpu) for at, cpu in self.samples if begin <= at <= end]
        if len(inside) < 2:
            return 0.0
        (first, before), (last, after) = inside[0], inside[-1]
        return (after - before) / (last - first) / cores


def watched(words: Sequence[str]) -> Watched:
    """Run a program to its end."""
    found = Watched()
    start = time.monotonic()
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
    ended = threading.Event()
    watcher = threading.Thread(target=_look, args=(process.pid, found, ended))
    watcher.start()
    found.code = process.wait()
    ended.set()
    watcher.join()
    found.seconds = time.monotonic() - start
    return found


def _look(pid: int, found: Watched, ended: threading.Event) -> None:
    cpu: dict[int, float] = {}
    top, looks = psutil.Process(pid), 0
    while not ended.wait(_LOOK):
        memory, looks = 0, looks + 1
        try:
            family = [top, *top.children(recursive=True)]
        except psutil.Error:
            break
        for process in family:
            try:
                times = process.cpu_times()
                cpu[process.pid] = times.user + times.system
                if looks % _WEIGH == 0:
                    memory += getattr(process.memory_full_info(), "pss", process.memory_info().rss)
            except psutil.Error:
                continue
        found.peak_bytes = max(found.peak_bytes, memory)
        found.cpu_seconds = sum(cpu.values())
        found.samples.append((time.time(), found.cpu_seconds))


def gather(folders: Sequence[Path], count: int, broken: int, into: Path, seed: int = 0) -> list[Path]:
    """A folder of photos, some of them spoilt, in the folders that they come from; the whole ones."""
    rng = random.Random(seed)
    whole: list[Path] = []
    found = [sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES) for folder in folders]
    by_size = sorted(zip(folders, found, strict=True), key=lambda pair: len(pair[1]))
    for place, (folder, there) in enumerate(by_size):
        share = (count - broken - len(whole)) // (len(by_size) - place)
        for path in rng.sample(there, min(share, len(there))):
            target = into / folder.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
            whole.append(target)
    for number in range(broken):
        _spoil(into / f"spoilt-{number}", number, whole[number % len(whole)])
    return whole


def _spoil(path: Path, number: int, photo: Path) -> None:
    kind = number % 4
    if kind == 0:
        content = photo.read_bytes()
        path.with_suffix(photo.suffix).write_bytes(content[: len(content) // 3])
    elif kind == 1:
        path.with_suffix(".jpg").write_bytes(b"")
    elif kind == 2:
        path.with_suffix(".jpg").write_text("no photo")
    else:
        noise = np.random.default_rng(number).integers(0, 255, (300, 400, 3), np.uint8)
        Image.fromarray(noise).save(path.with_suffix(".png"))


def batch(photos: Path, out: Path, edit: Sequence[str], jobs: int | None) -> dict[str, Any]:
    """The batch's figures; `edit` are the options of the edit. Failures are counted, not held against it."""
    words = [sys.executable, "-m", "engine.cli", "batch", str(photos), "--outdir", str(out), "--quiet"]
    found = watched([*words, *edit, *(["--jobs", str(jobs)] if jobs else [])])
    ledger = Ledger(out / NAME, read_only=True)
    rows = list(ledger.photos())
    ledger.close()
    ends = [row.ended or 0.0 for row in rows]
    begins = [row.began or 0.0 for row in rows]
    done = [row for row in rows if row.state == DONE]
    return {
        "photos": len(rows),
        "done": len(done),
        "failed": [f"{row.source.name}: {row.error}" for row in rows if row.state == FAILED],
        "exit_code": found.code,
        "seconds": round(found.seconds, 1),
        "photos_a_minute": round(60 * len(done) / found.seconds, 2),
        "busy": round(found.busy(min(begins), max(ends), os.cpu_count() or 1), 3),
        "peak_memory_mb": round(found.peak_bytes / 1e6),
        "median_seconds_a_photo": round(float(np.median([row.seconds or 0.0 for row in done])), 2),
    }


def single(photos: Sequence[Path], out: Path, edit: Sequence[str]) -> dict[str, Any]:
    """The same photos, each in a call of `edit` of its own."""
    start, done, peak = time.monotonic(), 0, 0
    for number, path in enumerate(photos, 1):
        words = [sys.executable, "-m", "engine.cli", "edit", "--image", str(path), "--outdir", str(out)]
        found = watched([*words, *edit, "--quiet"])
        done += found.code == 0
        peak = max(peak, found.peak_bytes)
        took = time.monotonic() - start
        print(f"{number} of {len(photos)} single calls, {took:.0f} s", file=sys.stderr, flush=True)
    seconds = time.monotonic() - start
    return {
        "photos": len(photos),
        "done": done,
        "seconds": round(seconds, 1),
        "photos_a_minute": round(60 * done / seconds, 2),
        "peak_memory_mb": round(peak / 1e6),
    }


def _spread(photos: Sequence[Path], count: int) -> list[Path]:
    """So many of the photos, evenly over all of them, so that each folder has its share."""
    places = np.linspace(0, len(photos) - 1, min(count, len(photos))).round().astype(int)
    return [photos[place] for place in places]


def _pace(figures: dict[str, Any]) -> float:
    return float(figures["photos_a_minute"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.batch", description=__doc__)
    parser.add_argument("--photos", nargs="+", type=Path, required=True, help="folders to take photos from")
    parser.add_argument("--pack", default="starter")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--broken", type=int, default=4)
    parser.add_argument("--single", type=int, default=60, help="calls of `edit` to compare with; 0: none")
    parser.add_argument("--attribute", default="smiling")
    parser.add_argument("--preset", help="of both (default: the one that the pack recommends)")
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--keep", type=Path, help="keep the batch's output folder here")
    options = parser.parse_args()
    edit = ["--attribute", options.attribute, "--weights", options.pack]
    edit += ["--preset", options.preset] if options.preset else []
    with tempfile.TemporaryDirectory(prefix="batch-") as name:
        folder = Path(name)
        whole = gather(options.photos, options.count, options.broken, folder / "in")
        out = options.keep or folder / "out"
        report: dict[str, Any] = {"load_before": os.getloadavg()[0], "edit": edit}
        report["batch"] = batch(folder / "in", out, edit, options.jobs)
        if options.single:
            photos = _spread(whole, options.single)
            report["single"] = single(photos, folder / "single", edit)
            report["times_as_fast"] = round(_pace(report["batch"]) / _pace(report["single"]), 2)
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
