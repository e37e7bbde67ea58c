"""The splash screen, shown while the window is being created: icon and name.

It comes after torch, which has to be loaded before Qt where its libraries are found in that order only,
and it goes when the window is there.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QSplashScreen

import engine

_WIDTH, _HEIGHT, _ICON = 420, 240, 96


def show() -> QSplashScreen:
    """The splash screen, painted and on the screen. `finish(window)` ends it."""
    splash = QSplashScreen(_picture())
    splash.setAccessibleName(QGuiApplication.applicationName())
    splash.show()
    QGuiApplication.processEvents()
    return splash


def _picture() -> QPixmap:
    screen = QGuiApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen is not None else 1.0
    picture = QPixmap(round(_WIDTH * ratio), round(_HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor("#262626"))
    painter = QPainter(picture)
    icon = QIcon(str(engine.resource("icons", "app.svg"))).pixmap(_ICON, _ICON)
    painter.drawPixmap((_WIDTH - _ICON) // 2, 40, icon)
    font = QFont(painter.font())
    font.setPixelSize(20)
    painter.setFont(font)
    painter.setPen(QColor("#e2e2e2"))
    painter.drawText(QRectF(0, 150, _WIDTH, 30), Qt.AlignmentFlag.AlignCenter, "MaskFaceGAN Editor")
    font.setPixelSize(13)
    painter.setFont(font)
    painter.setPen(QColor("#a2a2a2"))
    painter.drawText(QRectF(0, 184, _WIDTH, 24), Qt.AlignmentFlag.AlignCenter, engine.__version__)
    painter.end()
    return picture
