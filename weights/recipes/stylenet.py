"""The generator as it is trained: the published StyleGAN2 mathematics, ordinary weight scaling.

Published layers keep weights of unit variance and scale them at run time; with codes optimised beside
the network, plain He-style weights and one learning rate train faster. `export` rewrites them in the
published (rosinality) layout; tests/engine/test_recipes_generator.py compares the two pictures.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTHS = {4: 192, 8: 192, 16: 192, 32: 128, 64: 64, 128: 48, 256: 32}
BLUR = (1.0, 3.0, 3.0, 1.0)


def num_layers(resolution: int) -> int:
    """Codes per picture in W+: two a resolution, less two."""
    return 2 * int(math.log2(resolution)) - 2


def blur_kernel() -> Tensor:
    """The published 4x4 kernel of an upsampling by two: its sum is four."""
    line = torch.tensor(BLUR)
    kernel = line[:, None] * line[None, :]
    return kernel / kernel.sum() * 4


def phase_matrix() -> Tensor:
    """(9, 36): a 3x3 kernel to the four 3x3 kernels of "stride-2 transposed convolution, then blur".

    Both steps are linear, so together they are one transposed 6x6 convolution; each of the four output
    phases of that is an ordinary 3x3 convolution at the low resolution, which suits matrix units.
    """
    blur, rows = blur_kernel(), []
    for k in range(9):
        full = torch.zeros(6, 6)
        full[k // 3 : k // 3 + 4, k % 3 : k % 3 + 4] = blur
        phases = [
            full[4 + a - 2 * i, 4 + b - 2 * j]
            for a in (0, 1)
            for b in (0, 1)
            for i in range(3)
            for j in range(3)
        ]
        rows.append(torch.stack(phases))
    return torch.stack(rows)


def upsample_rgb(image: Tensor) -> Tensor:
    """Upsampling by two with the blur kernel: bilinear, with zeros outside the frame."""
    grown = F.interpolate(F.pad(image, (1, 1, 1, 1)), scale_factor=2, mode="bilinear", align_corners=False)
    return grown[:, :, 2:-2, 2:-2]


class Modulated(nn.Module):
    """Modulated convolution; scales the activations instead of one weight a sample."""

    phases: Tensor

    def __init__(self, cin: int, cout: int, size: int, dim: int, up: bool = False, demodulate: bool = True):
        super().__init__()
        gain = 1.0 if demodulate else 0.1
        self.weight = nn.Parameter(gain * torch.randn(cout, cin, size, size) / math.sqrt(cin * size * size))
        self.style = nn.Linear(dim, cin)
        nn.init.normal_(self.style.weight, std=1 / math.sqrt(dim))
        nn.init.ones_(self.style.bias)
        self.up, self.demodulate = up, demodulate
        self.register_buffer("phases", phase_matrix() if up else torch.zeros(0), persistent=False)

    def forward(self, x: Tensor, w: Tensor) -> tuple[Tensor, Tensor | None]:
        """The convolution before demodulation, and the demodulation factor (N, cout)."""
        s = self.style(w).float()
        if not self.demodulate:
            # One product a picture: a convolution with three outputs trains slowly on CPUs.
            per_sample = (self.weight[:, :, 0, 0].t() * s[:, :, None]).to(x.dtype)
            n, c, h, width = x.shape
            flat = x.permute(0, 2, 3, 1).reshape(n, h * width, c) @ per_sample
            return flat.reshape(n, h, width, -1).permute(0, 3, 1, 2), None
        x = x * s[:, :, None, None].to(x.dtype)
        cout, cin, size, _ = self.weight.shape
        if self.up:
            kernels = (self.weight.reshape(-1, 9).float() @ self.phases).view(cout, cin, 4, 3, 3)
            kernels = kernels.transpose(1, 2).reshape(cout * 4, cin, 3, 3)
            x = F.pixel_shuffle(F.conv2d(x, kernels.to(x.dtype), padding=1), 2)
        else:
            x = F.conv2d(x, self.weight.to(x.dtype), padding=size // 2)
        return x, torch.rsqrt(s.square() @ self.weight.float().square().sum((2, 3)).t() + 1e-8)


class Styled(nn.Module):
    """Modulated convolution, noise of a fixed strength, bias, leaky ReLU x sqrt 2 (folded before it)."""

    strength: Tensor

    def __init__(self, cin: int, cout: int, dim: int, strength: float, up: bool = False):
        super().__init__()
        self.conv = Modulated(cin, cout, 3, dim, up)
        self.bias = nn.Parameter(torch.zeros(cout))
        self.register_buffer("strength", torch.tensor(strength))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        x, d = self.conv(x, w)
        assert d is not None
        root = math.sqrt(2)
        shift = (self.bias * root)[None, :, None, None].to(x.dtype)
        x = torch.addcmul(shift, x, (d * root)[:, :, None, None].to(x.dtype))
        if noise is not None:
            x = x + (noise * self.strength * root).to(x.dtype)
        return F.leaky_relu(x, 0.2)


class StyleNet(nn.Module):
    """w (N, L, D), noise maps or None -> RGB (N, 3, R, R), about [-1, 1].

    `noise` is None (zeros) or one map (1 or N, 1, S, S) a layer.
    """

    def __init__(self, resolution: int = 64, dim: int = 192, widths: dict[int, int] | None = None):
        super().__init__()
        self.dim, self.widths = dim, dict(widths or WIDTHS)
        self.const = nn.Parameter(torch.randn(1, self.widths[4], 4, 4))
        self.styled = nn.ModuleList([Styled(self.widths[4], self.widths[4], dim, 0.0)])
        self.rgbs = nn.ModuleList([Modulated(self.widths[4], 3, 1, dim, demodulate=False)])
        self.rgb_biases = nn.ParameterList([nn.Parameter(torch.zeros(3))])
        self.resolution = 4
        while self.resolution < resolution:
            self.grow()

    def grow(self) -> None:
        """Add one resolution. Its RGB layer starts near nothing: the picture is the upsampled one before."""
        cin, r = self.widths[self.resolution], self.resolution * 2
        strength = 0.1 if r >= 16 else 0.0
        self.styled.append(Styled(cin, self.widths[r], self.dim, strength, up=True))
        self.styled.append(Styled(self.widths[r], self.widths[r], self.dim, strength))
        rgb = Modulated(self.widths[r], 3, 1, self.dim, demodulate=False)
        rgb.weight.data.mul_(0.1)
        self.rgbs.append(rgb)
        self.rgb_biases.append(nn.Parameter(torch.zeros(3)))
        self.resolution = r

    @property
    def num_layers(self) -> int:
        return num_layers(self.resolution)

    def noise_sizes(self) -> list[int]:
        return [4] + [4 * 2 ** (1 + i // 2) for i in range(self.num_layers - 2)]

    def random_noise(self, count: int, generator: torch.Generator | None = None) -> list[Tensor]:
        """Fresh maps (count, 1, S, S)."""
        device = self.const.device
        return [torch.randn(count, 1, s, s, device=device, generator=generator) for s in self.noise_sizes()]

    def _noise(self, noise: list[Tensor] | None, layer: int) -> Tensor | None:
        return None if noise is None or layer < 3 else noise[layer]

    def forward(self, w: Tensor, noise: list[Tensor] | None = None, resolution: int = 0) -> Tensor:
        """The picture; of a smaller `resolution`, where one is given."""
        return self.pictures(w, noise, resolution)[-1]

    def pictures(self, w: Tensor, noise: list[Tensor] | None = None, resolution: int = 0) -> list[Tensor]:
        """The picture at every resolution from 4 px on."""
        x = self.const.expand(len(w), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        x = self.styled[0](x, w[:, 0], self._noise(noise, 0))
        images = [self._rgb(0, x, w[:, 1])]
        while images[-1].shape[-1] < (resolution or self.resolution):
            k = len(images)
            a, b = 2 * k - 1, 2 * k
            x = self.styled[a](x, w[:, a], self._noise(noise, a))
            x = self.styled[b](x, w[:, b], self._noise(noise, b))
            images.append(upsample_rgb(images[-1]) + self._rgb(k, x, w[:, b + 1]))
        return images

    def _rgb(self, k: int, x: Tensor, w: Tensor) -> Tensor:
        y, _ = self.rgbs[k](x, w)
        return y.float() + self.rgb_biases[k][:, None, None]


def _export_conv(prefix: str, conv: Modulated, dim: int, out: dict[str, Tensor]) -> None:
    _, cin, size, _ = conv.weight.shape
    out[f"{prefix}.weight"] = (conv.weight * math.sqrt(cin * size * size))[None]
    out[f"{prefix}.modulation.weight"] = conv.style.weight * math.sqrt(dim)
    out[f"{prefix}.modulation.bias"] = conv.style.bias
    if conv.up:
        out[f"{prefix}.blur.kernel"] = blur_kernel()


def export(net: StyleNet, mapping: list[tuple[Tensor, Tensor]]) -> dict[str, Tensor]:
    """The published state dict. `mapping`: (weight, bias) of its layers, as used (not yet equalised)."""
    out: dict[str, Tensor] = {"input.input": net.const}
    for i, (weight, bias) in enumerate(mapping, start=1):
        out[f"style.{i}.weight"] = weight * math.sqrt(weight.shape[1]) / 0.01
        out[f"style.{i}.bias"] = bias / 0.01
    for i, layer in enumerate(net.styled):
        prefix = "conv1" if i == 0 else f"convs.{i - 1}"
        _export_conv(f"{prefix}.conv", layer.conv, net.dim, out)
        out[f"{prefix}.noise.weight"] = layer.strength.reshape(1)
        out[f"{prefix}.activate.bias"] = layer.bias
        size = net.noise_sizes()[i]
        out[f"noises.noise_{i}"] = torch.zeros(1, 1, size, size)
    for i, rgb in enumerate(net.rgbs):
        prefix = "to_rgb1" if i == 0 else f"to_rgbs.{i - 1}"
        _export_conv(f"{prefix}.conv", rgb, net.dim, out)
        out[f"{prefix}.bias"] = net.rgb_biases[i].reshape(1, 3, 1, 1)
        if i:
            out[f"{prefix}.upsample.kernel"] = blur_kernel()
    return {k: v.detach().float().contiguous().clone() for k, v in out.items()}
