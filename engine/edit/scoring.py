"""What the classifier says of an edit as a person sees it, in the blend mode that was chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ..compositing.pipeline import BlendMode, recipe
from ..compositing.recipe import laid_over
from ..compositing.render import render
from ..packs.pack import ModelPack
from ..packs.spare import falls_back
from ..types import EditResult


@falls_back
@torch.no_grad()
def scored(
    result: EditResult, pack: ModelPack, mode: BlendMode = "detail", in_colour: bool = False
) -> EditResult:
    """The result with the probabilities after the edit measured on the picture as it is composed in `mode`.

    A run measures them on the published composite (`result.image`), which mode "paper" shows. The photo's own
    pixels in the default mode can be less of what was asked for. `in_colour`: as if a photo of one tone had
    taken the colours of its edit, which is what the run was after.
    """
    if mode == "paper":
        return result
    plan = recipe(result, mode=mode)
    plan = replace(plan, tone=None) if in_colour else plan
    picture = np.clip(render(result.source, laid_over(plan, len(result.source))), 0, 1)
    batch = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]
    after = dict(
        zip(pack.attributes, pack.classifier(batch.to(pack.device)).sigmoid()[0].tolist(), strict=True)
    )
    return replace(
        result, probabilities={name: (pair[0], after[name]) for name, pair in result.probabilities.items()}
    )
