"""A brush move: from the mouse event until the changed part of the photo has been painted."""

from __future__ import annotations

import math
import time
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from maskfacegan_gui.canvas.geometry import crop_to_photo
from maskfacegan_gui.controllers.mask_editor import Layer
from maskfacegan_gui.main_window import MainWindow

from .bench import Row, face_photo, open_face, opened, quantile, settle, short_pack

SIZES = (1024, 4096)
MOVES = 200
RADIUS = 60  # px of the masks' grid of 512


def send(window: MainWindow, kind: QEvent.Type, place: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    view = window.parts.canvas.viewport()
    event = QMouseEvent(kind, place, view.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def places(window: MainWindow) -> list[QPointF]:
    """A spiral around the middle of the face, in view px."""
    canvas, state = window.parts.canvas, window.session.document.face
    transform = crop_to_photo(state.crop.quad, 512)
    result = []
    for step in range(MOVES):
        angle, reach = step * 0.12, 40 + 140 * step / MOVES
        spot = QPointF(256 + reach * math.cos(angle), 256 + reach * math.sin(angle))
        result.append(QPointF(canvas.mapFromScene(transform.map(spot))))
    return result


def strokes(window: MainWindow) -> list[tuple[float, float]]:
    """Milliseconds of each move of one long stroke, painting included: on the clock, and of the CPU."""
    spots, times = places(window), []
    QApplication.processEvents()
    send(window, QEvent.Type.MouseButtonPress, spots[0])
    QApplication.processEvents()
    for spot in spots[1:]:
        begin, begun = time.perf_counter(), time.thread_time()
        send(window, QEvent.Type.MouseMove, spot)
        QApplication.processEvents()
        times.append((1000 * (time.perf_counter() - begin), 1000 * (time.thread_time() - begun)))
    send(window, QEvent.Type.MouseButtonRelease, spots[-1])
    return times


def blend(folder: Path) -> list[Row]:
    """The same on the blend mask of a result, while the picture is composed again beside it."""
    with opened(str(short_pack(folder, 9, 2))) as window:
        open_face(window, face_photo(folder, 1024))
        window.parts.attributes.rows["smiling"].box.setChecked(True)
        window.runs.apply()
        settle(window)
        window.commands.brush.setChecked(True)
        window.mask_tools.editor.set_brush(radius=RADIUS)
        window.mask_tools.editor.set_layer(Layer.BLEND)
        window.parts.canvas.fit()
        strokes(window)
        settle(window)
        times = [t[0] for t in strokes(window)]
        settle(window)
    return [
        Row("brush move on the blend mask, median", quantile(times, 0.5), "ms"),
        Row("brush move on the blend mask, 95th percentile", quantile(times, 0.95), "ms"),
    ]


def measure(folder: Path) -> list[Row]:
    rows, late = [], {}
    for size in SIZES:
        with opened("starter") as window:
            open_face(window, face_photo(folder, size))
            window.commands.brush.setChecked(True)
            window.mask_tools.editor.set_brush(radius=RADIUS)
            window.parts.canvas.fit()
            strokes(window)  # the first stroke fills caches
            both = [t for _ in range(3) for t in strokes(window)]
        times, busy = ([t[i] for t in both] for i in range(2))
        late[size] = quantile(times, 0.95)
        rows.append(Row(f"brush move, {size} px photo, CPU, 95th percentile", quantile(busy, 0.95), "ms"))
        rows.append(Row(f"brush move, {size} px photo, median", quantile(times, 0.5), "ms"))
        rows.append(Row(f"brush move, {size} px photo, 95th percentile", late[size], "ms", 8.0))
    rows += blend(folder)
    rows.append(Row("brush move, 4096 px against 1024 px", late[4096] / late[1024], "x", 2.0))
    return rows
