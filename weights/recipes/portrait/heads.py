"""Train the heads that draw 256 and 512 px pictures from the generator's inner feature maps.

    python weights/recipes/portrait/heads.py --pack FOLDER --seconds 1200      # again and again, it resumes

Every round renders one new code in full and teaches both heads from crops of the last hundred renders: the
full picture reduced by area (squared and absolute error). Half of the codes are in W, half in W+; noise maps
are the packaged ones, none or new ones. Figures: PSNR over 24 codes that no step draws, W and W+ apart; the
weights' moving average is what is exported.
"""

from __future__ import annotations

import argparse
import copy
import math

import torch
import torch.nn.functional as F
from renders import Codes, Pairs, common, load_generator, options
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.models.generators.picture_heads import PictureHead, heads_from_state
from engine.models.generators.separable_conv import SLOPE

Render = dict[int, tuple[tuple[Tensor, Tensor, Tensor], Tensor]]
GATES = ("gate", "shift", "scale")
"""Layers that read the later styles: many inputs that move together, so they learn at a lower rate."""
CROPS = 8
"""Crops in a step, of as many renders: a sixteenth of a picture each."""
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


def draw(head: PictureHead, x: Tensor, style: Tensor, later: Tensor) -> Tensor:
    """`PictureHead.forward` of several pictures at once, each with its own styles."""
    n, channels, height, width = x.shape
    weight = (head.plain + head.styled * style[:, None]).to(x.dtype)
    rows = x.permute(0, 2, 3, 1).reshape(n, -1, channels)
    y = F.leaky_relu(torch.baddbmm(head.bias.to(x.dtype), rows, weight.transpose(1, 2)), SLOPE)
    y = y * (1 + head.gate(later)).to(x.dtype)[:, None]
    y = y.view(n, height, width, -1).permute(0, 3, 1, 2)
    y = F.conv2d(y, head.depthwise.to(x.dtype), padding=1, groups=y.shape[1]).permute(0, 2, 3, 1)
    y = F.linear(y.reshape(n, height * width, -1), head.weight.to(x.dtype))
    y = F.leaky_relu(y + head.shift(later).to(x.dtype)[:, None], SLOPE)
    bands = F.linear(y * (1 + head.scale(later)).to(x.dtype)[:, None], head.bands.weight.to(x.dtype)).float()
    bands = (bands + head.bands.bias).view(n, height, width, 4, 3).permute(3, 0, 4, 1, 2)
    low, lh, hl, hh = bands.unbind(0)
    top, bottom, even, odd = low + lh, low - lh, hl + hh, hl - hh
    pixels = torch.stack([top + even, top - even, bottom + odd, bottom - odd], 2) / 2
    return F.pixel_shuffle(pixels.reshape(n, 12, height, width), 2)


def _crop(render: tuple[tuple[Tensor, Tensor, Tensor], Tensor]) -> tuple[Tensor, ...]:
    """A square of a feature map with its styles, and what a picture shows there but for the map's margin."""
    (x, style, later), target = render
    side = x.shape[-1] // 4 + 2
    top, left = torch.randint(x.shape[-1] - side + 1, (2,)).tolist()
    seen = target[..., 2 * top + 2 : 2 * (top + side) - 2, 2 * left + 2 : 2 * (left + side) - 2]
    return x[..., top : top + side, left : left + side], style[None], later[None], seen


