"""From a role and a model file to a network that is ready for use.

Every role has one or more known layouts, each a module in engine/models with `matches` and a class with
`from_state`; what codes go with (generators, encoders, directions) has `code_shape` beside it. A file is
recognised by its keys, never by its name.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from torch import Tensor, nn

from ..errors import CheckpointError
from ..models.generators.base import Generator
from . import checkpoint

ROLES = (
    *("generator", "heads", "parser", "classifier", "encoder"),
    *("perceptual", "finder", "directions", "refiner", "judge"),
)

_LAYOUTS: dict[str, tuple[tuple[str, str], ...]] = {
    "generator": (("generators.stylegan2", "StyleGAN2"), ("generators.mobile_stylegan", "MobileStyleGAN")),
    "heads": (("generators.picture_heads", "PictureHeads"),),
    "parser": (
        ("parsers.deeplab", "FaceParser"),
        ("parsers.unet", "UNetParser"),
        ("parsers.bisenet", "BiSeNetParser"),
    ),
    "classifier": (
        ("attribute_classifier", "AttributeClassifier"),
        ("trunk_classifier", "TrunkClassifier"),
        ("composite_classifier", "CompositeClassifier"),
    ),
    "encoder": (
        ("encoders.e4e", "Encoder"),
        ("encoders.compact", "StarterEncoder"),
        ("encoders.trunk_encoder", "TrunkEncoder"),
    ),
    "perceptual": (("perceptual", "MaskedLPIPS"),),
    "finder": (("face_finder", "FaceFinder"),),
    "directions": (("directions", "AttributeDirections"),),
    "refiner": (("mouth_refiner", "MouthRefiner"),),
    "judge": (("judge", "Judge"),),
}
_TITLES = {
    "generator": "face generator",
    "heads": "set of heads for smaller pictures",
    "parser": "face parser",
    "classifier": "attribute classifier",
    "encoder": "face encoder",
    "perceptual": "VGG16 network",
    "finder": "face finder",
    "directions": "set of attribute directions",
    "refiner": "mouth refiner",
    "judge": "judge of attributes",
}
_UNUSED = {"perceptual": ("classifier.",)}
"""Tensors that a role never uses and that are not worth reading: VGG16's own 500 MB of classification."""

_ALIASING = ("generator",)
"""Networks that keep the tensors they are given. They get copies: a memory-mapped file may change."""


def state_of(role: str, content: Any, path: Path) -> dict[str, Tensor]:
    """The flat state dict for `role` in a checkpoint's content (see `checkpoint.read`)."""
    if not isinstance(content, Mapping):
        raise CheckpointError(f"The model file {path.name} holds no {_TITLES[role]}.", path=path)
    if role == "encoder":
        from ..models.encoders import e4e

        content = e4e.unwrap(content)
    elif role == "generator" and isinstance(content.get("g_ema"), Mapping):
        content = content["g_ema"]
    unused = _UNUSED.get(role, ())
    return {
        str(key): tensor
        for key, tensor in content.items()
        if isinstance(tensor, Tensor) and not str(key).startswith(unused)
    }


def has_layout(role: str, state: Mapping[str, Tensor]) -> bool:
    """Whether `state` has the keys of a network of that role."""
    modules = (importlib.import_module(f"..models.{name}", __package__) for name, _ in _LAYOUTS[role])
    return any(module.matches(state) for module in modules)


def code_shape(state: Mapping[str, Tensor], path: Path, role: str = "encoder") -> tuple[int, int]:
    """(L, D) of the latent codes that the encoder makes, or the generator takes, read off its tensors."""
    with checkpoint.naming(path):
        module, _ = _layout(role, state)
        rows, width = module.code_shape(state)
    return rows, width


def build(role: str, state: Mapping[str, Tensor], path: Path) -> nn.Module:
    """The network of `role` whose tensors `state` holds, frozen, in evaluation mode, on the CPU.

    Raises `CheckpointError` naming the file `path` when no layout matches, when sizes contradict one
    another, or when weights are not finite.
    """
    with checkpoint.naming(path):
        module, class_name = _layout(role, state)
        checkpoint.require_finite(state, path)
        own = _copies(state) if role in _ALIASING else state
        network: nn.Module = getattr(module, class_name).from_state(own)
    return network.requires_grad_(False).eval()


def load(role: str, path: Path, hint: str = "") -> nn.Module:
    """Read `path` and build the network of `role` from it."""
    return build(role, state_of(role, checkpoint.read(path, hint), path), path)


def load_generator(path: Path) -> Generator:
    """Read `path` and build the generator from it, whichever it is."""
    return cast(Generator, load("generator", path))


def _layout(role: str, state: Mapping[str, Tensor]) -> tuple[Any, str]:
    """The module and class whose layout `state` has."""
    for module_name, class_name in _LAYOUTS[role]:
        module = importlib.import_module(f"..models.{module_name}", __package__)
        if module.matches(state):
            return module, class_name
    raise CheckpointError(f"It holds no {_TITLES[role]} that this program knows.")


def _copies(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {key: tensor.clone() for key, tensor in state.items()}
