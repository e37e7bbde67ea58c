"""Saves pictures: the photo with its edits at full size, and the mask of the edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

import engine
from engine import Photo, RunControl

from ..document.document import Document
from ..process import answers
from ..tasks import engine_tasks
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level
from .notices import Notices
from .picture_updates import PictureUpdates, looks_of
from .saving import Saving, Write
from .strength_renders import StrengthRenders


class PictureExport(QObject):
    """Saves as soon as every edit has been rendered at its strength."""

    def __init__(
        self,
        document: Document,
        strengths: StrengthRenders,
        pictures: PictureUpdates,
        notices: Notices,
        saving: Saving,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._strengths, self._pictures = document, strengths, pictures
        self._notices, self._saving = notices, saving
        self._exported: tuple[Path, Photo, tuple[object, ...]] | None = None
        document.photo_changed.connect(self._forget)

    def _forget(self) -> None:
        self._exported = None

    def save_picture(self, path: Path, then: Callable[[], object] | None = None, **options: Any) -> None:
        """Write the picture at the photo's full size; `then` runs when it has been written. `options` are
        those of `engine_tasks.save`.

        A picture does not stand for the work: its masks and edits cannot be had from it again, so that they
        stay unsaved.
        """

        def save() -> None:
            photo, edits = self._document.photo, self._pictures.shown_edits()
            if photo is None:
                return

            def done(written: Path) -> None:
                self._exported = (written, photo, looks_of(edits))
                self._say_saved(written, engine.conversions(photo, written))
                if then is not None:
                    then()

            def make() -> Write:
                picture = self._pictures.compositor.compose(photo, edits) if edits else None
                return lambda control: engine_tasks.save(photo, picture, path, options, control)

            def failed(failure: Failure) -> None:
                again = {**options, "replace_read_only": True}
                self._notices.fail_to_save(failure, lambda: self.save_picture(path, then, **again))

            self._saving.write(path, make, done, failed)

        self._strengths.when_drawn(save)

    @property
    def exported(self) -> Path | None:
        """The file that holds the picture just as it is now; None where there is none."""
        if self._exported is None:
            return None
        path, photo, looks = self._exported
        same = photo is self._document.photo and looks == looks_of(self._pictures.shown_edits())
        return path if same and answers.is_file(path) else None

    def save_mask(self, path: Path, replace_read_only: bool = False) -> None:
        """Write where the visible edits show, as a grey picture of the photo's size."""

        def export() -> None:
            photo, edits = self._document.photo, self._pictures.shown_edits()
            if photo is None or not edits:
                return

            def make() -> Write:
                mask = engine_tasks.mask_of(photo, edits)

                def write(control: RunControl) -> Path:
                    return engine.save_mask(path, mask, replace_read_only=replace_read_only, control=control)

                return write

            def failed(failure: Failure) -> None:
                self._notices.fail_to_save(failure, lambda: self.save_mask(path, True))

            self._saving.write(path, make, self._say_saved, failed)

        self._strengths.when_drawn(export)

    def _say_saved(self, path: Path, lost: tuple[str, ...] = ()) -> None:
        """Where it is, or what the format could not hold."""
        hint, level = " ".join(map(translated, lost)), Level.WARNING if lost else Level.INFO
        self._notices.tell(self.tr("Saved {0}.").format(path.name), hint or str(path.parent), level)
