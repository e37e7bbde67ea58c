"""Atomic writes: the old file or the new one, whatever happens in between, and the attributes of the old."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine import ReadOnlyError, SaveError
from engine.atomic_file import atomic_path, fitting_name, leftovers, longest_name, put_in_place
from tests.hard_places import KILO, small_disk

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions, owners and links of POSIX")
OLD, NEW = b"the old content", b"the new content"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "file.bin"
    target.write_bytes(OLD)
    return target


def write(path: Path, data: bytes = NEW) -> None:
    with engine.atomic_write(path) as file:
        file.write(data)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_the_new_file_appears_when_the_block_ends(path: Path) -> None:
    with engine.atomic_write(path) as file:
        file.write(b"THE new")
        file.seek(0)
        assert file.read(3) == b"THE"
        file.seek(0)
        file.write(b"the")
        file.flush()
        assert path.read_bytes() == OLD
        assert leftovers(path.parent) == [entry for entry in path.parent.iterdir() if entry != path]
    assert path.read_bytes() == b"the new" and names(path.parent) == ["file.bin"]
    write(path.with_name("another"))
    assert path.with_name("another").read_bytes() == NEW


@pytest.mark.parametrize("error", [ValueError("odd"), KeyboardInterrupt(), SystemExit(3), MemoryError()])
@pytest.mark.parametrize("there", [True, False])
def test_an_exception_leaves_what_was_there(path: Path, error: BaseException, there: bool) -> None:
    if not there:
        path.unlink()
    with pytest.raises(type(error)) as caught, engine.atomic_write(path) as file:
        file.write(NEW)
        raise error
    assert caught.value is error
    assert names(path.parent) == (["file.bin"] if there else [])
    assert not there or path.read_bytes() == OLD


@pytest.mark.parametrize("there", [True, False])
def test_what_is_given_up_leaves_what_was_there(
    path: Path, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another thread, while the disk takes long to take the content; or before that."""
    if not there:
        path.unlink()
    control, original = engine.RunControl(), os.fsync

    def slow(descriptor: int) -> None:
        control.cancel()
        original(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    for _ in range(2):
        with (
            pytest.raises(SaveError, match=r"file\.bin was given up") as caught,
            engine.atomic_write(path, control=control) as file,
        ):
            file.write(NEW)
        assert caught.value.path == path and names(path.parent) == (["file.bin"] if there else [])
        assert not there or path.read_bytes() == OLD
    with engine.atomic_write(path, control=engine.RunControl()) as file:
        file.write(NEW)
    assert path.read_bytes() == NEW


def test_a_full_disk_is_a_sentence_and_leaves_what_was_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 256 * KILO) as disk:
        path = disk.folder / "file.bin"
        write(path, OLD)
        disk.fill(4 * KILO)
        with pytest.raises(SaveError) as caught:
            write(path, bytes(512 * KILO))
        assert "file.bin" in caught.value.message and caught.value.hint and caught.value.reason
        assert path.read_bytes() == OLD and set(names(disk.folder)) <= {"file.bin", "filler"}
        disk.free()
        write(path)
        assert path.read_bytes() == NEW


def test_what_cannot_be_written_is_found_out_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(OLD)
    cases = {
        tmp_path / "folder": "folder is a folder",
        tmp_path / "none" / "a.bin": "There is no folder",
        tmp_path / "file" / "a.bin": "There is no folder",
        tmp_path / ("n" * 300): "name is too long",
    }
    for path, words in cases.items():
        with pytest.raises(SaveError, match=words) as caught, engine.atomic_write(path):
            pytest.fail("the block is not entered")
        assert caught.value.path == path
    assert names(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize("name", ["n" * 251 + ".bin", "ä" * 125 + ".bin", "é\u0301漢" * 35, "." + "x" * 254])
def test_the_longest_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with atomic_path(path) as temporary:
        assert len(os.fsencode(temporary.name)) <= 55  # an encrypted folder takes 143 bytes and not more
        temporary.write_bytes(NEW)
    assert path.read_bytes() == NEW


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are Unicode")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.bin"))
    write(path)
    assert path.read_bytes() == NEW and [os.fsencode(name) for name in names(tmp_path)] == [b"caf\xe9.bin"]


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_permissions_are_kept(path: Path, mode: int) -> None:
    path.chmod(mode)
    write(path)
    assert path.read_bytes() == NEW and stat.S_IMODE(path.stat().st_mode) == mode


@POSIX
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    with _umask(0o027):
        (tmp_path / "usual").write_bytes(b"")
        write(tmp_path / "ours")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


@contextlib.contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_is_kept(path: Path) -> None:
    os.chown(path, 1234, 2345)
    path.chmod(0o640)
    write(path)
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 2345, 0o640)


@POSIX
def test_a_group_of_ones_own_is_kept(path: Path) -> None:
    others = [group for group in os.getgroups() if group != path.stat().st_gid]
    if not others:
        pytest.skip("this user is in one group only")
    os.chown(path, -1, others[0])
    write(path)
    assert path.stat().st_gid == others[0]


@POSIX
def test_symbolic_links_are_followed(path: Path) -> None:
    folder = path.parent / "linked"
    folder.mkdir()
    for name, target in (("a", path), ("b", Path("../file.bin")), ("c", Path("b")), ("new", Path("../made"))):
        (folder / name).symlink_to(target)
    before = sorted(names(folder))
    for number, name in enumerate(("a", "b", "c")):
        write(folder / name, b"%d" % number)
        assert path.read_bytes() == b"%d" % number
    write(folder / "new")
    assert (path.parent / "made").read_bytes() == NEW
    assert names(folder) == before and all(entry.is_symlink() for entry in folder.iterdir())
    (folder / "circle").symlink_to("circle")
    with pytest.raises(SaveError, match="circle could not be saved"):
        write(folder / "circle")
    assert (folder / "circle").is_symlink()


