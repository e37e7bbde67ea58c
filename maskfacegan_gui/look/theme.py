"""Dark and light theme in neutral greys, so that the surroundings do not tint how a photo is seen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

import engine


@dataclass(frozen=True)
class Colours:
    """The roles the style sheet and the painted widgets use."""

    window: str
    panel: str
    raised: str
    field: str
    canvas: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_text: str
    accent_soft: str
    warning: str
    error: str


DARK = Colours(
    window="#262626",
    panel="#2c2c2c",
    raised="#393939",
    field="#202020",
    canvas="#191919",
    border="#3f3f3f",
    text="#e2e2e2",
    muted="#a2a2a2",
    faint="#6f6f6f",
    accent="#7db4e6",
    accent_text="#10202e",
    accent_soft="#33414e",
    warning="#e0b252",
    error="#ee8277",
)
LIGHT = Colours(
    window="#ececec",
    panel="#f6f6f6",
    raised="#e2e2e2",
    field="#ffffff",
    canvas="#cfcfcf",
    border="#c4c4c4",
    text="#1f1f1f",
    muted="#5c5c5c",
    faint="#9a9a9a",
    accent="#2569a8",
    accent_text="#ffffff",
    accent_soft="#d5e4f2",
    warning="#8a5a00",
    error="#b3261e",
)

# One colour a region, in the order of engine.REGIONS; distinct in hue, alike in weight.
REGION_COLOURS = (
    "#8c8c8c",
    "#e5604f",
    "#a877d8",
    "#4fa3e3",
    "#d9a441",
    "#3fb59b",
    "#e8a58f",
    "#c86fa8",
    "#7d9a5a",
    "#3a4a5e",
)


class Theme(QObject):
    """Applies the colours to the whole application and follows the system while asked to."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self.colours = DARK
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(lambda _scheme: self.apply(self._choice))
        self.apply(choice)

    @property
    def dark(self) -> bool:
        return self.colours is DARK

    def apply(self, choice: str) -> None:
        """`choice` is system, dark or light."""
        self._choice = choice
        system = self._app.styleHints().colorScheme()
        dark = choice == "dark" or (choice == "system" and system != Qt.ColorScheme.Light)
        self.colours = DARK if dark else LIGHT
        self._app.setPalette(palette(self.colours))
        self._app.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()


def style_sheet(colours: Colours) -> str:
    """The style sheet of resources/themes with the colours put in."""
    text = engine.resource("themes", "editor.qss").read_text(encoding="utf-8")
    # Longest names first: @accent_text must not be read as @accent.
    for name in sorted(Colours.__dataclass_fields__, key=len, reverse=True):
        text = text.replace(f"@{name}", getattr(colours, name))
    tone = "dark" if colours is DARK else "light"
    return text.replace("@tone", tone).replace("@icons", engine.resource("icons").as_posix())


def palette(colours: Colours) -> QPalette:
    """The palette for what the style sheet does not reach (dialogs of the system's kind, painting)."""
    role = QPalette.ColorRole
    result = QPalette()
    pairs = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.panel,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.accent_text,
        role.PlaceholderText: colours.faint,
        role.Link: colours.accent,
        role.BrightText: colours.error,
        role.Mid: colours.border,
        role.Dark: colours.border,
        role.Light: colours.raised,
        role.Midlight: colours.raised,
        role.Shadow: colours.canvas,
        role.Accent: colours.accent,
    }
    for key, value in pairs.items():
        result.setColor(key, QColor(value))
    for key in (role.Text, role.WindowText, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, key, QColor(colours.faint))
    return result
