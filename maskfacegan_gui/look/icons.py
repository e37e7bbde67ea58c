"""Icons by meaning, redrawn when the theme changes."""

from __future__ import annotations

import weakref
from typing import Any

from PySide6.QtGui import QIcon

from . import glyphs
from .theme import Theme

_NAMES = {
    "open": "folder-open-outline",
    "save": "tray-arrow-down",
    "paste": "content-paste",
    "random": "dice-5-outline",
    "undo": "undo",
    "redo": "redo",
    "before": "eye-outline",
    "split": "compare",
    "overlay": "layers-outline",
    "fit": "fit-to-screen-outline",
    "actual": "magnify",
    "zoom_in": "magnify-plus-outline",
    "zoom_out": "magnify-minus-outline",
    "apply": "play",
    "pause": "pause",
    "stop": "stop",
    "discard": "trash-can-outline",
    "commit": "check",
    "search": "magnify",
    "info": "information-outline",
    "warning": "alert-outline",
    "error": "alert-circle-outline",
    "close": "close",
    "copy": "content-copy",
    "more": "chevron-down",
    "less": "chevron-up",
    "visible": "eye-outline",
    "hidden": "eye-off-outline",
    "locked": "lock-outline",
    "unlocked": "lock-open-variant-outline",
    "up": "arrow-up",
    "down": "arrow-down",
    "edit": "pencil-outline",
    "mark": "face-recognition",
    "hand": "hand-back-right-outline",
    "brush": "brush",
    "eraser": "eraser",
    "lasso": "lasso",
    "fill": "format-color-fill",
    "grow": "arrow-expand-all",
    "shrink": "arrow-collapse-all",
    "feather": "blur",
    "smooth": "water-outline",
    "mirror": "flip-horizontal",
    "rotate_left": "rotate-left",
    "rotate_right": "rotate-right",
    "straighten": "crop-rotate",
    "pick": "eyedropper",
    "reset": "restore",
    "photo": "image-plus-outline",
    "dice": "dice-5-outline",
    "export_mask": "export-variant",
    "preferences": "cog-outline",
    "help": "keyboard-outline",
    "queue": "playlist-plus",
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
        return glyphs.icon(_NAMES[name], colour, disabled)

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
