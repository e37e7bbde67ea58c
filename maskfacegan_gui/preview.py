"""Where a running edit may change the photo, so that its preview covers no more than that."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

import engine
from engine import REGIONS, EditRequest

GROWTH = 25  # px of the 512 grid; an edited region may grow by about this much while it is optimised


def cover(request: EditRequest, size: int) -> np.ndarray:
    """Opacity of the preview (size, size) uint8: the edited regions, grown a little and softened."""
    masks = request.masks.probabilities
    names = [edit.name for edit in request.attributes]
    if request.force_global or any(engine.is_global(name) for name in names):
        area = 1 - masks[0]
    else:
        regions = {engine.attribute_group(name) for name in names} | {"ears"}
        if request.blend == "include_skin":
            regions.add("skin")
        area = sum(masks[REGIONS.index(region)] for region in regions)
    image = Image.fromarray(np.rint(np.clip(area, 0, 1) * 255).astype(np.uint8))
    small = image.resize((128, 128), Image.Resampling.BOX)
    grown = small.filter(ImageFilter.MaxFilter(2 * (GROWTH // 8) + 1)).filter(ImageFilter.GaussianBlur(2))
    return np.asarray(grown.resize((size, size), Image.Resampling.BILINEAR))
