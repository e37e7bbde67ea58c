"""The portrait pack's classifier: the starter's, and sums on the parser's backbone for what that cannot tell.

    python weights/recipes/portrait/backbone_heads.py --pack FOLDER --faceres faceres-deep.json

The starter's classifier was trained to bear an edit and keeps the attributes that it tells. `SERVED` are
those which linear sums over the maps of the pack's face parser tell better, or alone. Labels are people's and
what paint makes certain, as in attribute_heads.py. For `TAUGHT`, few of which people labelled, photos without
labels join in: regressions on faceres-deep, itself fitted to people's labels, say of each what it shows, and
where they are sure the sums learn it. A fold's teacher has not seen that fold either, so the figures stay out
of fold; faceres-deep is no part of what is written.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from attribute_heads import (
    DRAWS,
    FOLDS,
    PAINT_WEIGHT,
    SCALE,
    Fit,
    dual,
    entry,
    fitted,
    labelled,
    looked,
    painted,
    small,
    stored,
)
from renders import calibrate, classifier, common, labelling, options, some_faces
from safetensors.torch import load_file, save_file
from torch import Tensor
from trunk_classifier import changed, fresh_trunk
from trunk_encoder import load_backbone

from engine.attributes import CELEBA_ATTRIBUTES
from engine.models.backbone_classifier import INPUT_SIZE, seen
from engine.models.parsers.bisenet import BiSeNetParser
from engine.models.trunk_classifier import Trunk

TAUGHT = ("double_chin", "5_o_clock_shadow")
SERVED = (
    *("bald", "mustache", "young", "double_chin", "chubby", "bags_under_eyes", "wavy_hair", "straight_hair"),
    *("big_lips", "narrow_eyes", "big_nose", "pointy_nose", "5_o_clock_shadow"),
)
PHOTOS = {"celebahq": 800, "generated": 1000}
"""Photos without labels that the teachers label; of celebahq/ 000 to 799, of generated/ none held out."""
SURE = 0.5
"""What a teacher's regression must say beyond 0, of answers of 1 and -1, to be believed."""
WEIGHTS = (0.1, 0.3)
"""Weights of a taught photo beside one that people labelled, tried on the folds."""
TAUGHT_RIDGE, TEACHER_RIDGE = 4.0, 4.0
MIXES = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 1), (0, 1, 1))
"""Weights of the three maps in a regression, finest first."""


