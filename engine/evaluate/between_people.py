"""Whether the people of one photo grow more alike when each of them gets the same edit.

    python -m engine.evaluate.between_people crew.jpg two.jpg --attributes smiling bushy_eyebrows
    python -m engine.evaluate.between_people --data DATA      # what real smiles do to the measure

Every face that is found gets the edit, one after the other, in one photo. Compared is the identity of each
pair of people (`comparison.identity`: 0 for strangers, 1 for one person, in the median) before the edits and
after them. Both pictures are looked at in the same `VIEWS` views: a face's square moved, scaled and turned a
little, every other one mirrored, cut out by the landmarks that it has before the edits. What the network
answers to such views of one face differs by more than edits do; what it answers to the same view before and
after does not. Told is the mean change over the views with the interval that covers 95 % of its means
(bootstrap over views); people grew more alike where all of it lies above 0.

An edit that gives all the same expression makes them more alike to that network by itself: with --data the
pairs of the Face Research Lab London Set are compared, neutral and smiling, all of them strangers.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..editor import Editor
from ..errors import EngineError
from ..faces.align import align
from ..types import ByteArray, FaceBox, FloatArray, Photo
from .comparison import identity
from .comparison.bootstrap import interval
from .comparison.identity import Identity, likeness_of

ATTRIBUTES = ("smiling", "bushy_eyebrows", "wearing_lipstick")
VIEWS = 32

_SEED = 11
_SHIFT, _SCALE, _TURN = 0.02, 0.04, 3.0
"""The largest movement of a view: in shares of the square's side, as a factor, in degrees."""
_SIDE = 512


def views(count: int = VIEWS) -> list[FloatArray]:
    """Affine maps (2, 3) from a view to the square, in shares of its side; the same every time."""
    random, found = np.random.default_rng(_SEED), []
    for number in range(count):
        angle = np.radians(random.uniform(-_TURN, _TURN))
        scale = 1 + random.uniform(-_SCALE, _SCALE)
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        if number % 2:
            turn[:, 0] *= -1
        shift = 0.5 - turn @ [0.5, 0.5] + random.uniform(-_SHIFT, _SHIFT, 2)
        found.append(np.concatenate([turn, shift[:, None]], axis=1))
    return found


def seen(picture: ByteArray, view: FloatArray, side: int = _SIDE) -> ByteArray:
    """A square picture (S, S, 3) in a view, (side, side, 3)."""
    matrix = view * (picture.shape[0] / side)
    matrix[:, 2] = view[:, 2] * picture.shape[0]
    image = Image.fromarray(np.asarray(picture))
    moved = image.transform(
        (side, side), Image.Transform.AFFINE, matrix.ravel().tolist(), Image.Resampling.BICUBIC
    )
    return np.asarray(moved)


def described(before: ByteArray, after: ByteArray, network: Identity) -> tuple[FloatArray, FloatArray]:
    """A face before and after an edit, aligned squares (S, S, 3): what the network says of each view,
    (VIEWS, 128) both."""
    rows: tuple[list[FloatArray], list[FloatArray]] = ([], [])
    for view in views():
        pictures = [seen(picture, view) for picture in (before, after)]
        places = network.landmarks(pictures[0])
        for row, picture in zip(rows, pictures, strict=True):
            row.append(network.describe(picture, places))
    return np.array(rows[0]), np.array(rows[1])


def alike(one: FloatArray, other: FloatArray) -> FloatArray:
    """The identity of two people view by view, (VIEWS,), of their descriptions (VIEWS, 128)."""
    return np.array([likeness_of(float(d)) for d in np.linalg.norm(one - other, axis=1)])


def row_of(before: FloatArray, after: FloatArray) -> dict[str, Any]:
    """The mean identity of a pair before and after, the change with its interval, and whether it grew; all of
    the identities view by view, (VIEWS,) both."""
    change = after - before
    mean, low, high = interval(change.tolist(), [str(k) for k in range(len(change))])
    return {
        "before": float(before.mean()),
        "after": float(after.mean()),
        "change": mean,
        "low": low,
        "high": high,
        "grew": low > 0,
    }


def edited_all(
    photo: Path, attribute: str, editor: Editor, most: int, looks: Path | None = None, **options: Any
) -> tuple[list[tuple[FaceBox, tuple[float, float]]], Photo, Photo]:
    """The photo with the same edit of each of its `most` largest faces, side by side with the photo as it is;
    and the faces, with the attribute's probability before and after. `options` are those of a request."""
    before, faces = editor.open(photo), []
    for box in editor.faces()[:most]:
        face = editor.align(box)
        result = editor.edit(editor.request(face, attribute, **options))
        editor.paste(face, result)
        faces.append((face.box or box, result.probabilities[attribute]))
    if looks is not None:
        looks.mkdir(parents=True, exist_ok=True)
        editor.save(looks / f"{photo.stem}-{editor.pack.name}-{attribute}.png")
    return faces, before, editor.picture


