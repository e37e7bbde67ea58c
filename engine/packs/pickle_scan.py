"""What a pickled file asks for, found without executing any of it.

PyTorch's files are pickles inside. `torch.load(weights_only=True)` refuses foreign code by itself; this
looks first, allows less (nothing that could claim memory), and can say what a refused file wanted.
"""

from __future__ import annotations

import pickletools
import zipfile
from typing import IO

_LEGACY_PICKLES = 5
"""Magic number, protocol, system, content, storage keys: the pickles of torch's older format."""

_EXTENSION = "an extension class"
_STORAGES = ("Double", "Float", "Half", "BFloat16", "Long", "Int", "Short", "Char", "Byte", "Bool")
_DTYPES = ("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool")

ALLOWED = frozenset(
    [
        "collections.OrderedDict",
        "collections.Counter",
        "builtins.set",
        "__builtin__.set",
        "argparse.Namespace",
        "torch.Size",
        "torch.device",
        "torch.nn.parameter.Parameter",
        "torch._utils._rebuild_parameter",
        "torch._utils._rebuild_tensor",
        "torch._utils._rebuild_tensor_v2",
        *(f"torch.{name}Storage" for name in _STORAGES),
        *(f"torch.{name}" for name in _DTYPES),
    ]
)
"""Names that a state dict needs and that can neither run code nor claim memory."""


class ForeignFormatError(Exception):
    """The bytes are no pickle, or no zip archive as torch writes it."""


def forbidden_names(file: IO[bytes], size: int) -> list[str]:
    """The names, in order, that the PyTorch file asks for beyond `ALLOWED`; empty for plain weights.

    `size` is the file's length in bytes, which nothing in it may exceed. Raises `ForeignFormatError` for
    another format.
    """
    asked = _in_archive(file, size) if is_archive(file) else _in_legacy_file(file)
    return _forbidden(asked)


def is_archive(file: IO[bytes]) -> bool:
    """True for torch's present format, a zip archive with its directory in place."""
    try:
        return zipfile.is_zipfile(file)
    except zipfile.BadZipFile:  # a directory of several disks, on Python 3.11
        return False


def _in_archive(file: IO[bytes], size: int) -> list[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            pickles = [entry for entry in entries if entry.filename.endswith("data.pkl")]
            stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
            if len(pickles) != 1 or not stored or sum(entry.file_size for entry in entries) > size:
                raise ForeignFormatError("no archive of torch.save")
            if any(entry.filename.endswith("constants.pkl") for entry in entries):
                return ["TorchScript"]
            with archive.open(pickles[0]) as inner:
                return _asked_for(inner)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise ForeignFormatError(str(error)) from error


def _in_legacy_file(file: IO[bytes]) -> list[str]:
    asked: list[str] = []
    file.seek(0)
    for _ in range(_LEGACY_PICKLES):
        try:
            asked += _asked_for(file)
        except ForeignFormatError:
            if not _forbidden(asked):
                raise
    return asked


def _forbidden(asked: list[str]) -> list[str]:
    return list(dict.fromkeys(name for name in asked if name not in ALLOWED))


def _asked_for(stream: IO[bytes]) -> list[str]:
    """The global names in one pickle, which is read up to its end."""
    names: list[str] = []
    last = ["?", "?"]
    try:
        for operation, argument, _ in pickletools.genops(stream):
            if operation.name in ("GLOBAL", "INST"):
                names.append(str(argument).replace(" ", "."))
            elif operation.name == "STACK_GLOBAL":
                # weights_only knows no such operation; the name is for the message alone.
                names.append(f"{last[0]}.{last[1]} (protocol 4)")
            elif operation.name.startswith("EXT"):
                names.append(_EXTENSION)
            elif isinstance(argument, str):
                last = [last[1], argument]
    except Exception as error:  # pickletools raises whatever the bytes lead it to
        # Every 85th byte of noise is such an operation; a name is written out and comes from somebody.
        if any(name != _EXTENSION for name in names):
            return names
        raise ForeignFormatError(str(error)) from error
    return names
