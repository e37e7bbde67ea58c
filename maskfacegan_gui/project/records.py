"""The document's dataclasses as plain records for a project's manifest, and back.

Arrays go to the writer and come from the reader by name. Reading checks everything, so that a damaged or
forged record is refused (KeyError, TypeError, ValueError) and never reaches the canvas.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine import REGIONS, AttributeEdit, EditResult, Face, FaceBox, Photo, RegionMasks

from ..document.edit import BlendMask, Edit
from ..document.face_state import MASK_SIZE, PARSED_STEPS, FaceState, from_steps
from ..document.stored_result import CODES, MASKS, PICTURES, TUNED, StoredRequest, StoredResult, placed
from . import validation as checks

Record = dict[str, Any]

_MODES = ("paper", "detail")  # engine.BLEND_MODES, without what importing it brings
_BLEND = ("include_skin", "no_skin")
_STRONGEST = 10.0
_MASKS = (len(REGIONS), MASK_SIZE, MASK_SIZE)
_NOTHING = np.zeros((0, 0, 3), np.float32)


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
        "parsed": writer.put(_in_steps(state.parsed.probabilities)),
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
        _parsed(record["parsed"], reader),
        masks.copy(),
        {name: checks.number(value, 0, 1) for name, value in checks.table(record["scores"]).items()},
        bool(record["refined"]),
    )


def _in_steps(probabilities: np.ndarray) -> np.ndarray:
    """What the parser said as uint16 steps, which compress well; as it is where that would change it."""
    steps = np.rint(np.clip(probabilities, 0, 1) * np.float32(PARSED_STEPS)).astype(np.uint16)
    return steps if np.array_equal(from_steps(steps), probabilities) else probabilities


def _parsed(name: str, reader: Reader) -> RegionMasks:
    found = reader.get(name)
    if found.dtype == np.uint16:  # before version 3 as float32
        found = from_steps(found)
    return RegionMasks(checks.shares(found, _MASKS))


# --- edits


def edit_record(edit: Edit, writer: Writer) -> Record:
    return {
        "id": edit.id,
        "title": edit.title,
        "face_index": edit.face_index,
        "face": _place_record(edit.face),
        "request": _request_record(edit.request, writer),
        "result": _result_record(edit.kept, writer),
        "blend": None if edit.blend is None else writer.put(edit.blend.values),
        "mode": edit.mode,
        "strength": edit.strength,
        "opacity": edit.opacity,
        "enabled": edit.enabled,
        "drawn": None if edit.drawn is None else _drawn_record(edit.drawn, writer),
    }


def _place_record(face: Face) -> Record:
    return {"quad": face.quad.tolist(), "box": None if face.box is None else box_record(face.box)}


def _place_of(record: Record) -> Face:
    """Where an edit's face lies; before version 3 its crop is there as well, which nothing needs."""
    quad = checks.corners(record["quad"])
    box = None if record["box"] is None else box_of(record["box"])
    return placed(Face(_NOTHING, quad, box))


def _drawn_record(drawn: StoredResult, writer: Writer) -> Record:
    """What the result at another strength does not share with the result."""
    return {
        "strength": drawn.frame.strength,
        **{name: writer.put(drawn.arrays[name]) for name in ("image", "generated", "latent")},
        "probabilities": _pairs(drawn.frame.probabilities),
    }


def _drawn_of(record: Record, kept: StoredResult, reader: Reader) -> StoredResult:
    own = {name: checks.picture(reader.get(record[name])) for name in ("image", "generated")}
    if any(len(picture) != kept.resolution for picture in own.values()):
        raise ValueError("the picture at another strength does not fit")
    own["latent"] = checks.code(reader.get(record["latent"]))
    frame = replace(
        kept.frame,
        probabilities=_pairs_of(record["probabilities"]),
        strength=checks.number(record["strength"], 0, _STRONGEST),
    )
    return StoredResult(frame, {**kept.arrays, **own})


def _pairs(probabilities: Mapping[str, tuple[float, float]]) -> Record:
    return {name: [float(v) for v in pair] for name, pair in probabilities.items()}


def _pairs_of(record: Record) -> dict[str, tuple[float, float]]:
    return {
        name: (checks.number(a, 0, 1), checks.number(b, 0, 1))
        for name, (a, b) in checks.table(record).items()
    }


def edit_of(record: Record, reader: Reader) -> Edit:
    kept = _result_of(record["result"], reader)
    blend = None if record["blend"] is None else BlendMask(reader.get(record["blend"]))
    side = kept.resolution
    if blend is not None and (blend.values.shape != (side, side) or blend.values.dtype != np.uint8):
        raise ValueError("the blend mask does not fit")
    return Edit(
        checks.text(record["title"]),
        checks.whole(record["face_index"]),
        _place_of(record["face"]),
        _request_of(record["request"], reader),
        kept,
        blend,
        checks.one_of(record["mode"], _MODES),
        checks.number(record["strength"], 0, _STRONGEST),
        checks.number(record["opacity"], 0, 1),
        bool(record["enabled"]),
        _drawn_of(record["drawn"], kept, reader) if record.get("drawn") else None,  # since version 2
        checks.text(record["id"]),
    )


