"""The photos of a batch as a list: a small picture, the name, and how it stands, each a row."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

import engine
from engine import ByteArray, PhotoRow

from ..tasks.lane import Lane
from ..text import number_format
from ..text.engine_sentences import translated
from ..widgets.basics import plain_tip

SIDE = 48
"""Of a thumbnail, in px of a screen of usual density."""

_GAP = 8
_KEPT = 600
"""Thumbnails; at twice the usual density they take 22 MB."""

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
STATE, SENTENCE, PICTURE, ROW = (Role.UserRole + offset for offset in range(4))


class PhotoModel(QAbstractListModel):
    """`engine.PhotoRow`s in the order in which they came; `latest` is the place of the one that was begun
    last, -1 before."""

    def __init__(self, outdir: Path, scale: float, parent: QObject | None = None) -> None:
        """`scale`: device pixels in a px of the screen."""
        super().__init__(parent)
        self._outdir, self._scale = outdir, scale
        self._rows: list[PhotoRow] = []
        self._place: dict[int, int] = {}
        self._asked: dict[Path, int] = {}  # whose picture, by its file
        self.latest = -1
        self._thumbnails = Thumbnails(round(SIDE * scale), self)
        self._thumbnails.arrived.connect(self._arrived)

    def take(self, changed: Iterable[PhotoRow]) -> None:
        """Rows that are new or have changed."""
        new = []
        for row in changed:
            place = self._place.get(row.id)
            if place is None:
                new.append(row)
                continue
            self._rows[place] = row
            if row.state == "running":
                self.latest = place
            index = self.index(place)
            self.dataChanged.emit(index, index)
        if new:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._rows += new
            self._place |= {row.id: first + offset for offset, row in enumerate(new)}
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role == Role.DisplayRole:
            return engine.printable(row.source.name)
        if role == Role.AccessibleTextRole:
            return f"{engine.printable(row.source.name)}: {state_text(row)}. {sentence(row)}".strip()
        if role == Role.ToolTipRole:
            lines = (engine.printable(str(row.source)), sentence(row), translated(row.hint))
            return plain_tip("\n".join(line for line in lines if line))
        if role == STATE:
            return state_text(row)
        if role == SENTENCE:
            return sentence(row)
        if role == PICTURE:
            path = self.result(row) or row.source
            self._asked[path] = index.row()
            return self._thumbnails.of(path)
        return row if role == ROW else None

    def result(self, row: PhotoRow) -> Path | None:
        """The file of a photo's result; None where there is none yet."""
        return self._outdir / row.output if row.state == "done" else None

    def row(self, index: Index) -> PhotoRow:
        return self._rows[index.row()]

    def close(self) -> None:
        """Make no further thumbnails, and wait for the one that is being made."""
        self._thumbnails.close()

    def _arrived(self, path: Path) -> None:
        place = self._asked.get(path)
        if place is not None:
            index = self.index(place)
            self.dataChanged.emit(index, index, [PICTURE])


