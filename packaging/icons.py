"""Draw resources/icons/app.svg at the sizes that installers want: PNG, ICO and ICNS."""

from __future__ import annotations

import io
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QGuiApplication, QIcon

ICONS = Path(__file__).parents[1] / "resources" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)


def drawn(icon: QIcon, side: int) -> Image.Image:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    icon.pixmap(QSize(side, side), 1.0).save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGBA")


def main() -> None:
    _app = QGuiApplication([])
    icon = QIcon(str(ICONS / "app.svg"))
    pictures = {side: drawn(icon, side) for side in SIZES}
    pictures[256].save(ICONS / "app-256.png", optimize=True)
    small = [pictures[side] for side in (16, 24, 32, 48, 64, 128)]
    pictures[256].save(ICONS / "app.ico", append_images=small, sizes=[(s, s) for s in SIZES if s <= 256])
    pictures[1024].save(ICONS / "app.icns", append_images=[pictures[side] for side in SIZES[:-1]])


if __name__ == "__main__":
    main()
