"""Keeps a copy of unsaved work for the case of a crash, and offers what an earlier window left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from ..document.document import Document
from ..project import file as project_file
from ..project.autosave import Autosave
from ..text.messages import Level
from .notices import Notices
from .project_files import ProjectFiles
from .task_runner import TaskRunner


class Recovery(QObject):
    """Connects `Autosave`, which says when, with the project files, which say what."""

    def __init__(
        self,
        document: Document,
        undo_stack: QUndoStack,
        projects: ProjectFiles,
        notices: Notices,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._undo_stack, self._projects, self._notices, self._tasks = undo_stack, projects, notices, tasks
        self.autosave = Autosave(self._write_copy, self)
        self.autosave.impossible.connect(self._copies_impossible)
        document.photo_changed.connect(self.autosave.forget)
        undo_stack.indexChanged.connect(self._note_change)
        undo_stack.cleanChanged.connect(self._clean_changed)
        projects.recovered.connect(self.autosave.take_over)

    def offer(self, if_nothing_is_lost: Callable[[Callable[[], None]], None]) -> None:
        """Say that an earlier window left work, if one did. It takes the place of what is open by then, so
        that it goes through `if_nothing_is_lost`."""
        lost = self.autosave.lost()
        if lost:

            def recover() -> None:
                if_nothing_is_lost(lambda: self._projects.open(lost[0], recovered=True))

            self._notices.tell(
                self.tr("Work that was not saved has been found."),
                self.tr("The application ended unexpectedly the last time."),
                Level.WARNING,
                action=(self.tr("Recover it"), recover),
                lasting=True,
            )

    def close(self) -> None:
        """The window closes in good order: no copy is needed."""
        self.autosave.close()

    def _write_copy(self, path: Path) -> None:
        state = self._projects.snapshot()
        if state is not None:
            # Not `do`: saving a copy in the background is nothing to be shown.
            self._tasks.photo_lane.submit(
                lambda _report: project_file.write(path, state),
                lambda _path: self.autosave.succeeded(),
                lambda _failure: self._copy_failed(),
            )

    def _copy_failed(self) -> None:
        if not self._undo_stack.isClean():
            self.autosave.failed()

    def _copies_impossible(self) -> None:
        self._notices.tell(
            self.tr("No copy of your work can be kept for the case of a crash."),
            self.tr("Save the project now. {0} cannot be written, or its disk is full.").format(
                self.autosave.folder
            ),
            Level.WARNING,
        )

    def _note_change(self) -> None:
        if not self._undo_stack.isClean():
            self.autosave.note_change()

    def _clean_changed(self, clean: bool) -> None:
        if clean:
            self.autosave.forget()
