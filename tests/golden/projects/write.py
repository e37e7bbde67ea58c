"""Writes a project with the code of the checkout it runs in: `python write.py FACE.webp FOLDER`.

It goes back to the first version of projects, whose classes had other fields. The file is named after the
version, and what it holds stands beside it as JSON: as it was given to the writer, not as it was read back.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import engine
from maskfacegan_gui import document, project

SIDE = 48  # px of the aligned crop and of the generator; all values are multiples of 1/256, exact in 16 bits
PHOTO = "portrait.png"


def main(face_file: Path, folder: Path) -> None:
    os.chdir(folder)  # so that the photo's path is its name
    face = Image.open(face_file).convert("RGB")
    version = project.VERSION
    state, expected = _state(face, version, as_file=version % 2 == 1)
    project.write(Path(f"version-{version}.mfg"), state)
    Path(PHOTO).unlink(missing_ok=True)  # it is in the project
    Path(f"version-{version}.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


def digest(array: np.ndarray) -> str:
    plain = np.ascontiguousarray(array)
    return hashlib.sha256(f"{plain.dtype.str}{plain.shape}".encode() + plain.tobytes()).hexdigest()[:16]


def _state(face: Image.Image, version: int, as_file: bool) -> tuple[project.State, dict[str, Any]]:
    canvas = Image.new("RGB", (90, 70), (120, 118, 110))
    canvas.paste(face.resize((SIDE, SIDE), Image.Resampling.BOX), (20, 12))
    photo = engine.Photo(np.asarray(canvas), "RGB")
    if as_file:
        canvas.save(PHOTO)
        photo = engine.open_photo(PHOTO)
    quad = np.array([[20, 12], [20, 60], [68, 60], [68, 12]], np.float64)
    aside = quad + np.array((30, 0))
    points = np.array([[35.5, 35], [52, 35.25], [44, 43], [37, 49], [51, 49.5]])
    box = engine.FaceBox((26.0, 20.0, 62.0, 57.0), 0.96875, points)
    other = engine.FaceBox((70.0, 20.0, 88.0, 40.0), 0.5, points / 2 + (60, 10))
    crop = engine.Face(np.array(photo.pixels[12:60, 20:68]), quad, box)
    steps = np.random.default_rng(1).integers(0, 455, (9, 16, 16))
    parsed = np.kron(steps, np.ones((32, 32))).astype(np.float32) / np.float32(4095)
    masks = engine.RegionMasks(parsed)
    scores = {"smiling": 0.375, "male": 0.125}
    known = document.FaceState.fresh(box, crop, masks, scores)
    known.masks = known.masks.copy()
    known.masks[1, 300:400, 200:300] = 255
    known.refined = True
    edits = [_edit(crop, masks, version, number) for number in range(3)]
    state = project.State(photo, [box, other], [quad, aside], {0: known}, 0, edits[:2], edits[2])
    return state, {
        "version": version,
        "photo": digest(photo.pixels),
        "path": PHOTO if as_file else None,
        "boxes": [[*b.box, b.score] for b in state.boxes],
        "landmarks": [b.landmarks.tolist() for b in state.boxes],
        "quads": [q.tolist() for q in state.quads],
        "chosen": 0,
        "face": {
            "crop": digest(crop.crop),
            "parsed": digest(parsed),
            "masks": digest(known.masks[: len(engine.REGIONS)]),
            "scores": scores,
            "refined": True,
        },
        "edits": [_expected(edit) for edit in edits[:2]],
        "pending": _expected(edits[2]),
    }


def _result(crop: engine.Face, version: int, number: int) -> engine.EditResult:
    source = crop.crop.astype(np.float32) / 256
    y, x = (np.indices((SIDE, SIDE)) + 0.5) / SIDE
    mouth = np.hypot((x - 0.5) / 0.2, (y - 0.75) / 0.1) < 1
    hair = y < 0.3
    region = np.where(mouth if number != 1 else hair, 255 / 256, 0).astype(np.float32)
    blend = np.where(np.hypot(x - 0.5, y - 0.6) < 0.4, 0.9375, 0.0).astype(np.float32)
    random = np.random.default_rng(number)
    shift = np.zeros((SIDE, SIDE, 3), np.float32)
    shift[region > 0] = (40 / 256, -24 / 256, 8 / 256)
    generated = np.clip(source + shift, 0, 1)
    latent = (random.integers(-512, 512, (8, 32)) / 256).astype(np.float32)
    noise = tuple((random.integers(-256, 256, (s, s)) / 128).astype(np.float32) for s in (4, 8))
    more: dict[str, Any] = {}
    if version >= 2:
        more["latent_before"] = latent + np.float32(0.5)
    if version >= 4:
        tuned = {"convs.4.conv.weight": np.full((1, 2, 2, 3, 3), 0.3125, np.float16)}
        more |= {"tuned": tuned, "enlarged": 2.5, "recognised": 0.75, "recolours": number == 2}
        more["everywhere"] = number == 1
    masks = {"dynamic": region, "recon": blend, "blend": blend}
    if version >= 4 and number == 1:
        masks["hair"] = np.where(hair, 1, 0).astype(np.float32)
    return engine.EditResult(
        image=np.where(blend[..., None] > 0, generated, source),
        generated=generated,
        source=source,
        blend_mask=blend,
        latent=latent,
        noise=noise,
        masks=masks,
        losses={"latent": {"recon": 0.125, "classf": 0.25}, "noise": {"recon": 0.0625}},
        probabilities={"smiling": (0.25, 0.875), "male": (0.5, 0.5)},
        settings={"steps.latent": 3, "dynamic_masking": True, "optimizer.lr_latent": 0.005},
        seed=number + 3,
        cancelled=number == 2,
        seconds=1.5,
        steps_done=3 + number,
        reconstruction=source,
        warnings=("A sentence.",) if number == 0 else (),
        **more,
    )


def _edit(crop: engine.Face, masks: engine.RegionMasks, version: int, number: int) -> document.Edit:
    attributes = (
        (engine.AttributeEdit("smiling", 1.0, 0.75),),
        (engine.AttributeEdit("blond_hair", 1.0, None, 1.25), engine.AttributeEdit("male", 0.0)),
        (engine.AttributeEdit("wearing_lipstick"),),
    )[number]
    result = _result(crop, version, number)
    asked: dict[str, Any] = {"smoothing": 0.125, "seed": number + 3, "settings": {"steps.latent": 3}}
    asked["blend"] = ("include_skin", "no_skin", "include_skin")[number]
    asked["initial_latent"] = None if number == 1 else result.latent
    asked["encoder_start"] = (None, True, False)[number]
    request = engine.EditRequest(crop, masks, attributes, ("quick", "fast", "paper")[number], **asked)
    refined = document.BlendMask(np.rint(result.blend_mask * 200).astype(np.uint8)) if number == 0 else None
    # A project of the first version has no pictures at other strengths.
    drawn = None
    if version >= 2 and number == 0:
        between = (result.source + result.generated) / 2
        drawn = dataclasses.replace(result, generated=between, image=between, strength=0.5)
    words = {"title": ("Smiling", "Blond hair, male", "Ein „Lippenstift“")[number], "face_index": 0}
    shown = {
        "blend": refined,
        "mode": ("detail", "paper", "detail")[number],
        "strength": (0.5, 1.0, 1.0)[number],
        "opacity": (0.75, 1.0, 1.0)[number],
        "enabled": number != 1,
        "id": f"edit-{number}",
    }
    if version < 3:
        more = {} if version == 1 else {"drawn": drawn}
        return document.Edit(face=crop, request=request, result=result, **words, **shown, **more)
    from maskfacegan_gui import kept

    small = kept.Kept.of(result)
    stronger = None if drawn is None else small.at(drawn)
    face, wish = kept.placed(crop), kept.Asked.of(request)
    return document.Edit(face=face, request=wish, kept=small, drawn=stronger, **words, **shown)


def _expected(edit: document.Edit) -> dict[str, Any]:
    result, request, drawn = edit.result, edit.request, getattr(edit, "drawn", None)
    if drawn is not None and hasattr(drawn, "whole"):
        drawn = drawn.whole()
    names = ["image", "generated", "source", "blend_mask", "latent", "reconstruction"]
    names += ["latent_before"] if getattr(result, "latent_before", None) is not None else []
    tuned = getattr(result, "tuned", None) or {}
    return {
        **{name: getattr(edit, name) for name in ("id", "title", "face_index", "mode", "strength")},
        "opacity": edit.opacity,
        "enabled": edit.enabled,
        "quad": edit.face.quad.tolist(),
        "refined": None if edit.blend is None else digest(edit.blend.values),
        "request": {
            "attributes": [[a.name, a.target, a.probability, a.size] for a in request.attributes],
            **{name: getattr(request, name) for name in ("preset", "smoothing", "blend", "encoder_start")},
            "seed": request.seed,
            "settings": dict(request.settings),
            "initial_latent": None if request.initial_latent is None else digest(request.initial_latent),
        },
        "result": {
            "arrays": {name: digest(getattr(result, name)) for name in names},
            "noise": [digest(noise) for noise in result.noise],
            "masks": {name: digest(m) for name, m in result.masks.items() if name in ("dynamic", "hair")},
            "tuned": {name: digest(weight) for name, weight in tuned.items()},
            "losses": dict(result.losses),
            "probabilities": {name: list(pair) for name, pair in result.probabilities.items()},
            **{name: getattr(result, name) for name in ("seed", "cancelled", "seconds", "steps_done")},
            "warnings": list(result.warnings),
            "enlarged": getattr(result, "enlarged", 1.0),
            "everywhere": getattr(result, "everywhere", False),
            "recognised": getattr(result, "recognised", 1.0),
            "recolours": getattr(result, "recolours", False),
        },
        "drawn": None if drawn is None else [drawn.strength, digest(drawn.generated), digest(drawn.image)],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
