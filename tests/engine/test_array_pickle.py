"""Pickles of numpy arrays, read without numpy's own unpickling."""

from __future__ import annotations

import os
import pickle
import pickletools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import CheckpointError, UnsafeCheckpointError
from engine.packs.array_pickle import read_arrays

from .packages import lpips_arrays
from .test_checkpoint import Touch


class Call:
    """Pickled as a call of `function`."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_arrays_come_as_they_are(protocol: int) -> None:
    arrays = lpips_arrays()
    arrays["more"] = {"columns": np.asfortranarray(np.arange(12.0).reshape(3, 4)), "half": np.float16([1, 2])}
    found = read_arrays(pickle.dumps(arrays, protocol=protocol), "it") if protocol < 5 else None
    if found is None:  # protocol 5 makes arrays from buffers, by a function that is not on the list
        with pytest.raises(UnsafeCheckpointError, match="_frombuffer"):
            read_arrays(pickle.dumps(arrays, protocol=protocol), "it")
        return
    assert np.array_equal(found["VGG16_0.Conv_3.kernel"], arrays["VGG16_0"]["Conv_3"]["kernel"])
    assert np.array_equal(found["more.columns"], arrays["more"]["columns"])
    assert found["more.half"].dtype == np.float16 and len(found) == 2 * 13 + 5 + 2


def test_a_pickle_that_would_run_something_is_refused_by_name(tmp_path: Path) -> None:
    marker = tmp_path / "hit"
    with pytest.raises(UnsafeCheckpointError, match=r"asks for '.*', which no array needs"):
        read_arrays(pickle.dumps({"a": Touch(marker)}, protocol=3), "it")
    with pytest.raises(UnsafeCheckpointError, match=r"posix.system|nt.system"):
        read_arrays(pickle.dumps({"a": Call(os.system, f"touch {marker}")}, protocol=3), "it")
    assert not marker.exists()


def forged(shape: tuple[int, ...], kind: str = "f4", data: bytes = bytes(16)) -> bytes:
    """A pickled array of four numbers whose state says something else."""
    plain = pickle.dumps({"a": np.zeros(4, np.float32)}, protocol=3)
    text = pickletools.optimize(plain)
    dims = b"".join(b"J" + n.to_bytes(4, "little", signed=True) for n in shape)
    text = text.replace(b"K\x04\x85", b"(" + dims + b"t")
    text = text.replace(b"C\x10" + bytes(16), b"B" + len(data).to_bytes(4, "little") + data)
    return text.replace(b"X\x02\x00\x00\x00f4", b"X\x02\x00\x00\x00" + kind.encode())


def test_the_forgery_is_one() -> None:
    assert np.array_equal(read_arrays(forged((4,)), "it")["a"], np.zeros(4, np.float32))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no pickle",
        forged((2**30, 2**30)),
        forged((-4, -1)),
        forged((5,)),
        forged((4,), data=bytes(15)),
        forged((2,), kind="O8"),
        pickle.dumps({"a": 1}, protocol=3),
        pickle.dumps([np.zeros(3, np.float32)], protocol=3),
        pickle.dumps({"a": np.array(["text"])}, protocol=3),
        pickle.dumps({"a": np.zeros(3, ">f4")}, protocol=3),
        pickle.dumps({"a": np.zeros(3, np.float32)}, protocol=3)[:-20],
        b"\x80\x03}r\xff\xff\xff\x7f.",  # a memo place of 2**31
    ],
)
def test_damaged_and_forged_pickles(data: bytes) -> None:
    with pytest.raises(CheckpointError, match="no pickle of arrays"):
        read_arrays(data, "it")
