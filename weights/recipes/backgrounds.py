"""Other things behind a person, for the parser's training: light, patterns, and other pictures.

The collections have soft, plain backgrounds. A parser that knows no others takes a wooden door for hair. So
patterns often have two colours of the person: what tells hair from them is then not the colour.
"""

from __future__ import annotations

import augment
import torch
import torch.nn.functional as F
from torch import Tensor

LIGHT, PATTERN, PICTURE = 0.1, 0.3, 0.15
"""Shares of the pictures that get a gradient, a pattern, and another picture's content."""
_OWN_COLOURS = 0.6
_OCTAVES = 4


def other_background(x: Tensor, background: Tensor) -> Tensor:
    """Pictures (N, 3, S, S) in 0..1, some with something else where `background` (N, 1, S, S), 0..1, is."""
    out, size = x.clone(), x.shape[-1]
    for k in range(len(x)):
        dice = float(torch.rand(()))
        if dice < LIGHT:
            light = torch.rand(1, 3, 4, 4, device=x.device)
            new = F.interpolate(light, size=(size, size), mode="bilinear")
        elif dice < LIGHT + PATTERN:
            new = pattern(_two_colours(x[k], 1 - background[k, 0]), size)
        elif dice < LIGHT + PATTERN + PICTURE:
            new = x[(k + 1) % len(x)][None].roll((size // 2, size // 2), (2, 3))
        else:
            continue
        alpha = augment.blur(background[k][None].expand(1, 3, -1, -1).contiguous(), 1.0)
        out[k] = (x[k] * (1 - alpha) + new * alpha)[0]
    return out


def pattern(colours: Tensor, size: int) -> Tensor:
    """(1, 3, S, S): noise of some frequencies, other ones down than across, between two colours (2, 3).

    It looks like wood, cloth, stone or leaves.
    """
    total = torch.zeros(1, 1, size, size, device=colours.device)
    along, across = (float(v) for v in 2 ** (5 * torch.rand(2)))
    for octave in range(_OCTAVES):
        rows, columns = (min(size, max(2, round(v * 2**octave))) for v in (along, across))
        noise = torch.randn(1, 1, rows, columns, device=colours.device) * 0.7**octave
        total += F.interpolate(noise, size=(size, size), mode="bilinear")
    share = torch.sigmoid(1.5 * total / total.std())
    first, second = (c.view(1, 3, 1, 1) for c in colours)
    return first + share * (second - first)


def _two_colours(picture: Tensor, person: Tensor) -> Tensor:
    """Two colours (2, 3): of two pixels of the person (S, S, 0..1) in `picture`, or any."""
    rows, columns = torch.nonzero(person > 0.9, as_tuple=True)
    if len(rows) == 0 or float(torch.rand(())) > _OWN_COLOURS:
        return torch.rand(2, 3, device=picture.device)
    pick = torch.randint(len(rows), (2,), device=picture.device)
    return picture[:, rows[pick], columns[pick]].T