class Thumbnails(QObject):
    """Small pictures of files, made in a thread of their own when they are first looked at."""

    arrived = Signal(object)  # Path

    def __init__(self, side: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._lane = Lane("thumbnails", self)
        self._known: OrderedDict[Path, QPixmap | None] = OrderedDict()

    def of(self, path: Path) -> QPixmap | None:
        """The picture; None while there is none, or where there can be none."""
        if path in self._known:
            self._known.move_to_end(path)
            return self._known[path]
        self._known[path] = None
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self._lane.submit(
            lambda _report: engine.thumbnail(path, self._side), lambda made: self._made(path, made)
        )
        return None

    def _made(self, path: Path, made: ByteArray) -> None:
        if path not in self._known:  # forgotten while it waited, as when somebody scrolls far
            return
        pixels = np.ascontiguousarray(made)
        height, width = pixels.shape[:2]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._known[path] = QPixmap.fromImage(image.copy())
        self.arrived.emit(path)

    def close(self) -> None:
        self._lane.close()


def state_text(row: PhotoRow) -> str:
    words = {
        "waiting": _tr("Waiting"),
        "running": _tr("Running…"),
        "publishing": _tr("Running…"),
        "done": _tr("Done"),
        "failed": _tr("Failed"),
    }
    return words.get(row.state, row.state)


def sentence(row: PhotoRow) -> str:
    """Why a photo failed, or how long it took."""
    if row.state == "failed":
        return translated(row.error)
    if row.state == "done" and row.seconds is not None:
        return _tr("{0} s").format(number_format.decimal(row.seconds))
    return ""


def _tr(text: str) -> str:
    return QApplication.translate("photo_list", text)


class PhotoDelegate(QStyledItemDelegate):
    """Paints a row: picture, name, and below it the state and its sentence."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(240, SIDE + _GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view: QWidget | None = option.widget
        style = view.style() if view is not None else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        area: QRect = option.rect.adjusted(_GAP, 0, -_GAP, 0)
        painter.save()
        text = area.adjusted(SIDE + 2 * _GAP, 0, 0, 0)
        palette: QPalette = option.palette
        faint = palette.color(QPalette.ColorRole.Mid)
        self._paint_picture(painter, area, index.data(PICTURE), faint)
        metrics: QFontMetrics = option.fontMetrics
        top = text.top() + (text.height() - 2 * metrics.lineSpacing()) // 2
        line = QRect(text.left(), top, text.width(), metrics.lineSpacing())
        self._paint_line(painter, line, metrics, index.data(), palette.color(QPalette.ColorRole.Text))
        row: PhotoRow = index.data(ROW)
        role = {"failed": QPalette.ColorRole.BrightText, "running": QPalette.ColorRole.Highlight}.get(
            row.state
        )
        colour = palette.color(QPalette.ColorRole.Text if role is None else role)
        if role is None:
            colour.setAlphaF(0.65)
        words = " · ".join(part for part in (index.data(STATE), index.data(SENTENCE)) if part)
        self._paint_line(painter, line.translated(0, metrics.lineSpacing()), metrics, words, colour)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRect, picture: QPixmap | None, faint: QColor) -> None:
        square = QRect(area.left(), area.top() + (area.height() - SIDE) // 2, SIDE, SIDE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture is None:
            painter.setPen(faint)
            painter.drawRoundedRect(square.adjusted(4, 4, -4, -4), 4, 4)
            return
        size = QSize(picture.size()).scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(square.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, picture)

    def _paint_line(
        self, painter: QPainter, line: QRect, metrics: QFontMetrics, text: str, colour: Any
    ) -> None:
        painter.setPen(colour)
        fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitting)


class PhotoList(QListView):
    """The list itself. `opened` carries the result that a person wants to see; `moved`: another row is
    chosen."""

    opened = Signal(object)  # Path
    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setItemDelegate(PhotoDelegate(self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.activated.connect(self._activated)
        self.photos: PhotoModel | None = None
        self._followed = -1

    def show_photos(self, outdir: Path) -> PhotoModel:
        """Begin a new list, of a batch into `outdir`."""
        self.close_photos()
        self._followed = -1
        self.photos = PhotoModel(outdir, self.devicePixelRatioF(), self)
        self.setModel(self.photos)
        return self.photos

    def follow(self) -> None:
        """Show the photo that was begun last, unless somebody scrolled away from the one before it."""
        if self.photos is None or self.photos.latest == self._followed:
            return
        before = self.visualRect(self.photos.index(self._followed)) if self._followed >= 0 else None
        self._followed = self.photos.latest
        if before is None or self.viewport().rect().intersects(before):
            self.scrollTo(self.photos.index(self._followed))

    def close_photos(self) -> None:
        if self.photos is not None:
            self.photos.close()
            self.setModel(None)
            self.photos.deleteLater()
            self.photos = None

    def chosen_result(self) -> Path | None:
        """The result of the row that the keyboard is on."""
        index = self.currentIndex()
        if self.photos is None or not index.isValid():
            return None
        return self.photos.result(self.photos.row(index))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def _activated(self, _index: QModelIndex) -> None:
        result = self.chosen_result()
        if result is not None:
            self.opened.emit(result)
