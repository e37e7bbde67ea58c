"""Train the starter pack's attribute classifier (published branched layout, narrow).

    python weights/recipes/classifier.py --seconds 540      # after labels.py; goes on where it stopped
    python weights/recipes/classifier.py --export           # write classifier.safetensors and the metrics

The network's gradient will drive edits, so it must point at a smile and not at a texture: besides the
usual augmentation, blurred and shrunken pictures make up half of every batch, and in the second half of
the training each batch is shown a second time, moved a little along its own gradient (one-step L2
adversarial training; such networks have gradients that look like the attribute, Santurkar et al. 2019,
"Image synthesis with a single (robust) classifier"). What is shipped is a moving average of the weights.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import augment
import common
import labels as labelling
import numpy as np
import repaint
import torch
import torch.nn.functional as F
from calibrate import calibrate_, logistic
from safetensors.torch import save_file
from torch import Tensor, nn

common.import_engine()

from engine.attributes import CELEBA_ATTRIBUTES  # noqa: E402
from engine.models.attribute_classifier import AttributeClassifier  # noqa: E402

WIDTH, INPUT = 32, 96
STORED = 128
BATCH = 32
PERIOD = 150_000  # pictures in one cosine of the learning rate
PUSH = 2.0  # the furthest (L2) a picture is moved along its own gradient in the adversarial half
LEAST_AUC = 0.85
SHARES = {"celeba": 0.22, "celebahq": 0.3, "london": 0.06, "generated": 0.32, "lfw": 0.06, "aaf": 0.04}
SHOWN = (
    *("smiling", "mouth_slightly_open", "wearing_lipstick", "male", "black_hair", "brown_hair", "blond_hair"),
    *("gray_hair", "bushy_eyebrows", "arched_eyebrows", "narrow_eyes", "big_nose", "young"),
)
# How much an attribute counts in the loss: what the pack must edit first; what people themselves hardly
# agree on (or what is hardly ever seen) last.
FIRST = (
    *("smiling", "mouth_slightly_open", "wearing_lipstick", "male", "bushy_eyebrows"),
    *("black_hair", "brown_hair", "blond_hair", "gray_hair"),
)
LAST = (
    *("oval_face", "pointy_nose", "straight_hair", "wearing_necklace", "big_lips", "blurry", "attractive"),
    *("chubby", "double_chin", "bald", "mustache", "wearing_earrings", "bags_under_eyes"),
)
MEASURED = (
    *(
        "black_hair",
        "brown_hair",
        "blond_hair",
        "gray_hair",
        "bushy_eyebrows",
        "arched_eyebrows",
        "pale_skin",
    ),
    *("narrow_eyes", "big_nose", "big_lips", "eyeglasses", "wearing_hat", "goatee", "receding_hairline"),
)
IMPORTANCE = torch.tensor([4.0 if a in FIRST else 0.15 if a in LAST else 1.0 for a in CELEBA_ATTRIBUTES])


class Faces:
    """Aligned faces with labels, sampled by source."""

    def __init__(self, data: Path, labels: Path, split: common.Split, parser: Path | None = None) -> None:
        known = labelling.load_labels(labels)
        row = {name: i for i, name in enumerate(known.names)}
        images, rows, self.sources, everyone = [], [], [], []
        for source in SHARES:
            names, stack = common.load_faces(data, [source], split, STORED)
            images.append(stack)
            rows += [row[name] for name in names]
            everyone += names
            self.sources += [source] * len(names)
        self.images = np.concatenate(images)
        self.masks = None if parser is None else repaint.load_masks(data, list(SHARES), parser, everyone)
        self.values = torch.from_numpy(known.values[rows])
        self.weights = torch.from_numpy(known.weights[rows])
        self.human = torch.from_numpy(known.human[rows])
        self.chance = torch.from_numpy(self._chances()).double()

    def _chances(self) -> np.ndarray:
        """How often each picture is shown: by source, and more where it shows something rare."""
        sources = np.array(self.sources)
        sure = (self.weights > 0.5).numpy()
        positive = sure & (self.values > 0.5).numpy()
        rarity = np.clip(60 / (positive.sum(0) + 30), 0, 1)
        chance = 1 + 2 * (positive * rarity).max(1)
        for source, share in SHARES.items():
            here = sources == source
            chance[here] *= share / max(chance[here].sum(), 1e-9)
        return chance

    def balance(self) -> tuple[Tensor, Tensor]:
        """Factors (40,) for positives and negatives so that both weigh the same, within limits."""
        chance = self.chance[:, None].float() * self.weights
        yes, no = (chance * self.values).sum(0), (chance * (1 - self.values)).sum(0)
        total = (yes + no).clamp_min(1e-6)
        return (total / (2 * yes + 1e-6)).clamp(0.3, 6), (total / (2 * no + 1e-6)).clamp(0.3, 6)

    def batch(self, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        """Augmented pictures (B, 3, 96, 96), values and weights (B, 40)."""
        pick = torch.multinomial(self.chance, BATCH, replacement=True)
        x = common.to_tensor(self.images[pick.numpy()], device)
        values, weights = self.values[pick], self.weights[pick]
        if self.masks is not None:
            x, values, weights = repaint.repaint(
                x, torch.from_numpy(self.masks[pick.numpy()]), values, weights
            )
        grid = augment.affine_grid(BATCH, INPUT, device, degrees=8, zoom=0.12, shift=0.07)
        x = augment.sample(x, grid)
        x = augment.degrade(augment.shade(augment.colour(x, 0.35), 0.2))
        x = x.contiguous(memory_format=torch.channels_last)
        return x, values.to(device), weights.to(device)


def loss_of(logits: Tensor, values: Tensor, weights: Tensor, balance: tuple[Tensor, Tensor]) -> Tensor:
    """Cross entropy over what is known, both answers of an attribute weighing the same."""
    yes, no = (b.to(logits.device) for b in balance)
    factor = weights * (values * yes + (1 - values) * no) * IMPORTANCE.to(logits.device)
    soft = values * 0.96 + 0.02
    each = F.binary_cross_entropy_with_logits(logits.float(), soft, reduction="none")
    return (each * factor).sum() / factor.sum().clamp_min(1)


def steps(
    network: nn.Module, optimiser: torch.optim.Optimizer, faces: Faces, device: torch.device, push: float
) -> tuple[float, float]:
    """Two updates: on a batch, and on the same batch moved up to `push` (L2) along its gradient.

    Without a `push`, only the first of them.
    """
    x, values, weights = faces.batch(device)
    balance, losses = faces.balance(), []
    for turn in (0, 1) if push else (0,):
        x = x.detach().requires_grad_(push > 0 and turn == 0)
        with common.amp(device):
            logits = network(x)
        loss = loss_of(logits, values, weights, balance)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 2.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if turn == 0 and x.grad is not None:
            g = x.grad.float()
            g = g / g.flatten(1).norm(dim=1).clamp_min(1e-12).view(-1, 1, 1, 1)
            x = (x.detach() + g * push * torch.rand(len(x), 1, 1, 1, device=device)).clamp(0, 1)
    return losses[0], losses[-1]


def train(args: Any, folder: Path, make: Callable[[], nn.Module], rate: float, push: float) -> nn.Module:
    """Go on for `--seconds`, or to the end of the cosine; give the averaged network."""
    device = common.pick_device(args.device)
    common.seed_everything(args.seed)
    network = make().to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.02)
    seen = _resume(folder, network, average, optimiser)
    common.seed_everything(args.seed + seen)
    faces = Faces(args.data, args.runs / "labels" / "labels.npz", "train", args.out / "parser.safetensors")
    clock, log, begun, ended = common.Clock(args.seconds), common.Metrics(folder / "log.jsonl"), seen, False
    total = np.zeros(2)
    while not ended:
        wave = max(0.01, 0.5 + 0.5 * math.cos(math.pi * (seen % args.period) / args.period))
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1, seen / 2000 + 0.02) * wave
        # Pushed pictures slow the start down: they come in after the first half.
        late = seen % args.period / args.period - 0.5
        total += steps(network, optimiser, faces, device, push * min(1, max(0, 5 * late)))
        seen += BATCH
        _follow(average, network, min(0.998, 1 - 50 / (seen / BATCH + 60)))
        ended = clock.over or seen % args.period < BATCH
        if seen // BATCH % 50 == 0:
            clean, pushed = total / 50
            log(seen=seen, clean=clean, pushed=pushed, speed=(seen - begun) / clock.spent)
            total[:] = 0
        if seen // BATCH % 300 == 0 or ended:
            everything = {"network": network, "average": average, "optimiser": optimiser}
            stored = {k: v.state_dict() for k, v in everything.items()}
            common.save_checkpoint(folder / "checkpoint.pt", {**stored, "seen": seen})
    return average


def _resume(folder: Path, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    """Fill everything from the checkpoint; how many pictures were seen, 0 at the start.

    From a checkpoint of another input size the weights are taken and training starts anew.
    """
    state = common.load_checkpoint(folder / "checkpoint.pt")
    if state is None:
        return 0
    resized = _fitted(state["network"], network)
    network.load_state_dict(resized)
    average.load_state_dict(_fitted(state["average"], average))
    if resized is not state["network"]:
        return 0
    optimiser.load_state_dict(state["optimiser"])
    return int(state["seen"])


def _fitted(state: dict[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """`state` itself, or with fully connected layers resampled to the feature maps of this input size."""
    wanted, found = network.state_dict(), dict(state)
    for key, value in state.items():
        if value.shape == wanted[key].shape:
            continue
        old, new = (math.isqrt(t.shape[1] // WIDTH) for t in (value, wanted[key]))
        maps = F.interpolate(value.view(len(value), WIDTH, old, old), size=(new, new), mode="area")
        found[key] = maps.flatten(1) * (old / new) ** 2
    return state if all(found[k] is v for k, v in state.items()) else found


def _follow(average: nn.Module, network: nn.Module, rate: float) -> None:
    with torch.no_grad():
        for a, b in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            a.lerp_(b, 1 - rate) if a.is_floating_point() else a.copy_(b)


def scores(network: nn.Module, images: np.ndarray, device: torch.device) -> np.ndarray:
    """Logits (N, 40) of uint8 pictures."""
    found = []
    for start in range(0, len(images), 32):
        with torch.no_grad():
            found.append(network(common.to_tensor(images[start : start + 32], device)).float().cpu())
    return torch.cat(found).numpy()


def interval(score: np.ndarray, label: np.ndarray, draws: int = 1000) -> dict[str, Any]:
    """AUC with its 95 % bootstrap interval; positives and negatives drawn separately."""
    random = np.random.default_rng(0)
    yes, no = score[label > 0.5], score[label <= 0.5]
    found = []
    for _ in range(draws):
        a, b = random.choice(yes, len(yes)), random.choice(no, len(no))
        found.append(labelling.auc(np.concatenate([a, b]), np.repeat([1.0, 0.0], [len(a), len(b)])))
    low, high = np.quantile(found, (0.025, 0.975))
    return {
        "auc": round(labelling.auc(score, label), 4),
        "auc_low": round(float(low), 4),
        "auc_high": round(float(high), 4),
        "positives": len(yes),
        "negatives": len(no),
    }


def calibration(network: nn.Module, args: Any, device: torch.device) -> tuple[Tensor, Tensor]:
    """Scale and shift (40,) of the logits that make probabilities mean what they say.

    Balanced answers, soft labels and hard pictures in training leave the network shy: half of the smiling
    people get less than 0.88. Two numbers an attribute are fitted (logistic regression, the scale drawn
    towards their median) on the held-out pictures, since on training pictures it is surer than it should
    be; the AUC, which only sees the order, stays what it was.
    """
    faces = Faces(args.data, args.runs / "labels" / "labels.npz", "held_out")
    score = torch.from_numpy(scores(network, faces.images, device))
    fits = {}
    for k in range(len(CELEBA_ATTRIBUTES)):
        use = faces.weights[:, k] > 0.5
        yes = faces.values[use, k] > 0.5
        if min(yes.sum(), (~yes).sum()) >= 15:
            fits[k] = logistic(score[use, k], yes.float(), 1.6)
    middle = float(np.median([scale for scale, _ in fits.values()]))
    scale, shift = torch.full((len(CELEBA_ATTRIBUTES),), middle), torch.zeros(len(CELEBA_ATTRIBUTES))
    for k, (a, b) in fits.items():
        scale[k], shift[k] = a, b
    return scale, shift


def evaluate(network: nn.Module, args: Any, device: torch.device) -> dict[str, Any]:
    """Per attribute: AUC on held-out human labels, on held-out derived ones, and which of them counts.

    Human labels count where there are seven of each kind. Attributes that are measures of masks and colours
    (`MEASURED`) may count their derived labels instead, where people do not contradict them: 60 held-out
    CelebA pictures hold few positives, and people's answers to these attributes agree little. An attribute
    ships when what counts is 0.85 or more.
    """
    faces = Faces(args.data, args.runs / "labels" / "labels.npz", "held_out")
    score = scores(network, faces.images, device)
    values, human = faces.values.numpy(), faces.human.numpy()
    derived = (faces.weights > 0.2).numpy() & ~human
    result: dict[str, Any] = {}
    for k, name in enumerate(CELEBA_ATTRIBUTES):
        row: dict[str, Any] = {}
        for kind, use, least in (("human", human[:, k], 7), ("derived", derived[:, k], 7)):
            label = values[use, k]
            if min((label > 0.5).sum(), (label <= 0.5).sum()) >= least:
                row[kind] = interval(score[use, k], label)
        if row:
            row["counts"] = _counting(name, row)
            row["ships"] = bool(row["counts"]) and row[row["counts"]]["auc"] >= LEAST_AUC
            result[name] = row
    return result


def _counting(name: str, row: dict[str, Any]) -> str:
    """Which labels decide about an attribute: human, derived, or none."""
    if "human" in row and (row["human"]["auc"] >= LEAST_AUC or name not in MEASURED):
        return "human"
    if "derived" not in row or ("human" in row and row["human"]["auc_high"] < LEAST_AUC):
        return "human" if "human" in row else ""
    return "derived" if name in MEASURED else ""


def shipped(result: dict[str, Any]) -> dict[str, Any]:
    """The manifest's `attributes`."""
    return {
        name: {**row[row["counts"]], "labels": row["counts"]} for name, row in result.items() if row["ships"]
    }


