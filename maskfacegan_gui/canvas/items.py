"""Graphics items of the scene: photo, live preview, mask overlay, face outlines. Units: photo pixels."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsPolygonItem,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from engine import ByteArray, Points

from ..pixels.pyramid import Pyramid, to_qimage_alpha
from .geometry import crop_to_photo, outline

SMOOTH_BELOW = 3.0  # device px per photo px; above it, pixels are shown as squares


def device_scale(painter: QPainter) -> float:
    """Device pixels that one unit of the item covers."""
    transform = painter.deviceTransform()
    return math.hypot(transform.m11(), transform.m12())


class PhotoItem(QGraphicsItem):
    """The photo as it is now and as it was. `split` is a place in px: before left of it, now right."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        # The aligned square may reach beyond the photo; what lies in it is shown on the photo only.
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self._now: Pyramid | None = None
        self._before: Pyramid | None = None
        self._split: float | None = None
        self._only_before = False

    def set_pictures(self, now: Pyramid | None, before: Pyramid | None) -> None:
        if (now and (now.width, now.height)) != (self._now and (self._now.width, self._now.height)):
            self.prepareGeometryChange()
        self._now, self._before = now, before
        self.update()

    @property
    def now(self) -> Pyramid | None:
        """The picture as it is now."""
        return self._now

    def current_image(self) -> QImage | None:
        """The picture as it is now, at full size."""
        return self._now.levels[0] if self._now else None

    def set_split(self, x: float | None) -> None:
        self._split = x
        self.update()

    def show_before(self, on: bool) -> None:
        self._only_before = on
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._now.width, self._now.height) if self._now else QRectF()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._now is None:
            return
        before = self._before or self._now
        exposed = option.exposedRect.intersected(self.boundingRect())
        if self._only_before:
            draw_part(painter, before, exposed)
        elif self._split is None:
            draw_part(painter, self._now, exposed)
        else:
            left = QRectF(exposed)
            left.setRight(min(max(self._split, exposed.left()), exposed.right()))
            right = QRectF(exposed)
            right.setLeft(left.right())
            draw_part(painter, before, left)
            draw_part(painter, self._now, right)


def draw_part(painter: QPainter, picture: Pyramid, part: QRectF) -> None:
    """Draw a part (in photo px) of the level that suits the painter's scale."""
    if part.isEmpty():
        return
    scale = device_scale(painter)
    image = picture.level_for(scale)
    fx, fy = image.width() / picture.width, image.height() / picture.height
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < SMOOTH_BELOW)
    source = QRectF(part.x() * fx, part.y() * fy, part.width() * fx, part.height() * fy)
    painter.drawImage(part, image, source)


class PreviewItem(QGraphicsItem):
    """The crop as the running optimisation shows it, laid over the photo where it may change."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._size = 1
        self._split: float | None = None
        self.setVisible(False)

    def show_crop(self, rgb: ByteArray, alpha: ByteArray, quad: Points) -> None:
        """`rgb` (S, S, 3) uint8, `alpha` (S, S) uint8, `quad` the crop's corners in the photo."""
        size = rgb.shape[0]
        if size != self._size:
            self.prepareGeometryChange()
            self._size = size
        self._image = to_qimage_alpha(rgb, alpha)
        self.setTransform(crop_to_photo(quad, size))
        self.setVisible(True)
        self.update()

    def clear(self) -> None:
        self._image = None
        self.setVisible(False)

    def set_split(self, x: float | None) -> None:
        self._split = x
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, self._size, self._size)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._image is None:
            return
        if self._split is not None:
            scene = self.scene().sceneRect()
            right = QRectF(self._split, scene.top(), scene.right() - self._split, scene.height())
            inverse, _ = self.transform().inverted()
            polygon = inverse.map(QPolygonF(right))
            painter.setClipRect(self.boundingRect())
            path_clip(painter, polygon)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(0, 0), self._image)


def path_clip(painter: QPainter, polygon: QPolygonF) -> None:
    """Restrict the painter to a polygon in item coordinates."""
    painter.setClipPath(polygon_path(polygon), Qt.ClipOperation.IntersectClip)


