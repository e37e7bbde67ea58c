"""Pictures repainted so that one attribute changes and nothing else does, for the classifiers' training.

Labels go together in what was collected: hardly a man wears lipstick, so a network may look for a woman
instead of at the lips, and an edit that follows it changes the sex. Here lips are painted or bared, hair is
dyed, brows are thickened or thinned and eyes hidden behind dark glasses on training pictures, where the
parser saw these regions; only the labels of what is painted change, and every other keeps its value. What
the paint makes uncertain gets no weight. Lips are painted on men and bared on women more often than the
other way round: that is where the labels say the least.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import common
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

common.import_engine()

from engine.attributes import CELEBA_ATTRIBUTES  # noqa: E402
from engine.models.parsers.unet import UNetParser  # noqa: E402
from engine.types import REGIONS  # noqa: E402

KEPT = ("mouth", "eyebrows", "eyes", "hair")
SIZE = 96
STICKS = ((0.72, 0.08, 0.16), (0.55, 0.05, 0.13), (0.84, 0.28, 0.42), (0.52, 0.13, 0.28), (0.8, 0.2, 0.15))
HAIR = {
    "black_hair": ((0.09, 0.075, 0.07), (0.13, 0.1, 0.09), (0.07, 0.07, 0.08)),
    "brown_hair": ((0.35, 0.22, 0.14), (0.27, 0.17, 0.11), (0.42, 0.28, 0.18)),
    "blond_hair": ((0.84, 0.7, 0.47), (0.74, 0.58, 0.36), (0.9, 0.8, 0.6)),
    "gray_hair": ((0.62, 0.61, 0.6), (0.5, 0.5, 0.5), (0.76, 0.75, 0.74)),
}
CHANCE = {
    "paint_lips": 0.08,
    "bare_lips": 0.06,
    "thick_brows": 0.05,
    "thin_brows": 0.04,
    "dark_glasses": 0.03,
    "black_hair": 0.05,
    "brown_hair": 0.04,
    "blond_hair": 0.06,
    "gray_hair": 0.02,
}
AGAINST_CUSTOM = 1.8
"""How much more often men's lips are painted, and women's bared; the others' as much less."""
LIPSTICK, BUSHY = CELEBA_ATTRIBUTES.index("wearing_lipstick"), CELEBA_ATTRIBUTES.index("bushy_eyebrows")
MALE = CELEBA_ATTRIBUTES.index("male")
_DYED = ("attractive", "young", "pale_skin")
UNSURE = {
    "paint_lips": ("heavy_makeup", "attractive", "big_lips"),
    "bare_lips": ("heavy_makeup", "attractive", "big_lips"),
    "thick_brows": ("arched_eyebrows", "attractive", "heavy_makeup"),
    "thin_brows": ("arched_eyebrows", "attractive", "heavy_makeup"),
    "dark_glasses": (
        *("eyeglasses", "narrow_eyes", "bags_under_eyes", "attractive", "young", "heavy_makeup"),
        *("bushy_eyebrows", "arched_eyebrows"),
    ),
    **dict.fromkeys(HAIR, _DYED),
}


def load_masks(data: Path, sources: list[str], weights: Path, names: list[str]) -> np.ndarray:
    """The parser's `KEPT` regions of the named pictures, (N, 4, 96, 96) uint8, cached a source."""
    found: dict[str, np.ndarray] = {}
    for source in sources:
        cache = common.RUNS / "cache" / f"{source}-{len(KEPT)}-regions-{SIZE}.npz"
        if not cache.exists():
            _parse(data, source, weights, cache)
        stored = np.load(cache)
        found |= dict(zip(map(str, stored["names"]), stored["masks"], strict=True))
    return np.stack([found[name] for name in names])


def _parse(data: Path, source: str, weights: Path, cache: Path) -> None:
    parser = UNetParser.from_state(load_file(weights)).eval()
    names, images = common.load_faces(data, [source], "all", 256)
    kept, rows = [REGIONS.index(name) for name in KEPT], []
    for start in range(0, len(images), 16):
        with torch.no_grad(), common.amp(torch.device("cpu")):
            p = parser(common.to_tensor(images[start : start + 16]))[:, kept].float()
        rows.append((F.interpolate(p, size=(SIZE, SIZE), mode="area") * 255).round().byte().numpy())
    with common.atomic(cache) as temporary:
        np.savez(temporary.open("wb"), names=np.array(names), masks=np.concatenate(rows))


