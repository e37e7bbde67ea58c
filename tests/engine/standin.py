"""Deterministic stand-in weights in the published layouts, and a test picture.

Every tensor is a function of its role, key and shape alone, so the numbers recorded from the reference
implementation on such weights (data/*.json) can be checked anywhere. The weights mean nothing.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.models import attribute_classifier, perceptual
from engine.models.encoders import e4e
from engine.models.generators.stylegan2 import StyleGAN2
from engine.models.parsers import deeplab
from engine.models.state_dict import without_memory
from engine.packs.manifest import REFERENCE_FILES

State = dict[str, Tensor]
DATA = Path(__file__).parent / "data"

PUBLISHED_CHANNELS = {4: 512, 8: 512, 16: 512, 32: 512, 64: 512, 128: 256, 256: 128, 512: 64, 1024: 32}
VGG_WIDTHS = ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3)
NARROW_CHANNELS = (16, 16, 16, 8)
NARROW_STYLE = 32
NARROW_PARSER = deeplab.Widths(
    stem=8, stages=(((4, 8),), ((4, 12),) * 2, ((6, 16),), ((6, 16),)), pyramid=8, head=8
)
NARROW_BODY = (4,) * 3 + (6,) * 4 + (8,) * 14 + (10,) * 3


def recorded(name: str) -> dict[str, Any]:
    """The numbers of data/`name`.json."""
    numbers: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text())
    return numbers


def normal(role: str, key: str, shape: tuple[int, ...]) -> Tensor:
    """Standard normal numbers that depend on the role, the key and the shape alone."""
    seed = zlib.crc32(f"{role}/{key}".encode())
    return torch.from_numpy(np.random.default_rng(seed).standard_normal(shape).astype(np.float32))


def _generator(key: str, leaf: str, n: Tensor) -> Tensor:
    if key.startswith("style."):
        return n * (100 if leaf == "weight" else 10)
    if "modulation.bias" in key:
        return 1 + 0.1 * n
    if "noise.weight" in key or leaf == "bias":
        return 0.1 * n
    return 0.12 * n if "to_rgb" in key else n


def fill(role: str, key: str, like: Tensor) -> Tensor:
    """A value of `like`'s shape and kind that keeps activations sane."""
    if not like.is_floating_point():
        return torch.zeros(like.shape, dtype=like.dtype)
    shape = tuple(like.shape)
    n = normal(role, key, shape)
    leaf = key.rsplit(".", 1)[-1]
    if leaf == "running_mean":
        return 0.05 * n
    if leaf == "running_var":
        return 1 + 0.1 * n.abs()
    if role == "generator":
        return _generator(key, leaf, n)
    if key.endswith("classifier.4.bias"):  # centres the nine classes on the test picture
        return torch.tensor([-0.13, -9.34, -2.01, 2.85, 3.82, 2.14, -1.54, 3.42, 0.58])
    if leaf == "bias":
        return 0.05 * n
    if ".bn3." in key or key.endswith("res_layer.4.weight"):  # the last norm of a residual block
        return 0.2 + 0.02 * n
    if len(shape) == 1:
        return (1 if leaf == "weight" else 0) + 0.05 * n
    if key.endswith("linear.weight"):
        return 0.5 * n
    gain = 4.0 if key.endswith("classifier.4.weight") else 1.0  # keeps the parser's probabilities soft
    return n * gain * math.sqrt(2.0 / math.prod(shape[1:]))


def fill_like(role: str, network: nn.Module) -> State:
    """Stand-in weights for every tensor of a network (which may lie on the meta device)."""
    return {key: fill(role, key, like) for key, like in network.state_dict().items()}


def generator_state(resolution: int = 128) -> State:
    """The published generator up to `resolution`, with the filters and noise maps that its files carry."""
    return _generator_state([PUBLISHED_CHANNELS[4 << i] for i in range(int(math.log2(resolution)) - 1)], 512)


def narrow_generator_state(
    channels: tuple[int, ...] = NARROW_CHANNELS, style_dim: int = NARROW_STYLE
) -> State:
    """A small generator in the same layout, 32 px unless other channels are given."""
    return _generator_state(list(channels), style_dim)


def _generator_state(channels: list[int], style_dim: int) -> State:
    with without_memory():
        network = StyleGAN2(channels, style_dim)
    state = fill_like("generator", network)
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(taps, taps) / 64 * 4
    for level in range(len(channels) - 1):
        state[f"convs.{2 * level}.conv.blur.kernel"] = kernel.clone()
        state[f"to_rgbs.{level}.upsample.kernel"] = kernel.clone()
    for number, size in enumerate(network.noise_sizes):
        state[f"noises.noise_{number}"] = normal("generator", f"noises.noise_{number}", (1, 1, size, size))
    return state


def classifier_state(width: int = 64, input_size: int = 224) -> State:
    with without_memory():
        network = attribute_classifier.AttributeClassifier(width, input_size)
    state = fill_like("classifier", network)
    state["celeba_mean"] = torch.tensor(attribute_classifier.CELEBA_MEAN).view(1, 3, 1, 1)
    state["celeba_std"] = torch.tensor(attribute_classifier.CELEBA_STD).view(1, 3, 1, 1)
    return state


def parser_state(widths: deeplab.Widths = deeplab.PUBLISHED) -> State:
    """With the prefix `model.` and the loss's own tensor, as the reference's file has them."""
    with without_memory():
        network = deeplab.FaceParser(widths)
    return {**fill_like("parser", network), "loss.weight": torch.ones(9)}


