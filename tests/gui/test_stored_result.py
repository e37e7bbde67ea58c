"""What stays of a run in memory and in a project: enough to compose the same picture."""

from __future__ import annotations

import numpy as np

import engine
from engine import AttributeEdit, EditRequest
from engine.compositing.pipeline import recipe
from engine.compositing.recipe import laid_over
from engine.compositing.render import render
from engine.evaluate.report import whole_face
from maskfacegan_gui.document.stored_result import StoredResult


def test_an_edit_of_the_whole_face_is_composed_as_the_engine_composes_it() -> None:
    pack = engine.load_pack("starter", device="cpu")
    face = whole_face(engine.random_face(pack, 4))
    short = {"steps.latent": 3, "steps.hold_region": 1, "steps.noise": 0, "loss.start_steps.classf": 1}
    request = EditRequest(
        face, engine.parse(face, pack), (AttributeEdit("male", 0.0),), preset="fast", settings=short
    )
    *_, last = engine.run(request, pack)
    assert last.result is not None
    assert last.result.everywhere
    kept = StoredResult.of(last.result).whole()
    assert kept.everywhere
    own, again = (render(r.source, laid_over(recipe(r), 256)) for r in (last.result, kept))
    assert np.abs(own - last.result.source).max() > 0.1
    # Stored pictures are half as precise.
    assert np.abs(own - again).mean() < 0.5 / 255
