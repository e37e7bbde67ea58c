"""Two classifiers as one: whose logit it is, what an edit costs, and what is refused."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.attributes import CELEBA_ATTRIBUTES
from engine.errors import CheckpointError
from engine.models.attribute_classifier import AttributeClassifier
from engine.models.backbone_classifier import GRID, BackboneClassifier
from engine.models.composite_classifier import CompositeClassifier, Selective, logits_of, matches
from engine.models.parsers.bisenet import BiSeNetParser
from engine.packs import registry

from . import standin
from .test_trunk_encoder import WIDTHS

RECIPES = Path(__file__).resolve().parents[2] / "weights" / "recipes" / "portrait"
sys.path.insert(0, str(RECIPES))

import backbone_heads as recipe  # noqa: E402
import renders  # noqa: E402

SMILING, MUSTACHE, BALD = (CELEBA_ATTRIBUTES.index(name) for name in ("smiling", "mustache", "bald"))


@pytest.fixture(scope="module")
def parser() -> BiSeNetParser:
    torch.manual_seed(1)
    made = BiSeNetParser(WIDTHS).requires_grad_(False).eval()
    made.std.fill_(0.25)
    return made


@pytest.fixture(scope="module")
def state(parser: BiSeNetParser) -> dict[str, Tensor]:
    torch.manual_seed(2)
    channels = sum(x.shape[1] for x in parser.maps(torch.zeros(1, 3, 64, 64)))
    serves = torch.zeros(40)
    serves[[MUSTACHE, BALD]] = 1
    first = {f"first.{key}": value for key, value in standin.classifier_state(4, 64).items()}
    sums = {
        "second.sums.weight": torch.randn(40, GRID * GRID * channels) / channels,
        "second.sums.bias": torch.randn(40),
    }
    return {**first, **sums, "second_serves": serves}


@pytest.fixture(scope="module")
def network(state: dict[str, Tensor], parser: BiSeNetParser) -> CompositeClassifier:
    made = CompositeClassifier.from_state(state).requires_grad_(False).eval()
    made.attach(parser)
    return made


def _picture() -> Tensor:
    return torch.rand(2, 3, 96, 96, generator=torch.Generator().manual_seed(2))


def test_every_logit_is_that_of_the_network_that_serves_it(network: CompositeClassifier) -> None:
    assert isinstance(network.first, AttributeClassifier) and isinstance(network.second, BackboneClassifier)
    logits, first, second = network(_picture()), network.first(_picture()), network.second(_picture())
    assert logits.shape == (2, 40)
    by_second = [MUSTACHE, BALD]
    others = [i for i in range(40) if i not in by_second]
    assert torch.equal(logits[:, by_second], second[:, by_second])
    assert torch.equal(logits[:, others], first[:, others])
    for index in ([SMILING], [BALD, MUSTACHE], [BALD, SMILING]):
        torch.testing.assert_close(logits_of(network, _picture(), index), logits[:, index])
    assert not isinstance(network.first, Selective)
    torch.testing.assert_close(logits_of(network.first, _picture(), [SMILING]), first[:, [SMILING]])


@pytest.mark.parametrize(("index", "idle"), [([SMILING], "second"), ([MUSTACHE, BALD], "first")])
def test_an_edit_asks_only_the_network_that_serves_it(
    network: CompositeClassifier, index: list[int], idle: str
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError(f"the {idle} network was asked")

    picture = _picture().requires_grad_(True)
    handle = network.get_submodule(idle).register_forward_pre_hook(refuse)
    try:
        network.selected(picture, index).sum().backward()
    finally:
        handle.remove()
    assert picture.grad is not None
    other: nn.Module = network.second if idle == "first" else network.first
    alone = _picture().requires_grad_(True)
    other(alone)[:, index].sum().backward()
    torch.testing.assert_close(picture.grad, alone.grad)


def test_its_file_is_known_as_a_classifier(
    state: dict[str, Tensor], network: CompositeClassifier, parser: BiSeNetParser, tmp_path: Path
) -> None:
    path = tmp_path / "classifier.safetensors"
    save_file(state, path)
    again = registry.load("classifier", path)
    assert isinstance(again, CompositeClassifier)
    with pytest.raises(RuntimeError, match="attach"):
        again(_picture())
    again.attach(parser)
    torch.testing.assert_close(again(_picture()), network(_picture()))


@pytest.mark.parametrize("key", ["second.sums.bias", "first.celeba_mean", "second_serves"])
def test_what_lacks_a_part_is_refused(state: dict[str, Tensor], key: str, tmp_path: Path) -> None:
    assert matches(state)
    path = tmp_path / "classifier.safetensors"
    save_file({k: v for k, v in state.items() if k != key}, path)
    with pytest.raises(CheckpointError, match="classifier"):
        registry.load("classifier", path)
    with pytest.raises(CheckpointError):
        CompositeClassifier.from_state({**state, "second_serves": torch.zeros(39)})


def test_sums_say_what_the_regression_said_and_photos_without_labels_help() -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=(600, 60))
    truth = x[:, :10].sum(1) > 0
    maps = recipe.Maps(x, (10, 20, 30))
    fold, people, others = np.arange(60) % recipe.FOLDS, np.arange(60), np.arange(60, 600)
    said = np.tile(np.where(truth[60:], 1.0, -1.0), (recipe.FOLDS + 1, 1))
    said[2] *= -1  # the teacher of one fold is wrong, and that is told of its people alone
    duals = recipe.taught(maps.gram(others, (1, 1, 1)), said)
    score = recipe.out_of_fold(maps.between(people, others, (1, 1, 1)), duals, fold)
    alone = recipe.fitted([maps.gram(people, (1, 1, 1))], truth[:60], np.ones(60), fold)
    right, answer = fold != 2, truth[:60].astype(float)
    auc = renders.labelling.auc
    assert auc(score[right], answer[right]) > auc(alone.score[right], answer[right]) + 0.05
    assert auc(score[right], answer[right]) > 0.9 and auc(score[~right], answer[~right]) < 0.3
    slope, shift = maps.sums((1, 1, 1), duals[:, recipe.FOLDS], others)
    wanted = (maps.between(people, others, (1, 1, 1)) + 1) @ duals[:, recipe.FOLDS]
    np.testing.assert_allclose(x[:60] @ slope + shift, wanted, atol=1e-6)


def test_a_teacher_of_a_fold_has_not_seen_it() -> None:
    random = np.random.default_rng(4)
    people, photos = random.normal(size=(50, 8)), random.normal(size=(20, 8))
    yes, fold = people[:, 0] > 0, np.arange(50) % recipe.FOLDS
    said = recipe.teachers(people, photos, yes, fold)
    assert said.shape == (recipe.FOLDS + 1, 20)
    other = recipe.teachers(people, photos, np.where(fold == 2, ~yes, yes), fold)
    np.testing.assert_array_equal(other[2], said[2])
    assert np.abs(other[[0, 1, 3, 4, 5]] - said[[0, 1, 3, 4, 5]]).max() > 0.01
