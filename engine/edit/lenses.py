"""Lenses of spectacles that an edit puts on: behind them the photo's own eyes are seen.

A generator draws what it saw most: eyes behind spectacles that are duller than the person's own, tinted
lenses, and in hard light sunglasses. The rims are what was asked for: they are shown as they are drawn,
and through the lenses the photo. A lens is what lies inside the parser's spectacles but for a rim: the edge,
and what is drawn otherwise than a tinted photo and touches that edge. An eye that is drawn anew touches none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

from ..compositing.scale import FINE, REACH, SEEN, SMALL
from ..imaging.tensors import resize
from ..types import FloatArray

_WORN = 0.4
"""From which probability on the parser's spectacles are some: less sure than elsewhere, since a rim is."""
_WIDEST_RIM = 1.5 * REACH
"""No rim goes farther in, in shares of the side: behind that are eyes."""
_FEWEST = 200
"""px of the parser's picture that the core of a lens has at least."""
_OTHER_LENS = 0.15
"""The least area that the farther lens of a turned face has, as a share of the nearer one's: .25 on 824."""
_CLEAR = 0.85
"""How much of the photo a lens lets through: the rest is a glass's own shade and shine."""

Plane = npt.NDArray[np.bool_]


@torch.no_grad()
def seen_through(photo: Tensor, render: Tensor, spectacles: Tensor) -> Tensor:
    """(1, 1, S, S) in 0..`_CLEAR`: how far the photo (1, 3, R, R) is seen through the lenses of an edit's
    render (1, 3, R, R), both 0..1. `spectacles` (1, 1, S, S) are the parser's probabilities in the render."""
    size = spectacles.shape[-1]
    inside = ndimage.binary_fill_holes(spectacles[0, 0].cpu().numpy() > _WORN)
    depth = ndimage.distance_transform_edt(inside) / size
    pictures = [resize(p, size)[0].permute(1, 2, 0).cpu().numpy() for p in (photo, render)]
    lens = inside & (depth > SMALL + FINE / 2) & ~_rims(inside, depth, _unlike(inside, depth, *pictures))
    lens = ndimage.binary_opening(lens, _disk(SMALL * size))
    if not _are_two(lens):  # a visor has no rims that would be left
        return torch.zeros_like(spectacles)
    soft = ndimage.gaussian_filter(lens.astype(np.float32), FINE / 2 * size)
    return torch.from_numpy(_CLEAR * soft)[None, None].to(spectacles.device)


def _are_two(lens: Plane) -> bool:
    """Whether there are two lenses, of a face that is turned as well."""
    pieces, count = ndimage.label(lens)
    areas = sorted(ndimage.sum_labels(lens, pieces, range(1, count + 1)))[-2:]
    return len(areas) == 2 and areas[0] > _OTHER_LENS * areas[1]


def _unlike(inside: Plane, depth: FloatArray, photo: FloatArray, render: FloatArray) -> FloatArray:
    """(S, S): by how much the render differs from the photo seen through each lens' own tint."""
    cores, count = ndimage.label(depth > REACH)
    rows, columns = ndimage.distance_transform_edt(cores == 0, return_distances=False, return_indices=True)
    nearest, found = cores[rows, columns], np.zeros(inside.shape, np.float32)
    for number in range(1, count + 1):
        core = cores == number
        if int(core.sum()) < _FEWEST:
            continue
        own, drawn = photo[core], render[core]
        apart = own - own.mean(0)
        share = float((apart * (drawn - drawn.mean(0))).sum() / ((apart**2).sum() + 1e-6))
        share = min(max(share, 0.0), 1.0)
        tint = np.median(drawn - share * own, axis=0)
        mine = inside & (nearest == number)
        found[mine] = np.abs(render[mine] - share * photo[mine] - tint).max(-1)
    return np.asarray(ndimage.gaussian_filter(found, 1), np.float32)


def _rims(inside: Plane, depth: FloatArray, unlike: FloatArray) -> Plane:
    """(S, S): what is drawn otherwise and touches the edge of the spectacles."""
    other = inside & (unlike > sum(SEEN) / 2) & (depth < _WIDEST_RIM)
    pieces, _ = ndimage.label(other)
    at_edge = np.unique(pieces[other & (depth < SMALL)])
    return np.isin(pieces, at_edge[at_edge > 0])


def _disk(radius: float) -> Plane:
    reach = max(int(radius), 1)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(x * x + y * y <= radius * radius)
