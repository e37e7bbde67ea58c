"""The bar of faces under the photo: thumbnails, size of the chosen face, marking by hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from engine import ByteArray

from ..pixels.pyramid import to_qimage
from .basics import label

PICTURE = 52  # px
ROOM = 8  # px around a picture
CHOOSING, MARKING = 0, 1


class FacesBar(QStackedWidget):
    """Two pages: the faces to choose among, and what to do while a face is being marked."""

    face_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facesBar")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.list = QListWidget()
        self.list.setFlow(QListView.Flow.LeftToRight)
        self.list.setWrapping(False)
        self.list.setIconSize(QSize(PICTURE, PICTURE))
        self.list.setFixedHeight(PICTURE + ROOM + 20)
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Faces in the photo"))
        self.list.setAccessibleDescription(self.tr("Left and Right choose the face to edit."))
        self.size_text = label("", "muted", wrap=True)
        self.mark_button = QPushButton(self.tr("Mark a face…"))
        self.mark_button.setToolTip(self.tr("Place the five points of a face yourself"))
        self.guide = label("", "strong", wrap=True)
        self.use_button = QPushButton(self.tr("Use this face"))
        self.use_button.setProperty("primary", True)
        self.stop_button = QPushButton(self.tr("Cancel"))
        self.stop_button.setAccessibleName(self.tr("Cancel marking the face"))
        self.addWidget(_row(self.list, self.size_text, self.mark_button))
        self.addWidget(_row(self.guide, self.stop_button, self.use_button))
        self.list.currentRowChanged.connect(self._chosen)
        self._quiet = False
        self.hide()

    def set_faces(self, count: int, chosen: int | None) -> None:
        """That many faces; a single one needs no choosing."""
        self._quiet = True
        if self.list.count() != count:
            self.list.clear()
            for index in range(count):
                item = QListWidgetItem()
                item.setSizeHint(QSize(PICTURE + ROOM, PICTURE + ROOM))
                text = self.tr("Face {0}").format(index + 1)
                item.setToolTip(text)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
                self.list.addItem(item)
        self.list.setCurrentRow(-1 if chosen is None else chosen)
        self.list.setMaximumWidth(count * (PICTURE + ROOM) + 2 * ROOM)
        self.list.setVisible(count > 1)
        self._quiet = False

    def set_pictures(self, pictures: list[ByteArray | None]) -> None:
        """(S, S, 3) uint8 for each face, None where none could be cut out."""
        for index, picture in enumerate(pictures[: self.list.count()]):
            if picture is not None:
                pixels = QPixmap.fromImage(to_qimage(np.ascontiguousarray(picture)))
                icon = QIcon(pixels)
                icon.addPixmap(pixels, QIcon.Mode.Selected)  # not tinted: the frame says that it is chosen
                self.list.item(index).setIcon(icon)

    def set_marking(self, on: bool) -> None:
        self.setCurrentIndex(MARKING if on else CHOOSING)

    def _chosen(self, index: int) -> None:
        if index >= 0 and not self._quiet:
            self.face_chosen.emit(index)


def _row(*widgets: QWidget) -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(10, 6, 10, 6)
    row.setSpacing(10)
    for index, widget in enumerate(widgets):
        row.addWidget(widget, 0 if isinstance(widget, QPushButton) else 1 + 2 * (index == 0))
    return page
