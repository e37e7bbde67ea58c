"""Filters on tensors: the values of scipy and Pillow, and gradients that are right."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from engine.imaging import filters, tensor_filters, warp
from engine.imaging.tensor_filters import array_of, grid_of
from engine.types import FloatArray


def picture(size: int) -> FloatArray:
    noise = np.random.default_rng(3).random((size, size, 3)).astype(np.float32)
    return filters.blurred(noise, 0.7)


@pytest.mark.parametrize("size", [64, 256, 400])
@pytest.mark.parametrize("sigma", [0.5, 1.5, 3.5, 5.9, 7.7, 30.0])
def test_a_blur_is_scipys(size: int, sigma: float) -> None:
    found = array_of(tensor_filters.blurred(grid_of(picture(size)), sigma))
    assert np.abs(found - filters.blurred(picture(size), sigma)).max() < 1e-6


@pytest.mark.parametrize(("size", "other"), [(256, 100), (256, 64), (100, 256), (256, 400), (400, 99)])
def test_resampling_is_pillows(size: int, other: int) -> None:
    found = array_of(tensor_filters.resized(grid_of(picture(size)), other))
    assert np.abs(found - warp.resized(picture(size), other)).max() < 1e-6


@pytest.mark.parametrize("window", [1, 2, 5, 6, 11, 16])
def test_the_highest_in_a_window_is_scipys(window: int) -> None:
    values = picture(64)[..., 0]
    found = array_of(tensor_filters.highest(grid_of(values), window))
    assert np.array_equal(found, ndimage.maximum_filter(values, window))


def test_reading_along_a_flow_is_scipys() -> None:
    flow = (8 * picture(64)[..., :2] - 4).astype(np.float32)
    found = array_of(tensor_filters.moved(grid_of(picture(64)), grid_of(flow)))
    assert np.abs(found - filters.moved(picture(64), flow)).max() < 1e-5


def test_distance_is_to_the_nearest_pixel_of_a_region() -> None:
    region = np.zeros((32, 32), np.float32)
    assert not tensor_filters.distance_to(grid_of(region)).any()
    region[4, 5] = 1
    far = array_of(tensor_filters.distance_to(grid_of(region)))
    assert far[4, 5] == 0 and far[7, 9] == 5


@pytest.mark.parametrize("sigma", [1.3, 2.9, 4.0, 9.0])
def test_a_blurs_gradient_is_right(sigma: float) -> None:
    values = torch.rand(1, 2, 24, 24, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    values.requires_grad_(True)
    if sigma > 3:  # a matrix in single precision: its gradient is that of the product
        weight = torch.rand_like(values)
        single = values.detach().float().requires_grad_(True)
        (tensor_filters.blurred(single, sigma) * weight).sum().backward()
        assert single.grad is not None
        step = torch.rand_like(single)
        ahead, back = (tensor_filters.blurred(single.detach() + s * step, sigma) for s in (0.5, -0.5))
        assert abs(float((single.grad * step).sum() - ((ahead - back) * weight).sum())) < 1e-3
        return
    assert torch.autograd.gradcheck(lambda v: tensor_filters.blurred(v, sigma), values)
