"""Write what was trained into the pack: generator.safetensors and encoder.safetensors, half precision.

    python weights/recipes/export.py                 # into weights/starter
    python weights/recipes/export.py --out runs/pack # to try one

`pack.py` then writes the manifest.
"""

from __future__ import annotations

from pathlib import Path

import torch
from common import amp, arguments, atomic, import_engine, load_checkpoint, save_sheet
from encoder import load_generator, pad_layers
from mapping import fit
from safetensors.torch import save_file
from stylenet import StyleNet, export, num_layers
from torch import Tensor

import_engine()

from engine.models.conv_blocks import fold  # noqa: E402
from engine.models.encoders.compact import StarterEncoder  # noqa: E402
from engine.models.generators.stylegan2 import StyleGAN2  # noqa: E402


def save_half(path: Path, state: dict[str, Tensor]) -> None:
    """Tensors as float16, metadata left out: the manifest tells the rest."""
    with atomic(path) as temporary:
        save_file({k: v.detach().half().contiguous() for k, v in state.items()}, temporary)


@torch.no_grad()
def noise_effect(net: StyleNet, w: Tensor) -> float:
    """Root mean square change of a pixel (0..1) by random noise maps."""
    with amp(w.device):
        change = net(w, net.random_noise(len(w))) - net(w)
    return float((change / 2).square().mean().sqrt())


def scale_noise(net: StyleNet, w: Tensor, wanted: float) -> float:
    """Set the layers' noise strengths so that random noise moves a pixel by `wanted`; returns the effect."""
    for _ in range(4):
        factor = wanted / noise_effect(net, w)
        for layer in net.styled:
            layer.strength.mul_(factor)
    return noise_effect(net, w)


@torch.no_grad()
def grow_silently(net: StyleNet, resolution: int) -> None:
    """Add untrained resolutions that leave the picture as it is, only larger."""
    while net.resolution < resolution:
        net.grow()
        net.rgbs[-1].weight.zero_()


def export_generator(args) -> None:
    net, state = load_generator(args)
    net.cpu().float()
    grow_silently(net, args.resolution)
    codes, sign = state["codes"], state["pca"]["sign"]
    both = torch.cat([codes, codes * sign])
    w = codes[:: len(codes) // 24, None].expand(-1, net.num_layers, -1)
    before = noise_effect(net, w)
    after = scale_noise(net, w, args.noise) if args.noise else before
    print(f"random noise moves a pixel by {before:.4f} as trained, {after:.4f} as exported")
    mapping = fit(both)
    out = {k: v for k, v in export(net, mapping.pairs()).items() if not k.startswith("noises.")}
    out["latent_avg"] = both.mean(0)
    save_half(args.out / "generator.safetensors", out)
    shown = StyleGAN2.from_state({k: v.half().float() for k, v in out.items()})
    with torch.no_grad():
        faces = shown.mapping(torch.randn(30, net.dim, generator=torch.Generator().manual_seed(1)))
        images = torch.cat(
            [shown(f[None, None].expand(1, net.num_layers, -1), shown.draw_noise(0)) for f in faces]
        )
    save_sheet(args.runs / "generator" / "sampled.png", list(images.split(10)))


def export_encoder(args) -> None:
    state = load_checkpoint(args.runs / "encoder" / "checkpoint.pt")
    if state is None:
        raise SystemExit("Train the encoder first: python weights/recipes/encoder.py")
    dim = state["ema"]["linear.weight"].shape[0]
    layers = num_layers(args.resolution)
    net = StarterEncoder(layers, dim, norm=True)
    net.load_state_dict(pad_layers(state["ema"], layers, dim))
    folded = fold(net).state_dict()
    StarterEncoder.from_state(folded)
    save_half(args.out / "encoder.safetensors", folded)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--resolution", type=int, default=256, help="grown to this without training")
    parser.add_argument("--noise", type=float, default=0.007, help="rms change of a pixel by random noise")
    args = parser.parse_args()
    export_generator(args)
    export_encoder(args)
    for name in ("generator", "encoder"):
        print(name, (args.out / f"{name}.safetensors").stat().st_size)


if __name__ == "__main__":
    main()
