"""The QApplication: made, dressed, run and ended."""

from __future__ import annotations

import logging
import signal
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import engine

from . import none_guard, selftest
from .crash import Reports
from .main_window import MainWindow
from .notices import Level, Notice
from .settings import Settings
from .theme import Theme

log = logging.getLogger("maskfacegan.app")


class CrashRelay(QObject):
    """Brings an unexpected error from any thread to the window."""

    happened = Signal(str, str)


def make(argv: list[str]) -> QApplication:
    """The application object with its names, icon and Qt's own translations."""
    none_guard.protect()
    app = QApplication(argv)
    app.setApplicationName("MaskFaceGAN Editor")
    app.setOrganizationName("MaskFaceGAN")
    app.setApplicationVersion(engine.__version__)
    app.setDesktopFileName("maskfacegan")
    app.setWindowIcon(QIcon(str(engine.resource("icons", "app.svg"))))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(), "qtbase", "_", folder):
        app.installTranslator(translator)
    return app


def run(argv: list[str], reports: Reports) -> int:
    """Show the window and work until it is closed; returns the exit status."""
    app = make(argv)
    settings = Settings(app)
    theme = Theme(app, settings.get("theme"))
    window = MainWindow(settings, theme, reports)
    relay = CrashRelay()
    relay.happened.connect(
        lambda text, details: window.parts.message.show_notice(
            Notice(
                text,
                MainWindow.tr("A report was written. You can go on working, or save and restart."),
                details,
                Level.ERROR,
            )
        )
    )
    reports.listener = relay.happened.emit
    signal.signal(signal.SIGINT, lambda *_: window.close())
    window.show()
    report = selftest.target(argv)
    names = [name for name in app.arguments()[1:] if not name.startswith("-") and Path(name) != report]
    window.start([Path(name) for name in names])
    if report is not None:
        selftest.SelfTest(window, report)
    status = app.exec()
    reports.listener = None
    reports.close()
    log.info("ended with status %d", status)
    return status
