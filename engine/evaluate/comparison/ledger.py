"""The ledger of a comparison: a line per face, and per face, attribute and method, in one SQLite file.

A line is written in a transaction of its own after its picture has its name, so that a kill at any moment
loses the edit that was under way and nothing else. One process writes, which the lock sees to.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from ...atomic_file import save_error
from ...errors import ConfigError, EngineError, SaveError

NAME = "evaluate.sqlite"
FORMAT = "1"
_LOCK = ".evaluate.lock"
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
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


class Ledger:
    """Entered by the one process that works in a folder. `SaveError` where that cannot be written to,
    `EngineError` where another works in it, `ConfigError` where it holds another comparison, or one that was
    not to be gone on with."""

    def __init__(self, folder: Path, key: str, resume: bool) -> None:
        self.folder, self.path = folder, folder / NAME
        self._key, self._resume = key, resume

    def __enter__(self) -> Self:
        self._take()
        try:
            self._open()
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()
        self._lock.release()

    def _take(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.folder / _LOCK)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise EngineError(
                f"Another evaluation is at work on {self.folder}.",
                "Wait for its end, or choose another output folder.",
                path=self.folder,
            ) from None
        except FileExistsError as error:
            raise SaveError(f"{self.folder} is no folder.", "Choose another output folder.") from error
        except OSError as error:
            raise save_error(self.path, error) from error

    def _open(self) -> None:
        with self._told():
            self._base = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self._base.execute("PRAGMA synchronous = FULL")
            is_there = self._base.execute("SELECT 1 FROM sqlite_master WHERE name = 'edits'").fetchone()
        if is_there and not self._resume:
            self._clear()
        elif not is_there:
            self._make()
        if self.meta("format") != FORMAT or self.meta("key") != self._key:
            self._base.close()
            raise ConfigError(
                f"{self.folder} holds an evaluation of other data, or with another pack.",
                "Choose another output folder.",
                path=self.folder,
            )

    def _clear(self) -> None:
        """Begin anew where nothing was edited. `ConfigError` where something was."""
        if self.edits():
            self._base.close()
            raise ConfigError(
                f"{self.folder} holds an evaluation already.",
                "Go on with it by --resume, or choose another output folder.",
                path=self.folder,
            )
        with self._change() as base:
            for table in ("meta", "faces", "edits"):
                base.execute(f"DROP TABLE {table}")
        self._make()

    def _make(self) -> None:
        with self._change() as base:
            for statement in _TABLES.split(";\n"):
                base.execute(statement)
            base.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            base.execute("INSERT INTO meta VALUES ('key', ?)", (self._key,))

    def meta(self, name: str) -> str:
        """A value of the whole comparison, "" where it was not set."""
        with self._told():
            found = self._base.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return "" if found is None else str(found[0])

    def set_meta(self, name: str, value: str) -> None:
        with self._change() as base:
            base.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

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

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when the block ends."""
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise EngineError(
                f"The ledger {self.path.name} cannot be used: {error}.",
                "See that its folder can be written to and has space left.",
                path=self.path,
            ) from error
