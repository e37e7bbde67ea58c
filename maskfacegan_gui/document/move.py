"""What lies in a photo goes with it when the whole photo is turned, mirrored or straightened."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

import engine
from engine import Face, FaceBox, Orientation, Photo, Points

from .edit import Edit
from .face_state import FaceState


@dataclass(frozen=True, eq=False)
class Move:
    """The way from a photo's frame to another: `matrix` (2, 3) leads from px of the one to px of `photo`.

    Aligned crops, masks and results stay what they are: only where their square lies changes. In a mirrored
    photo the square is mirrored.
    """

    matrix: Points
    photo: Photo

    @classmethod
    def between(cls, before: Orientation, now: Orientation, original: Photo, photo: Photo) -> Move:
        """From the original turned in one way to `photo`, which is the original turned in another."""
        size = original.width, original.height
        there, here = (np.vstack([o.matrix(*size), (0, 0, 1)]) for o in (before, now))
        return cls((here @ np.linalg.inv(there))[:2], photo)

    def points(self, points: Points) -> Points:
        """Places (N, 2) in px."""
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2])

    def box(self, box: FaceBox) -> FaceBox:
        return engine.moved_box(box, self.matrix, self.photo)

    def face(self, face: Face) -> Face:
        return Face(face.crop, self.points(face.quad), None if face.box is None else self.box(face.box))

    def state(self, state: FaceState) -> FaceState:
        box = None if state.box is None else self.box(state.box)
        return replace(state, box=box, crop=self.face(state.crop))

    def edit(self, edit: Edit) -> Edit:
        return replace(edit, face=self.face(edit.face))


def is_mirrored(quad: Points) -> bool:
    """Whether a square (4, 2) px, as in `engine.Face`, lies in the mirror, as in a mirrored photo."""
    down, across = quad[1] - quad[0], quad[3] - quad[0]
    return bool(across[0] * down[1] < across[1] * down[0])
