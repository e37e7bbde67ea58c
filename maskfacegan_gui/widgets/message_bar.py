"""The message bar above the photo: a sentence, what to do next, foldable details. Never a dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QHideEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..look.icons import Icons
from ..text import labels
from ..text.messages import Level, Notice
from .basics import IconLabel, label, plain_tip

SHOWN_MS = 8000  # how long a plain piece of information stays


class MessageBar(QFrame):
    """Shows the latest notice until it is closed; mere information goes by itself."""

    left = Signal()  # a message that had the keys goes: they are wanted elsewhere

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._icons = icons
        self._action: Callable[[], None] | None = None
        self._notice: Notice | None = None
        self._covered: list[Notice] = []  # what stays or offers something, and a later message has covered
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._icon = IconLabel(18)
        self.text = label("", "strong", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = label("", "muted", wrap=True)
        self.action = QPushButton()
        self.action.setAccessibleName(self.tr("What the message offers"))
        self.fold = QPushButton(self.tr("Details"))
        self.fold.setProperty("flat", True)
        self.fold.setCheckable(True)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setProperty("flat", True)
        self.copy.setAccessibleName(self.tr("Copy the details"))
        self.close_button = QToolButton()
        self.close_button.setAccessibleName(self.tr("Close the message"))
        self.close_button.setToolTip(self.tr("Close the message"))
        icons.put(self.close_button, "close", "muted")
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setMaximumHeight(160)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setAccessibleName(self.tr("Details of the error"))
        self._lay_out()
        self.fold.toggled.connect(self._unfold)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self._close_by_hand)
        self.action.clicked.connect(self._act)
        self.hide()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.text)
        texts.addWidget(self.hint)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._icon)
        row.addLayout(texts, 1)
        for widget in (self.action, self.fold, self.copy, self.close_button):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(row)
        column.addWidget(self.details)

    def dismiss(self) -> None:
        """Close the message; an offer that it covered comes back."""
        self._notice = None
        self._let_go()
        if self._covered:
            self.show_notice(self._covered.pop())
        else:
            self.hide()

    def _close_by_hand(self) -> None:
        notice = self._notice
        self.dismiss()
        if notice is not None and notice.closed is not None:
            notice.closed()

    def forget_passing(self) -> None:
        """Another photo is opened: what was said of the one before is over."""
        self._covered = [notice for notice in self._covered if notice.lasting]
        if self._notice is not None and not self._notice.lasting:
            self.dismiss()

    def withdraw(self, notice: Notice) -> None:
        """What the notice says is true no longer."""
        self._covered = [covered for covered in self._covered if covered is not notice]
        if self._notice is notice:
            self.dismiss()

    def show_later(self, notice: Notice) -> None:
        """Show a message that can wait: when what is said now is gone."""
        if self._notice is None:
            self.show_notice(notice)
        else:
            self._covered.insert(0, notice)

    def show_notice(self, notice: Notice) -> None:
        """Show a message. One that offers to do something, or that stays, is not lost under it."""
        covered = self._notice if self.isVisible() else None
        offers = covered is not None and covered.action is not None and covered.action != notice.action
        if covered is not None and (offers or covered.stays):
            self._covered.append(covered)
        if notice is not covered:
            self._let_go()
        self._notice = notice
        self._timer.stop()
        self.setProperty("level", notice.level.value)
        self.style().unpolish(self)
        self.style().polish(self)
        role = {Level.INFO: "accent", Level.WARNING: "warning", Level.ERROR: "error"}[notice.level]
        self._icons.put(self._icon, notice.level.value, role)
        self.text.setText(labels.fitting(notice.text))
        self.hint.setText(labels.fitting(notice.hint))
        self.text.setToolTip(plain_tip(notice.text) if self.text.text() != notice.text else "")
        self.hint.setVisible(bool(notice.hint))
        self.action.setVisible(notice.action is not None)
        if notice.action is not None:
            self.action.setText(notice.action[0])
            self._action = notice.action[1]
        self.details.setPlainText(notice.details)
        self.fold.setChecked(False)
        self.fold.setVisible(bool(notice.details))
        self._unfold(False)
        self.setAccessibleName(f"{notice.text} {notice.hint}".strip())
        self.show()
        if notice.level is Level.INFO and notice.action is None:
            self._timer.start(SHOWN_MS)

    def _let_go(self) -> None:
        """The buttons are the next message's soon: a key that was meant for this one must not press them."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            focus.clearFocus()
            self.left.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _unfold(self, on: bool) -> None:
        self.details.setVisible(on)
        self.copy.setVisible(on)

    def _copy(self) -> None:
        text = f"{self.text.text()}\n{self.hint.text()}\n\n{self.details.toPlainText()}"
        QGuiApplication.clipboard().setText(text)

    def _act(self) -> None:
        action = self._action
        self.dismiss()
        if action is not None:
            action()
