"""How much memory a batch needs, known before it begins, and how many workers that makes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from ..errors import EngineError, PhotoError
from .edit_file import BatchJob

_SHARE = 0.8
"""Of the memory that is free when the batch begins; the rest is for the system's cache and for others."""

# What a worker takes at its most, in bytes: by itself, for each byte of its pack's files, for each pixel
# that the generator draws, and for each pixel of its photo. Measured with preset fast (peak of the resident
# set, a photo of half a megapixel, smiling): 946 MB with the starter, 1771 MB with the portrait pack, of
# which 517 MB are torch's libraries, which processes share. The bounds lie 12 to 15 % above. A photo of 28
# megapixels took 17 bytes a pixel more.
_PROCESS = 1000 * 2**20
_PER_WEIGHT_BYTE = 2.0
_PER_PIXEL = 700.0
_PER_PHOTO_PIXEL = 20.0
_USUAL_PIXELS = 24_000_000
"""A camera's photo. Larger ones wait until there is room for them beside what is running."""

_GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Need:
    """Bytes that a worker takes at its most: by itself, and with a photo of so many pixels."""

    base: int
    per_pixel: float = _PER_PHOTO_PIXEL

    def of(self, pixels: int) -> int:
        return self.base + round(self.per_pixel * pixels)


def need(job: BatchJob) -> Need:
    """What a worker of this job takes, from the sizes of the pack's files and pictures; nothing is loaded."""
    from ..packs.manifest import default_pack, find  # with torch, which the window does without at its start

    manifest = find(job.edit.pack or default_pack())
    weights = sum(_size(file.path) for file in manifest.files.values())
    side = manifest.resolution or 1024
    return Need(round(_PROCESS + _PER_WEIGHT_BYTE * weights + _PER_PIXEL * side * side))


def free_memory() -> int:
    """Bytes that may be taken now: of the machine, or of the container where that has less."""
    free = int(psutil.virtual_memory().available)
    limit, used = _number(_GROUP / "memory.max"), _number(_GROUP / "memory.current")
    if limit is not None and used is not None:
        # What it holds of files can be taken back, and counts as used.
        cached = _statistic("inactive_file")
        free = min(free, limit - used + cached)
    return max(free, 0)


def cores() -> int:
    """Processor cores that this process may use."""
    try:
        there = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        there = os.cpu_count() or 1
    try:
        quota, period = (_GROUP / "cpu.max").read_text().split()
        return max(1, min(there, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return there


@dataclass(frozen=True)
class Budget:
    """How many workers there are, and how many bytes they may take together."""

    workers: int
    bytes: int
    need: Need

    def fits(self, running: list[int], pixels: int) -> bool:
        """Whether a photo of so many pixels may begin beside those that are running. One always may."""
        if not running:
            return True
        idle = self.workers - len(running) - 1
        taken = sum(map(self.need.of, running)) + self.need.of(pixels) + idle * self.need.base
        return taken <= self.bytes

    @property
    def most(self) -> int:
        """Bytes that all of them take with photos of 24 megapixels."""
        return self.workers * self.need.of(_USUAL_PIXELS)


def plan(job: BatchJob, jobs: int | None = None, memory: int | None = None) -> Budget:
    """As many workers of one thread as there are cores and as fit into `memory` bytes; or `jobs` of them.

    Two workers with one thread each do more than one with two: most of a step is many small operations. On a
    GPU one worker serves each. Raises `EngineError` where the `jobs` that were asked for do not fit, or no
    worker fits into the `memory` that was named.
    """
    wanted = need(job)
    if memory is not None and memory < wanted.base:
        raise EngineError(
            f"A worker needs {_gigabytes(wanted.base)} of memory; {_gigabytes(memory)} may be taken.",
            "Give it more with --memory, leave --memory out, or take a smaller pack.",
        )
    limit = round(_SHARE * free_memory()) if memory is None else memory
    fitting = max(1, limit // wanted.of(_USUAL_PIXELS))
    if jobs is not None and jobs > max(1, limit // wanted.base):
        raise EngineError(
            f"{jobs} workers need {_gigabytes(jobs * wanted.base)} of memory; "
            f"{_gigabytes(limit)} may be taken, which is enough for {fitting}.",
            f"Ask for --jobs {fitting}, or leave --jobs out.",
        )
    return Budget(jobs or min(_most_useful(job), fitting), limit, wanted)


def _most_useful(job: BatchJob) -> int:
    """One a GPU where the edit is computed on GPUs, else one a core."""
    if job.device == "cpu":
        return cores()
    import torch

    if torch.cuda.is_available():
        return torch.cuda.device_count() if job.device in ("auto", "cuda") else 1
    return 1 if torch.backends.mps.is_available() else cores()


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"


def _size(path: Path) -> int:
    """A file's bytes; 0 where there is none, which loading the pack tells of if it matters."""
    return path.stat().st_size if path.is_file() else 0


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # no such group, or "max"
        return None


def _statistic(name: str) -> int:
    try:
        lines = (_GROUP / "memory.stat").read_text().splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))
    except (OSError, ValueError, StopIteration):
        return 0


def pixels_of(path: Path) -> int:
    """Pixels of a photo by its header; 0 where it cannot be read, and will not be."""
    from ..photo.api import photo_size

    try:
        width, height = photo_size(path)
    except (PhotoError, OSError, MemoryError):  # a share that is gone, a header that asks for too much
        return 0
    return width * height
