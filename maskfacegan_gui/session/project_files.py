"""Saves the document as a project file and opens it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from ..document.document import Document
from ..document.face_state import FaceState
from ..document.snapshot import Snapshot
from ..project import file as project_file
from ..tasks import engine_tasks
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level
from .notices import Notices
from .photo_source import PhotoSource
from .saving import Saving, Write
from .strength_renders import StrengthRenders
from .task_runner import TaskRunner


class ProjectFiles(QObject):
    """What is saved is a snapshot of the moment it was asked for."""

    opened = Signal(object)  # Path of a project
    recovered = Signal(object)  # Path of a copy of another window that is open now
    path_changed = Signal()

    def __init__(
        self,
        document: Document,
        undo_stack: QUndoStack,
        strengths: StrengthRenders,
        photos: PhotoSource,
        notices: Notices,
        tasks: TaskRunner,
        saving: Saving,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._undo_stack = document, undo_stack
        self._strengths, self._photos = strengths, photos
        self._notices, self._tasks, self._saving = notices, tasks, saving
        self.path: Path | None = None  # the document's project file, once it has one
        self._changes = 0
        document.photo_changed.connect(self._photo_changed)
        undo_stack.indexChanged.connect(self._count_change)

    def _photo_changed(self) -> None:
        self.path = None
        self.path_changed.emit()

    def _count_change(self) -> None:
        self._changes += 1

    def snapshot(self) -> Snapshot | None:
        """The document as it is now; only the masks are copied, everything else never changes."""
        document, strengths = self._document, self._strengths
        if document.photo is None:
            return None
        faces = {
            i: FaceState(s.box, s.crop, s.parsed, s.masks.copy(), dict(s.scores), s.refined)
            for i, s in document.faces.items()
        }
        return Snapshot(
            document.photo,
            list(document.boxes),
            list(document.quads),
            faces,
            document.chosen,
            strengths.rendered(document.edits),
            None if document.pending is None else strengths.rendered([document.pending])[0],
            original=document.original,
            orientation=document.orientation,
        )

    def save(self, path: Path, then: Callable[[], object] | None = None) -> None:
        """Write the project as soon as every edit has been rendered at its strength; `then` runs when it has
        been written."""
        self._strengths.when_drawn(lambda: self._save(path, then))

    def _save(self, path: Path, then: Callable[[], object] | None, replace_read_only: bool = False) -> None:
        state, changes = self.snapshot(), self._changes
        if state is None:
            return

        def done(written: Path) -> None:
            self.path = written
            if self._changes == changes:  # otherwise the file lacks what was changed meanwhile
                self._undo_stack.setClean()
            self.path_changed.emit()
            self._notices.tell(self.tr("Saved {0}.").format(written.name), str(written.parent))
            if then is not None:
                then()

        def make() -> Write:
            return lambda control: project_file.write(path, state, replace_read_only, control)

        def failed(failure: Failure) -> None:
            self._notices.fail_to_save(failure, lambda: self._save(path, then, True))

        self._saving.write(path, make, done, failed)

    def open(self, path: Path, recovered: bool = False) -> None:
        """Read a project; a recovered one belongs to no file yet and is not saved."""

        def read() -> tuple[engine_tasks.Opened, Snapshot]:
            state = project_file.read(path)
            return engine_tasks.Opened(state.photo, engine_tasks.picture_of(state.photo)), state

        def done(found: tuple[engine_tasks.Opened, Snapshot]) -> None:
            opened, state = found
            self._photos.restore(opened, state)
            self.path = None if recovered else path
            self.path_changed.emit()
            if recovered:
                self._undo_stack.resetClean()
                self.recovered.emit(path)
            else:
                self.opened.emit(path)
            if state.damage:
                self._notices.tell(
                    self.tr("Parts of {0} are damaged.").format(path.name),
                    " ".join(map(translated, state.damage)),
                    Level.WARNING,
                )

        text = self.tr("Opening {0}…").format(path.name)
        self._photos.read(self._tasks.reading_lane, text, read, done)
