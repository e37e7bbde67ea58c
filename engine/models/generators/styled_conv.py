"""The generator's convolutions: StyleGAN2's weight demodulation, arranged for one picture on any device.

Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (CVPR 2020, section 2.2
and appendix B); the arithmetic of the published PyTorch conversion, rearranged as follows.

A styled layer is y = lrelu(conv(x, W s d) + strength * noise + bias) * sqrt(2) with a style s per input
channel and the demodulation d per output channel. For a single picture the weights are modulated once.
Its gradients with respect to s and d need no convolution of their own: y is linear in d, so
dL/dd = <dL/dz, z> / d, and dL/ds = <x, dL/dx> / s, channel by channel, from tensors that the backward
pass has at hand anyway. That saves one of the three convolutions of a training step. The factor sqrt(2)
goes into d, bias and strength, since leaky ReLU is positively homogeneous.
"""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

SLOPE = 0.2
GAIN = math.sqrt(2.0)
BLUR = (1.0, 3.0, 3.0, 1.0)
"""The separable low-pass filter of every up-sampling layer, before normalisation."""

_SMALLEST_STYLE = 1e-6


def blur_kernel(channels: int, like: Tensor) -> Tensor:
    """The 4x4 filter for up-sampled maps, (channels, 1, 4, 4), normalised to a sum of 4."""
    taps = torch.tensor(BLUR, device=like.device)
    kernel = torch.outer(taps, taps) / taps.sum().square() * 4
    return kernel.to(like.dtype).expand(channels, 1, 4, 4).contiguous()


def upsample_image(image: Tensor) -> Tensor:
    """Twice the size, with the published filter and zeros beyond the border; (N, C, H, W)."""
    channels = image.shape[1]
    kernel = blur_kernel(channels, image)
    return F.conv_transpose2d(image, kernel, stride=2, padding=1, groups=channels)


def demodulation(style: Tensor, energy: Tensor) -> Tensor:
    """d (N, O) from the style (N, I) and the summed squares of the scaled weights (O, I)."""
    return torch.rsqrt(style.square() @ energy.t() + 1e-8)


def channel_dot(a: Tensor, b: Tensor) -> Tensor:
    """Sum over all places of a * b for each channel, (C,) float32; a, b (1, C, H, W) channels_last."""
    channels = a.shape[1]
    rows_a = a.permute(0, 2, 3, 1).reshape(-1, channels)
    rows_b = b.permute(0, 2, 3, 1).reshape(-1, channels)
    if a.dtype in (torch.float32, torch.float64):
        return (rows_a * rows_b).sum(0)
    if channels <= 128:
        # One small matrix product is quicker than a product in memory and its sum.
        return (rows_a.t() @ rows_b).diagonal().float()
    ones = torch.ones(1, rows_a.shape[0], dtype=a.dtype, device=a.device)
    return (ones @ (rows_a * rows_b))[0].float()


def _modulated(weight: Tensor, style: Tensor, demod: Tensor, dtype: torch.dtype) -> Tensor:
    scaled = weight * style.view(1, -1, 1, 1) * (demod.view(-1, 1, 1, 1) * GAIN)
    return scaled.to(dtype).contiguous(memory_format=torch.channels_last)


