"""Atomic file replacement: whoever opens a file finds the old content or the new one, never a half.

Write to a temporary file in the same folder, flush it to the disk, rename it over the target (POSIX `rename`,
Windows `MoveFileEx`). All writers of this program and its window go through here:

    with engine.atomic_write(path) as file:     # SaveError for what the disk refuses
        file.write(data)

    with atomic_path(path) as temporary:        # for libraries that take a name; OSError as it comes
        save_file(tensors, temporary)

    put_in_place(part, path)                    # for a file that grew elsewhere, as a download does
    put_where_free(part, path)                  # the same, where nothing may be replaced
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .errors import SaveError

_NAME_BYTES = 40
"""Of the target's name in the temporary one: short, since a name has 255 bytes at most, and fewer where the
folder is encrypted."""

_NO_FSYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What file systems without `fsync` answer (network shares, FUSE): no reason to give a file up."""

_PERMISSIONS = 0o777


@contextlib.contextmanager
def atomic_write(path: Path | str) -> Iterator[IO[bytes]]:
    """A new binary file, to be written, read and sought, that takes the place of `path` when the block ends.

    When the block ends by an exception, Ctrl-C included, nothing is left behind and what was there stays.
    Symbolic links are followed; permissions, and the owner where that is allowed, are those of the file that
    is replaced. A device or a pipe is written to as it is. Raises `SaveError` with a plain sentence for
    every OSError inside the block and around it; other exceptions pass unchanged.
    """
    path = Path(path)
    try:
        with atomic_path(path) as temporary, temporary.open("r+b" if temporary != path else "wb") as file:
            yield file
    except OSError as error:
        raise save_error(path, error) from error


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """The name of an empty temporary file beside `path` that takes its place when the block ends.

    As `atomic_write`, but for code that wants a name, and OSError passes unchanged. The temporary file is
    called `.<beginning of the name>-<8 hexadecimal digits>.part`. Close it before the block ends.
    """
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    if _is_special(target):
        yield path
        return
    start = os.fsencode(target.stem)[:_NAME_BYTES].decode("utf-8", "ignore")
    temporary = target.with_name(f".{start}-{secrets.token_hex(4)}.part")
    try:
        temporary.open("xb").close()
        yield temporary
        put_in_place(temporary, target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def put_in_place(temporary: Path, path: Path) -> None:
    """Flush a whole file to the disk and rename it to `path` in the same folder. Raises OSError.

    It gets the permissions and the owner of the file that it replaces. A link at `path` is replaced itself.
    """
    _flush(temporary)
    _take_over(temporary, path)
    temporary.replace(path)
    _flush_folder(path.parent)


def put_where_free(temporary: Path, path: Path) -> None:
    """Give a file that is whole and on the disk the name `path` in the same file system, if nothing has it
    yet.

    FileExistsError where something has, other OSErrors as they come; then the file stays where it was. On
    file systems without hard links (FAT, some shares) somebody who takes the name in the same instant loses
    it.
    """
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        temporary.rename(path)
    else:
        with contextlib.suppress(OSError):
            temporary.unlink()
    _flush_folder(path.parent)


def save_error(path: Path, error: Exception) -> SaveError:
    """Why `path` was not written, in a sentence for a person, and what to do next."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    found = SaveError(*_told(path, error, reason), path=path)
    found.reason = reason
    return found


def _told(path: Path, error: Exception, reason: str) -> tuple[str, str]:
    """The sentence and the hint."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EISDIR, errno.ENOTEMPTY, errno.EEXIST) or (number == errno.EACCES and path.is_dir()):
        return f"{path.name} is a folder.", "Choose a file name."
    if number in (errno.ENOENT, errno.ENOTDIR):
        return f"There is no folder {path.parent}.", "Choose another folder, or make this one first."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"The folder {path.parent} cannot be written to.", "Choose another folder."
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"The disk is full: {path.name} was not saved.", "Free some space, or choose another disk."
    if number == errno.ENAMETOOLONG:
        return "The file's name is too long.", "Choose a shorter name."
    return f"{path.name} could not be saved: {reason}.", ""


def leftovers(folder: Path) -> list[Path]:
    """Temporary files in a folder whose writer was killed, or is at work still."""
    return list(folder.glob(".*-????????.part"))


def _is_special(path: Path) -> bool:
    """Whether there is something at `path` that cannot be replaced by a file; OSError for a folder."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return not stat.S_ISREG(mode)


def _flush(path: Path) -> None:
    """The content on the disk before the name is: after a power cut the name would show an empty file."""
    with path.open("rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in _NO_FSYNC:
                raise


def _flush_folder(folder: Path) -> None:
    """The new name on the disk. Only POSIX opens folders, and not every file system flushes them."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _take_over(temporary: Path, path: Path) -> None:
    """Owner, group and permissions of the file that is about to be replaced, as far as that is allowed."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # also where there is none to be replaced
        before, own = path.lstat(), temporary.stat()
        if not stat.S_ISREG(before.st_mode):
            return
        if (before.st_uid, before.st_gid) != (own.st_uid, own.st_gid):
            _give_to(temporary, before)
        temporary.chmod(before.st_mode & _PERMISSIONS)


def _give_to(temporary: Path, before: os.stat_result) -> None:
    try:
        os.chown(temporary, before.st_uid, before.st_gid)
    except OSError:  # only an administrator gives files away; a group of one's own is allowed
        with contextlib.suppress(OSError):
            os.chown(temporary, -1, before.st_gid)
