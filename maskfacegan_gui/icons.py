"""Icons from qtawesome, redrawn when the theme changes."""

from __future__ import annotations

import weakref
from typing import Any

import qtawesome
from PySide6.QtGui import QIcon

from .theme import Theme

_NAMES = {
    "open": "mdi6.folder-open-outline",
    "save": "mdi6.tray-arrow-down",
    "paste": "mdi6.content-paste",
    "random": "mdi6.dice-5-outline",
    "undo": "mdi6.undo",
    "redo": "mdi6.redo",
    "before": "mdi6.eye-outline",
    "split": "mdi6.compare",
    "overlay": "mdi6.layers-outline",
    "fit": "mdi6.fit-to-screen-outline",
    "actual": "mdi6.magnify",
    "zoom_in": "mdi6.magnify-plus-outline",
    "zoom_out": "mdi6.magnify-minus-outline",
    "apply": "mdi6.play",
    "pause": "mdi6.pause",
    "stop": "mdi6.stop",
    "discard": "mdi6.trash-can-outline",
    "commit": "mdi6.check",
    "search": "mdi6.magnify",
    "info": "mdi6.information-outline",
    "warning": "mdi6.alert-outline",
    "error": "mdi6.alert-circle-outline",
    "close": "mdi6.close",
    "copy": "mdi6.content-copy",
    "more": "mdi6.chevron-down",
    "less": "mdi6.chevron-up",
    "visible": "mdi6.eye-outline",
    "hidden": "mdi6.eye-off-outline",
    "locked": "mdi6.lock-outline",
    "unlocked": "mdi6.lock-open-variant-outline",
    "up": "mdi6.arrow-up",
    "down": "mdi6.arrow-down",
    "edit": "mdi6.pencil-outline",
    "mark": "mdi6.face-recognition",
    "hand": "mdi6.hand-back-right-outline",
    "brush": "mdi6.brush",
    "eraser": "mdi6.eraser",
    "lasso": "mdi6.lasso",
    "fill": "mdi6.format-color-fill",
    "grow": "mdi6.arrow-expand-all",
    "shrink": "mdi6.arrow-collapse-all",
    "feather": "mdi6.blur",
    "smooth": "mdi6.water-outline",
    "mirror": "mdi6.flip-horizontal",
    "pick": "mdi6.eyedropper",
    "reset": "mdi6.restore",
    "photo": "mdi6.image-plus-outline",
    "dice": "mdi6.dice-5-outline",
    "export_mask": "mdi6.export-variant",
    "preferences": "mdi6.cog-outline",
    "help": "mdi6.keyboard-outline",
    "queue": "mdi6.playlist-plus",
}


class Icons:
    """Hands out icons in the theme's colours and keeps actions and buttons up to date."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._users: list[tuple[weakref.ref[Any], str, str]] = []
        theme.changed.connect(self._refresh)

    def icon(self, name: str, role: str = "text") -> QIcon:
        """`role` is the colour's name in `theme.Colours`."""
        colours = self._theme.colours
        colour = getattr(colours, role)
        disabled = colours.faint
        return qtawesome.icon(_NAMES[name], color=colour, color_disabled=disabled)

    def put(self, target: Any, name: str, role: str = "text") -> None:
        """Set the icon of an action or button now, and again whenever the theme changes."""
        self._users = [u for u in self._users if u[0]() is not None and u[0]() is not target]
        self._users.append((weakref.ref(target), name, role))
        target.setIcon(self.icon(name, role))

    def _refresh(self) -> None:
        for reference, name, role in self._users:
            target = reference()
            if target is not None:
                target.setIcon(self.icon(name, role))
