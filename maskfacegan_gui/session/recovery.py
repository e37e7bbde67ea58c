"""Keeps a copy of unsaved work for the case of a crash, and offers what an earlier window left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from engine import RunControl

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
        self._copying: RunControl | None = None  # cancels the copy that is being written
        self.autosave = Autosave(self._write_copy, self)
        self.autosave.impossible.connect(self._copies_impossible)
        document.photo_changed.connect(self._forget)
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

    def stop(self) -> None:
        """No copy is needed any more: one that is being written does not come to be."""
        if self._copying is not None:
            self._copying.cancel()

    def close(self) -> None:
        """The window closes in good order, and its lanes have ended."""
        self.autosave.close()

    def _write_copy(self, path: Path) -> None:
        state = self._projects.snapshot()
        if state is None:
            return
        if self._copying is not None and not self._copying.cancelled:
            self.autosave.failed()  # its disk has not taken the one before since the last tick
            return
        copying = self._copying = RunControl()

        def ended(tell: Callable[[], None]) -> None:
            if self._copying is copying:
                self._copying = None
            if not copying.cancelled:
                tell()

        # Not by `Saving`: a copy in the background is nothing to be shown.
        self._tasks.writing_lane.submit(
            lambda _report: project_file.write(path, state, control=copying),
            lambda _path: ended(self.autosave.succeeded),
            lambda _failure: ended(self.autosave.failed),
        )

    def _forget(self) -> None:
        """Everything is saved, or given up: the copy goes, also one that is being written."""
        self.stop()
        self.autosave.forget()

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
            self._forget()
