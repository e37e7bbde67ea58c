"""The icons are drawn from the font that qtawesome brings."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage
from PySide6.QtWidgets import QApplication

from maskfacegan_gui.look import glyphs
from maskfacegan_gui.look.icons import _NAMES


def colours(icon: QIcon, side: int, mode: QIcon.Mode = QIcon.Mode.Normal) -> list[QColor]:
    """The colours of the pixels that are covered wholly."""
    image = icon.pixmap(QSize(side, side), 1.0, mode).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    assert image.width() == side
    pixels = [image.pixelColor(x, y) for x in range(side) for y in range(side)]
    return [pixel for pixel in pixels if pixel.alpha() == 255]


@pytest.mark.parametrize("name", sorted(set(_NAMES.values())))
def test_every_icon_is_a_glyph_within_its_square(qapp: QApplication, name: str) -> None:
    box = glyphs.outline(name).boundingRect()
    assert box.width() > 20 and box.height() > 10
    assert max(abs(v) for v in (box.left(), box.right(), box.top(), box.bottom())) <= 49


@pytest.mark.parametrize("side", [16, 64])
def test_icons_take_the_colour_they_are_given(qapp: QApplication, side: int) -> None:
    icon = glyphs.icon("stop", "#3060c0", "#808080")
    assert {c.name() for c in colours(icon, side)} == {"#3060c0"}
    assert {c.name() for c in colours(icon, side, QIcon.Mode.Disabled)} == {"#808080"}


def test_icons_are_sharp_on_screens_of_many_pixels(qapp: QApplication) -> None:
    pixmap = glyphs.icon("stop", "#3060c0", "#808080").pixmap(QSize(16, 16), 2.0)
    assert pixmap.size() == QSize(32, 32) and pixmap.devicePixelRatio() == 2.0
    row = [pixmap.toImage().pixelColor(x, 16).alpha() for x in range(32)]
    assert sum(0 < alpha < 255 for alpha in row) <= 2, "an enlarged picture has soft edges"


def test_a_button_without_room_has_no_icon(qapp: QApplication) -> None:
    assert glyphs.icon("stop", "#3060c0", "#808080").pixmap(QSize(16, 0), 1.0).isNull()


def test_an_unknown_icon_is_refused(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        glyphs.icon("no-such-glyph", "#000000", "#000000")


def test_the_window_is_made_without_a_second_binding() -> None:
    """The imports that a start can do without stay out of it."""
    code = (
        "import sys; from maskfacegan_gui import app, main_window\n"
        "print([n for n in ('qtpy', 'qtawesome', 'torch', 'scipy', 'safetensors') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
