"""The photo view: geometry, zoom, pan, comparison, overlay, faces to click."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion, QWheelEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QWidget
from pytestqt.qtbot import QtBot

from maskfacegan_gui.canvas.geometry import crop_to_photo, photo_to_crop
from maskfacegan_gui.canvas.tools import BrushTool
from maskfacegan_gui.canvas.view import CanvasView
from maskfacegan_gui.pixels.pyramid import Pyramid

LEFT = Qt.MouseButton.LeftButton


def flat(width: int, height: int, colour: tuple[int, int, int]) -> Pyramid:
    return Pyramid(np.full((height, width, 3), colour, np.uint8))


@pytest.fixture
def view(qtbot: QtBot) -> CanvasView:
    view = CanvasView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    view.show()
    view.set_pictures(flat(300, 200, (200, 0, 0)), flat(300, 200, (0, 0, 200)))
    return view


def colour_at(view: CanvasView, x: float, y: float) -> tuple[int, int, int]:
    """What is drawn at a place of the photo."""
    place = view.mapFromScene(QPointF(x, y))
    image = view.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    colour = image.pixelColor(int(place.x() * ratio), int(place.y() * ratio))
    return colour.red(), colour.green(), colour.blue()


def test_fit_shows_the_whole_photo_in_the_middle(view: CanvasView) -> None:
    shown = view.mapFromScene(view.photo.boundingRect()).boundingRect()
    assert view.viewport().rect().contains(shown)
    assert abs(shown.center().x() - view.viewport().rect().center().x()) <= 1
    view.resize(800, 300)
    shown = view.mapFromScene(view.photo.boundingRect()).boundingRect()
    assert view.viewport().rect().contains(shown)


def test_wheel_zooms_at_the_pointer(view: CanvasView) -> None:
    at = QPointF(150, 120)
    under = view.mapToScene(at.toPoint())
    zoom = view.zoom
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert view.zoom > 1.3 * zoom
    moved = view.mapToScene(at.toPoint()) - under
    assert abs(moved.x()) < 1.5 and abs(moved.y()) < 1.5


def test_two_fingers_zoom(view: CanvasView) -> None:
    pinch = QPinchGesture()
    pinch.setHotSpot(view.viewport().mapToGlobal(QPointF(150, 120)))
    pinch.setScaleFactor(1.5)
    zoom = view.zoom
    under = view.mapToScene(QPoint(150, 120))
    QApplication.sendEvent(view.viewport(), QGestureEvent([pinch]))
    assert view.zoom == pytest.approx(1.5 * zoom)
    moved = view.mapToScene(QPoint(150, 120)) - under
    assert abs(moved.x()) < 1.5 and abs(moved.y()) < 1.5


def test_actual_pixels_are_device_pixels(view: CanvasView) -> None:
    view.set_zoom(1.0)
    assert view.transform().m11() == pytest.approx(1 / view.devicePixelRatioF())


def test_dragging_with_the_middle_button_pans(view: CanvasView, qtbot: QtBot) -> None:
    view.set_zoom(4.0)
    before = view.mapToScene(QPoint(100, 100))
    middle = Qt.MouseButton.MiddleButton
    qtbot.mousePress(view.viewport(), middle, pos=QPoint(100, 100))
    qtbot.mouseMove(view.viewport(), QPoint(140, 120))
    qtbot.mouseRelease(view.viewport(), middle, pos=QPoint(140, 120))
    after = view.mapToScene(QPoint(140, 120))
    assert (after - before).manhattanLength() < 1.0


def test_before_is_shown_while_asked_for(view: CanvasView) -> None:
    assert colour_at(view, 150, 100) == (200, 0, 0)
    view.show_before(True)
    assert colour_at(view, 150, 100) == (0, 0, 200)
    view.show_before(False)
    assert colour_at(view, 150, 100) == (200, 0, 0)


def test_split_shows_both_and_can_be_dragged(view: CanvasView, qtbot: QtBot) -> None:
    view.set_split(True)
    assert colour_at(view, 75, 20) == (0, 0, 200)
    assert colour_at(view, 225, 20) == (200, 0, 0)
    start, end = view.mapFromScene(QPointF(150, 100)), view.mapFromScene(QPointF(270, 100))
    qtbot.mousePress(view.viewport(), LEFT, pos=start)
    qtbot.mouseMove(view.viewport(), end)
    qtbot.mouseRelease(view.viewport(), LEFT, pos=end)
    assert view.split.fraction == pytest.approx(0.9, abs=0.02)
    assert colour_at(view, 225, 20) == (0, 0, 200)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.split.fraction == pytest.approx(0.88, abs=0.02)


def test_overlay_recolours_its_rectangle_only(view: CanvasView) -> None:
    square = np.array([[50, 0], [50, 200], [250, 200], [250, 0]], float)
    view.overlay.set_quad(square, 8)
    view.overlay.setVisible(True)
    masks = np.zeros((2, 8, 8), np.uint8)
    masks[1] = 255
    colours = [None, QColor(0, 255, 0)]
    view.overlay.recolour(masks, colours, QRect(0, 0, 4, 8))
    assert colour_at(view, 80, 100) == (0, 255, 0)
    assert colour_at(view, 220, 100) == (200, 0, 0)
    view.overlay.recolour(masks, colours)
    assert colour_at(view, 220, 100) == (0, 255, 0)


def test_overlay_ends_at_the_photos_edge(view: CanvasView) -> None:
    around = colour_at(view, -20, 100)
    view.overlay.set_quad(np.array([[-100, 0], [-100, 200], [100, 200], [100, 0]], float), 8)
    view.overlay.recolour(np.full((1, 8, 8), 255, np.uint8), [QColor(0, 255, 0)])
    view.overlay.setVisible(True)
    assert colour_at(view, 50, 100) == (0, 255, 0)
    assert colour_at(view, -20, 100) == around


def test_several_faces_can_be_clicked(view: CanvasView, qtbot: QtBot) -> None:
    quads = [np.array([[x, 50], [x, 120], [x + 70, 120], [x + 70, 50]], float) for x in (20, 200)]
    view.set_faces(quads, chosen=0)
    with qtbot.waitSignal(view.face_clicked) as clicked:
        qtbot.mouseClick(view.viewport(), LEFT, pos=view.mapFromScene(QPointF(235, 85)))
    assert clicked.args == [1]


def test_a_single_face_needs_no_choice(view: CanvasView) -> None:
    count = len(view.scene().items())
    view.set_faces([np.array([[0, 0], [0, 9], [9, 9], [9, 0]], float)], chosen=0)
    assert len(view.scene().items()) == count


def test_geometry_goes_there_and_back() -> None:
    quad = np.array([[100.0, 50.0], [60.0, 150.0], [160.0, 190.0], [200.0, 90.0]])
    there, back = crop_to_photo(quad, 512), photo_to_crop(quad, 512)
    corner = there.map(QPointF(0, 0))
    assert (corner.x(), corner.y()) == pytest.approx((100.0, 50.0))
    again = back.map(there.map(QPointF(123.25, 400.5)))
    assert (again.x(), again.y()) == pytest.approx((123.25, 400.5))


def test_a_large_photo_is_drawn_from_a_level_of_about_the_screens_size() -> None:
    pyramid = Pyramid(np.zeros((3000, 4000, 3), np.uint8))
    assert pyramid.level_for(1.0).width() == 4000
    assert pyramid.level_for(0.26).width() == 2000
    assert pyramid.level_for(0.25).width() == 1000
    assert pyramid.level_for(0.01).width() == 1000


@pytest.mark.parametrize("tone", [0, 60, 128, 200, 255])
@pytest.mark.parametrize("zoom", [8.0, 8.65, 20.0, 32.0])
def test_pixel_grid_can_be_seen_when_close(view: CanvasView, tone: int, zoom: float) -> None:
    def contrast() -> int:
        """How far a line is from the photo's grey."""
        image = QImage(view.viewport().size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        view.render(painter)
        painter.end()
        middle = image.height() // 2 + 3
        return max(abs(image.pixelColor(x, middle).red() - tone) for x in range(100, 200))

    view.set_pictures(flat(300, 200, (tone, tone, tone)), None)
    view.set_zoom(7.5)
    assert contrast() == 0
    view.set_zoom(zoom)
    assert contrast() >= 36


class Painted(QObject):
    """Remembers what a widget was asked to paint."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.regions: list[QRegion] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.regions.append(QRegion(event.region()))
        return False


class Masks:
    """As much of the mask editor as the brush's cursor needs."""

    radius, size, scale = 10.0, 512, 1.0
    quad = np.array([[0, 0], [0, 200], [200, 200], [200, 0]], float)


def test_a_brush_that_moves_paints_its_old_and_its_new_place_only(view: CanvasView, qtbot: QtBot) -> None:
    view.set_tool(BrushTool(Masks()))
    place, other = view.mapFromScene(QPointF(60, 60)), view.mapFromScene(QPointF(140, 100))
    qtbot.mouseMove(view.viewport(), place)
    qtbot.wait(50)
    painted = Painted(view.viewport())
    qtbot.mouseMove(view.viewport(), other)
    qtbot.waitUntil(lambda: bool(painted.regions))
    region = painted.regions[0]
    radius = round(10 * 200 / 512 * view.transform().m11())
    for spot in (place, other):
        assert region.contains(QRect(spot - QPoint(radius, radius), spot + QPoint(radius, radius)))
    area = sum(rect.width() * rect.height() for rect in region)
    assert area < 0.1 * view.viewport().width() * view.viewport().height()
