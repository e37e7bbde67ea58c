"""Writers that are killed (SIGKILL) at random moments: where a good file was, a good file must be.

Each kind runs in a process that writes over and over; after the kill, what lies there is read as a person
would read it, and must be one of the whole versions. What a killed writer leaves beside it may be there,
but never under the file's own name.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.engine.bad_server import model_bytes

KINDS = ("download", "export", "project", "autosave")
_SIZE = 3_000_000


def write_for_ever(kind: str, folder: Path, url: str) -> None:
    """The part that is killed. It says so when the first whole file is there."""
    {"download": _download, "export": _export, "project": _project, "autosave": _autosave}[kind](folder, url)


def _ready() -> None:
    print("ready", flush=True)


def _download(folder: Path, url: str) -> None:
    from engine.packs.download import Tries, fetch
    from engine.packs.sources import Component

    data = model_bytes(_SIZE)
    known = hashlib.sha256(data).hexdigest()
    component = Component("x", "parser", "X", "x.pth", (url,), len(data), known)
    _ready()
    while True:
        (folder / "x.pth").unlink(missing_ok=True)
        fetch(component, folder, tries=Tries(count=50, wait=0.01))


def _export(folder: Path, _: str) -> None:
    import engine

    photos = [engine.Photo(_picture(shade), "RGB") for shade in (0, 1)]
    while True:
        for photo in photos:
            engine.save_photo(photo, folder / "photo.png")
            _ready()


def _project(folder: Path, _: str) -> None:
    _write_projects(folder / "work.mfg")


def _autosave(folder: Path, _: str) -> None:
    (folder / "recovery").mkdir(exist_ok=True)
    _write_projects(folder / "recovery" / "0123.mfg")


def _write_projects(path: Path) -> None:
    from maskfacegan_gui import project

    from .sample import project_state

    states = [project_state(shade) for shade in (80, 120)]
    while True:
        for state in states:
            project.write(path, state)
            _ready()


def _picture(shade: int) -> np.ndarray:
    return np.random.default_rng(shade).integers(0, 255, (400, 500, 3), dtype=np.uint8)


def check(kind: str, folder: Path) -> str:
    """What is wrong with what a killed writer left; empty when all is well."""
    return {"download": _check_download, "export": _check_export, "project": _check_project,
            "autosave": _check_autosave}[kind](folder)  # fmt: skip


def _check_download(folder: Path) -> str:
    path = folder / "x.pth"
    if path.exists() and path.read_bytes() != model_bytes(_SIZE):
        return "a file in its place is not whole"
    return ""


def _check_export(folder: Path) -> str:
    import engine

    pixels = engine.open_photo(folder / "photo.png").pixels
    whole = any(np.array_equal(pixels, _picture(shade)) for shade in (0, 1))
    return "" if whole else "the picture is not one that was saved"


def _check_project(folder: Path) -> str:
    return _check_state(folder / "work.mfg")


def _check_autosave(folder: Path) -> str:
    return _check_state(folder / "recovery" / "0123.mfg")


def _check_state(path: Path) -> str:
    from maskfacegan_gui import project

    state = project.read(path)
    whole = not state.damage and set(np.unique(state.photo.pixels)) <= {80, 120} and 0 in state.faces
    return "" if whole else f"the project is damaged: {state.damage}"


def campaign(kind: str, times: int, seed: int) -> list[str]:
    """Kill a writer `times` times; returns what went wrong, in sentences. A download goes on afterwards."""
    from tests.engine.bad_server import serving

    rng, faults = random.Random(f"{kind} {seed}"), list[str]()
    with serving(model_bytes(_SIZE)) as server, tempfile.TemporaryDirectory(prefix="kill-") as name:
        server.how = "breaks"
        folder = Path(name)
        for number in range(times):
            _kill_one(kind, folder, server.url, rng)
            try:
                wrong = check(kind, folder)
            except Exception as error:  # whatever it is, it is a fault of what was written
                wrong = f"{type(error).__name__}: {error}"
            if wrong:
                faults.append(f"{kind}, kill {number}: {wrong}")
    return faults


def _kill_one(kind: str, folder: Path, url: str, rng: random.Random) -> None:
    command = [sys.executable, "-m", "tests.fuzz.kills", kind, str(folder), url]
    environment = {**os.environ, "MASKFACEGAN_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n", "the writer did not start"
        time.sleep(rng.random() ** 2 * 0.6)
        writer.kill()


Writer = Callable[[Path, str], None]

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    options = parser.parse_args()
    write_for_ever(options.kind, options.folder, options.url)
