"""Train the encoder for the generator that is there: picture -> W+ code.

    python weights/recipes/encoder.py --seconds 540        # again and again, it resumes

Its linear part starts as a regression of the training codes on 32 px pictures. The net learns from
training pictures (their codes, and the picture that the frozen generator makes of the predicted code),
from distorted copies of them (the picture alone), and from renders of mixed codes (the code alone).
When the generator has changed since, the encoder goes on from where it was; `--afresh` starts again.
"""

from __future__ import annotations

import argparse
import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from common import (
    Clock,
    Metrics,
    amp,
    arguments,
    import_engine,
    load_checkpoint,
    load_faces,
    pick_device,
    save_checkpoint,
    save_sheet,
    seed_everything,
    set_gradients,
    to_tensor,
)
from generator import SOURCES, face_weight, image_loss
from stylenet import StyleNet
from torch import Tensor

import_engine()

from engine.models.encoders.compact import INPUT_SIZE, LINEAR_SIZE, StarterEncoder  # noqa: E402

BATCH = 32


def load_generator(args: argparse.Namespace) -> tuple[StyleNet, dict]:
    """The trained generator (its moving average, frozen) and the rest of its checkpoint."""
    state = load_checkpoint(args.runs / "generator" / "checkpoint.pt")
    if state is None:
        raise SystemExit("Train the generator first: python weights/recipes/generator.py")
    net = StyleNet(state["resolution"], state["codes"].shape[1])
    net.load_state_dict(state["ema"])
    return net.to(pick_device(args.device), memory_format=torch.channels_last).requires_grad_(False), state