def pairs(
    photo: Path, attribute: str, editor: Editor, network: Identity, most: int, **more: Any
) -> list[dict[str, Any]]:
    """A row for each pair of people in a photo; `EngineError` where it shows fewer than two."""
    faces, before, after = edited_all(photo, attribute, editor, most, **more)
    if len(faces) < 2:
        raise EngineError(f"{photo.name} shows one face.", "Name photos of two people and more.")
    squares = [[align(picture, box).crop for picture in (before, after)] for box, _ in faces]
    known = [described(before, after, network) for before, after in squares]
    rows = []
    for one, other in combinations(range(len(faces)), 2):
        found = row_of(*(alike(known[one][k], known[other][k]) for k in (0, 1)))
        reached = [faces[k][1] for k in (one, other)]
        rows.append({"photo": photo.name, "pair": [one, other], "attribute": attribute, **found})
        rows[-1]["probabilities"] = reached
    return rows


def smiles_of_strangers(data: Path, network: Identity) -> dict[str, Any]:
    """The identity of all pairs of people of DATA/london, both neutral and both smiling: means, and the
    change with its interval (bootstrap over people)."""
    people: dict[str, dict[str, FloatArray]] = {}
    for path in sorted((data / "london").iterdir()):
        person, _, expression = path.stem.partition("_")
        with Image.open(path) as image:
            people.setdefault(person, {})[expression] = network.describe(np.array(image.convert("RGB")))
    both = [p for p in people.values() if {"neutral", "smiling"} <= p.keys()]
    known = {e: np.array([p[e] for p in both]) for e in ("neutral", "smiling")}
    first, second = np.triu_indices(len(both), 1)
    before, after = (
        np.array([likeness_of(float(d)) for d in np.linalg.norm(k[first] - k[second], axis=1)])
        for k in known.values()
    )
    mean, low, high = interval((after - before).tolist(), [str(k) for k in first])
    figures = {"before": float(before.mean()), "after": float(after.mean()), "change": mean}
    return {**figures, "low": low, "high": high, "pairs": len(first)}


def _tell(row: dict[str, Any]) -> None:
    place = f"{row['photo']} {row['pair'][0] + 1}-{row['pair'][1] + 1}" if "pair" in row else row["photo"]
    reached = "  ".join(f"{b:.2f} > {a:.2f}" for b, a in row.get("probabilities", ()))
    print(
        f"{place:44} {row['attribute']:18} {row['before']:.3f} > {row['after']:.3f}  "
        f"{row['change']:+.3f} [{row['low']:+.3f} {row['high']:+.3f}]"
        f"{'  more alike' if row.get('grew') else ''}  {reached}".rstrip(),
        flush=True,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluate.between_people", description="Whether people grow alike by an edit."
    )
    parser.add_argument("photos", type=Path, nargs="*", metavar="PHOTO", help="photos of two people and more")
    parser.add_argument("--weights", default="starter", metavar="PACK")
    parser.add_argument("--attributes", nargs="+", default=list(ATTRIBUTES), metavar="A")
    parser.add_argument("--preset", help="(default: the one that the pack recommends)")
    parser.add_argument("--faces", type=int, default=4, help="at most so many of a photo (default: 4)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="compare the London Set's people, too")
    parser.add_argument("--looks", type=Path, metavar="DIR", help="keep the edited photos")
    parser.add_argument("--json", type=Path, metavar="F", help="write the figures")
    options = parser.parse_args(arguments)

    from ..packs.pack import load_pack

    network = identity.load()
    if network is None:
        raise SystemExit(identity.LACKING)
    rows: list[dict[str, Any]] = []
    if options.data:
        rows.append({"photo": "London Set", "attribute": "smiling"})
        rows[-1] |= smiles_of_strangers(options.data, network)
        _tell(rows[-1])
    editor = Editor(load_pack(options.weights)) if options.photos else None
    for photo in options.photos:
        assert editor is not None
        for attribute in options.attributes:
            more = {"preset": options.preset} if options.preset else {}
            found = pairs(photo, attribute, editor, network, options.faces, looks=options.looks, **more)
            rows += [{"pack": editor.pack.name, **row} for row in found]
            for row in rows[len(rows) - len(found) :]:
                _tell(row)
            if options.json:
                options.json.write_text(json.dumps(rows, indent=1) + "\n")
    grown = [row for row in rows if row.get("grew")]
    counted = [row for row in rows if "grew" in row]
    print(f"{len(counted)} pairs, {len(grown)} more alike than before")
    return 0


if __name__ == "__main__":
    sys.exit(main())
