"""What a pack's parser and classifier say of an aligned face: region masks and attribute probabilities."""

from __future__ import annotations

import torch

from ..imaging.tensor_filters import smoothstep
from ..imaging.tensors import picture, tensor
from ..models.parsers.base import HAT, TellsClasses
from ..packs.pack import ModelPack
from ..packs.spare import falls_back
from ..types import AnyImage, Face, RegionMasks

_CERTAIN = (0.5, 0.65)
"""Between which probabilities of the parser a hat comes to be one. Of two hats (CelebA-HQ 253, 519) 98 px of
100 have 0.6 and more, of hair that lies close to the head (photos/cc0_zoom) none has 0.5: an edit of hair
must not be lost to a doubt."""


@falls_back
@torch.no_grad()
def parse(face: Face, pack: ModelPack) -> RegionMasks:
    """The soft region masks of a face, computed from its crop at the generator's resolution.

    A parser that tells the nineteen classes apart says what lies before the face, too (`in_front`): a hat.
    """
    seen = picture(face.crop, pack.resolution, pack.device)
    if not isinstance(pack.parser, TellsClasses):
        return RegionMasks(pack.parser(seen)[0].float().cpu().numpy())
    classes = pack.parser.classes(seen)
    regions = pack.parser.regions(classes)
    hat = smoothstep(classes[0, HAT], *_CERTAIN)
    return RegionMasks(regions[0].float().cpu().numpy(), hat.float().cpu().numpy())


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
