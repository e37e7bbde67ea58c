"""File commands: open, save, export, clipboard, and the question about unsaved changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

import engine

from ..canvas.view import CanvasView
from ..dialogs import files
from ..dialogs.export import Export, ExportDialog
from ..dialogs.files import Answer
from ..process import answers
from ..project.file import SUFFIX
from ..session.session import Session
from ..settings.settings import Settings
from ..text.messages import Level
from . import drop_and_paste

_LONGEST_NAME = 240
"""Bytes: room for a longer suffix and a number, under the 255 that most file systems take."""


class FileActions(QObject):
    """The window's file commands; dialogs open over `window` and never block."""

    def __init__(self, window: QWidget, session: Session, settings: Settings, canvas: CanvasView) -> None:
        super().__init__(window)
        self._window, self._session, self._settings, self._canvas = window, session, settings, canvas
        session.photos.arrived_late.connect(self.if_nothing_is_lost)

    # --- opening

    def ask_open(self) -> None:
        self.if_nothing_is_lost(lambda: files.choose_photo(self._window, self._folder(), self.open_now))

    def open_paths(self, paths: list[Path]) -> None:
        """Open the first of some files; says so when there were more."""

        def go() -> None:
            self.open_now(paths[0])
            if len(paths) > 1:
                self._session.notices.tell(
                    self.tr("{1} is opened, the first of {0} files.").format(len(paths), paths[0].name),
                    self.tr("One photo at a time can be edited."),
                )

        self.if_nothing_is_lost(go)

    def open_now(self, path: Path) -> None:
        """A photo or a project."""
        if path.suffix.lower() == SUFFIX:
            self._session.projects.open(path)
        else:
            self._session.photos.open_path(path)

    def tell_missing(self, path: Path, answered: bool = True) -> None:
        """A file that was open lately is not there any more, or its disk does not even say that."""
        name, folder = path.name, path.parent
        if answered:
            self._session.notices.tell(
                self.tr("{0} is not there any more.").format(name),
                self.tr("It was in {0} and has left the list.").format(folder),
                Level.WARNING,
            )
        else:
            self._session.notices.tell(
                self.tr("The drive that {0} is on does not answer.").format(name),
                self.tr("It is in {0}. Connect the drive, then choose it again.").format(folder),
                Level.WARNING,
            )

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        self.take(drop_and_paste.take(data), self.tr("The clipboard holds no picture."))

    def take(self, found: drop_and_paste.MimeContents, otherwise: str) -> None:
        """Open what was dropped or pasted; `otherwise` is what to say when that is nothing."""

        def nothing() -> None:
            hint = self.tr("Save the picture to this computer first.") if found.remote else ""
            self._session.notices.tell(otherwise, hint, Level.WARNING)

        def named(paths: list[Path]) -> None:
            if paths:
                self.open_paths(paths)
            else:
                nothing()

        if found.paths:
            self.open_paths(list(found.paths))
        elif found.named:
            self._session.tasks.reading_lane.submit(
                lambda _report: drop_and_paste.existing(found.named), named, lambda _failure: nothing()
            )
        elif found.encoded:
            self.if_nothing_is_lost(lambda: self._session.photos.open_encoded(found.encoded, nothing))
        elif found.picture is not None:
            picture = found.picture
            self.if_nothing_is_lost(lambda: self._session.photos.open_pixels(picture))
        else:
            nothing()

    def new_random_face(self) -> None:
        self.if_nothing_is_lost(self._session.photos.open_random_face)

    # --- saving

    def ask_save(self, then: Callable[[], object] | None = None) -> None:
        """Ask where to save the picture; `then` runs when it has been written."""
        if self._session.document.photo is not None:
            quality, tag = self._settings.get("save/quality"), self._settings.get("save/tag")
            files.choose_target(
                self._window,
                self.tr("Save the photo"),
                self._suggestion(self.tr("edited")),
                lambda path: self._session.exports.save_picture(path, then, quality=quality, tag=tag),
            )

    def ask_export(self) -> None:
        """Ask how to save the picture, then where."""
        photo = self._session.document.photo
        if photo is not None:
            dialog = ExportDialog(self._settings, f"{photo.width} × {photo.height} px", self._window)
            dialog.chosen.connect(self._ask_place)
            dialog.open()

    def _ask_place(self, export: Export) -> None:
        files.choose_target(
            self._window,
            self.tr("Export the picture"),
            self._suggestion(self.tr("edited"), export.suffix),
            lambda path: self._session.exports.save_picture(
                path, quality=export.quality, tag=export.tag, metadata=export.metadata
            ),
        )

    def save_project(self, then: Callable[[], object] | None = None) -> None:
        """Write the project where it is, or ask where it shall be; `then` runs when it has been written."""
        projects = self._session.projects
        if projects.path is not None:
            projects.save(projects.path, then)
        else:
            self.ask_save_project(then)

    def ask_save_project(self, then: Callable[[], object] | None = None) -> None:
        if self._session.document.photo is not None:
            projects = self._session.projects
            suggestion = projects.path
            if suggestion is None or not answers.is_folder(suggestion.parent):
                suggestion = self._suggestion(self.tr("edited"), SUFFIX)
            files.choose_project(self._window, suggestion, lambda path: projects.save(path, then))

    def ask_export_mask(self) -> None:
        files.choose_target(
            self._window,
            self.tr("Export the mask"),
            self._suggestion(self.tr("mask"), ".png"),
            self._session.exports.save_mask,
            without_loss=True,
        )

    def copy(self) -> None:
        picture = self._canvas.photo.current_image()
        if picture is not None:
            QGuiApplication.clipboard().setImage(picture)
            self._session.notices.tell(self.tr("The picture is in the clipboard."))

    def _folder(self) -> Path:
        """Where a dialog begins: the last file's folder, if its disk answers, since the dialog would wait for
        it."""
        recent = self._settings.recent()
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        folder = recent[0].parent if recent else Path(pictures)
        return folder if answers.is_folder(folder) else Path.home()

    def _suggestion(self, ending: str, suffix: str = "") -> Path:
        """A name for what is made of the photo, of a length that every disk takes, where it can be
        written."""
        path = self._session.document.path or Path("face.png")
        folder = path.parent if path.is_absolute() and answers.is_folder(path.parent) else self._folder()
        return folder / engine.fitting_name(path.stem, f"-{ending}{suffix or path.suffix}", _LONGEST_NAME)

    # --- what is not saved

    def if_nothing_is_lost(self, go: Callable[[], object]) -> None:
        """Do something that would lose unsaved edits, after asking."""
        if self._session.runs.running or not self._session.unsaved:
            go()  # during a run the session refuses by itself
        else:
            self._ask(go, lambda: self.if_nothing_is_lost(go))

    def ask_before_closing(self, close: Callable[[], None]) -> bool:
        """True when the window may close at once; otherwise asks, and `close` runs if it may after all: when
        what is not saved has been dealt with, and nothing is being written any more."""

        def go() -> None:
            if self._session.saving.under_way:
                self._wait_for_saves(close)
            else:
                close()

        def ask_again() -> None:
            if self.ask_before_closing(close):
                close()

        if self._session.runs.running or self._session.unsaved:
            self._ask(go, ask_again)
        elif self._session.saving.under_way:
            self._wait_for_saves(close)
        else:
            return True
        return False

    def _wait_for_saves(self, close: Callable[[], None]) -> None:
        """Close as soon as everything is written, or when a person says so; a disk may never answer."""
        saving = self._session.saving
        names = ", ".join(engine.printable(save.path.name) for save in saving.under_way)
        box = files.ask_whether_to_wait(self._window, names, close)

        def ended(all_written: bool) -> None:
            box.reject()
            if all_written:  # otherwise a message says what was not
                close()

        saving.ended.connect(ended)
        box.finished.connect(lambda: saving.ended.disconnect(ended))

    def _ask(self, go: Callable[[], object], ask_again: Callable[[], object]) -> None:
        session = self._session

        def answered(answer: Answer) -> None:
            if answer is Answer.PROJECT:
                self.save_project(ask_again)  # it was changed while it was written
            elif answer is Answer.PICTURE:
                self.ask_save(lambda: go() if session.exports.exported else ask_again())
            elif answer is Answer.DISCARD:
                go()
            elif answer is Answer.STOP:
                self._stop_and(ask_again)

        exported = session.exports.exported
        name = engine.printable(exported.name) if exported else ""
        files.ask_unsaved(self._window, session.runs.running, name, answered)

    def _stop_and(self, ask_again: Callable[[], object]) -> None:
        """The run is given up; what was edited before it is asked about like any other work."""
        if not self._session.runs.running:
            ask_again()
            return
        self._session.runs.ended.connect(ask_again, Qt.ConnectionType.SingleShotConnection)
        self._session.runs.cancel(keep=False)
