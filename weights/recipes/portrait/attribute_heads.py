"""Fit the attributes on the trunk, and write the portrait pack's classifier with its figures.

    python weights/recipes/portrait/attribute_heads.py --faceres faceres-deep.json      # as it is packaged
    python weights/recipes/portrait/attribute_heads.py                                  # as trained

Labels are people's: celeba.csv (all forty), the London pairs (smiling), generated.csv (male). Beside them
stand photos of CelebAMask-HQ repainted under their masks (`repaint.py`: lips painted and bared, hair dyed,
brows thickened and thinned), with the labels that the paint makes certain, so that lipstick is told from the
sex and hair from the face. Every attribute is a kernel ridge regression on what the frozen trunk sees, both
answers weighing the same. Figures are out of fold: five folds of people (pictures that look like one person
lie in one), and what is chosen about a regression for a fold is chosen on the four others. Scale and shift of
the logits come from the same answers, so that a probability means what it says.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from renders import PORTRAIT, calibrate, classifier, common, labelling, repaint, some_faces
from safetensors.torch import save_file
from torch import Tensor
from trunk_classifier import WIDTHS, changed, fresh_trunk, seen

from engine.attributes import CELEBA_ATTRIBUTES
from engine.models.trunk_classifier import GRID, INPUT_SIZE, Trunk, TrunkClassifier
from engine.types import REGIONS

FOLDS = 5
SIMILAR = 0.9
"""From which cosine of what the trunk sees of them, less the mean, two pictures may show one person."""
SOURCES = {"celeba": ("all", 400), "london": ("train", 100), "generated": ("train", 200)}
REPAINTED = 300
DRAWS = 400
PAINT_WEIGHT = 0.25
MIXES = ((1.0, 0.0), (0.5, 0.5), (0.0, 1.0))
"""Weights of the finer and of the coarser map in a regression."""
RIDGES = (1.0, 4.0)
LEAST, LEAST_LOW, WORST = 0.85, 0.75, 0.65
"""AUC from which an attribute is offered, that of its interval's lower end, and below which it never is."""
ASKED = (
    *("smiling", "mouth_slightly_open", "wearing_lipstick", "bushy_eyebrows", "arched_eyebrows"),
    *("black_hair", "blond_hair", "brown_hair", "gray_hair", "big_lips", "narrow_eyes", "big_nose"),
    *("pointy_nose", "wavy_hair", "straight_hair", "male", "young", "eyeglasses", "goatee", "mustache"),
    *("no_beard", "heavy_makeup", "bangs", "pale_skin", "bald", "double_chin", "chubby"),
    "bags_under_eyes",
)
"""Attributes that are offered as experimental, with their figure, where they fall short of the bounds."""
SCALE = 4.0
"""The scale of logits to which those are held of which few positives are known."""


@dataclass
class Faces:
    """N pictures (N, 160, 160, 3): labels (N, 40), of which are `known` (N, 40), folds (N,), -1: in none."""

    images: np.ndarray
    values: np.ndarray
    known: np.ndarray
    fold: np.ndarray


def small(images: np.ndarray) -> np.ndarray:
    """Pictures (N, S, S, 3) uint8 as the trunk takes them."""
    parts = [
        F.interpolate(common.to_tensor(images[i : i + 64]), size=(INPUT_SIZE,) * 2, mode="area")
        for i in range(0, len(images), 64)
    ]
    return (torch.cat(parts) * 255).round().byte().permute(0, 2, 3, 1).numpy()


def labelled(data: Path) -> Faces:
    """The pictures that people labelled. Folds are set by person for London, by place for the others."""
    names, images = [], []
    for source, (split, count) in SOURCES.items():
        found, stack = some_faces(data, source, split, count)
        names += found
        images.append(small(stack))
        print(source, len(found), flush=True)
    values, known = labelling.human_labels(data, names)
    fold = np.arange(len(names)) % FOLDS
    for i, name in enumerate(names):
        if name.startswith("london/"):
            fold[i] = int(name.split("/")[1].split("_")[0]) % FOLDS
    return Faces(np.concatenate(images), values, known, fold)