def kept(path: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What is stored in that file, made where it is not yet."""
    if not path.is_file():
        with common.atomic(path) as temporary:
            np.save(temporary.open("wb"), make().astype(np.float16))
    found: np.ndarray = np.load(path)
    return found


@torch.no_grad()
def through(backbone: BiSeNetParser, images: np.ndarray, moved: bool = False) -> np.ndarray:
    """What the sums are over in pictures (N, S, S, 3), or in moved, mirrored and recoloured ones: (N, F)."""
    parts = []
    for start in range(0, len(images), 8):
        x = common.to_tensor(images[start : start + 8])
        x = changed(x)[0] if moved else x
        x = F.interpolate(x, size=(INPUT_SIZE,) * 2, mode="bilinear", align_corners=False)
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(seen(backbone, x.contiguous(memory_format=torch.channels_last)))
    return torch.cat(parts).numpy()


class Maps:
    """What is seen in all rows, map by map, standardised, as Gram matrices, and back to sums."""

    def __init__(self, x: np.ndarray, channels: Sequence[int]) -> None:
        self.shift, spread = x.mean(0), x.std(0)
        ends = np.cumsum([0, *(len(spread) * c // sum(channels) for c in channels)])
        self.slices = [slice(a, b) for a, b in itertools.pairwise(ends)]
        own = [np.full(s.stop - s.start, spread[s].mean()) for s in self.slices]
        self.spread = spread + 0.3 * np.concatenate(own)
        self.parts = [(x[:, s] - self.shift[s]) / self.spread[s] for s in self.slices]
        self.sizes = [np.sqrt((part**2).sum(1).mean()) for part in self.parts]
        self.parts = [part / size for part, size in zip(self.parts, self.sizes, strict=True)]
        self.each = [(part @ part.T).astype(np.float64) for part in self.parts]

    def gram(self, rows: np.ndarray, mix: Sequence[float]) -> np.ndarray:
        """One Gram matrix of some rows."""
        at = np.ix_(rows, rows)
        total: np.ndarray = sum(m * g[at] for m, g in zip(mix, self.each, strict=True) if m) / sum(mix)
        return total

    def sums(self, mix: Sequence[float], found: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """Weights (F,) and shift of a regression's dual on what is seen."""
        slopes = [
            m / sum(mix) * (part[rows].T @ found) / size
            for m, part, size in zip(mix, self.parts, self.sizes, strict=True)
        ]
        slope = np.concatenate(slopes) / self.spread
        return slope, float(found.sum() - self.shift @ slope)


def taught(gram: np.ndarray, yes: np.ndarray, weight: np.ndarray, fold: np.ndarray, said: np.ndarray) -> Fit:
    """A regression on labelled rows and, after them in `gram`, on photos of which teachers said `said`.

    `said` (FOLDS + 1, M): row k of the teacher that did not see the fold k, the last of one that saw all.
    The photos' weight is that of `WEIGHTS` which tells the other folds best.
    """
    count = len(yes)

    def solved(teacher: int, inside: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
        sure = np.flatnonzero(np.abs(said[teacher]) > SURE)
        rows = np.concatenate([inside, count + sure])
        answers = np.concatenate([yes[inside], said[teacher][sure] > 0])
        weights = np.concatenate([weight[inside], np.full(len(sure), share)])
        return rows, dual(gram[np.ix_(rows, rows)], answers, weights, TAUGHT_RIDGE)

    scores = np.full((len(WEIGHTS), count), np.nan)
    for t, share in enumerate(WEIGHTS):
        for k in range(FOLDS):
            out = np.flatnonzero(fold == k)
            rows, found = solved(k, np.flatnonzero(fold != k), share)
            scores[t, out] = (gram[np.ix_(out, rows)] + 1) @ found

    def best(rows: np.ndarray) -> int:
        return int(np.argmax([labelling.auc(s[rows], yes[rows].astype(float)) for s in scores]))

    score = np.full(count, np.nan)
    for k in range(FOLDS):
        score[fold == k] = scores[best((fold != k) & (fold >= 0)), fold == k]
    rows, found = solved(FOLDS, np.arange(count), WEIGHTS[best(fold >= 0)])
    whole = np.zeros(len(gram))
    whole[rows] = found
    return Fit(0, whole, score)


def teachers(people: np.ndarray, photos: np.ndarray, yes: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """What regressions on faceres-deep's features say of the photos: (FOLDS + 1, M), see `taught`."""
    both = np.concatenate([people, photos]).astype(np.float32)
    both = (both - both.mean(0)) / (both.std(0) + 0.3 * both.std(0).mean())
    both /= np.sqrt((both**2).sum(1).mean())
    count, gram = len(people), (both @ both[: len(people)].T).astype(np.float64)
    said = []
    for k in (*range(FOLDS), -1):
        inside = np.flatnonzero(fold != k)
        found = dual(gram[np.ix_(inside, inside)], yes[inside], np.ones(len(inside)), TEACHER_RIDGE)
        said.append((gram[count:][:, inside] + 1) @ found)
    return np.stack(said)


def photos(data: Path, folder: Path, backbone: BiSeNetParser, trunk: Trunk) -> tuple[np.ndarray, np.ndarray]:
    """What the backbone and the teachers' network see in the photos without labels."""
    files = folder / "backbone.photos.npy", folder / "faceres.photos.npy"
    images = np.zeros(0)
    if not all(file.is_file() for file in files):
        images = np.concatenate([some_faces(data, name, "train", n)[1] for name, n in PHOTOS.items()])
    return (
        kept(files[0], lambda: through(backbone, images)),
        kept(files[1], lambda: looked(trunk, small(images), False)),
    )


def fit_all(args: argparse.Namespace) -> tuple[Tensor, Tensor, dict[str, dict[str, float]]]:
    """Weights (40, F) and shifts (40,) of the logits, and by attribute the figures out of fold."""
    folder = args.runs / "portrait_classifier"
    people = stored(folder, "people", lambda: labelled(args.data))
    paint = stored(folder, "painted", lambda: painted(args.data))
    backbone = load_backbone(args.pack).to(memory_format=torch.channels_last)
    plain = kept(folder / "backbone.people.npy", lambda: through(backbone, people.images))
    moved = kept(folder / "backbone.moved.npy", lambda: through(backbone, people.images, True))
    dyed = kept(folder / "backbone.painted.npy", lambda: through(backbone, paint.images))
    trunk = fresh_trunk(args.faceres).eval()
    unlabelled, seen_of_them = photos(args.data, folder, backbone, trunk)
    knowing = kept(folder / "faceres.people.npy", lambda: looked(trunk, people.images, False))
    count = len(people.images)
    x = np.concatenate([plain, moved, dyed, unlabelled]).astype(np.float32)
    channels = [m.shape[1] for m in backbone.maps(torch.zeros(1, 3, 64, 64))]
    maps = Maps(x, channels)
    first_photo = 2 * count + len(dyed)
    values = np.concatenate([people.values, people.values, paint.values])
    known = np.concatenate([people.known, people.known, paint.known])
    fold = np.concatenate([people.fold, people.fold, paint.fold])
    weight = np.concatenate([np.ones(2 * count), np.full(len(dyed), PAINT_WEIGHT)])
    sums, shifts, figures = np.zeros((40, x.shape[1])), np.zeros(40), {}
    for name in args.attributes or CELEBA_ATTRIBUTES:
        k = CELEBA_ATTRIBUTES.index(name)
        rows = np.flatnonzero(known[:, k])
        yes, own = values[rows, k] > 0.5, rows < count
        if min(yes[own].sum(), (~yes[own]).sum()) < 5:
            continue
        if name in TAUGHT:
            told = rows[own]
            said = teachers(knowing[told], seen_of_them, values[told, k] > 0.5, fold[told])
            mix, used = (1, 1, 1), np.concatenate([rows, np.arange(first_photo, len(x))])
            fit = taught(maps.gram(used, mix), yes, weight[rows], fold[rows], said)
        else:
            fit = fitted([maps.gram(rows, mix) for mix in MIXES], yes, weight[rows], fold[rows])
            mix, used = MIXES[fit.which], rows
        score, answer = fit.score[own], yes[own]
        figures[name] = classifier.interval(score, answer.astype(float), DRAWS)
        scale, shift = calibrate.logistic(
            torch.from_numpy(score).float(), torch.from_numpy(answer).float(), SCALE
        )
        slope, own_shift = maps.sums(mix, fit.dual, used)
        sums[k], shifts[k] = scale * slope, scale * own_shift + shift
        print(name, mix, json.dumps(figures[name]), round(scale, 2), flush=True)
    return torch.from_numpy(sums).float(), torch.from_numpy(shifts).float(), figures


def composed(sums: Tensor, shifts: Tensor, served: Sequence[str]) -> dict[str, Tensor]:
    """The classifier's tensors: the starter's network, the sums, and which of them serves an attribute."""
    first = load_file(common.STARTER / "classifier.safetensors")
    serves = torch.tensor([float(name in served) for name in CELEBA_ATTRIBUTES])
    state = {f"first.{key}": value for key, value in first.items()}
    state |= {"second.sums.weight": sums.half(), "second.sums.bias": shifts.half()}
    return {**{key: value.contiguous() for key, value in state.items()}, "second_serves": serves}


def main() -> None:
    parser = options(__doc__ or "", 3600)
    parser.add_argument("--faceres", type=Path, required=True, help="faceres-deep.json, for the teachers")
    parser.add_argument("--attributes", nargs="*", help="fit these alone")
    args: argparse.Namespace = parser.parse_args()
    torch.manual_seed(args.seed)
    sums, shifts, figures = fit_all(args)
    with common.atomic(args.out / "classifier.safetensors") as temporary:
        save_file(composed(sums, shifts, SERVED), temporary)
    path = args.out / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    entries = {name: entry(dict(figures[name]), name) for name in SERVED if name in figures}
    metrics["classifier"] = {
        "networks": "the starter pack's, and sums on the parser's backbone for what it does not know",
        "people_s_pictures": 400, "repainted": 300, "taught_photos": sum(PHOTOS.values()), "taught": TAUGHT,
        "out_of_fold": figures, "attributes": {name: e for name, e in entries.items() if e is not None},
    }  # fmt: skip
    path.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
