"""`maskfacegan packs`: the model packs that are there."""

from __future__ import annotations

import argparse
from typing import Any

from . import evaluate


def add_parser(commands: Any) -> None:
    parser = commands.add_parser("packs", help="list the model packs")
    parser.set_defaults(run=_list)
    actions = parser.add_subparsers(dest="action", metavar="action")
    actions.add_parser("list", help="list the model packs (the default)").set_defaults(run=_list)
    evaluate.add_action(actions)


def _list(options: argparse.Namespace) -> int:
    from ..packs.manifest import list_packs

    for pack in list_packs():
        state = "ready" if pack.available else f"missing {', '.join(pack.missing)}"
        resolution = f"{pack.resolution} px" if pack.resolution else "size unknown"
        print(f"{pack.name:<20} {resolution:<10} {state:<10} {pack.title}")
        print(f"{'':<20} {pack.where}")
    return 0
