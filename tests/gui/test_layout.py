"""Nothing is cut off, in small windows too."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from maskfacegan_gui.main_window import MainWindow

from .test_run import apply, finished, tick


def cut_off(window: MainWindow) -> list[str]:
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
