"""Running workers over a corpus, and counting what became of the inputs."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
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


def fuzz(loader: str, count: int, seed: int, first: int = 0) -> Tally:
    """Feed inputs `first` to `first + count` to a loader in a process of its own, started again after a
    crash."""
    tally, number = Tally(loader), first
    while number < first + count:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            number = _worker(tally, loader, seed, number, first + count, Path(folder))
    return tally


def _worker(tally: Tally, loader: str, seed: int, first: int, last: int, folder: Path) -> int:
    """Run one worker to its end; returns the number of the first input that it did not get to."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.worker",
        loader,
        str(seed),
        str(first),
        str(last),
        str(folder),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
    worker = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    lines: queue.Queue[str | None] = queue.Queue()
    errors: list[str] = []
    threading.Thread(target=_pump, args=(worker, lines), daemon=True).start()
    threading.Thread(target=lambda: errors.append(worker.stderr.read()), daemon=True).start()  # type: ignore[union-attr]
    at, patience = first - 1, _START_SECONDS
    while True:
        try:
            line = lines.get(timeout=patience)
        except queue.Empty:
            worker.kill()
            worker.wait()
            tally.inputs += 1
            tally.fault(f"input {at}: it hung")
            return at + 1
        if line is None:
            break
        said = json.loads(line)
        patience = LIMIT_SECONDS + _SLACK if "begin" in said else _START_SECONDS
        at = _note(tally, said, at)
    if worker.wait() != 0:
        told = (errors or [""])[0].strip().splitlines()
        tally.inputs += 1
        tally.fault(f"input {at}: the process ended with {worker.returncode}; {' / '.join(told[-3:])}")
        return at + 1
    return last


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
