"""The QApplication: creation, event loop and shutdown."""

from __future__ import annotations

import logging
import signal
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

import engine

from .process import pyside_none_fix, splash, translation
from .process.crash_reports import CrashReports
from .process.gui_thread_gc import GuiThreadCollector

log = logging.getLogger("maskfacegan.app")


class CrashRelay(QObject):
    """Brings an unexpected error from any thread to the window."""

    happened = Signal(str, str)


class FileOpener(QObject):
    """Hears of files that the system asks the running application to open, as macOS does on a double-click.

    Those that come before there is a window are kept in `paths` and left to whoever starts it.
    """

    requested = Signal(object)  # Path

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.paths: list[Path] = []
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.paths.append(Path(event.file()))
            self.requested.emit(self.paths[-1])
            return True
        return super().eventFilter(watched, event)


class Application(QApplication):
    """The application, and what takes care of its garbage."""

    def __init__(self, argv: list[str]) -> None:
        # A name that is no text in UTF-8 would end the process here: the binding asks it for its bytes.
        super().__init__([text.encode("utf-8", "replace").decode() for text in argv])
        self.collector = GuiThreadCollector(self)


def make(argv: list[str]) -> Application:
    """The application object with its names, icon and translations."""
    pyside_none_fix.protect()
    app = Application(argv)
    app.setApplicationName("MaskFaceGAN Editor")
    app.setOrganizationName("MaskFaceGAN")
    app.setApplicationVersion(engine.__version__)
    app.setDesktopFileName("maskfacegan")
    app.setWindowIcon(QIcon(str(engine.resource("icons", "app.svg"))))
    translation.install(app)
    return app


def named(argv: list[str], left: list[str]) -> list[str]:
    """The arguments of a command line that Qt has `left`, as Python has them: Qt keeps of a name only what is
    text in UTF-8."""
    return [text for text in argv[1:] if text in left or engine.printable(text) != text]


def run(argv: list[str], reports: CrashReports) -> int:
    """Show the window and work until it is closed; returns the exit status."""
    app = make(argv)
    opener = FileOpener(app)
    waiting = splash.show()
    # Only now: with all that they import, they take most of the time of a start.
    from . import selftest
    from .look.theme import Theme
    from .main_window import MainWindow
    from .settings.settings import Settings
    from .text.messages import Level, Notice

    settings = Settings(app)
    theme = Theme(app, settings.get("theme"))
    window = MainWindow(settings, theme, reports)
    relay = CrashRelay()
    relay.happened.connect(
        lambda text, details: window.parts.message.show_notice(
            Notice(
                text,
                window.tr("A report was written. You can go on working, or save and restart."),
                details,
                Level.ERROR,
            )
        )
    )
    reports.listener = relay.happened.emit
    signal.signal(signal.SIGINT, lambda *_: window.close())
    window.show()
    waiting.finish(window)
    report = selftest.target(argv)
    names = [
        name for name in named(argv, app.arguments()) if not name.startswith("-") and Path(name) != report
    ]
    window.start([*(Path(name) for name in names), *opener.paths])
    opener.requested.connect(lambda path: window.files.open_paths([path]))
    window.session.tasks.engine_lane.idle_changed.connect(app.collector.begin)  # once the networks are loaded
    if report is not None:
        selftest.SelfTest(window, report)
    status = app.exec()
    app.collector.stop()
    reports.listener = None
    reports.close()
    log.info("ended with status %d", status)
    return status
