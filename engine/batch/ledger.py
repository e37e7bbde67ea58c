"""The ledger of an output folder: every photo's state, in a SQLite file that survives a kill at any moment.

    waiting -> running -> publishing -> done
                 |                        failed (with its sentence)

`publishing` is written, with the result's hash, before the result takes its name. What is found in that state
after a kill is told by the hash: the result has its name already, or it lies beside, or it has to be made
again.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ..atomic_file import fitting_name, longest_name
from ..errors import EngineError, printable
from ..ledger_file import LedgerFile
from .inputs import Source

NAME = "batch.sqlite"
HIDDEN = ".batch"
"""The folder beside the ledger for what is not finished; see `place`."""

FORMAT = "1"
WAITING, RUNNING, PUBLISHING, DONE, FAILED = STATES = ("waiting", "running", "publishing", "done", "failed")

_TABLES = """
CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL UNIQUE,      -- the photo's absolute path
    output TEXT NOT NULL,             -- the result's place below the output folder
    output_key TEXT NOT NULL UNIQUE,  -- the same as a disk sees it that does not tell A from a
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    kills INTEGER NOT NULL DEFAULT 0, -- how many processes ended under it
    error TEXT NOT NULL DEFAULT '',
    hint TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT '',  -- of the result's file
    bytes INTEGER NOT NULL DEFAULT 0,
    began REAL,                       -- seconds since 1970
    ended REAL,
    seconds REAL,                     -- that the edit took
    publish_seconds REAL,             -- of the driver: handing the photo out, giving the result its name
    worker TEXT NOT NULL DEFAULT '',
    record TEXT NOT NULL DEFAULT '{}' -- what was done: faces, probabilities, notes
);
CREATE INDEX by_state ON photos (state, id);
"""

_FIELDS = (
    "id, source, output, state, tries, kills, error, hint, sha256, bytes, began, ended, seconds, worker, "
)
_FIELDS += "record"


@dataclass(frozen=True)
class PhotoRow:
    """A photo as the ledger has it; times in seconds since 1970, `seconds` what the edit took."""

    id: int
    source: Path
    output: PurePosixPath
    state: str
    tries: int = 0
    kills: int = 0
    error: str = ""
    hint: str = ""
    sha256: str = ""
    bytes: int = 0
    began: float | None = None
    ended: float | None = None
    seconds: float | None = None
    worker: str = ""
    record: dict[str, Any] = field(default_factory=dict)


class Ledger(LedgerFile):
    """Opened for writing by the one driver of an output folder (see `Place`), or `read_only` by anyone.

    Raises `EngineError` for a file that is no ledger, or one that cannot be written.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        super().__init__(path)
        self._real: dict[Path, str] = {}  # folders without links, by what they are called
        self._known: set[str] | None = None  # the photos, by what `_identity` says
        self._numbers: dict[PurePosixPath, int] = {}  # the last one that a result of this name was given
        self._connect(read_only)
        try:
            if not read_only and not self._has("photos"):
                self._make(_TABLES, format=FORMAT)
            if self.meta("format") != FORMAT:
                raise EngineError(
                    f"{path.name} is the ledger of another version of this program.",
                    "Go on with that version, or choose another output folder.",
                    path=path,
                )
        except BaseException:
            self.close()
            raise

    # --- what belongs to the whole

    def counts(self) -> dict[str, int]:
        """How many photos are in each state."""
        with self._told():
            found = dict(self._base.execute("SELECT state, count(*) FROM photos GROUP BY state").fetchall())
        return {state: int(found.get(state, 0)) for state in STATES}

    def photos(self, *states: str) -> Iterator[PhotoRow]:
        """The photos in these states, or all, in the order in which they came."""
        where = f"WHERE state IN ({', '.join('?' * len(states))})" if states else ""
        with self._told():
            rows = self._base.execute(f"SELECT {_FIELDS} FROM photos {where} ORDER BY id", states).fetchall()
        return map(_row, rows)

    def photo(self, number: int) -> PhotoRow:
        with self._told():
            return _row(
                self._base.execute(f"SELECT {_FIELDS} FROM photos WHERE id = ?", (number,)).fetchone()
            )

    def publish_seconds(self) -> dict[int, float]:
        """What the driver took for each photo: to hand it out, and to give its result a name."""
        with self._told():
            rows = self._base.execute("SELECT id, publish_seconds FROM photos WHERE publish_seconds > 0")
            return {int(number): float(seconds) for number, seconds in rows.fetchall()}

    def begun(self) -> bool:
        """Whether a worker was given any photo yet."""
        with self._told():
            return self._base.execute("SELECT 1 FROM photos WHERE tries > 0").fetchone() is not None

    def clear(self) -> None:
        """Forget the photos and the job."""
        with self._change() as base:
            base.execute("DELETE FROM photos")
            base.execute("DELETE FROM meta WHERE name = 'job'")
        self._known = None
        self._numbers.clear()

    # --- photos come, are edited, and end

    def add(self, sources: Iterable[Source], folder: Path, suffix: str) -> list[int]:
        """Take in photos that are not known yet; returns their numbers. Each gets a name for its result that
        no other has, and that is free in `folder`. Results are no photos, wherever they lie; nor is one that
        is known by another name of its folder, through a link."""
        if self._known is None:
            self._known = {self._identity(row.source) for row in self.photos()}
        added = []
        with self._change() as base:
            for source in sources:
                stored, identity = _stored(source.path), self._identity(source.path)
                if base.execute("SELECT 1 FROM photos WHERE source = ?", (stored,)).fetchone():
                    continue
                if identity in self._known or self._is_result(source.path, folder):
                    continue
                self._known.add(identity)
                output = self._free(source.place, folder, suffix)
                made = base.execute(
                    "INSERT INTO photos (source, output, output_key, state) VALUES (?, ?, ?, ?)",
                    (stored, _stored(output), _key(output), WAITING),
                )
                added.append(int(made.lastrowid or 0))
        return added

    def next_waiting(self) -> PhotoRow | None:
        with self._told():
            row = self._base.execute(
                f"SELECT {_FIELDS} FROM photos WHERE state = ? ORDER BY id LIMIT 1", (WAITING,)
            ).fetchone()
        return None if row is None else _row(row)

    def begin(self, number: int, worker: str) -> None:
        """A worker has the photo."""
        self._set(number, "state = ?, tries = tries + 1, began = ?, worker = ?", RUNNING, time.time(), worker)

    def announce(self, number: int, sha256: str, size: int, seconds: float, record: dict[str, Any]) -> None:
        """The result is whole and about to take its name."""
        self._set(
            number,
            "state = ?, sha256 = ?, bytes = ?, seconds = ?, record = ?",
            *(PUBLISHING, sha256, size, seconds, json.dumps(record)),
        )

    def finish(self, number: int, publish_seconds: float | None = None) -> None:
        """The result has its name."""
        self._set(
            number,
            "state = ?, ended = ?, error = '', hint = '', publish_seconds = ?",
            *(DONE, time.time(), publish_seconds),
        )

    def fail(self, number: int, error: str, hint: str) -> None:
        """There is no result, and why. Texts may hold the names of files, which may hold anything."""
        self._set(
            number,
            "state = ?, ended = ?, sha256 = '', error = ?, hint = ?",
            *(FAILED, time.time(), printable(error), printable(hint)),
        )

    def put_back(self, number: int, killed: bool = False) -> None:
        """The photo waits again; `killed` when its process ended under it."""
        self._set(number, "state = ?, kills = kills + ?, sha256 = ''", WAITING, int(killed))

    def rename(self, number: int, folder: Path) -> PurePosixPath:
        """Another free name for a result whose own was taken by somebody else."""
        before = self.photo(number).output
        with self._change() as base:
            output = self._free(before.with_suffix(""), folder, before.suffix)
            base.execute(
                "UPDATE photos SET output = ?, output_key = ? WHERE id = ?",
                (_stored(output), _key(output), number),
            )
        return output

    def retry_failed(self) -> int:
        """All that failed waits again, with nothing held against it; how many there were."""
        with self._change() as base:
            changed = base.execute(
                "UPDATE photos SET state = ?, error = '', hint = '', kills = 0 WHERE state = ?",
                (WAITING, FAILED),
            )
            return changed.rowcount

    # --- inside

    def _free(self, place: PurePosixPath, folder: Path, suffix: str) -> PurePosixPath:
        """The name for a result, cut where it would be too long, and numbered where it is taken. Many photos
        may be called alike: counting goes on where it ended."""
        place, longest = _among_results(place, suffix), longest_name(folder)
        while True:
            number = self._numbers[place] = self._numbers.get(place, 0) + 1
            ending = suffix if number == 1 else f"-{number}{suffix}"
            output = place.with_name(fitting_name(place.name, ending, longest))
            if not self._is_taken(output, folder):
                return output

    def _identity(self, path: Path) -> str:
        """The photo's path with the links in its folder's followed. A link to the photo itself is another
        photo: it has a name of its own."""
        real = self._real.get(path.parent)
        if real is None:
            real = self._real[path.parent] = os.path.realpath(path.parent)
        return f"{real}{os.sep}{path.name}"

    def _is_result(self, path: Path, folder: Path) -> bool:
        real, top = Path(os.path.realpath(path)), os.path.realpath(folder)
        if not real.is_relative_to(top):
            return False
        place = _stored(PurePosixPath(real.relative_to(top).as_posix()))
        found = self._base.execute("SELECT 1 FROM photos WHERE output = ? AND sha256 != ''", (place,))
        return found.fetchone() is not None

    def _is_taken(self, output: PurePosixPath, folder: Path) -> bool:
        known = self._base.execute("SELECT 1 FROM photos WHERE output_key = ?", (_key(output),)).fetchone()
        return known is not None or os.path.lexists(folder / output)

    def _set(self, number: int, what: str, *values: Any) -> None:
        with self._change() as base:
            base.execute(f"UPDATE photos SET {what} WHERE id = ?", (*values, number))


def has_ledger(outdir: Path | str) -> bool:
    """Whether a batch was begun in an output folder."""
    return os.path.isfile(Path(outdir) / NAME)  # noqa: PTH113 (says no for a name that cannot be)


def _among_results(place: PurePosixPath, suffix: str) -> PurePosixPath:
    """The place of a result without folders that would be taken for a result, or for what is ours."""
    folders = list(place.parts[:-1])
    for number, name in enumerate(folders):
        if name.casefold().endswith((suffix, ".png")) or (not number and name.casefold() in (HIDDEN, NAME)):
            folders[number] = f"{name}_"
    return PurePosixPath(*folders, place.name)


def _row(values: tuple[Any, ...]) -> PhotoRow:
    found = dict(zip(_FIELDS.split(", "), values, strict=True))
    found["source"] = Path(os.fsdecode(found["source"]))
    found["output"] = PurePosixPath(os.fsdecode(found["output"]))
    return PhotoRow(**{**found, "record": json.loads(found["record"])})


def _stored(path: Path | PurePosixPath) -> str | bytes:
    """A path for SQLite, which takes text or bytes: a name need not be text on Linux."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def _key(output: PurePosixPath) -> str | bytes:
    return _stored(PurePosixPath(str(output).casefold()))
