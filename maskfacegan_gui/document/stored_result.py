"""Compact storage of a run: its request without the face, its result in half precision.

A run is given nine masks of 512 x 512 and an aligned crop, and gives float32 pictures at the generator's
resolution: some 25 MB at 256 px and several times that at 1024 px. Of this an edit needs the pictures, half
as precise, the edited region, the latent codes and the noise maps. What a person sees is made from these
from the start, so that a project opens to the same pixels.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from engine import EditOptions, EditResult, Face, FloatArray

PICTURES = ("image", "generated", "source", "blend_mask", "reconstruction")
CODES = ("latent", "latent_before")
NEEDED = ("image", "generated", "source", "blend_mask", "latent")
"""The arrays that every result has."""
TUNED = "tuned."
"""What the names of a generator's weights begin with that were fitted to the face."""
MASKS = ("dynamic", "hair", "skin", "dyed", "reshaped", "in_front", "within")
"""Those of a result's masks that composing needs: the edited region after the edit, the photo's hair, that of
which only the colour is edited, what lies before the face, and where an edit of the whole face is shown."""

_EMPTY = np.zeros((0, 0, 3), np.float32)
_NO_CROP = np.zeros((0, 0, 3), np.uint8)

_lately: deque[EditResult] = deque(maxlen=3)
"""Results in full that were used last: a brush on a blend mask asks for the same one at every move."""
_lock = threading.Lock()  # the window's thread and the photo's lane ask


@dataclass(frozen=True, eq=False)
class StoredRequest(EditOptions):
    """An edit request without the face and its masks."""

    @classmethod
    def of(cls, request: EditOptions) -> StoredRequest:
        return cls(**{entry.name: getattr(request, entry.name) for entry in fields(cls)})


def placed(face: Face) -> Face:
    """Where a face lies in the photo, without its pixels."""
    return Face(_NO_CROP, face.quad, face.box)


class StoredResult:
    """A result in little memory. `frame` is the result without its arrays, `arrays` are these by name: the
    pictures and the masks as float16, (R, R, 3) and (R, R), 0..1; `latent` and `latent_before`
    (L, D) and `noise.0`, `noise.1`, ... (S, S) as float32; `tuned.` and a weight's name as float16, the same
    arrays for all edits of a face in one sitting. Two are equal only when they are the same object.
    """

    def __init__(self, frame: EditResult, arrays: Mapping[str, np.ndarray]) -> None:
        without: dict[str, Any] = dict.fromkeys(NEEDED, _EMPTY)
        self.frame = replace(
            frame,
            **without,
            reconstruction=None,
            latent_before=None,
            noise=(),
            masks={},
            tuned=None,
        )
        self.arrays = dict(arrays)
        self._made: weakref.ref[EditResult] | None = None

    @classmethod
    def of(cls, result: EditResult) -> StoredResult:
        """What is kept of a run's result. Takes some milliseconds at 256 px: not for the window's thread."""
        pictures = {name: getattr(result, name) for name in PICTURES}
        pictures |= {name: result.masks.get(name) for name in MASKS}
        arrays = {n: a.astype(np.float16) for n, a in pictures.items() if a is not None}
        arrays.update({n: a for n in CODES if (a := getattr(result, n)) is not None})
        arrays.update({f"noise.{i}": noise for i, noise in enumerate(result.noise)})
        arrays.update({TUNED + name: weight for name, weight in (result.tuned or {}).items()})
        return cls(result, arrays)

    def at(self, drawn: EditResult) -> StoredResult:
        """What is kept of this result at another strength: it shares all but two pictures and the code."""
        own = {"image": drawn.image, "generated": drawn.generated, "latent": drawn.latent}
        return StoredResult(drawn, {**self.arrays, **own})

    @property
    def resolution(self) -> int:
        return int(self.arrays["generated"].shape[0])

    def array(self, name: str) -> FloatArray:
        """One array, float32."""
        array: FloatArray = self.arrays[name].astype(np.float32, copy=False)
        return array

    def whole(self) -> EditResult:
        """The result with its arrays, float32. The same object as long as anybody holds it."""
        with _lock:
            result = self._made() if self._made is not None else None
            if result is None:
                result = self._unpacked()
                self._made = weakref.ref(result)
            if result in _lately:
                _lately.remove(result)
            _lately.append(result)
            return result

    def _unpacked(self) -> EditResult:
        there = [name for name in (*PICTURES, *CODES) if name in self.arrays]
        named: dict[str, Any] = {name: self.array(name) for name in there}
        noise = (name for name in self.arrays if name.startswith("noise."))
        tuned = {n.removeprefix(TUNED): a for n, a in self.arrays.items() if n.startswith(TUNED)}
        return replace(
            self.frame,
            **named,
            noise=tuple(self.array(name) for name in sorted(noise, key=lambda n: int(n[6:]))),
            masks={name: self.array(name) for name in MASKS if name in self.arrays},
            tuned=tuned or None,
        )
