"""How far edits move the tone of skin that they are not about, on dark and on light faces.

    python -m engine.evaluate.skin_tone --data DATA --weights portrait --json figures.json

The faces are the darkest and the lightest of the pictures held out for choosing (celebahq512/800 to 849), by
the individual typology angle of their skin (Chardon et al. 1991), arctan((L* - 50) / b*): what is told of a
photo is skin and light together. Those that lack an attribute (`ABSENT`) get one edit that adds it, as many
of each group as are wanted; where it is there already, little is edited. Compared is the mean colour, in CIE
L*a*b* (D65), before and after the edit (mode `detail`) of the skin inside the blend mask and outside the
attribute's region: skin as the hand-made masks of the data have it, the region as those masks and the pack's
parser, on the edited picture, have it, and `AROUND` around both. Wanted: it moves by under one level, and in
neither group by over twice as much as in the other.

With --json what is measured is kept after every edit, and a long measurement goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from ..attributes import regions_of
from ..compositing.paste import paste, paste_mask
from ..editor import Editor
from ..errors import EngineError
from ..faces.parse import parse
from ..imaging.tensors import picture as as_picture
from ..models.parsers.base import GLASSES, TellsClasses
from ..types import REGIONS, ByteArray, Face, FloatArray, Photo
from .report import recipe, whole_face

if TYPE_CHECKING:
    from ..packs.pack import ModelPack

ATTRIBUTES = ("smiling", "wearing_lipstick", "blond_hair", "eyeglasses", "bushy_eyebrows", "big_nose")
CHOSEN_ON = range(800, 850)
GROUPS = ("dark", "light")
AROUND = 0.02
"""How far around its region an edit is about the skin, in shares of the side: a lip's line, a shadow."""
WANTED, MOST_RATIO = 1.0, 2.0
ABSENT = 0.5
"""Below this probability, by the pack's classifier, a face lacks an attribute."""
NOTHING = 0.1
"""A level below which a movement is none that a ratio could be taken of: 8 bits hold 0.4."""

_REGION_LABELS = {
    "mouth": (10, 11, 12), "eyebrows": (6, 7), "eyes": (3, 4, 5), "nose": (2,), "hair": (13, 14),
    "ears": (8, 9, 15),
}  # fmt: skip
_SKIN_LABEL, _EDGE, _FEWEST = 1, 3, 200
_CERTAIN = 0.5
Mask = npt.NDArray[np.bool_]


def lab(pixels: ByteArray) -> FloatArray:
    """sRGB (..., 3) uint8 as CIE L*a*b* of 1976 for D65, float64: L* 0..100."""
    values = np.asarray(pixels, np.float64) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ (to_xyz / to_xyz.sum(axis=1, keepdims=True)).T
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def typology(colours: FloatArray) -> float:
    """The individual typology angle in degrees of skin (N, 3) in L*a*b*: about 55 and more is very light,
    -30 and less dark."""
    lightness, _, yellow = np.median(colours, axis=0)
    return float(np.degrees(np.arctan2(lightness - 50, yellow)))


def apart(before: ByteArray, after: ByteArray, where: Mask) -> float:
    """How far the mean colour of the pixels `where` (H, W) moves from one picture (H, W, 3) to another, in
    levels of L*a*b*."""
    return float(np.linalg.norm(lab(after[where]).mean(axis=0) - lab(before[where]).mean(axis=0)))


def skin_of(labels: ByteArray) -> Mask:
    """Skin of the hand-made classes (S, S), without its edge."""
    return np.asarray(ndimage.binary_erosion(labels == _SKIN_LABEL, iterations=_EDGE))


def region(name: str, labels: ByteArray, edited: ByteArray, pack: ModelPack) -> Mask:
    """What an attribute's edit is about, (S, S): its regions before it and after it, and spectacles."""
    side, names = labels.shape[0], ("eyes", "eyebrows") if name == "eyeglasses" else regions_of(name)
    found = np.isin(labels, [label for each in names for label in _REGION_LABELS[each]])
    after = parse(whole_face(edited), pack).probabilities[[REGIONS.index(each) for each in names]].sum(0)
    found |= _at(after, side)
    if name == "eyeglasses" and isinstance(pack.parser, TellsClasses):
        classes = pack.parser.classes(as_picture(edited, min(pack.resolution, 512), pack.device))
        found |= _at(classes[0, GLASSES].detach().float().cpu().numpy(), side)
    return np.asarray(ndimage.distance_transform_edt(~found) <= AROUND * side)


def _at(probabilities: FloatArray, side: int) -> Mask:
    """Where a map of probabilities is certain, at another size."""
    image = Image.fromarray(np.asarray(probabilities, np.float32)).resize((side, side))
    return np.asarray(image) > _CERTAIN


def pictures(data: Path) -> Iterator[tuple[str, ByteArray, ByteArray]]:
    """Names, pictures (512, 512, 3) and hand-made classes (512, 512) of those that are chosen on."""
    for number in CHOSEN_ON:
        path = data / "celebahq512" / f"{number}.webp"
        if path.is_file():
            picture = np.asarray(Image.open(path).convert("RGB"))
            labels = Image.open(data / "celebahq" / f"{number}.png")
            yield path.stem, picture, np.asarray(labels.resize(picture.shape[:2], Image.Resampling.NEAREST))


