"""Hair in a colour that its own strands cannot hold: a pack that draws strands shows its own."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.compositing.pipeline import Given, take_apart
from engine.compositing.strategy import Facts, Strategy

SIDE = 128


def head(light: float, contrast: float) -> tuple[Tensor, Tensor]:
    """Skin below hair, whose strands have a `contrast` about a `light`, and the region of the hair."""
    source = torch.Generator().manual_seed(2)
    strands = torch.randn(1, 1, 1, SIDE, generator=source).expand(1, 1, SIDE, SIDE)
    region = torch.zeros(1, 1, SIDE, SIDE)
    region[:, :, :50] = 1
    skin = torch.tensor([0.75, 0.55, 0.45]).view(1, 3, 1, 1)
    hair = (light + contrast * strands) * torch.tensor([1.0, 0.85, 0.6]).view(1, 3, 1, 1)
    return (region * hair + (1 - region) * skin).clamp(0, 1), region


def test_black_hair_made_blond_has_the_strands_that_were_drawn() -> None:
    black, region = head(0.08, 0.01)
    blond, _ = head(0.65, 0.08)
    inside, outside = region[0, 0] > 0.5, region[0, 0] < 0.5
    inside[40:] = outside[:60] = False  # the border between them is soft
    fine = take_apart(Given(black, black, region, Facts(enlarged=1.0)), blond)
    assert fine.strategy is Strategy.RECOLOUR
    assert float(fine.new[0, 0][inside].min()) > 0.9 and float(fine.new[0, 0][outside].max()) < 0.01
    drawn, wanted = (p[0, 1][inside].reshape(40, -1)[:, 10:-10] for p in (fine.picture, blond))
    assert float(torch.corrcoef(torch.stack([drawn.flatten(), wanted.flatten()]))[0, 1]) > 0.9
    soft = take_apart(Given(black, black, region, Facts(enlarged=4.0)), blond)
    assert not soft.paints


def test_brown_hair_made_a_little_lighter_keeps_its_own() -> None:
    brown, region = head(0.35, 0.05)
    lighter, _ = head(0.41, 0.05)
    parts = take_apart(Given(brown, brown, region, Facts(enlarged=1.0)), lighter)
    assert parts.strategy is Strategy.RECOLOUR and float(parts.new.max()) < 0.01


def test_hair_that_the_generator_did_not_know_is_not_painted() -> None:
    black, region = head(0.08, 0.01)
    other, _ = head(0.4, 0.05)  # what it drew in the place of the photo's hair
    blond, _ = head(0.65, 0.08)
    parts = take_apart(Given(black, other, region, Facts(enlarged=1.0)), blond)
    assert float(parts.new[0, 0, :40].max()) < 0.05
