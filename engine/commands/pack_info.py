"""`maskfacegan packs info`: what a pack says about itself, attribute by attribute."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any


def add_action(actions: Any) -> None:
    """Add the action to the `packs` command."""
    info = actions.add_parser("info", help="tell what a pack can edit, and how well it tells it")
    info.add_argument("pack", help="a pack's name or folder")
    info.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print title, place and terms, then a line for each attribute."""
    from ..packs.manifest import find

    manifest = find(options.pack)
    print(f"{manifest.title} ({manifest.name})\n{manifest.folder}\n{manifest.terms}")
    if manifest.attributes is None:
        print("It does not say which attributes it tells, nor how well.")
        return 0
    for name, entry in sorted(manifest.attributes.items()):
        mark = "" if manifest.experimental_reason(name) is None else "experimental"
        print(f"  {name:<22}{_figure(entry):<50}{mark}".rstrip())
    return 0


def _figure(entry: Mapping[str, Any]) -> str:
    """How well an attribute is told, in words; empty where nothing is said."""
    auc, low, high = (entry.get(key) for key in ("auc", "auc_low", "auc_high"))
    if not isinstance(auc, float):
        return ""
    words = f"AUC {auc:.2f}"
    if isinstance(low, float) and isinstance(high, float):
        words += f" ({low:.2f} to {high:.2f})"
    labels = {"human": "people's labels", "derived": "derived labels", "measured": "measured sizes"}
    kind = labels.get(str(entry.get("labels")))
    return words if kind is None else f"{words}, {kind}"
