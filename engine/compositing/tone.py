"""The tone of photos that have one only: grey, sepia, any colour that follows from how light a pixel is.

Such a photo has a curve, from a grey level to a colour. Its edits stay on it: what was composed is brought to
the colour that the photo has for its grey level, as far as it was changed. Light is kept, so lips that get
lipstick become darker, and hair that is dyed lighter or darker. While an edit is optimised it is judged in
colour (`differentiable`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..imaging.tensor_filters import array_of, resized
from ..photo.colour import LUMINANCE
from ..types import FloatArray

_GRID, _LEVELS = 64, 33
"""The side in px on which a photo is looked at, where noise and the blocks of a JPEG are averaged out, and
the levels of grey that have a colour each."""
_MOST, _NEARLY_ALL, _FAR = 0.98, 0.997, 2.5
"""A photo is of one tone where the first share of it lies near its curve, and the second within `_FAR`
times as much, so that one thing left in colour counts."""
_NEAR, _TINTED = 5 / 255, 0.085
"""Near is that, 1 the range of a channel, and that share of how far the tone itself is from grey: a JPEG
misses strong colours by more.

Tuned on 300 colour photos of faces (CelebA-HQ, 256 px), and 29 faces in seven tones, as they are, with
grain, and as JPEGs of quality 70: of the former the nearest misses by 1.35 times what is allowed, of the
latter all but a duotone of violet and yellow as a JPEG (1.15) are within 0.73. Of 899 faces of CelebA-HQ
two are told to be of one tone, which they are (sepia)."""
_STRIP = 1 << 20
_LINEAR = 0.0031308


@dataclass(frozen=True, eq=False)
class Tone:
    """`shifts` (levels, 3): how each channel differs from the grey level, at even steps of it."""

    shifts: Tensor

    def of(self, picture: Tensor) -> Tensor:
        """The colours (1, 3, H, W) that the photo has for the grey levels of a picture."""
        return _coloured(grey_of(picture), self.shifts.to(picture))


@torch.no_grad()
def tone_of(source: Tensor) -> Tone | None:
    """The tone of a photo's face (1, 3, S, S) in sRGB, 0..1; None where it has more than one."""
    small = resized(source, min(_GRID, source.shape[-1])).clamp(0, 1).cpu().float()
    grey = grey_of(small)
    shifts = _shifts(small, grey, _LEVELS)
    curve = _coloured(grey, shifts)
    misses = (small - curve).abs().amax(1).flatten()
    tint = float(torch.quantile((curve - grey).abs().amax(1).flatten(), 0.9))
    near = _NEAR + _TINTED * tint
    most, nearly_all = (float(torch.quantile(misses, share)) for share in (_MOST, _NEARLY_ALL))
    return Tone(shifts) if most <= near and nearly_all <= _FAR * near else None


def tone_of_picture(source: FloatArray) -> Tone | None:
    """The same of (S, S, 3)."""
    return tone_of(torch.from_numpy(np.moveaxis(source, -1, 0).astype(np.float32))[None])


def in_tone(tone: Tone | None, photo: Tensor, edited: Tensor) -> Tensor:
    """An edited picture (1, 3, H, W) in the tone of its photo; where the two are equal they stay so."""
    return edited if tone is None else photo + (tone.of(edited) - tone.of(photo))


@torch.no_grad()
def picture_in_tone(tone: Tone | None, photo: FloatArray, edited: FloatArray) -> FloatArray:
    """The same of (H, W, 3), strip by strip."""
    if tone is None:
        return edited
    result = np.empty(edited.shape, np.float32)
    rows = max(_STRIP // max(edited.shape[1], 1), 1)
    for top in range(0, len(edited), rows):
        part = slice(top, top + rows)
        pair = (
            torch.from_numpy(np.moveaxis(p[part], -1, 0).astype(np.float32))[None] for p in (photo, edited)
        )
        result[part] = array_of(in_tone(tone, *pair))
    return result


def grey_of(picture: Tensor) -> Tensor:
    """The grey (1, 1, H, W) that is as light as sRGB colours (1, 3, H, W), as a grey photo takes them
    over."""
    values = picture.clamp(0, 1)
    light = torch.where(
        values <= 0.04045, values / 12.92, ((values.clamp_min(0.04045) + 0.055) / 1.055) ** 2.4
    )
    weights = torch.as_tensor(LUMINANCE, dtype=light.dtype, device=light.device)
    luminance = (light * weights[None, :, None, None]).sum(1, keepdim=True)
    curved = 1.055 * luminance.clamp_min(_LINEAR) ** (1 / 2.4) - 0.055
    return torch.where(luminance <= _LINEAR, luminance * 12.92, curved)


def _coloured(grey: Tensor, shifts: Tensor) -> Tensor:
    place = grey[:, 0].clamp(0, 1) * (len(shifts) - 1)
    low = place.detach().floor().clamp(0, len(shifts) - 2)
    share = (place - low)[..., None]
    index = low.long()
    shift = shifts[index] * (1 - share) + shifts[index + 1] * share
    return grey + shift.movedim(-1, 1)


def _shifts(picture: Tensor, grey: Tensor, levels: int) -> Tensor:
    """The mean shift at each level of grey; where the photo has none, the way that it takes beside it."""
    place = (grey.flatten() * (levels - 1)).numpy()
    shift = (picture - grey)[0].flatten(1).numpy()
    at = np.rint(place).astype(int).clip(0, levels - 1)
    count = np.bincount(at, minlength=levels).astype(np.float64)
    sums = np.stack([np.bincount(at, channel, levels) for channel in shift], -1)
    # Levels that few pixels have take over what their neighbours say.
    counts, totals = (np.apply_along_axis(_spread, 0, v) for v in (count[:, None], sums))
    known = counts[:, 0] > 1
    if not known.any():
        return torch.zeros(levels, 3)
    means = totals[known] / counts[known]
    steps = np.arange(levels, dtype=np.float64)
    table = np.stack([np.interp(steps, steps[known], means[:, c]) for c in range(3)], -1)
    first, last = steps[known][0], steps[known][-1]
    for end, beyond in ((first, steps < first), (last, steps > last)):
        near = known & (np.abs(steps - end) <= levels / 4)
        if beyond.any() and near.sum() > 2:
            line = np.polynomial.polynomial.polyfit(
                steps[near] - end, table[near], 1, w=counts[near, 0] ** 0.5
            )
            table[beyond] = table[int(end)] + (steps[beyond] - end)[:, None] * line[1]
    return torch.from_numpy(table.astype(np.float32))


def _spread(values: np.ndarray) -> np.ndarray:
    return np.convolve(np.pad(values, 1, "edge"), (0.25, 0.5, 0.25), "valid")