def sheet(network: nn.Module, args: Any, path: Path, device: torch.device) -> None:
    """Per attribute a row: the eight held-out faces that score highest, and the eight lowest."""
    faces = Faces(args.data, args.runs / "labels" / "labels.npz", "held_out")
    score = scores(network, faces.images, device)
    rows = []
    for name in SHOWN:
        order = np.argsort(score[:, CELEBA_ATTRIBUTES.index(name)])
        x = common.to_tensor(faces.images[np.concatenate([order[::-1][:8], order[:8]])])
        rows.append(F.interpolate(x, size=(96, 96), mode="area"))
    common.save_sheet(path, rows)


def report(network: nn.Module, args: Any, folder: Path, device: torch.device) -> dict[str, Any]:
    """Evaluate, print, draw the sheet."""
    result = evaluate(network, args, device)
    for name, row in sorted(result.items()):
        print(name, {k: (list(v.values()) if isinstance(v, dict) else v) for k, v in row.items()}, flush=True)
    sheet(network, args, folder / "sheet.png", device)
    return result


def write(network: nn.Module, result: dict[str, Any], weights: Path, folder: Path) -> None:
    """The half-precision weights and metrics.json."""
    half = {
        k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in network.state_dict().items()
    }
    with common.atomic(weights) as temporary:
        save_file({k: v for k, v in half.items() if not k.endswith("num_batches_tracked")}, temporary)
        temporary.chmod(0o644)
    figures = {
        name: {k: v for k, v in row.items() if k in ("human", "derived")} for name, row in result.items()
    }
    with common.atomic(folder / "metrics.json") as temporary:
        temporary.write_text(json.dumps({"attributes": shipped(result), "measured": figures}, indent=1))


def run(
    args: Any, folder: Path, make: Callable[[], nn.Module], weights: Path, rate: float, push: float
) -> Any:
    """Train or export, whichever was asked for; the evaluation's result."""
    device = common.pick_device(args.device)
    if args.export:
        state = common.load_checkpoint(folder / "checkpoint.pt")
        if state is None:
            raise SystemExit("Train first: there is no checkpoint yet.")
        average = make().to(device)
        average.load_state_dict(state["average"])
        calibrate_(average, *calibration(average.eval(), args, device))
    else:
        average = train(args, folder, make, rate, push)
    result = report(average.eval(), args, folder, device)
    if args.export:
        write(average, result, weights, folder)
    return result


def options(description: str) -> Any:
    parser = common.arguments(description)
    parser.add_argument("--export", action="store_true", help="write the averaged network; train nothing")
    parser.add_argument("--period", type=int, default=PERIOD, help="pictures in one learning rate cosine")
    return parser.parse_args()


def main() -> None:
    args = options("Train the attribute classifier.")
    folder = args.runs / "classifier"
    weights = args.out / "classifier.safetensors"
    run(args, folder, lambda: AttributeClassifier(WIDTH, INPUT), weights, 2e-3, PUSH)


if __name__ == "__main__":
    main()
