"""File dialogs, and the question about unsaved changes."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

import engine


def _tr(text: str) -> str:
    return QCoreApplication.translate("files", text)


def saved_formats(without_loss: bool = False) -> list[engine.PhotoFormat]:
    """The formats that can be written on this computer; `without_loss`: that keep every pixel."""
    names = engine.save_formats(without_loss)
    return [row for row in engine.PHOTO_FORMATS if row.name in names]


def choose_photo(parent: QWidget, folder: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for a photo to open."""
    suffixes = [suffix for row in engine.PHOTO_FORMATS for suffix in row.suffixes]
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in suffixes)
    dialog = QFileDialog(parent, _tr("Open a photo"), str(folder))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    projects = _tr("Projects") + " (*.mfg)"
    both = _tr("Photos and projects") + f" ({patterns} *.mfg)"
    dialog.setNameFilters([both, _tr("Photos") + f" ({patterns})", projects, _tr("All files") + " (*)"])
    return _show(dialog, chosen)


def choose_target(
    parent: QWidget,
    title: str,
    suggestion: Path,
    chosen: Callable[[Path], None],
    without_loss: bool = False,
) -> QFileDialog:
    """Ask where to save; a name without a suffix gets the chosen format's. `without_loss` offers only the
    formats that keep every pixel."""
    dialog = QFileDialog(parent, title, str(suggestion.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    filters = {
        f"{row.title} ({' '.join(f'*{suffix}' for suffix in row.suffixes)})": row.suffixes
        for row in saved_formats(without_loss)
    }
    dialog.setNameFilters(list(filters))
    wished = suggestion.suffix.lower()
    text = next((text for text, suffixes in filters.items() if wished in suffixes), next(iter(filters)))
    dialog.selectNameFilter(text)
    dialog.setDefaultSuffix(filters[text][0][1:])
    dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(filters[text][0][1:]))
    dialog.selectFile(suggestion.with_suffix(filters[text][0]).name)
    return _show(dialog, chosen)


def choose_project(parent: QWidget, suggestion: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save a project."""
    dialog = QFileDialog(parent, _tr("Save the project"), str(suggestion.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([_tr("Projects") + " (*.mfg)"])
    dialog.setDefaultSuffix("mfg")
    dialog.selectFile(suggestion.name)
    return _show(dialog, chosen)


def choose_edit(parent: QWidget, folder: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for the file of an edit that was saved for many photos."""
    dialog = QFileDialog(parent, _tr("Open a saved edit"), str(folder))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_tr("Saved edits") + " (*.json)", _tr("All files") + " (*)"])
    return _show(dialog, chosen)


def choose_models(parent: QWidget, chosen: Callable[[list[Path]], None]) -> QFileDialog:
    """Ask for model files, several at once."""
    dialog = QFileDialog(parent, _tr("Import model files"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    patterns = "*.pt *.pth *.safetensors *.ckpt *.bin"
    dialog.setNameFilters([_tr("Model files") + f" ({patterns})", _tr("All files") + " (*)"])
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def choose_report(parent: QWidget, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for the report of a comparison."""
    dialog = QFileDialog(parent, _tr("Load a report"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_tr("Reports") + " (*.json)", _tr("All files") + " (*)"])
    return _show(dialog, chosen)


def choose_edit_target(parent: QWidget, suggestion: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask where to save an edit for many photos."""
    dialog = QFileDialog(parent, _tr("Save the edit for many photos"), str(suggestion.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([_tr("Saved edits") + " (*.json)"])
    dialog.setDefaultSuffix("json")
    dialog.selectFile(suggestion.name)
    return _show(dialog, chosen)


def _show(dialog: QFileDialog, chosen: Callable[[Path], None]) -> QFileDialog:
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


class Answer(Enum):
    PROJECT = "project"
    PICTURE = "picture"
    DISCARD = "discard"
    STOP = "stop"
    CANCEL = "cancel"


def ask_unsaved(
    parent: QWidget, running: bool, exported: str, answered: Callable[[Answer], None]
) -> QMessageBox:
    """Ask what shall become of changes that are not saved, or of a run that is going on. `exported` names
    the file that holds the picture as it is, so that only what made it would be lost; empty without one."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)  # a file's name may look like mark-up
    box.setIcon(QMessageBox.Icon.Question)
    if running:
        box.setText(_tr("An edit is running."))
        box.setInformativeText(_tr("It will be stopped, and what it has reached is lost."))
    elif exported:
        box.setText(_tr("The picture has been saved as {0}, but its edits are not saved.").format(exported))
        box.setInformativeText(
            _tr("Only the masks and edits would be lost. A project keeps them, to go on later.")
        )
    else:
        box.setText(_tr("The photo has edits that are not saved."))
        box.setInformativeText(_tr("A project keeps masks and edits, to go on later."))
    answers = _buttons(box, running, bool(exported))
    cancel = box.addButton(_tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setEscapeButton(cancel)
    box.setDefaultButton(cancel if running else answers[0][0])

    def done() -> None:
        clicked = box.clickedButton()
        answered(next((answer for button, answer in answers if button is clicked), Answer.CANCEL))
        box.deleteLater()

    box.finished.connect(done)
    box.open()
    return box


def ask_whether_to_wait(parent: QWidget, names: str, leave: Callable[[], None]) -> QMessageBox:
    """Say that the window closes when the files of these names are written; `leave` runs if a person does not
    wait for that. It is for the caller to close it when they are."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.Information)
    box.setText(_tr("{0} is still being saved.").format(names))
    box.setInformativeText(
        _tr("The window closes when that is done. If the drive does not answer, close it without.")
    )
    away = box.addButton(_tr("Close without it"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(_tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setEscapeButton(stay)
    box.setDefaultButton(stay)

    def done() -> None:
        if box.clickedButton() is away:
            leave()
        box.deleteLater()

    box.finished.connect(done)
    box.open()
    return box


def _buttons(box: QMessageBox, running: bool, exported: bool) -> list[tuple[QPushButton, Answer]]:
    """All but Cancel, the one to be pressed by Return first."""
    accept, away = QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.DestructiveRole
    if running:
        return [(box.addButton(_tr("Stop the run"), away), Answer.STOP)]
    answers = [(box.addButton(_tr("Save project"), accept), Answer.PROJECT)]
    if not exported:
        answers.append((box.addButton(_tr("Save picture…"), accept), Answer.PICTURE))
    discard = box.addButton(_tr("Discard the edits") if exported else _tr("Discard"), away)
    answers.append((discard, Answer.DISCARD))
    return answers
