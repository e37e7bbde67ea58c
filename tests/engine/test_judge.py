"""The judge of attributes: what it says, its file and its place in a pack, and the recipe that fits it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.attributes import CELEBA_ATTRIBUTES
from engine.errors import CheckpointError, PackError
from engine.models.judge import Judge, matches, seen
from engine.models.perceptual import MaskedLPIPS, random_trunk
from engine.packs.pack import ModelPack, load_judge, load_pack

from . import standin

RECIPES = Path(__file__).resolve().parents[2] / "weights" / "recipes" / "portrait"
sys.path.insert(0, str(RECIPES))

import judge as recipe  # noqa: E402

SMILING = CELEBA_ATTRIBUTES.index("smiling")


@pytest.fixture(scope="module")
def vgg() -> MaskedLPIPS:
    return MaskedLPIPS.from_state(random_trunk(1)).requires_grad_(False)


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    torch.manual_seed(7)
    features = 25 * (128 + 256 + 512 + 512)
    weight = torch.randn(40, features).double().numpy()
    figures = {"smiling": {"auc": 0.93, "auc_low": 0.91}, "mustache": {"auc": 0.9, "auc_low": 0.7}}
    return recipe.state(weight, np.zeros(40), figures)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, state: dict[str, Tensor]) -> Path:
    """A narrow pack with VGG16 and a judge."""
    folder = tmp_path_factory.mktemp("judged")
    states = {
        "generator": standin.narrow_generator_state(),
        "parser": standin.parser_state(standin.NARROW_PARSER),
        "classifier": standin.classifier_state(4, 32),
        "perceptual": random_trunk(1),
        "judge": state,
    }
    for role, tensors in states.items():
        save_file({key: value.contiguous() for key, value in tensors.items()}, folder / f"{role}.safetensors")
    files = {role: {"file": f"{role}.safetensors"} for role in states}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "name": "judged", "files": files}))
    return folder


def _picture() -> Tensor:
    return torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(2))


def test_it_says_the_same_of_a_picture_and_its_mirror_image(
    vgg: MaskedLPIPS, state: dict[str, Tensor]
) -> None:
    judge = Judge.from_state(state).requires_grad_(False)
    judge.attach(vgg)
    logits = judge(_picture())
    assert logits.shape == (1, 40)
    torch.testing.assert_close(judge(_picture().flip(3)), logits, atol=1e-4, rtol=1e-3)
    assert (judge(1 - _picture()) - logits).abs().max() > 1e-4
    wanted = (seen(vgg, _picture()) + seen(vgg, _picture().flip(3))) @ state["judge.weight"].float().T / 2
    torch.testing.assert_close(logits, wanted, atol=1e-4, rtol=1e-3)


def test_it_names_what_it_can_tell(state: dict[str, Tensor]) -> None:
    judge = Judge.from_state(state)
    assert judge.told() == {"smiling": pytest.approx(0.93)}
    assert set(judge.told(0.85, 0.65)) == {"smiling", "mustache"}


def test_a_pack_loads_it_when_it_is_asked_for(folder: Path) -> None:
    pack = load_pack(folder, device="cpu", precision="float32")
    judge = load_judge(pack)
    assert judge is pack.judge and not any(p.requires_grad for p in judge.parameters())
    by_hand = load_judge(pack, folder / "judge.safetensors")
    torch.testing.assert_close(by_hand(_picture()), judge(_picture()))


def test_a_pack_without_one_says_so(pack: ModelPack, folder: Path) -> None:
    assert pack.judge is None
    with pytest.raises(PackError, match="has no judge"):
        load_judge(pack)
    with pytest.raises(PackError, match="VGG16"):
        load_judge(pack, folder / "judge.safetensors")


def test_another_networks_file_or_one_for_another_vgg_is_refused(
    vgg: MaskedLPIPS, state: dict[str, Tensor]
) -> None:
    assert matches(state) and not matches({})
    with pytest.raises(CheckpointError, match="auc_low"):
        Judge.from_state({key: value for key, value in state.items() if key != "auc_low"})
    with pytest.raises(CheckpointError, match="another VGG16"):
        Judge.from_state({**state, "judge.weight": torch.zeros(40, 50)}).attach(vgg)
