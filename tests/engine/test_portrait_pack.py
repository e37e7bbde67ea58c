"""A narrow pack of MobileStyleGAN's kind: parts that find one another, an edit, parts that do not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

import engine
from engine.attributes import CELEBA_ATTRIBUTES
from engine.errors import CheckpointError, EngineError, PackError
from engine.models.encoders.trunk_encoder import TrunkEncoder
from engine.models.generators.mobile_stylegan import MobileStyleGAN
from engine.models.generators.picture_heads import PictureHead
from engine.models.parsers.bisenet import BiSeNetParser
from engine.packs.convert_mobile_stylegan import halved, read_state
from engine.packs.pack import ModelPack, load_pack

from . import standin
from .conftest import as_bytes
from .portrait_graphs import MadeUp
from .test_trunk_encoder import WIDTHS

SHORT = {
    "steps.latent": 6,
    "steps.noise": 0,
    "steps.hold_region": 3,
    "steps.tune": 2,
    "steps.e4e_start": 0,
    "steps.coarse": 3,
    "loss.start_steps.classf": 3,
    "loss.start_steps.seg": 3,
    "dynamic_masking_iters": 2,
}


def _states() -> dict[str, dict[str, Tensor]]:
    torch.manual_seed(0)
    made_up = MadeUp((16, 16, 16, 8), 12)
    generator_state = read_state(*made_up.graphs())
    generator = MobileStyleGAN.from_state(generator_state)
    head = PictureHead(32, generator.head_channels(32))
    for layer in head.layers:
        layer.depthwise.data.normal_(0, 0.3)
    encoder = TrunkEncoder(generator.num_layers, 12, (14, 16), (8, 8), 4, 16, 3)
    ways = {name: 0.2 * torch.randn(generator.num_layers, 12) for name in CELEBA_ATTRIBUTES[:20]}
    return {
        "generator": halved(generator_state),
        "heads": {f"32.{key}": value for key, value in head.state_dict().items()},
        "parser": BiSeNetParser(WIDTHS).state_dict(),
        "classifier": standin.classifier_state(4, 32),
        "encoder": encoder.state_dict(),
        "directions": ways,
    }


def _write(folder: Path, states: dict[str, dict[str, Tensor]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for role, state in states.items():
        save_file({key: value.contiguous() for key, value in state.items()}, folder / f"{role}.safetensors")
    files = {role: {"file": f"{role}.safetensors"} for role in states}
    manifest = {"format": 1, "name": "narrow", "title": "Narrow", "resolution": 64, "files": files}
    manifest["attributes"] = {"smiling": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("portrait") / "narrow", _states())


@pytest.fixture(scope="module")
def narrow(folder: Path) -> ModelPack:
    return load_pack(folder, device="cpu", precision="float32")


@pytest.fixture(scope="module")
def face() -> engine.Face:
    corners = np.array([[0, 0], [0, 64], [64, 64], [64, 0]], dtype=np.float64)
    return engine.Face(as_bytes(standin.face(64)), corners)


def test_the_parts_find_one_another(narrow: ModelPack, face: engine.Face) -> None:
    assert narrow.generator.picture_sizes == (32, 64)
    picture = torch.from_numpy(face.crop).permute(2, 0, 1)[None] / 255
    codes = narrow.encoder(picture)
    assert codes.shape == (1, 11, 12)
    assert narrow.generator(codes, narrow.generator.start_noise(), 32).shape == (1, 3, 32, 32)
    assert narrow.latent_mean.shape == (11, 12)


def test_an_edit_starts_with_the_packaged_noise_and_fits_the_weights(
    narrow: ModelPack, face: engine.Face
) -> None:
    request = engine.EditRequest(
        face,
        engine.parse(face, narrow),
        (engine.AttributeEdit("smiling"),),
        preset="fast",
        settings=SHORT,
    )
    result = list(engine.run(request, narrow))[-1].result
    assert result is not None
    for kept, packaged in zip(result.noise, narrow.generator.start_noise(), strict=True):
        np.testing.assert_allclose(kept, packaged[0, 0].numpy(), atol=1e-6)
    assert result.tuned is not None
    assert {"blocks.0.conv1.weight", "blocks.2.conv2.bias"} & set(result.tuned)


def _drop(role: str) -> Callable[[dict[str, dict[str, Tensor]]], None]:
    return lambda states: states[role].pop(next(iter(states[role])))  # type: ignore[return-value]


@pytest.mark.parametrize("role", ["generator", "heads", "encoder"])
def test_a_part_with_a_tensor_missing_is_named(tmp_path: Path, role: str) -> None:
    states = _states()
    _drop(role)(states)
    with pytest.raises(CheckpointError, match=f"{role}.safetensors"):
        _ = load_pack(_write(tmp_path / "pack", states), device="cpu").encoder


@pytest.mark.parametrize("role", ["generator", "heads", "encoder"])
def test_numbers_that_are_none_are_refused(tmp_path: Path, role: str) -> None:
    states = _states()
    key = next(iter(states[role]))
    states[role][key] = torch.full_like(states[role][key], torch.nan)
    with pytest.raises(CheckpointError, match=f"{role}.safetensors"):
        _ = load_pack(_write(tmp_path / "pack", states), device="cpu").encoder


def test_an_encoder_for_another_generator_is_refused(tmp_path: Path) -> None:
    states = _states()
    states["encoder"] = TrunkEncoder(18, 12, (14, 16), (8, 8), 4, 16, 3).state_dict()
    with pytest.raises(PackError, match=r"encoder file encoder\.safetensors is made for .* 18 x 12"):
        load_pack(_write(tmp_path / "pack", states), device="cpu")


def test_heads_for_another_generator_are_refused(tmp_path: Path) -> None:
    states = _states()
    states["heads"] = {f"32.{key}": value for key, value in PictureHead(32, (16, 20)).state_dict().items()}
    with pytest.raises(CheckpointError, match=r"heads\.safetensors"):
        load_pack(_write(tmp_path / "pack", states), device="cpu")


def test_heads_beside_a_generator_that_needs_none_are_refused(tmp_path: Path) -> None:
    states = _states()
    states["generator"] = standin.narrow_generator_state()
    for role in ("encoder", "directions"):
        del states[role]
    with pytest.raises(EngineError, match=r"heads\.safetensors|makes 32 px"):
        load_pack(_write(tmp_path / "pack", states), device="cpu")


def test_the_encoder_says_that_it_needs_the_parser_that_it_learnt_on(tmp_path: Path) -> None:
    states = _states()
    states["parser"] = standin.parser_state(standin.NARROW_PARSER)
    pack = load_pack(_write(tmp_path / "pack", states), device="cpu")
    with pytest.raises(PackError, match="another kind of face parser"):
        _ = pack.encoder


def test_a_file_read_from_disk_is_not_changed_by_an_edit(narrow: ModelPack, folder: Path) -> None:
    stored = load_file(folder / "generator.safetensors")["blocks.1.conv1.weight"].float()
    assert torch.equal(dict(narrow.generator.named_parameters())["blocks.1.conv1.weight"], stored)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["loss.weights.hold_lpips", "loss.weights.tune_lpips"])
def test_the_perceptual_distance_takes_part_in_the_reconstruction(
    narrow: ModelPack, face: engine.Face, key: str
) -> None:
    def held(weight: float, session: engine.FaceSession | None = None) -> np.ndarray:
        settings = SHORT | {key: weight, "optimizer.lr_tune": 0.01}
        masks = engine.parse(face, narrow)
        request = engine.EditRequest(
            face, masks, (engine.AttributeEdit("smiling"),), preset="fast", settings=settings
        )
        result = list(engine.run(request, narrow, None, session))[-1].result
        assert result is not None and result.tuned is not None
        tuned = np.concatenate([values.ravel() for values in result.tuned.values()])
        assert result.latent_before is not None
        return np.concatenate([result.latent_before.ravel(), tuned])

    session = engine.FaceSession(face, narrow)
    without = held(0.0, session)
    assert np.abs(held(2.0) - without).max() > 1e-4
    assert np.array_equal(held(0.0, session), without)
    assert np.abs(held(2.0, session) - without).max() > 1e-4, "another reconstruction is not taken for this"
