"""What a process keeps after many faces and many edits: its memory after each of 30 edits of 10 faces.

    python -m tests.benchmarks.many_faces --photos DATA/faces1024 DATA/photos --pack portrait

Each face is found, edited by three attributes in turn, pasted and let go, as in the window when one photo is
opened after another. Said are the memory after the 20th and the 30th edit and the peak.
"""

from __future__ import annotations

import argparse
import gc
import resource
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import engine
from engine import AttributeEdit, Editor, EngineError
from engine.photo.folders import SUFFIXES

from .memory import resident

ATTRIBUTES = ("smiling", "blond_hair", "wearing_lipstick")


def edited(editor: Editor, photo: Path, attributes: Sequence[str]) -> list[float]:
    """MiB after each edit of a photo's first face; none where it has no face."""
    editor.open(photo)
    try:
        found = editor.faces()
    except EngineError:
        found = []
    if not found:
        return []
    face, sizes = editor.align(found[0]), list[float]()
    for name in attributes:
        editor.paste(face, editor.edit(editor.request(face, AttributeEdit(name, 1.0))))
        gc.collect()
        sizes.append(resident())
        print(f"{photo.name:<32}{name:<20}{sizes[-1]:>8.0f} MiB", flush=True)
    return sizes


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.many_faces", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--photos", type=Path, nargs="+", required=True, help="folders to take photos from")
    parser.add_argument("--pack", default="portrait")
    parser.add_argument("--faces", type=int, default=10)
    options = parser.parse_args()
    engine.wait_asleep()  # as the application does
    photos = [
        p for folder in options.photos for p in sorted(folder.iterdir()) if p.suffix.lower() in SUFFIXES
    ]
    editor = Editor.load(options.pack)
    print(f"{'loaded':<52}{resident():>8.0f} MiB")
    done = islice(filter(None, (edited(editor, photo, ATTRIBUTES) for photo in photos)), options.faces)
    sizes = [size for each in done for size in each]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    two_thirds = sizes[len(sizes) * 2 // 3 - 1]
    print(f"after two thirds {two_thirds:.0f} MiB, at the end {sizes[-1]:.0f}; at most {peak:.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
