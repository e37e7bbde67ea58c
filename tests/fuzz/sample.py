"""A small project with one face, for the corpus and for the writers that are killed."""

from __future__ import annotations

import numpy as np

import engine
from maskfacegan_gui.document import FaceState
from maskfacegan_gui.project import State


def project_state(shade: int = 90) -> State:
    """A photo of 40 x 30 px in one shade, with a face whose masks are even."""
    pixels = np.full((30, 40, 3), shade, np.uint8)
    quad = np.array([[5, 5], [5, 25], [25, 25], [25, 5]], np.float64)
    box = engine.FaceBox((5.0, 5.0, 25.0, 25.0), 0.9, np.zeros((5, 2)))
    face = engine.Face(np.full((16, 16, 3), shade, np.uint8), quad, box)
    masks = engine.RegionMasks(np.full((9, 512, 512), 1 / 9, np.float32))
    state = FaceState.fresh(box, face, masks, {"smiling": 0.4})
    return State(engine.Photo(pixels, "RGB"), [box], [quad], {0: state}, 0)
