"""The regions panel: overlay colour, visibility, lock and area of each face region."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ..document.face_state import IN_FRONT, PAINTED
from ..look.icons import Icons
from ..look.theme import REGION_COLOURS
from ..text import labels, number_format
from ..widgets.basics import ValueSlider, label


class RegionRow(QFrame):
    """One region: colour, name, share of the crop, visibility and lock."""

    changed = Signal()
    chosen = Signal(str)

    def __init__(self, region: str, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("editRow")
        self.region = region
        self._icons = icons
        name = labels.group(region)
        self.colour = QColor(REGION_COLOURS[PAINTED.index(region)])
        self.swatch = QToolButton()
        self.swatch.setAccessibleName(self.tr("Colour of {0}").format(name))
        self.swatch.setToolTip(self.tr("Choose another colour"))
        self.swatch.setFixedSize(22, 22)
        self.name = QToolButton()
        self.name.setText(name)
        self.name.setAccessibleName(self.tr("Paint on {0}").format(name))
        self.name.setToolTip(self.tr("Choose this region for the mask tools"))
        self.name.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.share = label("", "muted")
        self.visible_button = self._toggle(self.tr("Show {0}").format(name), region != "background")
        self.lock_button = self._toggle(self.tr("Lock {0}").format(name), False)
        self.lock_button.setToolTip(self.tr("A locked region gives nothing away when another is painted"))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 6, 2)
        row.setSpacing(6)
        row.addWidget(self.swatch)
        row.addWidget(self.name)
        row.addStretch(1)
        row.addWidget(self.share)
        row.addWidget(self.visible_button)
        row.addWidget(self.lock_button)
        self.swatch.clicked.connect(self._choose_colour)
        self.name.clicked.connect(lambda: self.chosen.emit(self.region))
        self.lock_button.setVisible(region != IN_FRONT)  # it takes nothing of another, nor gives anything
        for button in (self.visible_button, self.lock_button):
            button.toggled.connect(self._toggled)
        self._toggled()
        self._paint_swatch()

    def _toggle(self, name: str, on: bool) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setProperty("small", True)
        button.setChecked(on)
        button.setAccessibleName(name)
        button.setToolTip(name)
        return button

    @property
    def shown(self) -> bool:
        return self.visible_button.isChecked()

    @property
    def locked(self) -> bool:
        return self.lock_button.isChecked()

    def set_chosen(self, on: bool) -> None:
        self.setProperty("chosen", on)
        self.style().unpolish(self)
        self.style().polish(self)

    def set_share(self, share: float | None) -> None:
        self.share.setText("" if share is None else f"{number_format.decimal(100 * share)} %")

    def _toggled(self) -> None:
        role = "text" if self.shown else "faint"
        self._icons.put(self.visible_button, "visible" if self.shown else "hidden", role)
        self._icons.put(
            self.lock_button, "locked" if self.locked else "unlocked", "text" if self.locked else "faint"
        )
        self.changed.emit()

    def _choose_colour(self) -> None:
        colour = QColorDialog.getColor(self.colour, self, labels.group(self.region))
        if colour.isValid():
            self.colour = colour
            self._paint_swatch()
            self.changed.emit()

    def _paint_swatch(self) -> None:
        self.swatch.setStyleSheet(
            f"QToolButton {{ background: {self.colour.name()}; border-radius: 4px; margin: 3px; }}"
        )


class RegionsPanel(QWidget):
    """`changed`: colours or visibility; `opacity_changed`: of the whole overlay, 0..1."""

    changed = Signal()
    opacity_changed = Signal(float)
    overlay_toggled = Signal(bool)
    region_chosen = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.overlay = QCheckBox(self.tr("Show the regions over the photo"))
        self.overlay.setChecked(True)
        self.opacity = ValueSlider(self.tr("Opacity"), 5, 100, 35, lambda v: f"{v} %")
        self.rows = {region: RegionRow(region, icons) for region in PAINTED}
        self.current = "mouth"
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.overlay)
        column.addWidget(self.opacity)
        note = label(
            self.tr(
                "What the method holds and what it may change follows from these regions. Paint on them "
                "before a run where the parser was wrong. What lies in front of the face, a hat, a hand, a "
                "microphone, keeps its pixels."
            ),
            "muted",
            wrap=True,
        )
        column.addWidget(note)
        rows = QVBoxLayout()
        rows.setSpacing(2)
        for region in (*PAINTED[1:], PAINTED[0]):
            row = self.rows[region]
            row.changed.connect(self.changed)
            row.chosen.connect(self.choose)
            rows.addWidget(row)
        column.addLayout(rows)
        column.addStretch(1)
        self.overlay.toggled.connect(self.overlay_toggled)
        self.opacity.value_changed.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.choose(self.current)

    def choose(self, region: str) -> None:
        """The region that the mask tools work on."""
        self.current = region
        for name, row in self.rows.items():
            row.set_chosen(name == region)
        self.region_chosen.emit(region)

    def colours(self) -> list[QColor | None]:
        """One colour a class in the order of PAINTED; None for a hidden one."""
        return [self.rows[r].colour if self.rows[r].shown else None for r in PAINTED]

    def locked(self) -> list[bool]:
        """Which classes are locked, in the order of PAINTED."""
        return [self.rows[r].locked for r in PAINTED]

    def set_shares(self, shares: dict[str, float] | None) -> None:
        for region, row in self.rows.items():
            row.set_share(None if shares is None else shares[region])
