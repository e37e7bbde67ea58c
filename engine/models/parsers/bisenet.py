"""The face parser BiSeNet (Yu et al. 2018, arXiv 1808.00897) with nineteen classes, summed into nine.

Layout of face-parsing.PyTorch's `79999_iter.pth`: a ResNet-18 context path (its features at an eighth of
the input stand in for the spatial path), two attention refinement modules, feature fusion, and one head
that is used. The heads for training are left out. Every width comes from the tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...errors import CheckpointError
from ...types import REGIONS
from ..state_dict import State, build, has_keys, shape_of

INPUT_SIZE = 512
CLASSES = (
    "background", "skin", "eyebrows", "eyebrows", "eyes", "eyes", "eyes", "ears", "ears", "ears",
    "nose", "mouth", "mouth", "mouth", "belowface", "belowface", "belowface", "hair", "background",
)  # fmt: skip
"""The region that each of the nineteen belongs to. In the file's order: background, skin, left and right
brow, left and right eye, glasses, left and right ear, earring, nose, inner mouth, upper and lower lip, neck,
necklace, cloth, hair, hat."""

_NAME = "face parser (BiSeNet)"
_STEM = "cp.resnet.conv1.weight"
_HEAD = "conv_out.conv_out.weight"
_TRAINING_HEADS = ("conv_out16.", "conv_out32.", "cp.resnet.fc.")
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)
_STAGES = 4


@dataclass(frozen=True)
class Widths:
    """Channels of the parts, and the blocks of every stage."""

    stem: int
    stages: tuple[int, ...]
    blocks: tuple[int, ...]
    context: int
    fusion: int
    squeeze: int
    head: int


PUBLISHED = Widths(64, (64, 128, 256, 512), (2, 2, 2, 2), 128, 256, 64, 256)


def matches(state: State) -> bool:
    """True when `state` has this parser's keys."""
    return has_keys(state, _STEM, "cp.arm16.conv.conv.weight", "ffm.convblk.conv.weight", _HEAD)


