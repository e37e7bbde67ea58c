"""One detected face: aligned crop, parsed and hand-refined region masks, attribute scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
import numpy.typing as npt
from msgspec import Meta

from engine import REGIONS, ByteArray, Face, FaceBox, FloatArray, RegionMasks

MASK_SIZE = 512
IN_FRONT = "in_front"
PAINTED = (*REGIONS, IN_FRONT)
"""What a person may paint: the regions, and what lies before the face, which is of every region."""
PARSED_STEPS = 4095  # what the parser says is kept in this many steps: 16 times finer than a painted mask


@dataclass(eq=False)
class FaceState:
    """One found face. `crop` is cut from the picture as it is now; `masks` (10, 512, 512) uint8 are what
    a person may refine, in the order of `PAINTED`, `parsed` what the parser said of this crop. `scores`:
    attribute -> 0..1."""

    box: FaceBox | None
    crop: Face
    parsed: RegionMasks
    masks: ByteArray = field(repr=False)
    scores: dict[str, Annotated[float, Meta(ge=0, le=1)]]
    refined: bool = False

    @classmethod
    def fresh(
        cls, box: FaceBox | None, crop: Face, parsed: RegionMasks, scores: dict[str, float]
    ) -> FaceState:
        said = whole(parsed)
        steps: FloatArray = np.rint(said * np.float32(PARSED_STEPS))
        return cls(box, crop, split(from_steps(steps)), to_bytes(said), scores)

    def with_refinement(self, older: FaceState | None) -> FaceState:
        """This state with the masks that a person refined in an older one of the same face."""
        if older is not None and older.refined:
            self.masks, self.refined = older.masks, True
        return self

    def request_masks(self) -> RegionMasks:
        """The masks a run gets: the parser's own values unless a person changed them."""
        if not self.refined:
            return self.parsed
        painted: FloatArray = self.masks.astype(np.float32) / np.float32(255)
        return split(painted)

    def share(self, region: str) -> float:
        """The fraction of the crop that a region, or what lies before the face, covers, 0..1."""
        return float(self.masks[PAINTED.index(region)].mean()) / 255


def whole(masks: RegionMasks) -> FloatArray:
    """Region masks and what lies before the face as one stack (10, 512, 512), 0..1."""
    nothing = np.zeros_like(masks.probabilities[0])
    front = nothing if masks.in_front is None else masks.in_front
    stack: FloatArray = np.concatenate([masks.probabilities, front[None]])
    return stack


def split(stack: FloatArray) -> RegionMasks:
    """The reverse of `whole`; nothing known to lie before the face where nothing does."""
    front = stack[len(REGIONS)]
    return RegionMasks(stack[: len(REGIONS)], front if front.any() else None)


def to_bytes(masks: FloatArray) -> ByteArray:
    """Masks 0..1 as uint8 0..255."""
    quantised: ByteArray = np.rint(np.clip(masks, 0, 1) * 255).astype(np.uint8)
    return quantised


def from_steps(steps: npt.NDArray[np.integer | np.floating]) -> FloatArray:
    """Masks 0..1 float32 from whole numbers 0..`PARSED_STEPS`."""
    masks: FloatArray = steps.astype(np.float32) / np.float32(PARSED_STEPS)
    return masks
