"""Writers that are killed (SIGKILL) at random moments: where a good file was, a good file must be.

Each kind runs in a process that writes over and over; after the kill, what lies there is read as a person
would read it, and must be one of the whole versions. What a killed writer leaves beside it may be there,
but never under the file's own name.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from tests.engine.bad_server import model_bytes

_START_SECONDS = 120.0
# Writers are copies of a process that has everything imported, where the system can do that: they are to
# be killed while they write, not while they start.
_CONTEXT: Any = multiprocessing.get_context(
    "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
)
if hasattr(_CONTEXT, "set_forkserver_preload"):
    _CONTEXT.set_forkserver_preload(
        ["tests.fuzz.kills", "tests.fuzz.sample", "engine.photo", "engine.distribution.download"]
    )
Ready = Callable[[], None]

KINDS = ("download", "export", "project", "autosave")
_SIZE = 3_000_000


def write_for_ever(kind: str, folder: Path, url: str, ready: Connection) -> None:
    """The part that is killed. It says so through `ready` when the first whole file is there."""
    os.environ["MASKFACEGAN_HOME"] = str(folder / "home")
    said = False

    def say_ready() -> None:
        nonlocal said
        if not said:
            ready.send(os.getpid())
            said = True

    {"download": _download, "export": _export, "project": _project, "autosave": _autosave}[kind](
        folder, url, say_ready
    )


def _download(folder: Path, url: str, ready: Ready) -> None:
    from engine.distribution.catalogue import Component
    from engine.distribution.download import Tries, fetch

    data = model_bytes(_SIZE)
    known = hashlib.sha256(data).hexdigest()
    component = Component("x", "parser", "X", "x.pth", (url,), len(data), known)
    ready()
    while True:
        (folder / "x.pth").unlink(missing_ok=True)
        fetch(component, folder, tries=Tries(count=50, wait=0.01))


def _export(folder: Path, _: str, ready: Ready) -> None:
    import engine

    photos = [engine.Photo(_picture(shade), "RGB") for shade in (0, 1)]
    while True:
        for photo in photos:
            engine.save_photo(photo, folder / "photo.png")
            ready()


def _project(folder: Path, _: str, ready: Ready) -> None:
    _write_projects(folder / "work.mfg", ready)


def _autosave(folder: Path, _: str, ready: Ready) -> None:
    (folder / "recovery").mkdir(exist_ok=True)
    _write_projects(folder / "recovery" / "0123.mfg", ready)


def _write_projects(path: Path, ready: Ready) -> None:
    from maskfacegan_gui.project import file as project_file

    from .sample import project_state

    states = [project_state(shade) for shade in (80, 120)]
    while True:
        for state in states:
            project_file.write(path, state)
            ready()


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
    from maskfacegan_gui.project import file as project_file

    state = project_file.read(path)
    whole = set(np.unique(state.photo.pixels)) <= {80, 120} and 0 in state.faces and len(state.edits) == 1
    whole = whole and state.pending is not None and not state.damage
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
    """Start a writer, wait until it has written once, and kill it at a random moment."""
    hears, tells = _CONTEXT.Pipe(duplex=False)
    writer = _CONTEXT.Process(target=write_for_ever, args=(kind, folder, url, tells), daemon=True)
    writer.start()
    tells.close()
    try:
        assert hears.poll(_START_SECONDS), "the writer did not start"
        hears.recv()
        time.sleep(rng.random() ** 2 * 0.6)
    finally:
        writer.kill()
        writer.join()
        hears.close()
