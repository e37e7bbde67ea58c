"""The built-in face parser: what it gives, how it is rebuilt from a file, what it refuses."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from engine.errors import CheckpointError
from engine.models.conv_blocks import fold
from engine.models.parsers.unet import UNetParser, matches
from engine.paths import weights
from engine.types import REGIONS

NARROW = (8, 12, 16)


def trained(widths: tuple[int, ...] = NARROW) -> UNetParser:
    """A network with batch norm whose statistics are no longer the initial ones."""
    torch.manual_seed(3)
    network = UNetParser(widths, norm=True)
    for _ in range(3):
        network.logits(torch.rand(4, 3, 256, 256) * 0.7)
    return network.eval()


@pytest.mark.parametrize("size", [(256, 256), (512, 512), (300, 200), (64, 64)])
def test_any_picture_gives_nine_probabilities_in_every_pixel(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    with torch.no_grad():
        p = UNetParser(NARROW).eval()(torch.rand(2, 3, *size))
    assert p.shape == (2, len(REGIONS), 512, 512)
    assert p.min() >= 0
    torch.testing.assert_close(p.sum(1), torch.ones(2, 512, 512))


def test_folding_the_batch_norm_changes_nothing() -> None:
    network = trained()
    folded = fold(network)
    x = torch.rand(1, 3, 256, 256)
    assert not any("norm" in key for key in folded.state_dict())
    assert any("norm" in key for key in network.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(folded(x), network(x), atol=1e-4, rtol=1e-3)


def test_sizes_come_from_the_tensors() -> None:
    network = fold(trained((8, 16, 12, 20)))
    state = {key: value.half() for key, value in network.state_dict().items()}
    assert matches(state)
    again = UNetParser.from_state(state)
    assert again.widths == (8, 16, 12, 20)
    x = torch.rand(1, 3, 256, 256)
    with torch.no_grad():
        torch.testing.assert_close(again(x), network(x), atol=0.02, rtol=0.02)


def test_the_masks_can_be_optimised_through() -> None:
    image = torch.rand(1, 3, 128, 128, requires_grad=True)
    UNetParser(NARROW).eval()(image)[:, 1].mean().backward()
    assert image.grad is not None
    assert image.grad.abs().max() > 0


def test_a_foreign_file_is_refused() -> None:
    state = fold(trained()).state_dict()
    assert not matches({"backbone.conv1.weight": torch.zeros(64, 3, 7, 7)})
    with pytest.raises(CheckpointError):
        UNetParser.from_state({"backbone.conv1.weight": torch.zeros(64, 3, 7, 7)})
    with pytest.raises(CheckpointError):
        UNetParser.from_state({k: v for k, v in state.items() if k != "head.bias"})
    with pytest.raises(CheckpointError):
        UNetParser.from_state({**state, "head.weight": torch.zeros(4, 8, 3, 3)})


def test_the_shipped_parser_sees_that_a_blank_picture_is_background() -> None:
    parser = UNetParser.from_state(load_file(weights("starter", "parser.safetensors")))
    with torch.no_grad():
        p = parser(torch.full((1, 3, 256, 256), 0.6))[0]
    for region in ("mouth", "eyebrows", "eyes", "nose"):
        assert p[REGIONS.index(region)].mean() < 0.05
