"""The starter pack's face finder: where faces are, and their five landmarks.

Two small networks in one file. The detector is fully convolutional, in the manner of CenterNet (Zhou et
al. 2019, "Objects as points"): a heat map of face centres at stride 4 with landmarks beside it, for faces
of one octave and a half in size; `engine.faces.detect` runs it over an image pyramid. The refiner looks
at an upright crop of one face, places the landmarks as the centres of heat maps (integral regression, Sun
et al. 2018) and says whether it is a face at all. Last, a linear step reads off the refiner's own features
around each landmark of closer crops how far it lies beside its place (supervised descent, Xiong and De la
Torre 2013).
"""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .conv_blocks import ConvNorm, Residual
from .state_dict import State, build, has_keys, shape_of

STRIDE = 4
MULTIPLE = 16
"""The detector's pictures have sides that are multiples of this."""

CROP_SIZE = 96
LOOKS = (0.64, 0.8, 1.0)
"""Sides of the crops that the last step looks at, as shares of the refiner's; its answers are averaged."""

SMALLEST, LARGEST = 20.0, 57.0
"""Sides of face squares (see `engine.faces.squares.face_square`) in px that the detector answers to."""

LANDMARK_UNIT = 16.0
DETECTOR_WIDTHS = (40, 56, 80)
REFINER_WIDTHS = (24, 48, 64)
_GRID = 3
_SPACING = 2.0, 1.5
"""The linear step reads `_GRID` squared places around a landmark, so many cells apart: in the refiner's
coarse and in its fine map."""

_NAME = "built-in face finder"
_KEYS = ("detector.stem.conv.weight", "refiner.stem.conv.weight")


def matches(state: State) -> bool:
    """True when `state` has this finder's keys."""
    return has_keys(state, *_KEYS, "detector.head.weight", "refiner.head.weight")


class Detector(nn.Module):
    """Picture (N, 3, H, W) in 0..1, sides multiples of 16 -> (N, 11, H/4, W/4).

    Channel 0 is the logit of "a face's centre lies in this cell"; the others are x0, y0, x1, y1, ... of the
    five landmarks, relative to the cell's centre, in units of 16 px.
    """

    def __init__(self, widths: tuple[int, int, int] = DETECTOR_WIDTHS, *, norm: bool = False) -> None:
        super().__init__()
        a, b, c = widths
        self.stem = ConvNorm(3 * STRIDE**2, a, norm=norm)
        self.fine = Residual(a, a, norm=norm)
        self.middle = Residual(a, b, norm=norm, stride=2)
        self.coarse = nn.Sequential(Residual(b, c, norm=norm, stride=2), Residual(c, c, norm=norm))
        self.narrow_coarse = ConvNorm(c, b, 1, norm=norm, active=False)
        self.merge_middle = Residual(b, b, norm=norm)
        self.narrow_middle = ConvNorm(b, a, 1, norm=norm, active=False)
        self.merge_fine = Residual(a, a, norm=norm)
        self.head = nn.Conv2d(a, 11, 3, padding=1)

    def forward(self, image: Tensor) -> Tensor:
        fine = self.fine(self.stem(F.pixel_unshuffle((image - 0.5) * 4, STRIDE)))
        middle = self.middle(fine)
        coarse = self.narrow_coarse(self.coarse(middle))
        middle = self.merge_middle(middle + F.interpolate(coarse, scale_factor=2, mode="nearest"))
        fine = fine + F.interpolate(self.narrow_middle(middle), scale_factor=2, mode="nearest")
        y: Tensor = self.head(self.merge_fine(fine))
        return y


