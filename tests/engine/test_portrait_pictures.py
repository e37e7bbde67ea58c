"""The real portrait generator: short numbers and smaller pictures against what it draws in full."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

from engine.models.generators.mobile_stylegan import MobileStyleGAN
from engine.models.generators.picture_heads import PictureHeads
from engine.packs import registry
from engine.packs.manifest import own_parts
from engine.packs.pack import ModelPack


@pytest.fixture(scope="module")
def generator(portrait_pack: ModelPack) -> MobileStyleGAN:
    """The pack's, in float32, with the heads that come with this version of the program."""
    made = registry.load("generator", portrait_pack.manifest.files["generator"].path)
    assert isinstance(made, MobileStyleGAN)
    parts = own_parts("portrait")
    assert parts is not None
    for head in PictureHeads.from_state(load_file(parts.files["heads"].path)):
        made.add_head(head.requires_grad_(False))
    return made


@pytest.fixture(scope="module")
def codes(generator: MobileStyleGAN) -> Tensor:
    """Two faces in W; two whose layers differ: fine layers of another face, every layer moved by itself."""
    source = torch.Generator().manual_seed(11)
    with torch.no_grad():
        mean = generator.mapping(torch.randn(2000, 512, generator=source)).mean(0)
        w = mean + 0.7 * (generator.mapping(torch.randn(4, 512, generator=source)) - mean)
        own = generator.mapping(torch.randn(23, 512, generator=source)) - mean
    found = w[:, None].repeat(1, 23, 1)
    found[2, 9:] = w[0]
    found[3] += 0.25 * own
    return found


def _decibels(a: Tensor, b: Tensor) -> float:
    return float(-10 * torch.log10((a.clamp(0, 1) - b.clamp(0, 1)).square().mean()))


def test_short_numbers_agree_to_40_db_with_the_packaged_noise(
    generator: MobileStyleGAN, codes: Tensor
) -> None:
    with torch.no_grad():
        for code in codes[1:3, None]:
            exact = generator(code, generator.start_noise())
            generator.set_precision(torch.bfloat16)
            short = generator(code, generator.start_noise())
            generator.set_precision(None)
            assert _decibels(short, exact) >= 40


@pytest.mark.parametrize(("size", "least"), [(256, 28), (512, 29)])
def test_a_smaller_picture_is_the_full_one_reduced(
    generator: MobileStyleGAN, codes: Tensor, size: int, least: float
) -> None:
    noise = generator.start_noise()
    with torch.no_grad():
        for code in codes[:, None]:
            wanted = F.avg_pool2d(generator(code, noise), 1024 // size)
            assert _decibels(generator(code, noise, size), wanted) >= least
