"""Train the encoder: picture -> 23 codes, on the parser's backbone.

    python weights/recipes/portrait/trunk_encoder.py pairs --pack FOLDER --count 10000
    python weights/recipes/portrait/trunk_encoder.py train --pack FOLDER --seconds 1800
    python weights/recipes/portrait/trunk_encoder.py faces --pack FOLDER --seconds 1800

Pairs (those that heads.py kept, and `pairs` draws with the 256 px head) and what the frozen backbone makes of
them are stored once under `--runs`; `train` draws four new ones every three steps and learns the codes;
`faces` goes on with photos, whose codes nobody knows: their render must show the photo (absolute error on the
face, distance of the backbone's maps), with exact pairs beside them. Every part resumes; the network's moving
average is what is exported. Figure of `train`: the share of the codes' variance that is explained on 200
pairs never trained on.
"""

from __future__ import annotations

import argparse
import copy
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from renders import Codes, Pairs, common, load_generator, options
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.models.encoders.trunk_encoder import TrunkEncoder, reduced
from engine.models.parsers.bisenet import BiSeNetParser

BATCH = 48
HELD_OUT = 200
FACES = ("celebahq", "generated")
_MAP_SHAPES = (432, 16, 16), (512, 8, 8)


def load_backbone(pack: Path) -> BiSeNetParser:
    """The pack's face parser, frozen."""
    return BiSeNetParser.from_state(load_file(pack / "parser.safetensors")).requires_grad_(False).eval()


