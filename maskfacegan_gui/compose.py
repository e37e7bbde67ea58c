"""The picture from the photo and its edits: pasted in order, prefixes kept. No Qt in here."""

from __future__ import annotations

from collections import OrderedDict

import engine
from engine import Photo

from .document import Edit

CACHE_BYTES = 400 * 2**20


class Composer:
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
            edit = edits[count]
            picture = engine.paste(picture, edit.face, edit.result, edit.shown_mask())
            self._remember(looks[: count + 1], picture)
        return picture

    def _longest_prefix(self, photo: Photo, looks: tuple[object, ...]) -> tuple[int, Photo]:
        for count in range(len(looks), 0, -1):
            made = self._made.get(looks[:count])
            if made is not None:
                self._made.move_to_end(looks[:count])
                return count, made
        return 0, photo

    def _remember(self, key: tuple[object, ...], picture: Photo) -> None:
        self._made[key] = picture
        while len(self._made) > 1 and sum(p.pixels.nbytes for p in self._made.values()) > CACHE_BYTES:
            self._made.popitem(last=False)
