"""Train the starter pack's face parser.

    python weights/recipes/parser.py --seconds 540        # again and again: it goes on where it stopped
    python weights/recipes/parser.py --export             # write parser.safetensors and the metrics

Data: celebahq/ (800 masks; the last 100 are held out). With `--pseudo`, a parser that has been trained
labels the generated portraits, and training goes on with both: its own soft answers, averaged over a
flip, on clean pictures become the labels of augmented ones (noisy student, Xie et al. 2020).
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import augment
import backgrounds
import common
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

common.import_engine()

from engine.models.conv_blocks import fold  # noqa: E402
from engine.models.parsers.unet import UNetParser  # noqa: E402
from engine.types import REGIONS  # noqa: E402

SIZE = 256
BATCH = 16
PERIOD = 30_000  # pictures in one cosine of the learning rate
COLOURS = torch.tensor(
    [
        *([40, 40, 40], [220, 40, 60], [120, 80, 20], [40, 90, 230], [230, 190, 40]),
        *([240, 130, 40], [240, 200, 170], [150, 60, 200], [40, 160, 90]),
    ]
)


class Faces:
    """Training pictures (N, 256, 256, 3) uint8 with masks: classes, or soft answers where `soft`."""

    def __init__(self, data: Path, pseudo: Path | None) -> None:
        _, self.images = common.load_faces(data, ["celebahq"], "train", SIZE)
        self.masks = common.load_regions(data, "train", SIZE)
        self.raw_background = np.stack(
            [_raw(p.path) == 0 for p in common.pictures(data, "celebahq", "train")]
        )
        self.extra, self.soft = np.zeros((0, SIZE, SIZE, 3), np.uint8), np.zeros((0, 9, 128, 128), np.uint8)
        if pseudo is not None and pseudo.exists():
            stored = np.load(pseudo)
            self.extra, self.soft = stored["images"], stored["soft"]

    def batch(self, device: torch.device) -> tuple[Tensor, Tensor, slice, slice]:
        """Augmented pictures (B, 3, 256, 256), targets (B, 9, 128, 128), and which pixels those are.

        Each batch is judged on every second row and column only, from a random first one on.
        """
        others = int(BATCH * 0.5) if len(self.extra) else 0
        pick = torch.randint(len(self.images), (BATCH - others,)).numpy()
        images = common.to_tensor(self.images[pick], device)
        behind = torch.from_numpy(self.raw_background[pick]).to(device).float()[:, None]
        masks = torch.from_numpy(self.masks[pick]).to(device)
        pick = torch.randint(max(1, len(self.extra)), (others,)).numpy()
        soft = torch.from_numpy(self.soft[pick]).to(device).float() / 255
        if others:
            images = torch.cat([images, common.to_tensor(self.extra[pick], device)])
            behind = torch.cat([behind, F.interpolate(soft[:, :1], size=(SIZE, SIZE), mode="bilinear")])
        images = backgrounds.other_background(images, behind)
        grid = augment.affine_grid(BATCH, SIZE, device, degrees=14, zoom=0.2, shift=0.12)
        first = torch.randint(2, (2,)).tolist()
        rows, columns = slice(first[0], None, 2), slice(first[1], None, 2)
        seen = grid[:, rows, columns]
        hard = augment.sample(masks[:, None].float(), seen[: len(masks)], mode="nearest")[:, 0]
        target = F.one_hot(hard.long(), 9).permute(0, 3, 1, 2).float()
        target = torch.cat([target, augment.sample(soft, seen[len(masks) :])]) if others else target
        images = augment.shade(augment.colour(augment.sample(images, grid)))
        images = augment.degrade(images).contiguous(memory_format=torch.channels_last)
        return images, target, rows, columns


def _raw(path: Path) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(path.with_suffix(".png")).resize((SIZE, SIZE), Image.Resampling.NEAREST))


def loss_of(logits: Tensor, target: Tensor) -> Tensor:
    """Cross entropy against soft targets, which keeps the probabilities honest, plus a soft Dice term."""
    logs = torch.log_softmax(logits.float(), 1)
    cross = -(target * logs).sum(1).mean()
    p = logs.exp()
    overlap = (p * target).sum((0, 2, 3))
    dice = (2 * overlap + 50) / (p.sum((0, 2, 3)) + target.sum((0, 2, 3)) + 50)
    return cross + 0.3 * (1 - dice).mean()


def follow(average: nn.Module, network: nn.Module, images: int) -> None:
    """Exponential moving average of weights and statistics."""
    rate = min(0.998, 1 - 50 / (images / BATCH + 60))
    with torch.no_grad():
        for a, b in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
            a.lerp_(b, 1 - rate) if a.is_floating_point() else a.copy_(b)


def evaluate(network: UNetParser, data: Path, device: torch.device) -> dict[str, Any]:
    """F1 of every class on the held-out pictures at 256 px, pixels of all pictures counted together."""
    _, images = common.load_faces(data, ["celebahq"], "held_out", SIZE)
    masks = torch.from_numpy(common.load_regions(data, "held_out", SIZE))
    hits, found, wanted = torch.zeros(9), torch.zeros(9), torch.zeros(9)
    error, brier = torch.zeros(9), 0.0
    for start in range(0, len(images), 10):
        x = common.to_tensor(images[start : start + 10], device)
        with torch.no_grad(), common.amp(device):
            p = F.avg_pool2d(network(x), 2).float().cpu()
        truth = F.one_hot(masks[start : start + 10].long(), 9).permute(0, 3, 1, 2).float()
        hard = F.one_hot(p.argmax(1), 9).permute(0, 3, 1, 2).float()
        hits += (hard * truth).sum((0, 2, 3))
        found += hard.sum((0, 2, 3))
        wanted += truth.sum((0, 2, 3))
        error += (p - truth).sum((0, 2, 3))
        brier += float((p - truth).square().sum(1).mean()) * len(x)
    f1 = 2 * hits / (found + wanted).clamp_min(1)
    named = {name: round(float(v), 4) for name, v in zip(REGIONS, f1, strict=True)}
    bias = {name: round(float(v), 4) for name, v in zip(REGIONS, error / wanted.clamp_min(1), strict=True)}
    return {"mean_f1": float(f1.mean()), "f1": named, "area_bias": bias, "brier": brier / len(images)}


def overlay(images: Tensor, probabilities: Tensor) -> Tensor:
    """Class colours over the pictures, (N, 3, 256, 256)."""
    p = F.interpolate(probabilities.float(), size=images.shape[-2:], mode="area")
    tint = torch.einsum("nchw,cd->ndhw", p, COLOURS.float() / 255)
    return images * 0.45 + tint * 0.55


def sheet(network: UNetParser, data: Path, path: Path, device: torch.device) -> None:
    """Held-out faces of every source and their masks."""
    rows = []
    for folder in ("celebahq", "generated", "lfw", "london"):
        _, images = common.load_faces(data, [folder], "held_out", SIZE)
        x = common.to_tensor(images[:: max(1, len(images) // 8)][:8], device)
        with torch.no_grad():
            rows += [x, overlay(x, network(x))]
    common.save_sheet(path, rows)


def label_others(network: UNetParser, data: Path, path: Path, device: torch.device) -> None:
    """Store the network's flip-averaged answers on the generated portraits, London and LFW faces."""
    _, images = common.load_faces(data, ["generated", "london", "lfw", "aaf"], "train", SIZE)
    soft = []
    for start in range(0, len(images), 16):
        x = common.to_tensor(images[start : start + 16], device)
        with torch.no_grad(), common.amp(device):
            p = (network(x) + network(x.flip(3)).flip(3)) / 2
        p = F.interpolate(p.float(), size=(128, 128), mode="area")
        p = p.square() / p.square().sum(1, keepdim=True)  # sharpened: averaging has softened the outlines
        soft.append((p * 255).round().byte().cpu().numpy())
    with common.atomic(path) as temporary:
        np.savez(temporary.open("wb"), images=images, soft=np.concatenate(soft))


