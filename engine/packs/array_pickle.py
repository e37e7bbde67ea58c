"""Reading a pickle of numpy arrays (a flax or jax checkpoint) without numpy's own unpickling.

Three names are known, and none of them leads to the object that it names: an array is a record of shape, type
and bytes that is checked before it becomes an array. Anything else is refused by name.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CheckpointError, UnsafeCheckpointError

_KINDS = {"f2": np.float16, "f4": np.float32, "f8": np.float64, "i4": np.int32, "i8": np.int64}
_MOST_MEMO = 1_000_000
_MOST_AXES = 8
_PUTS = ("PUT", "BINPUT", "LONG_BINPUT")


def read_arrays(data: bytes, name: str) -> dict[str, NDArray[Any]]:
    """The arrays of nested dicts, flat: `{"Conv_0": {"kernel": ...}}` becomes `Conv_0.kernel`.

    `name` is what messages call the file. Raises `UnsafeCheckpointError` for a name that no array needs, and
    `CheckpointError` for anything else that is no pickle of arrays.
    """
    try:
        _scan(data)
        content = _Unpickler(io.BytesIO(data), name).load()
        return dict(_flat(content, ""))
    except CheckpointError:
        raise
    except Exception as error:  # whatever a broken or hostile pickle leads to
        raise CheckpointError(f"{name} is no pickle of arrays, or damaged.") from error


def _scan(data: bytes) -> None:
    """Lengths hold and memo places are few, before any operation is followed."""
    for operation, argument, _ in pickletools.genops(data):
        if operation.name in _PUTS and int(argument or 0) > _MOST_MEMO:
            raise ValueError("it claims more than it holds")


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, name: str) -> None:
        super().__init__(file)
        self._name = name

    def find_class(self, module: str, name: str) -> Any:
        known = _KNOWN.get(f"{module}.{name}")
        if known is not None:
            return known
        shown = f"{module}.{name}"
        shown = shown if shown.isprintable() and len(shown) < 100 else "something without a proper name"
        raise UnsafeCheckpointError(f"{self._name} asks for '{shown}', which no array needs; it was refused.")


class _Kind:
    """A number's type as numpy writes it: `f4`, then the byte order with the state."""

    def __init__(self, code: Any = None, *_: Any) -> None:
        if code not in _KINDS:
            raise ValueError("an array of something other than numbers")
        self.kind = np.dtype(_KINDS[code])

    def __setstate__(self, state: Any) -> None:
        if state[1] not in ("<", "|", "="):
            raise ValueError("an array in another byte order")


class _Array:
    """An array under way: empty until its state comes."""

    values: NDArray[Any] | None = None

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, by_columns, data = state
        fits = isinstance(shape, tuple) and isinstance(kind, _Kind) and isinstance(data, bytes)
        if not fits or len(shape) > _MOST_AXES or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError("no proper array")
        if math.prod(shape) * kind.kind.itemsize != len(data):
            raise ValueError("an array claims more numbers than it holds")
        flat = np.frombuffer(data, kind.kind.newbyteorder("<")).astype(kind.kind, copy=False)
        self.values = flat.reshape(shape, order="F" if by_columns else "C")


class _ArrayType:
    """Stands for the class that a pickled array names. It makes nothing."""

    def __init__(self, *_: Any) -> None:
        raise ValueError("an array is made in another way")


def _reconstruct(kind: Any, *_: Any) -> _Array:
    if kind is not _ArrayType:
        raise ValueError("no plain array")
    return _Array()


_KNOWN: dict[str, Any] = {
    "numpy.core.multiarray._reconstruct": _reconstruct,
    "numpy._core.multiarray._reconstruct": _reconstruct,
    "numpy.ndarray": _ArrayType,
    "numpy.dtype": _Kind,
}


def _flat(content: Any, prefix: str, depth: int = 0) -> list[tuple[str, NDArray[Any]]]:
    if not isinstance(content, dict) or depth > _MOST_AXES:
        raise ValueError("no table of arrays")
    found = []
    for key, value in content.items():
        if isinstance(value, _Array) and value.values is not None:
            found.append((f"{prefix}{key}", value.values))
        else:
            found += _flat(value, f"{prefix}{key}.", depth + 1)
    return found
