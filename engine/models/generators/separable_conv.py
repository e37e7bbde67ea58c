"""Modulated depthwise separable convolutions and the inverse Haar step, arranged for one picture.

Source: Belousov, "MobileStyleGAN: A Lightweight Convolutional Neural Network for High-Fidelity Image
Synthesis" (arXiv 2104.04767). A layer there is y = lrelu(pointwise(depthwise(x * style)) + strength *
noise + bias); an up-sampling step is the inverse Haar transform of x * style.

A style is one factor a channel, so it passes through the depthwise filter and scales the columns of the
pointwise matrix: the feature map is never multiplied. Its gradient is <x, dL/dx> / style, channel by
channel, from tensors that the backward pass has at hand anyway. Each function keeps its input and its
output alone, and computes its adjoint with forward kernels; feature maps are channels last, so that the
pointwise step is one matrix product over all places. A picture's codes thus cost about twice a render.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .styled_conv import channel_dot

SLOPE = 0.2
_SMALLEST_STYLE = 1e-6


def _away_from_zero(style: Tensor) -> Tensor:
    return torch.where(style.abs() < _SMALLEST_STYLE, torch.full_like(style, _SMALLEST_STYLE), style)


def _rows(x: Tensor) -> Tensor:
    """(1, C, H, W) channels last -> (H * W, C), a view."""
    return x.permute(0, 2, 3, 1).reshape(-1, x.shape[1])


def _planes(rows: Tensor, height: int, width: int) -> Tensor:
    """(H * W, C) -> (1, C, H, W) channels last, a view."""
    return rows.view(1, height, width, -1).permute(0, 3, 1, 2)


def _depthwise(x: Tensor, taps: Tensor) -> Tensor:
    return F.conv2d(x, taps.to(x.dtype), padding=1, groups=x.shape[1])


class _SeparableConv(torch.autograd.Function):
    """lrelu(pointwise(depthwise(x * style)) + noise + bias) for one picture."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        style: Tensor,
        noise: Tensor | None,
        taps: Tensor,
        weight: Tensor,
        bias: Tensor,
    ) -> Tensor:
        style = _away_from_zero(style)
        height, width = x.shape[-2:]
        scaled = (weight * style).to(x.dtype)
        y = F.linear(_rows(_depthwise(x, taps)), scaled, bias.to(x.dtype))
        if noise is not None:
            y.add_(noise.reshape(-1, 1).to(y.dtype))
        y = _planes(F.leaky_relu_(y, SLOPE), height, width)
        ctx.save_for_backward(x, y, style, taps, weight)
        ctx.noise_shape = None if noise is None else noise.shape
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, y, style, taps, weight = ctx.saved_tensors
        needs = ctx.needs_input_grad
        grad = grads[0].contiguous(memory_format=torch.channels_last)
        rows = _rows(torch.ops.aten.leaky_relu_backward(grad, y, SLOPE, True))
        grad_noise = grad_taps = grad_weight = grad_bias = grad_x = grad_style = None
        if needs[2]:
            grad_noise = (rows @ rows.new_ones(rows.shape[1], 1)).view(ctx.noise_shape).to(weight.dtype)
        if needs[5]:
            grad_bias = (rows.new_ones(1, rows.shape[0]) @ rows)[0].to(weight.dtype)
        if needs[4]:
            grad_weight = (rows.t() @ _rows(_depthwise(x, taps))).to(weight.dtype) * style
        inner = _planes(rows @ (weight * style).to(x.dtype), *x.shape[-2:])
        if needs[3]:
            grad_taps = _taps_gradient(inner, x, taps)
        if needs[0] or needs[1]:
            grad_x = _depthwise(inner, taps.flip(2, 3))
        if needs[1]:
            assert grad_x is not None
            grad_style = channel_dot(x, grad_x) / style
        return grad_x, grad_style, grad_noise, grad_taps, grad_weight, grad_bias


def _taps_gradient(grad: Tensor, x: Tensor, taps: Tensor) -> Tensor:
    channels = x.shape[1]
    found: Tensor = torch.ops.aten.convolution_backward(
        grad, x, taps.to(x.dtype), None, (1, 1), (1, 1), (1, 1), False, (0, 0), channels, (False, True, False)
    )[1]
    return found.to(taps.dtype)


def separable_conv(
    x: Tensor, style: Tensor, noise: Tensor | None, taps: Tensor, weight: Tensor, bias: Tensor
) -> Tensor:
    """One modulated separable layer of one picture, (1, I, H, W) -> (1, O, H, W), channels last.

    `style` (I,), `noise` (1, 1, H, W) already times its strength or None for none, `taps` (I, 1, 3, 3),
    `weight` (O, I), `bias` (O,). Computes in the type of `x`; gradients flow to all six.
    """
    result: Tensor = _SeparableConv.apply(x, style, noise, taps, weight, bias)
    return result


class _InverseHaar(torch.autograd.Function):
    """The inverse Haar transform of x * style for one picture; an orthogonal transform but for the style."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, style: Tensor) -> Tensor:
        style = _away_from_zero(style)
        _, channels, height, width = x.shape
        bands = x.permute(0, 2, 3, 1).reshape(height, width, 4, channels // 4)
        low, lh, hl, hh = bands.unbind(2)
        s = (style / 2).to(x.dtype).view(4, -1)
        low, hl = low * s[0], hl * s[2]
        top, bottom = torch.addcmul(low, lh, s[1]), torch.addcmul(low, lh, s[1], value=-1)
        even, odd = torch.addcmul(hl, hh, s[3]), torch.addcmul(hl, hh, s[3], value=-1)
        y = x.new_empty(height, 2, width, 2, channels // 4)
        torch.add(top, even, out=y[:, 0, :, 0])
        torch.sub(top, even, out=y[:, 0, :, 1])
        torch.add(bottom, odd, out=y[:, 1, :, 0])
        torch.sub(bottom, odd, out=y[:, 1, :, 1])
        ctx.save_for_backward(x, style)
        return _planes(y.view(-1, channels // 4), 2 * height, 2 * width)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, style = ctx.saved_tensors
        _, channels, height, width = x.shape
        grad = grads[0].contiguous(memory_format=torch.channels_last).permute(0, 2, 3, 1)
        grad = grad.reshape(height, 2, width, 2, channels // 4)
        s = (style / 2).to(x.dtype).view(4, -1)
        a, b, c, d = grad[:, 0, :, 0], grad[:, 0, :, 1], grad[:, 1, :, 0], grad[:, 1, :, 1]
        top, bottom, left, right = a + b, c + d, a - b, c - d
        found = x.new_empty(height, width, 4, channels // 4)
        torch.add(top, bottom, out=found[:, :, 0])
        torch.sub(top, bottom, out=found[:, :, 1])
        torch.add(left, right, out=found[:, :, 2])
        torch.sub(left, right, out=found[:, :, 3])
        grad_x = _planes(found.mul_(s).view(-1, channels), height, width)
        grad_style = channel_dot(x, grad_x) / style if ctx.needs_input_grad[1] else None
        return grad_x, grad_style


def inverse_haar(x: Tensor, style: Tensor) -> Tensor:
    """One picture's bands (1, 4C, H, W), each times its `style` (4C,) -> (1, C, 2H, 2W), channels last.

    The bands are low, low-high, high-low, high-high, C channels each.
    """
    result: Tensor = _InverseHaar.apply(x, style)
    return result
