"""Recomposes the document's picture in the background whenever its edits change: the latest state first."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engine import Photo

from ..document.document import Document
from ..document.edit import Edit
from ..pixels.pyramid import Pyramid
from ..tasks import engine_tasks
from ..tasks.compositor import Compositor
from ..text.messages import Failure
from .notices import Notices
from .strength_renders import StrengthRenders
from .task_runner import TaskRunner


class PictureUpdates(QObject):
    """Makes the picture, and says when a face has to be cut out of it again."""

    changed = Signal(object, object)  # Pyramid now, Pyramid before
    face_stale = Signal(int, object, object)  # a face's number and box, and the picture to read it from

    def __init__(
        self,
        document: Document,
        strengths: StrengthRenders,
        notices: Notices,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._strengths, self._notices, self._tasks = document, strengths, notices, tasks
        self.compositor = Compositor()  # used in the photo's lane only
        self._before: Pyramid | None = None
        self._compose_task = self._cut_task = self._turn_task = 0
        self._compose_again = False
        self._cut_from: tuple[object, ...] = ()
        document.photo_turned.connect(self._turned)
        document.edits_changed.connect(self._compose)
        document.blend_changed.connect(lambda _rect: self._compose())
        strengths.arrived.connect(self._compose)

    def begin(self, before: Pyramid) -> None:
        """Another photo, as `before` shows it, takes the place of the one that is open."""
        self._drop()
        self._before, self._cut_from = before, ()

    def _drop(self) -> None:
        """What is being made is of a photo that is open no longer, or was turned."""
        for task in (self._compose_task, self._turn_task):
            self._tasks.drop(task)
        self._compose_task, self._turn_task, self._compose_again = 0, 0, False

    def _turned(self) -> None:
        """The photo was turned: make its picture anew, and until then no other."""
        photo = self._document.photo
        if photo is None:
            return
        self._drop()
        self._before = None
        if self._cut_task:  # the face that was being cut out lies elsewhere now
            self._tasks.drop(self._cut_task)
            self._cut_task, self._cut_from = 0, (None,)

        def done(before: Pyramid) -> None:
            self._turn_task, self._before = 0, before
            self._compose()

        self._turn_task = self._tasks.do(
            self._tasks.photo_lane,
            self.tr("Turning the photo…"),
            lambda: engine_tasks.picture_of(photo),
            done,
        )

    def set_cut_from(self, edits: list[Edit]) -> None:
        """The document's faces are those of the picture with these committed edits."""
        self._cut_from = looks_of(self._strengths.rendered(edits))

    def shown_edits(self) -> list[Edit]:
        """The edits that make the picture, as they are drawn now."""
        return self._strengths.rendered(self._document.visible_edits())

    def committed_edits(self) -> list[Edit]:
        """Those that are committed and enabled, as they are drawn now."""
        return self._strengths.rendered([edit for edit in self._document.edits if edit.enabled])

    def _compose(self) -> None:
        """Make the picture anew. While one is being made the next waits, and only the latest is made: so
        the picture follows a brush stroke as fast as it can be pasted."""
        photo, edits = self._document.photo, self.shown_edits()
        if photo is None or self._before is None:
            return
        if self._compose_task:
            self._compose_again = True
            return
        if not edits:
            self._composed(engine_tasks.Opened(photo, self._before))
            return
        self._compose_task = self._tasks.do(
            self._tasks.photo_lane,
            self.tr("Pasting into the photo…"),
            lambda: engine_tasks.compose(self.compositor, photo, edits),
            self._composed,
            self._not_composed,
        )

    def _composed(self, opened: engine_tasks.Opened) -> None:
        self._compose_task = 0
        self._document.set_picture(opened.photo)
        self.changed.emit(opened.pyramid, self._before)
        if self._compose_again:
            self._compose_again = False
            self._compose()
        else:
            self._refresh_faces()

    def _not_composed(self, failure: Failure) -> None:
        self._compose_task, self._compose_again = 0, False
        self._notices.fail(failure)

    def _refresh_faces(self) -> None:
        """The next edit starts from the picture with the committed edits: cut the faces out of it again."""
        document, committed = self._document, self.committed_edits()
        looks = looks_of(committed)
        if looks == self._cut_from or document.photo is None:
            return
        self._cut_from = looks
        chosen, photo, index = document.face, document.photo, document.chosen
        document.faces = {i: s for i, s in document.faces.items() if i == index}
        if chosen is None or index is None:
            return

        def done(picture: Photo) -> None:
            self._cut_task = 0
            self.face_stale.emit(index, chosen.box, picture)

        self._tasks.drop(self._cut_task)
        self._cut_task = self._tasks.do(
            self._tasks.photo_lane,
            self.tr("Reading the face again…"),
            lambda: self.compositor.compose(photo, committed),
            done,
        )

    def stop(self) -> None:
        """No picture is made any more."""
        self._document.edits_changed.disconnect(self._compose)


def looks_of(edits: list[Edit]) -> tuple[object, ...]:
    """What the picture with these committed edits depends on."""
    return tuple(edit.look() for edit in edits if edit.enabled)