class Maps:
    """What the backbone makes of pictures, computed once, float16, in two files."""

    def __init__(self, folder: Path, name: str, backbone: BiSeNetParser) -> None:
        self.files = [folder / f"{name}.{part}.f16" for part in ("middle", "deep")]
        self.backbone = backbone
        folder.mkdir(parents=True, exist_ok=True)

    def of(self, pictures: np.ndarray) -> list[np.ndarray]:
        """For pictures (N, 3, 256, 256) uint8: read-only maps of both files, the missing rows computed."""
        sizes = [2 * math.prod(shape) for shape in _MAP_SHAPES]
        done = min(f.stat().st_size // s if f.exists() else 0 for f, s in zip(self.files, sizes, strict=True))
        for file, size in zip(self.files, sizes, strict=True):
            if file.exists():
                with file.open("r+b") as stream:
                    stream.truncate(done * size)
        for start in range(done, len(pictures), 16):
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                found = reduced(
                    torch.from_numpy(pictures[start : start + 16].copy()).float() / 255, self.backbone
                )
            for file, part in zip(self.files, found, strict=True):
                with file.open("ab") as stream:
                    stream.write(part.half().numpy().tobytes())
        shapes = [(len(pictures), *shape) for shape in _MAP_SHAPES]
        return [np.memmap(f, np.float16, "r", shape=s) for f, s in zip(self.files, shapes, strict=True)]


def draw_pairs(args: argparse.Namespace) -> None:
    """Renders of the 256 px head with the packaged noise until there are `--count` pairs."""
    generator, mean = load_generator(args.pack, args.out)
    pairs = Pairs(args.runs / "portrait_pairs")
    codes, noise = Codes(generator, mean, args.seed + 1_000_003 * (1 + len(pairs))), generator.start_noise()
    clock = common.Clock(args.seconds)
    while len(pairs) < args.count and not clock.over:
        code = codes(1, ("w", "w", "mixed", "layers", "moved"))
        with torch.no_grad():
            pairs.add(code[0], generator(code, noise, 256))
    print(len(pairs), "pairs")


class Trainer:
    """The encoder, its moving average, pairs and faces."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.folder = args, args.runs / "portrait_encoder"
        self.metrics = common.Metrics(self.folder / "metrics.jsonl")
        torch.manual_seed(args.seed)
        self.generator, self.mean = load_generator(args.pack, args.out)
        self.noise = self.generator.start_noise()
        self.backbone = load_backbone(args.pack)
        codes, pictures = Pairs(args.runs / "portrait_pairs").read()
        self.known, self.pictures = len(codes), pictures
        stored = (*Maps(self.folder, "pairs", self.backbone).of(pictures), codes)
        # Room for what is drawn while training; a page of it costs memory when it is first written.
        self.rows = [np.empty((len(part) + args.room, *part.shape[1:]), np.float16) for part in stored]
        for room, part in zip(self.rows, stored, strict=True):
            room[: len(part)] = part
        self.source = Codes(self.generator, self.mean, args.seed + 1_000_003 * (1 + len(codes)))
        self.net = TrunkEncoder(self.generator.num_layers, self.generator.style_dim)
        with torch.no_grad():
            self.net.latent_avg.copy_(self.mean)
            self.net.code.weight.mul_(0.2)
            self.net.offsets.weight.mul_(0.05)
            ws = Codes(self.generator, self.mean, 0).w(4000)
        self.variance = float(ws.var(0).sum())
        values, axes = torch.linalg.eigh(torch.cov(ws.T))
        # Between plain and whitened: small components are seen too, the smallest are not worth much.
        self.scale = axes / (values.clamp_min(values.max() * 1e-3) ** 0.25)
        self.steps = self.faces_seen = 0
        state = common.load_checkpoint(self.folder / "checkpoint.pt")
        if state is not None:
            self.net.load_state_dict(state["net"])
            self.steps, self.faces_seen = state["steps"], state["faces_seen"]
        elif (args.out / "encoder.safetensors").is_file():
            self.net.load_state_dict(
                {k: v.float() for k, v in load_file(args.out / "encoder.safetensors").items()}
            )
        self.mean_net = copy.deepcopy(self.net).requires_grad_(False)
        if state is not None:
            self.mean_net.load_state_dict(state["ema"])
        self.parameters = [p for p in self.net.parameters() if p.requires_grad]
        self.adam = torch.optim.AdamW(self.parameters, args.lr, (0.9, 0.98), weight_decay=0.02)
        if state is not None:
            self.adam.load_state_dict(state["adam"])

    def _batch(self, count: int) -> tuple[Tensor, Tensor, Tensor]:
        rows = np.random.randint(HELD_OUT, self.known, count)
        middle, deep, codes = (torch.from_numpy(part[rows]).float() for part in self.rows)
        return middle, deep, codes

    @torch.no_grad()
    def draw(self, count: int) -> None:
        """Add renders of new codes by the 256 px head, while there is room."""
        count = min(count, len(self.rows[0]) - self.known)
        if count <= 0:
            return
        codes = self.source(count, ("w", "w", "mixed", "layers", "moved"))
        pictures = self.generator(codes, self.noise, 256).clamp(0, 1)
        with torch.autocast("cpu", torch.bfloat16):
            found = reduced(pictures, self.backbone)
        for room, part in zip(self.rows, (*found, codes), strict=True):
            room[self.known : self.known + count] = part.half().numpy()
        self.known += count

    def pair_loss(self, count: int) -> Tensor:
        middle, deep, codes = self._batch(count)
        with torch.autocast("cpu", torch.bfloat16):
            found = self.net.from_maps(F.dropout2d(middle, 0.1), F.dropout2d(deep, 0.1)).float()
        plain = (found - codes).square().sum(2).mean() / self.variance
        level = ((found - codes) @ self.scale).square().mean()
        return plain + 0.5 * level

    def update(self, loss: Tensor, rate: float) -> float:
        for group in self.adam.param_groups:
            group["lr"] = rate
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.adam.step()
        self.adam.zero_grad()
        self.steps += 1
        keep = min(0.995, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for mean, now in zip(self.mean_net.parameters(), self.net.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        return float(loss.detach())

    def train(self) -> None:
        clock, shown, losses = common.Clock(self.args.seconds), 0.0, []
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            rate = self.args.lr * min(1.0, (self.steps + 1) / 100) * max(0.02, min(1.0, 1.5 * left))
            if self.steps % 3 == 0:
                self.draw(4)
            losses.append(self.update(self.pair_loss(BATCH), rate))
            if clock.spent - shown > 180 or clock.over:
                self.report(seconds=clock.spent, loss=float(np.mean(losses)))
                self.save()
                shown, losses = clock.spent, []

    @torch.no_grad()
    def report(self, **values: float) -> None:
        rows = slice(0, HELD_OUT)
        middle, deep, codes = (torch.from_numpy(part[rows]).float() for part in self.rows)
        found = self.mean_net.from_maps(middle, deep)
        error = (found - codes).square().sum((1, 2)).mean() / self.generator.num_layers
        spread = (codes - self.mean).square().sum((1, 2)).mean() / self.generator.num_layers
        self.metrics(
            steps=self.steps, pairs=self.known, faces_seen=self.faces_seen, **values,
            explained=float(1 - error / spread),
        )  # fmt: skip
        wanted = torch.from_numpy(self.pictures[:8].copy()).float() / 255
        drawn = self.generator(found[:8], self.noise, 256)
        photos = common.to_tensor(common.load_faces(self.args.data, ["celebahq"], "held_out", 256)[1][:8])
        codes = torch.cat([self.mean_net.from_maps(*reduced(p[None], self.backbone)) for p in photos])
        common.save_sheet(
            self.folder / "sheet.png", [wanted, drawn, photos, self.generator(codes, self.noise, 256)]
        )

    def faces(self) -> None:
        """Photos through the frozen generator beside exact pairs."""
        loaded = [common.load_faces(self.args.data, [f], "train", 256)[1] for f in FACES]
        images = np.concatenate([part[: self.args.photos] for part in loaded])
        images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
        maps = Maps(self.folder, "faces", self.backbone).of(images)
        clock, shown, losses = common.Clock(self.args.seconds), 0.0, []
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            rate = self.args.lr * 0.5 * max(0.02, min(1.0, 1.5 * left))
            rows = np.sort(np.random.randint(0, len(images), self.args.together))
            middle, deep = (torch.from_numpy(np.asarray(part[rows])).float() for part in maps)
            found = self.net.from_maps(middle, deep)
            codes = found.detach().requires_grad_(True)
            photos = torch.from_numpy(images[rows]).float() / 255
            loss = torch.stack(
                [self.face_loss(c[None], p[None]) for c, p in zip(codes, photos, strict=True)]
            ).mean()
            loss.backward()
            apart = (found - found.mean(1, keepdim=True)).square().sum(2).mean() / self.variance
            away = ((found - self.mean) @ self.scale).square().mean()
            (found * codes.grad).sum().add(0.1 * apart + 0.01 * away).backward()
            losses.append([float(loss.detach()), self.update(self.pair_loss(BATCH // 2), rate)])
            self.faces_seen += len(rows)
            if clock.spent - shown > 240 or clock.over:
                mean = np.mean(losses, 0)
                self.report(seconds=clock.spent, face_loss=float(mean[0]), loss=float(mean[1]))
                self.save()
                shown, losses = clock.spent, []

    def face_loss(self, code: Tensor, photo: Tensor) -> Tensor:
        drawn = self.generator(code, self.noise, 256)
        weight = face_weight()
        near = ((drawn - photo).abs() * weight).mean() / weight.mean()
        near = near + (F.avg_pool2d(drawn, 4) - F.avg_pool2d(photo, 4)).abs().mean()
        with torch.autocast("cpu", torch.bfloat16):
            seen, wanted = self.backbone.maps(drawn), self.backbone.maps(photo)
        alike = [
            1 - F.cosine_similarity(a.float(), b.float(), 1).mean() for a, b in zip(seen, wanted, strict=True)
        ]
        return 2 * near + torch.stack(alike).sum()

    def save(self) -> None:
        state = {"net": self.net.state_dict(), "ema": self.mean_net.state_dict(), "steps": self.steps}
        state |= {"adam": self.adam.state_dict(), "faces_seen": self.faces_seen}
        common.save_checkpoint(self.folder / "checkpoint.pt", state)
        self.args.out.mkdir(parents=True, exist_ok=True)
        flat = {key: value.half().contiguous() for key, value in self.mean_net.state_dict().items()}
        save_file(flat, self.args.out / "encoder.safetensors")


def face_weight() -> Tensor:
    """(1, 1, 256, 256): one on the face's ellipse, a tenth away from it."""
    y, x = torch.meshgrid(torch.linspace(0, 1, 256), torch.linspace(0, 1, 256), indexing="ij")
    inside = 1 - ((x - 0.5) / 0.36) ** 2 - ((y - 0.52) / 0.45) ** 2
    return (0.15 + 0.85 * torch.sigmoid(4 * inside))[None, None]


def main() -> None:
    parser = options(__doc__ or "", 1800)
    parser.add_argument("part", choices=["pairs", "train", "faces"])
    parser.add_argument("--count", type=int, default=10_000, help="pairs that there shall be")
    parser.add_argument("--room", type=int, default=12_000, help="pairs that `train` may draw, 0.3 MB each")
    parser.add_argument("--photos", type=int, default=2400, help="of each collection, for `faces`")
    parser.add_argument("--together", type=int, default=4, help="photos in a step of `faces`")
    parser.add_argument("--lr", type=float, default=1e-3)
    args = parser.parse_args()
    if args.part == "pairs":
        draw_pairs(args)
    else:
        getattr(Trainer(args), args.part)()


if __name__ == "__main__":
    main()
