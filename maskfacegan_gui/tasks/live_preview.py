"""Live preview: the picture of a running edit, composited as its result will be.

The engine's previews are the published composite. In mode "published" they are shown as they are, where
the run may change the photo. In mode "detail" the result is the change from the reconstruction to the
edit, on the photo's own pixels; so is the preview: what the latest composite differs in from the last one
before an edit term acted, added to the photo. While the face is still being reconstructed, a guess at the
edit stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

import engine
from engine import REGIONS, BlendMode, ByteArray, EditRequest, Face, FloatArray, Photo, Step

GROWTH = 25  # px of the 512 grid; an edited region may grow by about this much while it is optimised
LARGEST = 640  # px; the preview's side, so that one costs the event loop some milliseconds


@dataclass(frozen=True)
class Reference:
    """The last composite before the edit, for the runs of a face that start after its reconstruction."""

    face: Face
    picture: ByteArray


@dataclass(frozen=True)
class PreviewedRun:
    """A run on a face of `photo`; `mode` is how its result will be blended."""

    request: EditRequest
    mode: BlendMode
    photo: Photo

    @property
    def side(self) -> int:
        """The preview's side in px."""
        return min(self.request.face.size, LARGEST)


class LivePreview:
    """Turns steps into what the canvas shows. One for all runs; `begin` with each."""

    def __init__(self) -> None:
        self._run: PreviewedRun | None = None
        self._reference: Reference | None = None
        self._cover: ByteArray | None = None
        self._change_base: npt.NDArray[np.int16] | None = None  # the photo's pixels less the reference's

    def begin(self, request: EditRequest, mode: BlendMode, photo: Photo) -> None:
        """A run on a face of `photo` begins; `mode` is how its result will be blended."""
        self._run = PreviewedRun(request, mode, photo)
        self._cover = self._change_base = None
        if self._reference is not None and self._reference.face is not request.face:
            self._reference = None

    def picture(self, step: Step) -> tuple[ByteArray, ByteArray] | None:
        """(S, S, 3) uint8 and its opacity (S, S) uint8; None where there is nothing newer to be seen."""
        run = self._run
        if step.preview is None or run is None:
            return None
        if run.mode != "detail":
            return step.preview, self._covering(run, step.preview.shape[0])
        if step.stage == "latent" and not {"classf", "seg", "size"} & set(step.losses):
            self._reference = Reference(run.request.face, step.preview)
            self._change_base = None
            if step.first_guess is None:
                return None
            return self._changed(run, self._reference, step.first_guess), self._covering(run, run.side)
        if self._reference is None:  # this face's reconstruction was never seen
            return step.preview, self._covering(run, step.preview.shape[0])
        if step.stage == "noise":  # fine grain of the generator's, of which the photo takes none
            return None
        return self._changed(run, self._reference, step.preview), self._covering(run, run.side)

    def _changed(self, run: PreviewedRun, reference: Reference, picture: ByteArray) -> ByteArray:
        """The photo's own pixels and the change so far."""
        if self._change_base is None:
            own = resized(run.request.face.crop, run.side).astype(np.int16)
            self._change_base = own - resized(reference.picture, run.side).astype(np.int16)
        sum_ = self._change_base + resized(picture, run.side)
        changed: ByteArray = np.clip(sum_, 0, 255).astype(np.uint8)
        return changed

    def _covering(self, run: PreviewedRun, side: int) -> ByteArray:
        if self._cover is None or self._cover.shape[0] != side:
            self._cover = cover(run.request, side, run.photo)
        return self._cover


def resized(rgb: ByteArray, side: int) -> ByteArray:
    """(S, S, 3) uint8 at another size."""
    if rgb.shape[0] == side:
        return rgb
    return np.asarray(Image.fromarray(rgb).resize((side, side), Image.Resampling.BILINEAR))


def resized_mask(mask: ByteArray, side: int) -> ByteArray:
    """(S, S) uint8 at another size."""
    return np.asarray(Image.fromarray(mask).resize((side, side), Image.Resampling.BILINEAR))


def cover(request: EditRequest, size: int, photo: Photo) -> ByteArray:
    """Opacity of the preview (size, size) uint8: the edited regions, grown a little and softened, fading out
    towards the aligned square's border as the result will."""
    masks = request.masks.probabilities
    names = [edit.name for edit in request.attributes]
    area: FloatArray
    if request.force_global or any(engine.is_global(name) for name in names):
        area = 1 - masks[0]
    else:
        regions = {engine.attribute_group(name) for name in names} | {"ears"}
        if engine.move_face(request.attributes):  # where a pack draws finely, all takes part
            regions |= {"eyes", "eyebrows", "nose"}
        if request.blend == "include_skin":
            regions.add("skin")
        area = np.sum([masks[REGIONS.index(region)] for region in regions], axis=0)
    image = Image.fromarray(np.rint(np.clip(area, 0, 1) * 255).astype(np.uint8))
    small = image.resize((128, 128), Image.Resampling.BOX)
    grown = small.filter(ImageFilter.MaxFilter(2 * (GROWTH // 8) + 1)).filter(ImageFilter.GaussianBlur(2))
    mask: FloatArray = np.asarray(grown, np.float32) / np.float32(255)
    faded = np.rint(255 * mask * engine.border_fade(photo, request.face, mask)).astype(np.uint8)
    return np.asarray(Image.fromarray(faded).resize((size, size), Image.Resampling.BILINEAR))