class Trainer:
    """Both heads, their moving averages and the optimiser."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.generator, self.mean = load_generator(args.pack)
        self.generator.heads.clear()
        self.folder = args.runs / "portrait_heads"
        self.metrics = common.Metrics(self.folder / "metrics.jsonl")
        torch.manual_seed(args.seed)
        self.heads = torch.nn.ModuleDict()
        for size in WIDTHS:
            self.heads[str(size)] = fresh(size, *self.generator.head_shape(size))
        self.seen = self.steps = 0
        self.kept: list[Render] = []
        if (state := common.load_checkpoint(self.folder / "checkpoint.pt")) is not None:
            self.heads.load_state_dict(state["heads"])
            self.seen, self.steps = state["seen"], state.get("steps", state["seen"])
        elif (args.out / "heads.safetensors").is_file():
            for head in heads_from_state(load_file(args.out / "heads.safetensors")):
                self.heads[str(head.size)] = head.requires_grad_(True)
        self.mean_heads = copy.deepcopy(self.heads).requires_grad_(False)
        if state is not None:
            self.mean_heads.load_state_dict(state["ema"])
        gates = [p for n, p in self.heads.named_parameters() if n.split(".")[1] in GATES]
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

    @torch.no_grad()
    def render(self, code: Tensor, noise: list[Tensor | None]) -> Render:
        """By size: feature map, following style, later styles; the full picture reduced to it, in -1..1."""
        g = self.generator
        maps = g.features(code, noise, len(g.blocks))
        full = g.to_picture(maps[-1], code[-1])
        found = {}
        for size in WIDTHS:
            block = g._block_before(size)
            target = F.avg_pool2d(full, g.resolution // size)
            found[size] = ((maps[block], *g._styles_after(block, code)), target)
        return found

    def look(self) -> None:
        """Render one new code in full and keep it among the last `--kept` renders."""
        code = self.codes(1)[0]
        found = self.render(code, self.noise())
        if self.pairs is not None:
            self.pairs.add(code, found[256][1] / 2 + 0.5)
        self.kept = [*self.kept[-self.args.kept + 1 :], found]
        self.seen += 1

    def step(self, size: int, rate: float) -> float:
        """One update of a head from crops of as many renders."""
        picks = torch.randint(len(self.kept), (CROPS,)).tolist()
        crops = [_crop(self.kept[i][size]) for i in picks]
        maps, styles, later, targets = (torch.cat(part) for part in zip(*crops, strict=True))
        head = self.heads[str(size)]
        wrong = draw(head, maps, styles, later)[..., 2:-2, 2:-2] - targets
        (4 * wrong.square().mean() + 0.2 * wrong.abs().mean()).backward()
        for group in self.adam.param_groups:
            group["lr"] = rate * group["scale"]
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        self.adam.step()
        self.adam.zero_grad()
        self.steps += 1
        keep = min(0.998, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for mean, now in zip(self.mean_heads[str(size)].parameters(), head.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        return float(wrong.detach().square().mean()) / 4

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
        common.save_sheet(self.folder / "sheet.png", [torch.cat(sheet[:6]), torch.cat(sheet[6:])])

    def save(self) -> None:
        state = {"heads": self.heads.state_dict(), "ema": self.mean_heads.state_dict()}
        common.save_checkpoint(
            self.folder / "checkpoint.pt",
            state | {"adam": self.adam.state_dict(), "seen": self.seen, "steps": self.steps},
        )
        flat = {key: value.half().contiguous() for key, value in self.mean_heads.state_dict().items()}
        self.args.out.mkdir(parents=True, exist_ok=True)
        save_file(flat, self.args.out / "heads.safetensors")

    def run(self) -> None:
        clock, shown = common.Clock(self.args.seconds), 0.0
        while len(self.kept) < CROPS:
            self.look()
        while not clock.over:
            left = 1 - clock.spent / self.args.seconds
            rate = (
                self.args.lr * min(1.0, (self.steps + 1) / 50) * (0.02 + 0.98 * math.sin(math.pi / 2 * left))
            )
            self.look()
            errors = {size: self.step(size, rate) for size in (256, 512, 256)}
            if clock.spent - shown > 240 or clock.over:
                self.report(seconds=clock.spent, **{f"train_{s}": e for s, e in errors.items()})
                self.save()
                shown = clock.spent


def main() -> None:
    parser = options(__doc__ or "", 1200)
    parser.add_argument("--keep-pairs", action="store_true", help="store codes and 256 px renders")
    parser.add_argument("--kept", type=int, default=100, help="renders that crops are drawn from, 27 MB each")
    parser.add_argument("--lr", type=float, default=2e-3)
    Trainer(parser.parse_args()).run()


if __name__ == "__main__":
    main()
