"""Train the mouth refiner: the generator's soft mouths -> mouths as fine as photos of 256 px have them.

    python weights/recipes/refiner.py --seconds 540      # again and again, it resumes

Two kinds of mouths are seen. Of a training picture's own code the photo is known: L1. Of a code that was
moved along the directions of smiling and of an opened mouth, as edits move it, it is not. Of both a critic
asks that no one can tell them from photos. What is shipped adds half of what was learnt: on faces unlike
those of the training the whole of it draws cracks and ragged teeth (Wang et al. 2018, ESRGAN, weigh such
networks against a plain one in the same way). The generator is the checkpoint's, its codes are those of the
training pictures. `--out` gets refiner.safetensors.
"""

from __future__ import annotations

import argparse
import copy
import json

import numpy as np
import torch
import torch.nn.functional as F
from common import (
    Clock,
    Metrics,
    amp,
    arguments,
    atomic,
    import_engine,
    load_checkpoint,
    load_faces,
    pick_device,
    save_checkpoint,
    save_sheet,
    seed_everything,
    to_tensor,
)
from critic import Critic
from encoder import load_generator
from export import save_half
from generator import SOURCES
from safetensors.torch import load_file
from torch import Tensor, nn

import_engine()

from engine.evaluate.detail import laplacian_variance  # noqa: E402
from engine.models.encoders.compact import StarterEncoder  # noqa: E402
from engine.models.generators.stylegan2 import StyleGAN2  # noqa: E402
from engine.models.mouth_refiner import RESOLUTION, WINDOW, MouthRefiner  # noqa: E402

FOLDERS = ("generated", "celebahq", "london")  # sharp at 256 px
BATCH = 16
WALKS = 3  # moved codes a picture
ROOM = 8  # px that the stored mouths are larger than the window on every side, for shifts
ALONG = ("smiling", "mouth_slightly_open")
FARTHEST = 2.5  # of a direction; edits go as far
L1, KEEP, PULL = 12.0, 3.0, 1.0
PENALTY = 0.0003  # of the critic's slope: it looks at less of a picture than the generator's critic
SHARE = 0.5  # of what it would add that is shipped
WARM_UP = 150  # steps without the critic


class MouthCritic(nn.Module):
    """Mouths (N, 3, 96, 128) in 0..1 -> logits: one a patch of 46 px, and one of the whole."""

    def __init__(self) -> None:
        super().__init__()
        act = nn.LeakyReLU(0.2)
        self.fine = nn.Sequential(
            nn.Conv2d(6, 32, 4, 2, 1), act, nn.Conv2d(32, 64, 4, 2, 1), nn.GroupNorm(8, 64), act
        )
        self.wide = nn.Sequential(
            nn.Conv2d(66, 96, 4, 2, 1), nn.GroupNorm(8, 96), act, nn.Conv2d(96, 128, 3, 1, 1), act
        )
        self.near, self.patch = nn.Conv2d(66, 1, 3, 1, 1), nn.Conv2d(128, 1, 1)
        self.whole = nn.Sequential(nn.Conv2d(128, 96, 4, 2, 1), act, nn.Conv2d(96, 1, (6, 8)))

    def forward(self, mouth: Tensor) -> Tensor:
        # What is to be judged is small: as it lies in a picture, it takes the first layers long to see it.
        fine = mouth - F.interpolate(F.avg_pool2d(mouth, 4), scale_factor=4, mode="bilinear")
        x = self.fine(torch.cat([mouth * 2 - 1, 6 * fine], 1))
        y, z = (torch.linspace(-1, 1, n, device=x.device, dtype=x.dtype) for n in x.shape[-2:])
        place = torch.stack(torch.meshgrid(y, z, indexing="ij")).expand(len(x), -1, -1, -1)
        x = torch.cat([x, place], 1)
        wide = self.wide(x)
        logits = [self.near(x).flatten(1), self.patch(wide).flatten(1)]
        whole = self.whole(wide).flatten(1).expand(-1, 64)
        return torch.cat([*logits, whole], 1)[:, :, None, None]


