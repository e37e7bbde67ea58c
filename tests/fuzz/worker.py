"""One process that feeds loaders their inputs, and watches itself: `python -m tests.fuzz.worker ...`.

It prints a line before and after every input. The parent tells from them which input hung it or brought
it down. An audit hook counts whatever would leave the input's folder or run something.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import EngineError

from .corpus import Corpus

MEMORY_BYTES = 6 * 2**30
_RUNS = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "subprocess.Popen", "pty.spawn")
_WRITES = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.truncate",
)


class Watch:
    """Notes forbidden events while `armed`. Python's audit hooks cannot be removed, only ignored."""

    def __init__(self, allowed: tuple[Path, ...]) -> None:
        self.armed, self.seen = False, list[str]()
        self._allowed = tuple(str(path.resolve()) for path in allowed)
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.armed:
            return
        if event.startswith(_RUNS):
            self.seen.append(event)
        elif event == "socket.connect" and arguments[1][0] not in ("127.0.0.1", "::1"):
            self.seen.append(f"{event} {arguments[1]}")
        elif event == "open" and self._writing(arguments) and self._outside(arguments[0]):
            self.seen.append(f"write {arguments[0]}")
        elif event in ("os.remove", "os.rmdir") and arguments[1] != -1:
            return  # relative to a folder that is open already, as shutil.rmtree works
        elif event in _WRITES and any(self._outside(name) for name in arguments[:2]):
            self.seen.append(f"{event} {arguments[0]}")

    def _writing(self, arguments: tuple[Any, ...]) -> bool:
        _, mode, flags = arguments
        if isinstance(mode, str):
            return any(letter in mode for letter in "wax+")
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    def _outside(self, name: Any) -> bool:
        if not isinstance(name, str | bytes | os.PathLike):
            return False
        path = os.path.realpath(os.fsdecode(name))
        return path != os.devnull and not path.startswith(self._allowed)


def read_checkpoint(path: Path) -> None:
    from engine.errors import CheckpointError
    from engine.packs import checkpoint, registry

    content = checkpoint.read(path)
    for role in registry.ROLES:
        with contextlib.suppress(CheckpointError):
            registry.build(role, registry.state_of(role, content, path), path)


def read_pickle(path: Path) -> None:
    from engine.packs.convert import convert

    convert(path, path.with_suffix(".safetensors"))


def read_image(path: Path) -> None:
    import engine

    photo = engine.open_photo(path)
    engine.to_srgb(photo.pixels, photo)
    engine.mark_edited(photo)


def read_manifest(path: Path) -> None:
    from engine.distribution import catalogue, installed
    from engine.packs import manifest

    if path.suffix == ".toml":
        catalogue.read_catalogue(path)
    elif path.name == "manifest.json":
        manifest.read_folder(path.parent).missing()
    elif path.name == "parts.json":
        (path.parent / "generator.pt").write_bytes(b"x")
        installed.read_parts(path.parent)
    else:
        home = Path(os.environ["MASKFACEGAN_HOME"])
        (home / "packs").mkdir(parents=True, exist_ok=True)
        shutil.copy(path, home / "packs" / "pins.json")
        installed.pins()


def take_answer(path: Path) -> None:
    """Download from a server that sends exactly the bytes of the file, once with and once without a start."""
    from engine.distribution.catalogue import Component
    from engine.distribution.download import Tries, fetch
    from engine.distribution.http import Patience

    tries = Tries(count=2, wait=0.0, patience=Patience(connect=1, answer=0.5, stall=0.5, least_bytes=1))
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer, args=(server, path.read_bytes()), daemon=True)
        answering.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        component = Component("x", "parser", "X", "x.pth", (url,), 1000, "0" * 64)
        if len(path.parent.name) % 2:
            (path.parent / "x.pth.part").write_bytes(b"\x80\x02" + bytes(498))
            (path.parent / "x.pth.part.json").write_text(json.dumps({"url": url, "validator": '"a"'}))
        try:
            fetch(component, path.parent, tries=tries)
        finally:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)  # wakes the thread: a closed socket does not
            answering.join()


def _answer(server: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1)
                connection.recv(65536)
                connection.sendall(data)


def read_latent(path: Path) -> None:
    from engine.commands.record import read_latent as read

    read(path)


def read_project(path: Path) -> None:
    """What is accepted must also be fit to be shown, and to be saved again."""
    from maskfacegan_gui.project import file as project_file
    from maskfacegan_gui.tasks.compositor import Compositor

    state = project_file.read(path)
    Compositor().compose(state.photo, [*state.edits, *([] if state.pending is None else [state.pending])])
    project_file.write(path.with_name("again.mfg"), state)


def read_report(path: Path) -> None:
    """What is accepted must also be fit to be a page."""
    import engine
    from engine.evaluate.comparison.page import write_page

    engine.read_report(path)
    write_page(json.loads(path.read_bytes()), path.parent)


LOADERS: dict[str, Callable[[Path], None]] = {
    "checkpoints": read_checkpoint,
    "pickles": read_pickle,
    "images": read_image,
    "manifests": read_manifest,
    "answers": take_answer,
    "latents": read_latent,
    "projects": read_project,
    "reports": read_report,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("jobs", nargs="+", help="LOADER:FIRST:LAST, one after the other")
    options = parser.parse_args()
    faulthandler.enable()
    warnings.simplefilter("ignore")
    folder: Path = options.folder
    home, spare = folder / "home", folder / "spare"
    for place in (home, spare):
        place.mkdir(parents=True, exist_ok=True)
    os.environ["MASKFACEGAN_HOME"] = str(home)
    tempfile.tempdir = str(spare)
    jobs = [job.split(":") for job in options.jobs]
    corpora = [Corpus(loader, options.seed, folder) for loader, _, _ in jobs]
    watch = Watch((folder,))
    _limit_memory()
    for corpus, (_, first, last) in zip(corpora, jobs, strict=True):
        _feed(corpus, range(int(first), int(last)), watch)


def _feed(corpus: Corpus, numbers: range, watch: Watch) -> None:
    """Feed inputs of one loader, with a line before and after each."""

    def say(**what: Any) -> None:
        print(json.dumps({"loader": corpus.loader, **what}), flush=True)

    for number in numbers:
        path = corpus.make(number)
        say(begin=number)
        say(end=number, **_one(LOADERS[corpus.loader], path, watch))
        if corpus.mark.exists():
            say(executed=number)
            corpus.mark.unlink()
        shutil.rmtree(path.parent)


def _queued() -> float:
    """Seconds that this thread has waited for a processor since it began, where the system counts them."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def _one(load: Callable[[Path], None], path: Path, watch: Watch) -> dict[str, Any]:
    """Feed one input. `seconds` leaves out what other programs took: a busy machine is no hang."""
    start, queued, before = time.monotonic(), _queued(), len(watch.seen)
    watch.armed = True
    try:
        load(path)
        outcome, why = "accepted", ""
    except EngineError as error:
        told = error.message and "\n" not in error.message and len(error.message) < 600
        outcome, why = ("refused", "") if told else ("badly told", repr(error.message)[:300])
    except BaseException as error:
        outcome, why = "raised", f"{type(error).__name__}: {error}"[:300]
    finally:
        watch.armed = False
    escaped = watch.seen[before:]
    seconds = time.monotonic() - start - (_queued() - queued)
    return {"outcome": outcome, "why": why, "seconds": seconds, "escaped": escaped}


def _limit_memory() -> None:
    """So much address space above what is there now, so that a false claim of 100 GB fails at once."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
