"""The encoder on the parser's backbone: shapes, what it depends on, what it refuses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.errors import CheckpointError
from engine.models.encoders.trunk_encoder import TrunkEncoder, code_shape, matches
from engine.models.parsers.bisenet import BiSeNetParser, Widths

WIDTHS = Widths(stem=4, stages=(4, 6, 8, 16), blocks=(1, 1, 1, 1), context=8, fusion=8, squeeze=4, head=8)


@pytest.fixture
def parser() -> BiSeNetParser:
    torch.manual_seed(0)
    net = BiSeNetParser(WIDTHS).eval()
    net.std.fill_(0.25)
    return net


@pytest.fixture
def encoder(parser: BiSeNetParser) -> TrunkEncoder:
    torch.manual_seed(1)
    net = TrunkEncoder(5, 12, (14, 16), (8, 8), 4, 16, 3)
    net.attach(parser)
    return net.requires_grad_(False)


def _pictures(size: int) -> Tensor:
    return torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("size", [128, 256, 512])
def test_pictures_of_any_size_become_codes(encoder: TrunkEncoder, size: int) -> None:
    assert encoder(_pictures(size)).shape == (2, 5, 12)


def test_a_larger_picture_is_seen_reduced_by_area(encoder: TrunkEncoder) -> None:
    picture = _pictures(512)
    small = torch.nn.functional.avg_pool2d(picture, 2)
    torch.testing.assert_close(encoder(picture), encoder(small))


def test_layers_differ_and_the_mean_code_is_added(encoder: TrunkEncoder) -> None:
    before = encoder(_pictures(256))
    assert (before - before[:, :1]).abs().max() > 1e-3
    encoder.latent_avg += 1
    torch.testing.assert_close(encoder(_pictures(256)), before + 1)


def test_colour_matters_beyond_the_backbone(encoder: TrunkEncoder, parser: BiSeNetParser) -> None:
    for weight in parser.parameters():
        weight.data.zero_()
    assert (encoder(_pictures(256)) - encoder(_pictures(256).flip(1))).abs().max() > 1e-4


def test_its_state_rebuilds_it(encoder: TrunkEncoder, parser: BiSeNetParser) -> None:
    state = encoder.state_dict()
    assert matches(state) and code_shape(state) == (5, 12)
    assert not any("cp." in key for key in state), "the backbone's weights are another file's"
    again = TrunkEncoder.from_state({key: tensor.half() for key, tensor in state.items()})
    again.attach(parser)
    torch.testing.assert_close(again(_pictures(256)), encoder(_pictures(256)), atol=5e-3, rtol=5e-3)


def test_states_that_do_not_fit_are_refused(encoder: TrunkEncoder) -> None:
    state = encoder.state_dict()
    with pytest.raises(CheckpointError, match="sizes"):
        code_shape({**state, "basis": torch.zeros(4, 12)})
    with pytest.raises(CheckpointError, match="missing"):
        TrunkEncoder.from_state({key: t for key, t in state.items() if key != "squeeze.bias"})


def test_without_a_backbone_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="attach"):
        TrunkEncoder(5, 12, (14, 16), (8, 8), 4, 16, 3)(_pictures(256))
