"""The document's dataclasses as plain records for a project's manifest, and back.

Fields of plain values are written and read by their types (`engine.to_record`): one that is added to a
dataclass with a default is kept in projects from then on, and older projects open with the default. Arrays go
to the writer and come from the reader by name. Reading checks everything, so that a damaged or forged record
is refused (KeyError, TypeError, ValueError) and never reaches the canvas.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from engine import (
    REGIONS,
    EditResult,
    Face,
    FaceBox,
    FloatArray,
    Orientation,
    Photo,
    RegionMasks,
    from_record,
    to_record,
)

from ..document.edit import BlendMask, Edit
from ..document.face_state import IN_FRONT, MASK_SIZE, PARSED_STEPS, FaceState, from_steps, to_bytes
from ..document.stored_result import (
    CODES,
    MASKS,
    NEEDED,
    PICTURES,
    TUNED,
    StoredRequest,
    StoredResult,
    placed,
)
from . import validation as checks

Record = dict[str, Any]

_MASKS = (len(REGIONS), MASK_SIZE, MASK_SIZE)
_NOTHING = np.zeros((0, 0, 3), np.float32)
_NO_CROP = np.zeros((0, 0, 3), np.uint8)

# The fields of each dataclass that are no plain values, or that are kept in another way.
_FACE_ARRAYS = ("box", "crop", "parsed", "masks")
_EDIT_PARTS = ("face", "request", "stored", "blend", "drawn")
_REQUEST_ARRAYS = ("initial_latent", "tuned")
_RESULT_ARRAYS = (*PICTURES, *CODES, "noise", "masks", "tuned", "strength")
_DRAWN = ("probabilities", "strength")  # what a result at another strength has of its own

# What all versions wrote: a record without it is damaged, whatever its field's default.
_ALWAYS_ATTRIBUTE = ("name", "target", "probability", "size")
_ALWAYS_EDIT = ("id", "mode", "strength", "opacity", "enabled")
_ALWAYS_REQUEST = frozenset(
    {"preset", "smoothing", "blend", "encoder_start", "force_global", "seed", "config", "settings"}
)
_ALWAYS_RESULT = ("warnings",)


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
        "metadata": {
            key: _kept(value) for key, value in photo.info.items() if not isinstance(value, str | int | float)
        },
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
        checks.details(record.get("info")) | checks.metadata(record.get("metadata"), base64.b64decode),
    )


def orientation_of(record: Record) -> Orientation:
    return Orientation(**from_record(Orientation, checks.table(record)))


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
        "masks": writer.put(state.masks[: len(REGIONS)]),
        **_front_record(state, writer),
        **to_record(state, _FACE_ARRAYS),
    }


def face_state_of(record: Record, reader: Reader) -> FaceState:
    record = _whole(record, ("refined",))
    masks = reader.get(record["masks"])
    if masks.shape != _MASKS or masks.dtype != np.uint8:
        raise ValueError("not region masks")
    parsed, front = _parsed(record, reader), _front(record, IN_FRONT, reader)
    return FaceState(
        None if record["box"] is None else box_of(record["box"]),
        face_of(record["crop"], reader),
        parsed,
        np.concatenate([masks, to_bytes(front)[None]]),
        **from_record(FaceState, record, _FACE_ARRAYS),
    )


def _whole(record: Record, always: Collection[str]) -> Record:
    """The record with texts that can be shown; KeyError when it lacks what is always there."""
    found = checks.table(record)
    lacking = [name for name in always if name not in found]
    if lacking:
        raise KeyError(lacking[0])
    return {name: checks.shown(entry) for name, entry in found.items()}


def _in_steps(probabilities: np.ndarray) -> np.ndarray:
    """What the parser said as uint16 steps, which compress well; as it is where that would change it."""
    steps = np.rint(np.clip(probabilities, 0, 1) * np.float32(PARSED_STEPS)).astype(np.uint16)
    return steps if np.array_equal(from_steps(steps), probabilities) else probabilities


def _parsed(record: Record, reader: Reader) -> RegionMasks:
    found = reader.get(record["parsed"])
    if found.dtype == np.uint16:  # before version 3 as float32
        found = from_steps(found)
    front = _front(record, "parsed_in_front", reader)
    return RegionMasks(checks.shares(found, _MASKS), front if front.any() else None)


def _front_record(state: FaceState, writer: Writer) -> Record:
    """What lies before the face, as painted and as parsed, where anything does."""
    record: Record = {}
    if state.masks[-1].any():
        record[IN_FRONT] = writer.put(state.masks[-1].astype(np.float32) / np.float32(255))
    if state.parsed.in_front is not None:
        record["parsed_in_front"] = writer.put(state.parsed.in_front)
    return record


def _front(record: Record, name: str, reader: Reader) -> FloatArray:
    """What lies before the face, (512, 512) in 0..1; nothing in projects that do not say."""
    if record.get(name) is None:
        return np.zeros(_MASKS[1:], np.float32)
    return checks.shares(reader.get(record[name]), _MASKS[1:])


# --- edits


def edit_record(edit: Edit, writer: Writer) -> Record:
    return {
        **to_record(edit, _EDIT_PARTS),
        "face": _place_record(edit.face),
        "request": _request_record(edit.request, writer),
        "result": _result_record(edit.stored, writer),
        "blend": None if edit.blend is None else writer.put(edit.blend.values),
        "drawn": None if edit.drawn is None else _drawn_record(edit.drawn, writer),
    }


def _place_record(face: Face) -> Record:
    return {"quad": face.quad.tolist(), "box": None if face.box is None else box_record(face.box)}


def _place_of(record: Record) -> Face:
    """Where an edit's face lies; before version 3 its crop is there as well, which nothing needs."""
    quad = checks.corners(record["quad"])
    box = None if record["box"] is None else box_of(record["box"])
    return placed(Face(_NO_CROP, quad, box))


