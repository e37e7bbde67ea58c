"""Composites the edits over the photo in order, and caches what it has pasted. No Qt in here."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

import numpy as np

import engine
from engine import Photo

from ..document.edit import Edit

CACHE_BYTES = 256 * 2**20


class Compositor:
    """Pastes edits over a photo. Used from one thread only; remembers the pictures it made lately, so
    that changing the last edit pastes one edit and not all of them."""

    def __init__(self) -> None:
        self._photo: Photo | None = None
        self._made: OrderedDict[tuple[object, ...], Photo] = OrderedDict()

    def compose(self, photo: Photo, edits: list[Edit]) -> Photo:
        """The photo with the edits in it. Without edits it is the photo itself."""
        if photo is not self._photo:
            self._photo = photo
            self._made.clear()
        looks = tuple(edit.look() for edit in edits)
        done, picture = self._longest_prefix(photo, looks)
        for count in range(done, len(edits)):
            pasted = self._pasted(picture, looks[:count], edits[count])
            picture = faded(picture, pasted, edits[count].amount)
            self._remember(looks[: count + 1], picture)
        return picture

    def _pasted(self, below: Photo, looks: tuple[object, ...], edit: Edit) -> Photo:
        """The edit unfaded. Cached, so that moving its opacity only fades between two pictures."""
        key = (*looks, (edit.id, edit.blend, edit.mode, edit.drawn))
        if key not in self._made:
            self._remember(key, engine.paste(below, edit.face, edit.shown, edit.refined_mask(), edit.mode))
        self._made.move_to_end(key)
        return self._made[key]

    def _longest_prefix(self, photo: Photo, looks: tuple[object, ...]) -> tuple[int, Photo]:
        for count in range(len(looks), 0, -1):
            made = self._made.get(looks[:count])
            if made is not None:
                self._made.move_to_end(looks[:count])
                return count, made
        return 0, photo

    def _remember(self, key: tuple[object, ...], picture: Photo) -> None:
        self._made[key] = picture
        while len(self._made) > 2 and self._bytes() > CACHE_BYTES:
            self._made.popitem(last=False)

    def _bytes(self) -> int:
        """Memory of the pictures; one that is kept under two names counts once."""
        return sum(picture.pixels.nbytes for picture in {id(p): p for p in self._made.values()}.values())


def faded(below: Photo, above: Photo, amount: float) -> Photo:
    """Between two pictures of the same photo: 0 is the first, 1 the second. Equal pixels keep their bits."""
    if amount >= 1.0 or above is below:
        return above
    if amount <= 0.0:
        return below
    rows = np.flatnonzero((below.pixels != above.pixels).reshape(below.height, -1).any(axis=1))
    if not len(rows):
        return below
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    old, new = below.pixels[part].astype(np.float32), above.pixels[part].astype(np.float32)
    pixels = below.pixels.copy()
    pixels[part] = np.rint(old + amount * (new - old)).astype(pixels.dtype)
    pixels.setflags(write=False)
    return replace(above, pixels=pixels)
