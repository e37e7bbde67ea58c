"""The ledger of a comparison: a line per face, and per face, attribute and method, in one SQLite file.

A line is written in a transaction of its own after its picture has its name, so that a kill at any moment
loses the edit that was under way and nothing else.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ...errors import ConfigError
from ...ledger_file import LedgerFile, WriterLock

NAME = "evaluate.sqlite"
FORMAT = "1"
_LOCK = ".evaluate.lock"
_TABLES = """
CREATE TABLE faces (
    place INTEGER PRIMARY KEY,
    file TEXT NOT NULL UNIQUE,     -- the picture's, as the listing has it
    name TEXT NOT NULL,            -- the face's, in names of files
    why TEXT NOT NULL,             -- it was left out; '' where it was not
    record TEXT NOT NULL           -- the judge's logits, the classifier's probabilities
);
CREATE TABLE edits (
    face TEXT NOT NULL, attribute TEXT NOT NULL, method TEXT NOT NULL,
    record TEXT NOT NULL,          -- the figures, the picture's place, or the error
    PRIMARY KEY (face, attribute, method)
)"""


@dataclass(frozen=True)
class FaceRow:
    """A picture that was looked at; `why` it was left out, "" where it is a face of the comparison."""

    file: str
    name: str
    why: str = ""
    record: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class EditRow:
    """One edited picture, or why there is none (`record["error"]`)."""

    face: str
    attribute: str
    method: str
    record: dict[str, Any]


class Ledger(LedgerFile):
    """Entered by the one process that works in a folder. `SaveError` where that cannot be written to,
    `EngineError` where another works in it, `ConfigError` where it holds another comparison, or one that was
    not to be gone on with."""

    def __init__(self, folder: Path, key: str, resume: bool) -> None:
        super().__init__(folder / NAME)
        self.folder = folder
        self._key, self._resume = key, resume
        self._lock = WriterLock(self.path, folder / _LOCK)

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undone:
            self._lock.acquire()
            undone.callback(self._lock.release)
            self._connect()
            undone.callback(self.close)
            self._check()
            undone.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._lock.release()

    def _check(self) -> None:
        """Make the tables, or see that they are those of this comparison."""
        if self._has("edits") and not self._resume:
            self._clear()
        if not self._has("edits"):
            self._make(_TABLES, format=FORMAT, key=self._key)
        if self.meta("format") != FORMAT or self.meta("key") != self._key:
            raise ConfigError(
                f"{self.folder} holds an evaluation of other data, or with another pack.",
                "Choose another output folder.",
                path=self.folder,
            )

    def _clear(self) -> None:
        """Begin anew where nothing was edited. `ConfigError` where something was."""
        if self.edits():
            raise ConfigError(
                f"{self.folder} holds an evaluation already.",
                "Go on with it by --resume, or choose another output folder.",
                path=self.folder,
            )
        with self._change() as base:
            for table in ("meta", "faces", "edits"):
                base.execute(f"DROP TABLE {table}")

    def faces(self) -> list[FaceRow]:
        """The pictures that were looked at, in their order."""
        with self._told():
            rows = self._base.execute("SELECT file, name, why, record FROM faces ORDER BY place").fetchall()
        return [FaceRow(file, name, why, json.loads(record)) for file, name, why, record in rows]

    def add_face(self, row: FaceRow) -> None:
        with self._change() as base:
            base.execute(
                "INSERT OR REPLACE INTO faces (file, name, why, record) VALUES (?, ?, ?, ?)",
                (row.file, row.name, row.why, json.dumps(row.record)),
            )

    def edits(self) -> list[EditRow]:
        """All edits so far, in the order in which they were made."""
        with self._told():
            rows = self._base.execute(
                "SELECT face, attribute, method, record FROM edits ORDER BY rowid"
            ).fetchall()
        return [EditRow(face, wish, method, json.loads(record)) for face, wish, method, record in rows]

    def add_edit(self, row: EditRow) -> None:
        with self._change() as base:
            base.execute(
                "INSERT OR REPLACE INTO edits VALUES (?, ?, ?, ?)",
                (row.face, row.attribute, row.method, json.dumps(row.record)),
            )
