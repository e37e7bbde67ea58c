"""The document's dataclasses as plain records for a project's manifest, and back.

Arrays go to the writer and come from the reader by name. Reading checks everything, so that a damaged or
forged record is refused (KeyError, TypeError, ValueError) and never reaches the canvas.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np

from engine import REGIONS, AttributeEdit, EditRequest, EditResult, Face, FaceBox, Photo, RegionMasks

from . import project_checks as checks
from .document import MASK_SIZE, BlendMask, Edit, FaceState

Record = dict[str, Any]

_MODES = ("paper", "detail")  # engine.BLEND_MODES, without what importing it brings
_BLEND = ("include_skin", "no_skin")
_STRONGEST = 10.0
_MASKS = (len(REGIONS), MASK_SIZE, MASK_SIZE)


class Writer(Protocol):
    def put(self, array: np.ndarray) -> str: ...


class Reader(Protocol):
    def get(self, name: str) -> np.ndarray: ...


# --- photo and faces


def photo_record(photo: Photo) -> Record:
    """Everything but the pixels."""
    return {
        "path": str(photo.path) if photo.path else None,
        "mode": photo.mode,
        "format": photo.format,
        "icc_profile": _text(photo.icc_profile),
        "exif": _text(photo.exif),
        "info": {key: value for key, value in photo.info.items() if isinstance(value, str | int | float)},
    }


def photo_of(record: Record, pixels: np.ndarray, path: Path | None) -> Photo:
    mode, form = checks.text(record["mode"]), record.get("format")
    return Photo(
        checks.pixels(pixels, mode),
        mode,
        path,
        None if form is None else checks.text(form),
        _bytes(record.get("icc_profile")),
        _bytes(record.get("exif")),
        checks.details(record.get("info")),
    )


def box_record(box: FaceBox) -> Record:
    return {"box": list(box.box), "score": box.score, "landmarks": box.landmarks.tolist()}


def box_of(record: Record) -> FaceBox:
    x0, y0, x1, y1 = (checks.number(v) for v in record["box"])
    if not (x0 < x1 and y0 < y1):
        raise ValueError("not a box")
    return FaceBox((x0, y0, x1, y1), checks.number(record["score"]), checks.points(record["landmarks"], 5))


def face_record(face: Face, writer: Writer) -> Record:
    return {
        "crop": writer.put(face.crop),
        "quad": face.quad.tolist(),
        "box": None if face.box is None else box_record(face.box),
    }


def face_of(record: Record, reader: Reader) -> Face:
    crop = checks.square(reader.get(record["crop"]))
    if crop.shape[2:] != (3,) or crop.dtype != np.uint8:
        raise ValueError("not an aligned crop")
    quad = checks.corners(record["quad"])
    return Face(crop, quad, None if record["box"] is None else box_of(record["box"]))


def face_state_record(state: FaceState, writer: Writer) -> Record:
    return {
        "box": None if state.box is None else box_record(state.box),
        "crop": face_record(state.crop, writer),
        "parsed": writer.put(state.parsed.probabilities),
        "masks": writer.put(state.masks),
        "scores": {name: float(value) for name, value in state.scores.items()},
        "refined": state.refined,
    }


def face_state_of(record: Record, reader: Reader) -> FaceState:
    masks = reader.get(record["masks"])
    if masks.shape != _MASKS or masks.dtype != np.uint8:
        raise ValueError("not region masks")
    return FaceState(
        None if record["box"] is None else box_of(record["box"]),
        face_of(record["crop"], reader),
        _masks(record["parsed"], reader),
        masks.copy(),
        {name: checks.number(value, 0, 1) for name, value in checks.table(record["scores"]).items()},
        bool(record["refined"]),
    )


def _masks(name: str, reader: Reader) -> RegionMasks:
    return RegionMasks(checks.shares(reader.get(name), _MASKS))


# --- edits


def edit_record(edit: Edit, writer: Writer) -> Record:
    return {
        "id": edit.id,
        "title": edit.title,
        "face_index": edit.face_index,
        "face": face_record(edit.face, writer),
        "request": _request_record(edit.request, writer),
        "result": _result_record(edit.result, writer),
        "blend": None if edit.blend is None else writer.put(edit.blend.values),
        "mode": edit.mode,
        "strength": edit.strength,
        "opacity": edit.opacity,
        "enabled": edit.enabled,
        "drawn": None if edit.drawn is None else _drawn_record(edit.drawn, writer),
    }


def _drawn_record(drawn: EditResult, writer: Writer) -> Record:
    """What the result at another strength does not share with the result."""
    return {
        "strength": drawn.strength,
        "image": writer.put(drawn.image),
        "generated": writer.put(drawn.generated),
        "latent": writer.put(drawn.latent),
        "probabilities": _pairs(drawn.probabilities),
    }


def _drawn_of(record: Record, result: EditResult, reader: Reader) -> EditResult:
    image, generated = (checks.picture(reader.get(record[key])) for key in ("image", "generated"))
    if not (image.shape == generated.shape == result.generated.shape):
        raise ValueError("the picture at another strength does not fit")
    return replace(
        result,
        image=image,
        generated=generated,
        latent=checks.code(reader.get(record["latent"])),
        probabilities=_pairs_of(record["probabilities"]),
        strength=checks.number(record["strength"], 0, _STRONGEST),
    )


def _pairs(probabilities: Mapping[str, tuple[float, float]]) -> Record:
    return {name: [float(v) for v in pair] for name, pair in probabilities.items()}


def _pairs_of(record: Record) -> dict[str, tuple[float, float]]:
    return {
        name: (checks.number(a, 0, 1), checks.number(b, 0, 1))
        for name, (a, b) in checks.table(record).items()
    }


def edit_of(record: Record, reader: Reader) -> Edit:
    face = face_of(record["face"], reader)
    result = _result_of(record["result"], reader)
    blend = None if record["blend"] is None else BlendMask(reader.get(record["blend"]))
    if blend is not None and (
        blend.values.shape != result.blend_mask.shape or blend.values.dtype != np.uint8
    ):
        raise ValueError("the blend mask does not fit")
    return Edit(
        checks.text(record["title"]),
        checks.whole(record["face_index"]),
        face,
        _request_of(record["request"], face, reader),
        result,
        blend,
        checks.one_of(record["mode"], _MODES),
        checks.number(record["strength"], 0, _STRONGEST),
        checks.number(record["opacity"], 0, 1),
        bool(record["enabled"]),
        _drawn_of(record["drawn"], result, reader) if record.get("drawn") else None,  # since version 2
        checks.text(record["id"]),
    )


def _request_record(request: EditRequest, writer: Writer) -> Record:
    return {
        "masks": writer.put(request.masks.probabilities),
        "attributes": [
            {"name": a.name, "target": a.target, "probability": a.probability, "size": a.size}
            for a in request.attributes
        ],
        "preset": request.preset,
        "smoothing": request.smoothing,
        "blend": request.blend,
        "encoder_start": request.encoder_start,
        "force_global": request.force_global,
        "seed": request.seed,
        "config": dict(request.config),
        "settings": dict(request.settings),
        "initial_latent": None if request.initial_latent is None else writer.put(request.initial_latent),
    }


def _request_of(record: Record, face: Face, reader: Reader) -> EditRequest:
    latent, start = record["initial_latent"], record["encoder_start"]
    return EditRequest(
        face,
        _masks(record["masks"], reader),
        tuple(_attribute_of(attribute) for attribute in record["attributes"]),
        checks.text(record["preset"]),
        checks.number(record["smoothing"], 0, 1),
        cast(Any, checks.one_of(record["blend"], _BLEND)),
        None if start is None else bool(start),
        bool(record["force_global"]),
        checks.whole(record["seed"]),
        checks.table(record["config"]),
        checks.table(record["settings"]),
        None if latent is None else checks.code(reader.get(latent)),
    )


def _attribute_of(record: Record) -> AttributeEdit:
    probability = record["probability"]
    return AttributeEdit(
        checks.text(record["name"]),
        checks.number(record["target"]),
        None if probability is None else checks.number(probability, 0, 1),
        checks.number(record["size"]),
    )


def _result_record(result: EditResult, writer: Writer) -> Record:
    reconstruction, before = result.reconstruction, result.latent_before
    return {
        "image": writer.put(result.image),
        "generated": writer.put(result.generated),
        "source": writer.put(result.source),
        "blend_mask": writer.put(result.blend_mask),
        "reconstruction": None if reconstruction is None else writer.put(reconstruction),
        "latent": writer.put(result.latent),
        "latent_before": None if before is None else writer.put(before),
        "noise": [writer.put(noise) for noise in result.noise],
        "masks": {name: writer.put(mask) for name, mask in result.masks.items()},
        "losses": {stage: {k: float(v) for k, v in terms.items()} for stage, terms in result.losses.items()},
        "probabilities": _pairs(result.probabilities),
        "settings": dict(result.settings),
        "seed": result.seed,
        "cancelled": result.cancelled,
        "seconds": result.seconds,
        "steps_done": result.steps_done,
        "warnings": list(result.warnings),
    }


def _result_of(record: Record, reader: Reader) -> EditResult:
    image, generated, source = (
        checks.picture(reader.get(record[k])) for k in ("image", "generated", "source")
    )
    reconstruction, before = record["reconstruction"], record.get("latent_before")
    known = None if reconstruction is None else checks.picture(reader.get(reconstruction))
    side = len(image)
    if not (len(generated) == len(source) == side and (known is None or len(known) == side)):
        raise ValueError("the pictures of a result do not fit together")
    return EditResult(
        image=image,
        generated=generated,
        source=source,
        reconstruction=known,
        blend_mask=checks.shares(reader.get(record["blend_mask"]), (side, side)),
        latent=checks.code(reader.get(record["latent"])),
        noise=tuple(checks.floats(checks.square(reader.get(name))) for name in record["noise"]),
        masks={
            name: checks.shares(checks.square(reader.get(mask)))
            for name, mask in checks.table(record["masks"]).items()
        },
        losses={
            stage: {name: float(value) for name, value in checks.table(terms).items()}
            for stage, terms in checks.table(record["losses"]).items()
        },
        probabilities=_pairs_of(record["probabilities"]),
        settings=checks.table(record["settings"]),
        seed=checks.whole(record["seed"]),
        cancelled=bool(record["cancelled"]),
        seconds=checks.number(record["seconds"], 0, 1e9),
        steps_done=checks.whole(record["steps_done"]),
        warnings=tuple(checks.text(warning) for warning in record["warnings"]),
        latent_before=checks.code(reader.get(before)) if before else None,
    )


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
