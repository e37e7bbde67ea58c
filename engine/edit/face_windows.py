"""Windows of a face: parts that a perceptual distance looks at, one in each step, in the place of the whole.

The distance's network costs most of a step of the reconstruction. On a quarter of the picture it costs a
quarter, and as many seconds of such steps come as near to the photo: on face 805 of CelebA-HQ forty of them
leave a distance of 0.207 in 45 s, thirty on the whole picture one of 0.194 in 68 s, and the generator's
weights then have 0.088 after sixty in 72 s where forty on the whole have 0.092 in 91 s.
"""

from __future__ import annotations

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

from ..models.generators.base import Window, windowed
from ..models.pack_perceptual import PackPerceptual
from ..models.perceptual import MaskedLPIPS

COUNT = 4
"""Windows of half the side, which cover a face as it is aligned, its hair and its neck."""
_SEEN_ALREADY = 0.25
"""What a pixel counts that lies in a window before."""

FaceDistance = Callable[[Tensor, int], Tensor]
"""The distance (1,) of a render (1, 3, S, S), 0..1, in the step of a number."""


def face_windows(mask: Tensor, side: int, count: int = COUNT, least: int = 1) -> list[Window]:
    """`count` windows of `side` px that hold as much of a face (1, 1, S, S), 0..1, as they can, the best
    first; their corners are multiples of an eighth of the side, and of `least` px."""
    size, grid = mask.shape[-1], max(side // 8, least)
    left, found = mask.clone(), []
    for _ in range(count):
        sums = F.avg_pool2d(left, side, grid)[0, 0]
        row, column = divmod(int(sums.argmax()), sums.shape[1])
        window = Window(row * grid, column * grid, side)
        windowed(left, window, size).mul_(_SEEN_ALREADY)
        found.append(window)
    return found


def windowed_distance(
    perceptual: MaskedLPIPS | PackPerceptual, photo: Tensor, mask: Tensor, side: int
) -> FaceDistance:
    """The perceptual distance to a photo (1, 3, S, S) under a mask (1, 1, S, S), in one of `face_windows` a
    step. Renders have the photo's size."""
    size = photo.shape[-1]
    windows = face_windows(mask, side)
    distances = [
        perceptual.against(windowed(photo, window, size), windowed(mask, window, size)) for window in windows
    ]

    def distance(render: Tensor, step: int) -> Tensor:
        number = step % len(windows)
        return distances[number](windowed(render, windows[number], size))

    return distance
