"""Downloading one model file: resumed, bounded, checked, and in its place only when it is the right one.

The file grows as `<name>.part` beside a small `<name>.part.json` that remembers where it comes from;
both survive a broken connection and a killed program. It is moved into place after its size, its hash
and its first bytes were checked.
"""

from __future__ import annotations

import contextlib
import errno
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from ..atomic_file import put_in_place
from ..errors import DownloadError
from ..file_hash import sha256_of
from ..packs.checkpoint import LARGEST_FILE
from ..run_control import RunControl
from .catalogue import Component
from .http import Answer, Network, Patience, StoppedError, TransferError

SPARE_BYTES = 64 * 2**20
"""What a download leaves free on the disk, in bytes."""

_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_REPORT_INTERVAL = 0.1
_SPEED_WINDOW = 3.0
_HEAD = 16


@dataclass(frozen=True)
class DownloadProgress:
    """Where a download is. `phase`: connecting, loading, waiting, paused or checking.

    `done` and `total` are bytes (`total` None: not known yet), `speed` bytes per second, `left` seconds
    (None: not known). `note` says why it waits.
    """

    component: str
    phase: str
    done: int = 0
    total: int | None = None
    speed: float = 0.0
    left: float | None = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Fetched:
    """A file in its place: its size in bytes, its SHA-256, and the address it came from."""

    path: Path
    bytes: int
    sha256: str
    url: str


@dataclass(frozen=True)
class Tries:
    """How often each source is tried while nothing new comes, and the wait before each further try."""

    count: int = 4
    wait: float = 1.0
    patience: Patience = field(default_factory=Patience)
    network: Network = field(default_factory=Network)


Report = Callable[[DownloadProgress], None]


def fetch(
    wanted: Component,
    folder: Path,
    control: RunControl | None = None,
    report: Report = lambda _: None,
    tries: Tries | None = None,
) -> Fetched | None:
    """Download `wanted` into `folder`; None when it was cancelled, and then nothing of it is left.

    Sources are tried in order; a broken connection is resumed where it broke. What is there already and
    right is not loaded again. Raises `DownloadError` with each source's reason; what has been loaded is
    kept for the next try unless it is wrong.
    """
    return _Download(wanted, folder, control or RunControl(), report, tries or Tries()).run()


def discard(folder: Path, component: Component) -> None:
    """Delete what an unfinished download of `component` left in `folder`."""
    for path in _partial(folder, component):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def looks_like_model(head: bytes) -> bool:
    """True when a file's first bytes are those of a zip or gzip archive, a pickle or a safetensors file."""
    return head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\x80\x02", b"\x80\x03", b"\x80\x04")) or (
        len(head) > 8 and head[8:9] == b"{" and head[6:8] == b"\0\0"
    )


def _partial(folder: Path, component: Component) -> tuple[Path, Path]:
    part = folder / f"{component.file}.part"
    return part, part.with_name(part.name + ".json")


