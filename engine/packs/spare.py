"""A graphics card that fails, and the processor in its place.

A card may be there and yet not compute: torch was built without kernels for it, it has gone to sleep, or
other programs have taken its memory. `device_problem` finds that out by one small computation when a pack is
loaded. Where it happens later, the same networks are read again for the processor (`ModelPack.on_cpu`), and
whoever was computing does it there.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from .. import memory
from .device import is_device_failure
from .pack import ModelPack

P = ParamSpec("P")
T = TypeVar("T")


def spare_of(pack: ModelPack, error: BaseException) -> ModelPack | None:
    """The same networks on the processor where `error` is a failure of the pack's card; None otherwise.

    A card that was merely out of memory is used again the next time.
    """
    if not getattr(pack, "can_fall_back", False) or not is_device_failure(error):
        return None
    pack.lost_device = pack.lost_device or not memory.is_exhaustion(error)
    memory.release_memory()
    return pack.on_cpu


def falls_back(function: Callable[P, T]) -> Callable[P, T]:
    """A function with an argument `pack`, called once more with the networks on the processor where the
    pack's card fails, and with these at once where it failed before."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        bound = signature.bind(*args, **kwargs)
        pack = cast(ModelPack, bound.arguments["pack"])
        if getattr(pack, "lost_device", False):  # a recipe may give only the networks that it trains
            pack = bound.arguments["pack"] = pack.on_cpu
        try:
            return function(*bound.args, **bound.kwargs)
        except (RuntimeError, MemoryError) as error:
            spare = spare_of(pack, error)
            if spare is None:
                raise
            error.__traceback__ = None  # it holds what lies on the card
        bound.arguments["pack"] = spare
        return function(*bound.args, **bound.kwargs)

    return call
