"""Disks that are full or may not be written to, for tests; real ones where they can be mounted.

Mounting needs the right to (root, usually). Elsewhere a limit on the size of files makes a write fail in
its middle as well, and a folder below a file cannot be written to by anyone.
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

KILO = 1024


class SmallDisk:
    """A folder with little space. `fill` takes what is left but for `spare` bytes; `free` gives it back."""

    def __init__(self, folder: Path, mounted: bool) -> None:
        self.folder, self.mounted = folder, mounted
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, spare: int = 16 * KILO) -> None:
        if self.mounted:
            left = shutil.disk_usage(self.folder).free - spare
            (self.folder / "filler").write_bytes(bytes(max(0, left)))
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (spare, self._before[1]))

    def free(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[SmallDisk]:
    """A disk of `size` bytes at `folder`."""
    folder.mkdir(parents=True)
    mounted = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    disk = SmallDisk(folder, mounted)
    try:
        yield disk
    finally:
        disk.free()
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder in which nothing can be written; what it is given here."""
    folder.mkdir(parents=True)
    if _mount("-t", "tmpfs", "-o", "ro", "tmpfs", str(folder)):
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        (folder / "file").write_bytes(b"")
        yield folder / "file" / "home"


def _mount(*words: str) -> bool:
    try:
        return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def little_memory(megabytes: int) -> Iterator[None]:
    """No more than so much memory beyond what this process has mapped; Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))
    hoard: list[bytearray] = []  # what the process has mapped, but does not use
    spare = bytearray(megabytes * 2**20)
    try:
        for size in (2**24, 2**22, 2**20):
            with contextlib.suppress(MemoryError):
                while True:
                    hoard.append(bytearray(size))
        del spare
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
        hoard.clear()
