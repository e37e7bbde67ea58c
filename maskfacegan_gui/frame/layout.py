"""The layout of the main window: photo on the left, panels on the right, toolbar and status bar."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

import engine

from ..canvas.view import CanvasView
from ..look.icons import Icons
from ..panels.attributes import AttributesPanel
from ..panels.edits import EditsPanel
from ..panels.progress import RunPanel
from ..panels.regions import RegionsPanel
from ..panels.tools import ToolOptions, ToolStrip
from ..widgets.basics import label
from ..widgets.busy_chip import BusyChip
from ..widgets.faces_bar import FacesBar
from ..widgets.learning_chip import LearningChip
from ..widgets.message_bar import MessageBar
from ..widgets.straighten_bar import StraightenBar
from ..widgets.welcome import Welcome
from .actions import Actions

SIDE_WIDTH = 344


@dataclass
class Parts:
    """The widgets that the window connects."""

    canvas: CanvasView
    welcome: Welcome
    stack: QStackedWidget
    message: MessageBar
    busy: BusyChip
    learning: LearningChip
    faces: FacesBar
    straighten: StraightenBar
    tabs: QTabWidget
    attributes: AttributesPanel
    regions: RegionsPanel
    edits: EditsPanel
    strip: ToolStrip
    options: ToolOptions
    run: RunPanel
    before: QToolButton
    hover: QLabel
    size: QLabel
    zoom: QLabel
    pack: QLabel

    def show_photo(self) -> None:
        self.stack.setCurrentIndex(1)

    def show_edit_count(self, count: int) -> None:
        """The number of committed edits, in the title of their tab."""
        title = self.tabs.tr("Edits ({0})").format(count) if count else self.tabs.tr("Edits")
        self.tabs.setTabText(self.tabs.indexOf(self.edits), title)


def build(window: QMainWindow, icons: Icons, actions: Actions) -> Parts:
    """Make all widgets of the main window."""
    canvas, welcome = CanvasView(), Welcome(icons)
    canvas.setObjectName("canvas")
    strip = ToolStrip(actions.tools)
    options = ToolOptions(actions.mask_operations, icons)
    stack = QStackedWidget()
    stack.addWidget(welcome)
    stack.addWidget(workplace(canvas, strip, options))
    message = MessageBar(icons)
    # Whatever gets a parent is given its style anew with all inside it: from the window to the leaves, then.
    splitter = QSplitter(Qt.Orientation.Horizontal)
    window.setCentralWidget(splitter)
    left = QWidget(splitter)
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(message)
    column.addWidget(stack, 1)
    faces = FacesBar()
    column.addWidget(faces)
    straighten = StraightenBar(engine.STEEPEST)
    column.addWidget(straighten)

    attributes, regions, run = AttributesPanel(), RegionsPanel(icons), RunPanel(icons)
    edits = EditsPanel(icons)
    side = QWidget(splitter)
    side_column = QVBoxLayout(side)
    tabs = QTabWidget()
    side_column.addWidget(tabs, 1)
    tabs.setDocumentMode(True)
    tabs.tabBar().setDrawBase(False)
    tabs.addTab(attributes, window.tr("Edit"))
    tabs.addTab(scrolled(regions), window.tr("Regions"))
    tabs.addTab(edits, window.tr("Edits"))
    side.setObjectName("sidePanel")
    side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    side_column.setContentsMargins(0, 0, 0, 0)
    side_column.setSpacing(0)
    side_column.addWidget(run)
    side.setMinimumWidth(330)

    splitter.setStretchFactor(0, 1)
    splitter.setStretchFactor(1, 0)
    splitter.setHandleWidth(1)
    splitter.setCollapsible(0, False)
    splitter.setCollapsible(1, False)
    splitter.setSizes([1000, SIDE_WIDTH])
    room = window.screen().availableSize()
    frame = 40  # what the window's own title takes
    # A full-HD screen at 200 % has 540 px of height: Apply must not be below its edge.
    window.setMinimumSize(min(860, room.width()), min(560, room.height() - frame))
    window.resize(min(1360, room.width()), min(880, room.height() - frame))

    before = before_button(window, icons)
    make_toolbar(window, actions, before)
    make_menus(window, actions)
    hover, size, zoom, pack = label(""), label(""), label(""), label("")
    bar = window.statusBar()
    bar.setSizeGripEnabled(False)
    bar.addWidget(hover, 1)
    for item in (pack, size, zoom):
        bar.addPermanentWidget(item)
    return Parts(
        canvas,
        welcome,
        stack,
        message,
        BusyChip(canvas),
        LearningChip(canvas),
        faces,
        straighten,
        tabs,
        attributes,
        regions,
        edits,
        strip,
        options,
        run,
        before,
        hover,
        size,
        zoom,
        pack,
    )


def workplace(canvas: CanvasView, strip: ToolStrip, options: ToolOptions) -> QWidget:
    """The photo with the mask tools beside it and their settings above."""
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(options)
    column.addWidget(canvas, 1)
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addWidget(strip)
    row.addLayout(column, 1)
    return whole


def scrolled(widget: QWidget) -> QScrollArea:
    """A panel that scrolls when the window is low."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area


def before_button(window: QMainWindow, icons: Icons) -> QToolButton:
    """Shows the photo before the edits for as long as it is pressed."""
    button = QToolButton()
    button.setText(window.tr("Before"))
    button.setToolTip(window.tr("Hold to see the photo before the edits (C)"))
    button.setAccessibleName(window.tr("Before: hold to see the photo before the edits"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    icons.put(button, "before")
    return button


def make_toolbar(window: QMainWindow, actions: Actions, before: QToolButton) -> None:
    bar = QToolBar(window.tr("Tools"))
    bar.setObjectName("toolbar")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    window.addToolBar(bar)
    window.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
    with_text(bar, actions.open)
    with_text(bar, actions.save, window.tr("Save"))
    bar.addSeparator()
    bar.addAction(actions.undo)
    bar.addAction(actions.redo)
    bar.addSeparator()
    bar.addWidget(before)
    with_text(bar, actions.split, window.tr("Split"))
    with_text(bar, actions.overlay, window.tr("Regions"))
    gap = QWidget()
    gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(gap)
    for action in (actions.zoom_out, actions.fit, actions.actual, actions.zoom_in):
        bar.addAction(action)
    for action in bar.actions():
        button = bar.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if not button.accessibleName():
                button.setAccessibleName(action.text().replace("&", "").rstrip("…"))


def with_text(bar: QToolBar, action: QAction, text: str = "") -> None:
    """Add an action whose button shows a short text beside the icon."""
    bar.addAction(action)
    action.setIconText(text or action.text().replace("&", "").rstrip("…"))
    button = bar.widgetForAction(action)
    if isinstance(button, QToolButton):
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def make_menus(window: QMainWindow, actions: Actions) -> None:
    for title, entries in actions.groups():
        menu = window.menuBar().addMenu(title)
        menu.setToolTipsVisible(False)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(entry)
