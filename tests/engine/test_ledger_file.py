"""One writer for each output folder, and what becomes of its lock."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from engine import EngineError, SaveError
from engine.batch.ledger import Ledger
from engine.ledger_file import WriterLock
from tests.engine.batches import ROOT

HOLD = """
import sys, time
from pathlib import Path
from engine.ledger_file import WriterLock
held = WriterLock(Path(sys.argv[1]), Path(sys.argv[2]))
held.acquire()
print("held", flush=True)
time.sleep(600)
"""

CHANGE = """
import sys, time
from pathlib import Path
from engine.batch.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
ledger.set_meta("kept", "yes")
ledger._base.execute("PRAGMA cache_size = 1")
with ledger._change() as base:
    base.execute("UPDATE meta SET value = 'no' WHERE name = 'kept'")
    base.executemany("INSERT INTO meta VALUES (?, ?)", ((str(i), "x" * 500) for i in range(500)))
    print("amid it", flush=True)
    time.sleep(600)
"""
"""A change larger than the cache: half of it is in the file, its undoing in the journal beside it."""


def lock(folder: Path) -> WriterLock:
    return WriterLock(folder / "some.sqlite", folder / ".hidden" / "lock")


def test_another_process_is_kept_out_until_it_is_killed(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLD, str(tmp_path / "some.sqlite"), str(tmp_path / ".hidden" / "lock")]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
            with pytest.raises(EngineError, match="Another run is at work on"):
                lock(tmp_path).acquire()
        finally:
            holder.kill()
    mine = lock(tmp_path)
    mine.acquire()
    mine.release()


@pytest.mark.skipif(os.name != "posix", reason="locks of POSIX")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    import fcntl

    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", flock)
        with pytest.raises(EngineError, match="has no locks"):
            lock(tmp_path).acquire()
    mine = lock(tmp_path)  # nothing is left that would keep a run out
    mine.acquire()
    mine.release()


def test_a_folder_that_is_a_file_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(SaveError, match="out is no folder"):
        lock(tmp_path / "out").acquire()
    with pytest.raises(SaveError, match="There is no folder"):
        lock(tmp_path / "out" / "deeper").acquire()


def test_who_reads_a_ledger_whose_writer_was_killed_amid_a_change_sees_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite"
    with subprocess.Popen(
        [sys.executable, "-c", CHANGE, str(path)], cwd=ROOT, stdout=subprocess.PIPE
    ) as writer:
        try:
            assert writer.stdout is not None and writer.stdout.readline() == b"amid it\n"
        finally:
            writer.kill()
    assert path.with_name("some.sqlite-journal").stat().st_size > 0
    reader = Ledger(path, read_only=True)
    try:
        assert reader.meta("kept") == "yes" and reader.meta("499") == ""
        with pytest.raises(EngineError, match="readonly"):
            reader.set_meta("kept", "changed")
    finally:
        reader.close()


def test_a_reader_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be used"):
        Ledger(tmp_path / "none.sqlite", read_only=True)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_and_leaves_no_change_half_done(tmp_path: Path) -> None:
    """SQLite takes some changes back itself, which must not be told instead; the next one is whole again."""
    ledger = Ledger(tmp_path / "some.sqlite")
    pages = ledger._base.execute("PRAGMA page_count").fetchone()[0]
    ledger._base.execute(f"PRAGMA max_page_count = {pages}")
    for _ in range(2):
        with pytest.raises(EngineError, match="disk is full"):
            ledger.set_meta("long", "x" * 100_000)
    assert not ledger._base.in_transaction
    ledger._base.execute("PRAGMA max_page_count = 1000")
    ledger.set_meta("long", "x" * 100_000)
    assert len(ledger.meta("long")) == 100_000
    ledger.close()


def test_a_change_that_cannot_be_committed_is_taken_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "some.sqlite")
    reader = sqlite3.connect(tmp_path / "some.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM meta").fetchall()
    ledger._base.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(EngineError, match="locked"):  # somebody reads: the commit has to wait
        ledger.set_meta("kept", "no")
    reader.close()
    ledger.set_meta("kept", "yes")
    assert ledger.meta("kept") == "yes"
    ledger.close()