class BiSeNetParser(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> probabilities (N, 9, 512, 512) in the order of `REGIONS`.

    Pictures of another size are area-resized (bilinearly when smaller) to 512 px. The nine maps sum to one
    in every pixel: softmax over the nineteen first, then the sums.
    """

    mean: Tensor
    std: Tensor
    sums: Tensor

    def __init__(self, widths: Widths = PUBLISHED) -> None:
        super().__init__()
        self.widths = widths
        self.cp = _ContextPath(widths)
        self.ffm = _Fusion(widths)
        self.conv_out = _Head(widths)
        self.register_buffer("mean", torch.zeros(1, 3, 1, 1))
        self.register_buffer("std", torch.zeros(1, 3, 1, 1))
        self.register_buffer("sums", torch.zeros(len(REGIONS), len(CLASSES)))

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The network whose tensors these are; heads that only training uses are left out."""
        kept = {key: tensor for key, tensor in state.items() if not key.startswith(_TRAINING_HEADS)}
        classes = shape_of(kept, _HEAD, 4, _NAME)[0]
        if classes != len(CLASSES):
            raise CheckpointError(f"This {_NAME} tells {classes} classes apart; {len(CLASSES)} are needed.")
        kept["mean"] = torch.tensor(_MEAN).view(1, 3, 1, 1)
        kept["std"] = torch.tensor(_STD).view(1, 3, 1, 1)
        kept["sums"] = summation()
        widths = _widths(kept)
        return build(lambda: cls(widths), kept, _NAME)

    def forward(self, image: Tensor) -> Tensor:
        return self.regions(self.classes(image))

    def classes(self, image: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in 0..1 -> probabilities (N, 19, 512, 512) in the file's order."""
        return torch.softmax(self.logits(image), dim=1)

    def regions(self, classes: Tensor) -> Tensor:
        """The nine regions (N, 9, S, S) that the nineteen `classes` (N, 19, S, S) belong to."""
        return torch.einsum("rc,nchw->nrhw", self.sums, classes)

    def logits(self, image: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in 0..1 -> the scores (N, 19, 512, 512) before the softmax."""
        fine, context = self.cp((_resized(image) - self.mean) / self.std)
        coarse: Tensor = self.conv_out(self.ffm(fine, context))
        return F.interpolate(coarse, size=(INPUT_SIZE, INPUT_SIZE), mode="bilinear", align_corners=True)

    def maps(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The backbone's maps at an eighth, a sixteenth and a thirty-second of a picture's own size.

        The picture is (N, 3, H, W) in 0..1.
        """
        found: tuple[Tensor, Tensor, Tensor] = self.cp.resnet((image - self.mean) / self.std)
        return found


def summation() -> Tensor:
    """(9, 19), one where a class belongs to a region."""
    sums = torch.zeros(len(REGIONS), len(CLASSES))
    for number, region in enumerate(CLASSES):
        sums[REGIONS.index(region), number] = 1.0
    return sums


def _resized(image: Tensor) -> Tensor:
    size = (INPUT_SIZE, INPUT_SIZE)
    if tuple(image.shape[-2:]) == size:
        return image
    if min(image.shape[-2:]) > INPUT_SIZE:
        return F.interpolate(image, size=size, mode="area")
    return F.interpolate(image, size=size, mode="bilinear", align_corners=False)


def _widths(state: State) -> Widths:
    def outputs(key: str) -> int:
        return shape_of(state, key, 4, _NAME)[0]

    counts = []
    for stage in range(1, _STAGES + 1):
        count = 0
        while f"cp.resnet.layer{stage}.{count}.conv1.weight" in state:
            count += 1
        counts.append(count)
    return Widths(
        stem=outputs(_STEM),
        stages=tuple(outputs(f"cp.resnet.layer{n}.0.conv1.weight") for n in range(1, _STAGES + 1)),
        blocks=tuple(counts),
        context=outputs("cp.arm16.conv.conv.weight"),
        fusion=outputs("ffm.convblk.conv.weight"),
        squeeze=outputs("ffm.conv1.weight"),
        head=outputs("conv_out.conv.conv.weight"),
    )


class _ConvNorm(nn.Module):
    """Convolution without bias, batch norm, ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn(self.conv(x)))


class _Block(nn.Module):
    """ResNet's basic block: two 3x3 convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            if inputs != outputs or stride != 1
            else None
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class _ResNet(nn.Module):
    """Feature maps at an eighth, a sixteenth and a thirty-second of the input."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths.stem, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths.stem)
        inputs = widths.stem
        for number, (outputs, count) in enumerate(zip(widths.stages, widths.blocks, strict=True), 1):
            first = _Block(inputs, outputs, 1 if number == 1 else 2)
            blocks = [first, *(_Block(outputs, outputs, 1) for _ in range(count - 1))]
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
            inputs = outputs

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        maps = []
        for number in range(1, _STAGES + 1):
            x = self.get_submodule(f"layer{number}")(x)
            maps.append(x)
        return maps[1], maps[2], maps[3]


class _Attention(nn.Module):
    """Attention refinement: a convolution whose channels are weighed by the picture's mean."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = _ConvNorm(inputs, outputs, 3)
        self.conv_atten = nn.Conv2d(outputs, outputs, 1, bias=False)
        self.bn_atten = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        gate = self.bn_atten(self.conv_atten(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(gate)


class _ContextPath(nn.Module):
    """Pictures -> (the fine features, the context), both at an eighth of the input."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        width = widths.context
        self.resnet = _ResNet(widths)
        self.arm16 = _Attention(widths.stages[2], width)
        self.arm32 = _Attention(widths.stages[3], width)
        self.conv_head32 = _ConvNorm(width, width, 3)
        self.conv_head16 = _ConvNorm(width, width, 3)
        self.conv_avg = _ConvNorm(widths.stages[3], width, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        at8, at16, at32 = self.resnet(x)
        whole = self.conv_avg(at32.mean((2, 3), keepdim=True))
        coarse = F.interpolate(self.arm32(at32) + whole, size=at16.shape[2:], mode="nearest")
        middle = self.arm16(at16) + self.conv_head32(coarse)
        return at8, self.conv_head16(F.interpolate(middle, size=at8.shape[2:], mode="nearest"))


class _Fusion(nn.Module):
    """Feature fusion: both paths side by side, then channels weighed by their mean."""

    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.convblk = _ConvNorm(widths.stages[1] + widths.context, widths.fusion, 1)
        self.conv1 = nn.Conv2d(widths.fusion, widths.squeeze, 1, bias=False)
        self.conv2 = nn.Conv2d(widths.squeeze, widths.fusion, 1, bias=False)

    def forward(self, fine: Tensor, context: Tensor) -> Tensor:
        x: Tensor = self.convblk(torch.cat([fine, context], dim=1))
        gate = torch.sigmoid(self.conv2(F.relu(self.conv1(x.mean((2, 3), keepdim=True)))))
        return x * gate + x


class _Head(nn.Module):
    def __init__(self, widths: Widths) -> None:
        super().__init__()
        self.conv = _ConvNorm(widths.fusion, widths.head, 3)
        self.conv_out = nn.Conv2d(widths.head, len(CLASSES), 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.conv_out(self.conv(x))
        return y
