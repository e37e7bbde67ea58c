"""`maskfacegan evaluate`: this method beside others on a data set of one's own.

`maskfacegan packs evaluate` (`evaluate.py` here) is something else: a pack's own figures on held-out data.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .batch import duration
from .interrupt import interruptible

if TYPE_CHECKING:
    from ..evaluate.comparison.run import Progress

_DESCRIPTION = """\
Edit the faces of a data set with this method and with others, and judge all by networks that no loss knows.
OUT gets report.html, report.json, report.csv, the pictures and the ledger. Ended at any moment, --resume goes
on; Ctrl-C ends in a report of what there is. docs/evaluate.md says more. Exit codes: 0 all done, 1 an error,
2 wrong arguments, 130 stopped."""


def add_parser(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "evaluate", help="compare edits with other methods' on a data set", description=_DESCRIPTION
    )
    add = parser.add_argument
    add(
        "--data",
        nargs="+",
        required=True,
        type=Path,
        metavar="FOLDER",
        help="the data set's folder, or several",
    )
    add(
        "--dataset",
        nargs="+",
        default=["folder"],
        metavar="LAYOUT",
        help="celebahq, helen, siblingsdb or folder; one for all folders or one each (default: folder)",
    )
    add(
        "--attributes", nargs="+", required=True, metavar="A[=0]", help="what to add, or with =0 to take away"
    )
    add(
        "--methods",
        nargs="+",
        default=["maskfacegan", "interfacegan", "interfacegan-d"],
        metavar="METHOD",
        help="maskfacegan, interfacegan, interfacegan-d, results:NAME=FOLDER (default: the first three)",
    )
    add("--out", required=True, type=Path, metavar="OUT", help="folder for the report")
    add("--presets", nargs="+", default=["fast"], metavar="P", help="presets of maskfacegan (default: fast)")
    add("--faces", type=_count, metavar="N", help="so many faces, spread over the data (default: all)")
    add("--resume", action="store_true", help="go on with the evaluation in OUT; methods may be added")
    add("--renders", type=_count, metavar="N", help="renders for InterFaceGAN's boundaries (default: 1200)")
    add("--weights", metavar="PACK", help="a pack's name or folder (default: portrait, else starter)")
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check the plan, run it, say where the report is; the exit code."""
    from ..evaluate.comparison.plan import RENDERS, Plan, data_of, methods_of, wishes_of
    from ..evaluate.comparison.run import evaluate

    plan = Plan(
        data_of(options.data, options.dataset),
        wishes_of(options.attributes),
        methods_of(options.methods, options.presets),
        options.weights or "",
        options.device,
        options.faces,
        options.renders or RENDERS,
    )
    command = f"maskfacegan {shlex.join(sys.argv[1:])}"
    said = "Stopping; the report tells what there is. Ctrl-C again stops at once."
    with interruptible(said) as control:
        report = evaluate(plan, options.out, options.resume, control, _Lines(options.quiet).show, command)
    failed = sum(bool(picture["error"]) for picture in report["pictures"])
    edits = f"{len(report['pictures'])} edits of {report['dataset']['faces']} faces"
    words = f"{edits}, {failed} failed" if failed else edits
    pages = [options.out / name for name in ("report.html", "report.json")]
    print(f"{words}. Report: {next(page for page in pages if page.exists())}")
    for gone in report["dataset"]["left_out"]:
        print(f"left out: {gone['file']}: {gone['why']}", file=sys.stderr)
    if not report["finished"]:
        print("Stopped; --resume goes on.", file=sys.stderr)
        return 130
    return 0


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of 1 or more")
    return number


class _Lines:
    """The progress on stderr: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, quiet: bool) -> None:
        import time

        self._quiet, self._clock = quiet, time.monotonic
        self._is_terminal = sys.stderr.isatty()
        self._said, self._part = float("-inf"), ""

    def show(self, now: Progress) -> None:
        if now.note:
            print(f"note: {now.note}", file=sys.stderr, flush=True)
            return
        due = self._clock() - self._said >= (0.2 if self._is_terminal else 30.0)
        if self._quiet or not (due or now.part != self._part or now.done == now.total):
            return
        self._said, new, self._part = self._clock(), now.part != self._part, now.part
        left = "" if now.seconds_left is None else f", {duration(now.seconds_left)} left"
        text = f"{now.part}: {now.done} of {now.total}{left}"
        if self._is_terminal:
            print(f"{chr(10) if new else ''}\r{text:<76}", end="", file=sys.stderr, flush=True)
            if now.part == "edits" and now.done == now.total:
                print(file=sys.stderr)
        else:
            print(text, file=sys.stderr, flush=True)
