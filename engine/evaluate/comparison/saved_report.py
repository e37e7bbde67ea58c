"""A saved comparison, the report.json of `maskfacegan evaluate`, as values.

The page and the window read it through here, so that what a report may hold is written once. Fields that a
report lacks get their defaults, fields that nobody knows are passed over; anything else is refused with a
sentence.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from ...errors import EngineError

FORMAT = 1
PAGE = "report.html"
ALL = "all"
"""The attribute's name under which a figure over all attributes stands."""

_LARGEST = 1 << 28  # bytes; a report of 2,000 pictures has one million


@dataclass(frozen=True)
class Estimate:
    """A figure and its bootstrap interval."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class MethodFigures:
    """The figures of a method for an attribute, or for `"all"`, over `faces` faces; None: not measured.

    `reached` is a share 0..1, `identity` 0 for strangers and 1 for two photos of one person, `psnr_outside`
    in dB, `sharpness` a ratio, `seconds` for one edit, `memory_mb` the most that was in use, in MB.
    """

    method: str
    attribute: str
    faces: int = 0
    reached: Estimate | None = None
    entanglement: Estimate | None = None
    identity: Estimate | None = None
    lpips_outside: Estimate | None = None
    psnr_outside: Estimate | None = None
    sharpness: Estimate | None = None
    seconds: Estimate | None = None
    kernel_distance: Estimate | None = None
    memory_mb: float | None = None

    def figure(self, name: str) -> Estimate | None:
        """The figure of that name, `"identity"`."""
        found = getattr(self, name)
        return found if isinstance(found, Estimate) else None


@dataclass(frozen=True)
class ComparedMethod:
    """`how` says how it was run, `missing` names the pictures that it should have had and did not."""

    name: str
    title: str = ""
    how: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparedAttribute:
    """`local` is whether an edit changes one region only, `target` 1 to add the attribute, 0 to remove it."""

    name: str
    title: str = ""
    local: bool = False
    target: float = 1.0


@dataclass(frozen=True)
class LeftOut:
    """A file of the data set that was not measured, and why."""

    file: str
    why: str = ""


@dataclass(frozen=True)
class ComparedFaces:
    """Which faces were edited. `kind` is the data set's layout."""

    kind: str = "folder"
    folder: str = ""
    faces: int = 0
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class ComparedPack:
    """The pack whose generator drew the edits; `resolution` in px."""

    name: str = ""
    title: str = ""
    resolution: int | None = None


@dataclass(frozen=True)
class EditedPicture:
    """One edit. `worst` orders them, 0..1, the worst at 1; `input` and `result` are paths from the report's
    folder; `error` is why there is no result."""

    face: str
    attribute: str
    method: str
    reached: bool | float | None = None
    entanglement: float | None = None
    identity: float | None = None
    lpips_outside: float | None = None
    psnr_outside: float | None = None
    sharpness: float | None = None
    seconds: float | None = None
    worst: float | None = None
    input: str | None = None
    result: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class ComparisonReport:
    """What `maskfacegan evaluate` found. `page` is the report.html beside the file that was read, None
    without one. Where `finished` is False, the run ended before its end: the figures are of what there
    is."""

    format: int
    methods: tuple[ComparedMethod, ...]
    attributes: tuple[ComparedAttribute, ...]
    figures: tuple[MethodFigures, ...]
    program: str = ""
    when: str = ""
    command: str = ""
    device: str = ""
    presets: tuple[str, ...] = ()
    pack: ComparedPack = field(default_factory=ComparedPack)
    dataset: ComparedFaces = field(default_factory=ComparedFaces)
    judges: dict[str, str] = field(default_factory=dict)
    pictures: tuple[EditedPicture, ...] = ()
    finished: bool = True
    page: Path | None = None

    def of(self, method: str, attribute: str = ALL) -> MethodFigures | None:
        """The figures of a method for an attribute, or over all of them; None where nothing was measured."""
        found = (row for row in self.figures if (row.method, row.attribute) == (method, attribute))
        return next(found, None)


def read_report(path: Path | str) -> ComparisonReport:
    """Read a report.json. EngineError, with a sentence, for a file that cannot be read or is none."""
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise _no_report(path)
        record = json.loads(path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        raise EngineError(f"{path.name} could not be read: {reason}.", path=path) from error
    except (ValueError, RecursionError) as error:
        raise _no_report(path) from error
    page = path.with_name(PAGE)
    return dataclasses.replace(as_report(record, path), page=page if page.is_file() else None)


def as_report(record: Any, path: Path) -> ComparisonReport:
    """A report.json's content as a `ComparisonReport`; `path` is where it lies. EngineError for
    anything else."""
    number = record.get("format") if isinstance(record, Mapping) else None
    if not isinstance(record, Mapping) or not isinstance(number, int) or "methods" not in record:
        raise _no_report(path)
    if number > FORMAT:
        raise EngineError(
            f"{path.name} was written by a newer version of this program.", "Update the program.", path=path
        )
    if number != FORMAT:
        raise _no_report(path)
    known = {**record, "presets": _presets(record), "figures": _figures(record), "page": None}
    try:
        return msgspec.convert(known, ComparisonReport)
    except (msgspec.ValidationError, UnicodeError) as error:  # the latter: half a character for a number
        raise EngineError(
            f"{path.name} is damaged: {error}.",
            "Let maskfacegan evaluate --resume write it again.",
            path=path,
        ) from error


def _presets(record: Mapping[str, Any]) -> list[Any]:
    """Written as one name or as several."""
    found = record.get("presets", record.get("preset")) or []
    return [found] if isinstance(found, str) else found


def _figures(record: Mapping[str, Any]) -> Any:
    """A figure without an interval may be written as the number alone."""
    rows = record.get("figures", ())
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return rows
    kept = ("faces", "memory_mb")
    return [
        {k: {"value": v} if isinstance(v, float | int) and k not in kept else v for k, v in row.items()}
        for row in rows
    ]


def _no_report(path: Path) -> EngineError:
    return EngineError(
        f"{path.name} is no report of a comparison.",
        "Choose the report.json that maskfacegan evaluate wrote.",
        path=path,
    )
