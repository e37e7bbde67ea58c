"""The portrait pack's classifier: the starter's, and sums on the parser's backbone for what that cannot tell.

    python weights/recipes/portrait/backbone_heads.py --pack FOLDER --faceres faceres-deep.json

The starter's classifier was trained to bear an edit and keeps the attributes that it tells. `SERVED` are
those which linear sums over the maps of the pack's face parser tell better, or alone. Labels are people's and
what paint makes certain, as in attribute_heads.py. For `TAUGHT`, of which people labelled few or which a
network for faces tells better than the parser's maps do by themselves, the sums learn from pictures without
labels: photos, renders, and renders moved along directions (`trunk_encoder.py pairs`, `trunk_classifier.py
draw`). Of each a regression on faceres-deep, itself fitted to people's labels, says how much it shows. A
fold's teacher has not seen that fold either, so the figures stay out of fold; faceres-deep is no part of what
is written.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import scipy.linalg
import torch
import torch.nn.functional as F
from attribute_heads import (
    DRAWS,
    FOLDS,
    PAINT_WEIGHT,
    SCALE,
    dual,
    entry,
    fitted,
    labelled,
    looked,
    painted,
    small,
    stored,
)
from renders import Pairs, calibrate, classifier, common, options, some_faces
from safetensors.torch import load_file, save_file
from torch import Tensor
from trunk_classifier import changed, fresh_trunk
from trunk_encoder import load_backbone

from engine.attributes import CELEBA_ATTRIBUTES
from engine.models.backbone_classifier import INPUT_SIZE, seen
from engine.models.parsers.bisenet import BiSeNetParser
from engine.models.trunk_classifier import Trunk

TAUGHT = (
    *("young", "mustache", "bald", "chubby", "double_chin", "5_o_clock_shadow", "big_lips", "narrow_eyes"),
    "big_nose",
)
"""The others are told as well or better by regressions on people's labels: wavy hair .873 against .868,
straight hair .742 against .712, bags under the eyes .805 against .789."""
SERVED = (
    *("bald", "mustache", "young", "double_chin", "chubby", "bags_under_eyes", "wavy_hair", "straight_hair"),
    *("big_lips", "narrow_eyes", "big_nose", "pointy_nose", "5_o_clock_shadow"),
)
PHOTOS = {"celebahq": 800, "generated": 1000}
"""Photos without labels that the teachers label; of celebahq/ 000 to 799, of generated/ none held out."""
TAUGHT_RIDGE, TEACHER_RIDGE = 0.3, 4.0
"""Between .1 and 2 the first changes no AUC by more than .015."""
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

    def between(self, rows: np.ndarray, others: np.ndarray, mix: Sequence[float]) -> np.ndarray:
        """The products of rows (n,) with others (m,), (n, m)."""
        total: np.ndarray = sum(
            m * (part[rows] @ part[others].T).astype(np.float64)
            for m, part in zip(mix, self.parts, strict=True)
            if m
        ) / sum(mix)
        return total

    def gram(self, rows: np.ndarray, mix: Sequence[float]) -> np.ndarray:
        """One Gram matrix of some rows."""
        return self.between(rows, rows, mix)

    def sums(self, mix: Sequence[float], found: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """Weights (F,) and shift of a regression's dual on what is seen."""
        slopes = [
            m / sum(mix) * (part[rows].T @ found) / size
            for m, part, size in zip(mix, self.parts, self.sizes, strict=True)
        ]
        slope = np.concatenate(slopes) / self.spread
        return slope, float(found.sum() - self.shift @ slope)


