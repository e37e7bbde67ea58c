"""One command for one network, or for the whole pack.

    python weights/recipes/train.py all                    # everything, in order, then the pack
    python weights/recipes/train.py generator --seconds 3600
    python weights/recipes/train.py pack                   # export what is trained and write the manifest

Runs the other recipes one after another in slices that end in checkpoints; stopped anywhere, it is
started again with the same command and less time. `--seconds` is the time for one network; it is shared
out over its stages. `--slice` bounds one run of a recipe.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from common import arguments

HERE = Path(__file__).resolve().parent

# Network -> stages: recipe, its own options, share of the network's time (0: no training, runs to its end).
STAGES: dict[str, list[tuple[str, list[str], float]]] = {
    "generator": [
        ("generator", ["--resolution", "32"], 0.1),
        ("generator", ["--resolution", "64"], 0.35),
        ("generator", ["--resolution", "128"], 0.35),
        ("generator", ["--resolution", "256"], 0.1),
        ("generator", ["--resolution", "256", "--decay"], 0.1),
    ],
    "encoder": [
        ("encoder", ["--size", "64"], 0.6),
        ("encoder", ["--size", "128"], 0.2),
        ("encoder", ["--size", "128", "--decay"], 0.2),
    ],
    "parser": [
        ("parser", [], 0.3),
        ("parser", ["--label"], 0),
        ("parser", ["--pseudo", "--period", "40000"], 0.7),
        ("parser", ["--export"], 0),
    ],
    "classifier": [
        ("labels", [], 0),
        ("classifier", [], 0.7),
        ("second_classifier", [], 0.3),
        ("classifier", ["--export"], 0),
        ("second_classifier", ["--export"], 0),
    ],
    "finder": [
        ("finder", [], 0.5),
        ("finder", ["--relabel"], 0),
        ("finder", [], 0.5),
        ("finder", ["--export"], 0),
        ("placer", [], 0),
    ],
    "refiner": [
        ("directions", [], 0),
        ("refiner", [], 0.7),
        ("refiner", ["--decay"], 0.3),
        ("export", [], 0),  # it is measured with the generator it was made for
        ("refiner", ["--measure"], 0),
    ],
    "pack": [("export", [], 0), ("pack", [], 0)],
}


def plan(network: str, seconds: float, longest: float) -> list[list[str]]:
    """The commands for one network: recipe, its options, and slices of at most `longest` seconds."""
    commands = []
    for recipe, options, share in STAGES[network]:
        left = share * seconds
        if share == 0:
            commands.append([recipe, *options])
        while left > 0:
            # A falling learning rate needs its stage in one piece.
            part = left if "--decay" in options else min(left, longest)
            commands.append([recipe, *options, "--seconds", str(round(part))])
            left -= part
    return commands


def run(args: argparse.Namespace) -> None:
    networks = list(STAGES) if args.network == "all" else [args.network]
    shared = ["--data", args.data, "--runs", args.runs, "--out", args.out, "--device", args.device]
    for network in networks:
        for recipe, *options in plan(network, args.seconds, args.slice):
            print(f"{recipe} {' '.join(options)}", flush=True)
            command = [sys.executable, HERE / f"{recipe}.py", *options, *shared, "--seed", args.seed]
            subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    parser = arguments(__doc__ or "", seconds=3600)
    parser.add_argument("network", choices=["all", *STAGES])
    parser.add_argument("--slice", type=float, default=540)
    run(parser.parse_args())
