"""Reading named members out of a package's archive, and nothing else of it.

Anyone may have written the archive. No member is written to the disk, no path in it is followed, no link is
read, nothing is run; what it claims about sizes is bounded before it is believed, and unpacking ends as soon
as the last named member was read.
"""

from __future__ import annotations

import gzip
import hashlib
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, cast

from ..errors import CheckpointError
from .package_source import Member

_MOST_ENTRIES = 10_000
_LARGEST_UNPACKED = 512 * 2**20
"""How many bytes of a tar stream are unpacked at most to come to the members."""

_BLOCK = 2**20
_REGULAR = (tarfile.REGTYPE, tarfile.AREGTYPE)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    IndexError,
)
"""What the two readers raise for archives that are cut short, forged or encrypted."""


def read_members(archive: Path, members: Sequence[Member]) -> list[bytes]:
    """The contents of `members`, in their order.

    Raises `CheckpointError` naming the archive and the member for one that is missing, is no plain file, has
    another size or another hash, and for an archive that cannot be read to the last of them.
    """
    try:
        found = _from_zip(archive, members) if archive.suffix == ".whl" else _from_tar(archive, members)
    except _BROKEN as error:
        raise _refused(archive, f"The archive {archive.name} is cut short or damaged.") from error
    for member in members:
        if member.name not in found:
            raise _refused(archive, f"The archive {archive.name} holds no file '{member.name}'.")
        if hashlib.sha256(found[member.name]).hexdigest() != member.sha256:
            raise _refused(
                archive,
                f"The archive {archive.name} holds another '{member.name}' than the known one "
                "(its checksum differs).",
            )
    return [found[member.name] for member in members]


def _from_zip(path: Path, members: Sequence[Member]) -> dict[str, bytes]:
    found = {}
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise _refused(path, f"The archive {path.name} holds too many files.")
        for member in members:
            named = [entry for entry in entries if entry.filename == member.name]
            if not named:
                continue
            entry = named[0]
            mode = entry.external_attr >> 16
            plain = not stat.S_IFMT(mode) or stat.S_ISREG(mode)
            if len(named) > 1 or not plain or entry.is_dir() or entry.compress_type not in _METHODS:
                raise _no_plain_file(path, member)
            if entry.file_size != member.bytes:
                raise _other_size(path, member, entry.file_size)
            with archive.open(entry) as file:
                found[member.name] = _content(file, member, path)
    return found


def _from_tar(path: Path, members: Sequence[Member]) -> dict[str, bytes]:
    wanted = {member.name: member for member in members}
    found: dict[str, bytes] = {}
    with gzip.open(path) as unpacked, tarfile.open(mode="r|", fileobj=_bounded(unpacked, path)) as archive:
        for count, entry in enumerate(archive):
            if count > _MOST_ENTRIES:
                raise _refused(path, f"The archive {path.name} holds too many files.")
            member = wanted.get(entry.name)
            if member is None:
                continue
            file = archive.extractfile(entry) if entry.type in _REGULAR else None
            if file is None or entry.issparse() or member.name in found:
                raise _no_plain_file(path, member)
            if entry.size != member.bytes:
                raise _other_size(path, member, entry.size)
            found[member.name] = _content(file, member, path)
            if len(found) == len(wanted):
                break
    return found


def _content(file: IO[bytes], member: Member, path: Path) -> bytes:
    """All of a member; never more than its size."""
    content = bytearray()
    while len(content) <= member.bytes and (data := file.read(min(_BLOCK, member.bytes + 1 - len(content)))):
        content += data
    if len(content) != member.bytes:
        raise _other_size(path, member, len(content))
    return bytes(content)


def _bounded(unpacked: gzip.GzipFile, path: Path) -> Any:
    return _Bounded(cast("IO[bytes]", unpacked), path)


class _Bounded:
    """What tarfile reads a stream from; refuses to unpack without an end."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._file, self._path, self._left = file, path, _LARGEST_UNPACKED

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise _refused(self._path, f"The archive {self._path.name} unpacks to more than a package holds.")
        return data


def _other_size(path: Path, member: Member, size: int) -> CheckpointError:
    wanted = f"{member.bytes:,}"
    return _refused(
        path,
        f"The archive {path.name} holds '{member.name}' with {size:,} bytes where {wanted} are expected.",
    )


def _no_plain_file(path: Path, member: Member) -> CheckpointError:
    return _refused(
        path, f"The archive {path.name} holds '{member.name}' as something other than a plain file."
    )


def _refused(path: Path, sentence: str) -> CheckpointError:
    return CheckpointError(sentence, "Get the package again.", path=path)
