"""The nine-class face parser: DeepLabV3 on a dilated ResNet-50 (Chen et al. 2017, arXiv 1706.05587).

Layout of torchvision's `deeplabv3_resnet50` without its auxiliary head, as the MaskFaceGAN authors
published it (prefix `model.`). Every width and the number of blocks come from the tensors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ...types import REGIONS
from ..state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 512
_NAME = "face parser (DeepLabV3)"
_PREFIX = "model."
_STEM = "backbone.conv1.weight"
_HEAD = "classifier.4.weight"
_DROPPED = ("loss.", "aux_classifier.", "model.aux_classifier.")
# Stride of each stage's first block, and the dilation of its first and of its other blocks.
_STAGES = ((1, 1, 1), (2, 1, 1), (1, 1, 2), (1, 2, 4))
_RATES = (12, 24, 36)


@dataclass(frozen=True)
class Widths:
    """Channels of a network: the stem, (inner, outer) of every block by stage, pyramid and head."""

    stem: int
    stages: tuple[tuple[tuple[int, int], ...], ...]
    pyramid: int
    head: int


PUBLISHED = Widths(
    stem=64,
    stages=tuple(((n, 4 * n),) * count for n, count in ((64, 3), (128, 4), (256, 6), (512, 3))),
    pyramid=256,
    head=256,
)


def matches(state: State) -> bool:
    """True when `state` has this parser's keys, with the published prefix or without."""
    return any(has_keys(state, prefix + _STEM, prefix + _HEAD) for prefix in (_PREFIX, ""))


class FaceParser(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> probabilities (N, 9, 512, 512) in the order of `REGIONS`.

    Pictures of another size are area-resized to 512 px and scaled to -1..1 first. The nine maps sum to
    one in every pixel.
    """

    def __init__(self, widths: Widths = PUBLISHED) -> None:
        super().__init__()
        self.widths = widths
        self.model = _DeepLab(widths)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; the loss's own tensors and an auxiliary head are left out."""
        kept = {key: tensor for key, tensor in state.items() if not key.startswith(_DROPPED)}
        if _PREFIX + _STEM not in kept:
            kept = {_PREFIX + key: tensor for key, tensor in kept.items()}
        classes = shape_of(kept, _PREFIX + _HEAD, 4, _NAME)[0]
        if classes != len(REGIONS):
            raise CheckpointError(f"This {_NAME} tells {classes} classes apart; {len(REGIONS)} are needed.")
        widths = _widths(kept)
        return build(lambda: cls(widths), kept, _NAME)

    def forward(self, image: Tensor) -> Tensor:
        return torch.softmax(self.logits(image), dim=1)

    def logits(self, image: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in 0..1 -> the scores (N, 9, 512, 512) before the softmax."""
        coarse: Tensor = self.model(_resized(image) * 2 - 1)
        return F.interpolate(coarse, size=(INPUT_SIZE, INPUT_SIZE), mode="bilinear", align_corners=False)


def _resized(image: Tensor) -> Tensor:
    size = (INPUT_SIZE, INPUT_SIZE)
    return image if tuple(image.shape[-2:]) == size else F.interpolate(image, size=size, mode="area")


def _widths(state: State) -> Widths:
    def outputs(key: str) -> int:
        return shape_of(state, f"{_PREFIX}{key}", 4, _NAME)[0]

    def blocks(stage: int) -> Iterator[tuple[int, int]]:
        at = f"backbone.layer{stage}"
        count = 0
        while f"{_PREFIX}{at}.{count}.conv1.weight" in state:
            yield outputs(f"{at}.{count}.conv1.weight"), outputs(f"{at}.{count}.conv3.weight")
            count += 1
        if not count:
            raise CheckpointError(f"This is no {_NAME}: the tensors of '{at}' are missing.")

    return Widths(
        stem=outputs(_STEM),
        stages=tuple(tuple(blocks(stage)) for stage in range(1, 5)),
        pyramid=outputs("classifier.0.project.0.weight"),
        head=outputs("classifier.1.weight"),
    )


class _DeepLab(nn.Module):
    """Backbone and head; output at an eighth of the input's size."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.backbone = _ResNet(widths)
        self.classifier = nn.Sequential(
            _Pyramid(widths.stages[-1][-1][1], widths.pyramid),
            _conv(widths.pyramid, widths.head, 3),
            nn.BatchNorm2d(widths.head),
            nn.ReLU(inplace=True),
            nn.Conv2d(widths.head, len(REGIONS), 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.classifier(self.backbone(x))
        return y


class _ResNet(nn.Module):
    """ResNet whose last two stages dilate instead of halving."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths.stem, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths.stem)
        channels = widths.stem
        for number, blocks in enumerate(widths.stages):
            self.add_module(f"layer{number + 1}", _stage(channels, blocks, *_STAGES[number]))
            channels = blocks[-1][1]

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, stride=2, padding=1)
        for number in range(len(_STAGES)):
            x = self.get_submodule(f"layer{number + 1}")(x)
        return x


def _stage(
    channels: int, blocks: tuple[tuple[int, int], ...], stride: int, first_dilation: int, dilation: int
) -> nn.Sequential:
    modules = []
    for number, (inner, outer) in enumerate(blocks):
        first = number == 0
        modules.append(
            _Bottleneck(
                channels, inner, outer, stride if first else 1, first_dilation if first else dilation, first
            )
        )
        channels = outer
    return nn.Sequential(*modules)


class _Bottleneck(nn.Module):
    """1x1, 3x3 (which carries the stride) and 1x1 convolution beside a shortcut."""

    def __init__(
        self, channels: int, inner: int, outer: int, stride: int, dilation: int, first: bool
    ) -> None:
        super().__init__()
        self.conv1 = _conv(channels, inner, 1)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = _conv(inner, inner, 3, stride, dilation)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = _conv(inner, outer, 1)
        self.bn3 = nn.BatchNorm2d(outer)
        self.downsample = (
            nn.Sequential(_conv(channels, outer, 1, stride), nn.BatchNorm2d(outer)) if first else None
        )

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        shortcut = x if self.downsample is None else self.downsample(x)
        return F.relu(y + shortcut)


class _Pyramid(nn.Module):
    """Atrous spatial pyramid pooling: one 1x1, three dilated 3x3 convolutions and the picture's mean."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        branches = [nn.Sequential(_conv(channels, width, 1), nn.BatchNorm2d(width), nn.ReLU(inplace=True))]
        for rate in _RATES:
            branches.append(
                nn.Sequential(
                    _conv(channels, width, 3, 1, rate), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
                )
            )
        branches.append(
            nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                _conv(channels, width, 1),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
            )
        )
        self.convs = nn.ModuleList(branches)
        self.project = nn.Sequential(
            _conv(len(branches) * width, width, 1),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.Dropout(0.5),
        )

    def forward(self, x: Tensor) -> Tensor:
        *local, mean = [branch(x) for branch in self.convs]
        found = [*local, mean.expand(-1, -1, *x.shape[-2:])]
        y: Tensor = self.project(torch.cat(found, dim=1))
        return y


def _conv(channels: int, width: int, kernel: int, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    padding = dilation * (kernel // 2)
    return nn.Conv2d(channels, width, kernel, stride, padding, dilation, bias=False)
