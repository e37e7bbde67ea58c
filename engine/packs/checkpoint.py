"""Reading model files safely: PyTorch checkpoints (.pt, .pth) and safetensors.

A model file comes from a stranger. Nothing in it is executed (weights only; `argparse.Namespace`, which
the e4e files' options use, is the one class allowed beyond tensors), and no size it claims is believed
before the bytes are there. Whatever is wrong becomes one sentence that names the file.
"""

from __future__ import annotations

import argparse
import struct
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..errors import CheckpointError, UnsafeCheckpointError
from .pickle_scan import ForeignFormatError, forbidden_names, is_archive

_safe_globals_lock = threading.Lock()
LARGEST_FILE = 4 * 2**30
"""No model file is larger, in bytes; a server that sends more is cut off."""
_LONGEST_REASON = 240
_ZIP_START = b"PK\x03\x04"


def read(path: Path, hint: str = "") -> Any:
    """The content of a model file, tensors on the CPU: usually a dict, of safetensors a flat one.

    `hint` says what to do when the file is missing. Raises `CheckpointError` for a file that is missing,
    truncated, foreign or inconsistent, `UnsafeCheckpointError` for one that asks for code.
    """
    _require_file(path, hint)
    try:
        with path.open("rb") as file:
            start = file.read(9)
        content = _read_safetensors(path) if _is_safetensors(start, path) else _read_torch(path)
    except OSError as error:
        reason = error.strerror or "read error"
        raise CheckpointError(
            f"The model file {path.name} cannot be read: {reason}.",
            f"Check the permissions and the disk of {path.parent}.",
            path=path,
        ) from error
    _check_tensors(content, path)
    return content


def require_finite(state: Mapping[str, Tensor], path: Path) -> None:
    """CheckpointError when a number of `state` is infinite or not a number."""
    for key, tensor in state.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(
                f"The model file {path.name} is damaged: '{key}' holds numbers that are not finite.",
                path=path,
            )


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Make a network's `CheckpointError`, which knows no file, name `path`; in one sentence."""
    try:
        yield
    except CheckpointError as error:
        if error.path is not None:
            raise
        reason = " ".join(str(error).replace("\\n", " ").split())  # an error's line feeds are escaped
        if len(reason) > _LONGEST_REASON:
            reason = reason[:_LONGEST_REASON].rstrip() + " ..."
        raise CheckpointError(
            f"The model file {path.name} cannot be used. {reason}", error.hint, path=path
        ) from error


def _require_file(path: Path, hint: str) -> None:
    if path.is_dir():
        raise CheckpointError(f"{path} is a folder where a model file is needed.", hint, path=path)
    if not path.exists():
        raise CheckpointError(f"The model file {path} is missing.", hint, path=path)
    if not path.is_file():
        raise CheckpointError(f"{path} is no file that can be read to its end.", hint, path=path)
    if path.stat().st_size == 0:
        raise CheckpointError(f"The model file {path.name} is empty.", path=path)


def _is_safetensors(start: bytes, path: Path) -> bool:
    if path.suffix == ".safetensors":
        return True
    if len(start) < 9 or start[8:] != b"{":
        return False
    length: int = struct.unpack("<Q", start[:8])[0]
    return length < path.stat().st_size


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    # Here, so that what needs no model file (timing with stand-in weights) runs where this is not installed.
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    # The library compares its header with the file's length before it allocates anything.
    try:
        return load_file(path, device="cpu")
    except SafetensorError as error:
        raise _damaged(path) from error


def _read_torch(path: Path) -> Any:
    with path.open("rb") as file:
        archive = is_archive(file)
        file.seek(0)
        if file.read(4) == _ZIP_START and not archive:
            raise _damaged(path)
        try:
            asked = forbidden_names(file, path.stat().st_size)
        except ForeignFormatError as error:
            raise _foreign(path) from error
    if asked:
        raise UnsafeCheckpointError(
            f"The model file {path.name} asks for more than weights ({', '.join(asked[:3])}), "
            "so it was not opened.",
            path=path,
        )
    try:
        with (
            _safe_globals_lock,
            torch.serialization.safe_globals([argparse.Namespace]),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True, mmap=archive)
    except OSError:
        raise
    except Exception as error:  # a hostile or broken file may raise anything
        raise _damaged(path) from error


def _damaged(path: Path) -> CheckpointError:
    return CheckpointError(f"The model file {path.name} is cut short or damaged.", path=path)


def _foreign(path: Path) -> CheckpointError:
    return CheckpointError(
        f"The model file {path.name} is neither a PyTorch checkpoint nor a safetensors file.", path=path
    )


def _check_tensors(content: Any, path: Path) -> None:
    """Every tensor must be plain, dense and really there; views may not pretend to be larger."""
    total = 0
    seen: set[int] = set()
    for tensor in _tensors(content):
        if tensor.layout != torch.strided or tensor.device.type != "cpu" or tensor.is_quantized:
            raise CheckpointError(f"The model file {path.name} holds tensors that are not plain.", path=path)
        storage = tensor.untyped_storage()
        if tensor.numel() * tensor.element_size() > storage.nbytes():
            raise CheckpointError(f"The model file {path.name} claims more numbers than it holds.", path=path)
        if storage.data_ptr() not in seen:
            seen.add(storage.data_ptr())
            total += storage.nbytes()
    if total > path.stat().st_size:
        raise CheckpointError(f"The model file {path.name} claims more numbers than it holds.", path=path)


def _tensors(content: Any) -> Iterator[Tensor]:
    """The tensors of a checkpoint: at the top or one level down, where every known layout has them."""
    if isinstance(content, Tensor):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            if isinstance(value, Tensor):
                yield value
            elif isinstance(value, Mapping):
                yield from (inner for inner in value.values() if isinstance(inner, Tensor))
