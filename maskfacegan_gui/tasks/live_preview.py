"""The picture of a running edit, shown as its result will be blended.

The engine's previews are the published composite. In mode "published" they are shown as they are, where
the run may change the photo. In mode "detail" the result is the change from the reconstruction to the
edit, on the photo's own pixels; so is the preview: what the latest composite differs in from the last one
before an edit term acted, added to the photo. While the face is still being reconstructed, a guess at the
edit stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

import engine
from engine import REGIONS, EditRequest, Face, Photo, Step

GROWTH = 25  # px of the 512 grid; an edited region may grow by about this much while it is optimised
LARGEST = 640  # px; the preview's side, so that one costs the event loop some milliseconds


@dataclass(frozen=True)
class Reference:
    """The last composite before the edit, for the runs of a face that start behind its reconstruction."""

    face: Face
    picture: np.ndarray


class LivePreview:
    """Turns steps into what the canvas shows. One for all runs; `begin` with each."""

    def __init__(self) -> None:
        self._request: EditRequest | None = None
        self._photo: Photo | None = None
        self._mode = "detail"
        self._reference: Reference | None = None
        self._cover: np.ndarray | None = None
        self._own: np.ndarray | None = None
        self._before: np.ndarray | None = None

    def begin(self, request: EditRequest, mode: str, photo: Photo) -> None:
        """A run on a face of `photo` begins; `mode` is how its result will be blended."""
        self._request, self._mode, self._photo = request, mode, photo
        self._cover = self._own = self._before = None
        if self._reference is not None and self._reference.face is not request.face:
            self._reference = None

    def picture(self, step: Step) -> tuple[np.ndarray, np.ndarray] | None:
        """(S, S, 3) uint8 and its opacity (S, S) uint8; None where there is nothing newer to be seen."""
        if step.preview is None or self._request is None:
            return None
        if self._mode != "detail":
            return step.preview, self._covering(step.preview.shape[0])
        if step.stage == "latent" and not {"classf", "seg", "size"} & set(step.losses):
            self._reference = Reference(self._request.face, step.preview)
            self._before = None
            if step.first_guess is None:
                return None
            return self._changed(step.first_guess), self._covering(self._side())
        if self._reference is None:  # this face's reconstruction was never seen
            return step.preview, self._covering(step.preview.shape[0])
        if step.stage == "noise":  # fine grain of the generator's, of which the photo takes none
            return None
        return self._changed(step.preview), self._covering(self._side())

    def _side(self) -> int:
        return min(self._request.face.size, LARGEST)

    def _changed(self, picture: np.ndarray) -> np.ndarray:
        """The photo's own pixels and the change so far."""
        side = self._side()
        if self._own is None or self._before is None:
            self._own = resized(self._request.face.crop, side).astype(np.int16)
            self._before = resized(self._reference.picture, side).astype(np.int16)
        sum_ = self._own + resized(picture, side) - self._before
        return np.clip(sum_, 0, 255).astype(np.uint8)

    def _covering(self, side: int) -> np.ndarray:
        if self._cover is None or self._cover.shape[0] != side:
            self._cover = cover(self._request, side, self._photo)
        return self._cover


def resized(rgb: np.ndarray, side: int) -> np.ndarray:
    """(S, S, 3) uint8 at another size."""
    if rgb.shape[0] == side:
        return rgb
    return np.asarray(Image.fromarray(rgb).resize((side, side), Image.Resampling.BILINEAR))


def cover(request: EditRequest, size: int, photo: Photo) -> np.ndarray:
    """Opacity of the preview (size, size) uint8: the edited regions, grown a little and softened, fading out
    towards the aligned square's border as the result will."""
    masks = request.masks.probabilities
    names = [edit.name for edit in request.attributes]
    if request.force_global or any(engine.is_global(name) for name in names):
        area = 1 - masks[0]
    else:
        regions = {engine.attribute_group(name) for name in names} | {"ears"}
        if request.blend == "include_skin":
            regions.add("skin")
        area = sum(masks[REGIONS.index(region)] for region in regions)
    image = Image.fromarray(np.rint(np.clip(area, 0, 1) * 255).astype(np.uint8))
    small = image.resize((128, 128), Image.Resampling.BOX)
    grown = small.filter(ImageFilter.MaxFilter(2 * (GROWTH // 8) + 1)).filter(ImageFilter.GaussianBlur(2))
    mask = np.asarray(grown, np.float32) / 255
    faded = np.rint(255 * mask * engine.border_fade(photo, request.face, mask)).astype(np.uint8)
    return np.asarray(Image.fromarray(faded).resize((size, size), Image.Resampling.BILINEAR))