def groups(data: Path, count: int) -> dict[str, list[tuple[str, ByteArray, ByteArray, float]]]:
    """The darker and the lighter half of the faces, the most extreme first, with their typology angles; each
    half holds `count` at least."""
    known = [
        (name, picture, labels, typology(lab(picture[skin_of(labels)])))
        for name, picture, labels in pictures(data)
    ]
    if len(known) < 2 * count:
        raise EngineError(f"There are {len(known)} faces in {data}/celebahq512.", "Measure fewer of them.")
    known.sort(key=lambda face: face[3])
    half = len(known) // 2
    return {"dark": known[:half], "light": known[::-1][:half]}


def measure(
    face: Face,
    labels: ByteArray,
    name: str,
    editor: Editor,
    looks: Path | None = None,
    **options: Any,
) -> dict[str, float]:
    """One edit of an aligned face, with the `options` of its request: its probability before and after; how
    much skin it is not about lies in the blend mask, as a share of the picture; and by how much that moved,
    where it is enough to tell."""
    result = editor.edit(editor.request(face, name, **options))
    photo = Photo(face.crop, "RGB")
    edited: ByteArray = np.asarray(paste(photo, face, result).pixels, np.uint8)
    inside = paste_mask(photo, face, result) > 0
    where = skin_of(labels) & inside & ~region(name, labels, edited, editor.pack)
    before, after = result.probabilities[name]
    figures = {"before": before, "after": after, "skin": float(where.mean())}
    if where.sum() >= _FEWEST:
        figures["shift"] = apart(face.crop, edited, where)
    if looks is not None:
        seen = np.where(where[..., None], edited, edited // 3)
        Image.fromarray(np.concatenate([face.crop, edited, seen], axis=1)).save(looks)
    return figures


def table(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A line an attribute: the mean and largest movement of each group, their ratio, and whether that is as
    wanted; None where a group has no faces yet."""
    found = []
    for name in dict.fromkeys(row["attribute"] for row in rows):
        line: dict[str, Any] = {"attribute": name}
        for group in GROUPS:
            shifts = [
                r["shift"] for r in rows if (r["attribute"], r["group"]) == (name, group) and "shift" in r
            ]
            line[group], line[f"largest, {group}"] = (
                (float(np.mean(shifts)), max(shifts)) if shifts else (0.0, 0.0)
            )
            line[f"faces, {group}"] = len(shifts)
        less, more = sorted(line[group] for group in GROUPS)
        ratio = more / max(less, 1e-9) if more > NOTHING else 1.0
        told = all(line[f"faces, {group}"] for group in GROUPS)
        line["ratio"] = ratio if told else None
        line["holds"] = more < WANTED and ratio <= MOST_RATIO if told else None
        found.append(line)
    return found


def _in_turn(
    chosen: dict[str, list[tuple[str, ByteArray, ByteArray, float]]],
) -> Iterator[tuple[str, str, ByteArray, ByteArray, float]]:
    """A dark face, a light one, and so on: what is measured by the time one looks is of both."""
    for pair in zip(*(chosen[group] for group in GROUPS), strict=True):
        for group, face in zip(GROUPS, pair, strict=True):
            yield group, *face


def _tell(values: dict[str, Any]) -> None:
    print(
        *(f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in values.items()),
        sep="  ",
        flush=True,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.evaluate.skin_tone", description="Skin that an edit is not about."
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the training data's folder")
    parser.add_argument("--weights", default="starter", metavar="PACK")
    parser.add_argument("--faces", type=int, default=10, help="of each group, an attribute (default: 10)")
    parser.add_argument("--attributes", nargs="+", default=list(ATTRIBUTES), metavar="A")
    parser.add_argument("--groups", nargs="+", default=list(GROUPS), choices=GROUPS, help="(default: both)")
    parser.add_argument("--preset", help="(default: the one that the pack recommends)")
    parser.add_argument("--json", type=Path, metavar="F", help="keep the figures here, and go on from there")
    parser.add_argument(
        "--looks", type=Path, metavar="DIR", help="pictures: before, after, and what is compared"
    )
    options = parser.parse_args(arguments)

    from ..packs.pack import load_pack

    pack = load_pack(options.weights)
    preset = options.preset or pack.preset
    rows: list[dict[str, Any]] = []
    if options.json and options.json.is_file():
        rows = json.loads(options.json.read_text())["edits"]
    if options.looks:
        options.looks.mkdir(parents=True, exist_ok=True)
    chosen = groups(options.data or recipe("common").default_data(), options.faces)
    names = [name for name in options.attributes if name in pack.supported]
    for name in set(options.attributes) - set(names):
        print(f"{name} is not among what {pack.name} can edit.")
    for group, face_name, picture, labels, angle in _in_turn(chosen):
        face, editor = whole_face(picture), Editor(pack)
        scores = editor.score(face)
        for name in names if group in options.groups else ():
            row: dict[str, Any] = {"pack": pack.name, "preset": preset, "group": group, "attribute": name}
            measured = [known["face"] for known in rows if row.items() <= known.items()]
            if scores[name] >= ABSENT or face_name in measured or len(measured) >= options.faces:
                continue
            looks = options.looks and options.looks / f"{group}-{face_name}-{name}.png"
            row |= {"face": face_name, "angle": angle}
            row |= measure(face, labels, name, editor, looks, preset=preset)
            rows.append(row)
            _tell(row)
            if options.json:
                options.json.write_text(json.dumps({"table": table(rows), "edits": rows}, indent=1) + "\n")
    for line in table([row for row in rows if (row["pack"], row["preset"]) == (pack.name, preset)]):
        _tell(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