def published_encoder_widths(num_styles: int) -> e4e.Widths:
    body = (64,) * 3 + (128,) * 4 + (256,) * 14 + (512,) * 3
    return e4e.Widths(64, body, tuple(w // 16 for w in body), 512, 512, num_styles)


def narrow_encoder_widths(num_styles: int = 2 * len(NARROW_CHANNELS)) -> e4e.Widths:
    return e4e.Widths(4, NARROW_BODY, (2,) * 24, 10, NARROW_STYLE, num_styles)


def encoder_content(widths: e4e.Widths) -> dict[str, Any]:
    """What the reference's e4e/state.pt holds, its options as the Namespace they are."""
    with without_memory():
        network = e4e.Encoder(widths)
    state = fill_like("encoder", network)
    average = normal("encoder", "latent_avg", tuple(state.pop("latent_avg").shape)) * 0.3
    options = argparse.Namespace(
        stylegan_size=2 ** (widths.num_styles // 2 + 1), encoder_type="Encoder4Editing"
    )
    return {"options": options, "encoder_state_dict": state, "latent_avg": average}


def vgg_state() -> State:
    """VGG16's convolutions; its 500 MB of fully connected layers are no part of a distance."""
    return _vgg_state(VGG_WIDTHS)


def narrow_vgg_state() -> State:
    """A small trunk that carries its own linear heads."""
    widths = ((4, 4), (4, 4), (6,) * 3, (8,) * 3, (8,) * 3)
    heads = {
        f"lin{i}.model.1.weight": normal("lpips", f"lin{i}", (1, outputs[-1], 1, 1)).abs()
        for i, outputs in enumerate(widths)
    }
    return {**_vgg_state(widths), **heads}


def _vgg_state(widths: tuple[tuple[int, ...], ...]) -> State:
    with without_memory():
        network = perceptual.MaskedLPIPS(widths)
    layers = {key: like for key, like in network.state_dict().items() if key.startswith("features.")}
    return {key: fill("vgg16", key, like) for key, like in layers.items()}


def mean_latent(state: Mapping[str, Tensor]) -> Tensor:
    """The mean w of 2,000 fixed z: what the stand-in generator's file stores as `latent_avg`."""
    width = state["style.1.weight"].shape[1]
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((2000, width)).astype(np.float32))
    x = x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)
    for i in range(1, 9):
        weight = state[f"style.{i}.weight"] * (0.01 / math.sqrt(width))
        x = nn.functional.leaky_relu(x @ weight.t() + state[f"style.{i}.bias"] * 0.01, 0.2) * math.sqrt(2)
    return x.mean(0)


def write_folder(out: Path, contents: Mapping[str, Any]) -> Path:
    """Write role -> content with torch.save at the places where the reference keeps them."""
    for role, content in contents.items():
        path = out / REFERENCE_FILES[role]
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(content, path)
    return out


def narrow_contents() -> dict[str, Any]:
    """Small networks of every role that fit together, as the reference's files hold them."""
    generator = narrow_generator_state()
    return {
        "generator": {"g_ema": generator, "latent_avg": mean_latent(generator)},
        "parser": parser_state(NARROW_PARSER),
        "classifier": classifier_state(4, 64),
        "encoder": encoder_content(narrow_encoder_widths()),
        "perceptual": narrow_vgg_state(),
    }


def full_contents(resolution: int = 128) -> dict[str, Any]:
    """The three networks that a local edit needs, at their published widths (about 450 MB)."""
    generator = generator_state(resolution)
    return {
        "generator": {"g_ema": generator, "latent_avg": mean_latent(generator)},
        "parser": parser_state(),
        "classifier": classifier_state(),
    }


@functools.cache
def face(size: int, seed: int = 7) -> Tensor:
    """A smooth face-like picture (3, size, size) in 0..1; no real person."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    image = np.stack([0.55 + 0.1 * np.sin(5 * x + c) + 0.08 * np.cos(7 * y - c) for c in range(3)])

    def blob(cx: float, cy: float, rx: float, ry: float, colour: tuple[float, float, float]) -> None:
        distance = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2
        m = 1 / (1 + np.exp(np.clip(60 * (distance - 1), -60, 60)))
        for c in range(3):
            image[c] = image[c] * (1 - m) + colour[c] * m

    blob(0.5, 0.35, 0.36, 0.34, (0.25, 0.16, 0.1))
    blob(0.5, 0.52, 0.27, 0.36, (0.85, 0.66, 0.56))
    for side in (-1, 1):
        blob(0.5 + side * 0.11, 0.46, 0.045, 0.02, (0.95, 0.95, 0.95))
        blob(0.5 + side * 0.11, 0.46, 0.018, 0.018, (0.2, 0.25, 0.4))
        blob(0.5 + side * 0.11, 0.40, 0.065, 0.012, (0.25, 0.16, 0.1))
    blob(0.5, 0.56, 0.03, 0.09, (0.8, 0.58, 0.48))
    blob(0.5, 0.72, 0.09, 0.03, (0.75, 0.3, 0.32))
    image += 0.01 * np.random.default_rng(seed).standard_normal(image.shape).astype(np.float32)
    return torch.from_numpy(np.clip(image, 0, 1).astype(np.float32))