@POSIX
def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write(pipe)
        assert os.read(reader, 100) == NEW
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode) and names(tmp_path) == ["pipe"]


def test_a_file_that_grew_elsewhere_is_put_in_place(path: Path) -> None:
    part = path.with_name("file.bin.part")
    part.write_bytes(NEW)
    path.chmod(0o600)
    mode = path.stat().st_mode
    put_in_place(part, path)
    assert path.read_bytes() == NEW and path.stat().st_mode == mode and names(path.parent) == ["file.bin"]


def test_a_disk_that_cannot_flush_is_no_reason_to_fail(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share without `fsync` answers EINVAL; a disk that is full or broken says so only now."""

    def answering(number: int) -> None:
        def fsync(_descriptor: int) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", fsync)

    for number in (errno.EINVAL, errno.ENOTSUP, errno.EPERM, errno.EACCES, errno.ENOTTY, errno.ENOSYS):
        write(path, OLD)
        answering(number)
        write(path)
        assert path.read_bytes() == NEW
    answering(errno.EIO)
    with pytest.raises(SaveError, match=r"file\.bin could not be saved"):
        write(path, OLD)
    assert path.read_bytes() == NEW and names(path.parent) == ["file.bin"]


@POSIX
def test_owner_and_permissions_that_are_refused_are_no_reason_to_fail(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share that knows neither."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    path.chmod(0o640)
    for name in ("chmod", "chown", "setxattr", "listxattr"):
        monkeypatch.setattr(os, name, refuse, raising=False)
    write(path)
    assert path.read_bytes() == NEW and names(path.parent) == ["file.bin"]


@pytest.mark.skipif(sys.platform != "linux", reason="Python knows extended attributes on Linux only")
def test_tags_of_file_managers_stay(path: Path) -> None:
    tags = {"user.xdg.tags": b"Holiday,Sea", "user.xdg.comment": b"best", "user.baloo.rating": b"8"}
    try:
        for name, value in tags.items():
            os.setxattr(path, name, value)
    except OSError:
        pytest.skip("this file system knows no extended attributes")
    path.chmod(0o440)
    write(path)
    assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == tags
    assert path.read_bytes() == NEW and stat.S_IMODE(path.stat().st_mode) == 0o440


@POSIX
@pytest.mark.parametrize("linked", [False, True])
def test_a_read_only_file_is_replaced_only_when_that_is_asked_for(path: Path, linked: bool) -> None:
    path.chmod(0o444)
    place = path.with_name("link") if linked else path
    if linked:
        place.symlink_to(path)
    refused = pytest.raises(ReadOnlyError, match="is read-only")
    with refused as caught, engine.atomic_write(place, replace_read_only=False):
        pytest.fail("the block is not entered")
    assert caught.value.path == place and path.read_bytes() == OLD
    with engine.atomic_write(place, replace_read_only=True) as file:
        file.write(NEW)
    assert path.read_bytes() == NEW and stat.S_IMODE(path.stat().st_mode) == 0o444
    with engine.atomic_write(place.with_name("new"), replace_read_only=False) as file:
        file.write(NEW)


@POSIX
def test_a_link_into_a_missing_folder_names_that_folder(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone" / "file.bin")
    with pytest.raises(SaveError, match=r"There is no folder .*/gone\."):
        write(tmp_path / "link")


@POSIX
def test_the_temporary_name_is_no_longer_than_the_final_one_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short names as on old or encrypted disks, and a folder so deep that hardly anything more fits."""
    deep = tmp_path
    longest = os.pathconf(tmp_path, "PC_PATH_MAX") - 1
    while len(os.fsencode(deep)) < longest - 255:
        deep /= "d" * 99
    deep /= "d" * (longest - len(os.fsencode(deep)) - 32)
    deep.mkdir(parents=True)
    with atomic_path(deep / "picture-of-a-face-1.png") as temporary:
        assert len(os.fsencode(temporary)) <= longest
        temporary.write_bytes(NEW)
    assert (deep / "picture-of-a-face-1.png").read_bytes() == NEW
    limits = {"PC_NAME_MAX": 30, "PC_PATH_MAX": 4096}
    monkeypatch.setattr(os, "pathconf", lambda _path, name: limits[name])
    with atomic_path(tmp_path / ("é" * 15)) as temporary:
        assert len(os.fsencode(temporary.name)) <= 30


def test_names_are_cut_between_characters() -> None:
    assert fitting_name("portrait", "-smiling.png") == "portrait-smiling.png"
    for stem in ("n" * 300, "ä" * 200, "漢字" * 60, "\udce9" * 300):
        name = fitting_name(stem, "-smiling.png")
        assert 250 < len(os.fsencode(name)) <= 255 and name.endswith("-smiling.png")
        assert stem.startswith(name.removesuffix("-smiling.png"))
    assert fitting_name("ab", "x" * 300, 255).startswith("a")


def test_how_long_a_name_may_be_is_the_folders_to_say(tmp_path: Path) -> None:
    assert 30 < longest_name(tmp_path) <= 255 and longest_name(tmp_path / "none") == 255
