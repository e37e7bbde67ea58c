"""The update check: asks for a newer version when this dialog is opened, and only then."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

import engine
from engine import RunControl

from ..tasks.lane import Lane
from ..text.messages import Failure
from ..widgets.basics import label


class UpdatesDialog(QDialog):
    """A sentence: asking, what the answer was, or why there is none. Leaving it ends the question."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Newer versions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.message = label(self.tr("Asking whether there is a newer version…"), wrap=True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.message.setOpenExternalLinks(True)
        self.hint = label(
            self.tr("This is version {0}. Nothing about you or your photos is sent.").format(
                engine.__version__
            ),
            "muted",
            wrap=True,
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.message, self.hint, buttons):
            column.addWidget(widget)
        self.setMinimumWidth(420)
        self.lane = Lane("updates", self)
        self.control = RunControl()
        self.lane.submit(
            lambda _report: engine.check_for_update(self.control),
            self._told,
            self._failed,
            control=self.control,
        )

    def _told(self, update: engine.Update) -> None:
        if not update.newer:
            self.message.setText(self.tr("You have the newest version."))
            return
        text = self.tr("Version {0} can be had.").format(update.version)
        if update.page:
            page = escape(update.page)
            text += f' <a href="{page}">{page}</a>'
            self.message.setTextFormat(Qt.TextFormat.RichText)
        self.message.setText(text)

    def _failed(self, failure: Failure) -> None:
        self.message.setText(failure.message)
        self.hint.setText(failure.hint)

    def done(self, result: int) -> None:
        """However it is left: the question ends with it."""
        self.control.cancel()
        self.lane.close()
        super().done(result)
