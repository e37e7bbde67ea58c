"""What the tests of batches share: photos with a drawn face, a quick job, and a run of the command line."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
from PIL import Image

import engine
from engine import AttributeEdit, BatchEdit, BatchJob
from engine.batch.memory import Budget, Need
from engine.batch.pool import Ended, Event
from engine.batch.work import Finished, Refused, Task, file_hash

from . import standin
from .conftest import as_bytes

SHORT = {"steps.latent": 3, "steps.noise": 1, "loss.start_steps.classf": 1, "loss.start_steps.seg": 1}
ROOT = Path(__file__).parents[2]


def photo(path: Path, shift: int = 0) -> Path:
    """A square picture of a drawn face; another `shift` is another picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.roll(as_bytes(standin.face(96)), shift, axis=2) // (1 + shift % 2)).save(path)
    return path


def album(folder: Path) -> Path:
    """Two photos that would have the same name, one deeper, one that is broken, and what is no photo."""
    photo(folder / "a" / "x.png")
    photo(folder / "a" / "x.jpg", 1)
    photo(folder / "b" / "deep" / "y.png", 2)
    (folder / "broken.jpg").write_bytes((folder / "a" / "x.jpg").read_bytes()[:300])
    (folder / "notes.txt").write_text("no photo")
    (folder / ".hidden.png").write_bytes(b"")
    return folder


def job(pack: Path, **more: object) -> BatchJob:
    edit = BatchEdit((AttributeEdit("smiling"),), "paper", settings=SHORT, pack=str(pack))
    return BatchJob(edit, **{"aligned": True, "device": "cpu", **more})  # type: ignore[arg-type]


def arguments(pack: Path, inputs: Path | None, out: Path, *more: str) -> list[str]:
    """Of `maskfacegan batch` for the same job."""
    settings = [f"{key}={value}" for key, value in SHORT.items()]
    what = ["--attribute", "smiling", "--preset", "paper", "--weights", str(pack), "--set", *settings]
    inside = [str(inputs)] if inputs is not None else []
    return ["batch", *inside, "--outdir", str(out), "--aligned", "--device", "cpu", "--quiet", *what, *more]


def started(words: list[str]) -> subprocess.Popen[bytes]:
    """The command line in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "engine.cli", *words], cwd=ROOT, env=dict(os.environ))


def pixels(out: Path) -> dict[str, str]:
    """A hash of every result's pixels, by its place in the folder. Opening it fails for half a file."""
    found = {}
    for path in sorted(out.rglob("*.png")):
        values = engine.open_photo(path).pixels
        found[path.relative_to(out).as_posix()] = hashlib.sha256(values.tobytes()).hexdigest()
    return found


class Copying:
    """A pool that needs no network and no process: a photo's result is its own bytes, and empty ones fail.
    What a driver does about names, ledgers and ends can be seen by it at once."""

    processes: ClassVar[dict[str, int]] = {}

    def __init__(self, _job: BatchJob, count: int, _background: bool = False) -> None:
        self._count = count
        self._tasks: list[Task] = []

    @property
    def free(self) -> int:
        return self._count - len(self._tasks)

    def submit(self, task: Task) -> str:
        self._tasks.append(task)
        return "nobody"

    def wait(self, timeout: float) -> list[Event]:
        if not self._tasks:
            time.sleep(timeout)
            return []
        task = self._tasks.pop(0)
        content = task.source.read_bytes() if os.path.isfile(task.source) else b""  # noqa: PTH113
        if not content:
            return [Ended(task, Refused(f"{task.source.name} is empty."), "nobody")]
        task.part.write_bytes(content)
        return [Ended(task, Finished(*file_hash(task.part), 0.5, {"faces": [], "notes": []}), "nobody")]

    def close(self) -> None:
        self._tasks.clear()


def copy_only(replaced: Callable[[str, object], None], pool: object = Copying) -> None:
    """Batches only copy from now on; `replaced` is `monkeypatch.setattr`."""
    replaced("engine.batch.run.Pool", pool)
    replaced("engine.batch.run.plan", lambda *_: Budget(2, 10**12, Need(1)))
