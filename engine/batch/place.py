"""The output folder: who may work in it, where unfinished results lie, and how a finished one gets its name.

OUT/batch.sqlite       the ledger
OUT/.batch/lock        held by the one driver; the system frees it however that ends
OUT/.batch/parts/      results that have no name yet; none is called .png
OUT/...                results, in the folders of their photos
"""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path, PurePosixPath
from typing import Self

from ..atomic_file import put_where_free, save_error
from ..errors import SaveError
from ..ledger_file import WriterLock
from . import ledger
from .work import file_hash

_HIDDEN = ".batch"


class Place:
    """Entered by the one driver of an output folder. Raises `EngineError` where there is another, `SaveError`
    where the folder cannot be written to."""

    def __init__(self, outdir: Path) -> None:
        self.outdir = outdir.absolute()
        self.parts = self.outdir / _HIDDEN / "parts"
        self.ledger_path = self.outdir / ledger.NAME
        self._lock = WriterLock(self.ledger_path, self.outdir / _HIDDEN / "lock")
        self._run = secrets.token_hex(4)

    def __enter__(self) -> Self:
        self._lock.acquire()
        try:
            self.parts.mkdir(exist_ok=True)
        except OSError as error:
            self._lock.release()
            raise save_error(self.ledger_path, error) from error
        return self

    def __exit__(self, *_: object) -> None:
        self.sweep()
        with contextlib.suppress(OSError):
            self.parts.rmdir()
        self._lock.release()

    def sweep(self, keep: frozenset[Path] = frozenset()) -> None:
        """Remove unfinished results, but for those in `keep`."""
        for path in self.parts.iterdir():
            if path not in keep:
                with contextlib.suppress(OSError):
                    path.unlink()

    def part(self, number: int) -> Path:
        """Where the result of a photo is written in this run. An old run's worker that is at its end still
        writes elsewhere."""
        return self.parts / f"{number}-{self._run}.part"

    def parts_of(self, number: int) -> list[Path]:
        """What earlier runs left of a photo's result."""
        return sorted(self.parts.glob(f"{number}-????????.part"))

    def publish(self, part: Path, output: PurePosixPath) -> None:
        """Give a result its name below the output folder. FileExistsError where something has that name,
        `SaveError` for everything else; then the result stays where it was."""
        target = self.outdir / output
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            put_where_free(part, target)
        except FileExistsError:
            if target.parent.is_dir():
                raise
            raise SaveError(f"{target.parent} is no folder.", "Choose another output folder.") from None
        except OSError as error:
            raise save_error(target, error) from error

    def holds(self, output: PurePosixPath, sha256: str) -> bool:
        """Whether the result of that name is there, and is the one with that hash."""
        return self.is_whole(self.outdir / output, sha256)

    def is_whole(self, path: Path, sha256: str) -> bool:
        return path.is_file() and file_hash(path)[0] == sha256
