"""The classifier on a network that knows faces: shapes, what it refuses, and the recipes around it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from engine.attributes import CELEBA_ATTRIBUTES
from engine.errors import CheckpointError
from engine.models.trunk_classifier import INPUT_SIZE, Trunk, TrunkClassifier, matches
from engine.packs import registry

RECIPES = Path(__file__).resolve().parents[2] / "weights" / "recipes" / "portrait"
sys.path.insert(0, str(RECIPES))

import attribute_heads as heads  # noqa: E402
import trunk_classifier as recipe  # noqa: E402

NARROW = (4, 6, 8, 8, 8, 8, *(10,) * 6, 12, 12)
MUSTACHE = CELEBA_ATTRIBUTES.index("mustache")


@pytest.fixture
def network() -> TrunkClassifier:
    torch.manual_seed(3)
    return TrunkClassifier(NARROW).requires_grad_(False).eval()


def _pictures(size: int, count: int = 2) -> Tensor:
    return torch.rand(count, 3, size, size, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("size", [96, INPUT_SIZE, 256])
def test_pictures_of_any_size_get_forty_logits(network: TrunkClassifier, size: int) -> None:
    assert network.names == CELEBA_ATTRIBUTES
    assert network(_pictures(size)).shape == (2, 40)
    fine, coarse = network.features(_pictures(size))
    assert fine.shape == (2, 10, 10, 10) and coarse.shape == (2, 12, 5, 5)


def test_a_larger_picture_is_seen_reduced_by_area(network: TrunkClassifier) -> None:
    picture = _pictures(2 * INPUT_SIZE)
    torch.testing.assert_close(network(picture), network(F.avg_pool2d(picture, 2)))


def test_an_edit_can_follow_it_to_every_part_of_the_picture(network: TrunkClassifier) -> None:
    picture = _pictures(INPUT_SIZE).requires_grad_(True)
    network(picture)[:, MUSTACHE].sum().backward()
    assert picture.grad is not None and (picture.grad.abs().amax((0, 1)) > 0).float().mean() > 0.9


def test_its_file_rebuilds_it_and_is_known_as_a_classifier(network: TrunkClassifier, tmp_path: Path) -> None:
    path = tmp_path / "classifier.safetensors"
    save_file(network.state_dict(), path)
    again = registry.load("classifier", path)
    assert isinstance(again, TrunkClassifier)
    torch.testing.assert_close(again(_pictures(64)), network(_pictures(64)))


def test_what_is_no_such_classifier_is_refused(network: TrunkClassifier) -> None:
    state = network.state_dict()
    assert matches(state) and not matches({})
    for key, change in (
        ("sums.weight", torch.zeros(39, 25 * 22)),
        ("trunk.units.3.depthwise.weight", torch.zeros(9, 1, 3, 3)),
        ("trunk.entry.weight", torch.zeros(4, 3)),
    ):
        with pytest.raises(CheckpointError):
            TrunkClassifier.from_state({**state, key: change})
    del state["trunk.units.12.pointwise.weight"]
    with pytest.raises(CheckpointError):
        TrunkClassifier.from_state(state)


def _made_up_model(folder: Path) -> tuple[Path, dict[str, Tensor]]:
    """A model's json and .bin as TensorFlow.js writes them, of an entry and one unit."""
    torch.manual_seed(5)
    tensors = {
        "conv1/convolution/merged_input": 0.01 * torch.randn(3, 3, 3, 4),
        "conv1_bn/batchnorm_1/sub": torch.randn(4),
        "conv_dw_1/depthwise_kernel": torch.randn(3, 3, 4, 1),
        "conv_dw_1_bn/batchnorm_1/mul": torch.rand(4) + 0.5,
        "conv_dw_1_bn/batchnorm_1/sub": torch.randn(4),
        "conv_pw_1/convolution/merged_input": torch.randn(1, 1, 4, 6),
        "conv_pw_1_bn/batchnorm_1/sub": torch.randn(6),
    }
    numbers = {"axes": np.array([1, 2], np.int32)}
    entries = [{"name": "axes", "shape": [2], "dtype": "int32"}]
    entries += [{"name": k, "shape": list(t.shape), "dtype": "float32"} for k, t in tensors.items()]
    data = numbers["axes"].tobytes() + b"".join(t.numpy().tobytes() for t in tensors.values())
    (folder / "small.bin").write_bytes(data)
    path = folder / "small.json"
    path.write_text(json.dumps({"weightsManifest": [{"paths": ["small.bin"], "weights": entries}]}))
    return path, tensors


