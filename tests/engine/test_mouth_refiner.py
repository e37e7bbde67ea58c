"""The mouth refiner: what it may touch, its file, and that a pack's results are drawn with it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

import engine
from engine import AttributeEdit, EditRequest, EditResult, Face
from engine.edit.strength import at_strength
from engine.errors import CheckpointError
from engine.evaluate.report import whole_face
from engine.models import mouth_refiner
from engine.models.mouth_refiner import RESOLUTION, WINDOW, MouthRefiner
from engine.packs.pack import ModelPack, load_pack
from engine.paths import weights

TOP, BOTTOM, LEFT, RIGHT = WINDOW


def drawn_at_random() -> MouthRefiner:
    torch.manual_seed(0)
    return MouthRefiner((8, 12, 16)).requires_grad_(False)


def pictures(count: int = 2, side: int = RESOLUTION) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(1)) * 0.6 + 0.2


def test_only_the_window_changes_and_its_border_does_not_show() -> None:
    soft = pictures()
    fine = drawn_at_random()(soft)
    changed = (fine - soft).abs().amax(1)
    inside = torch.zeros_like(changed, dtype=torch.bool)
    inside[:, TOP:BOTTOM, LEFT:RIGHT] = True
    assert changed[inside].max() > 0.01
    assert changed[~inside].max() == 0
    assert changed[:, TOP, LEFT:RIGHT].max() < 0.05 * changed[inside].max()
    assert changed[:, TOP:BOTTOM, RIGHT - 1].max() < 0.05 * changed[inside].max()


def test_what_is_added_has_no_low_frequencies() -> None:
    net = drawn_at_random()
    net.head.bias.fill_(0.5)  # a network that wants everything lighter
    added = net.added(pictures()[..., TOP:BOTTOM, LEFT:RIGHT])
    middle = added[..., 16:-16, 16:-16]
    blocks = torch.nn.functional.avg_pool2d(middle, 32)
    assert middle.std() > 0.01
    assert blocks.abs().max() < 0.2 * middle.std()


def test_pictures_do_not_change_one_another_and_larger_ones_are_refined_in_the_same_place() -> None:
    net, two = drawn_at_random(), pictures()
    torch.testing.assert_close(net(two)[:1], net(two[:1]), atol=1e-5, rtol=0)
    large = torch.nn.functional.interpolate(two, scale_factor=2, mode="bilinear")
    changed = (net(large) - large).abs().amax((0, 1))
    rows, columns = changed.nonzero(as_tuple=True)
    assert rows.min() >= 2 * TOP and rows.max() < 2 * BOTTOM
    assert columns.min() >= 2 * LEFT and columns.max() < 2 * RIGHT


def test_the_file_is_recognised_and_gives_the_same_network() -> None:
    net = drawn_at_random()
    state = net.state_dict()
    assert mouth_refiner.matches(state)
    assert not mouth_refiner.matches({k: v for k, v in state.items() if k != "stem.conv.weight"})
    torch.testing.assert_close(MouthRefiner.from_state(state)(pictures()), net(pictures()))


@pytest.mark.parametrize("lost", ["finer.second.conv.weight", "up.1.first.conv.bias", "head.weight"])
def test_a_lost_tensor_is_refused(lost: str) -> None:
    state = drawn_at_random().state_dict()
    del state[lost]
    with pytest.raises(CheckpointError):
        MouthRefiner.from_state(state)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> ModelPack:
    """The built-in pack without the refiner."""
    folder = Path(shutil.copytree(weights("starter"), tmp_path_factory.mktemp("packs") / "bare"))
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]["refiner"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return load_pack(folder, device="cpu")


def smile(pack: ModelPack, face: Face) -> EditResult:
    settings = {"steps.hold_region": 4, "steps.coarse": 4, "steps.latent": 8, "steps.tune": 2}
    settings |= {"loss.start_steps.classf": 4, "loss.start_steps.seg": 4}
    asked = EditRequest(
        face, engine.parse(face, pack), (AttributeEdit("smiling"),), preset="fast", settings=settings
    )
    last = list(engine.run(asked, pack))[-1].result
    assert last is not None
    return last


@pytest.mark.slow
def test_results_are_drawn_with_it_at_every_strength(pack: ModelPack, bare: ModelPack) -> None:
    face = whole_face(engine.random_face(bare, 4))
    fine, soft = smile(pack, face), smile(bare, face)
    assert fine.reconstruction is not None and soft.reconstruction is not None
    changed = np.abs(fine.reconstruction - soft.reconstruction).max(-1)
    assert changed[TOP:BOTTOM, LEFT:RIGHT].max() > 0.02
    changed[TOP:BOTTOM, LEFT:RIGHT] = 0
    assert changed.max() < 1e-5
    none, whole = at_strength(fine, pack, 1e-6), at_strength(fine, pack, 1 - 1e-6)
    assert (
        np.abs(none.generated - fine.reconstruction).max() < 0.01
    )  # tuned weights are kept in half precision
    assert np.abs(whole.generated - fine.generated).max() < 0.01


def test_detail_is_finer_where_only_the_mouth_is_edited(pack: ModelPack, bare: ModelPack) -> None:
    assert pack.detail_of(["mouth"]) == pack.resolution > pack.detail
    assert pack.detail_of(["mouth", "hair"]) == pack.detail_of([]) == pack.detail
    assert bare.detail_of(["mouth"]) == bare.detail
    render = pictures(1)
    assert bare.refined(render) is render
