"""Train the heads that draw 256 and 512 px pictures from the generator's inner feature maps.

    python weights/recipes/portrait/heads.py --pack FOLDER --seconds 1200      # again and again, it resumes

A head starts as the later layers of the generator itself, at half or a quarter of their size: 26 dB at 256
px and 31 at 512. Every round renders one new code in full and teaches both heads from crops of the last
hundred: the full picture reduced by area (squared and absolute error). Half of the codes are in W, half in
W+; noise maps are the packaged ones, none or new ones. Figures: PSNR over 24 codes that no step draws, W and
W+ apart; the weights' moving average is what is exported.
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

from engine.models.generators.mobile_stylegan import Block, MobileStyleGAN
from engine.models.generators.picture_heads import HeadLayer, PictureHead, PictureHeads, head_gates
from engine.models.generators.separable_conv import SLOPE

Inputs = tuple[Tensor, list[Tensor], Tensor | None]
Render = dict[int, tuple[Inputs, Tensor]]
CROPS = 8
"""Crops in a step, of as many renders: a sixteenth of a picture each."""
MARGIN = 3
"""Places around a crop that only its neighbours' taps see: one for each separable layer."""
INNER = slice(2 * MARGIN, -2 * MARGIN)
SIZES = (256, 512)
_HELD_OUT_SEED = 777


@torch.no_grad()
def fresh(generator: MobileStyleGAN, size: int) -> PictureHead:
    """A head with the generator's own later weights, as they act on a map that is even around each place."""
    channels = generator.head_channels(size)
    head, later = PictureHead(size, channels), generator.stages()[1 - len(channels) :]

    def joined(layer: HeadLayer | None, block: Block, weight: Tensor) -> None:
        # Of an inverse Haar step only the low band is known to matter; it is halved on its way to a pixel.
        conv = block.conv1
        quarter = conv.weight.shape[1]
        weight.normal_(0, 0.02 * float(conv.weight.std()))
        passed = conv.depthwise.sum((1, 2, 3)) if layer is None else 1.0
        weight[:, :quarter] = conv.weight * passed / 2
        if layer is not None:
            layer.depthwise[:, 0, 1, 1] = conv.depthwise.sum((1, 2, 3)).repeat(4)
            layer.bias.copy_(conv.bias)

    def plain(layer: HeadLayer, block: Block) -> None:
        layer.depthwise[:, 0, 1, 1] = block.conv2.depthwise.sum((1, 2, 3))
        layer.weight.copy_(block.conv2.weight)
        layer.bias.copy_(block.conv2.bias)

    joined(None, later[0], head.entry)
    head.bias.copy_(later[0].conv1.bias)
    head.grain.fill_(0.25)
    layers = iter(head.layers)
    plain(next(layers), later[0])
    for block in later[1:]:
        layer = next(layers)
        joined(layer, block, layer.weight)
        plain(next(layers), block)
    head.bands.weight.normal_(0, 0.02 * float(generator.to_picture.weight.std()))
    head.bands.weight[:3] = generator.to_picture.weight[:3]
    head.bands.bias.zero_()
    head.bands.bias[:3] = generator.to_picture.bias[:3]
    return head.requires_grad_(True)


