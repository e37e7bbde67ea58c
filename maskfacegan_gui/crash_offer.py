"""Tells a person about reports of earlier crashes, once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from .crash import Reports
from .notices import Level, Notice


def offer(reports: Reports, tell: Callable[[Notice], None]) -> None:
    """Say that there is a report, and show its folder if asked to."""
    if not reports.earlier():
        return

    def show() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(reports.folder)))
        reports.mark_seen()

    def text(sentence: str) -> str:
        return QCoreApplication.translate("crash_offer", sentence)

    tell(
        Notice(
            text("The application ended unexpectedly the last time."),
            text("A report was written to this computer; nothing has been sent."),
            level=Level.WARNING,
            action=(text("Show the report"), show),
            lasting=True,
        )
    )
