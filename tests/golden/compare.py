"""Two trees' composites, compared byte by byte and level by level, on one machine.

    python -m tests.golden.compare dump A.npz            in the one tree; prints each composite's sha256
    python -m tests.golden.compare dump B.npz            in the other
    python -m tests.golden.compare report A.npz B.npz    what differs, and whether it is within the bounds
    python -m tests.golden.compare pictures FOLDER       each photo beside its composite, to look at

`report` ends with 0 when all are byte-identical, with 1 when 95 % of the composites are within 2 levels on
99.9 % of their pixels, with 2 when they are not.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from . import cases

NEAR, PIXELS, COMPOSITES = 2, 0.999, 0.95
_MASK = "(mask)"


def dump(path: Path) -> int:
    """Composites and their masks as this tree makes them."""
    made = {}
    for name in cases.CASES:
        made[name] = cases.composite(name)[0]
        made[f"{name} {_MASK}"] = cases.blend_mask(name)
    for name, pixels in made.items():
        print(hashlib.sha256(pixels.tobytes()).hexdigest(), name)
    with path.open("wb") as file:
        np.savez_compressed(file, **made)
    return 0


def report(one: Path, other: Path) -> int:
    """Print each pair that differs; the exit status."""
    with np.load(one) as stored:
        a = {name: stored[name] for name in stored.files}
    with np.load(other) as stored:
        b = {name: stored[name] for name in stored.files}
    if a.keys() != b.keys():
        print("different composites:", *sorted(a.keys() ^ b.keys()), sep="\n  ")
        return 2
    same = [name for name in a if np.array_equal(a[name], b[name]) and a[name].dtype == b[name].dtype]
    near = 0
    for name in a:
        if a[name].shape != b[name].shape or a[name].dtype != b[name].dtype:
            print(f"{name}: {a[name].shape} {a[name].dtype} against {b[name].shape} {b[name].dtype}")
            continue
        apart = cases.levels_apart(a[name], b[name])
        share = float((apart <= NEAR).mean())
        near += share >= PIXELS and not name.endswith(_MASK)
        if name not in same:
            verdict = "near" if share >= PIXELS else "FAR "
            print(
                f"{verdict} {share:9.4%} within {NEAR} levels, {float((apart == 0).mean()):9.4%} equal, "
                f"at most {apart.max():3d}: {name}"
            )
    count = sum(not name.endswith(_MASK) for name in a)
    print(f"{len(same)} of {len(a)} composites and masks byte-identical")
    print(f"{near} of {count} composites within {NEAR} levels on {PIXELS:.1%} of their pixels")
    if len(same) == len(a):
        return 0
    return 1 if near >= COMPOSITES * count else 2


def pictures(folder: Path) -> int:
    """Photo and composite side by side, as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in cases.CASES:
        made, below = cases.composite(name)
        pair = np.concatenate([below, made], axis=1)
        pair = (pair >> 8).astype(np.uint8) if pair.dtype == np.uint16 else pair
        Image.fromarray(pair).save(folder / f"{name.replace(', ', '-').replace(' ', '_')}.png")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.golden.compare", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("dump").add_argument("path", type=Path)
    pair = actions.add_parser("report")
    pair.add_argument("one", type=Path)
    pair.add_argument("other", type=Path)
    actions.add_parser("pictures").add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    if options.action == "dump":
        return dump(options.path)
    return report(options.one, options.other) if options.action == "report" else pictures(options.folder)


if __name__ == "__main__":
    sys.exit(main())
