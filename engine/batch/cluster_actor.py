"""What runs on a cluster's machines: one actor with the pack loaded, which edits the photos that it is sent.

A photo is read where it lies if the machine sees it there, else from what is sent along; the same holds for
results and the output folder. Nothing of either stays on the machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from .._version import __version__
from ..errors import EngineError
from ..threads import wait_asleep
from .edit_file import BatchJob
from .work import Finished, Outcome, Refused, Task, edit_photo, load_for

_PREFIX = "maskfacegan-batch"


@dataclass(frozen=True)
class Hello:
    """An actor that can work. `shared`: it sees the output folder."""

    name: str
    node: str
    shared: bool


@dataclass(frozen=True)
class SendIt:
    """The actor does not see the photo's file: it has to be sent along."""


class EditActor:
    """Made by Ray, in a process of its own."""

    def __init__(self, job: BatchJob, run: str, threads: int) -> None:
        # Ray sets it to the actor's cores, unless somebody did before `ray start`.
        self._job, self._threads = job, min(threads, _number(os.environ.get("OMP_NUM_THREADS"), threads))
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{run}-"))
        self._shared = False

    def begin(self, probe: Path, token: str, version: str, node: str) -> Hello | EngineError:
        """Load the pack. `probe` is a file in the output folder that holds `token`."""
        host = socket.gethostname()
        if version != __version__:
            return EngineError(
                f"The machine {host} has version {__version__} of this program, not {version}.",
                "Install the same version on every machine of the cluster.",
            )
        wait_asleep()  # before torch is there
        import torch

        torch.set_num_threads(self._threads)
        try:
            self._pack = load_for(self._job)
        except EngineError as error:
            return EngineError(f"On the machine {host}: {error.message}", error.hint)
        try:
            self._shared = probe.read_text() == token and os.access(probe.parent, os.W_OK)
        except OSError:
            self._shared = False
        return Hello(f"{host}, process {os.getpid()}", node, self._shared)

    def edit(self, task: Task, content: bytes | None) -> tuple[Outcome, bytes | None] | SendIt:
        """Edit a photo, `content` where it is sent along; its result's bytes unless it lies in its place."""
        if content is None and not os.path.isfile(task.source):  # noqa: PTH113 (no name makes it raise)
            return SendIt()
        source, part = task.source, task.part
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)  # systems clear their folder for temporary files
            if content is not None:
                source = self._folder / source.name  # it is named where something is wrong with it
                source.write_bytes(content)
            if not self._shared:
                part = self._folder / task.part.name
            outcome = edit_photo(self._pack, self._job, Task(task.id, source, part))
            if self._shared:
                return outcome, None
            if isinstance(outcome, Finished):
                return outcome, part.read_bytes()
            if outcome.everywhere:  # it is this machine's disk, not the one of the results
                return replace(
                    outcome, message=f"On the machine {socket.gethostname()}: {outcome.message}"
                ), None
            return outcome, None
        except OSError as error:
            # The next photo would fare no better, and all of them would end here, as fast as that goes.
            told = f"The disk of the machine {socket.gethostname()} cannot be used: {error}."
            return Refused(told, "Free space in its folder for temporary files, then --resume.", True), None
        finally:
            with contextlib.suppress(OSError):
                for path in self._folder.iterdir():
                    path.unlink()

    def end(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and int(text) else otherwise


def clean(run: str) -> int:
    """Remove what actors of a run left on this machine that were ended amid a photo; how many folders."""
    left = list(Path(tempfile.gettempdir()).glob(f"{_PREFIX}-{run}-*"))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)
