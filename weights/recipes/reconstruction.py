"""Measure generator and encoder of the pack on held-out faces; writes their metrics for the manifest.

    python weights/recipes/reconstruction.py --faces 20

PSNR in the face region (skin, nose, eyes, brows, mouth of the faces' own masks) of held-out CelebA-HQ
faces: the encoder alone, after 200 steps in W+ (mean squared error there, Adam 0.03 falling in the second
half), and after 50 more on the noise maps, redrawn and normalised as the method has it. Also what random
noise does to a pixel, and how far optimised codes are from the mean, in units of mapped samples.
"""

from __future__ import annotations

import argparse
import json

import torch
from common import arguments, atomic, import_engine, load_faces, load_regions, save_sheet, to_tensor
from safetensors.torch import load_file
from torch import Tensor

import_engine()

from engine.edit.losses import noise_regulariser  # noqa: E402
from engine.models.encoders.compact import StarterEncoder  # noqa: E402
from engine.models.generators.stylegan2 import StyleGAN2  # noqa: E402

FACE = (1, 2, 3, 5, 6)  # of engine.types.REGIONS: mouth, eyebrows, eyes, nose, skin


def psnr(y: Tensor, x: Tensor, mask: Tensor) -> float:
    """Mean over pictures (N, 3, H, W) of the PSNR in dB where `mask` (N, 1, H, W) is one."""
    error = ((y.clamp(0, 1) - x).square() * mask).sum((1, 2, 3)) / (3 * mask.sum((1, 2, 3)))
    return float((-10 * torch.log10(error)).mean())


def optimise_codes(net: StyleGAN2, w: Tensor, x: Tensor, mask: Tensor, steps: int, rate: float) -> Tensor:
    w = w.clone().requires_grad_()
    adam = torch.optim.Adam([w], rate)
    for i in range(steps):
        for group in adam.param_groups:
            group["lr"] = rate * min(1.0, 2.1 - 2 * i / steps)
        loss = ((net(w) - x).square() * mask).mean((1, 2, 3)).sum()
        adam.zero_grad()
        loss.backward()
        adam.step()
    return w.detach()


def optimise_noise(net: StyleGAN2, w: Tensor, x: Tensor, mask: Tensor, steps: int) -> list[Tensor]:
    """Noise maps of one picture, by the method's second stage."""
    maps = [m.requires_grad_() for m in net.draw_noise(0)]
    adam = torch.optim.Adam(maps, 0.1)
    for _ in range(steps + 1):
        loss = noise_regulariser(maps)
        render = net(w, maps)
        net.normalise_noise_(maps)
        loss = loss + 2 * ((render - x).square() * mask).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
    return [m.detach() for m in maps]


def measure(args: argparse.Namespace) -> tuple[dict[str, float], dict[str, float]]:
    def read(role: str) -> dict[str, Tensor]:
        return {k: v.float() for k, v in load_file(args.out / f"{role}.safetensors").items()}

    stored = read("generator")
    net = StyleGAN2.from_state(stored).requires_grad_(False).eval()
    net.set_precision(torch.bfloat16)
    encoder = StarterEncoder.from_state(read("encoder"))
    size, every = net.resolution, 100 // args.faces
    x = to_tensor(load_faces(args.data, ["celebahq"], "held_out", size)[1][::every])
    regions = torch.from_numpy(load_regions(args.data, "held_out", size)[::every])
    mask = torch.isin(regions, torch.tensor(FACE)).float()[:, None]
    with torch.no_grad():
        start = encoder(x)
        guess = torch.cat([net(w[None]) for w in start])
    rows, figures = [x, guess], {"encoder_db": psnr(guess, x, mask), "faces": len(x)}
    print(figures, flush=True)
    parts = zip(start.split(2), x.split(2), mask.split(2), strict=True)
    w = torch.cat([optimise_codes(net, a, b, c, 200, args.rate) for a, b, c in parts])
    with torch.no_grad():
        codes_only = torch.cat([net(v[None]) for v in w])
        sampled = net.mapping(torch.randn(2000, net.style_dim)) - stored["latent_avg"]
        random = torch.cat([net(v[None], net.draw_noise(i)) for i, v in enumerate(w)])
        found = [optimise_noise_of(net, w, x, mask, i) for i in range(len(x))]
    final = torch.cat(found)
    save_sheet(args.runs / "generator" / "reconstruction.png", [*rows, codes_only, final])
    generator = {
        "faces": len(x),
        "after_200_w_steps_db": psnr(codes_only, x, mask),
        "random_noise_db": psnr(random, x, mask),
        "after_50_noise_steps_db": psnr(final, x, mask),
        "random_noise_rms": float((random - codes_only).square().mean().sqrt()),
        "code_distance": float((w - stored["latent_avg"]).norm(dim=2).mean() / sampled.norm(dim=1).mean()),
    }
    return generator, figures


def optimise_noise_of(net: StyleGAN2, w: Tensor, x: Tensor, mask: Tensor, i: int) -> Tensor:
    """Picture `i` rendered with its code and optimised noise maps."""
    one = slice(i, i + 1)
    with torch.enable_grad():
        maps = optimise_noise(net, w[one], x[one], mask[one], 50)
    return net(w[one], maps)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--faces", type=int, default=20)
    parser.add_argument("--rate", type=float, default=0.03)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    for role, figures in zip(("generator", "encoder"), measure(args), strict=True):
        figures = {k: round(v, 3) for k, v in figures.items()}
        print(role, figures)
        with atomic(args.runs / role / "metrics.json") as temporary:
            temporary.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
