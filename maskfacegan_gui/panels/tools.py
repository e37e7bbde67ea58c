"""The tool strip beside the photo, and the bar with the current tool's options."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..document.face_state import PAINTED
from ..look.icons import Icons
from ..text import labels
from ..widgets.basics import ValueSlider


def tool_button(action: QAction, size: int = 20) -> QToolButton:
    """A button for an action, icon only."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(size, size))
    button.setAccessibleName(action.text().replace("&", ""))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class ToolStrip(QFrame):
    """One button a tool, from top to bottom."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolStrip")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(4)
        for action in actions:
            column.addWidget(tool_button(action))
        column.addStretch(1)


BETWEEN = 60  # px for margins and gaps


def in_a_row(*widgets: QWidget) -> QWidget:
    """A widget with others side by side."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    return whole


class ToolOptions(QFrame):
    """What the tools work on, the brush, and the operations on the whole mask."""

    layer_chosen = Signal(str)  # "regions" or "blend"
    region_chosen = Signal(str)
    brush_changed = Signal(float, float, float)  # radius, hardness, flow
    copy_from = Signal(str)

    def __init__(self, operations: list[QAction], icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toolOptions")
        self.layer = QComboBox()
        self.layer.setAccessibleName(self.tr("Masks to change"))
        self.layer.setToolTip(
            self.tr(
                "Regions: what the next run holds and edits. Blend mask: where the result that is waiting "
                "shows; changing it needs no other run."
            )
        )
        self.layer.addItem(self.tr("Regions"), "regions")
        self.layer.addItem(self.tr("Blend mask"), "blend")
        self.region = QComboBox()
        self.region.setAccessibleName(self.tr("Region to paint on"))
        self.region.setToolTip(self.tr("The region that the tools change"))
        for region in PAINTED:
            self.region.addItem(labels.group(region), region)
        size_tip = self.tr("Radius of the brush (the two keys right of P)")
        border_tip = self.tr("How sharp the brush's border is (Shift and the two keys right of P)")
        self.radius = self._slider(self.tr("Size"), 1, 150, 18, size_tip)
        self.hardness = self._slider(self.tr("Hardness"), 0, 100, 60, border_tip)
        self.flow = self._slider(self.tr("Flow"), 5, 100, 100, self.tr("How much one pass of the brush adds"))
        self._what = in_a_row(self.layer, self.region)
        self._brush = in_a_row(self.radius, self.hardness, self.flow)
        self._refine = self._refine_button(operations, icons)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(10, 5, 10, 5)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(2, 1)
        self._rows = 0
        self._lay_out(1)
        self.layer.currentIndexChanged.connect(lambda: self.layer_chosen.emit(self.layer.currentData()))
        self.region.activated.connect(lambda: self.region_chosen.emit(self.region.currentData()))
        for slider in (self.radius, self.hardness, self.flow):
            slider.value_changed.connect(self._brush_changed)

    def _lay_out(self, rows: int) -> None:
        """In one row, or in two where there is no room for all beside each other."""
        if rows == self._rows:
            return
        self._rows = rows
        last = Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(self._what, 0, 0)
        self._grid.addWidget(self._refine, 0, 3, last)
        if rows == 1:
            self._grid.addWidget(self._brush, 0, 1)
        else:
            self._grid.addWidget(self._brush, 1, 0, 1, 4)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = self._what.sizeHint().width() + self._brush.minimumSizeHint().width()
        needed += self._refine.sizeHint().width() + BETWEEN
        self._lay_out(1 if needed <= self.width() else 2)

    def minimumSizeHint(self) -> QSize:
        """Narrower than one row needs: there may be two."""
        return QSize(320, super().minimumSizeHint().height())

    def _slider(self, name: str, least: int, most: int, value: int, tip: str) -> ValueSlider:
        slider = ValueSlider(name, least, most, value, str, tip, name_width=0)
        slider.slider.setAccessibleName(self.tr("{0} of the brush").format(name))
        slider.shown.setMinimumWidth(24)
        slider.slider.setMinimumWidth(56)
        slider.setMaximumWidth(230)
        return slider

    def _refine_button(self, operations: list[QAction], icons: Icons) -> QToolButton:
        """A menu of what can be done to the whole mask."""
        button = QToolButton()
        button.setText(self.tr("Refine"))
        button.setAccessibleName(self.tr("Refine the whole mask"))
        button.setToolTip(self.tr("Grow, shrink, soften, smooth, mirror or reset the whole mask"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        icons.put(button, "more")
        menu = QMenu(button)
        menu.addActions(operations)
        self.copy_menu = menu.addMenu(self.tr("Copy from"))
        for region in PAINTED:
            action = self.copy_menu.addAction(labels.group(region))
            action.triggered.connect(lambda _on=False, r=region: self.copy_from.emit(r))
        button.setMenu(menu)
        return button

    def show_layer(self, name: str, blend_possible: bool) -> None:
        """The layer that is worked on, and whether there is a blend mask at all."""
        self.layer.blockSignals(True)
        self.layer.setCurrentIndex(self.layer.findData(name))
        model = self.layer.model()
        if isinstance(model, QStandardItemModel):  # as every combo box's own
            model.item(1).setEnabled(blend_possible)
        self.layer.blockSignals(False)
        self.region.setVisible(name == "regions")
        self.copy_menu.setEnabled(name == "regions")

    def show_region(self, region: str) -> None:
        self.region.setCurrentIndex(self.region.findData(region))
        for action, other in zip(self.copy_menu.actions(), PAINTED, strict=True):
            action.setEnabled(other != region)

    def show_brush(self, radius: float, hardness: float, flow: float) -> None:
        self.radius.set_value(round(radius))
        self.hardness.set_value(round(100 * hardness))
        self.flow.set_value(round(100 * flow))

    def _brush_changed(self) -> None:
        self.brush_changed.emit(self.radius.value, self.hardness.value / 100, self.flow.value / 100)
