"""Train the generator: codes that start from PCA and the network, optimised together.

    python weights/recipes/generator.py --resolution 32 --seconds 540      # again and again, it resumes
    python weights/recipes/generator.py --resolution 64 --seconds 540
    python weights/recipes/generator.py --resolution 128 --seconds 540     # grows the checkpoint
    python weights/recipes/generator.py --resolution 256 --seconds 540 --decay

Every training picture has one latent code (D numbers, at first the whitened PCA coordinates of its 32 px
version) and small offsets a layer. The PCA is made of mirror-symmetric and antisymmetric components, so a
mirrored picture is the same code with the antisymmetric signs turned. Codes are jittered while training:
neighbouring codes must render nearly the same face, which keeps optimised codes on faces.
"""

from __future__ import annotations

import argparse
import copy
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from common import (
    Clock,
    Metrics,
    amp,
    arguments,
    load_checkpoint,
    load_faces,
    pick_device,
    save_checkpoint,
    save_sheet,
    seed_everything,
    set_gradients,
)
from critic import Critic
from stylenet import StyleNet, num_layers
from torch import Tensor

DIM = 192
SOURCES = ("generated", "celebahq", "london", "celeba", "lfw", "aaf")
SHARP = ("generated", "celebahq", "london", "aaf")  # worth showing at 256 px
BATCH = {32: 16, 64: 16, 128: 16, 256: 8}
MAX_LAYERS = num_layers(256)


def face_weight(size: int) -> Tensor:
    """(1, 1, size, size): one on the face, 0.35 in the corners, where backgrounds would eat the codes."""
    y, x = _grid(size)
    r = ((x / 0.85).square() + ((y - 0.1) / 0.95).square()).sqrt()
    return (0.35 + 0.65 * torch.sigmoid((1.0 - r) * 8))[None, None]


def detail_weight(size: int) -> Tensor:
    """(1, 1, size, size): `face_weight`, up to three times that on eyes, brows and mouth.

    Alignment puts these in fixed places. They are small, they are what people look at and what most
    edits change, and by their share of the picture alone they stay smears for long.
    """
    y, x = _grid(size)
    eyes = torch.exp(-(((x.abs() - 0.28) / 0.22).square() + ((y + 0.1) / 0.18).square()))
    mouth = torch.exp(-((x / 0.32).square() + ((y - 0.44) / 0.2).square()))
    return face_weight(size) * (1 + 2 * torch.maximum(eyes, mouth))


def _grid(size: int) -> tuple[Tensor, Tensor]:
    """Coordinates y, x (size, size) from -1 to 1."""
    y, x = torch.meshgrid(*(torch.linspace(-1, 1, size),) * 2, indexing="ij")
    return y, x


def pca(images: np.ndarray, dim: int = DIM) -> dict[str, Tensor]:
    """Half-whitened, mirror-aware PCA of (N, 32, 32, 3): mean, basis (3072, D), scale, sign, codes."""
    x = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    mean = (x + x.flip(3)).mean(0, keepdim=True) / 2
    weight = face_weight(32).sqrt()
    x = (x - mean) * weight
    parts = []
    for sign in (1.0, -1.0):
        half = ((x + sign * x.flip(3)) / 2).flatten(1)
        _, s, v = torch.pca_lowrank(half, q=min(dim, *half.shape), center=False, niter=4)
        parts.append((s / math.sqrt(len(x)), v, torch.full_like(s, sign)))
    scale, basis, sign_all = (torch.cat([p[i] for p in parts], -1) for i in range(3))
    order = scale.argsort(descending=True)[:dim]
    scale, basis, signs = scale[order], basis[:, order], sign_all[order]
    # Half whitened: with equal spreads the few components that matter drown in the many that don't.
    spread = scale.sqrt() / scale.mean().sqrt()
    scale = scale / spread
    return {
        "mean": mean[0],
        "basis": basis * weight.expand(1, 3, 32, 32).reshape(-1, 1),
        "scale": scale,
        "sign": signs,
        "codes": x.flatten(1) @ (basis / scale),
    }


def project(p: dict[str, Tensor], image: Tensor) -> Tensor:
    """The PCA coordinates (N, D) of pictures (N, 3, H, W) in [-1, 1]: a linear encoder."""
    small = F.interpolate(image, size=(32, 32), mode="area")
    return (small - p["mean"]).flatten(1) @ (p["basis"] / p["scale"])


def gradient(t: Tensor) -> Tensor:
    return torch.cat([t[:, :, 1:, :-1] - t[:, :, :-1, :-1], t[:, :, :-1, 1:] - t[:, :, :-1, :-1]], 1)


