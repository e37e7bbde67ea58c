"""Pickles in the format of NVIDIA's StyleGAN2 tools, written with stand-in classes of the same names."""

from __future__ import annotations

import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

PAYLOAD = "raise SystemExit('the source code in the file was run')"


class EasyDict(dict):  # type: ignore[type-arg]
    """Pickled under the name of NVIDIA's class."""


def reconstruct(meta: Any) -> Any:
    raise AssertionError("only the name of this function goes into the file")


class Persistent:
    """An object that is pickled as NVIDIA's tools do: a call with its class's source code and its state."""

    def __init__(self, name: str, module: nn.Module, more: Mapping[str, Any]) -> None:
        self.meta = EasyDict(
            type="class", version=6, module_src=PAYLOAD, class_name=name, state=state_of(module, more)
        )

    def __reduce__(self) -> Any:
        return reconstruct, (self.meta,)


def state_of(module: nn.Module, more: Mapping[str, Any]) -> EasyDict:
    modules = OrderedDict(
        (name, Persistent(type(child).__name__, child, {"activation": "lrelu"}))
        for name, child in module._modules.items()
        if child is not None
    )
    return EasyDict(
        training=False,
        _parameters=module._parameters,
        _buffers=module._buffers,
        _non_persistent_buffers_set=set(),
        _backward_hooks=OrderedDict(),
        _modules=modules,
        weight_gain=np.float64(0.5),
        _init_args=(),
        _init_kwargs=EasyDict(more),
        **{key: value for key, value in more.items() if key == "activation"},
    )


@contextmanager
def their_names() -> Iterator[None]:
    """While this is active, the stand-ins are pickled under the names that NVIDIA's files use."""
    modules = {name: types.ModuleType(name) for name in ("dnnlib", "dnnlib.util", "torch_utils.persistence")}
    modules["torch_utils"] = types.ModuleType("torch_utils")
    before = {name: sys.modules.get(name) for name in modules}
    kept = EasyDict.__module__, reconstruct.__module__, reconstruct.__qualname__, reconstruct.__name__
    modules["dnnlib.util"].EasyDict = EasyDict  # type: ignore[attr-defined]
    modules["torch_utils.persistence"]._reconstruct_persistent_obj = reconstruct  # type: ignore[attr-defined]
    sys.modules.update(modules)
    EasyDict.__module__ = "dnnlib.util"
    reconstruct.__module__ = "torch_utils.persistence"
    reconstruct.__qualname__ = reconstruct.__name__ = "_reconstruct_persistent_obj"
    try:
        yield
    finally:
        EasyDict.__module__ = kept[0]
        reconstruct.__module__, reconstruct.__qualname__, reconstruct.__name__ = kept[1:]
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def tree(flat: Mapping[str, Tensor]) -> nn.Module:
    """Modules nested by the dotted names, weights as parameters, the rest as buffers."""
    root = nn.Module()
    for key, tensor in flat.items():
        *path, leaf = key.split(".")
        node = root
        for name in path:
            if name not in node._modules:
                node.add_module(name, nn.Module())
            node = node.get_submodule(name)
        if leaf in ("resample_filter", "noise_const", "w_avg"):
            node.register_buffer(leaf, tensor)
        else:
            node.register_parameter(leaf, nn.Parameter(tensor, requires_grad=False))
    return root


def write(path: Path, flat: Mapping[str, Tensor], **more: Any) -> Path:
    """A pickle with `G_ema` made of the tensors in `flat`, as the tools write it."""
    with their_names():
        generator = Persistent("Generator", tree(flat), {"z_dim": 512})
        content = {"G": None, "D": None, "G_ema": generator, "training_set_kwargs": EasyDict(a=1), **more}
        path.write_bytes(pickle.dumps(content))
    return path


def their_layout(state: Mapping[str, Tensor], latent_avg: Tensor) -> dict[str, Tensor]:
    """A generator of the published PyTorch layout under NVIDIA's names."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(taps, taps) / 64
    flat = {"mapping.w_avg": latent_avg, "synthesis.b4.const": state["input.input"][0]}
    for key, value in state.items():
        if key.startswith("style."):
            _, number, kind = key.split(".")
            flat[f"mapping.fc{int(number) - 1}.{kind}"] = value

    def layer(source: str, target: str, last: Callable[[], None]) -> None:
        flat[f"{target}.weight"] = state[f"{source}.conv.weight"][0]
        for kind in ("weight", "bias"):
            flat[f"{target}.affine.{kind}"] = state[f"{source}.conv.modulation.{kind}"]
        last()

    def styled(source: str, target: str) -> None:
        def last() -> None:
            flat[f"{target}.noise_strength"] = state[f"{source}.noise.weight"][0]
            flat[f"{target}.bias"] = state[f"{source}.activate.bias"]
            flat[f"{target}.resample_filter"] = kernel
            flat[f"{target}.noise_const"] = torch.zeros(4, 4)

        layer(source, target, last)

    def to_rgb(source: str, target: str) -> None:
        def last() -> None:
            flat[f"{target}.bias"] = state[f"{source}.bias"].flatten()

        layer(source, target, last)

    styled("conv1", "synthesis.b4.conv1")
    to_rgb("to_rgb1", "synthesis.b4.torgb")
    level = 0
    while f"to_rgbs.{level}.conv.weight" in state:
        block = f"synthesis.b{8 * 2**level}"
        styled(f"convs.{2 * level}", f"{block}.conv0")
        styled(f"convs.{2 * level + 1}", f"{block}.conv1")
        to_rgb(f"to_rgbs.{level}", f"{block}.torgb")
        flat[f"{block}.resample_filter"] = kernel
        level += 1
    return flat