def _save(folder: Path, network: nn.Module, average: nn.Module, optimiser: Any, images: int) -> None:
    """Three files under 16 MiB each; the optimiser's memory is kept in bfloat16."""
    memory = [
        {k: v.bfloat16() if v.ndim else v for k, v in entry.items()}
        for entry in optimiser.state_dict()["state"].values()
    ]
    common.save_checkpoint(folder / "optimiser.pt", {"memory": memory})
    common.save_checkpoint(folder / "average.pt", {"average": average.state_dict()})
    common.save_checkpoint(folder / "checkpoint.pt", {"network": network.state_dict(), "images": images})


def _load(folder: Path, network: nn.Module, average: nn.Module, optimiser: Any) -> int:
    """Fill everything from the files of `_save`; how many pictures were seen, 0 at the start."""
    state = common.load_checkpoint(folder / "checkpoint.pt")
    kept = common.load_checkpoint(folder / "average.pt")
    past = common.load_checkpoint(folder / "optimiser.pt")
    if state is None or kept is None or past is None:
        return 0
    network.load_state_dict(state["network"])
    average.load_state_dict(kept["average"])
    memory = {i: {k: v.float() for k, v in entry.items()} for i, entry in enumerate(past["memory"])}
    optimiser.load_state_dict({**optimiser.state_dict(), "state": memory})
    return int(state["images"])


