"""Converting NVIDIA's StyleGAN2 pickles (stylegan2-ada-pytorch and stylegan3 tools) without running them.

Such a file is a pickle of classes with their source code inside; unpickled as intended, it runs that
code. Here only names from a short list are known, and each of them makes an inert record, a plain
container or a checked tensor. Anything else is refused by name.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from ..atomic_file import atomic_path
from ..errors import CheckpointError, PackError, UnsafeCheckpointError
from ..models.generators.styled_conv import BLUR
from ..models.generators.stylegan2 import StyleGAN2
from .checkpoint import LARGEST_FILE, naming, require_finite
from .pickle_scan import ForeignFormatError, forbidden_names

_MOST_MEMO = 10_000_000
_DEPTH = 12
_MAPPING_GAIN = 0.01
_NETWORK_PARTS = ("_parameters", "_buffers", "_modules")


class Record:
    """What a pickled object said of itself: the name of its class and its state. It does nothing."""

    def __init__(self, name: str, state: Mapping[Any, Any]) -> None:
        self.name = name
        self.state = state


class _Inert:
    """Stands for a value that the conversion has no use for. Takes whatever a pickle does to it."""

    def __init__(self, *_: Any) -> None:
        return

    def __setstate__(self, _: Any) -> None:
        return


class _Table(dict[Any, Any]):
    """NVIDIA's EasyDict, as the dict that it is."""


def convert(source: Path, target: Path) -> int:
    """Write the generator (`G_ema`) of NVIDIA's pickle as safetensors; returns its resolution in px.

    Raises `UnsafeCheckpointError` naming the first thing that the file asks for beyond the known classes,
    `CheckpointError` for another architecture or a damaged file, `PackError` when `target` cannot be
    written.
    """
    if target.suffix != ".safetensors":
        raise PackError(f"{target.name} needs the suffix .safetensors.", "Name it generator.safetensors.")
    record = _generator_record(read_inert(source), source)
    with naming(source):
        state = published_layout(dict(_tensors(record, source)))
        require_finite(state, source)
        network = StyleGAN2.from_state({key: value.clone() for key, value in state.items()})
    try:
        with atomic_path(target) as temporary:
            save_file({key: value.contiguous() for key, value in state.items()}, temporary)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise PackError(f"{target} could not be written: {error}.", "Choose another folder.") from error
    return int(network.resolution)


def read_inert(path: Path) -> Any:
    """The content of a pickle as records, containers and tensors. Nothing of it is executed."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CheckpointError(f"{path.name} is too large for a generator.", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {error.strerror}.", path=path) from error
    _scan(data, path)
    try:
        return _Unpickler(io.BytesIO(data), path).load()
    except (CheckpointError, MemoryError):
        raise
    except Exception as error:  # whatever a broken or hostile pickle leads to
        raise CheckpointError(f"{path.name} is no pickle of NVIDIA's, or damaged.", path=path) from error


def _scan(data: bytes, path: Path) -> None:
    """Every operation's claims hold before any is followed: lengths are there, memo places are few."""
    try:
        for operation, argument, _ in pickletools.genops(data):
            if operation.name in ("PUT", "BINPUT", "LONG_BINPUT") and int(argument or 0) > _MOST_MEMO:
                raise CheckpointError(f"{path.name} claims more than it holds.", path=path)
    except CheckpointError:
        raise
    except Exception as error:  # pickletools raises whatever the bytes lead it to
        raise CheckpointError(f"{path.name} is no pickle, or damaged.", path=path) from error


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, path: Path) -> None:
        super().__init__(file)
        self._path = path

    def find_class(self, module: str, name: str) -> Any:
        known = _KNOWN.get(f"{module}.{name}")
        if known is not None:
            return known
        if module.startswith("dnnlib.tflib"):
            raise CheckpointError(
                f"{self._path.name} is of the older TensorFlow kind, which is not converted.",
                "Use the PyTorch version of the file (stylegan2-ada-pytorch or stylegan3 format).",
                path=self._path,
            )
        shown = f"{module}.{name}"
        shown = shown if shown.isprintable() and len(shown) < 100 else "something without a proper name"
        raise UnsafeCheckpointError(
            f"{self._path.name} asks for '{shown}', which no generator of NVIDIA's needs; it was refused.",
            path=self._path,
        )


def _record(meta: Any) -> Record:
    """In place of the function that would compile and run the source code in `meta`."""
    name, state = meta.get("class_name"), meta.get("state")
    if not isinstance(name, str) or not isinstance(state, dict):
        raise ValueError("no proper record")
    return Record(name, state)


def _storage(data: Any) -> Tensor:
    """The numbers of a storage that was saved inside the pickle, as a flat tensor."""
    if not isinstance(data, bytes):
        raise ValueError("no proper storage")
    try:
        asked = forbidden_names(io.BytesIO(data), len(data))
    except ForeignFormatError as error:
        raise ValueError("no proper storage") from error
    if asked:
        raise UnsafeCheckpointError(f"A tensor in the file asks for '{asked[0]}'; it was refused.")
    storage = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return torch.empty(0, dtype=storage.dtype).set_(storage)


def _tensor(storage: Any, offset: Any, size: Any, stride: Any, *_: Any) -> Tensor:
    whole = isinstance(storage, Tensor) and isinstance(size, tuple) and isinstance(stride, tuple)
    if not whole or len(size) != len(stride) or len(size) > 8:
        raise ValueError("no proper tensor")
    numbers = (offset, *size, *stride)
    if not all(type(n) is int and 0 <= n < 2**40 for n in numbers):
        raise ValueError("no proper tensor")
    count, last = 1, offset
    for length, step in zip(size, stride, strict=True):
        count *= length
        last += max(length - 1, 0) * step
    if count > storage.numel() or (count and last >= storage.numel()):
        raise ValueError("a tensor claims more numbers than there are")
    return torch.as_strided(storage, size, stride, offset).clone()


