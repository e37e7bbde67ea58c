"""What a pack's parser and classifier say of an aligned face: region masks and attribute probabilities."""

from __future__ import annotations

import torch

from ..imaging.tensors import picture, tensor
from ..packs.pack import ModelPack
from ..packs.spare import falls_back
from ..types import AnyImage, Face, RegionMasks


@falls_back
@torch.no_grad()
def parse(face: Face, pack: ModelPack) -> RegionMasks:
    """The soft region masks of a face, computed from its crop at the generator's resolution."""
    found = pack.parser(picture(face.crop, pack.resolution, pack.device))
    return RegionMasks(found[0].float().cpu().numpy())


@falls_back
@torch.no_grad()
def score(image: Face | AnyImage, pack: ModelPack) -> dict[str, float]:
    """The probability 0..1 of every attribute that the pack's classifier knows.

    A `Face` is seen at the generator's resolution, as a run sees it; an array (H, W, 3), uint8 or 0..1, as
    it is.
    """
    if isinstance(image, Face):
        seen = picture(image.crop, pack.resolution, pack.device)
    else:
        seen = tensor(image, pack.device)
    found = torch.sigmoid(pack.classifier(seen)[0].float()).cpu().tolist()
    return dict(zip(pack.attributes, found, strict=True))
