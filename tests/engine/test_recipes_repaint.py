"""Repainted training pictures: one attribute changes, in its region, and only its label with it."""

from __future__ import annotations

import sys

import pytest
import torch
from torch import Tensor

from engine.locations import weights

sys.path.insert(0, str(weights("recipes")))
import repaint

NAMES = tuple(repaint.CHANCE)


def face() -> tuple[Tensor, Tensor]:
    """A drawn face (1, 3, 96, 96): skin, reddish lips with teeth between them, brown brows, dark eyes."""
    source = torch.Generator().manual_seed(2)
    x = torch.tensor([0.8, 0.62, 0.52]).view(1, 3, 1, 1).expand(1, 3, 96, 96).clone()
    masks = torch.zeros(1, 3, 96, 96, dtype=torch.uint8)
    for k, (place, colour) in enumerate(
        (
            ((slice(64, 74), slice(32, 64)), (0.7, 0.3, 0.32)),
            ((slice(30, 34), slice(24, 72)), (0.35, 0.25, 0.2)),
            ((slice(38, 44), slice(26, 70)), (0.2, 0.2, 0.2)),
        )
    ):
        x[0, :, *place] = torch.tensor(colour).view(3, 1, 1)
        masks[0, k, *place] = 255
    x[0, :, 68:70, 38:58] = 0.9
    return (x + 0.02 * torch.randn(x.shape, generator=source)).clamp(0, 1), masks


def painted(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(3)
    monkeypatch.setattr(repaint, "CHANCE", {name: 1.1})
    x, masks = face()
    values, known = torch.full((1, 40), 0.25), torch.full((1, 40), 0.75)
    return x, *repaint.repaint(x, masks, values, known)


@pytest.mark.parametrize("name", NAMES)
def test_the_change_stays_around_its_region(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, _, _ = painted(name, monkeypatch)
    change = (after - before).abs().amax((0, 1))
    assert change.max() > 0.05 and after.min() >= 0 and after.max() <= 1
    rows = change.amax(1) > 0.02
    low, high = {"l": (60, 78), "b": (24, 40), "g": (22, 60)}[name.split("_")[1][0]]
    assert not rows[:low].any() and not rows[high:].any()


@pytest.mark.parametrize("name", NAMES)
def test_no_other_label_changes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, values, known = painted(name, monkeypatch)
    unsure = {repaint.CELEBA_ATTRIBUTES.index(other) for other in repaint.UNSURE[name]}
    label = {"l": repaint.LIPSTICK, "b": repaint.BUSHY, "g": None}[name.split("_")[1][0]]
    for k in range(40):
        if k == label:
            assert values[0, k] == float(name in ("paint_lips", "thick_brows")) and known[0, k] == 1
        else:
            assert values[0, k] == 0.25 and known[0, k] == (0 if k in unsure else 0.75)


def test_painted_lips_leave_the_teeth(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, _, _ = painted("paint_lips", monkeypatch)
    change = (after - before).abs().mean((0, 1))
    assert change[68:70, 40:56].mean() < 0.2 * change[65:67, 36:60].mean()


def test_bare_lips_are_less_red(monkeypatch: pytest.MonkeyPatch) -> None:
    def red(x: Tensor) -> float:
        lips = x[0, :, 64:67, 34:62].mean((1, 2))
        return float((lips[0] - lips[1]) / lips.mean())

    before, bare, _, _ = painted("bare_lips", monkeypatch)
    _, red_lips, _, _ = painted("paint_lips", monkeypatch)
    assert red(bare) < 0.8 * red(before) < red(before) < red(red_lips)


def test_thick_brows_cover_more_and_thin_ones_less(monkeypatch: pytest.MonkeyPatch) -> None:
    def darkness(x: Tensor) -> float:
        return float((0.66 - repaint.luma(x)[0, 0, 24:38, 24:72]).clamp_min(0).mean())

    before, thick, _, _ = painted("thick_brows", monkeypatch)
    _, thin, _, _ = painted("thin_brows", monkeypatch)
    assert darkness(thin) < 0.95 * darkness(before) < darkness(before) < 0.8 * darkness(thick)


def test_a_region_that_is_hardly_there_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repaint, "CHANCE", {"bare_lips": 1.1})
    x, masks = face()
    masks[:, 0, :, 33:] = 0
    values, known = torch.zeros(1, 40), torch.ones(1, 40)
    after, changed, weights_after = repaint.repaint(x, masks, values, known)
    assert torch.equal(after, x) and torch.equal(changed, values) and torch.equal(weights_after, known)
