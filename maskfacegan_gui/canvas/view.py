"""The photo view: zoom, pan, comparison, face selection, and mouse events for the current tool."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QLineF, QMargins, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QRegion,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsScene, QGraphicsView, QPinchGesture, QWidget

from engine import Points

from ..pixels.pyramid import Pyramid
from .compare import SplitItem
from .items import FaceItem, OverlayItem, PhotoItem, PreviewItem
from .tools import PointerEvent

MAX_ZOOM = 32.0  # device px per photo px
GRID_FROM = 8.0
GRID_COLOURS = (QColor(0, 0, 0, 80), QColor(255, 255, 255, 80))  # one of them shows on any photo
FIT_MARGIN = 24  # view px around a fitted photo
WHEEL_STEP = 1.2
CURSOR_MARGIN = 4  # view px; half a pen and what antialiasing adds


class Tool(Protocol):
    """What the view hands the mouse to. Places are in scene coordinates."""

    def press(self, place: QPointF, event: PointerEvent) -> bool: ...
    def move(self, place: QPointF, event: PointerEvent) -> None: ...
    def release(self, place: QPointF, event: PointerEvent) -> None: ...
    def cancel(self) -> None: ...
    def draw_cursor(self, painter: QPainter, place: QPointF) -> None: ...
    def cursor_area(self, place: QPointF) -> QRectF: ...


class CanvasView(QGraphicsView):
    """Scene coordinates are the photo's pixels; zoom 1 shows one photo px on one device px."""

    zoom_changed = Signal(float)
    face_clicked = Signal(int)
    hovered = Signal(QPointF)
    hover_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.photo = PhotoItem()
        self.preview = PreviewItem()
        self.overlay = OverlayItem()
        self.split = SplitItem()
        self._scene.addItem(self.photo)
        for z, item in enumerate((self.preview, self.overlay)):
            item.setZValue(z)
            item.setParentItem(self.photo)
        self._scene.addItem(self.split)
        self._faces: list[FaceItem] = []
        self.tool: Tool | None = None
        self._fit = True
        self._panning: QPoint | None = None
        self._space = False
        self._dragging_split = False
        self._tool_active = False
        self._pen_active = False  # the tool is worked with by a pen
        self._mouse: QPointF | None = None
        self._cursor_area = QRect()
        self.setAcceptDrops(False)  # drops belong to the window
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)  # two fingers on a touch screen
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Photo"))
        self.setAccessibleDescription(
            self.tr("The photo. Wheel or Ctrl and plus or minus zoom, Space and drag moves it.")
        )

    # --- what is shown

    def set_pictures(self, now: Pyramid | None, before: Pyramid | None) -> None:
        """Show a picture and what it was before. Another size resets the zoom to fit."""
        rect = QRectF(0, 0, now.width, now.height) if now else QRectF()
        resized = rect != self.photo.boundingRect()
        self.photo.set_pictures(now, before)
        if resized:
            self.split.set_photo(rect)
            # Room around the photo, so that its edges can be brought to the middle.
            self._scene.setSceneRect(
                rect.adjusted(-rect.width(), -rect.height(), rect.width(), rect.height())
            )
            self.fit()

    def set_faces(self, quads: list[Points], chosen: int | None) -> None:
        """Outlines to click; without or with a single face there is nothing to choose."""
        for item in self._faces:
            self._scene.removeItem(item)
        self._faces = []
        if len(quads) < 2:
            return
        for index, quad in enumerate(quads):
            item = FaceItem(index, quad, self.face_clicked.emit)
            item.setZValue(50)
            item.set_chosen(index == chosen)
            self._scene.addItem(item)
            self._faces.append(item)

    def show_before(self, on: bool) -> None:
        """The photo as it was, for as long as a key or a button is held."""
        self.photo.show_before(on)
        self.preview.setOpacity(0.0 if on else 1.0)
        self.overlay.set_covered(on)

    def set_split(self, on: bool) -> None:
        """Before on the left of a line, after on the right of it."""
        self.split.setVisible(on)
        self._apply_split()

    def _apply_split(self) -> None:
        x = self.split.line_x if self.split.isVisible() else None
        self.photo.set_split(x)
        self.preview.set_split(x)

    # --- zoom and pan

    @property
    def zoom(self) -> float:
        """Device px per photo px."""
        return self.transform().m11() * self.devicePixelRatioF()

    def fit(self) -> None:
        """The whole photo, no larger than twice its pixels; follows the window's size from now on."""
        self._fit = True
        rect = self.photo.boundingRect()
        if rect.isEmpty():
            return
        room = self.viewport().rect().adjusted(FIT_MARGIN, FIT_MARGIN, -FIT_MARGIN, -FIT_MARGIN)
        scale = min(room.width() / rect.width(), room.height() / rect.height())
        self._set_scale(min(max(scale, 1e-4), 2.0))
        self.centerOn(rect.center())

    def set_zoom(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Zoom to `zoom` and keep the view place `anchor` (default: the middle) where it is."""
        self._fit = False
        anchor = QPointF(self.viewport().rect().center()) if anchor is None else anchor
        before = self.mapToScene(anchor.toPoint())
        rect = self.photo.boundingRect()
        least = 16 / max(rect.width(), rect.height(), 1)
        self._set_scale(min(max(zoom, least), MAX_ZOOM) / self.devicePixelRatioF())
        moved = self.mapFromScene(before) - anchor.toPoint()
        self._scroll(moved.x(), moved.y())

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        self.set_zoom(self.zoom * factor, anchor)

    def _set_scale(self, scale: float) -> None:
        self.setTransform(self.transform().fromScale(scale, scale))
        self.zoom_changed.emit(self.zoom)

    def _scroll(self, dx: int, dy: int) -> None:
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + dx)
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() + dy)
        if self.tool is not None:
            self.viewport().update()  # the cursor was scrolled with the photo

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fit:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
            self._scroll(-(delta.x() or delta.y()), 0)
        elif event.angleDelta().y():
            self.zoom_by(WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.viewport().mapFromGlobal(pinch.hotSpot())))
                return True
        elif isinstance(event, QTabletEvent):
            return self._pen(event)
        elif event.type() == QEvent.Type.Leave:
            self._mouse = None
            self.hover_left.emit()
            self.viewport().update()
        return super().viewportEvent(event)

    # --- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.mapToScene(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._panning = event.position().toPoint()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self.split.grabbed_at(place, self.transform().m11()):
            self._dragging_split = True
        elif left and self.tool is not None and self.tool.press(self._exact(event), event):
            self._tool_active = True
        elif (
            left
            and self.tool is None
            and self.itemAt(event.position().toPoint()) in (None, self.photo, self.overlay, self.preview)
        ):
            self._panning = event.position().toPoint()  # nothing to click here: drag the photo
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def _pen(self, event: QTabletEvent) -> bool:
        """A pen that works with the tool, as a mouse's left button does. What it does else (panning, the
        split, a click on a face) Qt makes a mouse of, to which an event is left that is not accepted."""
        place, kind, used = self._exact(event), event.type(), False
        if kind == QEvent.Type.TabletPress and self._pen_paints(event) and self.tool is not None:
            used = self._tool_active = self.tool.press(place, event)
        elif kind == QEvent.Type.TabletMove and self._pen_active and self.tool is not None:
            used = True
            self.tool.move(place, event)
            self._redraw_cursor(place)
            self.hovered.emit(place)
        elif kind == QEvent.Type.TabletRelease and self._pen_active and self.tool is not None:
            used, self._tool_active = True, False
            self.tool.release(place, event)
            self.viewport().update()
        self._pen_active = used and kind != QEvent.Type.TabletRelease
        self._mouse = place
        event.setAccepted(used)
        return used

    def _pen_paints(self, event: QTabletEvent) -> bool:
        """Whether a pen is put down for the tool: with its tip or its eraser, which both are the left
        button."""
        over_split = self.split.grabbed_at(self._exact(event), self.transform().m11())
        return event.button() == Qt.MouseButton.LeftButton and not (self._space or over_split)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._exact(event)
        if self._panning is not None:
            now = event.position().toPoint()
            delta = self._panning - now
            self._panning = now
            self._fit = False
            self._scroll(delta.x(), delta.y())
        elif self._dragging_split:
            self.split.move_to(place.x())
            self._apply_split()
        elif self._tool_active and self.tool is not None:
            self.tool.move(place, event)
        else:
            super().mouseMoveEvent(event)
            self._show_cursor(place)
        if self.tool is not None:
            self._redraw_cursor(place)
        self._mouse = place
        self.hovered.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._exact(event)
        if self._panning is not None:
            self._panning = None
        elif self._dragging_split:
            self._dragging_split = False
        elif self._tool_active and self.tool is not None:
            self._tool_active = False
            self.tool.release(place, event)
            self.viewport().update()
        else:
            super().mouseReleaseEvent(event)
        self._show_cursor(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    @property
    def panning_wanted(self) -> bool:
        """Whether Space is held, so that dragging moves the photo whatever else it does."""
        return self._space

    def _exact(self, event: PointerEvent) -> QPointF:
        """The event's place in the scene, with its fraction of a pixel."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(event.position())

    def _show_cursor(self, place: QPointF) -> None:
        if self._space:
            shape = Qt.CursorShape.OpenHandCursor
        elif self.split.grabbed_at(place, self.transform().m11()):
            shape = Qt.CursorShape.SplitHCursor
        elif self.tool is not None:
            shape = Qt.CursorShape.CrossCursor
        else:
            self.viewport().unsetCursor()
            return
        self.viewport().setCursor(shape)

    def _redraw_cursor(self, place: QPointF) -> None:
        """Paint again where the tool's cursor was and where it is now, and no more than that."""
        if self.tool is None:
            return
        now = self.mapFromScene(self.tool.cursor_area(place)).boundingRect()
        now = now.marginsAdded(QMargins(*4 * (CURSOR_MARGIN,)))
        self.viewport().update(QRegion(now).united(self._cursor_area))
        self._cursor_area = now

    def set_tool(self, tool: Tool | None) -> None:
        """The tool that gets the mouse from now on; None: dragging moves the photo."""
        self.cancel_tool()
        self.tool = tool
        self.viewport().update()

    def cancel_tool(self) -> bool:
        """Abort what the tool is doing. True when there was something to abort."""
        if not self._tool_active or self.tool is None:
            return False
        self._tool_active = self._pen_active = False
        self.tool.cancel()
        self.viewport().update()
        return True

    # --- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() == Qt.Key.Key_Escape and self.cancel_tool():
            return
        elif event.key() in steps:
            dx, dy = steps[Qt.Key(event.key())]
            if self.split.isVisible() and dx and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.split.nudge(dx)
                self._apply_split()
            else:
                self._fit = False
                self._scroll(60 * dx, 60 * dy)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._release_space()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._release_space()
        super().focusOutEvent(event)

    def _release_space(self) -> None:
        self._space = False
        self.viewport().unsetCursor()

    # --- over the scene

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        if round(self.zoom, 2) >= GRID_FROM:
            self._draw_grid(painter, QRectF(rect).intersected(self.photo.boundingRect()))
        if self.tool is not None and self._mouse is not None and not self._space:
            self.tool.draw_cursor(painter, self._mouse)

    def _draw_grid(self, painter: QPainter, rect: QRectF) -> None:
        """A dark line where a pixel begins, and beside it a light one, each one device px wide."""
        columns = range(int(rect.left()), int(rect.right()) + 2)
        rows = range(int(rect.top()), int(rect.bottom()) + 2)
        for shift, colour in zip((0.0, 1 / self.zoom), GRID_COLOURS, strict=True):
            painter.setPen(QPen(colour, 0))
            lines = [QLineF(x + shift, rect.top(), x + shift, rect.bottom()) for x in columns]
            lines += [QLineF(rect.left(), y + shift, rect.right(), y + shift) for y in rows]
            painter.drawLines(lines)
