"""The export dialog: file format, quality and metadata."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from ..settings.settings import Settings
from ..text.engine_sentences import translated
from ..widgets.basics import ValueSlider, label
from .files import saved_formats


@dataclass(frozen=True)
class Export:
    """`suffix` of the format, `quality` 1..100, whether EXIF and the like are kept, and the edit told."""

    suffix: str
    quality: int
    metadata: bool
    tag: bool


class ExportDialog(QDialog):
    """Asks how; where comes next. What was chosen is remembered."""

    chosen = Signal(object)  # Export

    def __init__(self, settings: Settings, size: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export the picture"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self.format = QComboBox()
        self.format.setAccessibleName(self.tr("Format"))
        self._formats = saved_formats()
        for row in self._formats:
            text = f" ({translated(row.purpose)})" if row.purpose else ""
            self.format.addItem(row.title + text, row.suffixes[0])
        self.format.setCurrentIndex(max(0, self.format.findData(settings.get("export/suffix"))))
        self.quality = ValueSlider("", 1, 100, settings.get("save/quality"), str, name_width=0)
        self.quality.slider.setAccessibleName(self.tr("Quality"))
        self.metadata = QCheckBox(self.tr("Keep the photo's metadata (EXIF: camera, date, place)"))
        self.metadata.setChecked(settings.get("save/metadata"))
        self.tag = QCheckBox(self.tr("Say in the metadata that the picture was edited"))
        self.tag.setChecked(settings.get("save/tag"))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("Size"), label(size))
        form.addRow(self.tr("Format"), self.format)
        form.addRow(self.tr("Quality"), self.quality)
        form.addRow("", self.metadata)
        form.addRow("", self.tag)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go_on = buttons.addButton(self.tr("Choose a place…"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go_on.setProperty("primary", True)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        column.addLayout(form)
        self.note = label("", "muted", wrap=True)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.setMinimumWidth(max(460, self.minimumSizeHint().width()))
        self.format.currentIndexChanged.connect(self._show_what_it_holds)
        self._show_what_it_holds()
        self.go_on.setFocus()

    def _show_what_it_holds(self) -> None:
        """Only the choices that the format has, and what becomes of the colours."""
        row = self._formats[self.format.currentIndex()]
        self.quality.setEnabled(row.quality is not None)
        self.metadata.setEnabled(row.exif or row.xmp)
        self.tag.setEnabled(row.xmp)
        self.note.setText(
            self.tr("The colour profile is always kept.")
            if row.icc
            else self.tr("This format holds no metadata and no colour profile; the colours become sRGB.")
        )

    def _accept(self) -> None:
        export = Export(
            self.format.currentData(), self.quality.value, self.metadata.isChecked(), self.tag.isChecked()
        )
        self._settings.set("export/suffix", export.suffix)
        self._settings.set("save/metadata", export.metadata)
        self._settings.set("save/tag", export.tag)
        if self.quality.isEnabled():
            self._settings.set("save/quality", export.quality)
        self.accept()
        self.chosen.emit(export)
