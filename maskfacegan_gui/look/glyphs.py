"""Icons drawn from the glyphs of qtawesome's Material Design font.

Only the font and its list of names are read: the package's own loader imports Qt a second time through
another binding and loads thirteen fonts, which took a sixth of the start.
"""

from __future__ import annotations

import functools
import importlib.util
import json
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPixmap, QRawFont

_FONT = "materialdesignicons6-webfont"
_EM = 96.0  # px at which the outlines are taken from the font
_SHARE = 0.875  # of the icon's height that the glyph's square takes


def icon(name: str, colour: str, disabled: str) -> QIcon:
    """The glyph `name` as an icon that is drawn sharp at any size. KeyError for an unknown name."""
    return QIcon(_Engine(outline(name), QColor(colour), QColor(disabled)))


@functools.cache
def outline(name: str) -> QPainterPath:
    """The glyph's shape in a unit square around the origin."""
    font, names = _font()
    glyph = font.glyphIndexesForString(chr(int(names[name], 16)))[0]
    path = font.pathForGlyph(glyph)
    path.translate(QPointF(-_EM / 2, (font.ascent() - font.descent()) / 2))
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


@functools.cache
def _font() -> tuple[QRawFont, dict[str, str]]:
    """The font at `_EM` px and its glyphs' code points by name. ModuleNotFoundError, FileNotFoundError."""
    spec = importlib.util.find_spec("qtawesome")  # finds the package without importing it
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("qtawesome is not installed", name="qtawesome")
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    files, lists = sorted(folder.glob(f"{_FONT}-[0-9]*.ttf")), sorted(folder.glob(f"{_FONT}-charmap-*.json"))
    if not files or not lists:
        raise FileNotFoundError(f"{folder} holds no {_FONT}")
    return QRawFont(str(files[-1]), _EM), json.loads(lists[-1].read_text(encoding="utf-8"))


class _Engine(QIconEngine):
    """Fills an outline in one colour, in a fainter one where the control is disabled."""

    def __init__(self, path: QPainterPath, colour: QColor, disabled: QColor) -> None:
        super().__init__()
        self._path, self._colour, self._disabled = path, colour, disabled

    def clone(self) -> QIconEngine:
        return _Engine(self._path, self._colour, self._disabled)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        side = round(_SHARE * min(rect.width(), rect.height()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(rect).center())
        painter.scale(side / _EM, side / _EM)
        painter.fillPath(self._path, self._disabled if mode == QIcon.Mode.Disabled else self._colour)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """`size` is in px of the screen; Qt's `scaledPixmap`, which differs between its versions, asks."""
        pixmap = QPixmap(size)
        if pixmap.isNull():  # a button that has no room yet
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap
