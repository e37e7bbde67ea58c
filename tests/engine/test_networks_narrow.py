"""Small networks through the same code: sizes come from the tensors, gradients stay finite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.errors import CheckpointError
from engine.models import attribute_classifier, perceptual
from engine.models.attribute_classifier import AttributeClassifier
from engine.models.encoders import e4e
from engine.models.encoders.e4e import Encoder
from engine.models.pack_perceptual import PackPerceptual
from engine.models.parsers import deeplab
from engine.models.parsers.deeplab import FaceParser
from engine.models.perceptual import MaskedLPIPS

from . import standin


def narrow_encoder_state() -> dict[str, Tensor]:
    return e4e.unwrap(standin.encoder_content(standin.narrow_encoder_widths()))


def picture(size: int, seed: int = 7) -> Tensor:
    return standin.face(size, seed)[None]


def test_classifier_infers_width_and_input_size() -> None:
    network = AttributeClassifier.from_state(standin.classifier_state(4, 96)).eval()
    assert (network.width, network.input_size) == (4, 96)
    assert network(picture(100)).shape == (1, 40)


def test_classifier_trains() -> None:
    torch.manual_seed(0)
    network = AttributeClassifier(width=4, input_size=32)
    before = {key: tensor.clone() for key, tensor in network.state_dict().items()}
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    images = torch.rand(4, 3, 40, 40)
    losses = []
    for _ in range(8):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(network(images), torch.ones(4, 40))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0]
    again = AttributeClassifier.from_state(before)
    assert torch.equal(again.celeba_mean, network.celeba_mean)
    assert not torch.equal(again.fc_layers["15-16"][0][0].weight, network.fc_layers["15-16"][0][0].weight)


def test_parser_infers_widths_with_and_without_the_prefix() -> None:
    state = standin.parser_state(standin.NARROW_PARSER)
    network = FaceParser.from_state(state).eval()
    assert network.widths == standin.NARROW_PARSER
    bare = {key.removeprefix("model."): tensor for key, tensor in state.items() if key != "loss.weight"}
    assert deeplab.matches(bare)
    with torch.no_grad():
        found = network(picture(64))
        assert torch.equal(found, FaceParser.from_state(bare).eval()(picture(64)))
    assert found.shape == (1, 9, 512, 512)
    assert torch.allclose(found.sum(1), torch.ones(1, 512, 512), atol=1e-5)


def test_encoder_infers_sizes_and_adds_the_average() -> None:
    state = narrow_encoder_state()
    assert e4e.code_shape(state) == (8, standin.NARROW_STYLE)
    moved = {**state, "latent_avg": state["latent_avg"] + 1}
    with torch.no_grad():
        codes = Encoder.from_state(state).eval()(picture(64))
        shifted = Encoder.from_state(moved).eval()(picture(64))
    assert codes.shape == (1, 8, standin.NARROW_STYLE)
    assert torch.allclose(shifted - codes, torch.ones_like(codes), atol=1e-5)


@pytest.mark.parametrize("rows", [None, 1, 8])
def test_encoder_takes_an_average_of_any_published_shape(rows: int | None) -> None:
    state = narrow_encoder_state()
    row = torch.arange(standin.NARROW_STYLE, dtype=torch.float32)
    state["latent_avg"] = row if rows is None else row.expand(rows, -1)
    assert torch.equal(Encoder.from_state(state).latent_avg, row.expand(8, -1))


def test_encoder_refuses_an_average_of_another_generator() -> None:
    state = narrow_encoder_state()
    state["latent_avg"] = torch.zeros(18, standin.NARROW_STYLE)
    with pytest.raises(CheckpointError, match=r"\(18, 32\)"):
        Encoder.from_state(state)


Distance = MaskedLPIPS | PackPerceptual


def lpips_distance() -> Distance:
    return MaskedLPIPS.from_state(standin.narrow_vgg_state()).eval()


def pack_distance() -> Distance:
    return PackPerceptual([AttributeClassifier.from_state(standin.classifier_state(4, 64)).eval()])


@pytest.mark.parametrize("make", [lpips_distance, pack_distance])
def test_a_distance_looks_inside_the_mask_alone(make: Callable[[], Distance]) -> None:
    distance = make()
    a = picture(64)
    b = a.clone()
    b[:, :, :, :16] = 1 - b[:, :, :, :16]
    right = torch.zeros(1, 1, 64, 64)
    right[..., 56:] = 1
    with torch.no_grad():
        assert float(distance(a, a)) == 0
        everywhere, elsewhere = float(distance(a, b)), float(distance(a, b, right))
    assert everywhere > 0
    assert elsewhere < 0.02 * everywhere


@pytest.mark.parametrize("make", [lpips_distance, pack_distance])
def test_against_gives_the_same_distance_and_its_gradient(make: Callable[[], Distance]) -> None:
    distance = make().requires_grad_(False)
    a, b = picture(64), picture(64, seed=3)
    mask = torch.linspace(0, 1, 64).expand(1, 1, 64, 64)
    direct, kept = b.clone().requires_grad_(True), b.clone().requires_grad_(True)
    distance(a, direct, mask).sum().backward()
    towards = distance.against(a, mask)
    value = towards(kept)
    assert value.shape == (1,)
    value.sum().backward()
    assert torch.allclose(value, distance(a, b, mask))
    assert direct.grad is not None and kept.grad is not None
    assert float(kept.grad.abs().sum()) > 0
    assert torch.allclose(direct.grad, kept.grad)


def test_lpips_in_short_numbers_is_nearly_the_same() -> None:
    distance = MaskedLPIPS.from_state(standin.narrow_vgg_state()).requires_grad_(False)
    a, b = picture(64), picture(64, seed=3)
    exact = distance(a, b)
    distance.set_precision(torch.bfloat16)
    short = distance(a, b)
    assert short.dtype == torch.float32
    assert not torch.equal(short, exact)
    # Of four to eight channels rounding averages out less than of VGG16's, where it is 0.1 %.
    torch.testing.assert_close(short, exact, rtol=0.05, atol=0)


def test_lpips_gradient_is_finite_where_no_feature_fires() -> None:
    state = {key: -tensor.abs() for key, tensor in standin.narrow_vgg_state().items()}
    distance = MaskedLPIPS.from_state(state).requires_grad_(False)
    image = torch.ones(1, 3, 32, 32, requires_grad=True)
    distance(torch.zeros(1, 3, 32, 32), image).sum().backward()
    assert image.grad is not None
    assert bool(torch.isfinite(image.grad).all())


LAYOUTS: dict[str, tuple[Callable[[], dict[str, Tensor]], Any]] = {
    "classifier": (lambda: standin.classifier_state(4, 64), attribute_classifier.AttributeClassifier),
    "parser": (lambda: standin.parser_state(standin.NARROW_PARSER), deeplab.FaceParser),
    "encoder": (narrow_encoder_state, e4e.Encoder),
    "perceptual": (standin.narrow_vgg_state, perceptual.MaskedLPIPS),
}


@pytest.mark.parametrize("role", LAYOUTS)
def test_a_missing_a_foreign_and_a_misshapen_tensor_are_named(role: str) -> None:
    make, network = LAYOUTS[role]
    state = make()
    key = sorted(k for k in state if k.endswith(".bias"))[0]
    with pytest.raises(CheckpointError, match=f"'{key}' is missing"):
        network.from_state({k: tensor for k, tensor in state.items() if k != key})
    with pytest.raises(CheckpointError, match=key):
        network.from_state({**state, key: torch.zeros(1, 2, 3)})
    if role != "perceptual":  # of a VGG16 file only the convolutions are looked at
        with pytest.raises(CheckpointError, match=r"another network.*left over"):
            network.from_state({**state, "model.strange.weight": torch.zeros(1)})


def test_a_parser_of_other_classes_is_refused() -> None:
    state = standin.parser_state(standin.NARROW_PARSER)
    state["model.classifier.4.weight"] = torch.zeros(19, 8, 1, 1)
    with pytest.raises(CheckpointError, match="19 classes"):
        FaceParser.from_state(state)


def test_a_loaded_network_shares_no_memory_with_its_state() -> None:
    state = standin.classifier_state(4, 32)
    network = AttributeClassifier.from_state(state)
    state["fc_layers.15-16.0.0.bias"].fill_(5)
    assert float(network.fc_layers["15-16"][0][0].bias.detach()) != 5


def test_half_precision_storage_becomes_float32() -> None:
    state = {
        key: t.half() if t.is_floating_point() else t for key, t in standin.classifier_state(4, 32).items()
    }
    network = AttributeClassifier.from_state(state)
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


def test_counters_that_old_files_lack_are_not_needed() -> None:
    state = standin.classifier_state(4, 32)
    short = {key: tensor for key, tensor in state.items() if not key.endswith("num_batches_tracked")}
    assert len(short) < len(state)
    with torch.no_grad():
        one, other = (AttributeClassifier.from_state(s).eval()(picture(32)) for s in (state, short))
    assert torch.equal(one, other)
