"""`maskfacegan packs evaluate`: a pack's figures on pictures that it was not trained on, row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..packs.pack import ModelPack
from .everyday import counted, opening, speed_and_size
from .report import EDITS, FACES, Row, edits, held_out, networks, recipe, reconstruction


def evaluate(pack: ModelPack, data: Path, quick: bool, sheets: Path | None) -> Iterator[Row]:
    """The whole table, row by row. `quick` edits every fourth of the faces and reconstructs 10."""
    yield from networks(pack, data)
    yield from counted(pack, data, recipe("counted").faces_by_hand())
    faces = held_out(data, 100)
    yield opening(pack, data)
    yield from speed_and_size(pack, faces[0])
    yield from reconstruction(pack, faces[:10] if quick else faces[:50])
    yield from edits(pack, faces, EDITS, 5 if quick else FACES, sheets)


def print_table(rows: Iterator[Row], json_path: Path | None) -> int:
    """Print rows as they come; 0 when every figure holds, 1 otherwise."""
    kept = []
    for row in rows:
        kept.append(row)
        mark = "ok" if row.holds else "SHORT"
        print(f"{row.part:<15}{row.what:<64}{row.value:>9.3f}  {row.wanted:<8} {mark}", flush=True)
    if json_path is not None:
        json_path.write_text(json.dumps([vars(row) for row in kept], indent=2) + "\n", encoding="utf-8")
    return 0 if all(row.holds for row in kept) else 1