def taught(gram: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Regressions on what teachers said of pictures: a dual (M, T) for answers (T, M)."""
    found: np.ndarray = scipy.linalg.solve(
        gram + 1 + TAUGHT_RIDGE * np.eye(len(gram)), said.T, assume_a="pos"
    )
    return found


def out_of_fold(gram: np.ndarray, duals: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """What the dual k says of the rows of fold k; `gram` (n, M) is of all rows with what was taught."""
    score = np.full(len(fold), np.nan)
    for k in range(FOLDS):
        score[fold == k] = (gram[fold == k] + 1) @ duals[:, k]
    return score


def teachers(people: np.ndarray, others: np.ndarray, yes: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """What regressions on faceres-deep's features say of pictures: (FOLDS + 1, M), row k of the one that
    did not see fold k, the last of one that saw all."""
    both = np.concatenate([people, others]).astype(np.float32)
    both = (both - both.mean(0)) / (both.std(0) + 0.3 * both.std(0).mean())
    both /= np.sqrt((both**2).sum(1).mean())
    count, gram = len(people), (both @ both[: len(people)].T).astype(np.float64)
    said = []
    for k in (*range(FOLDS), -1):
        inside = np.flatnonzero(fold != k)
        found = dual(gram[np.ix_(inside, inside)], yes[inside], np.ones(len(inside)), TEACHER_RIDGE)
        said.append((gram[count:][:, inside] + 1) @ found)
    return np.stack(said)


def unlabelled(
    args: argparse.Namespace, backbone: BiSeNetParser, trunk: Trunk
) -> tuple[np.ndarray, np.ndarray]:
    """What the backbone and the teachers' network see in pictures without labels: photos and renders."""
    folder = args.runs / "portrait_classifier"

    def photos() -> Iterator[np.ndarray]:
        yield from (some_faces(args.data, name, "train", n)[1] for name, n in PHOTOS.items())

    def moved() -> Iterator[np.ndarray]:
        yield np.load(folder / "renders.npy", mmap_mode="r")

    def pairs() -> Iterator[np.ndarray]:
        _, pictures = Pairs(args.runs / "portrait_pairs").read()
        for start in range(0, len(pictures), 512):
            yield np.ascontiguousarray(pictures[start : start + 512].transpose(0, 2, 3, 1))

    ours, theirs = [], []
    for name, images in (("photos", photos), ("renders", moved), ("pairs", pairs)):
        ours.append(
            kept(
                folder / f"backbone.{name}.npy",
                lambda i=images: np.concatenate([through(backbone, part) for part in i()]),
            )
        )
        theirs.append(
            kept(
                folder / f"faceres.{name}.npy",
                lambda i=images: np.concatenate([looked(trunk, small(part), False) for part in i()]),
            )
        )
    return np.concatenate(ours), np.concatenate(theirs)


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
    others, seen_of_them = unlabelled(args, backbone, trunk)
    knowing = kept(folder / "faceres.people.npy", lambda: looked(trunk, people.images, False))
    count = len(people.images)
    x = np.concatenate([plain, moved, dyed, others]).astype(np.float32)
    channels = [m.shape[1] for m in backbone.maps(torch.zeros(1, 3, 64, 64))]
    maps = Maps(x, channels)
    first_other = 2 * count + len(dyed)
    of_others = maps.gram(np.arange(first_other, len(x)), (1, 1, 1))
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
            told, used, mix = rows[own], np.arange(first_other, len(x)), (1, 1, 1)
            said = teachers(knowing[told], seen_of_them, values[told, k] > 0.5, fold[told])
            duals = taught(of_others, said)
            score, found = out_of_fold(maps.between(told, used, mix), duals, fold[told]), duals[:, FOLDS]
        else:
            fit = fitted([maps.gram(rows, mix) for mix in MIXES], yes, weight[rows], fold[rows])
            mix, used = MIXES[fit.which], rows
            score, found = fit.score[own], fit.dual
        answer = yes[own]
        figures[name] = classifier.interval(score, answer.astype(float), DRAWS)
        scale, shift = calibrate.logistic(
            torch.from_numpy(score).float(), torch.from_numpy(answer).float(), SCALE
        )
        slope, own_shift = maps.sums(mix, found, used)
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
    moved = np.load(args.runs / "portrait_classifier" / "renders.npy", mmap_mode="r")
    renders = len(Pairs(args.runs / "portrait_pairs")) + len(moved)
    path = args.out / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    entries = {name: entry(dict(figures[name]), name) for name in SERVED if name in figures}
    metrics["classifier"] = {
        "networks": "the starter pack's, and sums on the parser's backbone for what it does not know",
        "people_s_pictures": 400, "repainted": 300, "taught_photos": sum(PHOTOS.values()),
        "taught_renders": renders, "taught": TAUGHT,
        "out_of_fold": figures, "attributes": {name: e for name, e in entries.items() if e is not None},
    }  # fmt: skip
    path.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
