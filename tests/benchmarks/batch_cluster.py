"""A batch on a Ray cluster of two machines, started and ended here by one command; with its figures.

    python -m tests.benchmarks.batch_cluster                    # two `ray start` on this machine
    python -m tests.benchmarks.batch_cluster --namespaces       # two network namespaces with a cable between
    them

With `--namespaces` (Linux, as root, with `ip`) each machine has a network of its own and reaches the other by
an address that is not loopback, as on a real network; the driver runs on the first. The cluster asks for a
token of its own. Photos are faces of nobody.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine.batch.ledger import DONE, FAILED, NAME, Ledger

from .batch_kills import QUICK, ROOT, draw

_PORT = 6391
_PATIENCE = 120.0


@contextlib.contextmanager
def namespaces(names: tuple[str, str]) -> Iterator[dict[str, str]]:
    """Two network namespaces that see one another; their addresses by name."""
    addresses = {name: f"10.77.0.{number}" for number, name in enumerate(names, 1)}
    ip = lambda *words: subprocess.run(["ip", *words], check=True)  # noqa: E731
    try:
        for name in names:
            ip("netns", "add", name)
        ip(
            "link",
            "add",
            "cable-a",
            "netns",
            names[0],
            "type",
            "veth",
            "peer",
            "name",
            "cable-b",
            "netns",
            names[1],
        )
        for name, end in zip(names, ("cable-a", "cable-b"), strict=True):
            ip("-n", name, "addr", "add", f"{addresses[name]}/24", "dev", end)
            ip("-n", name, "link", "set", end, "up")
            ip("-n", name, "link", "set", "lo", "up")
        yield addresses
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False)


@contextlib.contextmanager
def ray_node(prefix: list[str], *words: str) -> Iterator[None]:
    """`ray start` in the foreground, ended with its whole process group."""
    ray = str(Path(sys.executable).with_name("ray"))
    process = subprocess.Popen(
        [*prefix, ray, "start", "--block", "--disable-usage-stats", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_two(prefix: list[str], address: str) -> None:
    """Until the cluster has two machines."""
    script = f"import ray; ray.init(address='{address}', log_to_driver=False); print(len(ray.nodes()))"
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        found = subprocess.run(
            [*prefix, sys.executable, "-c", script], capture_output=True, text=True, check=False
        )
        if found.stdout.strip().endswith("2"):
            return
        time.sleep(1)
    raise TimeoutError("the cluster's machines did not find one another: " + found.stderr[-500:])


def figures(out: Path, seconds: float) -> dict[str, object]:
    ledger = Ledger(out / NAME, read_only=True)
    rows = list(ledger.photos())
    ledger.close()
    workers: dict[str, int] = {}
    for row in rows:
        workers[row.worker] = workers.get(row.worker, 0) + 1
    finished = [row for row in rows if row.state == DONE]
    span = max(row.ended or 0 for row in rows) - min(row.began or 0 for row in rows)
    return {
        "photos": len(rows),
        "done": len(finished),
        "failed": sum(row.state == FAILED for row in rows),
        "seconds": round(seconds, 1),
        "seconds_from_first_to_last_photo": round(span, 1),
        "photos_a_minute": round(60 * len(finished) / max(span, 1e-3), 1),
        "photos_by_worker": workers,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.batch_cluster", description=__doc__)
    parser.add_argument("--photos", type=int, default=12)
    parser.add_argument("--namespaces", action="store_true")
    parser.add_argument(
        "--quick", action="store_true", help="a few steps a photo instead of the whole preset"
    )
    parser.add_argument("--cpus", type=int, default=2, help="that each machine says it has")
    parser.add_argument("--keep", type=Path, help="keep the output folder here")
    options = parser.parse_args()
    os.environ.update(
        RAY_USAGE_STATS_ENABLED="0", RAY_worker_niceness="0", PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"
    )
    os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cluster-")))
        draw(folder / "in", options.photos)
        prefixes, hosts = [[], []], ["127.0.0.1", "127.0.0.1"]
        if options.namespaces:
            made = stack.enter_context(namespaces(("mfg-a", "mfg-b")))
            prefixes = [["ip", "netns", "exec", name] for name in made]
            hosts = list(made.values())
        address, cpus = f"{hosts[0]}:{_PORT}", f"--num-cpus={options.cpus}"
        head = [
            "--head",
            f"--port={_PORT}",
            f"--node-ip-address={hosts[0]}",
            "--include-dashboard=false",
            cpus,
        ]
        stack.enter_context(ray_node(prefixes[0], *head))
        time.sleep(5)
        stack.enter_context(
            ray_node(prefixes[1], f"--address={address}", f"--node-ip-address={hosts[1]}", cpus)
        )
        wait_for_two(prefixes[0], address)
        out = options.keep or folder / "out"
        words = [sys.executable, "-m", "engine.cli", "batch", str(folder / "in"), "--outdir", str(out)]
        words += ["--attribute", "smiling", "--weights", "starter", "--preset", "fast", "--device", "cpu"]
        words += ["--set", *QUICK] if options.quick else []
        trust = ["--trust-cluster"] if options.namespaces else []
        start = time.monotonic()
        code = subprocess.run(
            [*prefixes[0], *words, "--cluster", address, *trust], cwd=ROOT, check=False
        ).returncode
        print(json.dumps({"exit_code": code, **figures(out, time.monotonic() - start)}, indent=1))
    return code


if __name__ == "__main__":
    sys.exit(main())
