"""`maskfacegan packs evaluate`: a pack's figures on pictures it was not trained on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_action(actions: Any) -> None:
    """Add the action to the `packs` command."""
    parser: argparse.ArgumentParser = actions.add_parser(
        "evaluate", help="measure a pack on held-out pictures"
    )
    parser.set_defaults(run=run)
    add = parser.add_argument
    add("pack", nargs="?", default="starter", help="a pack's name or folder (default: starter)")
    add("--data", type=Path, metavar="DIR", help="the training data's folder (default: beside the checkout)")
    add("--quick", action="store_true", help="fewer faces")
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--sheets", type=Path, metavar="DIR", help="write contact sheets of the edits: input above edited")
    add("--json", type=Path, metavar="F", help="write the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """Print the table row by row; 1 when a figure falls short."""
    from ..evaluate.pack_table import evaluate, print_table
    from ..evaluate.report import recipe
    from ..packs.pack import load_pack

    data = options.data or recipe("common").default_data()
    pack = load_pack(options.pack, options.device)
    return print_table(evaluate(pack, data, options.quick, options.sheets), options.json)
