"""Workers on a cluster: Ray actors, one a GPU or a pair of cores, on whatever machines there are.

A machine that goes takes its actors with it; their photos go to others and nothing is held against them. One
that comes gets actors. Ray's ports run code for whoever reaches them: `docs/cluster.md` says how to keep
others out.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import re
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._version import __version__
from ..atomic_file import atomic_write
from ..errors import ConfigError, EngineError
from . import cluster_actor
from .cluster_actor import EditActor, Hello, SendIt
from .edit_file import BatchJob
from .memory import cores
from .place import Place
from .pool import Died, Ended, Event
from .work import Finished, Outcome, Refused, Task

LOCAL = "local"
_PAIR = 2
"""Cores of an actor."""

_LOOK_EVERY = 2.0
"""Seconds between two looks at which machines there are."""

_PATIENCE = 300.0
"""Seconds without any actor that works or begins, until the batch is given up."""

_STARTS = 3
"""Actors that may end while they load the pack."""

_GONE = 15.0
"""Seconds that Ray is given to find out that the machine of an actor that ended is gone, too."""

_CLEANING = 20.0
"""Seconds for removing at the end what is left on the machines."""


def check_address(address: str, trusted: bool) -> None:
    """ConfigError for a cluster that is not this machine and that nobody said is to be trusted."""
    if address == LOCAL or trusted or _is_loopback(address):
        return
    raise ConfigError(
        f"The cluster {address} is not this machine: it is sent your photos, and can run code here.",
        "Add --trust-cluster if it is yours and its ports are closed to others; see docs/cluster.md.",
    )


def _is_loopback(address: str) -> bool:
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    host = (host if colon else port).strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_ray() -> Any:
    """The library; ConfigError with what to do where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to Ray's makers
    show_token()
    try:
        import ray
    except ImportError as error:
        raise ConfigError(
            "Ray is not installed, which a cluster needs.",
            "Install it with: pip install 'maskfacegan-editor[cluster]'. Where there is no Ray for Python "
            f"{sys.version_info.major}.{sys.version_info.minor} yet, take another one for clusters. "
            "Without --cluster all else works.",
        ) from error
    return ray


