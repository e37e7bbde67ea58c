"""The probability that is told is that of the picture that is shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import engine
from engine.compositing.pipeline import compose
from engine.packs.pack import ModelPack

from .results import bare_result

SIDE = 64


@pytest.fixture(scope="module")
def result() -> engine.EditResult:
    """A square that turns light in the generator's picture of a gradient, half of it beyond the mask."""
    ramp = np.linspace(0.2, 0.6, SIDE, dtype=np.float32)
    source = np.repeat(np.repeat(ramp[None, :, None], SIDE, 0), 3, 2)
    generated = source.copy()
    generated[20:44, 20:44] += 0.3
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[16:48, 16:32] = 1
    image = mask[..., None] * generated + (1 - mask[..., None]) * source
    return bare_result(
        image, generated, source, mask, reconstruction=source, probabilities={"smiling": (0.1, 0.2)}
    )


def test_the_composed_picture_is_what_is_scored(result: engine.EditResult, narrow_pack: ModelPack) -> None:
    told = engine.scored(result, narrow_pack)
    shown = compose(result.source, result.source, result.reconstruction, result.generated, result.blend_mask)
    batch = torch.from_numpy(np.ascontiguousarray(shown)).permute(2, 0, 1)[None]
    with torch.no_grad():
        logits = narrow_pack.classifier(batch)[0]
    wanted = float(logits[narrow_pack.attributes.index("smiling")].sigmoid())
    assert told.probabilities["smiling"] == (0.1, pytest.approx(wanted, abs=1e-4))
    assert told.image is result.image and not np.array_equal(shown, result.image)


def test_the_published_blend_mode_is_what_a_run_measures(
    result: engine.EditResult, narrow_pack: ModelPack
) -> None:
    assert engine.scored(result, narrow_pack, "paper") is result