def draw(head: PictureHead, x: Tensor, grain: Tensor, styles: list[Tensor]) -> Tensor:
    """`PictureHead.forward` of several pictures at once, each with its own styles."""
    n, channels, height, width = x.shape
    kind, (first, *rest, last) = x.dtype, head_gates(styles)
    rows = x.permute(0, 2, 3, 1).reshape(n, -1, channels)
    y = torch.baddbmm(head.bias.to(kind), rows, (head.entry * first[:, None]).to(kind).transpose(1, 2))
    grain = F.pixel_unshuffle(grain, 2).permute(0, 2, 3, 1).reshape(n, -1, 4)
    y = F.leaky_relu(y + F.linear(grain.to(kind), head.grain.to(kind)), SLOPE)
    for layer, gate in zip(head.layers, rest, strict=True):
        y = (y * gate.to(kind)[:, None]).view(n, height, width, -1).permute(0, 3, 1, 2)
        y = F.conv2d(y, layer.depthwise.to(kind), padding=1, groups=y.shape[1]).permute(0, 2, 3, 1)
        y = F.linear(y.reshape(n, height * width, -1), layer.weight.to(kind), layer.bias.to(kind))
        y = F.leaky_relu(y, SLOPE)
    bands = F.linear(y * last.to(kind)[:, None], head.bands.weight.to(kind)).float()
    bands = (bands + head.bands.bias).view(n, height, width, 4, 3).permute(3, 0, 4, 1, 2)
    low, lh, hl, hh = bands.unbind(0)
    top, bottom, even, odd = low + lh, low - lh, hl + hh, hl - hh
    pixels = torch.stack([top + even, top - even, bottom + odd, bottom - odd], 2) / 2
    return F.pixel_shuffle(pixels.reshape(n, 12, height, width), 2)


def _crop(render: tuple[Inputs, Tensor]) -> tuple[Tensor, ...]:
    """A square of a feature map with its styles, and what a picture shows there but for the map's margin."""
    (x, styles, grain), target = render
    side = x.shape[-1] // 4 + 2 * MARGIN
    top, left = torch.randint(x.shape[-1] - side + 1, (2,)).tolist()
    rows, columns = slice(2 * top, 2 * (top + side)), slice(2 * left, 2 * (left + side))
    noise = x.new_zeros(1, 1, 2 * side, 2 * side) if grain is None else grain[..., rows, columns]
    seen = target[..., rows, columns][..., INNER, INNER]
    near = x[..., top : top + side, left : left + side]
    return near, noise.float(), seen, *(style[None] for style in styles)


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
        for size in SIZES:
            self.heads[str(size)] = fresh(self.generator, size)
        self.seen = self.steps = 0
        self.kept: list[Render] = []
        if (state := common.load_checkpoint(self.folder / "checkpoint.pt")) is not None:
            self.heads.load_state_dict(state["heads"])
            self.seen, self.steps = state["seen"], state.get("steps", state["seen"])
        elif (args.out / "heads.safetensors").is_file():
            for head in PictureHeads.from_state(load_file(args.out / "heads.safetensors")):
                self.heads[str(head.size)] = head.requires_grad_(True)
        self.mean_heads = copy.deepcopy(self.heads).requires_grad_(False)
        if state is not None:
            self.mean_heads.load_state_dict(state["ema"])
        self.adam = torch.optim.Adam(self.heads.parameters(), lr=args.lr, betas=(0.9, 0.99))
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
        for size in SIZES:
            block = g._block_before(size)
            target = F.avg_pool2d(full, g.resolution // size)
            found[size] = ((maps[block], *g.head_conditions(code, noise, size)), target)
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
        maps, grain, targets, *styles = (torch.cat(part) for part in zip(*crops, strict=True))
        head = self.heads[str(size)]
        wrong = draw(head, maps, grain, styles)[..., INNER, INNER] - targets
        (4 * wrong.square().mean() + 0.2 * wrong.abs().mean()).backward()
        for group in self.adam.param_groups:
            group["lr"] = rate
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
        found: dict[int, list[Tensor]] = {size: [] for size in SIZES}
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
            errors = {size: self.step(size, rate) for size in (256, 256, 512, 256, 256)}
            if clock.spent - shown > 240 or clock.over:
                self.report(seconds=clock.spent, **{f"train_{s}": e for s, e in errors.items()})
                self.save()
                shown = clock.spent


def main() -> None:
    parser = options(__doc__ or "", 1200)
    parser.add_argument("--keep-pairs", action="store_true", help="store codes and 256 px renders")
    parser.add_argument("--kept", type=int, default=100, help="renders that crops are drawn from, 27 MB each")
    parser.add_argument("--lr", type=float, default=1e-3)
    Trainer(parser.parse_args()).run()


if __name__ == "__main__":
    main()