class Trainer:
    """Mouths, network, its moving average, critic and their optimisers."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.device = args, pick_device(args.device)
        self.folder = args.runs / "refiner"
        self.metrics = Metrics(self.folder / "metrics.jsonl")
        seed_everything(args.seed)
        self.photos, self.renders, self.walks = mouths(args)
        self.net = MouthRefiner().to(self.device, memory_format=torch.channels_last)
        nn.init.zeros_(self.net.head.weight)
        self.critic = Critic(self.device, net=MouthCritic(), penalty=PENALTY)
        self.ema = copy.deepcopy(self.net).requires_grad_(False)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=args.lr, betas=(0.5, 0.99))
        self.steps = 0
        state = load_checkpoint(self.folder / "checkpoint.pt")
        if state is not None:
            self.net.load_state_dict(state["net"])
            self.ema.load_state_dict(state["ema"])
            self.adam.load_state_dict(state["adam"])
            self.critic.load(state["critic"])
            self.steps = state["steps"]
            seed_everything(args.seed + self.steps)

    def batch(self) -> tuple[Tensor, Tensor, Tensor]:
        """Photos, their renders, and moved renders of the same faces: windows (N, 3, 96, 128), 0..1."""
        pick = torch.randint(len(self.photos), (BATCH,))
        walk = self.walks[pick, torch.randint(WALKS, (BATCH,))]
        dy, dx = (2 * int(v) for v in torch.randint(0, ROOM + 1, (2,)))
        top, bottom, left, right = WINDOW
        cut = (..., slice(dy, dy + bottom - top), slice(dx, dx + right - left))
        flip = torch.rand(BATCH, 1, 1, 1) < 0.5
        gain = torch.exp(0.25 * torch.randn(BATCH, 1, 1, 1) - 0.15) * torch.exp(
            0.06 * torch.randn(BATCH, 3, 1, 1)
        )
        gamma = torch.exp(0.2 * torch.randn(BATCH, 1, 1, 1))
        grey = torch.rand(BATCH, 1, 1, 1) < 0.08
        found = []
        for stored in (self.photos[pick], self.renders[pick], walk):
            x = stored[cut].float() / 255
            x = torch.where(flip, x.flip(3), x)
            x = (x**gamma * gain).clamp(0, 1)
            x = torch.where(grey, x.mean(1, keepdim=True), x)
            found.append(x.to(self.device).contiguous(memory_format=torch.channels_last))
        return found[0], found[1], found[2]

    def step(self, factor: float) -> dict[str, float]:
        real, render, walk = self.batch()
        soft = torch.cat([render, walk[: BATCH // 2] if self.steps % 2 else walk[BATCH // 2 :]])
        with amp(self.device):
            added = self.net.added(soft)
        drawn = soft + added
        wanted = L1 * (drawn[:BATCH] - real).abs().mean()
        # Of a moved mouth no photo is known: at 128 px it shall stay much as it was drawn.
        kept = KEEP * (F.avg_pool2d(added[BATCH:], 2)).abs().mean()
        loss = wanted + kept
        if self.steps > WARM_UP:
            with amp(self.device):
                logits = self.critic.net(drawn.clamp(-0.1, 1.1)).float()
            loss = loss + PULL * F.softplus(-logits).mean()
        self.adam.zero_grad(set_to_none=True)
        self.critic.adam.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        for group in self.adam.param_groups:
            group["lr"] = self.args.lr * factor
        self.adam.step()
        told = self.critic.learn(real, drawn.detach()[torch.randperm(len(drawn))[:BATCH]])
        self.steps += 1
        keep = min(0.998, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.parameters()), list(self.net.parameters()), 1 - keep)
        return {"l1": float(wanted.detach()) / L1, "kept": float(kept.detach()) / KEEP, "critic": told}

    def run(self) -> None:
        clock, shown, saved, seen = Clock(self.args.seconds), 0.0, 0.0, []
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            seen.append(self.step(max(0.05, left) if self.args.decay else 1.0))
            if clock.spent - shown > 60 or clock.over:
                means = {k: float(np.mean([s[k] for s in seen])) for k in seen[0]}
                self.metrics(steps=self.steps, seconds=clock.spent, **means)
                shown, seen = clock.spent, []
            if clock.spent - saved > 240:
                self.save()
                saved = clock.spent
        self.save()

    @torch.no_grad()
    def save(self) -> None:
        state = {"net": self.net.state_dict(), "ema": self.ema.state_dict(), "adam": self.adam.state_dict()}
        save_checkpoint(
            self.folder / "checkpoint.pt", state | {"critic": self.critic.state(), "steps": self.steps}
        )
        top, bottom, left, right = WINDOW
        cut = (..., slice(ROOM, ROOM + bottom - top), slice(ROOM, ROOM + right - left))
        pick = torch.arange(0, len(self.photos), len(self.photos) // 14)[:14]
        rows = []
        for soft in (self.renders[pick][cut], self.walks[pick, 0][cut], self.walks[pick, 1][cut]):
            x = soft.float().to(self.device) / 255
            rows += [x, (x + self.ema.added(x)).clamp(0, 1)]
        rows.insert(0, self.photos[pick][cut].float() / 255)
        save_sheet(self.folder / f"sheet-{self.steps // 1000:03d}k.png", [r.cpu() for r in rows])
        state = self.ema.state_dict()
        save_half(
            self.args.out / "refiner.safetensors",
            state | {k: SHARE * state[k] for k in ("head.weight", "head.bias")},
        )


@torch.no_grad()
def mouths(args: argparse.Namespace) -> tuple[Tensor, Tensor, Tensor]:
    """Photos, renders (N, 3, H, W) and moved renders (N, WALKS, 3, H, W) of mouths with room, uint8."""
    path = args.runs / "refiner" / "mouths.npz"
    if not path.exists():
        net, state = load_generator(args)
        device = next(net.parameters()).device
        rows = {n: i for i, n in enumerate(load_faces(args.data, SOURCES, "train", 32)[0])}
        names, images = load_faces(args.data, FOLDERS, "train", RESOLUTION)
        index = torch.tensor([rows[n] for n in names])
        w = state["codes"][index, None] + state["offsets"][index, : net.num_layers]
        table = load_file(args.out / "directions.safetensors")
        along = torch.stack([table[a].float()[: net.num_layers] for a in ALONG])
        amounts = (torch.rand(len(w), WALKS, len(ALONG)) * 2 - 0.7) * FARTHEST / 1.3
        amounts *= (torch.rand(amounts.shape) < 0.7).float()
        codes = [w, *(w + torch.einsum("na,ald->nld", amounts[:, i], along) for i in range(WALKS))]
        renders = [torch.cat([draw(net, part.to(device)) for part in c.split(16)]) for c in codes]
        top, bottom, left, right = WINDOW
        photos = torch.from_numpy(images).permute(0, 3, 1, 2)
        photos = photos[..., top - ROOM : bottom + ROOM, left - ROOM : right + ROOM]
        with atomic(path) as temporary:
            moved = torch.stack(renders[1:], 1).numpy()
            np.savez(temporary.open("wb"), photos=photos.numpy(), renders=renders[0].numpy(), walks=moved)
    stored = np.load(path)
    photos, renders, walks = (torch.from_numpy(stored[k]) for k in ("photos", "renders", "walks"))
    return photos, renders, walks


def draw(net: nn.Module, w: Tensor) -> Tensor:
    """The mouths that W+ codes render, at 256 px as the shipped generator enlarges them, uint8."""
    with amp(w.device):
        image = net(w, None)
    image = F.interpolate(image.float() / 2 + 0.5, (RESOLUTION, RESOLUTION), mode="bilinear")
    top, bottom, left, right = WINDOW
    mouth = image[..., top - ROOM : bottom + ROOM, left - ROOM : right + ROOM]
    return (mouth.clamp(0, 1) * 255).round().byte().cpu()


@torch.no_grad()
def measure(args: argparse.Namespace) -> None:
    """Write the metrics: held-out CelebA-HQ faces through encoder and generator, with and without it.

    Detail is the variance of the Laplacian of the luminance in the window, as a share of the photo's.
    """
    photos = to_tensor(load_faces(args.data, ["celebahq"], "held_out", RESOLUTION)[1])
    encoder, generator, refiner = (
        kind.from_state({k: v.float() for k, v in load_file(args.out / f"{role}.safetensors").items()})
        for role, kind in (("encoder", StarterEncoder), ("generator", StyleGAN2), ("refiner", MouthRefiner))
    )
    soft = torch.cat([generator(encoder(part)) for part in photos.split(10)]).clamp(0, 1)
    fine = torch.cat([refiner(part) for part in soft.split(10)])
    top, bottom, left, right = WINDOW
    wanted, before, after = (
        x[..., top + 8 : bottom - 8, left + 16 : right - 16] for x in (photos, soft, fine)
    )
    metrics = {
        "faces": len(photos),
        "detail_before": float((detail(before) / detail(wanted)).median()),
        "detail": float((detail(after) / detail(wanted)).median()),
        "l1_before": float((before - wanted).abs().mean()),
        "l1": float((after - wanted).abs().mean()),
    }
    with atomic(args.runs / "refiner" / "metrics.json") as temporary:
        temporary.write_text(json.dumps({k: round(v, 4) for k, v in metrics.items()}))
    save_sheet(args.runs / "refiner" / "held-out.png", [x[:20] for x in (wanted, before, after)])
    print(metrics)


def detail(pictures: Tensor) -> Tensor:
    """Variance of the Laplacian of pictures (N, 3, H, W), 0..1: (N,)."""
    images = (pictures * 255).permute(0, 2, 3, 1).numpy()
    return torch.tensor([laplacian_variance(image, np.ones(image.shape[:2], bool)) for image in images])


def main() -> None:
    parser = arguments("Train the mouth refiner.")
    parser.add_argument("--lr", type=float, default=2e-4)
    parser.add_argument("--decay", action="store_true", help="let the learning rate fall to its end")
    parser.add_argument("--measure", action="store_true", help="only measure what is in the pack's folder")
    args = parser.parse_args()
    if args.measure:
        measure(args)
    else:
        Trainer(args).run()


if __name__ == "__main__":
    main()
