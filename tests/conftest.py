"""What every room's tests share: the number of threads, and the built-in pack, read once in a process."""

from __future__ import annotations

import os

# Before torch is imported. Several workers share the processors: each computes in one thread, since threads
# that wait for one another by spinning take the time from the other workers. Programs that tests start
# inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1" if "PYTEST_XDIST_WORKER" in os.environ else "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from collections.abc import Generator
from pathlib import Path

import pytest

import engine
from engine.packs.pack import ModelPack

from . import no_screen

LACKING = "" if os.environ.get("CI") else no_screen.lacking()


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return no_screen.unread_folder(path, parent, LACKING) if LACKING else None


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    if not LACKING:
        return None
    module = no_screen.Module.from_parent(parent, path=module_path)
    module.reason = LACKING
    return module


@pytest.fixture(scope="session")
def pack() -> ModelPack:
    """The built-in pack. Its networks are not changed by use."""
    return engine.load_pack("starter", device="cpu")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged of names that are no UTF-8 is told to the other process in escapes: it could not be
    sent."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode("utf-8")) for title, text in report.sections
    ]
    return report