class _StyledConv(torch.autograd.Function):
    """Forward and backward of one styled layer for one picture; weight (O, I, 3, 3) is frozen."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        style: Tensor,
        demod: Tensor,
        noise: Tensor | None,
        weight: Tensor,
        strength: float,
        bias: Tensor,
        up: bool,
    ) -> Tensor:
        style = torch.where(style.abs() < _SMALLEST_STYLE, torch.full_like(style, _SMALLEST_STYLE), style)
        modulated = _modulated(weight, style, demod, x.dtype)
        offset = (bias * GAIN).to(x.dtype)
        if up:
            flipped = modulated.transpose(0, 1).contiguous(memory_format=torch.channels_last)
            z = F.conv_transpose2d(x, flipped, stride=2)
            channels = z.shape[1]
            y = F.conv2d(z, blur_kernel(channels, z), offset, padding=1, groups=channels)
        else:
            y = F.conv2d(x, modulated, offset, padding=1)
        if noise is not None:
            y.add_(noise.to(y.dtype), alpha=strength * GAIN)
        y = F.leaky_relu_(y, SLOPE)
        ctx.save_for_backward(x, y, style, demod, noise, weight, bias)
        ctx.strength, ctx.up = strength, up
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, y, style, demod, noise, weight, bias = ctx.saved_tensors
        grad = grads[0].contiguous(memory_format=torch.channels_last)
        # With y = lrelu(u), <dL/du, u> is <dL/dy, y>: the slope cancels.
        through = channel_dot(grad, y)
        grad = torch.ops.aten.leaky_relu_backward(grad, y, SLOPE, True)
        rows = grad.permute(0, 2, 3, 1).reshape(-1, grad.shape[1])
        columns = [torch.ones(rows.shape[0], dtype=rows.dtype, device=rows.device)]
        if noise is not None:
            columns.append(noise.reshape(-1).to(rows.dtype))
        sums = (torch.stack(columns) @ rows).float()
        through = through - sums[0] * bias * GAIN
        grad_noise = None
        if noise is not None:
            through = through - sums[1] * (ctx.strength * GAIN)
            if ctx.needs_input_grad[3]:
                total = rows @ torch.ones(rows.shape[1], 1, dtype=rows.dtype, device=rows.device)
                grad_noise = (total.float() * (ctx.strength * GAIN)).view(noise.shape).to(noise.dtype)
        grad_x = grad_style = grad_demod = None
        if ctx.needs_input_grad[0] or ctx.needs_input_grad[1]:
            modulated = _modulated(weight, style, demod, x.dtype)
            grad_x = _input_gradient(grad, modulated, x, ctx.up)
            grad_style = (channel_dot(x, grad_x) / style[0]).view_as(style)
            grad_demod = (through / demod[0]).view_as(demod)
        return grad_x, grad_style, grad_demod, grad_noise, None, None, None, None


def _input_gradient(grad: Tensor, modulated: Tensor, x: Tensor, up: bool) -> Tensor:
    if up:
        channels = grad.shape[1]
        # The filter is symmetric: its adjoint is the same correlation with the padding turned round.
        grad = F.conv2d(grad, blur_kernel(channels, grad), padding=2, groups=channels)
        flipped = modulated.transpose(0, 1).contiguous(memory_format=torch.channels_last)
        return F.conv2d(grad, flipped, stride=2)
    result: Tensor = torch.ops.aten.convolution_backward(
        grad, x, modulated, None, (1, 1), (1, 1), (1, 1), False, (0, 0), 1, (True, False, False)
    )[0]
    return result


def styled_conv_single(
    x: Tensor,
    style: Tensor,
    demod: Tensor,
    noise: Tensor | None,
    weight: Tensor,
    strength: float,
    bias: Tensor,
    up: bool,
) -> Tensor:
    """One styled 3x3 layer for one picture: (1, I, H, W) -> (1, O, H, W), twice the size when `up`.

    `style` (1, I), `demod` (1, O), `noise` (1, 1, H', W') or None for none; `weight` (O, I, 3, 3) is
    already scaled by 1/sqrt(fan in) and gets no gradient. Gradients flow to x, style, demod and noise.
    """
    result: Tensor = _StyledConv.apply(x, style, demod, noise, weight, strength, bias, up)
    return result


def styled_conv_batch(
    x: Tensor,
    style: Tensor,
    demod: Tensor,
    noise: Tensor | None,
    weight: Tensor,
    strength: Tensor,
    bias: Tensor,
    up: bool,
) -> Tensor:
    """The same layer for N pictures: styles scale the activations, so the weights are shared.

    Gradients flow everywhere, to the weights too. Shapes as in `styled_conv_single` with N for 1.
    """
    x = x * style[:, :, None, None].to(x.dtype)
    shared = weight.to(x.dtype)
    if up:
        x = F.conv_transpose2d(x, shared.transpose(0, 1), stride=2)
        x = F.conv2d(x, blur_kernel(x.shape[1], x), padding=1, groups=x.shape[1])
    else:
        x = F.conv2d(x, shared, padding=1)
    x = x * demod[:, :, None, None].to(x.dtype)
    if noise is not None:
        x = x + (strength * noise).to(x.dtype)
    return F.leaky_relu(x + bias[:, None, None].to(x.dtype), SLOPE) * GAIN
