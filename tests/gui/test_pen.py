"""A pen: its pressure changes the brush, its other end erases, and what it is not for stays a mouse's."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import REGIONS
from maskfacegan_gui.dialogs.preferences import PreferencesDialog
from maskfacegan_gui.main_window import MainWindow

PRESS, MOVE, RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
MOUTH = REGIONS.index("mouth")


class Pen:
    """Works the canvas of a window with a pen's events."""

    def __init__(self, window: MainWindow, eraser: bool = False) -> None:
        kind = QPointingDevice.PointerType.Eraser if eraser else QPointingDevice.PointerType.Pen
        able = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
        self.device = QPointingDevice("pen", 4711, QInputDevice.DeviceType.Stylus, kind, able, 1, 3)
        self.canvas = window.parts.canvas

    def send(
        self, kind: QEvent.Type, place: QPoint, pressure: float, keys: Qt.KeyboardModifier = Qt.NoModifier
    ) -> bool:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button, held = (none, left) if kind == MOVE else (left, none if kind == RELEASE else left)
        viewport = self.canvas.viewport()
        where = QPointF(viewport.mapToGlobal(place))
        event = QTabletEvent(
            kind, self.device, QPointF(place), where, pressure, 0, 0, 0, 0, 0, keys, button, held
        )
        event.ignore()
        QApplication.sendEvent(viewport, event)
        return event.isAccepted()

    def stroke(self, pressures: list[float], keys: Qt.KeyboardModifier = Qt.NoModifier) -> bool:
        """From left to right through the middle of the photo, one place for each pressure."""
        middle = self.canvas.viewport().rect().center()
        places = [middle + QPoint(round(40 * (i - len(pressures) / 2)), 0) for i in range(len(pressures))]
        used = self.send(PRESS, places[0], pressures[0], keys)
        for place, pressure in zip(places[1:], pressures[1:], strict=True):
            used &= self.send(MOVE, place, pressure, keys)
        return self.send(RELEASE, places[-1], 0.0, keys) and used


@pytest.fixture
def painting(with_face: MainWindow) -> MainWindow:
    with_face.commands.brush.trigger()
    with_face.mask_tools.editor.set_brush(radius=30, hardness=1.0)
    return with_face


def mouth(window: MainWindow) -> np.ndarray:
    return window.session.document.face.masks[MOUTH].astype(int)


def painted(window: MainWindow, pressures: list[float]) -> np.ndarray:
    """What a stroke adds to the empty mask of the mouth."""
    window.mask_tools.editor.operate("Clear", np.zeros_like)
    assert Pen(window).stroke(pressures)
    found = mouth(window)
    window.session.undo_stack.undo()
    return found


def heights(mask: np.ndarray) -> np.ndarray:
    """How many px of each column are painted, of the columns that are."""
    columns = (mask > 20).sum(axis=0)
    return columns[columns > 0]


def test_pressure_changes_the_size(painting: MainWindow) -> None:
    light, hard = painted(painting, [0.25] * 4), painted(painting, [1.0] * 4)
    assert heights(hard).max() / heights(light).max() == pytest.approx(4, rel=0.25)
    assert light.max() == hard.max() == 255
    rising = heights(painted(painting, [0.1, 0.4, 0.7, 1.0]))
    third = len(rising) // 3
    assert rising[:third].mean() < 0.6 * rising[third : 2 * third].mean() < 0.6 * rising[-third:].mean() / 0.6


@pytest.mark.slow
def test_pressure_changes_the_flow_or_nothing_if_that_is_preferred(painting: MainWindow) -> None:
    painting.settings.set("pen/pressure", "flow")
    light, hard = painted(painting, [0.1]), painted(painting, [1.0])
    assert heights(light).max() == heights(hard).max() and 10 < light.max() < 60 and hard.max() == 255
    painting.settings.set("pen/pressure", "nothing")
    np.testing.assert_array_equal(painted(painting, [0.1] * 3), painted(painting, [1.0] * 3))


@pytest.mark.slow
def test_the_preference_is_in_the_dialog(painting: MainWindow) -> None:
    painting.commands.preferences.trigger()
    dialog = painting.findChild(PreferencesDialog)
    dialog.pen.setCurrentIndex(dialog.pen.findData("flow"))
    dialog.pen.activated.emit(dialog.pen.currentIndex())
    assert painting.mask_tools.editor.pressure_steers == "flow"
    assert painting.settings.get("pen/pressure") == "flow"
    dialog.close()


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["brush", "eraser"])
@pytest.mark.parametrize("keys", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier])
def test_the_eraser_end_erases(painting: MainWindow, tool: str, keys: Qt.KeyboardModifier) -> None:
    getattr(painting.commands, tool).trigger()
    painting.mask_tools.editor.operate("Fill", lambda mask: np.full_like(mask, 255))
    assert Pen(painting, eraser=True).stroke([1.0] * 3, keys)
    assert mouth(painting).min() == 0
    assert painting.session.undo_stack.undoText().startswith("Erase")


@pytest.mark.slow
def test_a_stroke_is_one_step_of_undo_and_escape_gives_it_up(painting: MainWindow, qtbot: QtBot) -> None:
    before, steps = mouth(painting), painting.session.undo_stack.count()
    assert Pen(painting).stroke([0.5, 0.9, 0.2, 0.7])
    assert painting.session.undo_stack.count() == steps + 1
    painting.session.undo_stack.undo()
    np.testing.assert_array_equal(mouth(painting), before)
    pen, middle = Pen(painting), painting.parts.canvas.viewport().rect().center()
    assert pen.send(PRESS, middle, 1.0) and (mouth(painting) != before).any()
    qtbot.keyClick(painting.parts.canvas, Qt.Key.Key_Escape)
    np.testing.assert_array_equal(mouth(painting), before)
    assert not pen.send(MOVE, middle, 1.0) and not pen.send(RELEASE, middle, 0.0)


@pytest.mark.slow
def test_what_is_no_painting_is_left_to_the_mouse(painting: MainWindow) -> None:
    """Qt makes a mouse's event of what is not accepted: the hand drags, a hovering pen shows the cursor."""
    middle = painting.parts.canvas.viewport().rect().center()
    assert not Pen(painting).send(MOVE, middle, 0.0)
    painting.commands.hand.trigger()
    assert not Pen(painting).stroke([1.0, 1.0])


@pytest.mark.slow
def test_the_eraser_end_of_the_lasso_takes_away(painting: MainWindow) -> None:
    painting.commands.lasso.trigger()
    painting.mask_tools.editor.operate("Fill", lambda mask: np.full_like(mask, 255))
    pen, middle = Pen(painting, eraser=True), painting.parts.canvas.viewport().rect().center()
    corners = [QPoint(-40, -40), QPoint(40, -40), QPoint(40, 40), QPoint(-40, 40)]
    pen.send(PRESS, middle + corners[0], 1.0)
    for corner in corners[1:]:
        pen.send(MOVE, middle + corner, 1.0)
    pen.send(RELEASE, middle + corners[-1], 0.0)
    assert mouth(painting).min() == 0 and mouth(painting).max() == 255