def show_token() -> None:
    """Let Ray show a cluster the token that this person has, unless `RAY_AUTH_MODE` says what to do.

    Since 2.60 `ray start` asks for a token wherever it finds one, and `--cluster local` leaves one behind;
    but a driver that names an address shows it only if told. A cluster that asks for none takes no notice.
    """
    named = any(os.environ.get(name) for name in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"))
    if named or Path("~/.ray/auth_token").expanduser().is_file():
        os.environ.setdefault("RAY_AUTH_MODE", "token")


class Cluster:
    """The actors of a batch; `pool.Workers`.

    `OUT/.batch/elsewhere` has the runs that may have left something on the machines: a driver that is killed
    cannot clean up, and the next one does it for that.
    """

    def __init__(self, job: BatchJob, place: Place, address: str, trusted: bool, most: int | None) -> None:
        check_address(address, trusted)
        self._ray = load_ray()
        self._job, self._most = job, most
        self._run = secrets.token_hex(4)
        self._probe = place.parts / f"probe-{self._run}.part"
        self._actors: dict[Any, _Actor] = {}  # by the reference to what they are doing
        self._idle: list[_Actor] = []
        self._mourned: list[_Mourned] = []
        self._lost = 0
        self._looked = self._worked = float("-inf")
        self._unclean = place.parts.with_name("elsewhere")
        _connect(self._ray, address)
        with atomic_write(self._probe) as file:
            file.write(self._run.encode())
        self._runs = [*_runs(self._unclean), self._run]
        with atomic_write(self._unclean) as file:
            file.write("\n".join(self._runs).encode())
        self._worked = time.monotonic()
        self._grow()

    # --- what the batch asks

    @property
    def free(self) -> int:
        return len(self._idle)

    def submit(self, task: Task) -> str:
        actor = self._idle.pop(0)
        actor.task = task
        self._send(actor, task)
        return actor.name

    def wait(self, timeout: float) -> list[Event]:
        self._grow()
        found = self._judge()
        if not self._actors:
            time.sleep(0 if found else timeout)
            self._check_patience()
            return found
        ready, _ = self._ray.wait(list(self._actors), num_returns=1, timeout=0 if found else timeout)
        for reference in ready:
            event = self._hear(self._actors.pop(reference), reference)
            if event is not None:
                found.append(event)
        return found

    def close(self) -> None:
        """End the actors and remove what is left of photos on the machines."""
        ray = self._ray
        for actor in [*self._actors.values(), *self._idle]:
            with contextlib.suppress(Exception):
                ray.kill(actor.handle)
        self._actors.clear()
        self._idle.clear()
        with contextlib.suppress(Exception):  # a machine that is gone cannot be cleaned
            if self._clean():
                self._unclean.unlink()
        with contextlib.suppress(OSError):
            self._probe.unlink()
        ray.shutdown()

    # --- actors

    def _grow(self) -> None:
        """As many actors as the machines that are there have room for."""
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        there = [*self._actors.values(), *self._idle]
        for node in self._living():
            mine = [actor for actor in there if actor.node == node["NodeID"]]
            for _ in range(room(node["Resources"], self._job.device) - len(mine)):
                if self._most is not None and len(there) >= self._most:
                    return
                actor = self._start(node)
                there.append(actor)

    def _start(self, node: Mapping[str, Any]) -> _Actor:
        gpu = bool(node["Resources"].get("GPU")) and self._job.device in ("auto", "cuda")
        threads = int(min(_PAIR, node["Resources"].get("CPU", 1)))
        options = {"num_cpus": 1 if gpu else threads, "num_gpus": 1 if gpu else 0, **self._on(node["NodeID"])}
        handle = self._ray.remote(EditActor).options(**options).remote(self._job, self._run, threads)
        actor = _Actor(handle, node["NodeID"])
        began = handle.begin.remote(self._probe, self._run, __version__, node["NodeID"])
        self._actors[began] = actor
        return actor

    def _on(self, node: str) -> dict[str, Any]:
        """Options that put an actor or a task on a machine, and nowhere else."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        return {"scheduling_strategy": NodeAffinitySchedulingStrategy(node, soft=False)}

    def _living(self) -> list[Mapping[str, Any]]:
        return [node for node in self._ray.nodes() if node["Alive"]]

    def _send(self, actor: _Actor, task: Task) -> None:
        """Give an actor its task, with the photo where it sees none; one that cannot be read here, either,
        it says so of."""
        content = None
        if actor.needs_files and os.path.isfile(task.source):  # noqa: PTH113 (a pipe is waited for)
            with contextlib.suppress(OSError):
                content = self._ray.put(task.source.read_bytes())
        self._actors[actor.handle.edit.remote(task, content)] = actor

    # --- what they say

    def _hear(self, actor: _Actor, reference: Any) -> Event | None:
        task, actor.task = actor.task, None
        try:
            said = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            self._mourn(actor, task, error)
            return None
        self._worked = time.monotonic()
        if isinstance(said, EngineError):
            raise said
        if isinstance(said, Hello):
            actor.name = said.name
        elif isinstance(said, SendIt):
            assert task is not None
            return self._send_along(actor, task)
        self._idle.append(actor)
        if task is None:
            return None
        return Ended(task, _kept(task, *said), actor.name)

    def _send_along(self, actor: _Actor, task: Task) -> Event | None:
        """The actor does not see the photo: send it, unless that was tried."""
        if not actor.needs_files:
            actor.needs_files, actor.task = True, task
            self._send(actor, task)
            return None
        actor.needs_files = False  # it may well see the next one
        self._idle.append(actor)
        there = os.path.lexists(task.source)
        told = f"{task.source.name} cannot be read." if there else f"There is no file {task.source.name}."
        hint = "Change its permissions, or copy it." if there else "Check the name and the folder."
        return Ended(task, Refused(told, hint), actor.name)

    def _mourn(self, actor: _Actor, task: Task | None, error: Exception) -> None:
        """An actor ended: by itself, or because its machine is gone, which Ray may hear of a little later."""
        logging.getLogger(__name__).info("%s: %s", actor.name, error)
        with contextlib.suppress(Exception):
            self._ray.kill(actor.handle)
        self._mourned.append(_Mourned(actor.node, task, _first_line(error), time.monotonic() + _GONE))
        self._looked = float("-inf")

    def _judge(self) -> list[Event]:
        """What is known by now of the actors that ended."""
        found: list[Event] = []
        if not self._mourned:
            return found
        now, alive = time.monotonic(), {node["NodeID"] for node in self._living()}
        undecided = []
        for one in self._mourned:
            gone = one.node not in alive
            if not gone and now < one.until:
                undecided.append(one)
            elif one.task is not None:
                who = "machine" if gone else "process"
                end = "is gone" if gone else "ended on the cluster"
                found.append(
                    Died(one.task, f"The {who} that edited this photo {end}.", one.why, blame=not gone)
                )
            elif not gone:
                self._lost += 1
                if self._lost >= _STARTS:
                    raise EngineError(
                        f"The cluster's workers cannot begin: {one.why}",
                        "See Ray's logs, in /tmp/ray/session_latest/logs on its machines.",
                    )
        self._mourned = undecided
        return found

    def _check_patience(self) -> None:
        if self._idle:  # nothing is to be done, as in a watched folder
            self._worked = time.monotonic()
        if time.monotonic() - self._worked > _PATIENCE:
            raise EngineError(
                "The cluster has no machine that could work.", "See `ray status`, and go on with --resume."
            )

    def _clean(self) -> bool:
        """Remove what actors of this run left, and those of earlier runs whose driver was killed; whether
        that was done everywhere."""
        task = self._ray.remote(cluster_actor.clean)
        nodes = [self._on(node["NodeID"]) for node in self._living()]
        jobs = [task.options(num_cpus=0, **on).remote(run) for on in nodes for run in self._runs]
        done, _ = self._ray.wait(jobs, num_returns=len(jobs), timeout=_CLEANING)
        return len(done) == len(jobs)


@dataclass(frozen=True)
class _Mourned:
    """An actor that ended; `until` is when it is held against its photo, if its machine is still there."""

    node: str
    task: Task | None
    why: str
    until: float


class _Actor:
    def __init__(self, handle: Any, node: str) -> None:
        self.handle, self.node = handle, node
        self.name = ""
        self.task: Task | None = None
        self.needs_files = False


def room(resources: Mapping[str, float], device: str) -> int:
    """How many actors a machine with these resources gets: one a GPU, or one a pair of cores."""
    gpus, cpus = int(resources.get("GPU", 0)), int(resources.get("CPU", 0))
    if gpus and device in ("auto", "cuda"):
        return gpus
    return max(cpus // _PAIR, min(cpus, 1))


def _runs(path: Path) -> list[str]:
    """Earlier runs into this folder that cleaned up behind them nowhere, as far as is known."""
    try:
        return re.findall(r"^[0-9a-f]{8}$", path.read_text(encoding="ascii"), re.MULTILINE)
    except (OSError, ValueError):
        return []


def _kept(task: Task, outcome: Outcome, content: bytes | None) -> Outcome:
    """The outcome, after a result that was sent back is written where it is expected."""
    if content is None or not isinstance(outcome, Finished):
        return outcome
    try:
        with atomic_write(task.part) as file:
            file.write(content)
    except EngineError as error:
        return Refused(error.message, error.hint, everywhere=True)
    return outcome


def _connect(ray: Any, address: str) -> None:
    how: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR, "configure_logging": True}
    if address == LOCAL:
        os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's own 15 starves beside anything else
        how |= {"num_cpus": max(cores(), 1), "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        with _keeping_sigterm():
            ray.init(address=address, **how)
    except Exception as error:  # ConnectionError, RuntimeError, ...: it has no common ancestor
        raise EngineError(
            f"The cluster {address} cannot be reached: {_first_line(error)}",
            "Start it first (see docs/cluster.md), with the same versions of Python and Ray as here.",
        ) from error


@contextlib.contextmanager
def _keeping_sigterm() -> Iterator[None]:
    """Ray puts a handler in the caller's place, which exits at once; the caller has something to keep."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if before is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