def painted(data: Path, count: int = REPAINTED) -> Faces:
    """Repainted photos of CelebAMask-HQ with what the paint makes certain."""
    names, images = some_faces(data, "celebahq", "train", count // 2)
    random = np.random.default_rng(11)
    torch.manual_seed(11)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    regions = [REGIONS.index(name) for name in repaint.KEPT]
    while len(found) < count:
        rows = random.integers(0, len(names), 16)
        classes = [
            common.CELEBAMASK_TO_REGION[np.asarray(Image.open(data / f"{names[i]}.png"))] for i in rows
        ]
        masks = torch.from_numpy(np.stack([[c == r for r in regions] for c in classes])).float()
        masks = F.interpolate(masks, size=(repaint.SIZE,) * 2, mode="area") * 255
        x = common.to_tensor(small(images[rows]))
        half = torch.full((16, 40), 0.5)
        y, values, weights = repaint.repaint(x, masks.round().byte(), half, half)
        for k in torch.nonzero((y - x).abs().amax((1, 2, 3)) > 0)[:, 0].tolist():
            picture = (y[k] * 255).round().byte().permute(1, 2, 0).numpy()
            found.append((picture, values[k].numpy(), (weights[k] == 1).numpy()))
    images, values, known = (np.stack(part) for part in zip(*found, strict=True))
    return Faces(images, values, known, np.full(len(images), -1))


@torch.no_grad()
def looked(trunk: Trunk, images: np.ndarray, moved: bool) -> np.ndarray:
    """What the trunk sees, (N, F), in pictures, or in moved, mirrored and recoloured ones."""
    parts = []
    for start in range(0, len(images), 16):
        x = common.to_tensor(images[start : start + 16])
        x = changed(x)[0] if moved else x
        parts.append(torch.cat([part.flatten(1) for part in seen(trunk, x)], 1))
    return torch.cat(parts).numpy()


def together(x: np.ndarray, fold: np.ndarray, rows: np.ndarray) -> int:
    """Put pictures that look like one person into one fold; how many were moved."""
    y = x[rows] - x[rows].mean(0)
    y /= np.linalg.norm(y, axis=1, keepdims=True)
    pairs = np.argwhere(np.triu(y @ y.T > SIMILAR, 1))
    for i, j in pairs:
        fold[rows[j]] = fold[rows[i]]
    return len(pairs)


# --- the regressions


def dual(gram: np.ndarray, yes: np.ndarray, weight: np.ndarray, ridge: float) -> np.ndarray:
    """Kernel ridge regression, both answers weighing the same: (n,), whose sum is the shift."""
    each = np.where(yes, weight / weight[yes].sum(), weight / weight[~yes].sum()) * len(yes) / 2
    return np.linalg.solve(gram + 1 + np.diag(ridge / each), np.where(yes, 1.0, -1.0))


@dataclass
class Fit:
    """A regression: which mix, its dual (n,), and what regressions without their fold said of the rows."""

    which: int
    dual: np.ndarray
    score: np.ndarray


def fitted(grams: Sequence[np.ndarray], yes: np.ndarray, weight: np.ndarray, fold: np.ndarray) -> Fit:
    """Fitted to all rows; rows of the fold -1 are never left out, and have no score.

    For each fold the Gram matrix (n, n) and the ridge are those that tell the other folds best.
    """
    tried = [(which, ridge) for which in range(len(grams)) for ridge in RIDGES]
    scores = np.zeros((len(tried), len(yes)))
    for t, (which, ridge) in enumerate(tried):
        gram = grams[which]
        for k in range(FOLDS):
            out, inside = np.flatnonzero(fold == k), np.flatnonzero(fold != k)
            found = dual(gram[np.ix_(inside, inside)], yes[inside], weight[inside], ridge)
            scores[t, out] = (gram[np.ix_(out, inside)] + 1) @ found

    def best(rows: np.ndarray) -> int:
        return int(np.argmax([labelling.auc(s[rows], yes[rows].astype(float)) for s in scores]))

    score = np.full(len(yes), np.nan)
    for k in range(FOLDS):
        score[fold == k] = scores[best((fold != k) & (fold >= 0)), fold == k]
    which, ridge = tried[best(fold >= 0)]
    return Fit(which, dual(grams[which], yes, weight, ridge), score)


class Maps:
    """What is seen in all rows, as Gram matrices of the two maps, and back to the sums over them."""

    def __init__(self, x: np.ndarray, middle: int) -> None:
        self.shift, spread = x.mean(0), x.std(0)
        self.spread = spread + 0.3 * spread.mean()
        x = (x - self.shift) / self.spread
        self.parts = [x[:, :middle], x[:, middle:]]
        self.sizes = [np.sqrt((part**2).sum(1).mean()) for part in self.parts]
        self.parts = [part / size for part, size in zip(self.parts, self.sizes, strict=True)]
        self.each = [(part @ part.T).astype(np.float64) for part in self.parts]

    def grams(self, rows: np.ndarray) -> list[np.ndarray]:
        """One Gram matrix for each of `MIXES`."""
        own = [gram[np.ix_(rows, rows)] for gram in self.each]
        return [a * own[0] + b * own[1] for a, b in MIXES]

    def sums(self, fit: Fit, rows: np.ndarray) -> tuple[np.ndarray, float]:
        """Weights (F,) and shift of the regression on what the trunk sees."""
        slopes = [
            mix * (part[rows].T @ fit.dual) / size
            for mix, part, size in zip(MIXES[fit.which], self.parts, self.sizes, strict=True)
        ]
        slope = np.concatenate(slopes) / self.spread
        return slope, float(fit.dual.sum() - self.shift @ slope)


def entry(row: dict[str, Any], name: str) -> dict[str, Any] | None:
    """An attribute's line in the manifest: plain where it holds the bounds, marked where it was asked for."""
    listed = {**row, "labels": "human"}
    if row["auc"] >= LEAST and row["auc_low"] >= LEAST_LOW:
        return listed
    return {**listed, "experimental": True} if name in ASKED and row["auc"] >= WORST else None


def stored(folder: Path, name: str, make: Callable[[], Faces]) -> Faces:
    """What `make` gives, kept from the first time on."""
    path = folder / f"{name}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with common.atomic(path) as temporary:
            np.savez(temporary.open("wb"), **vars(make()))
    found = np.load(path)
    return Faces(*(found[key] for key in ("images", "values", "known", "fold")))


def fit_all(trunk: Trunk, data: Path, folder: Path) -> tuple[Tensor, Tensor, dict[str, dict[str, Any]]]:
    """Weights (40, F) and shifts (40,) of the logits, and by attribute the figures out of fold."""
    people = stored(folder, "people", lambda: labelled(data))
    paint = stored(folder, "painted", lambda: painted(data))
    plain = looked(trunk, people.images, False)
    moved = looked(trunk, people.images, True)
    print("of one person:", together(plain, people.fold, np.arange(SOURCES["celeba"][1])), flush=True)
    count, middle = len(people.images), GRID * GRID * WIDTHS[-3]
    maps = Maps(np.concatenate([plain, moved, looked(trunk, paint.images, False)]), middle)
    values = np.concatenate([people.values, people.values, paint.values])
    known = np.concatenate([people.known, people.known, paint.known])
    fold = np.concatenate([people.fold, people.fold, paint.fold])
    weight = np.concatenate([np.ones(2 * count), np.full(len(paint.images), PAINT_WEIGHT)])
    sums, shifts, figures = np.zeros((40, plain.shape[1])), np.zeros(40), {}
    for k, name in enumerate(CELEBA_ATTRIBUTES):
        rows = np.flatnonzero(known[:, k])
        yes = values[rows, k] > 0.5
        own = rows < count
        if min(yes[own].sum(), (~yes[own]).sum()) < 5:
            continue
        fit = fitted(maps.grams(rows), yes, weight[rows], fold[rows])
        score, answer = fit.score[own], yes[own]
        figures[name] = classifier.interval(score, answer.astype(float), DRAWS)
        scale, shift = calibrate.logistic(
            torch.from_numpy(score).float(), torch.from_numpy(answer).float(), SCALE
        )
        slope, own_shift = maps.sums(fit, rows)
        sums[k], shifts[k] = scale * slope, scale * own_shift + shift
        print(name, MIXES[fit.which], json.dumps(figures[name]), round(scale, 2), flush=True)
    return torch.from_numpy(sums).float(), torch.from_numpy(shifts).float(), figures


def load_trunk(args: argparse.Namespace) -> tuple[Trunk, int]:
    """The trained trunk, or the packaged one where `--faceres` names it, and how many views it saw."""
    if args.faceres is not None:
        return fresh_trunk(args.faceres), 0
    state = common.load_checkpoint(args.runs / "portrait_classifier" / "trunk.pt")
    if state is None:
        raise SystemExit("Train the trunk first (trunk_classifier.py), or name the packaged one (--faceres).")
    trunk = Trunk(WIDTHS).to(memory_format=torch.channels_last)
    trunk.load_state_dict(state["average"])
    return trunk, int(state["views"])


def write(trunk: Trunk, sums: Tensor, shifts: Tensor, path: Path) -> None:
    """The classifier in half precision."""
    network = TrunkClassifier(WIDTHS)
    network.trunk.load_state_dict(trunk.state_dict())
    network.sums.weight.data.copy_(sums)
    network.sums.bias.data.copy_(shifts)
    state = {key: value.half().contiguous() for key, value in network.state_dict().items()}
    with common.atomic(path) as temporary:
        save_file(state, temporary)


def main() -> None:
    parser = common.arguments(__doc__ or "")
    parser.set_defaults(out=PORTRAIT)
    parser.add_argument("--faceres", type=Path, help="faceres-deep.json, for the trunk as it is packaged")
    args: argparse.Namespace = parser.parse_args()
    trunk, views = load_trunk(args)
    torch.manual_seed(args.seed)
    sums, shifts, figures = fit_all(trunk.eval(), args.data, args.runs / "portrait_classifier")
    write(trunk, sums, shifts, args.out / "classifier.safetensors")
    path = args.out / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8"))
    entries = {name: entry(row, name) for name, row in figures.items()}
    metrics["classifier"] = {
        "views_of_the_trunk": views, "people_s_pictures": 400, "repainted": REPAINTED,
        "out_of_fold": figures, "attributes": {name: e for name, e in entries.items() if e is not None},
    }  # fmt: skip
    path.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
