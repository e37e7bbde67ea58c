"""A sign over the photo that the chosen face is being learnt, and how far that is."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from .basics import label

_FINE = 1000


class LearningChip(QFrame):
    """Stands in the photo's upper left corner as long as there is something to learn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("busyChip")
        self.bar = QProgressBar()
        self.bar.setRange(0, _FINE)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(60)
        self.bar.setAccessibleName(self.tr("How much of the face is learnt"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(10)
        row.addWidget(self.bar)
        row.addWidget(label(self.tr("Learning the face")))
        self.setToolTip(
            self.tr(
                "Sliders show this face better then, and its first edit is quicker. "
                "Preferences can turn it off."
            )
        )
        self.hide()

    def show_share(self, share: float | None) -> None:
        """How much is done, 0..1; None: nothing is being learnt."""
        if share is None:
            self.hide()
            return
        self.bar.setValue(round(_FINE * share))
        if not self.isVisible():
            self.adjustSize()
            self.move(14, 54)  # below the sign of what is going on
            self.show()
            self.raise_()
