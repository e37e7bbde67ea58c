"""Nothing is cut off, in small windows too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from maskfacegan_gui.dialogs.export import ExportDialog
from maskfacegan_gui.dialogs.preferences import PreferencesDialog
from maskfacegan_gui.main_window import MainWindow

from .conftest import take_whole
from .test_run import apply, finished, tick


def cut_off(window: QWidget) -> list[str]:
    """Texts that have less room than they need."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QPushButton | QCheckBox) or not widget.isVisible():
            continue
        if isinstance(widget, QLabel) and (widget.wordWrap() or not widget.text()):
            continue
        if widget.width() < widget.minimumSizeHint().width():
            found.append(f"{widget.text()!r}: {widget.width()} of {widget.minimumSizeHint().width()} px")
    return found


@pytest.mark.parametrize("size", [(880, 600), (1040, 680), (1280, 720), (1600, 900)])
def test_no_text_is_cut_off(with_face: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    window = with_face
    window.resize(*size)
    window.commands.brush.setChecked(True)
    QApplication.processEvents()
    assert window.parts.options.isVisible() and cut_off(window) == []
    tick(window, qtbot, "smiling")
    apply(window, qtbot)
    QApplication.processEvents()
    assert cut_off(window) == []
    finished(window, qtbot)
    for page in range(window.parts.tabs.count()):
        window.parts.tabs.setCurrentIndex(page)
        QApplication.processEvents()
        assert cut_off(window) == []


def squeezed(widgets: list[QWidget]) -> list[str]:
    """Widgets that have less height than they need."""
    return [
        f"{type(w).__name__} {w.accessibleName()}: {w.height()} of {w.minimumSizeHint().height()} px"
        for w in widgets
        if w.height() < w.minimumSizeHint().height()
    ]


class LaptopScreen:
    """1920 x 1080 px at 200 %, with a bar at its lower edge: all that the window asks of a screen."""

    @staticmethod
    def availableSize() -> QSize:
        return QSize(960, 500)


def test_the_window_fits_a_small_screen(
    make_window: Callable[[Path], MainWindow],
    pack_folder: Path,
    photo: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(MainWindow, "screen", lambda _window: LaptopScreen)
        window = take_whole(make_window(pack_folder), photo, qtbot)
    assert window.width() <= 960 and window.height() <= 460
    tick(window, qtbot, "smiling")
    for do in (lambda: apply(window, qtbot), lambda: finished(window, qtbot)):
        do()
        QApplication.processEvents()
        button = window.parts.run.apply_button
        assert window.height() <= 460 and cut_off(window) == []
        assert window.rect().contains(QRect(button.mapTo(window, QPoint()), button.size()))
        shown = [w for w in window.parts.run.findChildren(QWidget) if w.isVisible()]
        shown = [w for w in shown if not isinstance(w, QProgressBar)]  # that is thin by its style
        assert not squeezed(shown), "nothing overlaps"


@pytest.mark.parametrize("dialog", [PreferencesDialog, ExportDialog])
def test_dialogs_cut_nothing_off_at_their_least_size(
    window: MainWindow, dialog: type[QWidget], qtbot: QtBot
) -> None:
    size = ("600 × 800 px",) if dialog is ExportDialog else ()
    shown = dialog(window.settings, *size, window)
    shown.show()
    shown.resize(1, 1)
    QApplication.processEvents()
    assert cut_off(shown) == []
    shown.close()