def image_loss(y: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """L1 on a pyramid down to 8 px, and on the picture's gradients."""
    d, m, total = y - x, weight, torch.zeros((), device=y.device)
    total = 2 * (gradient(d).abs() * m[:, :, :-1, :-1]).mean()
    while d.shape[-1] >= 8:
        total = total + (d.abs() * m).mean()
        d, m = F.avg_pool2d(d, 2), F.avg_pool2d(m, 2)
    return total


class LazyAdam:
    """Adam on the rows of a table that a batch touches; the other rows rest, moments included."""

    def __init__(self, table: Tensor, lr: float) -> None:
        self.table, self.lr = table, lr
        self.m, self.v = torch.zeros_like(table), torch.zeros_like(table)
        self.count = torch.zeros(len(table), device=table.device)

    def step(self, rows: Tensor, grad: Tensor, factor: float) -> None:
        self.count[rows] += 1
        t = self.count[rows].view(-1, *[1] * (grad.dim() - 1))
        m = self.m[rows].mul_(0.9).add_(grad, alpha=0.1)
        v = self.v[rows].mul_(0.99).addcmul_(grad, grad, value=0.01)
        self.m[rows], self.v[rows] = m, v
        step = (m / (1 - 0.9**t)) / ((v / (1 - 0.99**t)).sqrt() + 1e-8)
        self.table[rows] -= self.lr * factor * step

    def state(self) -> dict[str, Tensor]:
        return {"m": self.m, "v": self.v, "count": self.count}

    def load(self, state: dict[str, Tensor]) -> None:
        self.m, self.v, self.count = (state[k].to(self.table.device) for k in ("m", "v", "count"))


class Trainer:
    """Network, its moving average, codes, offsets and their optimisers."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.device = args, pick_device(args.device)
        self.folder = args.runs / "generator"
        self.path = self.folder / "checkpoint.pt"
        self.metrics = Metrics(self.folder / "metrics.jsonl")
        seed_everything(args.seed)
        state = load_checkpoint(self.path)
        self.names, base = load_faces(args.data, SOURCES, "train", 32)
        if state is None:
            self.pca = pca(base)
            self.codes, self.images_seen, start = self.pca["codes"].clone(), 0, args.resolution
        else:
            self.pca, self.codes = state["pca"], state["codes"]
            self.images_seen, start = state["images_seen"], state["resolution"]
        # Steps at this resolution: the average forgets a layer's first steps soon.
        same = state is not None and start >= args.resolution
        self.steps = state.get("steps", 1000) if state is not None and same else 0
        self.offsets = torch.zeros(len(self.codes), MAX_LAYERS, DIM)
        self.net = StyleNet(start, DIM)
        self.code_adam, self.offset_adam = LazyAdam(self.codes, 8e-2), LazyAdam(self.offsets, 2e-2)
        if state is not None:
            self.net.load_state_dict(state["net"])
            self.offsets.copy_(state["offsets"])
            self.code_adam.load(state["code_adam"])
        self.ema = copy.deepcopy(self.net)
        if state is not None:
            self.ema.load_state_dict(state["ema"])
        while self.net.resolution < args.resolution:
            self.net.grow()
            self.ema.grow()
            self.ema.load_state_dict(self.net.state_dict() | self.ema_overlap())
        self.net.to(self.device, memory_format=torch.channels_last)
        self.ema.to(self.device).requires_grad_(False)
        if args.only_new:
            self.net.load_state_dict(self.ema.state_dict())
            self.net.requires_grad_(False)
            for module in (*self.net.styled[-2:], self.net.rgbs[-1], self.net.rgb_biases[-1:]):
                module.requires_grad_(True)
        named = [(n, p) for n, p in self.net.named_parameters() if p.requires_grad]
        self.parameters = [p for _, p in named]
        averaged = dict(self.ema.named_parameters())
        self.averages = [averaged[n] for n, _ in named]
        self.pool = ThreadPoolExecutor(args.workers)
        self.adam = torch.optim.Adam(self.parameters, lr=args.lr, betas=(0.9, 0.99), fused=True)
        if state is not None and same and len(state["adam"]["state"]) == len(self.parameters):
            self.adam.load_state_dict(state["adam"])
        self.critic: Critic | None = None
        if args.critic > 0:
            # One part a batch: the critic learns from the batch's renders.
            args.workers = 1
            self.critic = Critic(self.device, args.critic)
            if state is not None and state.get("critic"):
                self.critic.load(state["critic"])
        self.load_pictures()

    def ema_overlap(self) -> dict[str, Tensor]:
        """What the average already holds of a network that has just grown."""
        fresh = len(self.net.styled) - 2
        new = (f"styled.{fresh}.", f"styled.{fresh + 1}.", f"rgbs.{len(self.net.rgbs) - 1}.")
        return {k: v for k, v in self.ema.state_dict().items() if not k.startswith(new)}

    def load_pictures(self) -> None:
        size = self.args.resolution
        sources = SHARP if size > 128 else SOURCES
        names, images = load_faces(self.args.data, sources, "train", size)
        rows = {n: i for i, n in enumerate(self.names)}
        self.rows = torch.tensor([rows[n] for n in names])
        self.pictures = torch.from_numpy(images).permute(0, 3, 1, 2)
        self.weight = detail_weight(size).to(self.device)
        self.inside = (face_weight(size) > 0.7).float()
        self.order: list[int] = []

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """Rows of the tables, mirror flags, and pictures in [-1, 1]."""
        count = BATCH[self.args.resolution]
        if len(self.order) < count:
            self.order = torch.randperm(len(self.pictures)).tolist()
        pick, self.order = self.order[:count], self.order[count:]
        flip = torch.rand(count) < 0.5
        x = self.pictures[pick]
        x = torch.where(flip[:, None, None, None], x.flip(3), x).to(self.device).float() / 127.5 - 1
        return self.rows[pick], flip, x.contiguous(memory_format=torch.channels_last)

    def latents(self, codes: Tensor, offsets: Tensor, flip: Tensor) -> Tensor:
        """W+ (N, L, D); a mirrored picture turns the antisymmetric signs."""
        w = codes[:, None] + offsets[:, : self.net.num_layers]
        return torch.where(flip[:, None, None].to(w.device), w * self.pca["sign"].to(w.device), w)

    def gradients(
        self, w: Tensor, noise: list[Tensor] | None, x: Tensor
    ) -> tuple[Tensor, list[Tensor | None]]:
        """Loss, and its gradients for the codes (first) and the network, of a part of a batch."""
        w = w.detach().requires_grad_(not self.args.only_new)
        if self.args.workers > 1:
            torch.set_num_threads(1)
        with amp(self.device):
            images = self.net.pictures(w, noise, self.args.resolution)
        loss = image_loss(images[-1], x, self.weight)
        # The smaller pictures on the way stay pictures: they serve previews and quick first steps.
        for y in images[3:-1]:
            step = x.shape[-1] // y.shape[-1]
            small = F.avg_pool2d(x, step)
            loss = loss + 0.2 * ((y - small).abs() * F.avg_pool2d(self.weight, step)).mean()
        pictures = images[3:]
        wanted = list(torch.autograd.grad(loss, pictures, retain_graph=True))
        if self.critic is not None:
            wanted[-1] = wanted[-1] + self.critic.pull(pictures[-1], wanted[-1], self.weight)
            self.rendered = pictures[-1].detach()
        inputs = self.parameters if self.args.only_new else [w, *self.parameters]
        found = list(torch.autograd.grad(pictures, inputs, wanted, allow_unused=True))
        return loss.detach(), [torch.zeros_like(w), *found] if self.args.only_new else found

    def batch_gradients(self, w: Tensor, x: Tensor) -> tuple[float, Tensor]:
        """The same of a whole batch (the network's are set), its parts side by side in `--workers` threads.

        One thread a part: two threads inside one convolution wait for each other, actively, whenever
        another program takes a core.
        """
        noise = self.net.random_noise(len(x)) if torch.rand(()) < 0.5 else None
        parts = self.args.workers
        size = len(x) // parts
        cut = [slice(i * size, (i + 1) * size) for i in range(parts)]
        jobs = [(w[c], None if noise is None else [n[c] for n in noise], x[c]) for c in cut]
        done = list(self.pool.map(lambda job: self.gradients(*job), jobs))
        set_gradients(self.parameters, [d[1][1:] for d in done])
        grad_w = torch.cat([d[1][0] for d in done]) / parts
        return float(torch.stack([d[0] for d in done]).mean()), grad_w

    def step(self, factor: float) -> float:
        args = self.args
        rows, flip, x = self.batch()
        codes = self.codes[rows].to(self.device).requires_grad_()
        offsets = self.offsets[rows].to(self.device).requires_grad_()
        w = self.latents(codes, offsets, flip)
        jitter = torch.randn_like(w[:, :1]) + 0.5 * torch.randn_like(w)
        loss, grad_w = self.batch_gradients(w.detach() + args.jitter * jitter, x)
        penalty = 1e-4 * codes.square().mean() + args.tie * offsets.square().mean()
        ((w * grad_w).sum() + penalty).backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for group in self.adam.param_groups:
            group["lr"] = args.lr * factor
        self.adam.step()
        if self.critic is not None:
            self.critic.learn(x, self.rendered)
        if not args.only_new:
            self.code_adam.step(rows, codes.grad.cpu(), factor)
            self.offset_adam.step(rows, offsets.grad.cpu(), factor)
        self.steps += 1
        keep = min(0.998, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.parameters, 1 - keep)
        self.images_seen += len(x)
        return loss

    def run(self) -> None:
        clock, steps, shown, saved, losses = Clock(self.args.seconds), 0, 0.0, 0.0, []
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            factor = min(1.0, (steps + 1) / 50) * (max(0.03, left) if self.args.decay else 1.0)
            losses.append(self.step(factor))
            steps += 1
            if clock.spent - shown > 60 or clock.over:
                self.report(clock.spent, float(np.mean(losses)))
                shown, losses = clock.spent, []
            if clock.spent - saved > 240:
                self.save()
                saved = clock.spent
        self.save()
        self.sheet()

    @torch.no_grad()
    def report(self, seconds: float, loss: float) -> None:
        pick = torch.arange(0, len(self.pictures), max(1, len(self.pictures) // 48))[:48]
        x = self.pictures[pick].to(self.device).float() / 127.5 - 1
        rows = self.rows[pick]
        w = self.latents(self.codes[rows], self.offsets[rows], torch.zeros(len(pick)) > 0)
        with amp(self.device):
            y = torch.cat(
                [self.ema(part.to(self.device), None, self.args.resolution) for part in w.split(8)]
            ).clamp(-1, 1)
        error = ((y - x) / 2).square().mean(1, keepdim=True)
        face = self.inside.to(error.device)
        db = (-10 * torch.log10((error * face).sum((1, 2, 3)) / face.sum())).mean()
        self.metrics(
            resolution=self.args.resolution, images=self.images_seen, seconds=seconds, loss=loss,
            face_db=float(db), code_std=float(self.codes.std()),
            offset_std=float(self.offsets[:, : self.net.num_layers].std()),
        )  # fmt: skip

    def save(self) -> None:
        state: dict[str, Any] = {
            "net": self.net.state_dict(), "ema": self.ema.state_dict(), "adam": self.adam.state_dict(),
            "codes": self.codes, "offsets": self.offsets.half(), "code_adam": self.code_adam.state(),
            "pca": self.pca, "images_seen": self.images_seen, "steps": self.steps,
            "resolution": self.net.resolution, "critic": self.critic.state() if self.critic else None,
        }  # fmt: skip
        save_checkpoint(self.path, state)

    @torch.no_grad()
    def sheet(self) -> None:
        """Training pictures above their renders; interpolations; codes drawn from the codes' Gaussian."""
        pick = torch.linspace(0, len(self.pictures) - 1, 10).long()
        x = self.pictures[pick].float() / 255
        w = self.latents(self.codes[self.rows[pick]], self.offsets[self.rows[pick]], torch.zeros(10) > 0)
        between = torch.lerp(w[1:2], w[8:9], torch.linspace(0, 1, 10)[:, None, None])
        centred = self.codes - self.codes.mean(0)
        drawn = self.codes.mean(0) + torch.randn(10, len(centred)) @ centred / math.sqrt(len(centred))
        walk = w[3:4] + 0.3 * torch.randn(10, *w.shape[1:])
        rows = [x]
        for codes in (w, between, drawn[:, None].expand_as(w), walk):
            with amp(self.device):
                rows.append(self.ema(codes.to(self.device), None, self.args.resolution).cpu() / 2 + 0.5)
        save_sheet(self.folder / f"sheet-{self.args.resolution}-{self.images_seen // 1000:05d}k.png", rows)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--resolution", type=int, default=64, choices=sorted(BATCH))
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--jitter", type=float, default=0.1, help="spread of the jitter on codes")
    parser.add_argument("--tie", type=float, default=2e-2, help="weight that keeps offsets small")
    parser.add_argument("--only-new", action="store_true", help="train the last resolution's layers only")
    parser.add_argument("--critic", type=float, default=0.0, help="share of the critic's pull; 0: none")
    parser.add_argument("--workers", type=int, default=1 if torch.cuda.is_available() else 2)
    parser.add_argument("--decay", action="store_true", help="end this slice with a small learning rate")
    args = parser.parse_args()
    Path(args.runs).mkdir(parents=True, exist_ok=True)
    Trainer(args).run()


if __name__ == "__main__":
    main()
