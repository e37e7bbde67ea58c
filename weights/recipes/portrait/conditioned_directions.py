"""Attribute directions in W, each conditioned on the others, from renders that a classifier scored.

    python weights/recipes/portrait/conditioned_directions.py fit --pack FOLDER    # after heads.py
    python weights/recipes/portrait/conditioned_directions.py measure --pack FOLDER    # then scale

Ridge regression from 200 whitened components of the renders' codes (mean over the layers) to each
attribute's logit. A direction is the shortest move that changes its own logit and none of the others',
InterFaceGAN's projection (Shen et al. 2020) in one solution; attributes that belong together (`TOGETHER`)
are not held, the pose always is. Layers below or above what an attribute is made of stand still (`LAYERS`;
`choose` tries others). `measure` moves faces that lack an attribute until its probability crosses one half
and says what that does to the others; `scale` then makes one unit twice that way, or
`LONGEST` where that is less.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from renders import Codes, Pairs, common, load_generator, options
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from trunk_encoder import load_backbone

from engine.attributes import CELEBA_ATTRIBUTES
from engine.models.encoders.trunk_encoder import NeedsBackbone
from engine.models.generators.mobile_stylegan import MobileStyleGAN
from engine.models.parsers.bisenet import BiSeNetParser
from engine.packs import registry
from engine.types import REGIONS

COMPONENTS = 200
RIDGE = 0.3
BEYOND, LONGEST = 2.0, 2.5
"""A unit is `BEYOND` times the way on which renders near the mean cross one half (with 4/3 of it a photo
smiled with a probability of .17, with twice it .94), and never more than so many standard deviations of
the codes: edits and sliders go up to two units and a little, and from six deviations on faces broke
(moustaches and curls on 836, 820 and 805)."""
AMOUNTS = (0.2, 0.35, 0.5, 0.65, 0.8, 1.0, 1.3)
SLACK = 0.3
"""How far another attribute's direction may still be followed: the diagonal added to the conditions.