def train(args: Any, folder: Path, device: torch.device) -> UNetParser:
    """Go on for `--seconds`, or to the end of the cosine; give the averaged network (not folded)."""
    faces = Faces(args.data, folder / "pseudo.npz" if args.pseudo else None)
    network = UNetParser(norm=True).to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), 3e-3, betas=(0.9, 0.98), weight_decay=1e-3)
    images = _load(folder, network, average, optimiser)
    common.seed_everything(args.seed + images)
    clock, log, begun, total = common.Clock(args.seconds), common.Metrics(folder / "log.jsonl"), images, 0.0
    ended = False
    while not ended:
        x, target, rows, columns = faces.batch(device)
        phase = images % args.period / args.period
        rate = 3e-3 * min(1, images / 3000 + 0.02) * max(0.01, 0.5 + 0.5 * np.cos(np.pi * phase))
        for group in optimiser.param_groups:
            group["lr"] = rate
        with common.amp(device):
            logits = network.logits(x)
        loss = loss_of(logits[:, :, rows, columns], target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        images += BATCH
        follow(average, network, images)
        total += float(loss.detach())
        if images // BATCH % 100 == 0:
            log(images=images, loss=total / 100, rate=rate, speed=(images - begun) / clock.spent)
            total = 0.0
        ended = clock.over or images % args.period < BATCH
        if images // BATCH % 500 == 0 or ended:
            _save(folder, network, average, optimiser, images)
    return average


def main() -> None:
    options = common.arguments("Train the face parser.")
    options.add_argument("--export", action="store_true", help="write the averaged network; train nothing")
    options.add_argument("--pseudo", action="store_true", help="train with runs/parser/pseudo.npz as well")
    options.add_argument("--label", action="store_true", help="write runs/parser/pseudo.npz; train nothing")
    options.add_argument("--period", type=int, default=PERIOD, help="pictures in one learning rate cosine")
    args = options.parse_args()
    device = common.pick_device(args.device)
    folder = args.runs / "parser"
    if args.export or args.label:
        state = common.load_checkpoint(folder / "average.pt")
        if state is None:
            raise SystemExit("Train first: there is no checkpoint yet.")
        average = UNetParser(norm=True)
        average.load_state_dict(state["average"])
        average = average.to(device)
    else:
        average = train(args, folder, device)
    network = fold(average)
    if args.label:
        label_others(network, args.data, folder / "pseudo.npz", device)
        return
    result = evaluate(network, args.data, device)
    common.Metrics(folder / "log.jsonl")(**result)
    sheet(network, args.data, folder / "sheet.png", device)
    if args.export:
        half = {k: v.half().contiguous() for k, v in network.state_dict().items()}
        with common.atomic(args.out / "parser.safetensors") as temporary:
            save_file(half, temporary)
            temporary.chmod(0o644)
        with common.atomic(folder / "metrics.json") as temporary:
            temporary.write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
