"""`python -m tests.benchmarks [start brush gap load live memory] [--json FILE]`: a table, and as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import engine

PARTS = ("start", "brush", "gap", "load", "live", "memory")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which to measure; default: all")
    parser.add_argument("--json", type=Path, help="where to write the figures as JSON")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    engine.wait_asleep()  # as the application does
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["MASKFACEGAN_HOME"] = str(folder / "home")
        (folder / "home").mkdir()
        for part in arguments.parts or PARTS:
            module = __import__(f"tests.benchmarks.{part}", fromlist=["measure"])
            for row in module.measure(folder):
                print(line(row), flush=True)
                rows.append({**asdict(row), "verdict": row.verdict})
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    report = {"load": load, "cores": os.cpu_count(), "rows": rows}
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    else:
        print(json.dumps(report))
    return 0


def line(row: object) -> str:
    bound = "" if row.goal is None else f"< {row.goal:g} {row.unit}"
    return f"{row.name:<48}{row.value:>10.2f} {row.unit:<4}{bound:<12}{row.verdict}"


if __name__ == "__main__":
    sys.exit(main())
