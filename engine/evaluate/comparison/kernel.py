"""How far edited faces lie from unedited ones as a set: the kernel distance on VGG16's features.

Bińkowski et al., "Demystifying MMD GANs", ICLR 2018: the unbiased squared maximum mean discrepancy with the
kernel (x y + 1)^3, by torchmetrics. Instead of Inception's features, which nothing here may download, the
last convolutions of the pack's VGG16 (ImageNet), of unit length, averaged over the picture at 224 px.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ...imaging.tensors import resize
from ...models.perceptual import MaskedLPIPS
from ...packs.pack import ModelPack
from .subjects import as_tensor

FEWEST = 200
"""Faces, below which the distance says nothing."""
_SIDE = 224

SENTENCE = (
    "Kernel distance (cubic kernel, unbiased; torchmetrics) of VGG16's last convolutions (ImageNet; "
    "the pack's own), averaged over the picture: edited faces of one half against the other half, "
    "unedited; from {least} faces on."
)


def lacking(pack: ModelPack) -> str:
    """Why it cannot be measured with this pack here, "" where it can."""
    if not isinstance(pack.perceptual, MaskedLPIPS):
        return "Not measured: the pack has no VGG16."
    if importlib.util.find_spec("torchmetrics") is None:
        return "Not measured: torchmetrics of the extra [evaluate] is not installed."
    return ""


def sentence(pack: ModelPack) -> str:
    """What the report says of this figure."""
    return lacking(pack) or SENTENCE.format(least=FEWEST)


@torch.no_grad()
def features(paths: Sequence[Path], pack: ModelPack) -> Tensor:
    """(N, 512) of picture files."""
    network = pack.perceptual
    assert isinstance(network, MaskedLPIPS)
    found = []
    for path in paths:
        with Image.open(path) as image:
            picture = resize(as_tensor(np.array(image.convert("RGB")), pack), _SIDE)
        found.append(network.deepest(picture).mean((2, 3)).cpu())
    return torch.cat(found)


def distance(edited: Tensor, unedited: Tensor) -> float:
    """Of features (N, D) and (M, D); as many of both are taken as there are of the fewer."""
    from torchmetrics.image.kid import poly_mmd  # of the extra [evaluate]

    count = min(len(edited), len(unedited))
    return float(poly_mmd(unedited[:count].double(), edited[:count].double(), gamma=1.0))