def _request_record(request: StoredRequest, writer: Writer) -> Record:
    return {
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
        "tuned": _weights_record(request.tuned or {}, writer),
    }


def _request_of(record: Record, reader: Reader) -> StoredRequest:
    latent, start = record["initial_latent"], record["encoder_start"]
    return StoredRequest(
        tuple(_attribute_of(attribute) for attribute in record["attributes"]),
        checks.text(record["preset"]),
        checks.number(record["smoothing"], 0, 1),
        checks.one_of(record["blend"], _BLEND),
        None if start is None else bool(start),
        bool(record["force_global"]),
        checks.whole(record["seed"]),
        checks.table(record["config"]),
        checks.table(record["settings"]),
        None if latent is None else checks.code(reader.get(latent)),
        _weights_of(record, reader) or None,
    )


def _attribute_of(record: Record) -> AttributeEdit:
    probability = record["probability"]
    return AttributeEdit(
        checks.text(record["name"]),
        checks.number(record["target"]),
        None if probability is None else checks.number(probability, 0, 1),
        checks.number(record["size"]),
    )


def _weights_record(tuned: Mapping[str, np.ndarray], writer: Writer) -> Record:
    return {name: writer.put(weight) for name, weight in tuned.items()}


def _weights_of(record: Record, reader: Reader) -> dict[str, np.ndarray]:
    """The weights that were fitted to a face, as far as there are any: versions before 4 have none."""
    tuned = checks.table(record.get("tuned", {}))
    return {name: checks.weight(reader.get(stored)) for name, stored in tuned.items()}


def _result_record(kept: StoredResult, writer: Writer) -> Record:
    arrays, frame = kept.arrays, kept.frame
    noise = [name for name in arrays if name.startswith("noise.")]
    tuned = {name.removeprefix(TUNED): a for name, a in arrays.items() if name.startswith(TUNED)}
    return {
        **{name: writer.put(arrays[name]) if name in arrays else None for name in (*PICTURES, *CODES)},
        "noise": [writer.put(arrays[f"noise.{i}"]) for i in range(len(noise))],
        "masks": {name: writer.put(arrays[name]) for name in MASKS if name in arrays},
        "tuned": _weights_record(tuned, writer),
        "losses": {stage: {k: float(v) for k, v in terms.items()} for stage, terms in frame.losses.items()},
        "probabilities": _pairs(frame.probabilities),
        "settings": dict(frame.settings),
        "seed": frame.seed,
        "cancelled": frame.cancelled,
        "seconds": frame.seconds,
        "steps_done": frame.steps_done,
        "warnings": list(frame.warnings),
        "enlarged": frame.enlarged,
        "everywhere": frame.everywhere,
        "recognised": frame.recognised,
        "recolours": frame.recolours,
        "pack": frame.pack,
    }


def _result_of(record: Record, reader: Reader) -> StoredResult:
    """What is kept of a result. Before version 3 all is float32, and there are masks that nothing needs."""
    arrays = _pictures_of(record, reader)
    arrays["latent"] = checks.code(reader.get(record["latent"]))
    if record.get("latent_before"):
        arrays["latent_before"] = checks.code(reader.get(record["latent_before"]))
    for place, name in enumerate(record["noise"]):
        arrays[f"noise.{place}"] = checks.floats(checks.square(reader.get(name)))
    arrays |= {TUNED + name: weight for name, weight in _weights_of(record, reader).items()}
    frame = EditResult(
        **dict.fromkeys(("image", "generated", "source", "blend_mask", "latent"), _NOTHING),
        noise=(),
        masks={},
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
        enlarged=checks.number(record.get("enlarged", 1.0), 0, checks.FARTHEST),
        everywhere=bool(record.get("everywhere", False)),
        recognised=checks.number(record.get("recognised", 1.0), 0, 1),
        recolours=bool(record.get("recolours", False)),
        pack=checks.text(record.get("pack", "")),
    )
    return StoredResult(frame, arrays)


def _pictures_of(record: Record, reader: Reader) -> dict[str, np.ndarray]:
    """The pictures, the blend mask and what composing needs of the other masks, as far as there are any."""
    names = ["image", "generated", "source", *(["reconstruction"] if record["reconstruction"] else [])]
    arrays = {name: checks.picture(reader.get(record[name])) for name in names}
    side = len(arrays["generated"])
    if any(len(picture) != side for picture in arrays.values()):
        raise ValueError("the pictures of a result do not fit together")
    arrays["blend_mask"] = checks.shares(reader.get(record["blend_mask"]), (side, side))
    masks = checks.table(record["masks"])
    stored = {name: masks[name] for name in MASKS if masks.get(name) is not None}
    return arrays | {name: checks.shares(checks.square(reader.get(mask))) for name, mask in stored.items()}


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