def test_a_packaged_network_is_read_as_data_and_computes_the_same(tmp_path: Path) -> None:
    path, tensors = _made_up_model(tmp_path)
    trunk = Trunk((4, 6)).requires_grad_(False)
    found = recipe.converted(recipe.read_weights(path))
    trunk.load_state_dict({**found, "mean": trunk.mean})
    picture = _pictures(32)
    x = picture.flip(1) * 255 - torch.tensor((103.94, 116.78, 123.68)).view(1, 3, 1, 1)
    kernel = tensors["conv1/convolution/merged_input"].permute(3, 2, 0, 1)
    x = F.conv2d(F.pad(x, (0, 1, 0, 1)), kernel, tensors["conv1_bn/batchnorm_1/sub"], 2).clamp(0, 6)
    kernel = tensors["conv_dw_1/depthwise_kernel"].permute(2, 3, 0, 1)
    x = F.conv2d(x, kernel, padding=1, groups=4) * tensors["conv_dw_1_bn/batchnorm_1/mul"].view(1, 4, 1, 1)
    x = (x + tensors["conv_dw_1_bn/batchnorm_1/sub"].view(1, 4, 1, 1)).clamp(0, 6)
    kernel = tensors["conv_pw_1/convolution/merged_input"].permute(3, 2, 0, 1)
    x = F.conv2d(x, kernel, tensors["conv_pw_1_bn/batchnorm_1/sub"]).clamp(0, 6)
    torch.testing.assert_close(trunk(picture)[1], x, atol=1e-4, rtol=1e-4)


def test_pictures_are_moved_along_their_gradient_and_no_further() -> None:
    picture = _pictures(16) * 0.5 + 0.25
    picture.requires_grad_(True)
    (picture * torch.linspace(-1, 1, 16)).sum().backward()
    far = (recipe.pushed(picture, 0.5) - picture.detach()).flatten(1).norm(dim=1)
    assert (far <= 0.5 + 1e-5).all() and (far > 0).all()


def _made_up_people() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    x = random.normal(size=(150, 40))
    yes = x[:, 25] + 0.3 * random.normal(size=150) > 0.8
    return x, yes, np.arange(150) % heads.FOLDS


def test_a_regression_tells_people_it_was_not_fitted_to_and_becomes_sums() -> None:
    x, yes, fold = _made_up_people()
    rows = np.arange(150)
    maps = heads.Maps(x, 20)
    fit = heads.fitted(maps.grams(rows), yes, np.ones(150), fold)
    assert heads.MIXES[fit.which] == (0.0, 1.0), "what tells them apart is in the second map"
    assert heads.labelling.auc(fit.score, yes.astype(float)) > 0.85
    slope, shift = maps.sums(fit, rows)
    inside = (maps.grams(rows)[fit.which] + 1) @ fit.dual
    np.testing.assert_allclose(x @ slope + shift, inside, atol=1e-6)
    chance = np.random.default_rng(2).random(150) > 0.7
    none = heads.fitted(maps.grams(rows), chance, np.ones(150), fold)
    assert heads.labelling.auc(none.score, chance.astype(float)) < 0.7


def test_rows_of_no_fold_are_learnt_from_and_not_judged() -> None:
    x, yes, fold = _made_up_people()
    fold[100:] = -1
    fit = heads.fitted(heads.Maps(x, 20).grams(np.arange(150)), yes, np.ones(150), fold)
    assert np.isnan(fit.score[100:]).all() and not np.isnan(fit.score[:100]).any()
    assert (fit.dual[100:] != 0).all()


def test_what_misses_the_bounds_is_experimental_or_left_out() -> None:
    def row(auc: float, low: float) -> dict[str, float]:
        return {"auc": auc, "auc_low": low, "auc_high": 0.99}

    good = heads.entry(row(0.95, 0.93), "smiling")
    wide = heads.entry(row(0.9, 0.7), "mustache")
    assert good is not None and "experimental" not in good
    assert wide is not None and wide["experimental"] is True and wide["auc"] == 0.9
    assert heads.entry(row(0.6, 0.4), "bald") is None, "nobody would see what it does"
    assert heads.entry(row(0.8, 0.76), "attractive") is None, "nobody asked for it"
