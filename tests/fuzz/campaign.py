"""Running workers over a corpus, and counting what became of the inputs."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIMIT_SECONDS = 5.0
_START_SECONDS = 1200.0
_SLACK = 120.0  # the machine may be busy: an input counts as hung by its own clock, and is killed only here


@dataclass
class Tally:
    """What became of a loader's inputs. `faults` should be empty."""

    loader: str
    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def fault(self, text: str) -> None:
        """Note a fault, and say so at once: a campaign takes long."""
        self.faults.append(text)
        print(f"{self.loader}: {text}", file=sys.stderr, flush=True)

    @property
    def line(self) -> str:
        return (
            f"{self.loader:<12} {self.inputs:>6} {self.refused:>8} {self.accepted:>9} "
            f"{len(self.faults):>7} {self.slowest:>9.2f} s"
        )


HEAD = f"{'loader':<12} {'inputs':>6} {'refused':>8} {'accepted':>9} {'faults':>7} {'slowest':>11}"


def fuzz(loaders: Sequence[str], count: int, seed: int, first: int = 0) -> dict[str, Tally]:
    """Feed inputs `first` to `first + count` to each loader in turn, all in one process, which is started
    again after a crash."""
    tallies = {loader: Tally(loader) for loader in loaders}
    left = dict.fromkeys(loaders, first)
    while left:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            _worker(tallies, left, seed, first + count, Path(folder))
        left = {loader: number for loader, number in left.items() if number < first + count}
    return tallies


def _worker(tallies: dict[str, Tally], left: dict[str, int], seed: int, last: int, folder: Path) -> None:
    """Run one worker to its end. `left` is each loader's first input that is to be fed; it is brought up to
    date, with `last` for a loader that is through."""
    jobs = [f"{loader}:{number}:{last}" for loader, number in left.items()]
    command = [sys.executable, "-m", "tests.fuzz.worker", str(seed), str(folder), *jobs]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    worker = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    lines: queue.Queue[str | None] = queue.Queue()
    errors: list[str] = []
    threading.Thread(target=_pump, args=(worker, lines), daemon=True).start()
    threading.Thread(target=lambda: errors.append(worker.stderr.read()), daemon=True).start()  # type: ignore[union-attr]
    loader, patience = next(iter(left)), _START_SECONDS
    at = left[loader] - 1
    while True:
        try:
            line = lines.get(timeout=patience)
        except queue.Empty:
            worker.kill()
            worker.wait()
            tallies[loader].inputs += 1
            tallies[loader].fault(f"input {at}: it hung")
            left[loader] = at + 1
            return
        if line is None:
            break
        said = json.loads(line)
        if said["loader"] != loader:
            left[loader], loader = last, said["loader"]
            at = left[loader] - 1
        patience = LIMIT_SECONDS + _SLACK if "begin" in said else _START_SECONDS
        at = _note(tallies[loader], said, at)
    if worker.wait() != 0:
        told = (errors or [""])[0].strip().splitlines()
        tallies[loader].inputs += 1
        why = f"the process ended with {worker.returncode}; {' / '.join(told[-3:])}"
        tallies[loader].fault(f"input {at}: {why}")
        left[loader] = at + 1
    else:
        left[loader] = last


def _pump(worker: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert worker.stdout is not None
    for line in worker.stdout:
        lines.put(line)
    lines.put(None)


def _note(tally: Tally, said: dict[str, object], at: int) -> int:
    if "begin" in said:
        return int(str(said["begin"]))
    if "executed" in said:
        tally.fault(f"input {at}: something in it was executed")
        return at
    tally.inputs += 1
    seconds = float(str(said["seconds"]))
    tally.slowest = max(tally.slowest, seconds)
    if said["outcome"] == "accepted":
        tally.accepted += 1
    elif said["outcome"] == "refused":
        tally.refused += 1
    else:
        tally.fault(f"input {at}: {said['outcome']}: {said['why']}")
    if said["escaped"]:
        tally.fault(f"input {at}: it reached outside: {said['escaped']}")
    if seconds > LIMIT_SECONDS:
        tally.fault(f"input {at}: it took {seconds:.1f} s")
    return at
