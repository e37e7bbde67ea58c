"""The picture of the document, kept up to date: edits pasted beside the window, the latest state first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ..document.document import Document
from ..document.edit import Edit
from ..pixels.pyramid import Pyramid
from ..tasks import engine_tasks
from ..tasks.compositor import Compositor
from ..text.messages import Failure
from .strength_renders import StrengthRenders
from .task_runner import TaskRunner


class PictureUpdates(TaskRunner):
    """Owns the document and makes its picture whenever the edits change."""

    pictures_changed = Signal(object, object)  # Pyramid now, Pyramid before
    face_stale = Signal(int, object, object)  # a face's number and box, and the picture to read it from

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document(self)
        self.composer = Compositor()
        self.strengths = StrengthRenders(self.document, self.engine_lane, self)
        self._before: Pyramid | None = None
        self._compose_job = self._cut_job = 0
        self._compose_again = False
        self._cut_from: tuple[object, ...] = ()
        self.document.edits_changed.connect(self._compose)
        self.document.blend_changed.connect(lambda _rect: self._compose())
        self.strengths.arrived.connect(self._compose)

    def shown_edits(self) -> list[Edit]:
        """The edits that make the picture, as they are drawn now."""
        return self.strengths.dressed(self.document.visible_edits())

    def _committed(self) -> list[Edit]:
        return self.strengths.dressed([edit for edit in self.document.edits if edit.enabled])

    def _compose(self) -> None:
        """Make the picture anew. While one is being made the next waits, and only the latest is made: so
        the picture follows a brush stroke as fast as it can be pasted."""
        photo, edits = self.document.photo, self.shown_edits()
        if photo is None:
            return
        if self._compose_job:
            self._compose_again = True
            return
        if not edits:
            if self._before is not None:
                self._composed(engine_tasks.Opened(photo, self._before))
            return
        self._compose_job = self.do(
            self.photo_lane,
            self.tr("Pasting into the photo…"),
            lambda: engine_tasks.compose(self.composer, photo, edits),
            self._composed,
            self._not_composed,
        )

    def _composed(self, opened: engine_tasks.Opened) -> None:
        self._compose_job = 0
        self.document.set_picture(opened.photo)
        self.pictures_changed.emit(opened.pyramid, self._before)
        if self._compose_again:
            self._compose_again = False
            self._compose()
        else:
            self._refresh_faces()

    def _not_composed(self, failure: Failure) -> None:
        self._compose_job, self._compose_again = 0, False
        self.fail(failure)

    def _refresh_faces(self) -> None:
        """The next edit starts from the picture with the committed edits: cut the faces out of it again."""
        committed = self._committed()
        looks = looks_of(committed)
        if looks == self._cut_from or self.document.photo is None:
            return
        self._cut_from = looks
        chosen, photo = self.document.face, self.document.photo
        index = self.document.chosen
        self.document.faces = {i: s for i, s in self.document.faces.items() if i == index}
        if chosen is None or index is None:
            return
        self.drop(self.photo_lane, self._cut_job)
        self._cut_job = self.do(
            self.photo_lane,
            self.tr("Reading the face again…"),
            lambda: self.composer.compose(photo, committed),
            lambda picture: self.face_stale.emit(index, chosen.box, picture),
        )

    def close(self) -> None:
        """No picture is made any more; both lanes end."""
        self.document.edits_changed.disconnect(self._compose)
        super().close()


def looks_of(edits: list[Edit]) -> tuple[object, ...]:
    """What the picture with these committed edits depends on."""
    return tuple(edit.look() for edit in edits if edit.enabled)