class OverlayItem(QGraphicsItem):
    """Soft masks as colour. The image lives in numpy memory; a change recolours its rectangle only."""

    def __init__(self) -> None:
        super().__init__()
        self.covered = False  # the untouched photo is shown: nothing lies over it, whatever the opacity
        self._pixels = np.zeros((1, 1, 4), np.uint8)
        self._image = QImage()
        self._bind(1)
        self.setVisible(False)

    def _bind(self, size: int) -> None:
        self.prepareGeometryChange()
        self._pixels = np.zeros((size, size, 4), np.uint8)
        self._image = QImage(
            self._pixels.data, size, size, 4 * size, QImage.Format.Format_ARGB32_Premultiplied
        )

    def set_quad(self, quad: Points, size: int) -> None:
        """Where the masks' grid of `size` x `size` lies in the photo."""
        if self._pixels.shape[0] != size:
            self._bind(size)
        self.setTransform(crop_to_photo(quad, size))

    def recolour(self, masks: ByteArray, colours: list[QColor | None], rect: QRect | None = None) -> None:
        """`masks` (C, S, S) uint8; `colours` one a class, None for a hidden one; `rect` in mask px."""
        size = self._pixels.shape[0]
        rect = QRect(0, 0, size, size) if rect is None else rect.intersected(QRect(0, 0, size, size))
        if rect.isEmpty():
            return
        rows = slice(rect.top(), rect.bottom() + 1)
        columns = slice(rect.left(), rect.right() + 1)
        shown = [channel for channel, colour in enumerate(colours) if colour is not None]
        weights = np.array(
            [[c.blue(), c.green(), c.red(), 255] for c in colours if c is not None], np.float32
        )
        part = masks[:, rows, columns]
        flat = part[shown].reshape(len(shown), -1).T.astype(np.float32)
        blended = flat @ (weights.reshape(-1, 4) / 255)
        np.minimum(blended, 255, out=blended)
        self._pixels[rows, columns] = blended.reshape(rect.height(), rect.width(), 4).astype(np.uint8)
        self.update(QRectF(rect).adjusted(-1, -1, 1, 1))

    def set_covered(self, on: bool) -> None:
        self.covered = on
        self.update()

    def boundingRect(self) -> QRectF:
        size = self._pixels.shape[0]
        return QRectF(0, 0, size, size)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self.covered:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QPointF(0, 0), self._image)


class FaceItem(QGraphicsPolygonItem):
    """The outline of a found face. The chosen one is solid; the others are dashed and can be clicked."""

    def __init__(self, index: int, quad: Points, clicked: Callable[[int], object]) -> None:
        super().__init__(outline(quad))
        self.index = index
        self._clicked = clicked
        self._hovered = False
        self.chosen = False
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_chosen(self, chosen: bool) -> None:
        self.chosen = chosen
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton if chosen else Qt.MouseButton.LeftButton)
        if chosen:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.update()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hovered = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hovered = False
        self.update()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self._clicked(self.index)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.chosen or self._hovered
        shade = QPen(QColor(0, 0, 0, 110), 3.0)
        line = QPen(QColor(255, 255, 255, 230 if lit else 170), 1.4 if self.chosen else 1.2)
        if not self.chosen:
            line.setDashPattern([5, 4])
        for pen in (shade, line):
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPolyline(self.polygon())
        if self._hovered and not self.chosen:
            painter.fillPath(polygon_path(self.polygon()), QColor(255, 255, 255, 36))
        if not self.chosen:
            self._draw_number(painter)

    def _draw_number(self, painter: QPainter) -> None:
        corner = self.polygon().boundingRect().topLeft()
        painter.save()
        place = painter.worldTransform().map(corner)
        painter.setWorldTransform(QTransform())
        font = QFont(painter.font())
        font.setBold(True)
        painter.setFont(font)
        badge = QRectF(place.x() + 4, place.y() + 4, 20, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 160))
        painter.drawRoundedRect(badge, 4, 4)
        painter.setPen(QColor("white"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self.index + 1))
        painter.restore()


def polygon_path(polygon: QPolygonF) -> QPainterPath:
    """The polygon as a path."""
    path = QPainterPath()
    path.addPolygon(polygon)
    return path
