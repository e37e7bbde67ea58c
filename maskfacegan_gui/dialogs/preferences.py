"""The preferences dialog; every change applies at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

import engine

from ..settings.settings import AUTO, Settings
from ..widgets.basics import ValueSlider, label
from .files import saved_formats

CHOOSE = "…"  # the entry that asks for a folder


class PreferencesDialog(QDialog):
    """Writes to the settings; whoever depends on one listens to `Settings.changed`."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self.theme = self._choice(
            "theme",
            self.tr("Appearance"),
            [("system", self.tr("As the system")), ("dark", self.tr("Dark")), ("light", self.tr("Light"))],
        )
        self.device = self._choice(
            "device",
            self.tr("Compute on"),
            [
                ("auto", self.tr("The fastest device there is")),
                ("cpu", self.tr("Processor (CPU)")),
                ("cuda", self.tr("NVIDIA graphics card (CUDA)")),
                ("mps", self.tr("Apple graphics (MPS)")),
            ],
        )
        self.pack = QComboBox()
        self.pack.setAccessibleName(self.tr("Model pack"))
        self.pack.setToolTip(
            self.tr("The networks that edit: a pack, or the models folder of the published implementation")
        )
        self._fill_packs()
        self.pack.activated.connect(self._pack_chosen)
        self.pen = self._choice(
            "pen/pressure",
            self.tr("Pen pressure"),
            [
                ("size", self.tr("Changes the brush's size")),
                ("flow", self.tr("Changes the brush's flow")),
                ("nothing", self.tr("Changes nothing")),
            ],
        )
        self.quality = ValueSlider("", 50, 100, settings.get("save/quality"), str, name_width=0)
        titles = [row.title for row in saved_formats() if row.quality is not None]
        with_quality = f" {self.tr('and')} ".join(titles)
        self.quality.slider.setAccessibleName(self.tr("Quality of {0}").format(with_quality))
        self.quality.value_changed.connect(lambda value: settings.set("save/quality", value))
        self.tag = QCheckBox(self.tr("Say in a saved picture's metadata that it was edited"))
        self.tag.setChecked(settings.get("save/tag"))
        self.tag.toggled.connect(lambda on: settings.set("save/tag", on))
        self.learn = QCheckBox(self.tr("Learn a chosen face while nothing else is to be done"))
        self.learn.setToolTip(
            self.tr("Its first edit is quicker then. It keeps one core of the processor busy for a while.")
        )
        self.learn.setChecked(settings.get("learn_faces"))
        self.learn.toggled.connect(lambda on: settings.set("learn_faces", on))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Appearance"), self.theme)
        form.addRow(self.tr("Model pack"), self.pack)
        form.addRow(self.tr("Compute on"), self.device)
        form.addRow(self.tr("Pen pressure"), self.pen)
        form.addRow(self.tr("{0} quality").format(with_quality), self.quality)
        form.addRow("", self.tag)
        form.addRow("", self.learn)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(label(self.tr("Changes apply at once."), "muted"))
        column.addWidget(buttons)
        self.setMinimumWidth(max(440, self.minimumSizeHint().width()))

    def _choice(self, key: str, name: str, entries: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for value, text in entries:
            box.addItem(text, value)
        box.setCurrentIndex(max(0, box.findData(self._settings.get(key))))
        box.activated.connect(lambda: self._settings.set(key, box.currentData()))
        return box

    def _fill_packs(self) -> None:
        current = self._settings.get("pack")
        self.pack.clear()
        self.pack.addItem(self.tr("The portrait pack where it is installed"), AUTO)
        for info in engine.list_packs():
            if info.available:
                self.pack.addItem(info.title, info.name)
        if self.pack.findData(current) < 0:
            self.pack.addItem(Path(current).name, current)
        self.pack.addItem(self.tr("Choose a folder…"), CHOOSE)
        self.pack.setCurrentIndex(self.pack.findData(current))

    def _pack_chosen(self) -> None:
        if self.pack.currentData() != CHOOSE:
            self._settings.set("pack", self.pack.currentData())
            return
        dialog = QFileDialog(self, self.tr("Folder of a model pack"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self._settings.set("pack", folder))
        dialog.finished.connect(self._fill_packs)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
