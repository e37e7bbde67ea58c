"""The textbook formulation of StyleGAN2's synthesis, as the yardstick of `maskfacegan benchmark`.

Per-sample modulated and demodulated weights in one grouped convolution, a depthwise blur, float32 and
plain autograd: what the paper's appendix and the published conversion write down. Same numbers as
`engine.models.generators.stylegan2`, which the tests compare.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from ..models.generators.styled_conv import GAIN, SLOPE, blur_kernel, upsample_image
from ..models.generators.stylegan2 import StyledLayer, StyleGAN2, ToRGB


class TextbookGenerator(StyleGAN2):
    """A generator with the same weights and interface whose pictures are made the textbook's way."""

    def forward(
        self, w_plus: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None
    ) -> Tensor:
        """As `StyleGAN2.forward`; zeros stand in for missing maps. Always at full resolution."""
        maps = noise if noise is not None else [None] * len(self.noise_sizes)
        full = [
            w_plus.new_zeros(1, 1, size, size) if given is None else given
            for size, given in zip(self.noise_sizes, maps, strict=True)
        ]
        return synthesise(self, w_plus, full)


def synthesise(generator: StyleGAN2, w_plus: Tensor, noise: Sequence[Tensor]) -> Tensor:
    """The picture (N, 3, R, R), 0..1 the image range, of the same weights in the textbook's way."""
    x = generator.input.input.repeat(len(w_plus), 1, 1, 1)
    x = _styled(generator.conv1, x, w_plus[:, 0], noise[0])
    image = _to_rgb(generator.to_rgb1, x, w_plus[:, 1])
    layers = [layer for layer in generator.convs if isinstance(layer, StyledLayer)]
    for i, to_rgb in enumerate(generator.to_rgbs):
        assert isinstance(to_rgb, ToRGB)
        x = _styled(layers[2 * i], x, w_plus[:, 2 * i + 1], noise[2 * i + 1])
        x = _styled(layers[2 * i + 1], x, w_plus[:, 2 * i + 2], noise[2 * i + 2])
        image = upsample_image(image) + _to_rgb(to_rgb, x, w_plus[:, 2 * i + 3])
    return image * 0.5 + 0.5


def _styled(layer: StyledLayer, x: Tensor, w: Tensor, noise: Tensor) -> Tensor:
    weight = layer.conv.scaled()[None] * layer.conv.modulation(w)[:, None, :, None, None]
    weight = weight * torch.rsqrt(weight.square().sum((2, 3, 4), keepdim=True) + 1e-8)
    n, out_channels, in_channels, k, _ = weight.shape
    height, width = x.shape[2:]
    x = x.reshape(1, n * in_channels, height, width)
    if layer.up:
        kernel = weight.transpose(1, 2).reshape(n * in_channels, out_channels, k, k)
        x = F.conv_transpose2d(x, kernel, stride=2, groups=n)
        x = x.reshape(n, out_channels, *x.shape[2:])
        x = F.conv2d(x, blur_kernel(out_channels, x), padding=1, groups=out_channels)
    else:
        x = F.conv2d(x, weight.reshape(n * out_channels, in_channels, k, k), padding=1, groups=n)
        x = x.reshape(n, out_channels, height, width)
    x = x + layer.noise.weight * noise
    return F.leaky_relu(x + layer.activate.bias[:, None, None], SLOPE) * GAIN


def _to_rgb(layer: ToRGB, x: Tensor, w: Tensor) -> Tensor:
    weight = layer.conv.scaled()[None] * layer.conv.modulation(w)[:, None, :, None, None]
    n, out_channels, in_channels, k, _ = weight.shape
    y = F.conv2d(
        x.reshape(1, n * in_channels, *x.shape[2:]),
        weight.reshape(n * out_channels, in_channels, k, k),
        groups=n,
    )
    return y.reshape(n, out_channels, *x.shape[2:]) + layer.bias
