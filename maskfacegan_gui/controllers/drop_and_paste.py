"""Reads drag-and-drop and clipboard data: files or an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from engine import ByteArray


@dataclass(frozen=True)
class MimeContents:
    """`paths` of local files in the order they came, or `picture` (H, W, 3) uint8; both may be empty."""

    paths: tuple[Path, ...] = ()
    picture: ByteArray | None = None
    remote: bool = False  # an address that is not on this computer

    @property
    def empty(self) -> bool:
        return not self.paths and self.picture is None


def acceptable(data: QMimeData) -> bool:
    """Whether a drag over the window may be dropped."""
    return data.hasUrls() or data.hasImage()


def take(data: QMimeData | None) -> MimeContents:
    """Read the data; files win over a picture, since they carry the photo's own depth and profile."""
    if data is None:  # an empty clipboard
        return MimeContents()
    paths = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    if paths:
        return MimeContents(paths)
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return MimeContents(picture=pixels_of(image))
    text = data.text().strip() if data.hasText() else ""
    if text and "\n" not in text and Path(text).expanduser().is_file():
        return MimeContents((Path(text).expanduser(),))
    return MimeContents(remote=data.hasUrls())


def pixels_of(image: QImage) -> ByteArray:
    """(H, W, 3) uint8 of a Qt image."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()