class Refiner(nn.Module):
    """Upright crops (N, 3, 96, 96) in 0..1 -> landmarks (N, 5, 2) in px of the crop, face logits (N,)."""

    def __init__(self, widths: tuple[int, int, int] = REFINER_WIDTHS, *, norm: bool = False) -> None:
        super().__init__()
        a, b, c = widths
        self.stem = ConvNorm(12, a, norm=norm)
        self.fine = Residual(a, a, norm=norm)
        self.middle = Residual(a, b, norm=norm, stride=2)
        self.coarse = nn.Sequential(Residual(b, c, norm=norm, stride=2), Residual(c, c, norm=norm))
        self.narrow = ConvNorm(c, b, 1, norm=norm, active=False)
        self.merge = Residual(b, b, norm=norm)
        self.head = nn.Conv2d(b, 5, 3, padding=1)
        self.judge = nn.Linear(c, 1)

    def forward(self, crop: Tensor) -> tuple[Tensor, Tensor]:
        _, merged, whole = self.maps(crop)
        return _centres(self.head(merged).float()), self.judge(whole)[:, 0].float()

    def maps(self, crop: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What it sees: a fine map (N, A, 48, 48), a coarse one (N, B, 24, 24), the whole crop's (N, C)."""
        fine = self.fine(self.stem(F.pixel_unshuffle((crop - 0.5) * 4, 2)))
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        merged = self.merge(middle + F.interpolate(self.narrow(coarse), scale_factor=2, mode="nearest"))
        return fine, merged, coarse.mean((2, 3))


def _centres(heat: Tensor) -> Tensor:
    """The mean place of each map's softmax, (N, K, S, S) -> (N, K, 2) in px of the crop."""
    side = heat.shape[-1]
    weight = torch.softmax(heat.flatten(2), 2).view_as(heat)
    place = (torch.arange(side, device=heat.device, dtype=heat.dtype) + 0.5) * (CROP_SIZE / side)
    return torch.stack([(weight.sum(2) * place).sum(2), (weight.sum(3) * place).sum(2)], 2)


class Placer(nn.Module):
    """The linear step: what a refiner sees around its landmarks -> where they are.

    `weight` (5, features, 2) is fitted in closed form (weights/recipes/placer.py), not trained; all zeros, it
    moves nothing.
    """

    def __init__(self, widths: tuple[int, int, int] = REFINER_WIDTHS) -> None:
        super().__init__()
        a, b, c = widths
        self.weight: Tensor
        self.register_buffer("weight", torch.zeros(5, _GRID**2 * (a + b) + c + 11, 2))

    def forward(self, refiner: Refiner, crop: Tensor) -> Tensor:
        """Landmarks (N, 5, 2) in px of the crops (N, 3, 96, 96)."""
        seen, marks = self.features(refiner, crop)
        step = torch.einsum("nkf,kfc->nkc", seen, self.weight)
        placed: Tensor = marks + step * _eye_distance(marks)
        return placed

    def features(self, refiner: Refiner, crop: Tensor) -> tuple[Tensor, Tensor]:
        """What `weight` is multiplied with, (N, 5, features), and the refiner's landmarks (N, 5, 2) in px."""
        fine, merged, whole = refiner.maps(crop)
        marks = _centres(refiner.head(merged).float())
        around = [
            _around(marks, map_.float(), cells) for map_, cells in zip((merged, fine), _SPACING, strict=True)
        ]
        shape = (marks - marks[:, :2].mean(1, keepdim=True)) / _eye_distance(marks)
        one = torch.ones(len(crop), 1, device=crop.device)
        common = torch.cat([whole.float(), shape.flatten(1), one], 1)
        return torch.cat([*around, common[:, None].expand(-1, 5, -1)], 2), marks


def _eye_distance(marks: Tensor) -> Tensor:
    distance: Tensor = torch.linalg.vector_norm(marks[:, 1] - marks[:, 0], dim=1)
    return distance.clamp_min(1)[:, None, None]


def _around(marks: Tensor, seen: Tensor, cells: float) -> Tensor:
    """A map's values (N, 5, channels * places) on a grid around each landmark (px of the crop)."""
    offset = (torch.arange(_GRID, device=seen.device) - (_GRID - 1) / 2) * (2 * cells / seen.shape[-1])
    grid = torch.stack([offset.repeat(_GRID), offset.repeat_interleave(_GRID)], 1)
    places = marks[:, :, None] * (2 / CROP_SIZE) - 1 + grid
    values = F.grid_sample(seen, places.clamp(-1, 1), align_corners=False)
    return values.permute(0, 2, 1, 3).flatten(2)


class FaceFinder(nn.Module):
    """Both networks. `norm` is true while training only (see conv_blocks)."""

    def __init__(
        self,
        detector: tuple[int, int, int] = DETECTOR_WIDTHS,
        refiner: tuple[int, int, int] = REFINER_WIDTHS,
        *,
        norm: bool = False,
    ) -> None:
        super().__init__()
        self.detector = Detector(detector, norm=norm)
        self.refiner = Refiner(refiner, norm=norm)
        self.placer = Placer(refiner)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The folded network whose tensors these are; widths come from their shapes.

        Raises CheckpointError when the layout is another one.
        """
        detector, refiner = _widths(state, "detector"), _widths(state, "refiner")
        return build(lambda: cls(detector, refiner), state, _NAME).eval()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Picture (N, 3, H, W), RGB 0..1, sides multiples of 16 -> scores and landmarks.

        Scores (N, H/4, W/4) are probabilities of a face centre; landmarks (N, H/4, W/4, 5, 2) are in px
        of the picture.
        """
        y = self.detector(image).float()
        rows, columns = y.shape[2:]
        marks = y[:, 1:].unflatten(1, (5, 2)).permute(0, 3, 4, 1, 2) * LANDMARK_UNIT
        x = (torch.arange(columns, device=y.device) + 0.5) * STRIDE
        down = (torch.arange(rows, device=y.device) + 0.5) * STRIDE
        cells = torch.stack([x.expand(rows, -1), down[:, None].expand(-1, columns)], -1)
        return torch.sigmoid(y[:, 0]), marks + cells[None, :, :, None]

    def refine(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Upright crops (N, 3, 96, 96) -> landmarks (N, 5, 2) in px, probabilities (N,) of a face."""
        marks, logit = self.refiner(crops)
        return marks, torch.sigmoid(logit)

    def place(self, crops: Tensor) -> Tensor:
        """Upright crops of about `LOOKS` times the refiner's side, (N, 3, 96, 96) -> landmarks (N, 5, 2)."""
        marks: Tensor = self.placer(self.refiner, crops)
        return marks


def _widths(state: State, part: str) -> tuple[int, int, int]:
    keys = ("stem.conv.weight", "middle.first.conv.weight", "coarse.0.first.conv.weight")
    a, b, c = (shape_of(state, f"{part}.{key}", 4, _NAME)[0] for key in keys)
    return a, b, c
