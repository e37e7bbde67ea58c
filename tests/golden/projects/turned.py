"""Writes the project of version 5: what that of version 4 holds, its photo turned, mirrored and straightened.

    python -m tests.golden.projects.turned

What it holds stands beside it as JSON: as it was given to the writer, not as it was read back.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

import engine
from maskfacegan_gui.document.move import Move
from maskfacegan_gui.project import file as project

from .. import opened

VERSION = 5
TURNED = engine.Orientation(degrees=3.0, mirrored=True, quarters=1)


def main() -> None:
    before = opened.opened(VERSION - 1)
    assert before.original is not None and before.pending is not None
    photo = engine.oriented(before.original, TURNED)
    move = Move.between(before.orientation, TURNED, before.original, photo)
    state = replace(
        before,
        photo=photo,
        orientation=TURNED,
        boxes=[move.box(box) for box in before.boxes],
        quads=[move.points(quad) for quad in before.quads],
        faces={index: move.state(face) for index, face in before.faces.items()},
        edits=[move.edit(edit) for edit in before.edits],
        pending=move.edit(before.pending),
    )
    project.write(opened.FOLDER / f"version-{VERSION}.mfg", state)
    text = json.dumps(opened.described(state, VERSION), indent=1) + "\n"
    (opened.FOLDER / f"version-{VERSION}.json").write_text(text, encoding="utf-8")
    with np.load(opened.FOLDER / "composed.npz") as stored:
        pictures = dict(stored)
    pictures |= {f"{VERSION}": opened.composed(state), f"{VERSION} with all": opened.composed_with_all(state)}
    np.savez_compressed(opened.FOLDER / "composed.npz", **pictures)


if __name__ == "__main__":
    main()
