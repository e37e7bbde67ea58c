"""Invert held-out faces: the trial's 130 steps from the mean code against few steps from the encoder's.

    python weights/recipes/portrait/inversion.py mean --pack FOLDER --faces 800 810 820 --seconds 3600
    python weights/recipes/portrait/inversion.py encoder --pack FOLDER --faces 800 810 820

The loss of both is the same: absolute error weighted on the face, the same of a fourfold reduced picture,
and LPIPS of VGG16's first four slices, at 256 px, of the full 1024 px render. `mean` optimises 60 steps in
whitened W and 70 in whitened W+; `encoder` optimises 30 from its code. Writes `losses.json`
(a list of each step's loss by start and face) and the pictures; the figure is the median of what 30 steps
reach over what 130 do.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from renders import Codes, load_generator, options
from safetensors.torch import load_file
from torch import Tensor
from trunk_encoder import load_backbone

from engine.models.encoders.trunk_encoder import TrunkEncoder
from engine.models.generators.mobile_stylegan import MobileStyleGAN
from engine.models.perceptual import MaskedLPIPS

FROM_MEAN = ((1, 60, 0.1, 0.0), (23, 70, 0.06, 2e-3))
"""Layers that move (1: together), steps, learning rate, weight of their distance to one another."""
FEW, SHARED_RATE, OWN_RATE, APART = 30, 0.1, 0.07, 3e-4
"""Steps from the encoder's code, which move all layers together and each for itself at once. Rates three
times as high end worse (0.42 instead of 0.36 on the face 810); so do a limited-memory quasi-Newton method
and one rate a layer (0.52 and 0.54 where Adam reached 0.42 on the face 800).
"""


class Loss:
    """The trial's distance of a render (1, 3, 1024, 1024) in 0..1 to a photo (1, 3, 256, 256)."""

    def __init__(self, lpips: MaskedLPIPS, photo: Tensor) -> None:
        self.lpips, self.photo = lpips, photo
        y, x = torch.meshgrid(torch.linspace(0, 1, 256), torch.linspace(0, 1, 256), indexing="ij")
        inside = 1 - ((x - 0.5) / 0.3) ** 2 - ((y - 0.57) / 0.38) ** 2
        self.face = 0.1 + 0.9 * torch.sigmoid(4 * inside)
        with torch.no_grad():
            self.wanted = self._layers(photo)

    def _layers(self, image: Tensor) -> list[Tensor]:
        x, found = (image * 2 - 1 - self.lpips.shift) / self.lpips.scale, []
        with torch.autocast("cpu", torch.bfloat16):
            for index, numbers in enumerate(((0, 2), (5, 7), (10, 12, 14), (17, 19, 21))):
                x = F.max_pool2d(x, 2) if index else x
                for number in numbers:
                    x = F.relu(self.lpips.features[str(number)](x))
                found.append(F.normalize(x.float(), dim=1, eps=1e-10))
        return found

    def __call__(self, render: Tensor) -> Tensor:
        seen = F.avg_pool2d(render, render.shape[-1] // 256)
        near = 2 * ((seen - self.photo).abs() * self.face).mean() / self.face.mean()
        far = 2 * (F.avg_pool2d(seen, 4) - F.avg_pool2d(self.photo, 4)).abs().mean()
        total = near + far
        for i, (a, b) in enumerate(zip(self._layers(seen), self.wanted, strict=True)):
            total = total + ((a - b).square() * self.lpips.get_buffer(f"head{i}")).sum(1).mean()
        return total


class Whitened:
    """Codes as 400 coordinates of W of unit spread: w = mean + z spread."""

    def __init__(self, generator: MobileStyleGAN, mean: Tensor) -> None:
        with torch.no_grad():
            ws = Codes(generator, mean, 0).w(4000)
        values, axes = torch.linalg.eigh(torch.cov(ws.T))
        self.mean, values, axes = mean, values[-400:], axes[:, -400:]
        self.spread = (axes * values.sqrt()).T
        self.into = axes / values.sqrt()

    def coordinates(self, codes: Tensor) -> Tensor:
        """(1, L, D) -> (1, L, 400), what lies outside the 400 is lost."""
        return (codes - self.mean) @ self.into

    def codes(self, z: Tensor, layers: int) -> Tensor:
        """(1, 1 or L, 400) -> (1, L, D)."""
        return (self.mean + z @ self.spread).expand(1, layers, -1)


def invert(
    generator: MobileStyleGAN, white: Whitened, loss: Loss, start: Tensor | None
) -> tuple[Tensor, list[float]]:
    """The code (1, L, D) found and the loss of every step; `start` None is the mean code."""
    noise, layers = generator.start_noise(), generator.num_layers
    found: list[float] = []

    def error(codes: Tensor) -> Tensor:
        value = loss(generator(codes, noise))
        found.append(float(value.detach()))
        return value

    codes = from_mean(white, layers, error) if start is None else from_code(white, start, error)
    with torch.no_grad():
        error(codes)
    return codes, found


def from_mean(white: Whitened, layers: int, error: Callable[[Tensor], Tensor]) -> Tensor:
    """60 steps in W, then 70 in W+."""
    z = torch.zeros(1, 1, 400)
    for apart_layers, steps, rate, together in FROM_MEAN:
        z = z.detach().expand(1, apart_layers, 400).clone().requires_grad_(True)
        adam = torch.optim.Adam([z], rate)
        for step in range(steps):
            adam.param_groups[0]["lr"] = rate * min(1.0, 0.1 + 2.25 * (1 - step / steps))
            apart = (z - z.mean(1, keepdim=True)).square().mean()
            (error(white.codes(z, layers)) + together * apart + 3e-4 * z.square().mean()).backward()
            adam.step()
            adam.zero_grad()
    return white.codes(z.detach(), layers).clone()


def from_code(white: Whitened, start: Tensor, error: Callable[[Tensor], Tensor]) -> Tensor:
    """30 steps from a code (1, L, D), of all layers together and of each for itself."""
    z, layers = white.coordinates(start), start.shape[1]
    rest = start - white.codes(z, layers)
    shared = z.mean(1, keepdim=True).clone().requires_grad_(True)
    own = (z - z.mean(1, keepdim=True)).clone().requires_grad_(True)
    groups = [{"params": [shared], "lr": SHARED_RATE}, {"params": [own], "lr": OWN_RATE}]
    adam = torch.optim.Adam(groups, betas=(0.8, 0.95))
    rates = [group["lr"] for group in adam.param_groups]
    for step in range(FEW):
        factor = min(1.0, (step + 1) / 3) * (0.05 + 0.475 * (1 + math.cos(math.pi * step / FEW)))
        for group, rate in zip(adam.param_groups, rates, strict=True):
            group["lr"] = rate * factor
        z = shared + own
        size = APART * own.square().mean() + 3e-4 * z.square().mean()
        (error(white.codes(z, layers) + rest) + size).backward()
        adam.step()
        adam.zero_grad()
    return (white.codes((shared + own).detach(), layers) + rest).clone()


def load_photo(path: Path) -> Tensor:
    """(1, 3, 256, 256) in 0..1, reduced by area."""
    picture = Image.open(path).convert("RGB")
    pixels = torch.from_numpy(np.asarray(picture, np.float32)).permute(2, 0, 1)[None] / 255
    return F.interpolate(pixels, (256, 256), mode="area")


def main() -> None:
    parser = options(__doc__ or "", 3600)
    parser.add_argument("start", choices=["mean", "encoder"])
    parser.add_argument("--faces", nargs="+", default=["800", "810", "820"], help="of celebahq512/")
    args: argparse.Namespace = parser.parse_args()
    generator, mean = load_generator(args.pack, args.out)
    white = Whitened(generator, mean)
    lpips = MaskedLPIPS.from_state(load_file(args.pack / "perceptual.safetensors")).requires_grad_(False)
    encoder = None
    if args.start == "encoder":
        encoder = TrunkEncoder.from_state(load_file(args.out / "encoder.safetensors")).requires_grad_(False)
        encoder.attach(load_backbone(args.pack))
    folder = args.runs / "portrait_inversion"
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / "losses.json"
    known = json.loads(book.read_text()) if book.exists() else {}
    for face in args.faces:
        photo = load_photo(args.data / "celebahq512" / f"{face}.webp")
        start = None if encoder is None else encoder(photo)
        codes, losses = invert(generator, white, Loss(lpips, photo), start)
        known.setdefault(args.start, {})[face] = losses
        book.write_text(json.dumps(known))
        torch.save(codes, folder / f"{face}.{args.start}.pt")
        with torch.no_grad():
            parts = [codes] if start is None else [start, codes]
            row = [F.interpolate(photo, (1024, 1024), mode="bicubic")]
            row += [generator(part, generator.start_noise()) for part in parts]
        pixels = (torch.cat(row, 3)[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(pixels).save(folder / f"{face}.{args.start}.jpg", quality=92)
        print(face, args.start, f"{losses[0]:.4f} -> {losses[-1]:.4f}", flush=True)
    both = [
        known["encoder"][f][-1] / known["mean"][f][-1]
        for f in known.get("encoder", {})
        if f in known.get("mean", {})
    ]
    if both:
        print(
            f"30 steps from the encoder over 130 from the mean: median {np.median(both):.3f} of {len(both)}"
        )


if __name__ == "__main__":
    main()