class _Download:
    def __init__(
        self, wanted: Component, folder: Path, control: RunControl, report: Report, tries: Tries
    ) -> None:
        self.wanted, self.folder, self.control, self.report, self.tries = (
            wanted, folder, control, report, tries,
        )  # fmt: skip
        self.part, self.memory = _partial(folder, wanted)
        self.meter = _Meter()
        self.url = ""
        self.total = wanted.bytes

    def run(self) -> Fetched | None:
        target = self.folder / self.wanted.file
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._require_space()
            there = self._already(target)
            if there is not None:
                return there
            reasons = []
            for url in self.wanted.sources:
                self.url = url
                fault = self._from_source()
                if fault is None:
                    return self._put_in_place(target)
                reasons.append(f"{urlsplit(url).hostname}: {fault}")
            kept = "Try again later: what has come is kept" if self._size() else "Try again later"
            raise DownloadError(
                f"'{self.wanted.title}' could not be downloaded ({'; '.join(reasons)}).",
                f"{kept}. Or get the file elsewhere and import it.",
            )
        except StoppedError:
            discard(self.folder, self.wanted)
            return None
        except OSError as error:
            raise _disk_error(self.wanted, self.folder, error) from error

    def _already(self, target: Path) -> Fetched | None:
        if not target.is_file() or self.wanted.sha256 is None:
            return None
        self._tell("checking")
        digest = sha256_of(target)
        if digest != self.wanted.sha256:
            return None
        return Fetched(target, target.stat().st_size, digest, "")

    def _from_source(self) -> str | None:
        """Load from `self.url` until the file is whole; the reason when that cannot be done there."""
        left, clean = self.tries.count, False
        while True:
            before = self._size()
            try:
                self._once()
                fault = self._check()
                if fault is None:
                    return None
                # A resumed file may be two halves of different ones: once more, from the start.
                discard(self.folder, self.wanted)
                if before == 0 or clean:
                    return fault
                clean, reason = True, fault
            except StoppedError:
                if self.control.cancelled:
                    raise
                self._tell("paused")
                if not self.control.wait():
                    raise
                self.meter = _Meter()
                continue
            except TransferError as error:
                reason = str(error)
                if not error.again:
                    return reason
            left = self.tries.count if self._size() > before else left - 1
            if left <= 0:
                return reason
            self._wait(self.tries.wait * 2 ** (self.tries.count - left), reason)

    def _once(self) -> None:
        """One request: from the start, or from where the last one broke off."""
        start, validator = self._resume_point()
        self.total = self.wanted.bytes
        if self.total is not None and start == self.total:
            return
        headers = {"Range": f"bytes={start}-"} if start else {}
        if start and validator:
            headers["If-Range"] = validator
        self._tell("connecting")
        with Answer(self.url, headers, self.tries.patience, self.control, self.tries.network) as answer:
            start = self._accept(answer, start)
            with self.part.open("r+b" if start else "wb") as file:
                file.truncate(start)
                file.seek(start)
                # Only now: a new validator beside older bytes would make two halves look like one file.
                self._remember(answer)
                self._pour(answer, file, start)

    def _accept(self, answer: Answer, start: int) -> int:
        """Where this answer's body begins in the file. Raises TransferError when it is not the file."""
        if answer.status == 416 and start:
            self._forget_part()
            raise TransferError("it has another file than the one begun", again=True)
        if answer.status not in (200, 206):
            again = answer.status in (408, 425, 429) or answer.status >= 500
            raise TransferError(f"it answers with status {answer.status}", again)
        if answer.header("Content-Encoding") not in ("", "identity"):
            raise TransferError("it sends the file in another encoding", again=False)
        if answer.header("Content-Type").lower().startswith(("text/html", "application/xhtml")):
            raise TransferError("it sends a web page instead of the file", again=False)
        length = answer.header("Content-Length")
        size = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
        if answer.status == 200:
            self._expect(size)
            return 0
        found = _RANGE.fullmatch(answer.header("Content-Range"))
        if not found or int(found[1]) != start:
            self._forget_part()
            raise TransferError("it continues at another place than asked", again=True)
        self._expect(None if found[3] == "*" else int(found[3]))
        return start

    def _expect(self, size: int | None) -> None:
        """Compare the size that the server announces with the known one, and with the disk."""
        if size is None:
            return
        if self.wanted.bytes is not None and size != self.wanted.bytes:
            raise TransferError(
                f"its file has {size:,} bytes where {self.wanted.bytes:,} are expected", again=False
            )
        if size > LARGEST_FILE:
            raise TransferError(f"its file has {size:,} bytes, more than any model", again=False)
        self.total = size
        self._require_space()

    def _pour(self, answer: Answer, file: IO[bytes], start: int) -> None:
        done, most = start, self.total if self.total is not None else LARGEST_FILE
        self.meter.begin(done)
        for data in answer.chunks():
            if done == 0 and not _may_begin_model(data):
                raise TransferError("it sends a web page or something else instead of the file", again=False)
            if done + len(data) > most:
                raise TransferError("it sends more than the file", again=False)
            file.write(data)
            done += len(data)
            if self.meter.add(done):
                self._tell("loading")
        self._tell("loading")
        if self.total is not None and done < self.total:
            raise TransferError("the connection broke", again=True)

    def _check(self) -> str | None:
        """Why the loaded file is not the one that was wanted; None when it is."""
        self._tell("checking")
        size = self._size()
        with self.part.open("rb") as file:
            head = file.read(_HEAD)
        if self.wanted.bytes is not None and size != self.wanted.bytes:
            return f"the file has {size:,} bytes where {self.wanted.bytes:,} are expected"
        if not looks_like_model(head):
            return "what it sends is no model file"
        self._digest = sha256_of(self.part)
        if self.wanted.sha256 is not None and self._digest != self.wanted.sha256:
            return "the file's checksum is not the known one"
        return None

    def _put_in_place(self, target: Path) -> Fetched:
        size = self._size()
        put_in_place(self.part, target)
        self.memory.unlink(missing_ok=True)
        return Fetched(target, size, self._digest, self.url)

    def _resume_point(self) -> tuple[int, str]:
        """How much is there to go on from, and the validator that proves it is still the same file."""
        size = self._size()
        if not size:
            return 0, ""
        try:
            known = json.loads(self.memory.read_text(encoding="utf-8"))
            url, validator = known["url"], known["validator"]
            fits = isinstance(url, str) and isinstance(validator, str) and validator.isprintable()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            fits = False
        if not fits:
            self._forget_part()
            return 0, ""
        if url == self.url and validator:
            return size, validator
        if self.wanted.sha256 is not None and size <= (self.wanted.bytes or LARGEST_FILE):
            return size, ""  # the hash will tell whether two halves fit
        self._forget_part()
        return 0, ""

    def _remember(self, answer: Answer) -> None:
        tag = answer.header("ETag")
        validator = tag if tag.startswith('"') else answer.header("Last-Modified")
        text = json.dumps({"url": self.url, "validator": validator[:200]})
        self.memory.write_text(text, encoding="utf-8")

    def _forget_part(self) -> None:
        self.part.unlink(missing_ok=True)

    def _size(self) -> int:
        try:
            return self.part.stat().st_size
        except FileNotFoundError:
            return 0

    def _require_space(self) -> None:
        needed = (self.total or 0) - self._size()
        free = shutil.disk_usage(self.folder).free
        if needed > 0 and free < needed + SPARE_BYTES:
            raise DownloadError(
                f"'{self.wanted.title}' needs {needed / 1e6:,.0f} MB, but only {free / 1e6:,.0f} MB are free "
                f"on the disk of {self.folder}.",
                "Free some space and try again.",
                path=self.folder,
            )

    def _wait(self, seconds: float, reason: str) -> None:
        self._tell("waiting", reason)
        end = time.monotonic() + min(seconds, 30.0)
        while time.monotonic() < end:
            if self.control.cancelled:
                raise StoppedError
            time.sleep(0.02)

    def _tell(self, phase: str, note: str = "") -> None:
        done, speed = self._size(), self.meter.speed if phase == "loading" else 0.0
        done = max(done, self.meter.done) if phase == "loading" else done
        left = (self.total - done) / speed if self.total and speed > 0 else None
        host = urlsplit(self.url).hostname or ""
        self.report(DownloadProgress(self.wanted.name, phase, done, self.total, speed, left, host, note))