def _drawn_record(drawn: StoredResult, writer: Writer) -> Record:
    """What the result at another strength does not share with the result."""
    return {
        **to_record(drawn.frame, only=_DRAWN),
        **{name: writer.put(drawn.arrays[name]) for name in ("image", "generated", "latent")},
    }


def _drawn_of(record: Record, result: StoredResult, reader: Reader) -> StoredResult:
    own = {name: checks.picture(reader.get(record[name])) for name in ("image", "generated")}
    if any(len(picture) != result.resolution for picture in own.values()):
        raise ValueError("the picture at another strength does not fit")
    own["latent"] = checks.code(reader.get(record["latent"]))
    values = from_record(EditResult, _whole(record, _DRAWN), only=_DRAWN)
    return StoredResult(replace(result.frame, **values), {**result.arrays, **own})


def edit_of(record: Record, reader: Reader) -> Edit:
    record = _whole(record, _ALWAYS_EDIT)
    result = _result_of(record["result"], reader)
    blend = None if record["blend"] is None else BlendMask(reader.get(record["blend"]))
    side = result.resolution
    if blend is not None and (blend.values.shape != (side, side) or blend.values.dtype != np.uint8):
        raise ValueError("the blend mask does not fit")
    return Edit(
        face=_place_of(record["face"]),
        request=_request_of(record["request"], reader),
        stored=result,
        blend=blend,
        drawn=_drawn_of(record["drawn"], result, reader) if record.get("drawn") else None,  # since version 2
        **from_record(Edit, record, _EDIT_PARTS),
    )


def _request_record(request: StoredRequest, writer: Writer) -> Record:
    return {
        **to_record(request, _REQUEST_ARRAYS),
        "initial_latent": None if request.initial_latent is None else writer.put(request.initial_latent),
        "tuned": _weights_record(request.tuned or {}, writer),
    }


def _request_of(record: Record, reader: Reader) -> StoredRequest:
    record = _whole(record, _ALWAYS_REQUEST)
    for attribute in record["attributes"]:
        _whole(attribute, _ALWAYS_ATTRIBUTE)
    latent = record["initial_latent"]
    return StoredRequest(
        initial_latent=None if latent is None else checks.code(reader.get(latent)),
        tuned=_weights_of(record, reader) or None,
        **from_record(StoredRequest, record, _REQUEST_ARRAYS),
    )


def _weights_record(tuned: Mapping[str, np.ndarray], writer: Writer) -> Record:
    return {name: writer.put(weight) for name, weight in tuned.items()}


def _weights_of(record: Record, reader: Reader) -> dict[str, np.ndarray]:
    """The weights that were fitted to a face, as far as there are any: versions before 4 have none."""
    tuned = checks.table(record.get("tuned", {}))
    return {name: checks.weight(reader.get(stored)) for name, stored in tuned.items()}


def _result_record(result: StoredResult, writer: Writer) -> Record:
    arrays, frame = result.arrays, result.frame
    noise = [name for name in arrays if name.startswith("noise.")]
    tuned = {name.removeprefix(TUNED): a for name, a in arrays.items() if name.startswith(TUNED)}
    return {
        **{name: writer.put(arrays[name]) if name in arrays else None for name in (*PICTURES, *CODES)},
        "noise": [writer.put(arrays[f"noise.{i}"]) for i in range(len(noise))],
        "masks": {name: writer.put(arrays[name]) for name in MASKS if name in arrays},
        "tuned": _weights_record(tuned, writer),
        **to_record(frame, _RESULT_ARRAYS),
    }


def _result_of(record: Record, reader: Reader) -> StoredResult:
    """What is kept of a result. Before version 3 all is float32, and there are masks that nothing needs."""
    record = _whole(record, _ALWAYS_RESULT)
    arrays = _pictures_of(record, reader)
    arrays["latent"] = checks.code(reader.get(record["latent"]))
    if record.get("latent_before"):
        arrays["latent_before"] = checks.code(reader.get(record["latent_before"]))
    for place, name in enumerate(record["noise"]):
        arrays[f"noise.{place}"] = checks.floats(checks.square(reader.get(name)))
    arrays |= {TUNED + name: weight for name, weight in _weights_of(record, reader).items()}
    without: dict[str, Any] = dict.fromkeys(NEEDED, _NOTHING)
    frame = EditResult(
        **without,
        noise=(),
        masks={},
        **from_record(EditResult, record, _RESULT_ARRAYS),
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


def _kept(value: Any) -> Any:
    """A value of `Photo.info` as JSON: bytes, tuples and mappings say what they are (see
    `checks.metadata`)."""
    if isinstance(value, bytes):
        return {"bytes": _text(value)}
    if isinstance(value, tuple | list):
        return {"row": [_kept(entry) for entry in value]}
    if isinstance(value, Mapping):
        return {"table": {str(key): _kept(entry) for key, entry in value.items()}}
    return value if isinstance(value, str | int | float) else None


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)
