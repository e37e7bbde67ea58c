"""An image pyramid: a picture and its halved sizes, so that a large photo draws fast without aliasing."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from engine import ByteArray

SMALLEST = 700  # px; no level is made below this


class Pyramid:
    """`levels[k]` is the picture at 1/2^k of its size. Built in a worker thread; then read only."""

    def __init__(self, rgb: ByteArray) -> None:
        self.levels = [to_qimage(rgb)]
        while max(self.levels[-1].width(), self.levels[-1].height()) >= 2 * SMALLEST:
            last = self.levels[-1]
            half = QSize(max(1, last.width() // 2), max(1, last.height() // 2))
            self.levels.append(
                last.scaled(
                    half, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
            )

    @property
    def width(self) -> int:
        return self.levels[0].width()

    @property
    def height(self) -> int:
        return self.levels[0].height()

    def level_for(self, scale: float) -> QImage:
        """The smallest level that is not enlarged when one photo px covers `scale` device px."""
        index = 0 if scale >= 1 else math.floor(-math.log2(max(scale, 1e-6)) + 1e-6)
        return self.levels[min(index, len(self.levels) - 1)]


def to_qimage(rgb: ByteArray) -> QImage:
    """(H, W, 3) uint8 to an image that owns its memory, in the format that Qt draws fastest."""
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def to_qimage_alpha(rgb: ByteArray, alpha: ByteArray) -> QImage:
    """(H, W, 3) uint8 and (H, W) uint8 to a premultiplied image that owns its memory."""
    height, width = rgb.shape[:2]
    rgba = np.dstack([rgb, alpha])
    image = QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
