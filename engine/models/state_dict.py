"""Filling a network from a state dict that came from a file.

A network is first laid out without memory (on the meta device), compared with the tensors that are
really there, and only then filled: what a file claims about sizes costs nothing until it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from ..errors import CheckpointError

State = Mapping[str, Tensor]
Network = TypeVar("Network", bound=nn.Module)

_OPTIONAL = "num_batches_tracked"
"""Counters of batch norm that evaluation never reads; old files lack them."""


def has_keys(state: State, *keys: str) -> bool:
    """True when every one of `keys` names a tensor of `state`."""
    return all(isinstance(state.get(key), Tensor) for key in keys)


def shape_of(state: State, key: str, dims: int, name: str) -> tuple[int, ...]:
    """The shape of one tensor that sizes are inferred from; CheckpointError unless it has `dims` axes."""
    tensor = state.get(key)
    if not isinstance(tensor, Tensor):
        raise CheckpointError(f"This is no {name}: the tensor '{key}' is missing.")
    if tensor.ndim != dims or 0 in tensor.shape:
        raise CheckpointError(f"This is no {name}: '{key}' has the shape {tuple(tensor.shape)}.")
    return tuple(tensor.shape)


class _Undrawn(TorchFunctionMode):
    """Leaves first values undrawn and unscaled: on the meta device either does nothing, but takes torch
    seconds the first time, to import what traces and compiles."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if function is torch.randn:
            return torch.empty(*args, **kwargs)
        if function.__name__ in ("normal_", "uniform_", "kaiming_uniform_", "kaiming_normal_"):
            return args[0] if args else kwargs["tensor"]
        if function.__name__ in ("div", "__truediv__") and isinstance(args[1], int | float):
            return args[0]
        return function(*args, **kwargs)


@contextmanager
def without_memory() -> Iterator[None]:
    """Networks made in here have shapes but no values."""
    with torch.device("meta"), _Undrawn():
        yield


def build(make: Callable[[], Network], state: State, name: str) -> Network:
    """The network that `make` lays out, filled with float32 copies of `state`'s tensors.

    `name` is what a person calls the network. CheckpointError when a tensor is missing, left over or
    of another shape.
    """
    with without_memory():
        network = make()
    wanted = network.state_dict()
    _compare(wanted, state, name)
    filled = {key: _copy(state.get(key), like) for key, like in wanted.items()}
    network.load_state_dict(filled, assign=True)
    return network


def _copy(tensor: Tensor | None, like: Tensor) -> Tensor:
    if tensor is None:
        return torch.zeros(like.shape, dtype=like.dtype)
    return tensor.detach().to(like.dtype, copy=True, memory_format=torch.contiguous_format)


def _compare(wanted: State, state: State, name: str) -> None:
    missing = [key for key in wanted if key not in state and not key.endswith(_OPTIONAL)]
    if missing:
        raise CheckpointError(f"This is no complete {name}: {_count(missing)} missing.")
    extra = [key for key in state if key not in wanted]
    if extra:
        raise CheckpointError(f"This is another network than the {name}: {_count(extra)} left over.")
    for key, like in wanted.items():
        tensor = state.get(key)
        if tensor is not None and tensor.shape != like.shape:
            raise CheckpointError(
                f"This does not fit the {name}: '{key}' has the shape {tuple(tensor.shape)} "
                f"where {tuple(like.shape)} is needed."
            )


def _count(keys: list[str]) -> str:
    if len(keys) == 1:
        return f"the tensor '{keys[0]}' is"
    return f"{len(keys)} tensors ('{keys[0]}' and others) are"
