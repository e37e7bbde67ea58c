"""Edited pictures of another program, matched with the faces by their names.

A picture belongs to a face and an attribute by one of these names, of any format, capitals or not:

    FOLDER/ATTRIBUTE/FACE.png
    FOLDER/FACE-ATTRIBUTE.png    or FACE_ATTRIBUTE.png
    FOLDER/FACE.png              where one attribute is compared
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from ...editor import Editor
from ...errors import ConfigError
from ...faces.align import take_square
from ...packs.pack import ModelPack
from ...photo.api import open_photo
from ...photo.folders import photos_below
from ...types import ByteArray, Face, Photo

_SAME_SHAPE = 0.02
"""By how much the proportions of two pictures of one frame may differ, by rounding."""


class ResultsFolder:
    """`alone`: one attribute is compared, so that a picture need not say which it is of. `ConfigError` for a
    folder without pictures."""

    def __init__(self, folder: Path, alone: bool) -> None:
        self.folder, self.alone = folder, alone
        self._found: dict[tuple[str, ...], Path] = {}
        for path in photos_below(folder):
            inner = path.relative_to(folder).parts
            key = (inner[-2].casefold(), path.stem.casefold()) if len(inner) > 1 else (path.stem.casefold(),)
            self._found.setdefault(key, path)
        if not self._found:
            raise ConfigError(
                f"There are no pictures in {folder}.", "Give the folder of the results.", path=folder
            )

    def __len__(self) -> int:
        return len(self._found)

    def path(self, face: str, attribute: str) -> Path | None:
        """The file of a face with an attribute, None where there is none."""
        name, wished = face.casefold(), attribute.casefold()
        keys = [(wished, name), (f"{name}-{wished}",), (f"{name}_{wished}",)]
        keys += [(name,)] if self.alone else []
        return next((self._found[key] for key in keys if key in self._found), None)


def square_of(path: Path, photo: Photo, face: Face, pack: ModelPack) -> ByteArray:
    """The face's square in an edited picture, (S, S, 3) uint8 sRGB at the face's own size.

    A picture of the photo's proportions is taken for the whole photo, in which the face lies where it did; of
    any other the largest face is found and aligned. `PhotoError`, `NoFaceError`.
    """
    edited = open_photo(path)
    shape, own = edited.width / edited.height, photo.width / photo.height
    if abs(shape / own - 1) <= _SAME_SHAPE:
        scale = np.array([edited.width / photo.width, edited.height / photo.height])
        return _sized(take_square(edited, face.quad * scale).crop, face.size)
    editor = Editor(pack)
    editor.open(edited)
    return _sized(editor.align(editor.faces()[0]).crop, face.size)


def _sized(crop: ByteArray, side: int) -> ByteArray:
    if len(crop) == side:
        return np.array(crop)
    resampling = Image.Resampling.BOX if len(crop) > side else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(np.asarray(crop)).resize((side, side), resampling))
