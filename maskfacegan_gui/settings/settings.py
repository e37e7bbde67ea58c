"""User settings, stored as sparse overrides: only what differs from the default is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

import engine

AUTO = "auto"
DEFAULTS: dict[str, Any] = {
    "theme": "system",  # system, dark or light
    "pack": AUTO,  # the portrait pack where it is in place, else the starter
    "device": "auto",
    "preset": "fast",
    "blend_mode": "detail",
    "overlay/visible": True,
    "overlay/opacity": 35,
    "save/quality": 95,
    "save/metadata": True,  # EXIF and the like go along into what is exported
    "export/suffix": ".png",
    "save/tag": True,  # edited pictures say in their metadata that they are
    "learn_faces": True,  # a chosen face is learnt before its first edit, while nothing else is to be done
    "show_unsupported": True,
    "pen/pressure": "size",  # of the brush that a pen's pressure changes: size, flow or nothing
    "offer_pack": True,  # until a person closes the offer of the pack for 1024 px
    "recent": [],
    "reports": [],  # of comparisons, that the list of packs shows; the last one first
}

RECENT = 10
REPORTS = 10

_ADDRESS = "file:"


def _text_of(path: Path) -> str:
    """A path as a text that a settings file keeps: itself, or its address where its name is no text in
    UTF-8."""
    text = str(path)
    return text if engine.printable(text) == text or not path.is_absolute() else path.as_uri()


def _path_of(text: str) -> Path:
    if not text.startswith(_ADDRESS):
        return Path(text)
    return Path(os.fsdecode(unquote_to_bytes(urlsplit(text).path)))


class Settings(QObject):
    """Typed access to the settings file in the person's data folder."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        path = engine.user_folder() / "settings.ini"
        self._store = QSettings(str(path), QSettings.Format.IniFormat, self)

    def get(self, key: str) -> Any:
        """The value a person set, or the default; always of the default's type."""
        default = DEFAULTS[key]
        value = self._store.value(key, default)
        if isinstance(default, bool):
            return value if isinstance(value, bool) else str(value).lower() == "true"
        if isinstance(default, int):
            try:
                return int(value) if isinstance(value, (int, float, str)) else default
            except ValueError:
                return default
        if isinstance(default, list):
            return [str(v) for v in value] if isinstance(value, list) else ([str(value)] if value else [])
        return str(value)

    def set(self, key: str, value: Any) -> None:
        """Store a value, or forget it when it is the default."""
        if value == self.get(key):
            return
        if value == DEFAULTS[key]:
            self._store.remove(key)
        else:
            self._store.setValue(key, value)
        self.changed.emit(key)

    def sync(self) -> None:
        """Write what was set to the file now; Qt does so by itself a moment later."""
        self._store.sync()

    def recent(self) -> list[Path]:
        """The files that were open lately, the last one first. Nobody has asked whether they are there
        still."""
        return [_path_of(text) for text in self.get("recent")]

    def add_recent(self, path: Path) -> None:
        text = _text_of(path)
        self.set("recent", [text, *(p for p in self.get("recent") if p != text)][:RECENT])

    def forget_recent(self, path: Path) -> None:
        self.set("recent", [text for text in self.get("recent") if text != _text_of(path)])

    def reports(self) -> list[Path]:
        """The reports that were loaded into the list of packs, the last one first; they may be gone."""
        return [_path_of(text) for text in self.get("reports")]

    def add_report(self, path: Path) -> None:
        text = _text_of(path)
        self.set("reports", [text, *(p for p in self.get("reports") if p != text)][:REPORTS])

    def state(self, name: str) -> QByteArray:
        """A window's or splitter's saved geometry; empty when there is none."""
        value = self._store.value(f"state/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, name: str, value: QByteArray) -> None:
        self._store.setValue(f"state/{name}", value)
