"""Offers reports of earlier crashes to the user, at most twice or until answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from ..process.crash_reports import CrashReports
from ..text.messages import Level, Notice


def offer(reports: CrashReports, tell: Callable[[Notice], None]) -> None:
    """Say that there is a report, and show its folder if asked to. Closing the message is an answer too."""
    found = reports.earlier()
    if not found:
        return

    def answered() -> None:
        reports.note_offer(found, answered=True)

    def show() -> None:
        answered()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(reports.folder))):
            tell(Notice(text("No program could be found to show it."), str(found[-1]), level=Level.WARNING))

    def text(sentence: str) -> str:
        return QCoreApplication.translate("crash_offer", sentence)

    reports.note_offer(found)
    tell(
        Notice(
            text("The application ended unexpectedly the last time."),
            text("A report was written to this computer; nothing has been sent."),
            level=Level.WARNING,
            action=(text("Show the report"), show),
            lasting=True,
            closed=answered,
        )
    )
