"""Writes things to disk: the picture, the mask, the project, and the copy for recovery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

import engine
from engine import Photo

from ..document.face_state import FaceState
from ..document.snapshot import Snapshot
from ..project import file as project_file
from ..project.autosave import Autosave
from ..tasks import engine_tasks
from ..text.engine_sentences import translated
from ..text.messages import Level
from .picture_updates import looks_of
from .session import Session


class Saving(QObject):
    """Saves in the photo's lane; what is written is a snapshot of the moment it was asked for."""

    opened = Signal(object)  # Path of a project
    project_changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.project_path: Path | None = None
        self._exported: tuple[Path, Photo, tuple[object, ...]] | None = None
        self._changes = 0
        self.recovery = Autosave(self._write_copy, self)
        self.recovery.impossible.connect(self._copies_impossible)
        session.document.photo_changed.connect(self._other_photo)
        session.undo_stack.indexChanged.connect(self._changed)
        session.undo_stack.cleanChanged.connect(self._clean_changed)

    # --- pictures

    def save_picture(self, path: Path, then: Callable[[], None] | None = None, **options: Any) -> None:
        """Write the picture at the photo's full size; `then` runs when it has been written.

        A picture does not stand for the work: its masks and edits cannot be had from it again, so that they
        stay unsaved.
        """
        session = self.session

        def save() -> None:
            photo, edits = session.document.photo, session.shown_edits()
            if photo is None:
                return

            def done(written: Path) -> None:
                self._exported = (written, photo, looks_of(edits))
                self._say_saved(written, engine.conversions(photo, written))
                if then is not None:
                    then()

            session.do(
                session.photo_lane,
                self.tr("Saving {0}…").format(path.name),
                lambda: engine_tasks.save(session.composer, photo, edits, path, options),
                done,
            )

        session.strengths.when_drawn(save)

    @property
    def exported(self) -> Path | None:
        """The file that holds the picture just as it is now; None where there is none."""
        if self._exported is None:
            return None
        path, photo, looks = self._exported
        same = photo is self.session.document.photo and looks == looks_of(self.session.shown_edits())
        return path if same and path.is_file() else None

    def export_mask(self, path: Path) -> None:
        """Write where the visible edits show, as a grey picture of the photo's size."""
        session = self.session

        def export() -> None:
            photo, edits = session.document.photo, session.shown_edits()
            if photo is not None and edits:
                session.do(
                    session.photo_lane,
                    self.tr("Saving {0}…").format(path.name),
                    lambda: engine_tasks.export_mask(photo, edits, path),
                    self._say_saved,
                )

        session.strengths.when_drawn(export)

    def _say_saved(self, path: Path, lost: tuple[str, ...] = ()) -> None:
        """Where it is, or what the format could not hold."""
        hint, level = " ".join(map(translated, lost)), Level.WARNING if lost else Level.INFO
        self.session.tell(self.tr("Saved {0}.").format(path.name), hint or str(path.parent), level)

    # --- projects

    def snapshot(self) -> Snapshot | None:
        """The document as it is now; only the masks are copied, everything else never changes."""
        document = self.session.document
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
            self.session.strengths.dressed(document.edits),
            None if document.pending is None else self.session.strengths.dressed([document.pending])[0],
        )

    def save_project(self, path: Path, then: Callable[[], None] | None = None) -> None:
        self.session.strengths.when_drawn(lambda: self._save_project(path, then))

    def _save_project(self, path: Path, then: Callable[[], None] | None) -> None:
        state, changes = self.snapshot(), self._changes
        if state is None:
            return

        def done(written: Path) -> None:
            self.project_path = written
            if self._changes == changes:  # otherwise the file lacks what was changed meanwhile
                self.session.undo_stack.setClean()
            self.project_changed.emit()
            self._say_saved(written)
            if then is not None:
                then()

        self.session.do(
            self.session.photo_lane,
            self.tr("Saving {0}…").format(path.name),
            lambda: project_file.write(path, state),
            done,
        )

    def open_project(self, path: Path, recovered: bool = False) -> None:
        """Read a project; a recovered one belongs to no file yet and is not saved."""
        session = self.session

        def read() -> tuple[engine_tasks.Opened, Snapshot]:
            state = project_file.read(path)
            return engine_tasks.Opened(state.photo, engine_tasks.picture_of(state.photo)), state

        def done(found: tuple[engine_tasks.Opened, Snapshot]) -> None:
            opened, state = found
            session.restore(opened, state)
            self.project_path = None if recovered else path
            self.project_changed.emit()
            if recovered:
                session.undo_stack.resetClean()
                self.recovery.take_over(path)
            else:
                self.opened.emit(path)
            if state.damage:
                session.tell(
                    self.tr("Parts of {0} are damaged.").format(path.name),
                    " ".join(map(translated, state.damage)),
                    Level.WARNING,
                )

        if not session.refuse_while_running():
            session.opening.emit()
            text = self.tr("Opening {0}…").format(path.name)
            session.do(session.photo_lane, text, read, done)

    # --- the copy for recovery

    def _write_copy(self, path: Path) -> None:
        state = self.snapshot()
        if state is not None:
            # Not `do`: saving a copy in the background is nothing to be shown.
            self.session.photo_lane.submit(
                lambda _report: project_file.write(path, state),
                lambda _path: self.recovery.succeeded(),
                lambda _failure: self._copy_failed(),
            )

    def _copy_failed(self) -> None:
        if self.session.unsaved:
            self.recovery.failed()

    def _copies_impossible(self) -> None:
        self.session.tell(
            self.tr("No copy of your work can be kept for the case of a crash."),
            self.tr("Save the project now. {0} cannot be written, or its disk is full.").format(
                self.recovery.folder
            ),
            Level.WARNING,
        )

    def _changed(self) -> None:
        self._changes += 1
        if self.session.unsaved:
            self.recovery.note_change()

    def _clean_changed(self, clean: bool) -> None:
        if clean:
            self.recovery.forget()

    def _other_photo(self) -> None:
        self.project_path = self._exported = None
        self.recovery.forget()
        self.project_changed.emit()

    def offer_recovery(self, if_nothing_is_lost: Callable[[Callable[[], None]], None]) -> None:
        """Say that an earlier window left work behind, if one did. It takes the place of what is open by
        then, so that it goes through `if_nothing_is_lost`."""
        lost = self.recovery.lost()
        if lost:

            def recover() -> None:
                if_nothing_is_lost(lambda: self.open_project(lost[0], recovered=True))

            self.session.tell(
                self.tr("Work that was not saved has been found."),
                self.tr("The application ended unexpectedly the last time."),
                Level.WARNING,
                action=(self.tr("Recover it"), recover),
                lasting=True,
            )

    def close(self) -> None:
        """The window closes in good order: no copy is needed."""
        self.recovery.close()
