"""Train the heads that draw 256 and 512 px pictures from the generator's inner feature maps.

    python weights/recipes/portrait/heads.py --pack FOLDER --seconds 1200      # again and again, it resumes

Every step draws a new code, renders it in full, and teaches both heads that render reduced by area (squared
and absolute error). Half of the codes are in W, half in W+; noise maps are the packaged ones, none or new ones.
Figures: PSNR over 24 codes that no step draws, W and W+ apart; the weights' moving average is what is exported.
"""

from __future__ import annotations

import argparse
import copy
import math

import torch
import torch.nn.functional as F
from renders import Codes, Pairs, load_generator, options
from safetensors.torch import load_file, save_file
from torch import Tensor

from common import Clock, Metrics, load_checkpoint, save_checkpoint, save_sheet
from engine.models.generators.picture_heads import PictureHead, heads_from_state

WIDTHS = {256: (128, 64), 512: (64, 32)}
_HELD_OUT_SEED = 777


def fresh(size: int, channels: int, later: int) -> PictureHead:
    """A head that starts as two pointwise layers: taps that pass, gates that do nothing."""
    head = PictureHead(size, channels, later, *WIDTHS[size])
    with torch.no_grad():
        head.depthwise[:, 0, 1, 1] = 1.0
        for part in (head.gate, head.shift, head.scale):
            part.weight.zero_()
            part.bias.zero_()
    return head


class Trainer:
    """Both heads, their moving averages and the optimiser."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.generator, self.mean = load_generator(args.pack)
        self.generator.heads.clear()
        self.folder = args.runs / "portrait_heads"
        self.metrics = Metrics(self.folder / "metrics.jsonl")
        torch.manual_seed(args.seed)
        self.heads = torch.nn.ModuleDict()
        for size in WIDTHS:
            self.heads[str(size)] = fresh(size, *self.generator.head_shape(size))
        self.seen = 0
        if (state := load_checkpoint(self.folder / "checkpoint.pt")) is not None:
            self.heads.load_state_dict(state["heads"])
            self.seen = state["seen"]
        elif (args.out / "heads.safetensors").is_file():
            for head in heads_from_state(load_file(args.out / "heads.safetensors")):
                self.heads[str(head.size)] = head.requires_grad_(True)
        self.mean_heads = copy.deepcopy(self.heads).requires_grad_(False)
        if state is not None:
            self.mean_heads.load_state_dict(state["ema"])
        gates = [p for n, p in self.heads.named_parameters() if any(g in n for g in ("gate", "shift", "scale"))]
        rest = [p for p in self.heads.parameters() if all(p is not g for g in gates)]
        groups = [{"params": rest, "scale": 1.0}, {"params": gates, "scale": 0.05}]
        self.adam = torch.optim.Adam(groups, lr=args.lr, betas=(0.9, 0.99))
        if state is not None:
            self.adam.load_state_dict(state["adam"])
        self.codes = Codes(self.generator, self.mean, args.seed + self.seen)
        held_out = Codes(self.generator, self.mean, _HELD_OUT_SEED)
        self.pairs = Pairs(args.runs / "portrait_pairs") if args.keep_pairs else None
        self.held_out = torch.cat([held_out(12, ("w",)), held_out(12, ("mixed", "layers", "moved"))])

    def noise(self) -> list[Tensor | None]:
        """The packaged maps three times of four, else none or new ones."""
        kind = float(torch.rand(()))
        if kind < 0.75:
            return list(self.generator.start_noise())
        if kind < 0.85:
            return [None] * len(self.generator.noise_sizes)
        return list(self.generator.draw_noise(int(torch.randint(2**31, ()))))

    def render(self, code: Tensor, noise: list[Tensor | None]) -> dict[int, tuple[tuple[Tensor, ...], Tensor]]:
        """By size: what the head reads, and the full picture reduced to that size, in -1..1."""
        g = self.generator
        with torch.no_grad():
            maps = g.features(code, noise, len(g.blocks))
            full = g.to_picture(maps[-1], code[-1])
            found = {}
            for size in WIDTHS:
                block = g._block_before(size)
                target = F.avg_pool2d(full, g.resolution // size)
                found[size] = ((maps[block], *g._styles_after(block, code)), target)
        return found

    def step(self, rate: float) -> dict[int, float]:
        code, errors = self.codes(1)[0], {}
        for size, (inputs, target) in self.render(code, self.noise()).items():
            if self.pairs is not None and size == 256:
                self.pairs.add(code, target / 2 + 0.5)
            wrong = self.heads[str(size)](*inputs) - target
            (4 * wrong.square().mean() + 0.3 * wrong.abs().mean()).backward()
            errors[size] = float(wrong.detach().square().mean()) / 4
        for group in self.adam.param_groups:
            group["lr"] = rate * group["scale"]
        torch.nn.utils.clip_grad_norm_(self.heads.parameters(), 1.0)
        self.adam.step()
        self.adam.zero_grad()
        self.seen += 1
        keep = min(0.998, (1 + self.seen) / (10 + self.seen))
        with torch.no_grad():
            for mean, now in zip(self.mean_heads.parameters(), self.heads.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        return errors

    @torch.no_grad()
    def report(self, **values: float) -> None:
        found: dict[int, list[Tensor]] = {size: [] for size in WIDTHS}
        sheet = []
        for i, code in enumerate(self.held_out):
            for size, (inputs, target) in self.render(code, list(self.generator.start_noise())).items():
                y = (self.mean_heads[str(size)](*inputs) / 2 + 0.5).clamp(0, 1)
                t = (target / 2 + 0.5).clamp(0, 1)
                found[size].append(-10 * torch.log10((y - t).square().mean()))
                if size == 256 and i % 4 == 0:
                    sheet += [t, y]
        figures = {}
        for size, decibels in found.items():
            figures[f"db_{size}_w"] = float(torch.stack(decibels[:12]).mean())
            figures[f"db_{size}_w_plus"] = float(torch.stack(decibels[12:]).mean())
            figures[f"db_{size}_least"] = float(torch.stack(decibels).min())
        self.metrics(seen=self.seen, **values, **figures)
        save_sheet(self.folder / "sheet.png", [torch.cat(sheet[:6]), torch.cat(sheet[6:])])

    def save(self) -> None:
        state = {"heads": self.heads.state_dict(), "ema": self.mean_heads.state_dict()}
        save_checkpoint(
            self.folder / "checkpoint.pt", state | {"adam": self.adam.state_dict(), "seen": self.seen}
        )
        flat = {key: value.half().contiguous() for key, value in self.mean_heads.state_dict().items()}
        self.args.out.mkdir(parents=True, exist_ok=True)
        save_file(flat, self.args.out / "heads.safetensors")

    def run(self) -> None:
        clock, shown = Clock(self.args.seconds), 0.0
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            rate = self.args.lr * min(1.0, (self.seen + 1) / 50) * (0.02 + 0.98 * math.sin(math.pi / 2 * left))
            errors = self.step(rate)
            if clock.spent - shown > 150 or clock.over:
                self.report(seconds=clock.spent, **{f"train_{s}": e for s, e in errors.items()})
                self.save()
                shown = clock.spent


def main() -> None:
    parser = options(__doc__ or "", 1200)
    parser.add_argument("--keep-pairs", action="store_true", help="store codes and 256 px renders")
    parser.add_argument("--lr", type=float, default=2e-3)
    Trainer(parser.parse_args()).run()


if __name__ == "__main__":
    main()
