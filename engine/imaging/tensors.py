"""Between numpy pictures and torch tensors, and between sizes."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..types import AnyImage


def resize(image: Tensor, size: int) -> Tensor:
    """(N, C, S, S) -> (N, C, size, size): by area when it shrinks, bilinearly when it grows."""
    if image.shape[-1] == size and image.shape[-2] == size:
        return image
    mode = "area" if size < image.shape[-1] else "bilinear"
    return F.interpolate(image, (size, size), mode=mode)


def picture(crop: AnyImage, resolution: int, device: torch.device) -> Tensor:
    """An aligned crop (S, S, 3) uint8 as the generator's size sees it: (1, 3, R, R) in 0..1.

    Resized by area when it is larger, bilinearly when it is smaller, as the published method does.
    """
    return resize(tensor(crop, device), resolution)


def tensor(image: AnyImage, device: torch.device) -> Tensor:
    """(H, W, 3), uint8 or 0..1, as (1, 3, H, W) float32 in 0..1."""
    scale = 255.0 if image.dtype == np.uint8 else 1.0
    planes = np.ascontiguousarray(image.transpose(2, 0, 1), dtype=np.float32)[None]
    return torch.from_numpy(planes).to(device) / scale
