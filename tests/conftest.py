"""What every room's tests share: the number of threads, and the built-in pack, read once in a process."""

from __future__ import annotations

import os

# Before torch is imported. Several workers share the processors: each computes in one thread, since threads
# that wait for one another by spinning take the time from the other workers. Programs that tests start
# inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1" if "PYTEST_XDIST_WORKER" in os.environ else "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest

import engine
from engine.packs.pack import ModelPack


@pytest.fixture(scope="session")
def pack() -> ModelPack:
    """The built-in pack. Its networks are not changed by use."""
    return engine.load_pack("starter", device="cpu")
