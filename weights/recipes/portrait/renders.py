"""What the recipes of the portrait pack share: the frozen generator, latent codes as edits meet them,
renders.

The generator is read from the pack's folder (`--pack`): `generator.safetensors`, and `heads.safetensors` once
it is there. Codes are drawn anew for every step, so nothing is seen twice.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import augment
import calibrate
import classifier
import common
import labels as labelling
import repaint

common.import_engine()

from engine.memory import keep_freed_blocks  # noqa: E402
from engine.models.generators.mobile_stylegan import MobileStyleGAN  # noqa: E402
from engine.models.generators.picture_heads import PictureHeads  # noqa: E402

# The starter's recipes that others use too: the folder they lie in is on the path from here on.
__all__ = ("augment", "calibrate", "classifier", "common", "labelling", "repaint")
PORTRAIT = common.ROOT / "weights" / "portrait"


def options(description: str, seconds: float) -> argparse.ArgumentParser:
    """The options of every recipe, and where the pack's packaged networks are."""
    parser = common.arguments(description, seconds)
    parser.set_defaults(out=PORTRAIT)
    parser.add_argument("--pack", type=Path, required=True, help="folder of the installed portrait pack")
    return parser


def load_generator(
    pack: Path, out: Path | None = None, reduced: bool = True
) -> tuple[MobileStyleGAN, Tensor]:
    """The frozen generator (bfloat16 inside where `reduced`) with its heads, and the mean code (D,)."""
    keep_freed_blocks()
    state = load_file(pack / "generator.safetensors")
    generator = MobileStyleGAN.from_state(state).requires_grad_(False).eval()
    generator.set_precision(torch.bfloat16 if reduced else None)
    heads = next(
        (f / "heads.safetensors" for f in (out, pack) if f and (f / "heads.safetensors").is_file()), None
    )
    for head in PictureHeads.from_state(load_file(heads)) if heads else []:
        generator.add_head(head.requires_grad_(False))
    return generator, state["latent_avg"].float()


def some_faces(data: Path, source: str, split: common.Split, count: int) -> tuple[list[str], np.ndarray]:
    """Names and pictures (N, 256, 256, 3) uint8 of up to `count` faces, evenly spread over a collection."""
    listed = common.pictures(data, source, split)
    rows = np.unique(np.linspace(0, len(listed) - 1, min(count, len(listed))).astype(int))
    found = [(listed[i].name, common.load_picture(listed[i], 256)) for i in rows]
    whole = [(name, image) for name, image in found if image is not None]
    return [name for name, _ in whole], np.stack([image for _, image in whole])


class Pairs:
    """Codes (23 x 512, float16) and their 256 px pictures (3 x 256 x 256, uint8) in two growing files."""

    def __init__(self, folder: Path, layers: int = 23, width: int = 512) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = folder / "codes.f16", folder / "pictures.u8"
        self._shapes = (layers, width), (3, 256, 256)

    def add(self, code: Tensor, picture: Tensor) -> None:
        """Append one code (L, D) and its picture (1, 3, 256, 256) in 0..1."""
        rows = code.half().numpy(), (picture[0].clamp(0, 1) * 255).round().byte().contiguous().numpy()
        for file, row in zip(self._files, rows, strict=True):
            with file.open("ab") as stream:
                stream.write(row.tobytes())

    def __len__(self) -> int:
        rows = [file.stat().st_size // (size * math.prod(shape)) if file.exists() else 0
                for file, shape, size in zip(self._files, self._shapes, (2, 1), strict=True)]  # fmt: skip
        return min(rows)

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        """Both as read-only maps of the files."""
        count = len(self)
        kinds = np.float16, np.uint8
        codes, pictures = (
            np.memmap(file, kind, "r", shape=(count, *shape))
            for file, kind, shape in zip(self._files, kinds, self._shapes, strict=True)
        )
        return codes, pictures


class Codes:
    """Draws W+ codes (N, L, D): W at many truncations, mixtures, single layers moved, whole codes moved."""

    def __init__(self, generator: MobileStyleGAN, mean: Tensor, seed: int) -> None:
        self.generator, self.mean, self.layers = generator, mean, generator.num_layers
        self.source = torch.Generator().manual_seed(seed)

    def _uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.source)

    @torch.no_grad()
    def w(self, count: int) -> Tensor:
        """Mapped samples (N, D), not truncated."""
        return self.generator.mapping(torch.randn(count, len(self.mean), generator=self.source))

    @torch.no_grad()
    def __call__(self, count: int, kinds: tuple[str, ...] = ("w", "mixed", "layers", "moved")) -> Tensor:
        """`count` codes, each of a kind drawn from `kinds`."""
        first = self.mean + self._uniform(0.45, 1.0, count, 1) * (self.w(count) - self.mean)
        other = self.mean + self._uniform(0.45, 1.0, count, 1) * (self.w(count) - self.mean)
        away = self.w(count) - self.w(count)
        codes = first[:, None].repeat(1, self.layers, 1)
        for i in range(count):
            kind = kinds[int(torch.randint(len(kinds), (1,), generator=self.source))]
            if kind == "mixed":
                cut = int(torch.randint(1, self.layers, (1,), generator=self.source))
                codes[i, cut:] = torch.lerp(first[i], other[i], self._uniform(0.3, 1.0, 1))
            elif kind == "layers":
                own = self.w(self.layers) - self.mean
                codes[i] += self._uniform(0.05, 0.35, 1) * own
            elif kind == "moved":
                codes[i] += self._uniform(0.1, 0.45, 1) * away[i]
        return codes