def repaint(x: Tensor, masks: Tensor, values: Tensor, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Repaint part of a batch: pictures (N, 3, S, S) in 0..1, masks (N, 4, 96, 96) bytes, labels (N, 40).

    At most one change a picture; pictures whose region is too small to see stay as they are.
    """
    x, values, weights = x.clone(), values.clone(), weights.clone()
    regions = F.interpolate(masks.to(x.device).float() / 255, size=x.shape[-2:], mode="bilinear")
    for k in range(len(x)):
        dice = float(torch.rand(()))
        male = float(values[k, MALE]) > 0.5
        for name, chance in CHANCE.items():
            dice -= chance * _custom(name, male)
            if dice < 0:
                _change(name, k, x, regions[k : k + 1], values, weights)
                break
    return x, values, weights


def _custom(name: str, male: bool) -> float:
    """How often lips are repainted, against what is usual for the one who is shown."""
    if "lips" not in name:
        return 1.0
    return AGAINST_CUSTOM if (name == "paint_lips") == male else 2 - AGAINST_CUSTOM


def _change(name: str, k: int, x: Tensor, regions: Tensor, values: Tensor, weights: Tensor) -> None:
    mouth, brows, eyes, hair = (regions[:, i : i + 1] for i in range(4))
    region = {"lips": mouth, "brows": brows, "glasses": eyes, "hair": hair}[name.split("_")[1]]
    if float(region.mean()) < (0.02 if name in HAIR else 0.002):
        return
    own = x[k : k + 1]
    painted = dyed(own, region, HAIR[name]) if name in HAIR else _PAINTS[name](own, region)
    if float(((painted - own).abs().mean(1, keepdim=True) * region).sum() / region.sum()) < 0.025:
        return  # nobody would see it
    x[k : k + 1] = painted
    for other in UNSURE[name]:
        weights[k, CELEBA_ATTRIBUTES.index(other)] = 0
    for label, answer in _answers(name).items():
        values[k, label], weights[k, label] = answer, 1


def _answers(name: str) -> dict[int, float]:
    """The labels that are certain after a change, by their places."""
    if name in HAIR:
        return {CELEBA_ATTRIBUTES.index(colour): float(colour == name) for colour in HAIR}
    if name == "dark_glasses":
        return {}
    return {LIPSTICK if "lips" in name else BUSHY: float(name in ("paint_lips", "thick_brows"))}


def luma(x: Tensor) -> Tensor:
    """(N, 1, H, W) brightness of (N, 3, H, W)."""
    r, g, b = x.split(1, 1)
    return 0.3 * r + 0.59 * g + 0.11 * b


def lips(x: Tensor, mouth: Tensor) -> Tensor:
    """(N, 1, H, W) in 0..1: the mouth without teeth (hardly red) and the dark between the lips."""
    y = luma(x)
    red = (x[:, :1] - x[:, 1:2]) / (y + 0.05)
    typical = (red * mouth).sum((2, 3), keepdim=True) / mouth.sum((2, 3), keepdim=True)
    bright = (y * mouth).sum((2, 3), keepdim=True) / mouth.sum((2, 3), keepdim=True)
    return mouth * torch.sigmoid((red - 0.6 * typical) / 0.05) * torch.sigmoid((y - 0.4 * bright) / 0.04)


def around(x: Tensor, region: Tensor, reach: float = 0.06) -> Tensor:
    """(N, 3, 1, 1) mean colour in a ring around a region."""
    wide = grown(region, round(reach * x.shape[-1]))
    ring = (wide - grown(region, round(reach * x.shape[-1] / 3))).clamp_min(0) + 1e-6
    return (x * ring).sum((2, 3), keepdim=True) / ring.sum((2, 3), keepdim=True)


def grown(region: Tensor, px: int) -> Tensor:
    """A region grown by some px."""
    return F.max_pool2d(region, 2 * px + 1, 1, px)


def _random(low: float, high: float) -> float:
    return float(torch.empty(()).uniform_(low, high))


def paint_lips(x: Tensor, mouth: Tensor) -> Tensor:
    """A lipstick of random colour and coverage, over the lips' own light and shade."""
    stick = torch.tensor(STICKS[int(torch.randint(len(STICKS), ()))], device=x.device).view(1, 3, 1, 1)
    stick = (stick * torch.empty(1, 3, 1, 1, device=x.device).uniform_(0.85, 1.15)).clamp(0.02, 1)
    where = lips(x, mouth) * _random(0.55, 1)
    shade = luma(x) / luma(stick) * _random(0.65, 1)
    return torch.lerp(x, (stick * shade).clamp(0, 1), where)


def bare_lips(x: Tensor, mouth: Tensor) -> Tensor:
    """Lips of nearly the skin's colour."""
    skin = around(x, mouth)
    tint = torch.tensor([1.06, 0.92, 0.94], device=x.device).view(1, 3, 1, 1)
    shade = luma(x) / luma(skin)
    shade = shade * (_random(0.8, 0.95) / shade.mul(mouth).sum().div(mouth.sum()).clamp_min(0.3)) ** 0.7
    return torch.lerp(x, (skin * tint * shade).clamp(0, 1), lips(x, mouth) * _random(0.6, 0.95))


def dyed(x: Tensor, hair: Tensor, colours: tuple[tuple[float, float, float], ...]) -> Tensor:
    """Hair of another colour, as light as the face's light has it, with its own strands."""
    dye = torch.tensor(colours[int(torch.randint(len(colours), ()))], device=x.device).view(1, 3, 1, 1)
    dye = dye * torch.empty(1, 3, 1, 1, device=x.device).uniform_(0.95, 1.05)
    y, size = luma(x), x.shape[-1]
    lit = y[..., size * 2 // 5 : size * 3 // 4, size // 3 : size * 2 // 3].mean()
    typical = (y * hair).sum() / hair.sum()
    strands = ((y + 0.04) / (typical + 0.04)) ** _random(0.5, 0.9)
    shade = strands * (lit / 0.6).clamp(0.6, 1.2) * _random(0.8, 1.15)
    return torch.lerp(x, (dye * shade).clamp(0, 1), hair * _random(0.75, 1))


def thick_brows(x: Tensor, brows: Tensor) -> Tensor:
    """Brows as dark as they are, or a little darker, but taller; the skin's texture shows through."""
    own = (x * brows).sum((2, 3), keepdim=True) / brows.sum((2, 3), keepdim=True)
    size = x.shape[-1]
    up, down = round(size * _random(0.012, 0.03)), round(size * _random(0.005, 0.02))
    tall = F.max_pool2d(F.pad(brows, (1, 1, down, up)), (up + down + 1, 3), 1)
    tall = F.avg_pool2d(tall, 3, 1, 1)
    hair = own * _random(0.55, 0.9) * (1 + 0.12 * torch.randn_like(x[:, :1]))
    return torch.lerp(x, hair.clamp(0, 1), tall * _random(0.55, 0.9))


def thin_brows(x: Tensor, brows: Tensor) -> Tensor:
    """The lower or upper part of the brows, or most of them, painted over with the skin around them."""
    size = x.shape[-1]
    shift = round(size * _random(0.012, 0.03)) * (1 if float(torch.rand(())) < 0.5 else -1)
    kept = brows * torch.roll(brows, shift, 2)
    gone = grown(brows, max(1, size // 64)) * (1 - kept)
    skin = around(x, brows, 0.05)
    shade = F.avg_pool2d(luma(x), 9, 1, 4, count_include_pad=False) / luma(skin)
    return torch.lerp(x, (skin * shade.clamp(0.95, 1.1)).clamp(0, 1), gone * _random(0.6, 0.95))


def dark_glasses(x: Tensor, eyes: Tensor) -> Tensor:
    """Two dark lenses over the eyes, joined by a bridge, not always wholly opaque."""
    size = x.shape[-1]
    cover = grown(eyes, round(size * _random(0.035, 0.07)))
    round_off = size // 16 * 2 + 1
    cover = torch.sigmoid((F.avg_pool2d(cover, round_off, 1, round_off // 2) - 0.4) / 0.06)
    tint = torch.rand(1, 3, 1, 1, device=x.device) * 0.2
    glow = torch.linspace(_random(0, 0.15), 0, size, device=x.device).view(1, 1, size, 1)
    return torch.lerp(x, (tint + glow).expand_as(x), cover * _random(0.75, 1))


_PAINTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "paint_lips": paint_lips,
    "bare_lips": bare_lips,
    "thick_brows": thick_brows,
    "thin_brows": thin_brows,
    "dark_glasses": dark_glasses,
}
