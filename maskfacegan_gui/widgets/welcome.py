"""The start page of an empty window: ways to open a photo."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..look.icons import Icons
from .basics import IconLabel, label


class Welcome(QWidget):
    """A large place to drop a photo on, and buttons for the other ways in."""

    open_clicked = Signal()
    random_clicked = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.hint = QFrame()
        self.hint.setObjectName("dropHint")
        self.picture = IconLabel(64)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        icons.put(self.picture, "photo", "faint")
        title = label(self.tr("Drop a photo here"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text = label(
            self.tr("The face in it is found and aligned by itself.\nNothing leaves this computer."),
            "muted",
            True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.open_button = QPushButton(self.tr("Open a photo…"))
        self.open_button.setProperty("primary", True)
        self.random_button = QPushButton(self.tr("New random face"))
        self.random_button.setToolTip(
            self.tr("A face of nobody: drawn by the generator of the loaded model pack, to try things on")
        )
        self.status = label("", "muted")
        self.status.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.random_button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self.hint)
        inside.setContentsMargins(40, 36, 40, 36)
        inside.setSpacing(14)
        for widget in (self.picture, title, text):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        inside.addWidget(self.status)
        self.hint.setFixedWidth(460)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.hint)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        self.open_button.clicked.connect(self.open_clicked)
        self.random_button.clicked.connect(self.random_clicked)

    def show_drop(self, over: bool) -> None:
        """Light up while a file is held over the window."""
        self.hint.setProperty("over", over)
        self.hint.style().unpolish(self.hint)
        self.hint.style().polish(self.hint)
