"""A small project with one face and one edit, for the corpus and for the writers that are killed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import engine
from maskfacegan_gui.document.edit import BlendMask, Edit
from maskfacegan_gui.document.face_state import FaceState
from maskfacegan_gui.document.snapshot import Snapshot
from maskfacegan_gui.document.stored_result import StoredRequest, StoredResult, placed

_SIDE = 16  # px of the aligned crop and of the generator


def project_state(shade: int = 90) -> Snapshot:
    """A photo of 40 x 30 px in one shade, with a face whose masks are even. One edit is committed, with a
    mask refined by hand and a picture at another strength; another waits."""
    pixels = np.full((30, 40, 3), shade, np.uint8)
    quad = np.array([[5, 5], [5, 25], [25, 25], [25, 5]], np.float64)
    box = engine.FaceBox((5.0, 5.0, 25.0, 25.0), 0.9, np.zeros((5, 2)))
    face = engine.Face(np.full((_SIDE, _SIDE, 3), shade, np.uint8), quad, box)
    masks = engine.RegionMasks(np.full((9, 512, 512), 1 / 9, np.float32))
    state = FaceState.fresh(box, face, masks, {"smiling": 0.4})
    edit = _edit(face, masks)
    pending = replace(edit, id="waits", title="Waits", blend=None, drawn=None, strength=1.0)
    return Snapshot(engine.Photo(pixels, "RGB"), [box], [quad], {0: state}, 0, [edit], pending)


def _edit(face: engine.Face, masks: engine.RegionMasks) -> Edit:
    source = face.crop.astype(np.float32) / 255
    blend = np.zeros((_SIDE, _SIDE), np.float32)
    blend[4:12, 4:12] = 0.8
    latent = np.zeros((8, 32), np.float32)
    tuned = {"convs.4.conv.weight": np.full((1, 2, 2, 3, 3), 0.3, np.float16)}
    result = engine.EditResult(
        image=np.minimum(source + 0.2 * blend[..., None], 1),
        generated=np.minimum(source + 0.2, 1),
        source=source,
        blend_mask=blend,
        reconstruction=source,
        latent=latent,
        latent_before=latent + 1,
        noise=(np.zeros((4, 4), np.float32), np.zeros((8, 8), np.float32)),
        masks={"dynamic": blend},
        losses={"latent": {"recon": 0.1, "classf": 0.2}, "noise": {"recon": 0.05}},
        probabilities={"smiling": (0.2, 0.9)},
        settings={"steps.latent": 3, "noise.enabled": True},
        seed=3,
        cancelled=False,
        seconds=1.5,
        steps_done=3,
        warnings=("A sentence.",),
        tuned=tuned,
        enlarged=2.5,
        recognised=0.75,
        recolours=True,
        pack="portrait",
    )
    attribute = engine.AttributeEdit("smiling", 1.0, 0.9)
    request = engine.EditRequest(
        face,
        masks,
        (attribute,),
        "quick",
        seed=3,
        settings={"steps.latent": 3},
        initial_latent=latent,
        tuned=tuned,
    )
    drawn = replace(result, generated=result.generated * 0.9, strength=0.5)
    refined, kept = BlendMask(np.rint(blend * 200).astype(np.uint8)), StoredResult.of(result)
    return Edit(
        "Smiling",
        0,
        placed(face),
        StoredRequest.of(request),
        kept,
        refined,
        strength=0.5,
        opacity=0.8,
        drawn=kept.at(drawn),
        id="first",
    )
