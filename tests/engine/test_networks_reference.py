"""The networks against numbers recorded from the reference implementation, on stand-in weights."""

from __future__ import annotations

import gc
import json
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.models import attribute_classifier, perceptual
from engine.models.encoders import e4e
from engine.models.generators.stylegan2 import StyleGAN2
from engine.models.parsers import deeplab
from engine.types import REGIONS

from . import standin

RELATIVE = 1e-4
"""Agreement of a result with the recorded numbers, relative to the largest of them."""

NUMBERS = standin.recorded("networks")
LAYOUTS = standin.recorded("layouts")


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield
    gc.collect()


def assert_agrees(found: Tensor, expected: object) -> None:
    wanted = torch.as_tensor(expected, dtype=torch.float32)
    assert found.shape == wanted.shape
    largest = float((found - wanted).abs().max())
    assert largest <= RELATIVE * float(wanted.abs().max()), f"differs by {largest}"


def assert_layout(state: dict[str, Tensor], name: str) -> None:
    """The keys and shapes are exactly those of the published file."""
    shapes = sorted([key, list(tensor.shape)] for key, tensor in state.items())
    assert len(shapes) == LAYOUTS[name]["tensors"]
    assert f"{zlib.crc32(json.dumps(shapes).encode()):08x}" == LAYOUTS[name]["crc32"]


def pooled(image: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(image, 8)[0]


def check_generator(resolution: int) -> None:
    name = f"generator{resolution}"
    state = standin.generator_state(resolution)
    assert_layout(state, name)
    generator = StyleGAN2.from_state(state).requires_grad_(False).eval()
    del state
    rows = generator.num_layers
    w = torch.from_numpy(np.random.default_rng(5).standard_normal((1, rows, 512)).astype(np.float32))
    source = torch.Generator().manual_seed(3)
    noise = [torch.randn(1, 1, size, size, generator=source) for size in generator.noise_sizes]
    image = generator(w, noise)
    assert image.shape == (1, 3, resolution, resolution)
    assert_agrees(pooled(image), NUMBERS[name]["image"])
    assert float(image.std()) == pytest.approx(NUMBERS[name]["std"], rel=RELATIVE)
    silent = generator(w, [torch.zeros_like(one) for one in noise])
    assert_agrees(pooled(silent), NUMBERS[name]["zero_noise"])
    z = torch.from_numpy(np.random.default_rng(6).standard_normal((2, 512)).astype(np.float32))
    assert_agrees(generator.mapping(z)[:, :8], NUMBERS[name]["w"])


def test_generator_at_128_px() -> None:
    check_generator(128)


@pytest.mark.slow
def test_generator_at_1024_px() -> None:
    check_generator(1024)


def test_attribute_classifier() -> None:
    state = standin.classifier_state()
    assert_layout(state, "classifier")
    assert attribute_classifier.matches(state)
    network = attribute_classifier.AttributeClassifier.from_state(state).eval()
    assert list(attribute_classifier.CELEBA_ATTRIBUTES) == NUMBERS["classifier"]["attributes"]
    logits = network(standin.face(512)[None])
    assert_agrees(logits[0], NUMBERS["classifier"]["logits"])


@pytest.mark.slow
def test_face_parser() -> None:
    state = standin.parser_state()
    assert_layout({key: tensor for key, tensor in state.items() if key != "loss.weight"}, "parser")
    assert deeplab.matches(state)
    network = deeplab.FaceParser.from_state(state).eval()
    assert list(REGIONS) == NUMBERS["parser"]["classes"]
    probabilities = network(standin.face(512)[None])
    assert probabilities.shape == (1, 9, 512, 512)
    assert_agrees(probabilities[0].mean((1, 2)), NUMBERS["parser"]["mean"])
    assert_agrees(pooled(probabilities), NUMBERS["parser"]["pooled"])


@pytest.mark.slow
def test_e4e_in_the_reference_file_and_in_its_authors_own() -> None:
    content = standin.encoder_content(standin.published_encoder_widths(12))
    assert_layout(content["encoder_state_dict"], "encoder128")
    own = {
        "state_dict": {f"encoder.{key}": t for key, t in content["encoder_state_dict"].items()}
        | {"decoder.input.input": torch.zeros(1, 512, 4, 4)},
        "latent_avg": content["latent_avg"],
        "opts": {"start_from_latent_avg": True},
    }
    state = e4e.unwrap(own)
    assert e4e.matches(state)
    assert state.keys() == e4e.unwrap(content).keys()
    network = e4e.Encoder.from_state(state).eval()
    del content, own, state
    codes = network(standin.face(512)[None])
    assert codes.shape == (1, 12, 512)
    assert_agrees(codes[0, :, :8], NUMBERS["encoder128"]["codes"])


@pytest.mark.slow
def test_masked_lpips() -> None:
    state = standin.vgg_state()
    assert_layout(state, "vgg16")
    assert perceptual.matches(state)
    distance = perceptual.MaskedLPIPS.from_state(state).eval()
    a = standin.face(512)[None]
    b = standin.face(512, seed=9)[None].flip(3) * 0.9
    mask = torch.zeros(1, 1, 512, 512)
    mask[:, :, 100:400, 150:350] = 1
    assert float(distance(a, b, mask)) == pytest.approx(NUMBERS["lpips"]["masked"], rel=RELATIVE)
    assert float(distance.against(a)(b)) == pytest.approx(NUMBERS["lpips"]["full"], rel=RELATIVE)
