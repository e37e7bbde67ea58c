"""Results that nobody optimised: pictures and masks of a test, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.types import EditResult, FloatArray


def bare_result(
    image: FloatArray, generated: FloatArray, source: FloatArray, blend_mask: FloatArray, **more: Any
) -> EditResult:
    """A result of these pictures; `more` are its masks, its reconstruction, its scores."""
    return EditResult(
        image=image,
        generated=generated,
        source=source,
        blend_mask=blend_mask,
        latent=np.zeros((2, 4), np.float32),
        noise=(),
        losses={},
        settings={},
        seed=0,
        cancelled=False,
        seconds=0.0,
        steps_done=0,
        **{"masks": {}, "probabilities": {}, **more},
    )
