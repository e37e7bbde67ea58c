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
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .errors import ReadOnlyError, SaveError
from .run_control import RunControl

NAME_BYTES = 255
"""What a name may have on the file systems in use; fewer where a folder is encrypted (`longest_name`)."""

_STEM_BYTES = 40
"""Of the target's name in the temporary one: it stays short, and is cut further where that is too long."""

_LOST = (errno.EIO, errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
"""What `fsync` answers where the content did not reach the disk. Any other answer is that of a file system
that does not flush (network shares, FUSE): no reason to give a file up."""

_PERMISSIONS = 0o777
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_KEPT_ATTRIBUTES = ("user.", "system.posix_acl_access")
"""Extended attributes that belong to the file rather than to its content: tags, ratings and comments of file
managers (`user.xdg.tags`), access lists."""


@contextlib.contextmanager
def atomic_write(
    path: Path | str, replace_read_only: bool = True, control: RunControl | None = None
) -> Iterator[IO[bytes]]:
    """A new binary file, to be written, read and sought, that takes the place of `path` when the block ends.

    When the block ends by an exception, Ctrl-C included, nothing is left behind and what was there stays.
    Symbolic links are followed. Permissions, extended attributes, and the owner where that is allowed, are
    those of the file that is replaced. A device or a pipe is written to as it is. Without `replace_read_only`
    a file that may not be written raises `ReadOnlyError`. With a `control` that another thread has cancelled,
    as it does not wait for a slow disk any longer, nothing is put in place either: `SaveError`. That comes
    with a plain sentence for every OSError inside the block and around it, too; other exceptions pass
    unchanged.
    """
    path = Path(path)
    if not replace_read_only and is_read_only(path):
        raise ReadOnlyError(
            f"{path.name} is read-only, so it was not replaced.",
            "Choose another name, or allow writing to it first.",
            path=path,
        )
    try:
        with (
            atomic_path(path, control) as temporary,
            temporary.open("r+b" if temporary != path else "wb") as file,
        ):
            yield file
    except OSError as error:
        raise save_error(path, error) from error


@contextlib.contextmanager
def atomic_path(path: Path, control: RunControl | None = None) -> Iterator[Path]:
    """The name of an empty temporary file beside `path` that takes its place when the block ends.

    As `atomic_write`, but for code that wants a name, and OSError passes unchanged. The temporary file is
    called `.<beginning of the name>-<8 hexadecimal digits>.part`, and is no longer than the final name may
    be. Close it before the block ends.
    """
    target = _behind_links(path)
    if _is_special(target):
        yield path
        return
    temporary = _temporary(target)
    try:
        temporary.open("xb").close()
        yield temporary
        put_in_place(temporary, target, control)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def put_in_place(temporary: Path, path: Path, control: RunControl | None = None) -> None:
    """Flush a whole file to the disk and rename it to `path` in the same folder. Raises OSError.

    It gets the permissions, the owner and the tags of the file that it replaces, as far as the file system
    takes them. A link at `path` is replaced itself. With a `control` that was cancelled by then: `SaveError`.
    """
    _flush(temporary)
    _take_over(temporary, path)
    if control is not None and control.cancelled:  # flushing is what a dead drive holds up most
        raise SaveError(f"{path.name} was given up, and not saved.", path=path)
    temporary.replace(path)
    _flush_folder(path.parent)


def is_read_only(path: Path) -> bool:
    """Whether there is a file at `path`, or where a link leads, that this user may not write to.

    A file without any permission to write counts for an administrator, too, who would not be refused.
    """
    try:
        found = path.stat()
    except (OSError, ValueError):
        return False
    if not stat.S_ISREG(found.st_mode):
        return False
    return not found.st_mode & _WRITABLE or not os.access(path, os.W_OK)


def longest_name(folder: Path) -> int:
    """How many bytes a name in `folder` may have, as its file system says; `NAME_BYTES` where it does not."""
    try:
        found = os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):
        return NAME_BYTES
    return found if 0 < found <= NAME_BYTES else NAME_BYTES


def fitting_name(stem: str, ending: str, longest: int = NAME_BYTES) -> str:
    """`stem` and `ending` as one name of at most `longest` bytes; what is too much is cut from the stem's
    end, between two characters."""
    room = max(longest - len(os.fsencode(ending)), 1)
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return stem + ending


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
        folder = _behind_links(path).parent
        return f"There is no folder {folder}.", "Choose another folder, or make this one first."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        folder = _behind_links(path).parent
        return f"The folder {folder} cannot be written to.", "Choose another folder."
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"The disk is full: {path.name} was not saved.", "Free some space, or choose another disk."
    if number == errno.ENAMETOOLONG:
        return "The file's name is too long.", "Choose a shorter name."
    return f"{path.name} could not be saved: {reason}.", ""


def leftovers(folder: Path) -> list[Path]:
    """Temporary files in a folder whose writer was killed, or is at work still."""
    return list(folder.glob(".*-????????.part"))


def _behind_links(path: Path) -> Path:
    """Where a link leads, also one to a file that is still to be made; any other path as it is."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _temporary(target: Path) -> Path:
    """A name of its own beside the target. Neither it nor the whole path is longer than the target's may
    be."""
    ending = f"-{secrets.token_hex(4)}.part"
    longest = longest_name(target.parent)
    with contextlib.suppress(AttributeError, OSError, ValueError):
        whole = os.pathconf(target.parent, "PC_PATH_MAX") - 1  # with the zero at its end
        longest = min(longest, whole - len(os.fsencode(target.parent)) - 1)
    start = os.fsencode(target.stem)[:_STEM_BYTES].decode("utf-8", "ignore")
    return target.with_name(fitting_name(f".{start}", ending, longest))


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
            if error.errno in _LOST:
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
    """Owner, group, permissions and tags of the file that is about to be replaced, as far as that is
    allowed."""
    if os.name != "posix":
        return
    try:
        before, own = path.lstat(), temporary.stat()
    except OSError:  # there is none to be replaced
        return
    if not stat.S_ISREG(before.st_mode):
        return
    if (before.st_uid, before.st_gid) != (own.st_uid, own.st_gid):
        _give_to(temporary, before)
    _copy_attributes(path, temporary)  # before the permissions, which may forbid it
    with contextlib.suppress(OSError):
        temporary.chmod(before.st_mode & _PERMISSIONS)


def _give_to(temporary: Path, before: os.stat_result) -> None:
    try:
        os.chown(temporary, before.st_uid, before.st_gid)
    except OSError:  # only an administrator gives files away; a group of one's own is allowed
        with contextlib.suppress(OSError):
            os.chown(temporary, -1, before.st_gid)


def _copy_attributes(source: Path, target: Path) -> None:
    """Each extended attribute by itself: shares take some of them, or none. Only Linux's Python knows
    them."""
    if sys.platform != "linux":
        return
    names: list[str] = []
    with contextlib.suppress(OSError):
        names = os.listxattr(source)
    for name in names:
        if name.startswith(_KEPT_ATTRIBUTES):
            with contextlib.suppress(OSError):
                os.setxattr(target, name, os.getxattr(source, name))
