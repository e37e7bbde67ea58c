"""Opening, saving, exporting, the clipboard, and the question about what is not saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from . import intake
from .canvas.view import CanvasView
from .dialogs import files
from .dialogs.export import Export, ExportDialog
from .dialogs.files import Answer
from .keeper import Keeper
from .notices import Level
from .project import SUFFIX
from .settings import Settings


class FileCommands(QObject):
    """The window's file commands; dialogs open over `window` and never block."""

    def __init__(self, window: QWidget, keeper: Keeper, settings: Settings, canvas: CanvasView) -> None:
        super().__init__(window)
        self._window, self._keeper, self._settings, self._canvas = window, keeper, settings, canvas
        self._studio = keeper.studio

    # --- opening

    def ask_open(self) -> None:
        self.if_nothing_is_lost(lambda: files.choose_photo(self._window, self._folder(), self.open_now))

    def open_paths(self, paths: list[Path]) -> None:
        """Open the first of some files; says so when there were more."""

        def go() -> None:
            self.open_now(paths[0])
            if len(paths) > 1:
                self._studio.tell(
                    self.tr("{0} files were dropped; {1} was opened.").format(len(paths), paths[0].name),
                    self.tr("One photo at a time can be edited."),
                )

        self.if_nothing_is_lost(go)

    def open_now(self, path: Path) -> None:
        """A photo or a project."""
        if path.suffix.lower() == SUFFIX:
            self._keeper.open_project(path)
        else:
            self._studio.open_path(path)

    def tell_gone(self, path: Path) -> None:
        """A file that was open lately is not there any more."""
        self._studio.tell(
            self.tr("{0} is not there any more.").format(path.name),
            self.tr("It was in {0} and has left the list.").format(path.parent),
            Level.WARNING,
        )

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        self.take(intake.take(data), self.tr("The clipboard holds no picture."))

    def take(self, found: intake.Intake, otherwise: str) -> None:
        """Open what was dropped or pasted; `otherwise` is what to say when that is nothing."""
        if found.paths:
            self.open_paths(list(found.paths))
        elif found.picture is not None:
            picture = found.picture
            self.if_nothing_is_lost(lambda: self._studio.open_pixels(picture))
        else:
            hint = self.tr("Save the picture to this computer first.") if found.remote else ""
            self._studio.tell(otherwise, hint, Level.WARNING)

    def new_random_face(self) -> None:
        self.if_nothing_is_lost(self._studio.new_random_face)

    # --- saving

    def ask_save(self, then: Callable[[], None] | None = None) -> None:
        """Ask where to save the picture; `then` runs when it has been written."""
        if self._studio.document.photo is not None:
            quality, tag = self._settings.get("save/quality"), self._settings.get("save/tag")
            files.choose_target(
                self._window,
                self.tr("Save the photo"),
                self._suggestion(self.tr("edited")),
                lambda path: self._keeper.save_picture(path, then, quality=quality, tag=tag),
            )

    def ask_export(self) -> None:
        """Ask how to save the picture, then where."""
        photo = self._studio.document.photo
        if photo is not None:
            dialog = ExportDialog(self._settings, f"{photo.width} × {photo.height} px", self._window)
            dialog.chosen.connect(self._ask_place)
            dialog.open()

    def _ask_place(self, wish: Export) -> None:
        options = {"quality": wish.quality, "tag": wish.tag, "metadata": wish.metadata}
        files.choose_target(
            self._window,
            self.tr("Export the picture"),
            self._suggestion(self.tr("edited")).with_suffix(wish.suffix),
            lambda path: self._keeper.save_picture(path, **options),
        )

    def save_project(self, then: Callable[[], None] | None = None) -> None:
        """Write the project where it is, or ask where it shall be; `then` runs when it has been written."""
        if self._keeper.project_path is not None:
            self._keeper.save_project(self._keeper.project_path, then)
        else:
            self.ask_save_project(then)

    def ask_save_project(self, then: Callable[[], None] | None = None) -> None:
        if self._studio.document.photo is not None:
            suggestion = self._keeper.project_path or self._suggestion(self.tr("edited")).with_suffix(SUFFIX)
            files.choose_project(self._window, suggestion, lambda path: self._keeper.save_project(path, then))

    def ask_export_mask(self) -> None:
        files.choose_target(
            self._window,
            self.tr("Export the mask"),
            self._suggestion(self.tr("mask")).with_suffix(".png"),
            self._keeper.export_mask,
            without_loss=True,
        )

    def copy(self) -> None:
        picture = self._canvas.photo.current_image()
        if picture is not None:
            QGuiApplication.clipboard().setImage(picture)
            self._studio.tell(self.tr("The picture is in the clipboard."))

    def _folder(self) -> Path:
        recent = self._settings.get("recent")
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        folder = Path(recent[0]).parent if recent else Path(pictures)
        return folder if folder.is_dir() else Path.home()

    def _suggestion(self, ending: str) -> Path:
        path = self._studio.document.path
        return path.with_stem(f"{path.stem}-{ending}") if path else self._folder() / f"face-{ending}.png"

    # --- what is not saved

    def if_nothing_is_lost(self, go: Callable[[], object]) -> None:
        """Do something that would lose unsaved edits, after asking."""
        if self._studio.running or not self._studio.unsaved:
            go()  # during a run the studio refuses by itself
        else:
            self._ask(go, lambda: self.if_nothing_is_lost(go))

    def ask_before_closing(self, close: Callable[[], None]) -> bool:
        """True when the window may close at once; otherwise asks, and `close` runs if it may after all."""
        if not (self._studio.running or self._studio.unsaved):
            return True
        self._ask(close, lambda: self.ask_before_closing(close) and close())
        return False

    def _ask(self, go: Callable[[], object], ask_again: Callable[[], object]) -> None:
        studio, keeper = self._studio, self._keeper

        def answered(answer: Answer) -> None:
            if answer is Answer.PROJECT:
                self.save_project(lambda: ask_again() and None)  # it was changed while it was written
            elif answer is Answer.PICTURE:
                self.ask_save(lambda: (go() if keeper.exported else ask_again()) and None)
            elif answer is Answer.DISCARD:
                go()
            elif answer is Answer.STOP:
                self._stop_and(ask_again)

        exported = keeper.exported
        files.ask_unsaved(self._window, studio.running, exported.name if exported else "", answered)

    def _stop_and(self, ask_again: Callable[[], object]) -> None:
        """The run is given up; what was edited before it is asked about like any other work."""
        if not self._studio.running:
            ask_again()
            return
        self._studio.run_ended.connect(ask_again, Qt.ConnectionType.SingleShotConnection)
        self._studio.cancel(keep=False)
