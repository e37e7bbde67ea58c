"""From the members of a public package to the state dict of one of this program's networks.

Each conversion takes the members' contents in the order in which the list of packs names them. What a
conversion gives is stored as safetensors; `version` goes up when the same members give something else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..errors import CheckpointError
from . import array_pickle, checkpoint, registry

Contents = Sequence[bytes]

_VGG_LAYERS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
"""torchvision's numbers of VGG16's convolutions, in the order in which flax counts them."""


@dataclass(frozen=True)
class Conversion:
    """How many members it takes, and the function from their contents to a state dict."""

    members: int
    convert: Callable[[Contents], dict[str, Tensor]]
    version: int = 1


def convert(name: str, contents: Contents) -> dict[str, Tensor]:
    """The state dict, tensors contiguous. CheckpointError when the members are not what they should be."""
    state = CONVERSIONS[name].convert(contents)
    for key, tensor in state.items():
        if not bool(torch.isfinite(tensor).all()):
            raise CheckpointError(f"'{key}' holds numbers that are not finite.")
    return {key: tensor.contiguous() for key, tensor in state.items()}


def mobile_stylegan(contents: Contents) -> dict[str, Tensor]:
    """MappingNetwork.xml and .bin, SynthesisNetwork.xml and .bin (OpenVINO) -> MobileStyleGAN, float16."""
    from .convert_mobile_stylegan import halved, read_state

    mapping_xml, mapping_bin, synthesis_xml, synthesis_bin = contents
    return halved(read_state(mapping_xml, mapping_bin, synthesis_xml, synthesis_bin))


def bisenet(contents: Contents) -> dict[str, Tensor]:
    """A checkpoint of face-parsing.PyTorch -> BiSeNet parser; floating-point numbers in float16."""
    (data,) = contents
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bisenet.pth")
        path.write_bytes(data)
        with checkpoint.naming(path):
            state = registry.state_of("parser", checkpoint.read(path), path)
            own = {
                key: tensor.clone() for key, tensor in state.items()
            }  # the file's pages go with the folder
    return _halved(own)


def lpips_vgg16(contents: Contents) -> dict[str, Tensor]:
    """A flax checkpoint of LPIPS on VGG16 -> torchvision's names and LPIPS's heads, float32."""
    (data,) = contents
    arrays = array_pickle.read_arrays(data, "The checkpoint of LPIPS")
    state = {}
    for place, layer in enumerate(_VGG_LAYERS):
        kernel = _array(arrays, f"VGG16_0.Conv_{place}.kernel", 4)
        state[f"features.{layer}.weight"] = kernel.permute(3, 2, 0, 1).contiguous()
        state[f"features.{layer}.bias"] = _array(arrays, f"VGG16_0.Conv_{place}.bias", 1)
    for place in range(5):
        kernel = _array(arrays, f"NetLinLayer_{place}.Conv_0.kernel", 4)
        state[f"lin{place}.model.1.weight"] = kernel.permute(3, 2, 0, 1).contiguous()
    if len(arrays) != len(state):
        raise CheckpointError("The checkpoint of LPIPS holds more than VGG16 and its heads.")
    return state


def _array(
    arrays: Mapping[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]], key: str, axes: int
) -> Tensor:
    found = arrays.get(key)
    if found is None or found.ndim != axes or found.dtype != np.float32:
        raise CheckpointError(f"The checkpoint of LPIPS lacks '{key}'.")
    return torch.from_numpy(found.copy())


def _halved(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: tensor.half() if tensor.is_floating_point() else tensor for key, tensor in state.items()}


CONVERSIONS: dict[str, Conversion] = {
    "mobile-stylegan": Conversion(4, mobile_stylegan),
    "bisenet": Conversion(1, bisenet),
    "lpips-vgg16": Conversion(1, lpips_vgg16),
}
