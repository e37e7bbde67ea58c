"""What a pack's parser tells of a picture beside the nine regions, asked once of each picture.

Whoever composes an edit asks of the same photo and the same render: where spectacles are, clothes, teeth.
Each answer takes the network half a second on two cores.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.utils.weak import WeakTensorKeyDictionary

from ..models.parsers.base import TellsClasses
from ..packs.pack import ModelPack

_told: WeakKeyDictionary[nn.Module, WeakTensorKeyDictionary] = WeakKeyDictionary()


@torch.no_grad()
def classes_in(pack: ModelPack, picture: Tensor) -> Tensor | None:
    """(1, 19, 512, 512), probabilities of CelebAMask-HQ's classes in a picture (1, 3, R, R), 0..1, which
    nobody changes in place; None where the pack's parser does not tell them. Kept for as long as the picture
    is."""
    parser = pack.parser
    if not isinstance(parser, TellsClasses):
        return None
    known = _told.setdefault(parser, WeakTensorKeyDictionary())
    if picture not in known:
        known[picture] = parser.classes(picture).float()
    found: Tensor = known[picture]
    return found
