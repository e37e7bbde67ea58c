"""What every ledger has in common: a SQLite file in an output folder, and the lock of its one writer.

A change is on the disk when it returns, so that a kill at any moment loses nothing that was told. No
write-ahead log: it does not work on network shares.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from .atomic_file import save_error
from .errors import EngineError, SaveError

_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What a file system answers that cannot lock."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BEGIN_ANEW = (
    "It is damaged, or no ledger: begin again in another output folder; results that are there stay."
)
_SEE_FOLDER = "See that its folder can be written to and has space left; results that are there stay."


class WriterLock:
    """Held by the one process that writes in the folder of a ledger; the system frees it however that
    ends."""

    def __init__(self, ledger: Path, path: Path) -> None:
        """`path` is the lock's own file in the folder of `ledger`, or below it."""
        self._ledger, self._path = ledger, path
        # A lock that is a file would outlive a kill, and keep the next run out.
        self._lock = FileLock(path, fallback_to_soft=False)

    def acquire(self) -> None:
        """Make the folder, and take it. Raises `EngineError` where another run has it or where nothing can be
        locked, `SaveError` where the folder cannot be written to."""
        folder = self._ledger.parent
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise EngineError(
                f"Another run is at work on {folder}.",
                "Wait for its end, or choose another output folder.",
                path=folder,
            ) from None
        except OSError as error:
            if error.errno in _NO_LOCKS:
                raise EngineError(
                    f"The file system of {folder} cannot keep two runs apart (it has no locks).",
                    "Choose an output folder on another disk or share.",
                    path=folder,
                ) from error
            if os.path.exists(folder) and not os.path.isdir(folder):  # noqa: PTH110, PTH112 (raise nothing)
                raise SaveError(
                    f"{folder} is no folder.", "Choose another output folder.", path=folder
                ) from error
            raise save_error(self._ledger, error) from error

    def release(self) -> None:
        self._lock.release()


class LedgerFile:
    """A ledger's connection and its values by name. One process writes, others may read at any time.

    Raises `EngineError` wherever SQLite does: for a file that is no ledger, or one that cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def _connect(self, read_only: bool = False) -> None:
        """Open the file, and make it unless `read_only`.

        A reader may write the file, too, and is kept from changing it by the connection: a writer that was
        killed amid a transaction leaves a journal that whoever reads next has to roll back
        (www.sqlite.org/lockingv3.html, hot journals), which no connection of the mode "ro" can.
        """
        with self._told():
            address = f"{self.path.absolute().as_uri()}?mode={'rw' if read_only else 'rwc'}"
            self._base = sqlite3.connect(address, uri=True, timeout=30, isolation_level=None)
            self._base.execute(f"PRAGMA {'query_only = ON' if read_only else 'synchronous = FULL'}")

    def close(self) -> None:
        self._base.close()

    def meta(self, name: str) -> str:
        """A value of the whole run, "" where it was not set."""
        with self._told():
            found = self._base.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return "" if found is None else str(found[0])

    def set_meta(self, name: str, value: str) -> None:
        with self._change() as base:
            base.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _has(self, table: str) -> bool:
        with self._told():
            found = self._base.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
            return found.fetchone() is not None

    def _make(self, tables: str, **values: str) -> None:
        """Make the ledger's `tables` and the one of its values, which begins with `values`."""
        with self._change() as base:
            base.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
            for statement in tables.split(";\n"):
                base.execute(statement)
            base.executemany("INSERT INTO meta VALUES (?, ?)", values.items())

    @contextlib.contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on the disk when the block ends."""
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
                self._base.execute("COMMIT")
            except BaseException:
                # Where the disk is full SQLite has taken it back itself; what is told is the first error.
                with contextlib.suppress(sqlite3.Error):
                    if self._base.in_transaction:
                        self._base.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            # The lower eight bits are the kind, the others say more about it.
            damaged = getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED
            raise EngineError(
                f"The ledger {self.path.name} cannot be used: {error}.",
                _BEGIN_ANEW if damaged else _SEE_FOLDER,
                path=self.path,
            ) from error
