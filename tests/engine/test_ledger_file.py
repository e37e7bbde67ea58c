"""One writer for each output folder, and what becomes of its lock."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import EngineError, SaveError
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
