"""What the program brings along for the portrait pack: files, sizes, and that they are made for 23 codes."""

from __future__ import annotations

import pytest
from safetensors.torch import load_file

from engine.attributes import CELEBA_ATTRIBUTES
from engine.edit import settings
from engine.evaluate.mobile_step import PUBLISHED
from engine.models.encoders import trunk_encoder
from engine.models.generators.mobile_stylegan import MobileStyleGAN
from engine.models.generators.picture_heads import PictureHeads
from engine.packs.manifest import Manifest, own_parts
from engine.paths import weights

MEBI = 2**20


@pytest.fixture(scope="module")
def parts() -> Manifest:
    found = own_parts("portrait")
    assert found is not None
    return found


def test_every_file_is_the_one_that_the_manifest_names_and_small_enough(parts: Manifest) -> None:
    assert set(parts.files) == {"heads", "encoder", "directions"}
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


def test_its_presets_set_keys_that_there_are(parts: Manifest) -> None:
    assert set(parts.presets) == {"fast", "quick"}
    for figures in parts.presets.values():
        assert set(figures) <= {*settings.PUBLISHED, *settings.ADDED}


def test_terms_and_figures_are_stated(parts: Manifest) -> None:
    assert "non-commercial" in parts.terms
    heads = parts.metrics["heads"]
    assert min(heads["psnr_256_w"], heads["psnr_256_w_plus"]) >= 28
    assert min(heads["psnr_512_w"], heads["psnr_512_w_plus"]) >= 29