class _Meter:
    """Bytes per second over the last few seconds."""

    def __init__(self) -> None:
        self.done = 0
        self.speed = 0.0
        self._marks: list[tuple[float, int]] = []

    def begin(self, done: int) -> None:
        self.done, self.speed = done, 0.0
        self._marks = [(time.monotonic(), done)]

    def add(self, done: int) -> bool:
        """Note what has come; True when it is time to tell."""
        self.done, now = done, time.monotonic()
        if now - self._marks[-1][0] < _REPORT_INTERVAL:
            return False
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _SPEED_WINDOW:
            del self._marks[0]
        since, before = self._marks[0]
        self.speed = (done - before) / max(now - since, 1e-6)
        return True


def _may_begin_model(data: bytes) -> bool:
    """Whether a first chunk may begin a model file; a short one is judged when the file is whole."""
    return looks_like_model(data) if len(data) >= _HEAD else not data.lstrip().startswith(b"<")


def _disk_error(wanted: Component, folder: Path, error: OSError) -> DownloadError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        sentence, hint = (
            f"The disk is full: '{wanted.title}' was not saved.",
            "Free some space and try again.",
        )
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        sentence, hint = f"The folder {folder} cannot be written to.", "Check its permissions."
    else:
        sentence, hint = f"'{wanted.title}' could not be saved: {error.strerror or error}.", "Try again."
    return DownloadError(sentence, hint, path=folder)
