"""The output folder: who may work in it, where unfinished results lie, and how a finished one gets its name.

OUT/batch.sqlite       the ledger
OUT/.batch/lock        held by the one driver; the system frees it however that ends
OUT/.batch/parts/      results that have no name yet; none is called .png
OUT/.batch/opening     the number of the photo whose header the driver reads
OUT/...                results, in the folders of their photos
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Self

from ..atomic_file import put_where_free, save_error
from ..errors import SaveError
from ..ledger_file import WriterLock
from . import ledger
from .work import file_hash

_UNFIT = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)
"""What a disk answers for a name that it cannot have: too long as a whole, or with characters that it does
not know."""


class UnfitNameError(SaveError):
    """This one result cannot have its name; others can have theirs."""


class Place:
    """Entered by the one driver of an output folder. Raises `EngineError` where there is another, `SaveError`
    where the folder cannot be written to."""

    def __init__(self, outdir: Path) -> None:
        self.outdir = outdir.absolute()
        self.parts = self.outdir / ledger.HIDDEN / "parts"
        self.ledger_path = self.outdir / ledger.NAME
        self._lock = WriterLock(self.ledger_path, self.outdir / ledger.HIDDEN / "lock")
        self._opening = self.outdir / ledger.HIDDEN / "opening"
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
        try:
            with contextlib.suppress(OSError):  # the folder may be gone
                self.sweep()
                self.parts.rmdir()
        finally:
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

    @contextlib.contextmanager
    def opening(self, number: int) -> Iterator[None]:
        """Whatever ends the driver's process in this block, the next run knows by which photo."""
        with contextlib.suppress(OSError):  # the ledger's changes tell of a disk that is full
            self._opening.write_text(str(number))
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                self._opening.unlink()

    def opened_at_its_end(self) -> int | None:
        """The photo that the last run's process ended by, if any. Asked once."""
        try:
            number = int(self._opening.read_text())
            self._opening.unlink()
        except (OSError, ValueError):
            return None
        return number

    def publish(self, part: Path, output: PurePosixPath) -> None:
        """Give a result its name below the output folder. FileExistsError where something has that name,
        `UnfitNameError` where nothing can, `SaveError` for everything else; then the result stays where it
        was."""
        target = self.outdir / output
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            put_where_free(part, target)
        except (FileExistsError, NotADirectoryError) as error:
            if isinstance(error, FileExistsError) and target.parent.is_dir():
                raise
            raise UnfitNameError(
                f"{target.parent} is no folder.", "Move what is there away, and try the photo again."
            ) from error
        except OSError as error:
            if error.errno in _UNFIT:
                raise UnfitNameError(
                    f"The disk takes no file called {target}: {error.strerror}.",
                    "Give the photo a shorter or simpler name, or choose another output folder.",
                ) from error
            raise save_error(target, error) from error

    def holds(self, output: PurePosixPath, sha256: str) -> bool:
        """Whether the result of that name is there, and is the one with that hash."""
        return self.is_whole(self.outdir / output, sha256)

    def is_whole(self, path: Path, sha256: str) -> bool:
        return os.path.isfile(path) and file_hash(path)[0] == sha256  # noqa: PTH113 (no name makes it raise)