With 0.02 a smile was five deviations long, brought hats, and changed more of what it was to hold than with
0.5, where it is two; gender is cleanest at 0.15 (26 faces, 18 attributes).
"""
TOGETHER = (
    {"wearing_lipstick", "heavy_makeup", "rosy_cheeks", "attractive"},
    {"no_beard", "goatee", "mustache", "5_o_clock_shadow", "sideburns", "male"},
    {"black_hair", "brown_hair", "blond_hair", "gray_hair"},
    {"smiling", "mouth_slightly_open", "high_cheekbones"},
    {"young", "gray_hair", "bags_under_eyes", "attractive", "double_chin", "chubby"},
    {"male", "heavy_makeup", "wearing_lipstick", "arched_eyebrows", "bushy_eyebrows", "attractive"},
    {"wavy_hair", "straight_hair"},
    {"chubby", "double_chin", "big_nose", "oval_face"},
)
"""Attributes that may change with one another."""
COARSE = ("narrow_eyes",)
MIDDLE = ("bushy_eyebrows", "smiling", "mouth_slightly_open", "big_lips", "big_nose", "pointy_nose")
BUT_COARSEST = (
    *("young", "mustache", "5_o_clock_shadow", "goatee", "bald", "chubby", "double_chin"),
    *("bags_under_eyes", "wavy_hair"),
)
FINE = ("black_hair", "blond_hair", "gray_hair", "pale_skin", "straight_hair")
FINEST = ("brown_hair", "wearing_lipstick")
LAYERS = (
    dict.fromkeys(COARSE, (0, 10))
    | dict.fromkeys(MIDDLE, (3, 13))
    | dict.fromkeys(BUT_COARSEST, (3, 23))
    | dict.fromkeys(FINE, (5, 23))
    | dict.fromkeys(FINEST, (9, 23))
)
"""First layer and the one after the last that move; all where an attribute is not listed."""
RANGES = ((0, 23), (0, 10), (3, 13), (3, 23), (5, 23), (9, 23))
POSED = 1500
"""Renders whose pose is measured."""
POSE_SLACK = 0.02
"""The diagonal of the conditions on pose: with none, edits turned the head and showed two faces in one."""
TONED = ("pale_skin", "rosy_cheeks", "heavy_makeup", "attractive")
"""Attributes that are the skin's colour, or partly; along all others it is held like the pose: fuller lips
and a larger nose had made faces darker, gray hair paler."""
CHEEKS = (120, 160, 80, 176)
"""Rows and columns of an aligned face of 256 px that are cheeks and nose."""
UNHELD = ("blurry", "attractive", "wearing_earrings", "wearing_necklace", "wearing_necktie", "oval_face")
"""Attributes that no direction is kept from changing: nobody asks for them, or nobody agrees on them."""


def conditioned(slopes: Tensor, names: list[str], pose: Tensor, tone: Tensor) -> dict[str, Tensor]:
    """Slopes (A, K) of the logits, in their deviations -> by attribute the move (K,) for one of it.

    `pose` are slopes (P, K) of what no attribute may change, `tone` (C, K) of what only `TONED` may.
    """
    found = {}
    for i, name in enumerate(names):
        friends = set().union(*(group for group in TOGETHER if name in group), {name})
        held = [j for j, other in enumerate(names) if other not in friends and other not in UNHELD]
        fixed = pose if name in TONED else torch.cat([pose, tone])
        rows = torch.cat([slopes[i : i + 1], slopes[held], fixed])
        gram = rows @ rows.T
        lengths = gram.diagonal().sqrt()
        gram = gram / lengths[:, None] / lengths
        wanted = torch.zeros(len(rows))
        wanted[0] = 1
        slack = torch.full_like(wanted, SLACK)
        slack[0], slack[len(rows) - len(fixed) :] = 0.0, POSE_SLACK
        gram = gram + torch.diag(slack)
        move = (torch.linalg.solve(gram, wanted) / lengths) @ rows
        found[name] = move / (move @ slopes[i])
    return found


def scores(pictures: np.ndarray, classifier: nn.Module) -> Tensor:
    """Logits (N, 40) of pictures (N, 3, 256, 256) uint8."""
    with torch.no_grad():
        parts = range(0, len(pictures), 16)
        return torch.cat(
            [classifier(torch.from_numpy(pictures[i : i + 16].copy()).float() / 255) for i in parts]
        )


@torch.no_grad()
def poses(pictures: np.ndarray, parser: BiSeNetParser) -> Tensor:
    """How renders (N, 3, 256, 256) uint8 hold their heads, (N, 7): the nose's place across and down the skin
    around it, the skin's place across and its width, and both eyes' height, distance and slope."""
    found = []
    at = torch.linspace(0, 1, 512)
    for picture in pictures:
        regions = parser(torch.from_numpy(picture.copy())[None].float() / 255)[0]
        centres = {}
        for name in ("nose", "skin", "eyes"):
            part = regions[REGIONS.index(name)]
            part = part / part.sum().clamp_min(1e-3)
            x, y = (part.sum(0) * at).sum(), (part.sum(1) * at).sum()
            wide = ((part.sum(0)) * (at - x).square()).sum().sqrt()
            lean = (part * (at[:, None] - y) * (at - x)).sum() / wide.clamp_min(1e-3)
            centres[name] = (x, y, wide, lean)
        (nose_x, nose_y, *_), (x, y, width, _) = centres["nose"], centres["skin"]
        found.append(torch.stack([nose_x - x, nose_y - y, x, width, *centres["eyes"][1:]]))
    return torch.stack(found)


def tones(pictures: np.ndarray) -> Tensor:
    """The skin's colour in renders (N, 3, 256, 256) uint8, (N, 3): logarithms, amid the cheeks."""
    top, bottom, left, right = CHEEKS
    inside = pictures[:, :, top:bottom, left:right]
    means = [
        part.reshape(len(part), 3, -1).mean(2) for part in np.array_split(inside, 1 + len(inside) // 256)
    ]
    return torch.from_numpy(np.log1p(np.concatenate(means))).float()


def held_slopes(args: argparse.Namespace, pictures: np.ndarray, x: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes of the renders' pose (7, K) and of their skin's colour (3, K), standardised, on the components
    (N, K) of their codes."""
    stored = args.runs / "portrait_directions" / "poses.pt"
    if not stored.exists():
        torch.save(poses(pictures[:POSED], load_backbone(args.pack)), stored)
    found = []
    for held in (torch.load(stored, weights_only=True), tones(pictures)):
        held = (held - held.mean(0)) / held.std(0)
        found.append(solve(x[: len(held)], held).T)
    return found[0], found[1]


def fit(args: argparse.Namespace) -> None:
    generator, mean = load_generator(args.pack, args.out)
    classifier = load_classifier(args)
    codes, pictures = Pairs(args.runs / "portrait_pairs").read()
    stored = args.runs / "portrait_directions" / f"logits.{'own' if args.scored_by is None else 'other'}.pt"
    stored.parent.mkdir(parents=True, exist_ok=True)
    logits = (
        torch.load(stored, weights_only=True) if stored.exists() else torch.zeros(0, len(CELEBA_ATTRIBUTES))
    )
    logits = (
        torch.cat([logits, scores(pictures[len(logits) :], classifier)])
        if len(logits) < len(codes)
        else logits
    )
    torch.save(logits, stored)
    values, axes = components(generator, mean)
    x = (torch.from_numpy(np.array(codes)).float().mean(1) - mean) @ axes / values.sqrt()
    known = [
        i
        for i in range(len(CELEBA_ATTRIBUTES))
        if args.least <= int((logits[:, i] > 0).sum()) <= len(logits) - args.least
    ]
    names = [CELEBA_ATTRIBUTES[i] for i in known]
    y = logits[:, known].clamp(-6, 6)
    deviation = y.std(0)
    y = (y - y.mean(0)) / deviation
    half = len(x) // 2
    slopes = solve(x, y)
    guessed = x[half:] @ solve(x[:half], y[:half])
    told = [
        float(torch.corrcoef(torch.stack(both))[0, 1]) for both in zip(guessed.T, y[half:].T, strict=True)
    ]
    moves, out, figures = conditioned(slopes.T, names, *held_slopes(args, pictures, x)), {}, {}
    for i, name in enumerate(names):
        has = logits[:, known[i]] > 0
        step = float(y[has, i].mean() - y[~has, i].mean())
        direction = (step * moves[name] * values.sqrt()) @ axes.T
        first, last = LAYERS.get(name, (0, generator.num_layers))
        whole = torch.zeros(generator.num_layers, len(direction))
        whole[first:last] = direction
        if args.attributes and name not in args.attributes:
            continue
        out[name] = whole.half().contiguous()
        figures[name] = {"correlation": round(told[i], 3), "unit": round(step * float(moves[name].norm()), 2)}
    write(args, out)
    print(len(codes), "renders;", json.dumps(figures))


def write(args: argparse.Namespace, ways: dict[str, Tensor]) -> None:
    """Store directions; where `--attributes` names some, all others stay as they are."""
    path = args.out / "directions.safetensors"
    others = {k: v.clone() for k, v in load_file(path).items()} if args.attributes and path.is_file() else {}
    kept = {name: way for name, way in others.items() if name not in args.attributes}
    with common.atomic(path) as temporary:
        save_file({**kept, **ways}, temporary)


def solve(x: Tensor, y: Tensor) -> Tensor:
    """Ridge regression (K, A) of standardised logits (N, A) on components (N, K)."""
    return torch.linalg.solve(x.T @ x + RIDGE * len(x) * torch.eye(x.shape[1]), x.T @ y)


def load_classifier(args: argparse.Namespace) -> nn.Module:
    """The network that scores: the one asked for, else the pack's, or the starter's while it has none."""
    path = args.scored_by or next(
        f
        for f in (args.out / "classifier.safetensors", common.STARTER / "classifier.safetensors")
        if f.is_file()
    )
    network = registry.load("classifier", path)
    if isinstance(network, NeedsBackbone):
        network.attach(load_backbone(args.pack))
    return network


@torch.no_grad()
def measure(args: argparse.Namespace) -> None:
    """Crossing one half along every direction: how far, how often, what else changes; a sheet each."""
    generator, mean = load_generator(args.pack, args.out)
    classifier, noise = load_classifier(args), generator.start_noise()
    ways = {name: d.float() for name, d in load_file(args.out / "directions.safetensors").items()}
    source = Codes(generator, mean, 4242)
    folder = args.runs / "portrait_directions"
    start = mean + 0.7 * (source.w(args.faces) - mean)
    pictures = [generator(w.expand(1, generator.num_layers, -1), noise, 256) for w in start]
    before = torch.sigmoid(torch.cat([classifier(p) for p in pictures]))
    report = {}
    for name in args.attributes or ways:
        index = CELEBA_ATTRIBUTES.index(name)
        lacking = [i for i in range(len(start)) if before[i, index] < 0.3][: args.each]
        crossed, changes, far, sheet = 0, [], [], []
        for i in lacking:
            for amount in AMOUNTS:
                codes = start[i].expand(1, generator.num_layers, -1) + amount * ways[name]
                picture = generator(codes, noise, 256)
                after = torch.sigmoid(classifier(picture))[0]
                if after[index] >= 0.5:
                    crossed += 1
                    far.append(amount)
                    changes.append(after - before[i])
                    break
            sheet += [pictures[i], picture]
        if not changes:
            continue
        mean_change = torch.stack(changes).mean(0)
        friends = set().union(*(g for g in TOGETHER if name in g), {name})
        changed = {other: float(mean_change[CELEBA_ATTRIBUTES.index(other)]) for other in ways}
        others = {o: round(c, 2) for o, c in changed.items() if o not in friends and abs(c) > 0.15}
        report[name] = {
            "of": len(lacking),
            "crossed": crossed,
            "amount": float(np.mean(far or [0])),
            "changes": others,
        }
        print(name, json.dumps(report[name]), flush=True)
        common.save_sheet(folder / f"{name}.jpg", [torch.cat(sheet[0::2]), torch.cat(sheet[1::2])])
    (folder / "measured.json").write_text(json.dumps(report, indent=1))


@torch.no_grad()
def deviations(args: argparse.Namespace, ways: dict[str, Tensor]) -> dict[str, float]:
    """How long directions (L, D) are, in standard deviations of the codes."""
    values, axes = components(*load_generator(args.pack, args.out))
    found = {}
    for name, way in ways.items():
        row = way[int(way.abs().sum(1).argmax())]
        found[name] = float(((row @ axes).square() / values).sum().sqrt())
    return found


def components(generator: MobileStyleGAN, mean: Tensor) -> tuple[Tensor, Tensor]:
    """Variances (K,) and axes (D, K) of the widest principal components of W."""
    values, axes = torch.linalg.eigh(torch.cov(Codes(generator, mean, 0).w(4000).T))
    return values[-COMPONENTS:], axes[:, -COMPONENTS:]


def scale(args: argparse.Namespace) -> None:
    """Make one unit `BEYOND` times the way on which measured faces crossed one half; once after `measure`."""
    measured = json.loads((args.runs / "portrait_directions" / "measured.json").read_text())
    ways = load_file(args.out / "directions.safetensors")
    named = {name: row for name, row in measured.items() if name in (args.attributes or ways)}
    able = {name: row for name, row in named.items() if row["crossed"] * 2 >= row["of"]}
    lengths = deviations(args, {name: ways[name].float() for name in able})
    factors = {name: min(BEYOND * row["amount"], LONGEST / lengths[name]) for name, row in able.items()}
    scaled = {name: (ways[name].float() * factor).half() for name, factor in factors.items() if factor > 0}
    write(args, scaled)
    note(args, {name: able[name] for name in scaled})
    print(f"{len(scaled)} directions kept of {len(args.attributes or ways)}:", ", ".join(sorted(scaled)))


def cap(args: argparse.Namespace) -> None:
    """Shorten the units of directions to `LONGEST`, where they are longer."""
    ways = {name: way.float() for name, way in load_file(args.out / "directions.safetensors").items()}
    args.attributes = args.attributes or sorted(ways)
    lengths = deviations(args, {name: ways[name] for name in args.attributes})
    shorter = {name: min(1.0, LONGEST / length) for name, length in lengths.items()}
    write(args, {name: (factor * ways[name]).half() for name, factor in shorter.items()})
    print(json.dumps({name: round(factor, 3) for name, factor in shorter.items()}))


def note(args: argparse.Namespace, measured: dict[str, dict[str, object]]) -> None:
    """Put the figures of directions into the pack's metrics, with what scored them."""
    path = args.out / "metrics.json"
    metrics = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    rows = metrics.setdefault("directions", {}).setdefault("attributes", {})
    scorer = "sums on faceres-deep" if args.scored_by else "the pack's classifier"
    for name, row in measured.items():
        rows[name] = {
            "crossed": row["crossed"],
            "of": row["of"],
            "others_changed_by_more_than_0.15": row["changes"],
            "scored_by": scorer,
            "renders": len(Pairs(args.runs / "portrait_pairs")),
        }
    with common.atomic(path) as temporary:
        temporary.write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")


@torch.no_grad()
def choose(args: argparse.Namespace) -> None:
    """Which of `RANGES` moves what else least when an attribute crosses one half; printed for `LAYERS`."""
    generator, mean = load_generator(args.pack, args.out)
    classifier, noise = load_classifier(args), generator.start_noise()
    ways = {name: d.float() for name, d in load_file(args.out / "directions.safetensors").items()}
    source = Codes(generator, mean, 99)
    start = (mean + 0.7 * (source.w(args.faces) - mean))[:, None].expand(-1, generator.num_layers, -1)
    before = torch.sigmoid(torch.cat([classifier(generator(code[None], noise, 256)) for code in start]))
    for name in args.attributes or ways:
        index = CELEBA_ATTRIBUTES.index(name)
        friends = set().union(*(g for g in TOGETHER if name in g), {name}, UNHELD)
        others = [CELEBA_ATTRIBUTES.index(other) for other in ways if other not in friends]
        lacking = [i for i in range(len(start)) if before[i, index] < 0.3][: args.each]
        whole, found = ways[name].abs().amax(0).new_zeros(generator.num_layers, 1), {}
        row = ways[name][int(ways[name].abs().sum(1).argmax())]
        for first, last in RANGES:
            mask = whole.clone()
            mask[first:last] = 1
            crossed, moved = 0, []
            for i in lacking:
                for amount in AMOUNTS:
                    picture = generator((start[i] + amount * mask * row)[None], noise, 256)
                    after = torch.sigmoid(classifier(picture))[0]
                    if after[index] >= 0.5:
                        break
                crossed += int(after[index] >= 0.5)
                moved.append((after - before[i])[others])
            if moved:
                change = torch.stack(moved).mean(0).abs()
                found[f"{first}-{last}"] = (
                    crossed,
                    round(float(change.max()), 2),
                    round(float(change.sum()), 2),
                )
        print(name, len(lacking), json.dumps(found), flush=True)


def main() -> None:
    parser = options(__doc__ or "", 3600)
    parser.add_argument("part", choices=["fit", "choose", "measure", "scale", "cap"])
    parser.add_argument("--scored-by", type=Path, help="another classifier's file (default: the pack's own)")
    parser.add_argument("--faces", type=int, default=40)
    parser.add_argument("--each", type=int, default=8, help="faces that every direction is tried on")
    parser.add_argument("--attributes", nargs="*", help="these alone; the others' directions stay")
    parser.add_argument(
        "--least", type=int, default=40, help="renders that must show, and lack, an attribute"
    )
    args = parser.parse_args()
    {"fit": fit, "choose": choose, "measure": measure, "scale": scale, "cap": cap}[args.part](args)


if __name__ == "__main__":
    main()
