"""The menu of saved edits: load one into the panel, save the current selection, here or as a file, delete."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from engine import AttributeEdit, EngineError

from ..dialogs.names import ask_name
from ..frame.layout import Parts
from ..session.session import Session
from ..settings.saved_edits import SavedEdit, SavedEdits
from ..settings.settings import Settings
from ..text import labels
from ..text.messages import Failure


class SavedEditMenu(QObject):
    """Filled each time it is opened. `save_for_many` asks where to save the selection as a file."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        parts: Parts,
        settings: Settings,
        save_for_many: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._save_for_many = save_for_many
        self._window, self._session, self._parts, self._settings = window, session, parts, settings
        self.saved = SavedEdits()
        self.menu = QMenu(window)
        self.menu.aboutToShow.connect(self.fill)
        parts.attributes.saved_button.setMenu(self.menu)

    def fill(self) -> None:
        self.menu.clear()
        edits = self.saved.all()
        for edit in edits:
            entry = self.menu.addAction(edit.name.replace("&", "&&"))
            entry.setToolTip(labels.edit_title(edit.attributes))
            entry.triggered.connect(lambda _on=False, e=edit: self.apply(e))
        self.menu.setToolTipsVisible(True)
        if not edits:
            self.menu.addAction(self.tr("Nothing is saved yet")).setEnabled(False)
        self.menu.addSeparator()
        save = self.menu.addAction(self.tr("Save these settings…"))
        save.setEnabled(bool(self._parts.attributes.edits()))
        save.triggered.connect(self.ask_save)
        many = self.menu.addAction(self.tr("Save edit for many photos…"))
        many.setEnabled(save.isEnabled())
        many.triggered.connect(lambda _checked: self._save_for_many())
        deletions = self.menu.addMenu(self.tr("Delete"))
        deletions.setEnabled(bool(edits))
        for edit in edits:
            entry = deletions.addAction(edit.name.replace("&", "&&"))
            entry.triggered.connect(lambda _on=False, name=edit.name: self.delete(name))

    def apply(self, edit: SavedEdit) -> None:
        """Tick the attributes of a saved edit, with its settings; says which of them this pack lacks."""
        parts = self._parts
        parts.attributes.set_edits(edit.attributes)
        parts.run.choose_preset(edit.preset)
        self._settings.set("blend_mode", edit.mode)
        there = {ticked.name for ticked in parts.attributes.edits()}
        missing = [labels.attribute(a.name) for a in edit.attributes if a.name not in there]
        if missing:
            self._session.notices.tell(
                self.tr("This model pack cannot edit {0}.").format(", ".join(missing)),
                self.tr("The other settings were taken."),
            )

    def ask_save(self) -> None:
        edits = self._parts.attributes.edits()
        ask_name(
            self._window,
            self.tr("Save these settings"),
            self.tr("Name"),
            labels.edit_title(edits),
            lambda name: self._save(name, edits),
        )

    def _save(self, name: str, edits: tuple[AttributeEdit, ...]) -> None:
        preset, mode = self._parts.run.chosen_preset(), self._settings.get("blend_mode")
        try:
            self.saved.put(SavedEdit(name, edits, preset, mode))
        except EngineError as error:
            self._session.notices.fail(Failure.of(error))

    def delete(self, name: str) -> None:
        try:
            self.saved.delete(name)
        except EngineError as error:
            self._session.notices.fail(Failure.of(error))