def _parameter(data: Any, *_: Any) -> Any:
    return data


_KNOWN: dict[str, Any] = {
    "torch_utils.persistence._reconstruct_persistent_obj": _record,
    "torch.storage._load_from_bytes": _storage,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
    "dnnlib.util.EasyDict": _Table,
    "collections.OrderedDict": OrderedDict,
    "builtins.set": set,
    "__builtin__.set": set,
    **dict.fromkeys(
        (
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray._reconstruct",
            "numpy.ndarray",
            "numpy.dtype",
            "_codecs.encode",
            "torch.device",
            "torch.Size",
            "torch.float16",
            "torch.float32",
            "torch.float64",
        ),
        _Inert,
    ),
}


def _generator_record(content: Any, path: Path) -> Record:
    found = content.get("G_ema") if isinstance(content, dict) else None
    if not isinstance(found, Record) or not all(isinstance(found.state.get(p), dict) for p in _NETWORK_PARTS):
        raise CheckpointError(f"{path.name} holds no generator ('G_ema').", path=path)
    return found


def _tensors(record: Record, path: Path, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a network's record and of the records in it, with dotted names."""
    if depth > _DEPTH:
        raise CheckpointError(f"{path.name} is nested too deeply.", path=path)
    activation = record.state.get("activation", "lrelu")
    if activation not in ("lrelu", "linear"):
        raise CheckpointError(f"The generator in {path.name} uses another activation.", path=path)
    gain = record.state.get("bias_gain")
    if re.fullmatch(r"mapping\.fc\d+\.", prefix) and isinstance(gain, float) and gain != _MAPPING_GAIN:
        raise CheckpointError(f"The generator in {path.name} scales its mapping differently.", path=path)
    for part in _NETWORK_PARTS:
        entries = record.state.get(part)
        for name, value in entries.items() if isinstance(entries, dict) else ():
            if isinstance(value, Tensor):
                yield f"{prefix}{name}", value
            elif isinstance(value, Record):
                yield from _tensors(value, path, f"{prefix}{name}.", depth + 1)


def published_layout(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """NVIDIA's names to the published PyTorch layout's; `latent_avg` among them.

    `state` is flat, `synthesis.b4.const`, `mapping.fc0.weight` and so on. CheckpointError when a name is
    left over or missing: another architecture (alias-free, conditional, with residual blocks).
    """
    if any(key.startswith("synthesis.input.") for key in state):
        raise CheckpointError("It is an alias-free StyleGAN3 generator, which has another architecture.")
    if any(key.startswith("mapping.embed.") for key in state):
        raise CheckpointError("It is a conditional generator, which has another architecture.")
    left = {key: value.float() for key, value in state.items()}
    _drop_fixed(left)
    result: dict[str, Tensor] = {}
    number = 0
    while f"mapping.fc{number}.weight" in left:
        for kind in ("weight", "bias"):
            result[f"style.{number + 1}.{kind}"] = _take(left, f"mapping.fc{number}.{kind}")
        number += 1
    result["latent_avg"] = _take(left, "mapping.w_avg")
    result["input.input"] = _take(left, "synthesis.b4.const")[None]
    _layer(left, "synthesis.b4.conv1", result, "conv1")
    _to_rgb(left, "synthesis.b4.torgb", result, "to_rgb1")
    size, index = 8, 0
    while f"synthesis.b{size}.conv0.weight" in left:
        _layer(left, f"synthesis.b{size}.conv0", result, f"convs.{2 * index}")
        _layer(left, f"synthesis.b{size}.conv1", result, f"convs.{2 * index + 1}")
        _to_rgb(left, f"synthesis.b{size}.torgb", result, f"to_rgbs.{index}")
        size, index = 2 * size, index + 1
    if left:
        raise CheckpointError(f"It has another architecture: '{min(left)}' is not known.")
    return result


def _drop_fixed(state: dict[str, Tensor]) -> None:
    """Leave out stored noise and the filters, after a look at the filters."""
    taps = torch.tensor(BLUR)
    expected = torch.outer(taps, taps) / taps.sum().square()
    for key in [key for key in state if key.endswith(("resample_filter", "noise_const"))]:
        value = state.pop(key)
        if key.endswith("resample_filter"):
            same = value.shape == expected.shape and torch.allclose(value / value.sum(), expected, atol=1e-4)
            if not same:
                raise CheckpointError("It uses another filter than [1, 3, 3, 1].")


def _layer(left: dict[str, Tensor], source: str, result: dict[str, Tensor], target: str) -> None:
    _modulated(left, source, result, target)
    strength = left.pop(f"{source}.noise_strength", torch.zeros(()))
    result[f"{target}.noise.weight"] = strength.reshape(1)
    result[f"{target}.activate.bias"] = _take(left, f"{source}.bias")


def _to_rgb(left: dict[str, Tensor], source: str, result: dict[str, Tensor], target: str) -> None:
    _modulated(left, source, result, target)
    result[f"{target}.bias"] = _take(left, f"{source}.bias").reshape(1, -1, 1, 1)


def _modulated(left: dict[str, Tensor], source: str, result: dict[str, Tensor], target: str) -> None:
    result[f"{target}.conv.weight"] = _take(left, f"{source}.weight")[None]
    for kind in ("weight", "bias"):
        result[f"{target}.conv.modulation.{kind}"] = _take(left, f"{source}.affine.{kind}")


def _take(left: dict[str, Tensor], key: str) -> Tensor:
    if key not in left:
        raise CheckpointError(f"It has another architecture: '{key}' is missing.")
    return left.pop(key)
