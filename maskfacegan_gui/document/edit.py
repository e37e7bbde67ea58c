"""One edit of one face: its request, its stored result, and how it is blended."""

from __future__ import annotations

import uuid
import weakref
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from msgspec import Meta

import engine
from engine import BlendMode, ByteArray, EditResult, Face, FloatArray

from .face_state import to_bytes
from .stored_result import StoredRequest, StoredResult


@dataclass(frozen=True, eq=False)
class BlendMask:
    """A blend mask refined by hand: `values` (R, R) uint8, never changed once it is here. Two are equal
    only when they are the same object, so it can tell a composition's cache whether anything changed."""

    values: ByteArray = field(repr=False)


_blend_masks: weakref.WeakKeyDictionary[StoredResult, dict[str, ByteArray]] = weakref.WeakKeyDictionary()
"""A brush asks for the mask at every move; it follows from the result and the mode."""


@dataclass(frozen=True, eq=False)
class Edit:
    """One edit of one face. `face` says where it lies, without its pixels. `blend` is the blend mask refined
    by hand, None: as the run made it; `mode` one of engine.BLEND_MODES. `strength` moves between before (0)
    and after (1) and beyond; `drawn` is the result at that strength, None while there is no picture of it.
    `opacity` fades the whole edit."""

    title: str
    face_index: Annotated[int, Meta(ge=0)]
    face: Face
    request: StoredRequest
    kept: StoredResult
    blend: BlendMask | None = None
    mode: BlendMode = "detail"
    strength: Annotated[float, Meta(ge=0, le=10)] = 1.0
    opacity: Annotated[float, Meta(ge=0, le=1)] = 1.0
    enabled: bool = True
    drawn: StoredResult | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def amount(self) -> float:
        """How much of `shown` is laid over the picture, 0..1: without a picture at this strength the edit is
        faded."""
        faded = 1.0 if self.drawn is not None else min(self.strength, 1.0)
        return faded * self.opacity

    @property
    def result(self) -> EditResult:
        """What the run made, with all its arrays."""
        return self.kept.whole()

    @property
    def showing(self) -> StoredResult:
        """The result at the edit's strength, or what stands in for it."""
        return self.kept if self.drawn is None else self.drawn

    @property
    def shown(self) -> EditResult:
        """The same with all its arrays."""
        return self.showing.whole()

    def refined_mask(self) -> FloatArray | None:
        """The mask refined by hand, (R, R) float32 0..1; None when it is as the run made it."""
        return None if self.blend is None else self.blend.values.astype(np.float32) / np.float32(255)

    def blend_bytes(self) -> ByteArray:
        """The mask that shows this edit at full strength, (R, R) uint8."""
        if self.blend is not None:
            return self.blend.values
        known = _blend_masks.setdefault(self.kept, {})
        if self.mode not in known:
            known[self.mode] = to_bytes(engine.recipe(self.result, None, self.mode).mask)
        return known[self.mode]

    def look(self) -> tuple[object, ...]:
        """What its pixels depend on; equal looks give equal pictures."""
        return (self.id, self.blend, self.mode, self.drawn, self.amount)


def arrays_of(edit: Edit) -> list[npt.NDArray[Any]]:
    """The arrays that an edit keeps in memory; edits of one run share most of them."""
    found = list(edit.kept.arrays.values())
    if edit.blend is not None:
        found.append(edit.blend.values)
    if edit.drawn is not None:
        found += edit.drawn.arrays.values()
    return found
