"""BiSeNet's layout and its nineteen classes summed into nine."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.edit.in_front import uncovered
from engine.errors import CheckpointError
from engine.faces.parse import parse
from engine.models.parsers import bisenet
from engine.models.parsers.base import GLASSES, HAT
from engine.models.parsers.bisenet import BiSeNetParser, Widths
from engine.models.state_dict import without_memory
from engine.packs import registry
from engine.packs.pack import ModelPack
from engine.types import REGIONS, Face

from . import standin

NARROW = Widths(4, (4, 6, 8, 8), (2, 1, 1, 2), 6, 8, 2, 8)
PUBLISHED_BYTES = 52_650_752
"""The bytes of all tensors of the published file but batch norm's counters and the training heads."""


def narrow_state() -> dict[str, Tensor]:
    with without_memory():
        network = BiSeNetParser(NARROW)
    state = standin.fill_like("bisenet", network)
    for name in ("mean", "std", "sums"):
        del state[name]
    for head in ("conv_out16", "conv_out32"):  # for training only, in the file all the same
        state[f"{head}.conv.conv.weight"] = torch.zeros(3, 6, 3, 3)
    return state


def test_the_published_widths_have_the_published_size() -> None:
    with without_memory():
        state = BiSeNetParser().state_dict()
    own = {k: t for k, t in state.items() if k not in ("mean", "std", "sums") and t.is_floating_point()}
    assert sum(t.numel() * t.element_size() for t in own.values()) == PUBLISHED_BYTES


def test_nineteen_become_nine(tmp_path: Path) -> None:
    torch.save(narrow_state(), tmp_path / "79999_iter.pth")
    network = registry.load("parser", tmp_path / "79999_iter.pth")
    assert isinstance(network, BiSeNetParser) and network.widths == NARROW
    picture = standin.face(128)[None]
    with torch.no_grad():
        masks = network(picture)
        nineteen = torch.softmax(network.logits(picture), 1)
    assert masks.shape == (1, 9, 512, 512)
    assert torch.allclose(masks.sum(1), torch.ones(1, 512, 512), atol=1e-5)
    groups = {
        "background": (0, 18), "mouth": (11, 12, 13), "eyebrows": (2, 3), "eyes": (4, 5, 6), "hair": (17,),
        "nose": (10,), "skin": (1,), "ears": (7, 8, 9), "belowface": (14, 15, 16),
    }  # fmt: skip
    for number, region in enumerate(REGIONS):
        assert torch.allclose(masks[:, number], nineteen[:, list(groups[region])].sum(1), atol=1e-5)


def test_hats_lie_in_front_and_spectacles_before_all_but_the_eyes(
    narrow_pack: ModelPack, drawn_face: Face
) -> None:
    """With a pack whose parser is this one: what it calls a hat is in front of the face."""
    network = BiSeNetParser.from_state(narrow_state()).eval()
    pack = copy.copy(narrow_pack)
    pack.__dict__["parser"] = network
    seen = standin.face(pack.resolution)[None]
    with torch.no_grad():
        classes = network.classes(seen)
    masks = parse(drawn_face, pack)
    assert masks.in_front is not None and masks.probabilities.shape == (9, 512, 512)
    hat = classes[0, HAT].numpy()
    assert not masks.in_front[hat < 0.48].any(), "a doubt is no hat"
    assert (masks.in_front[hat > 0.67] > 0.99).all()
    for edited, everywhere, covers in (
        ({"eyebrows"}, False, True),
        ({"mouth"}, False, False),
        ({"eyes", "eyebrows"}, False, False),
        ({"eyebrows", "eyes", "hair"}, True, False),
    ):
        found = uncovered(None, edited, everywhere, seen, pack)
        assert (found is not None) == covers, edited
        if found is not None:
            certain = classes[:, [GLASSES]] > 0.05
            assert torch.equal(found[certain], 1 - classes[:, [GLASSES]][certain])


def test_the_picture_is_normalised_as_imagenet() -> None:
    network = BiSeNetParser.from_state(narrow_state()).eval()
    seen: list[Tensor] = []
    network.cp.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    network(torch.full((1, 3, 512, 512), 0.485))
    assert torch.allclose(seen[0][0, 0], torch.zeros(512, 512), atol=1e-5)
    assert torch.allclose(seen[0][0, 2], torch.full((512, 512), (0.485 - 0.406) / 0.225), atol=1e-5)


def test_gradients_reach_the_picture() -> None:
    network = BiSeNetParser.from_state(narrow_state()).eval().requires_grad_(False)
    picture = standin.face(128)[None].requires_grad_(True)
    network(picture)[:, 1].mean().backward()
    assert picture.grad is not None and bool(picture.grad.abs().sum() > 0)


def test_another_number_of_classes_is_refused() -> None:
    state = narrow_state()
    state["conv_out.conv_out.weight"] = torch.zeros(11, 8, 1, 1)
    with pytest.raises(CheckpointError, match="11 classes"):
        BiSeNetParser.from_state(state)


def test_missing_and_foreign_tensors_are_refused() -> None:
    state = narrow_state()
    assert bisenet.matches(state)
    del state["ffm.conv2.weight"]
    with pytest.raises(CheckpointError, match=r"ffm\.conv2"):
        BiSeNetParser.from_state(state)
    with pytest.raises(CheckpointError, match="left over"):
        BiSeNetParser.from_state({**narrow_state(), "surplus": torch.zeros(1)})
    assert not bisenet.matches(standin.parser_state(standin.NARROW_PARSER))
