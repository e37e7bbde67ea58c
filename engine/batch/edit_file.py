"""An edit as a file, without a photo: what is to be done to a face of any photo, and how results are saved.

The window writes such files ("Save edit for many photos…"), `maskfacegan batch --edit` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from ..atomic_file import atomic_write
from ..attributes import check_attributes
from ..edit.settings import check_settings, describe_preset
from ..errors import ConfigError
from ..photo.formats import DEFAULT_QUALITY, SAVED
from ..records import from_record, to_record
from ..run_control import RunControl
from ..types import AttributeEdit, BlendMode, BlendOption, Count, Share

FORMAT = 1
_LARGEST = 2**20
"""Bytes. An edit of all attributes has 5 thousand."""

_HINT = "Save it again in the window: Saved edits, Save edit for many photos…"


@dataclass(frozen=True)
class BatchEdit:
    """What is done to a face: `EditOptions` without what belongs to one face (codes, masks), and the pack.

    `preset` "" is the one that the pack recommends; `mode` is how the edit is shown, None: as the preset
    implies; `settings` holds published keys by dotted name; `pack` is a pack's name or folder, "" the
    default.
    """

    attributes: tuple[AttributeEdit, ...]
    preset: str = ""
    mode: BlendMode | None = None
    blend: BlendOption = "include_skin"
    smoothing: Share = 0.05
    encoder_start: bool | None = None
    force_global: bool = False
    seed: Count = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    pack: str = ""

    def check(self) -> None:
        """ConfigError or UnknownAttributeError for what no run could be made of."""
        if not self.attributes:
            raise ConfigError("The edit changes no attribute.", "Choose at least one.")
        check_attributes([attribute.name for attribute in self.attributes])
        if self.preset:
            describe_preset(self.preset)
        check_settings(self.settings)
        if self.smoothing >= 0.5:
            raise ConfigError("The smoothing must lie between 0 and 0.5.", "0.05 is strong, 0.4 is mild.")


Faces = Literal["all", "largest"] | Annotated[int, Meta(ge=1)]
"""Which faces of a photo are edited: every one, or one by its number, 1 the largest."""


@dataclass(frozen=True)
class BatchJob:
    """An edit, of which faces, and how results are saved: the same for all photos of an output folder.

    `aligned`: the photos are aligned square faces. `format` is one of `photo.formats.SAVED`, `quality`
    1..100 for those that have one; `tag` says in a result's metadata that it was edited. `device` and
    `precision` are those of `load_pack`; they belong to the machine, not to the results.
    """

    edit: BatchEdit
    faces: Faces = "largest"
    aligned: bool = False
    format: str = "png"
    quality: Annotated[int, Meta(ge=1, le=100)] = DEFAULT_QUALITY
    tag: bool = True
    device: str = "auto"
    precision: str = "auto"

    @property
    def suffix(self) -> str:
        """Of the results' names, with its dot."""
        return f".{self.format}"

    def check(self) -> None:
        self.edit.check()
        if self.format not in SAVED:
            raise ConfigError(
                f"There is no format '{self.format}' for results.", f"Formats: {', '.join(SAVED)}."
            )

    def difference(self, other: BatchJob) -> str:
        """The first thing in which the results of the two would differ, in words; "" where there is none."""
        for name, word in _WORDS.items():
            mine, theirs = (to_record(job, only=(name,))[name] for job in (self, other))
            if mine != theirs:
                return word
        return ""


_WORDS = {
    "edit": "the edit",
    "faces": "the choice of faces",
    "aligned": "whether the photos are aligned",
    "format": "the format of the results",
    "quality": "the quality of the results",
    "tag": "the tag of edited pictures",
}


def write_edit(path: Path | str, edit: BatchEdit, control: RunControl | None = None) -> Path:
    """Write an edit as JSON. Raises `SaveError`, also when `control` is cancelled meanwhile; an older file
    then stays whole."""
    path = Path(path)
    with atomic_write(path, control=control) as file:
        file.write((json.dumps({"format": FORMAT, **to_record(edit)}, indent=1) + "\n").encode())
    return path


def read_edit(path: Path | str) -> BatchEdit:
    """Read what `write_edit` wrote, checked. Raises ConfigError for anything else."""
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("it is too large")
        record = json.loads(path.read_text(encoding="utf-8-sig"))  # some editors put a mark before it
    except OSError as error:
        raise ConfigError(
            f"The edit {path.name} cannot be read ({error.strerror}).",
            "Check the name and the folder.",
            path=path,
        ) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path.name} does not hold a saved edit.", _HINT, path=path) from error
    edit = edit_of(record, path.name)
    edit.check()
    return edit


def edit_of(record: Any, name: str) -> BatchEdit:
    """The edit of a record from a file called `name`; ConfigError where it is none."""
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ConfigError(f"{name} does not hold a saved edit of format {FORMAT}.", _HINT)
    try:
        return BatchEdit(**from_record(BatchEdit, record))
    except (KeyError, ValueError) as error:
        raise ConfigError(f"{name} does not hold a saved edit: {error}.", _HINT) from error


def job_text(job: BatchJob) -> str:
    """A job as JSON, as the ledger keeps it."""
    return json.dumps(to_record(job))


def job_of(text: str) -> BatchJob:
    """The job that `job_text` wrote; ValueError or KeyError for anything else."""
    return BatchJob(**from_record(BatchJob, json.loads(text)))
