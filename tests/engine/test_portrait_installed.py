"""The real portrait pack, as it was installed from its packages."""

from __future__ import annotations

import itertools

import pytest
import torch

from engine.distribution import listing
from engine.models.perceptual import MaskedLPIPS
from engine.packs import registry
from engine.packs.manifest import find
from engine.packs.pack import ModelPack

from .conftest import PORTRAIT


def test_it_draws_faces_at_1024_px(portrait_pack: ModelPack) -> None:
    generator = portrait_pack.generator
    assert portrait_pack.resolution == 1024 and generator.num_layers == 23 and generator.style_dim == 512
    with torch.no_grad():
        face = generator(portrait_pack.latent_mean[None], generator.start_noise()).float().clamp(0, 1)
        masks = portrait_pack.parser(face)[0].argmax(0)
    assert face.shape == (1, 3, 1024, 1024) and float(face.std()) > 0.1
    shares = torch.bincount(masks.flatten(), minlength=9) / masks.numel()
    # Background, mouth, brows, eyes, hair, nose, skin: a face is seen.
    assert (shares[:7] > torch.tensor([0.02, 0.002, 0.001, 0.001, 0.02, 0.005, 0.1])).all(), shares


@pytest.mark.slow
def test_its_distance_is_the_lpips_packages(portrait_pack: ModelPack) -> None:
    """The package's network with VGG16's convolutions from the pack, with its own heads. Ours is in single
    precision, which the pack itself may leave for speed."""
    assert isinstance(portrait_pack.perceptual, MaskedLPIPS)
    own = registry.load("perceptual", portrait_pack.manifest.files["perceptual"].path)
    assert isinstance(own, MaskedLPIPS)
    import lpips  # torchvision comes with it, and seconds later what compiles: for no other test

    theirs = lpips.LPIPS(net="vgg", pnet_rand=True, verbose=False).eval()
    convolutions = [module for module in theirs.net.modules() if isinstance(module, torch.nn.Conv2d)]
    for theirs_one, mine in zip(convolutions, own.features.values(), strict=True):
        theirs_one.load_state_dict(mine.state_dict())
    source = torch.Generator().manual_seed(0)
    generator = portrait_pack.generator
    with torch.no_grad():
        codes = generator.mapping(torch.randn(3, 512, generator=source))[:, None].expand(-1, 23, -1)
        pictures = [generator(code[None], None, 256).float().clamp(0, 1) for code in codes]
        for a, b in itertools.pairwise(pictures):
            expected = float(theirs(2 * a - 1, 2 * b - 1))
            assert float(own(a, b)) == pytest.approx(expected, abs=1e-5) and expected > 0.2


@pytest.mark.usefixtures("portrait_pack")
def test_its_files_are_those_of_the_manifest() -> None:
    manifest = find(PORTRAIT)
    assert manifest.name == "portrait" and not manifest.missing()
    for file in manifest.files.values():
        file.verify()
        assert file.sha256 is not None and file.bytes is not None
    assert listing.is_up_to_date("portrait"), "installed from another version of the list of packs"


@pytest.mark.slow
def test_every_direction_of_what_it_offers_leads_there(portrait_pack: ModelPack) -> None:
    """From the mean face, by the pack's own classifier; no unit is longer than a face bears."""
    generator, directions = portrait_pack.generator, portrait_pack.directions
    assert directions is not None
    code, noise = portrait_pack.latent_mean[None], generator.start_noise()

    def scores(moved: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            found: torch.Tensor = portrait_pack.classifier(generator(moved, noise, 256).float().clamp(0, 1))[
                0
            ]
        return found

    known = [name for name in portrait_pack.supported if name in directions]
    assert {"young", "mustache", "5_o_clock_shadow", "chubby", "double_chin", "big_lips"} <= set(known)
    for name in known:
        way, index = directions.toward({name: 1.0}), portrait_pack.attributes.index(name)
        assert way is not None
        more, less = scores(code + way)[index], scores(code - way)[index]
        assert float(more) > float(less) + 0.1, name