def start_linear(net: StarterEncoder, images: Tensor, codes: Tensor, p: dict[str, Tensor]) -> None:
    """Ridge regression of the codes on the pictures' PCA coordinates, as the encoder's linear layer.

    `images` (N, 3, 128, 128) in 0..1.
    """
    small = F.avg_pool2d(images * 2 - 1, INPUT_SIZE // LINEAR_SIZE).flatten(1)
    to_pca = p["basis"] / p["scale"]
    x = (small - p["mean"].flatten()) @ to_pca
    x, y = torch.cat([x, x * p["sign"]]), torch.cat([codes, codes * p["sign"]])
    ridge = torch.linalg.solve(x.t() @ x + 0.02 * len(x) * torch.eye(x.shape[1]), x.t() @ y)
    weight = (to_pca @ ridge).t()
    net.linear.weight.data.copy_(weight)
    net.linear.bias.data.copy_(-(weight @ p["mean"].flatten()))


def pad_layers(state: dict[str, Tensor], layers: int, dim: int) -> dict[str, Tensor]:
    """An encoder's tensors for a generator that has grown: new layers get the last one's offsets."""
    state = dict(state)
    for key in ("codes.weight", "codes.bias"):
        rows = state[key].view(-1, dim, *state[key].shape[1:])
        state[key] = torch.cat([rows, *[rows[-1:]] * (layers - len(rows))]).flatten(0, 1)
    return state


def distort(x: Tensor) -> Tensor:
    """Small affine changes and other light, one set a picture; (N, 3, H, W) in 0..1."""
    n = len(x)
    angle, scale = torch.randn(n) * 0.04, torch.exp(torch.randn(n) * 0.03)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    shift = torch.randn(n, 2) * 0.02
    rows = [torch.stack([cos, -sin, shift[:, 0]], 1), torch.stack([sin, cos, shift[:, 1]], 1)]
    grid = F.affine_grid(torch.stack(rows, 1).to(x), list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, padding_mode="reflection", align_corners=False).clamp(1e-3, 1)
    gamma = torch.exp(torch.randn(n, 1, 1, 1) * 0.15).to(x)
    gain = torch.exp(torch.randn(n, 3, 1, 1) * 0.06).to(x)
    return (x.pow(gamma) * gain).clamp(0, 1)


class Trainer:
    """The encoder, its moving average, and everything it learns from."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.device = args, pick_device(args.device)
        self.folder = args.runs / "encoder"
        self.path = self.folder / "checkpoint.pt"
        self.metrics = Metrics(self.folder / "metrics.jsonl")
        seed_everything(args.seed)
        self.generator, g = load_generator(args)
        layers = self.generator.num_layers
        _, images = load_faces(args.data, SOURCES, "train", INPUT_SIZE)
        self.pictures = torch.from_numpy(images)
        self.sign = g["pca"]["sign"]
        self.codes = g["codes"][:, None] + g["offsets"][:, :layers].float()
        self.net = StarterEncoder(layers, self.codes.shape[2], norm=True)
        self.images_seen = 0
        state = None if args.afresh else load_checkpoint(self.path)
        if state is None:
            self.net.codes.weight.data.mul_(0.1)
            start_linear(self.net, to_tensor(images), g["codes"], g["pca"])
        else:
            self.net.load_state_dict(pad_layers(state["net"], layers, self.codes.shape[2]))
            self.images_seen = state["images_seen"]
        self.net.to(self.device, memory_format=torch.channels_last).train()
        self.ema = copy.deepcopy(self.net).requires_grad_(False).eval()
        if state is not None and state["layers"] == layers:
            self.ema.load_state_dict(state["ema"])
        self.parameters = list(self.net.parameters())
        self.adam = torch.optim.AdamW(self.parameters, lr=args.lr, betas=(0.9, 0.99), weight_decay=1e-3)
        self.pool = ThreadPoolExecutor(args.workers)
        self.resolution = min(args.size or self.generator.resolution, self.generator.resolution)

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures (N, 3, 128, 128), their codes, and how much each code counts (0: distorted picture)."""
        pick = torch.randint(len(self.pictures), (BATCH,))
        flip = torch.rand(BATCH) < 0.5
        x = to_tensor(self.pictures[pick].numpy())
        x = torch.where(flip[:, None, None, None], x.flip(3), x)
        codes = torch.where(flip[:, None, None], self.codes[pick] * self.sign, self.codes[pick])
        changed = torch.rand(BATCH) < 0.6
        x = torch.where(changed[:, None, None, None], distort(x), x)
        return x.to(self.device), codes.to(self.device), (~changed).float().to(self.device)

    def loss(self, x: Tensor, codes: Tensor, known: Tensor) -> Tensor:
        """Picture and code terms on real pictures, the code term on renders of mixed codes."""
        quarter = len(x) // 4
        mixed = torch.lerp(codes, codes.roll(1, 0), torch.rand(len(x), 1, 1))[:quarter]
        mixed = mixed + 0.2 * torch.randn_like(mixed[:, :1]) + 0.1 * torch.randn_like(mixed)
        with amp(self.device):
            rendered = (self.generator(mixed, None, min(128, self.generator.resolution)) / 2 + 0.5).clamp(
                0, 1
            )
            rendered = F.interpolate(rendered, (INPUT_SIZE, INPUT_SIZE), mode="bilinear")
            w = self.net(torch.cat([x, rendered]).contiguous(memory_format=torch.channels_last))
            y = self.generator(w[: len(x)], None, self.resolution)
        target = x * 2 - 1
        if y.shape[-1] != INPUT_SIZE:
            target = F.interpolate(
                target, y.shape[-2:], mode="area" if y.shape[-1] < INPUT_SIZE else "bilinear"
            )
        picture = image_loss(y, target, face_weight(y.shape[-1]).to(y))
        error = (w[: len(x)] - codes).square().mean((1, 2))
        code = (error * known).sum() / known.sum().clamp(min=1)
        return picture + self.args.code_weight * (code + (w[len(x) :] - mixed).square().mean())

    def gradients(self, job: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, list[Tensor]]:
        if self.args.workers > 1:
            torch.set_num_threads(1)
        loss = self.loss(*job)
        return loss.detach(), list(torch.autograd.grad(loss, self.parameters))

    def step(self, factor: float) -> float:
        parts = zip(*(t.chunk(self.args.workers) for t in self.batch()), strict=True)
        done = list(self.pool.map(self.gradients, parts))
        set_gradients(self.parameters, [d[1] for d in done])
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.args.lr * factor
        self.adam.step()
        self.images_seen += BATCH
        keep = min(0.998, (1 + self.images_seen / BATCH) / (10 + self.images_seen / BATCH))
        with torch.no_grad():
            for mean, now in zip(self.ema.state_dict().values(), self.net.state_dict().values(), strict=True):
                mean.lerp_(now, 1 - keep) if mean.is_floating_point() else mean.copy_(now)
        return float(torch.stack([d[0] for d in done]).mean())

    def run(self) -> None:
        clock, steps, shown, losses = Clock(self.args.seconds), 0, 0.0, []
        self.report(0.0, 0.0)
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            losses.append(self.step(min(1.0, (steps + 1) / 50) * (max(0.03, left) if self.args.decay else 1)))
            steps += 1
            if clock.spent - shown > 60 or clock.over:
                self.report(clock.spent, float(np.mean(losses)))
                self.save()
                shown, losses = clock.spent, []
        self.save()

    @torch.no_grad()
    def report(self, seconds: float, loss: float) -> None:
        """PSNR in the face region of held-out CelebA-HQ faces, from the encoder alone."""
        size = self.resolution
        x = to_tensor(load_faces(self.args.data, ["celebahq"], "held_out", size)[1][::4])
        face = (face_weight(size) > 0.7).float()
        with amp(self.device):
            w = self.ema(x.to(self.device))
            y = torch.cat([self.generator(part, None, size) for part in w.split(5)]).float().cpu() / 2 + 0.5
        error = (y.clamp(0, 1) - x).square().mean(1, keepdim=True)
        db = -10 * torch.log10((error * face).sum((1, 2, 3)) / face.sum())
        self.metrics(
            images=self.images_seen, seconds=seconds, loss=loss, held_out_face_db=float(db.mean()),
            code_std=float(w.std()), row_spread=float(w.std(1).mean()),
        )  # fmt: skip
        save_sheet(self.folder / "sheet.png", [x[:10], y[:10], x[10:20], y[10:20]])

    def save(self) -> None:
        state = {"net": self.net.state_dict(), "ema": self.ema.state_dict(), "images_seen": self.images_seen}
        save_checkpoint(self.path, state | {"layers": self.generator.num_layers})


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--size", type=int, default=0, help="render at this resolution at most")
    parser.add_argument("--code-weight", type=float, default=0.2)
    parser.add_argument("--workers", type=int, default=1 if torch.cuda.is_available() else 2)
    parser.add_argument("--decay", action="store_true", help="end this slice with a small learning rate")
    parser.add_argument("--afresh", action="store_true", help="forget an earlier encoder")
    Trainer(parser.parse_args()).run()


if __name__ == "__main__":
    main()
