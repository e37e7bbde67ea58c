"""Tasks of a face that follows sliders, and of learning it ahead, over the engine's public names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

import engine
from engine import AttributeEdit, BlendMode, ByteArray, EditRequest, Face, Photo, RegionMasks, Step

from .engine_tasks import Editors

if TYPE_CHECKING:
    from engine import LiveFace, ModelPack  # its import brings torch: not before the window is there

SIDE = 384
"""Side in px of the pictures that follow a slider: on the screen a face is seldom larger."""
_SHOWS = 4.0
"""The cover is full where the edit's mask is a quarter: both layers are the same picture at its border."""


@dataclass(frozen=True, eq=False)
class LiveSubject:
    """A face as a person sees it now: what its live pictures are made of."""

    face: Face
    masks: RegionMasks
    photo: Photo
    mode: BlendMode


@dataclass(frozen=True, eq=False)
class LiveView:
    """A live picture for the canvas: (S, S, 3) uint8, its opacity (S, S) uint8, its scores by attribute,
    0..1, and what it shows. `whole`: drawn as finely as the pack can."""

    picture: ByteArray = field(repr=False)
    cover: ByteArray = field(repr=False)
    scores: Mapping[str, float]
    values: Mapping[str, float]
    whole: bool


def live_face(editors: Editors, pack: ModelPack, subject: LiveSubject) -> LiveFace:
    return editors.of(pack).live(subject.face, subject.masks)


def attributes(editors: Editors, pack: ModelPack, subject: LiveSubject) -> tuple[str, ...]:
    """What can be moved; none for packs that can show no edit before it is made. Makes the face ready."""
    try:
        live = live_face(editors, pack, subject)
    except engine.EngineError:
        return ()
    live.edited({})
    return live.attributes


def view(
    editors: Editors, pack: ModelPack, subject: LiveSubject, values: Mapping[str, float], whole: bool
) -> LiveView:
    side = max(subject.face.size, SIDE) if whole else SIDE
    seen = live_face(editors, pack, subject).picture(values, side, whole, subject.mode)
    mask = np.clip(_SHOWS * seen.mask, 0, 1) * engine.border_fade(subject.photo, subject.face, seen.mask)
    cover: ByteArray = np.rint(255 * mask).astype(np.uint8)
    return LiveView(seen.picture, cover, seen.scores, dict(values), whole)


def learner(editors: Editors, pack: ModelPack, face: Face, masks: RegionMasks, preset: str) -> Iterator[Step]:
    """The steps of a run that reconstruct the face, whatever is edited then; in one thread, so that a person
    and other programs have the rest of the machine."""
    local = [name for name in pack.supported if engine.has_size(name)]
    name = next(iter(local or pack.supported))
    request = EditRequest(face, masks, (AttributeEdit(name),), preset)
    return editors.of(pack).learn(request, threads=1)
