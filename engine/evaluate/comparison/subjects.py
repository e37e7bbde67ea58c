"""A face of a data set: cut out, parsed, and reconstructed once for all methods."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from ...edit.run import learn
from ...edit.session import FaceSession, Reconstruction
from ...editor import Editor
from ...errors import EngineError, PhotoError
from ...models.parsers.bisenet import CLASSES
from ...packs.pack import ModelPack
from ...run_control import RunControl
from ...types import REGIONS, AttributeEdit, EditRequest, Face, FloatArray, Photo, RegionMasks
from .datasets import Picture
from .plan import SHARED_PRESET

_SIDE = 512
_PARTS = (
    "skin", "l_brow", "r_brow", "l_eye", "r_eye", "eye_g", "l_ear", "r_ear", "ear_r",
    "nose", "mouth", "u_lip", "l_lip", "neck", "neck_l", "cloth", "hair", "hat",
)  # fmt: skip
"""CelebAMask-HQ's names of the classes 1 to 18 of `bisenet.CLASSES`."""


@dataclass(eq=False)
class Subject:
    """A picture's largest face. `regions` (9, 512, 512), 0 or 1, are people's masks where there are any, the
    parser's otherwise; edits always go by the parser's `masks`."""

    name: str
    photo: Photo
    face: Face
    masks: RegionMasks
    regions: FloatArray
    pack: ModelPack
    reconstruction_seconds: float | None = None
    session: FaceSession = field(init=False)
    _start: Reconstruction | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.session = FaceSession(self.face, self.pack)

    def request(self, edit: AttributeEdit, preset: str) -> EditRequest:
        return EditRequest(self.face, self.masks, (edit,), preset)

    def reconstruct(self, control: RunControl) -> Reconstruction | None:
        """The code and the weights that preset `fast` leaves of this face before an edit, made once; None
        where `control` ended it."""
        if self._start is not None:
            return self._start
        request = self.request(AttributeEdit(self.pack.supported[0]), SHARED_PRESET)
        start = time.monotonic()
        for _ in learn(request, self.pack, self.session):
            if not control.wait():
                return None
        self._start = self.session.reconstruction()
        if self._start is None:
            raise EngineError(f"The pack '{self.pack.title}' has no encoder, which a face is inverted with.")
        self.reconstruction_seconds = time.monotonic() - start
        return self._start


def subject(picture: Picture, pack: ModelPack) -> Subject:
    """Read a picture and cut its face out. `PhotoError`, `NoFaceError` and the like where that fails."""
    editor = Editor(pack)
    photo = editor.open(picture.path)
    if picture.aligned and photo.width != photo.height:
        raise PhotoError(f"It is {photo.width} x {photo.height} px, where aligned pictures are square.")
    face = editor.whole() if picture.aligned else editor.align(editor.faces()[0])
    masks = editor.parse(face)
    own = _drawn(picture) if picture.masks else None
    # A parser's doubts are spread thinly over a whole picture: figures go by what it is surest of.
    regions = _hard(masks.probabilities.argmax(0)) if own is None else own
    return Subject(picture.name, photo, face, masks, regions, pack)


def _drawn(picture: Picture) -> FloatArray:
    """People's masks as the nine regions, (9, 512, 512), 0 or 1; `PhotoError` for one that is broken."""
    numbers = np.zeros((_SIDE, _SIDE), np.int64)
    for number, part in enumerate(_PARTS, 1):
        path = picture.masks.get(part)
        if path is None:
            continue
        try:
            with Image.open(path) as image:
                shown = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.NEAREST)
        except OSError as error:
            raise PhotoError(f"Its mask {path.name} cannot be read ({error}).", path=path) from error
        numbers[np.asarray(shown) > 127] = number
    region_of = np.array([REGIONS.index(region) for region in CLASSES])
    return _hard(region_of[numbers])


def _hard(numbers: npt.NDArray[np.int_]) -> FloatArray:
    """Regions' numbers (S, S) -> (9, S, S), 0 or 1."""
    return np.asarray(numbers[None] == np.arange(len(REGIONS))[:, None, None], np.float32)


def as_tensor(picture: np.ndarray, pack: ModelPack) -> Tensor:
    """(S, S, 3) uint8 -> (1, 3, S, S) in 0..1 on the pack's device."""
    batch = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    return batch.to(pack.device).float() / 255


@torch.no_grad()
def present(picture: np.ndarray, pack: ModelPack) -> FloatArray:
    """The pack's classifier's probability of every attribute on a picture (S, S, 3) uint8."""
    found: FloatArray = pack.classifier(as_tensor(picture, pack)).sigmoid()[0].float().cpu().numpy()
    return found
