"""A snapshot of the document, as a project file holds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine import FaceBox, Orientation, Photo, Points

from .edit import Edit
from .face_state import FaceState


@dataclass(eq=False)
class Snapshot:
    """What a project holds; `damage` lists what could not be recovered, as sentences. `photo` is the
    `original` (None: the same) in an `orientation`."""

    photo: Photo
    boxes: list[FaceBox] = field(default_factory=list)
    quads: list[Points] = field(default_factory=list)
    faces: dict[int, FaceState] = field(default_factory=dict)
    chosen: int | None = None
    edits: list[Edit] = field(default_factory=list)
    pending: Edit | None = None
    damage: list[str] = field(default_factory=list)
    original: Photo | None = None
    orientation: Orientation = field(default_factory=Orientation)
