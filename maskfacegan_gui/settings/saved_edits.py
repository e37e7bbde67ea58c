"""Settings of edits that a person has saved under a name, in a JSON file of the settings folder."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine
from engine import AttributeEdit

log = logging.getLogger("maskfacegan.saved_edits")

FORMAT = 1


@dataclass(frozen=True)
class SavedEdit:
    """Attributes with targets, strengths and sizes; the engine's preset; the blend mode."""

    name: str
    attributes: tuple[AttributeEdit, ...]
    preset: str
    mode: str


class SavedEdits:
    """Read from the file whenever they are asked for, so that several windows share them."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or engine.user_folder() / "edits.json"

    def all(self) -> list[SavedEdit]:
        """In alphabetical order. A record that cannot be understood is left out, not lost: it stays in
        the file."""
        found = [edit for edit in map(_edit_of, self._records()) if edit is not None]
        return sorted(found, key=lambda edit: edit.name.casefold())

    def put(self, edit: SavedEdit) -> None:
        """Save an edit; one of the same name is replaced. Raises `engine.SaveError`."""
        others = [record for record in self._records() if _name_of(record) != edit.name]
        self._write([*others, engine.to_record(edit)])

    def delete(self, name: str) -> None:
        self._write([record for record in self._records() if _name_of(record) != name])

    def _records(self) -> list[Any]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            log.warning("%s cannot be read: %s", self.path, error)
            return []
        records = content.get("edits") if isinstance(content, dict) else None
        return records if isinstance(records, list) else []

    def _write(self, records: list[Any]) -> None:
        text = json.dumps({"format": FORMAT, "edits": records}, indent=1, ensure_ascii=False)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with engine.atomic_write(self.path) as file:
                file.write(text.encode())
        except (OSError, engine.SaveError) as error:
            reason = error.strerror if isinstance(error, OSError) else error.reason
            raise engine.SaveError(f"The settings of edits could not be saved: {reason}.") from error


def _name_of(record: Any) -> Any:
    return record.get("name") if isinstance(record, dict) else None


def _edit_of(record: Any) -> SavedEdit | None:
    try:
        edit = SavedEdit(**engine.from_record(SavedEdit, record))
    except (KeyError, TypeError, ValueError):
        return None
    return edit if edit.name and edit.attributes else None
