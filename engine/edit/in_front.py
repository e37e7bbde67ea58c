"""What lies before a face keeps its pixels: hats, hands, microphones, and the frames of spectacles.

A region ends where something lies before it: there is nothing to hold, to reshape or to show there, and what
the generator draws in its place is no part of the edit.
"""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import torch
from torch import Tensor

from ..models.parsers.base import GLASSES
from ..packs.pack import ModelPack
from ..types import FloatArray
from .seen_classes import classes_in

_PERHAPS = 0.05
"""Below which probability nothing lies before a pixel: a parser is never quite sure of anything, and a face
without any of it is edited as if it had not been asked."""

_BESIDE_EYES = {"eyebrows", "nose", "hair"}


@torch.no_grad()
def uncovered(
    given: FloatArray | None, edited: Set[str], everywhere: bool, source: Tensor, pack: ModelPack
) -> Tensor | None:
    """How much of each pixel of the face is uncovered, (1, 1, 512, 512) in 0..1; None where all of it is.

    `given` (512, 512) in 0..1 is what lies before the face (`RegionMasks.in_front`). Spectacles lie before
    all but the eyes, which are seen through them, and are a part of what an edit of the whole face changes;
    they are found in `source` (1, 3, R, R), 0..1, where the pack's parser knows them.
    """
    covers = source.new_zeros(1, 1, 512, 512)
    if given is not None:
        covers = torch.from_numpy(np.array(given, np.float32))[None, None].to(source.device)
    beside_eyes = not everywhere and "eyes" not in edited and bool(_BESIDE_EYES & edited)
    classes = classes_in(pack, source) if beside_eyes else None
    if classes is not None:
        covers = torch.maximum(covers, classes[:, [GLASSES]])
    covers = torch.where(covers < _PERHAPS, torch.zeros_like(covers), covers)
    return 1 - covers if bool(covers.any()) else None
