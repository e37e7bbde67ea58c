"""The list of committed edits, the topmost pasted last: thumbnail, name, visibility, opacity, order."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..document.edit import Edit
from ..document.move import is_mirrored
from ..look.icons import Icons
from ..widgets.basics import ValueSlider, label, plain_tip

THUMBNAIL = 48


class EditRow(QFrame):
    """One edit. Signals carry its id."""

    enabled_changed = Signal(str, bool)
    opacity_changed = Signal(str, float)
    renamed = Signal(str, str)
    moved = Signal(str, int)  # +1: up, pasted later
    reopened = Signal(str)
    deleted = Signal(str)

    def __init__(self, edit: Edit, icons: Icons, first: bool, last: bool) -> None:
        super().__init__()
        self.setObjectName("attributeRow")
        self.edit_id = edit.id
        self.picture = QLabel()
        self.picture.setFixedSize(THUMBNAIL, THUMBNAIL)
        self.picture.setPixmap(thumbnail(edit, self.devicePixelRatioF()))
        self.title = QLineEdit(edit.title)
        self.title.setAccessibleName(self.tr("Name of the edit"))
        self.title.setCursorPosition(0)  # its beginning is seen, if not all of it
        self.title.setToolTip(plain_tip(edit.title + "\n" + self.tr("Click to rename")))
        self.title.editingFinished.connect(self._renamed)
        self._shown_title = edit.title
        self.visible_button = self._button(
            icons, "visible" if edit.enabled else "hidden", self.tr("Show {0}").format(edit.title)
        )
        self.visible_button.setCheckable(True)
        self.visible_button.setChecked(edit.enabled)
        self.visible_button.toggled.connect(lambda on: self.enabled_changed.emit(self.edit_id, on))
        self.up = self._button(icons, "up", self.tr("Move {0} up").format(edit.title))
        self.down = self._button(icons, "down", self.tr("Move {0} down").format(edit.title))
        self.again = self._button(icons, "edit", self.tr("Edit {0} again").format(edit.title))
        self.delete = self._button(icons, "discard", self.tr("Delete {0}").format(edit.title))
        self.up.setEnabled(not last)
        self.down.setEnabled(not first)
        self.up.clicked.connect(lambda: self.moved.emit(self.edit_id, 1))
        self.down.clicked.connect(lambda: self.moved.emit(self.edit_id, -1))
        self.again.clicked.connect(lambda: self.reopened.emit(self.edit_id))
        self.delete.clicked.connect(lambda: self.deleted.emit(self.edit_id))
        self.opacity = ValueSlider(
            self.tr("Opacity"), 0, 100, round(100 * edit.opacity), lambda v: f"{v} %", name_width=52
        )
        self.opacity.slider.setAccessibleName(self.tr("Opacity of {0}").format(edit.title))
        self.opacity.value_changed.connect(lambda v: self.opacity_changed.emit(self.edit_id, v / 100))
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.title, 1)
        for button in (self.visible_button, self.again, self.delete):
            top.addWidget(button)
        bottom = QHBoxLayout()
        bottom.setSpacing(2)
        bottom.addWidget(self.opacity, 1)
        for button in (self.up, self.down):
            bottom.addWidget(button)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(top)
        right.addLayout(bottom)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self.picture)
        row.addLayout(right, 1)

    def _button(self, icons: Icons, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(plain_tip(name))
        button.setIconSize(QSize(16, 16))
        button.setProperty("small", True)
        icons.put(button, icon)
        return button

    def controls(self) -> list[QWidget]:
        """What the keyboard can be in."""
        return [
            *(self.title, self.visible_button, self.again, self.delete),
            *(self.opacity.slider, self.up, self.down),
        ]

    def _renamed(self) -> None:
        text = self.title.text().strip()
        if text and text != self._shown_title:
            self._shown_title = text
            self.renamed.emit(self.edit_id, text)


class EditsPanel(QWidget):
    """Shows the list and says what a person wants of it."""

    enabled_changed = Signal(str, bool)
    opacity_changed = Signal(str, float)
    renamed = Signal(str, str)
    moved = Signal(str, int)
    reopened = Signal(str)
    deleted = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.rows: list[EditRow] = []
        self._made_of: list[Edit] = []
        self.empty = label(
            self.tr(
                "Committed edits appear here. They can be faded, switched off, reordered and edited again; "
                "the photo itself is never changed."
            ),
            "muted",
            wrap=True,
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 10, 8, 10)
        column.addWidget(self.empty)
        column.addLayout(self._list)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_edits(self, edits: list[Edit]) -> None:
        """The committed edits, the first one pasted first; it is shown at the bottom."""
        if list(map(_look, edits)) == list(map(_look, self._made_of)):
            for row, edit in zip(self.rows, reversed(edits), strict=True):
                if not row.opacity.slider.isSliderDown():
                    row.opacity.set_value(round(100 * edit.opacity))
            self._made_of = list(edits)
            return
        focused = self._focused()
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._made_of, self.rows = list(edits), []
        for place in reversed(range(len(edits))):
            row = EditRow(edits[place], self._icons, place == 0, place == len(edits) - 1)
            for name in ("enabled_changed", "opacity_changed", "renamed", "moved", "reopened", "deleted"):
                getattr(row, name).connect(getattr(self, name))
            self.rows.append(row)
            self._list.addWidget(row)
        self.empty.setVisible(not edits)
        if focused is not None and self.rows:
            self._focus_again(*focused)

    def _focused(self) -> tuple[str, int, int] | None:
        """The edit, its place from the top, and which of its controls the keyboard is in."""
        widget = self.window().focusWidget()
        for place, row in enumerate(self.rows):
            if widget in row.controls():
                return row.edit_id, place, row.controls().index(widget)
        return None

    def _focus_again(self, edit_id: str, place: int, control: int) -> None:
        """The keyboard goes on where it was; from a deleted edit to the one that took its place."""
        same = (row for row in self.rows if row.edit_id == edit_id)
        row = next(same, self.rows[min(place, len(self.rows) - 1)])
        wanted = (row.controls()[control], row.up, row.down, row.title)  # the first that can be used
        next(widget for widget in wanted if widget.isEnabled()).setFocus()


def _look(edit: Edit) -> tuple[object, ...]:
    """What a row is made of."""
    return edit.id, edit.title, edit.enabled, is_mirrored(edit.face.quad)


def thumbnail(edit: Edit, ratio: float) -> QPixmap:
    """The edited face, small, in the mirror where the photo is."""
    pixels = np.rint(np.clip(edit.stored.array("image"), 0, 1) * 255).astype(np.uint8)
    if is_mirrored(edit.face.quad):
        pixels = pixels[:, ::-1]
    pixels = np.ascontiguousarray(pixels)
    size = pixels.shape[0]
    image = QImage(pixels.data, size, size, 3 * size, QImage.Format.Format_RGB888)
    side = round(THUMBNAIL * ratio)
    small = image.scaled(
        side, side, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    small.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(small)
