"""What the program brings along for the portrait pack: files, sizes, and that they are made for 23 codes."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from engine.attributes import CELEBA_ATTRIBUTES
from engine.edit import settings
from engine.evaluate.mobile_step import PUBLISHED
from engine.models.composite_classifier import CompositeClassifier
from engine.models.encoders import trunk_encoder
from engine.models.generators.mobile_stylegan import MobileStyleGAN
from engine.models.generators.picture_heads import PictureHeads
from engine.models.judge import Judge
from engine.packs import registry
from engine.packs.manifest import Manifest, find, own_parts
from engine.paths import weights

MEBI = 2**20


@pytest.fixture(scope="module")
def parts() -> Manifest:
    found = own_parts("portrait")
    assert found is not None
    return found


def test_every_file_is_the_one_that_the_manifest_names_and_small_enough(parts: Manifest) -> None:
    assert set(parts.files) == {"heads", "classifier", "encoder", "directions", "judge"}
    sizes = []
    for file in parts.files.values():
        assert file.sha256 is not None
        file.verify()
        sizes.append(file.path.stat().st_size)
    assert max(sizes) <= 16 * MEBI
    assert sum(path.stat().st_size for path in weights("portrait").iterdir()) <= 24 * MEBI


def test_the_heads_fit_the_published_generator(parts: Manifest) -> None:
    heads = PictureHeads.from_state(load_file(parts.files["heads"].path))
    generator = MobileStyleGAN(PUBLISHED, 512, 1)
    for head in heads:
        generator.add_head(head)
    assert generator.picture_sizes == (256, 512, 1024)


def test_encoder_and_directions_are_made_for_its_codes(parts: Manifest) -> None:
    state = load_file(parts.files["encoder"].path)
    assert trunk_encoder.matches(state)
    assert trunk_encoder.code_shape(state) == (23, 512)
    ways = load_file(parts.files["directions"].path)
    assert {"smiling", "eyeglasses", "male", "young", "blond_hair"} <= set(ways) <= set(CELEBA_ATTRIBUTES)
    for name, way in ways.items():
        assert way.shape == (23, 512), name
        assert 0 < float(way.float().norm(dim=1).max()) < 50, name


def test_the_classifier_tells_what_the_manifest_lists(parts: Manifest) -> None:
    assert parts.attributes is not None
    network = registry.load("classifier", parts.files["classifier"].path)
    assert isinstance(network, CompositeClassifier)
    served = {name for name, by in zip(network.names, network.second_serves.tolist(), strict=True) if by}
    starter = find("starter")
    own = registry.load("classifier", starter.files["classifier"].path)
    picture = torch.rand(1, 3, 128, 128, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(network.first(picture), own(picture))
    assert set(starter.attributes or {}).isdisjoint(served)
    assert {"bald", "chubby", "double_chin", "wavy_hair"} <= served
    assert set(parts.attributes) <= served | set(starter.attributes or {})
    for name, entry in parts.attributes.items():
        assert entry.get("experimental") is True or (entry["auc"] >= 0.85 and entry["auc_low"] >= 0.75), name


def test_the_judge_knows_what_it_can_tell(parts: Manifest) -> None:
    judge = registry.load("judge", parts.files["judge"].path)
    assert isinstance(judge, Judge)
    assert {"smiling", "male", "eyeglasses", "blond_hair", "bald"} <= set(judge.told())
    figures = parts.metrics["judge"]["out_of_fold"]
    assert judge.told(0, 0)["smiling"] == pytest.approx(figures["smiling"]["auc"], abs=1e-3)


def test_its_presets_set_keys_that_there_are(parts: Manifest) -> None:
    assert set(parts.presets) == {"fast", "quick"}
    for figures in parts.presets.values():
        assert set(figures) <= {*settings.PUBLISHED, *settings.ADDED}


def test_terms_and_figures_are_stated(parts: Manifest) -> None:
    assert "non-commercial" in parts.terms
    heads = parts.metrics["heads"]
    assert min(heads["psnr_256_w"], heads["psnr_256_w_plus"]) >= 28
    assert min(heads["psnr_512_w"], heads["psnr_512_w_plus"]) >= 29
