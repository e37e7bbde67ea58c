"""Repainted training pictures: one thing changes, in its region, and only its labels with it."""

from __future__ import annotations

import sys

import pytest
import torch
from torch import Tensor

from engine.paths import weights

sys.path.insert(0, str(weights("recipes")))
import repaint

NAMES = tuple(repaint.CHANCE)
ROWS = {"lips": (60, 78), "brows": (24, 40), "glasses": (22, 60), "hair": (0, 17)}
"""Between which rows of the drawn face a change of a region may be seen."""


def face() -> tuple[Tensor, Tensor]:
    """A drawn face (1, 3, 96, 96): skin, reddish lips with teeth between them, brown brows, dark eyes,
    auburn hair."""
    source = torch.Generator().manual_seed(2)
    x = torch.tensor([0.8, 0.62, 0.52]).view(1, 3, 1, 1).expand(1, 3, 96, 96).clone()
    masks = torch.zeros(1, 4, 96, 96, dtype=torch.uint8)
    for k, (place, colour) in enumerate(
        (
            ((slice(64, 74), slice(32, 64)), (0.7, 0.3, 0.32)),
            ((slice(30, 34), slice(24, 72)), (0.35, 0.25, 0.2)),
            ((slice(38, 44), slice(26, 70)), (0.2, 0.2, 0.2)),
            ((slice(0, 16), slice(10, 86)), (0.45, 0.25, 0.15)),
        )
    ):
        x[0, :, *place] = torch.tensor(colour).view(3, 1, 1)
        masks[0, k, *place] = 255
    x[0, :, 68:70, 38:58] = 0.9
    return (x + 0.02 * torch.randn(x.shape, generator=source)).clamp(0, 1), masks


def painted(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(3)
    monkeypatch.setattr(repaint, "CHANCE", {name: 1.1})
    monkeypatch.setattr(repaint, "AGAINST_CUSTOM", 1.0)
    x, masks = face()
    values, known = torch.full((1, 40), 0.25), torch.full((1, 40), 0.75)
    return x, *repaint.repaint(x, masks, values, known)


@pytest.mark.parametrize("name", NAMES)
def test_the_change_stays_around_its_region(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, _, _ = painted(name, monkeypatch)
    change = (after - before).abs().amax((0, 1))
    assert change.max() > 0.05 and after.min() >= 0 and after.max() <= 1
    rows = change.amax(1) > 0.02
    low, high = ROWS[name.split("_")[1]]
    assert not rows[:low].any() and not rows[high:].any()


@pytest.mark.parametrize("name", NAMES)
def test_no_other_label_changes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, values, known = painted(name, monkeypatch)
    unsure = {repaint.CELEBA_ATTRIBUTES.index(other) for other in repaint.UNSURE[name]}
    kind = name.split("_")[1]
    certain = {
        "lips": {"wearing_lipstick": name == "paint_lips"},
        "brows": {"bushy_eyebrows": name == "thick_brows"},
        "glasses": {},
        "hair": {f"{c}_hair": name == f"{c}_hair" for c in ("black", "brown", "blond", "gray")},
    }[kind]
    for k, attribute in enumerate(repaint.CELEBA_ATTRIBUTES):
        if attribute in certain:
            assert values[0, k] == float(certain[attribute]) and known[0, k] == 1
        else:
            assert values[0, k] == 0.25 and known[0, k] == (0 if k in unsure else 0.75)


def test_men_are_painted_and_women_bared_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repaint, "CHANCE", {"paint_lips": 0.25, "bare_lips": 0.25})
    x, masks = (t.expand(200, -1, -1, -1) for t in face())
    answers = {}
    for male in (0.0, 1.0):
        torch.manual_seed(1)
        values, known = torch.full((200, 40), 0.25), torch.ones(200, 40)
        values[:, repaint.MALE] = male
        _, after, _ = repaint.repaint(x, masks, values, known)
        lipstick = after[:, repaint.LIPSTICK]
        answers[male] = (int((lipstick == 1).sum()), int((lipstick == 0).sum()))
    assert answers[1.0][0] > 2 * answers[1.0][1] > 0 and answers[0.0][1] > 2 * answers[0.0][0] > 0


@pytest.mark.parametrize("colour", ["black", "brown", "blond", "gray"])
def test_dyed_hair_keeps_its_strands(colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, _, _ = painted(f"{colour}_hair", monkeypatch)
    a, b = (repaint.luma(x)[0, 0, 2:14, 14:82].flatten() for x in (before, after))
    assert torch.corrcoef(torch.stack([a, b]))[0, 1] > 0.9
    assert {"black": b.mean() < 0.2, "brown": 0.1 < b.mean() < 0.5}.get(colour, bool(b.mean() > a.mean()))


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
