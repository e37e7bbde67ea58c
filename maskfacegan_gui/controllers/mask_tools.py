"""Connects the mask tools: actions, canvas, tool options, regions panel and mask editor."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from ..canvas.tools import BrushTool, FillTool, LassoTool, MaskTool, PickTool
from ..canvas.view import CanvasView
from ..frame.actions import Actions
from ..panels.regions import RegionsPanel
from ..panels.tools import ToolOptions, ToolStrip
from ..session.session import Session
from .mask_editor import Layer, MaskEditor


class MaskTools(QObject):
    """Wiring only: what a person chooses in one place is shown in all."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        canvas: CanvasView,
        strip: ToolStrip,
        options: ToolOptions,
        regions: RegionsPanel,
    ) -> None:
        super().__init__(canvas)
        self.editor = MaskEditor(session, self)
        self._session, self._actions, self._canvas = session, actions, canvas
        self._strip, self._options, self._regions = strip, options, regions
        self._tools: dict[QAction, MaskTool | None] = {
            actions.hand: None,
            actions.brush: BrushTool(self.editor),
            actions.eraser: BrushTool(self.editor, erase=True),
            actions.lasso: LassoTool(self.editor),
            actions.fill: FillTool(self.editor),
            actions.pick: PickTool(self.editor),
        }
        for action in self._tools:
            action.toggled.connect(self._tool_changed)
        self._connect()
        self.refresh()

    def _connect(self) -> None:
        editor, options, actions = self.editor, self._options, self._actions
        options.layer_chosen.connect(lambda name: editor.set_layer(Layer(name)))
        options.region_chosen.connect(self._regions.choose)
        options.brush_changed.connect(editor.set_brush)
        options.copy_from.connect(editor.copy_from)
        self._regions.region_chosen.connect(self._region_chosen)
        self._regions.changed.connect(self._locks_changed)
        editor.picked.connect(self._regions.choose)
        editor.layer_changed.connect(self.refresh)
        editor.settings_changed.connect(self._brush_changed)
        for action, operation in (
            (actions.grow, editor.grow),
            (actions.shrink, editor.shrink),
            (actions.feather, editor.feather),
            (actions.smooth, editor.smooth),
            (actions.mirror, editor.mirror),
            (actions.reset, editor.reset),
        ):
            action.triggered.connect(operation)
        actions.larger.triggered.connect(lambda: editor.set_brush(radius=editor.radius * 1.2 + 0.5))
        actions.smaller.triggered.connect(lambda: editor.set_brush(radius=editor.radius / 1.2 - 0.5))
        actions.harder.triggered.connect(lambda: editor.set_brush(hardness=editor.hardness + 0.1))
        actions.softer.triggered.connect(lambda: editor.set_brush(hardness=editor.hardness - 0.1))
        self._session.document.edits_changed.connect(self.refresh)
        self._session.document.face_changed.connect(self.refresh)
        self._region_chosen(self._regions.current)

    def _region_chosen(self, region: str) -> None:
        self.editor.region = region
        self._options.show_region(region)

    def _brush_changed(self) -> None:
        editor = self.editor
        self._options.show_brush(editor.radius, editor.hardness, editor.flow)
        self._canvas.viewport().update()  # the cursor is the brush's outline

    def _locks_changed(self) -> None:
        self.editor.locked = self._regions.locked()

    def _tool_changed(self, on: bool) -> None:
        if on:
            chosen = next(action for action in self._tools if action.isChecked())
            self._canvas.set_tool(self._tools[chosen])
            if self._tools[chosen] is not None and not self._actions.overlay.isChecked():
                self._actions.overlay.setChecked(True)  # painting on what is not seen helps nobody
            self.refresh()

    def refresh(self) -> None:
        """Which tools can be used now."""
        editor, document = self.editor, self._session.document
        ready = editor.ready
        for action in self._tools:
            action.setEnabled(ready or action is self._actions.hand)
        if not ready and not self._actions.hand.isChecked():
            self._actions.hand.setChecked(True)
        self._actions.pick.setEnabled(ready and editor.layer is Layer.REGIONS)
        for action in self._actions.mask_operations:
            action.setEnabled(ready)
        self._strip.setVisible(document.face is not None)
        self._options.setVisible(ready and not self._actions.hand.isChecked())
        self._options.show_layer(editor.layer.value, document.pending is not None)
