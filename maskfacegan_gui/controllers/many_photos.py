"""Editing many photos: saving the panel's settings as a file, and the dialog that runs a batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

import engine
from engine import BatchEdit

from ..dialogs import files
from ..dialogs.many_photos import ManyPhotosDialog
from ..frame.layout import Parts
from ..session.session import Session
from ..settings.saved_edits import SavedEdits
from ..settings.settings import AUTO, Settings
from ..text import labels


class ManyPhotos(QObject):
    """`open_result` opens a picture in the editor."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        parts: Parts,
        settings: Settings,
        open_result: Callable[[Path], None],
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._parts, self._settings = window, session, parts, settings
        self._open_result = open_result
        self._saved = SavedEdits()
        self.dialog: ManyPhotosDialog | None = None

    def current_edit(self) -> BatchEdit:
        """What the panel says now, as an edit of any photo."""
        run = self._parts.run
        preset = run.chosen_preset()
        return BatchEdit(
            self._parts.attributes.edits(),
            preset if preset in engine.PRESETS else "",
            self._settings.get("blend_mode"),
            seed=run.seed.value(),
            pack=self._pack(),
        )

    def ask_save(self) -> QFileDialog:
        """Ask where to save the panel's settings for many photos."""
        edit = self.current_edit()
        title = labels.edit_title(edit.attributes).replace("/", "-")
        return files.choose_edit_target(
            self._window, Path.home() / f"{title}.json", lambda path: self.save(path, edit)
        )

    def save(self, path: Path, edit: BatchEdit) -> None:
        def written(path: Path) -> None:
            self._session.notices.tell(
                self.tr("The edit was saved as {0}.").format(path.name),
                self.tr("File, Edit many photos… takes it, and so does: maskfacegan batch --edit {0}").format(
                    path.name
                ),
            )

        self._session.saving.write(
            path, lambda: lambda control: engine.write_edit(path, edit, control), written
        )

    def show(self) -> ManyPhotosDialog:
        """The dialog; the one that is there already, with what it is doing."""
        if self.dialog is None:
            # A window of its own, that may lie behind the editor.
            self.dialog = ManyPhotosDialog(
                lambda: self._settings.get("save/tag"), lambda: self._settings.get("device")
            )
            self.dialog.result_wanted.connect(self._show_result)
            self.dialog.ended.connect(self._tell_end)
        if not self.dialog.running:
            self.dialog.offer_edits(self._edits())
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        return self.dialog

    def _edits(self) -> dict[str, BatchEdit]:
        """The panel's settings, and what was saved under a name."""
        edits = {}
        if self._parts.attributes.edits():
            edits[self.tr("As ticked in the panel")] = self.current_edit()
        for saved in self._saved.all():
            mode = next((mode for mode in engine.BLEND_MODES if mode == saved.mode), None)
            edits[saved.name] = BatchEdit(saved.attributes, saved.preset, mode, pack=self._pack())
        return edits

    def _pack(self) -> str:
        """The pack's name or folder; "" for the one that is taken by itself."""
        chosen: str = self._settings.get("pack")
        return "" if chosen == AUTO else chosen

    def _show_result(self, path: Path) -> None:
        """Open a result in the editor, which lies behind the dialog until then."""
        self._open_result(path)
        self._window.raise_()
        self._window.activateWindow()

    def _tell_end(self, text: str) -> None:
        """Of a batch that ended while nobody looked."""
        if self.dialog is not None and not self.dialog.isVisible():
            self._session.notices.tell(text)

    def close(self) -> None:
        """The application ends."""
        if self.dialog is not None:
            self.dialog.shut_down()
            self.dialog.deleteLater()
            self.dialog = None
