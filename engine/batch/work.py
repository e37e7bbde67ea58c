"""One photo of a batch, from its file to the file of its result; and what is said of it. Runs in a worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import (
    EngineError,
    NoEncoderError,
    NoFaceError,
    OutOfMemoryError,
    SaveError,
    UnsupportedAttributeError,
)
from ..file_hash import sha256_of
from .edit_file import BatchJob

if TYPE_CHECKING:
    from ..editor import Editor
    from ..packs.pack import ModelPack
    from ..types import BlendMode, Face

log = logging.getLogger(__name__)

SAVE_ANEW = "Save the photo anew in another program, and try it again."
"""What to do next where nothing is known but that it went wrong with this photo."""


@dataclass(frozen=True)
class Task:
    """A photo's number in the ledger, its file, and where its result is to be written, not yet by its
    name."""

    id: int
    source: Path
    part: Path


@dataclass(frozen=True)
class Finished:
    """`sha256` and `bytes` are those of the result's file; `record` says of every face what was done to
    it."""

    sha256: str
    bytes: int
    seconds: float
    record: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Refused:
    """Why there is no result, in a sentence, and what to do next. `everywhere`: it would be the same with
    every other photo, since results cannot be written. `details` is the traceback of what was not
    foreseen."""

    message: str
    hint: str = ""
    everywhere: bool = False
    details: str = ""


Outcome = Finished | Refused


def load_for(job: BatchJob) -> ModelPack:
    """The job's pack. Raises `EngineError` where it cannot be loaded, and where it cannot edit what the job
    asks for, which no photo would change."""
    from ..packs.pack import load_pack

    pack = load_pack(job.edit.pack or None, job.device, job.precision)
    for attribute in job.edit.attributes:
        reason = pack.unsupported_reason(attribute.name)
        if reason is not None:
            raise UnsupportedAttributeError(reason, f"It edits: {', '.join(pack.supported)}.")
    if job.edit.encoder_start and not pack.has_encoder:
        raise NoEncoderError(f"The pack '{pack.title}' has no encoder, which this edit starts from.")
    return pack


def edit_photo(pack: ModelPack, job: BatchJob, task: Task) -> Outcome:
    """Edit the photo of a task as the job says; whatever goes wrong is told, not raised."""
    start = time.monotonic()
    try:
        record = _edited(pack, job, task)
        sha256, size = file_hash(task.part)
    except EngineError as error:
        message = error.message.replace(task.part.name, f"the result of {task.source.name}")
        return Refused(message, error.hint, _is_the_disks(error))
    except MemoryError:
        return Refused("There is too little memory for this photo.", OutOfMemoryError.default_hint)
    except Exception as error:  # the other photos go on whatever this one does
        log.exception("%s", task.source)
        import traceback

        name = type(error).__name__
        told = f"Something unexpected happened ({name}: {error})."
        return Refused(told, SAVE_ANEW, details=traceback.format_exc())
    return Finished(sha256, size, time.monotonic() - start, record)


def _is_the_disks(error: EngineError) -> bool:
    """Whether a result could not be written for a reason that holds for every other one as well."""
    cause = error.__cause__
    return isinstance(error, SaveError) and isinstance(cause, OSError) and cause.errno is not None


def file_hash(path: Path) -> tuple[str, int]:
    """A file's SHA-256 and its bytes. SaveError where it cannot be read again."""
    try:
        return sha256_of(path), path.stat().st_size
    except OSError as error:
        raise SaveError(
            f"The result {path.name} cannot be read again ({error.strerror}).", path=path
        ) from error


def _edited(pack: ModelPack, job: BatchJob, task: Task) -> dict[str, Any]:
    from ..editor import Editor
    from ..photo.api import conversions, remarks

    editor = Editor(pack)
    photo = editor.open(task.source)
    notes = list(remarks(photo))
    faces = []
    first: EngineError | None = None
    for number, take in _faces(editor, job):
        try:
            faces.append({"face": number, **_edit_face(editor, take(), job)})
        except OutOfMemoryError:
            raise
        except EngineError as error:
            first = first or error
            notes.append(f"Face {number}: {error.message}")
    if first is not None and not faces:
        raise first
    editor.save(task.part, job.quality, tag=job.tag, format=job.format)
    notes.extend(conversions(photo, Path(f"result{job.suffix}")))
    return {"faces": faces, "notes": notes}


def _faces(editor: Editor, job: BatchJob) -> Iterator[tuple[int, Callable[[], Face]]]:
    """Each face that is to be edited: its number, and what cuts it out of the picture as it then is."""
    if job.aligned:
        yield 1, editor.whole
        return
    boxes = editor.faces()
    if job.faces != "all":
        number = 1 if job.faces == "largest" else job.faces
        if number > len(boxes):
            count = f"{len(boxes)} faces" if len(boxes) != 1 else "one face"
            raise NoFaceError(
                f"The photo has no face number {number}; {count} found.", "Choose another --faces."
            )
        yield number, lambda: editor.align(boxes[number - 1])
        return
    for number, box in enumerate(boxes, 1):
        yield number, lambda box=box: editor.align(box)  # type: ignore[misc]


def _edit_face(editor: Editor, face: Face, job: BatchJob) -> dict[str, Any]:
    """Edit one face and put it into the picture; what was done, for the ledger."""
    edit = job.edit
    preset = edit.preset or editor.pack.preset
    request = editor.request(
        face,
        *edit.attributes,
        preset=preset,
        smoothing=edit.smoothing,
        blend=edit.blend,
        encoder_start=edit.encoder_start,
        force_global=edit.force_global,
        seed=edit.seed,
        settings=dict(edit.settings),
    )
    result = editor.edit(request)
    mode: BlendMode = edit.mode or ("paper" if preset == "paper" else "detail")
    told = editor.scored(result, mode).probabilities
    editor.paste(face, result, mode=mode)
    return {
        "quad": face.quad.tolist(),
        "probabilities": {a.name: [round(p, 4) for p in told[a.name]] for a in edit.attributes},
        "pack": editor.pack.name,
        "preset": preset,
        "steps": result.steps_done,
        "seconds": round(result.seconds, 3),
        "warnings": list(result.warnings),
    }
