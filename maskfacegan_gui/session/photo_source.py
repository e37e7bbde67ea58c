"""Opens what is to be edited: a photo file, pasted pixels, a random face, or a project that has been read."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

import engine
from engine import ByteArray, Orientation, Photo

from ..document.document import Document
from ..document.snapshot import Snapshot
from ..tasks import engine_tasks
from ..tasks.disk_lane import DiskLane
from ..tasks.lane import Lane
from ..text.engine_sentences import translated
from ..text.messages import Failure, Level
from .notices import Notices
from .pack_loader import PackLoader
from .patience import Patience
from .picture_updates import PictureUpdates
from .runs import Runs
from .task_runner import TaskRunner

T = TypeVar("T")


class PhotoSource(QObject):
    """What is open stays until the other photo has been read; of two that were asked for the later one wins.
    Nothing is opened during a run."""

    opening = Signal()  # another photo was asked for
    opened = Signal()  # a photo whose faces are not known
    file_opened = Signal(object)  # the Path that it was read from
    arrived_late = Signal(object)  # shows what a person wants to see although the open picture was changed
    random_opened = Signal()  # a random face: aligned as it comes

    def __init__(
        self,
        document: Document,
        undo_stack: QUndoStack,
        notices: Notices,
        tasks: TaskRunner,
        packs: PackLoader,
        runs: Runs,
        pictures: PictureUpdates,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._undo_stack = document, undo_stack
        self._notices, self._tasks, self._packs = notices, tasks, packs
        self._runs, self._pictures = runs, pictures
        self._open_task = 0
        self.patience = Patience(notices, self)

    def read(
        self, lane: Lane | DiskLane, text: str, task: Callable[[], T], done: Callable[[T], None]
    ) -> None:
        """Read something that is to be opened in a lane; `done` gets it in the GUI thread."""
        if self._runs.refuse_if_running():
            return
        state = self._undo_stack.index(), self._undo_stack.isClean()

        def arrived(value: T) -> None:
            self.stop_waiting()
            changed = state != (self._undo_stack.index(), self._undo_stack.isClean())
            if self._runs.running or (changed and not self._undo_stack.isClean()):
                self._offer(lambda: done(value))
            else:
                done(value)

        def failed(failure: Failure) -> None:
            self.stop_waiting()
            if isinstance(failure.error, MemoryError):  # where no thread was found it names no photo
                failure = replace(failure, message=f"{text} {failure.message}")
            self._notices.fail(failure)

        self.stop_waiting()
        self.opening.emit()
        self._open_task = self._tasks.do(lane, text, task, arrived, failed)
        if lane is self._tasks.reading_lane:
            hint = self.tr("The drive may not answer. What is open can be edited meanwhile.")
            self.patience.begin(text, hint, self.stop_waiting)

    def stop_waiting(self) -> None:
        """For what is being opened; whatever it still brings is of an older time."""
        self.patience.end()
        self._tasks.drop(self._open_task)
        self._open_task = 0

    def _offer(self, show: Callable[[], None]) -> None:
        """What was read from a slow disk does not take the place of what was done meanwhile."""

        def go() -> None:
            if not self._runs.refuse_if_running():
                self.opening.emit()
                show()

        text = self.tr("What was to be opened has been read.")
        hint = self.tr("Work on the open picture went on meanwhile, so it is still there.")
        self._notices.tell(text, hint, action=(self.tr("Open it"), lambda: self.arrived_late.emit(go)))

    def open_path(self, path: Path) -> None:
        """Read a photo file."""
        self.read(
            self._tasks.reading_lane,
            self.tr("Opening {0}…").format(path.name),
            lambda: engine_tasks.open_photo(path),
            lambda opened: self._file_opened(path, opened),
        )

    def open_pixels(self, pixels: ByteArray) -> None:
        """A photo from the clipboard: (H, W, 3) uint8, or (H, W, 4) with its opacity."""
        photo = engine_tasks.photo_from_pixels(pixels)
        self.read(
            self._tasks.reading_lane,
            self.tr("Opening the pasted picture…"),
            lambda: engine_tasks.Opened(photo, engine_tasks.picture_of(photo)),
            self._opened,
        )

    def open_encoded(self, data: bytes, otherwise: Callable[[], None]) -> None:
        """A photo's file from the clipboard; `otherwise` is called where the bytes are none."""
        self.read(
            self._tasks.reading_lane,
            self.tr("Opening the pasted picture…"),
            lambda: engine_tasks.open_encoded(data),
            lambda opened: otherwise() if opened is None else self._opened(opened),
        )

    def open_random_face(self) -> None:
        """A face of nobody, drawn by the pack's generator."""
        pack = self._packs.pack
        if pack is None:
            return
        seed = secrets.randbelow(2**31)
        self.read(
            self._tasks.engine_lane,
            self.tr("Drawing a face…"),
            lambda: engine_tasks.random_face(pack, seed),
            self._random_opened,
        )

    def restore(self, opened: engine_tasks.Opened, state: Snapshot) -> None:
        """Show a project that has been read: the same faces, masks and edits, without parsing anew."""
        self._show(opened, state.original, state.orientation)
        self._pictures.set_cut_from(state.edits)
        self._document.restore(state)
        if state.chosen is None:
            self.opened.emit()

    def _file_opened(self, path: Path, opened: engine_tasks.Opened) -> None:
        self._opened(opened)
        self.file_opened.emit(path)

    def _opened(self, opened: engine_tasks.Opened) -> None:
        self._show(opened)
        remarks = [translated(remark) for remark in engine.remarks(opened.photo)]
        if remarks:  # in one message: a second would hide the first
            self._notices.tell(remarks[0], " ".join(remarks[1:]), Level.WARNING, stays=True)
        self.opened.emit()

    def _random_opened(self, opened: engine_tasks.Opened) -> None:
        self._show(opened)
        self.random_opened.emit()

    def _show(
        self,
        opened: engine_tasks.Opened,
        original: Photo | None = None,
        orientation: Orientation | None = None,
    ) -> None:
        self._pictures.begin(opened.pyramid)
        self._undo_stack.clear()
        self._document.set_photo(opened.photo, original, orientation)
