"""The portrait pack's recipes: heads that start as the generator, directions that hold other attributes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

RECIPES = Path(__file__).resolve().parents[2] / "weights" / "recipes" / "portrait"
sys.path.insert(0, str(RECIPES))

import conditioned_directions as directions  # noqa: E402
import heads  # noqa: E402
import renders  # noqa: E402

from engine.models.generators.mobile_stylegan import MobileStyleGAN  # noqa: E402


@pytest.fixture
def generator() -> MobileStyleGAN:
    torch.manual_seed(4)
    made = MobileStyleGAN((16, 16, 16, 8), 12, 2).requires_grad_(False)
    for block in made.stages():
        block.conv1.strength.fill_(0.2)
    return made


def test_many_pictures_of_a_head_are_drawn_as_one_by_one(generator: MobileStyleGAN) -> None:
    head = heads.fresh(generator, 16)
    for layer in head.layers:
        layer.depthwise.data += 0.1 * torch.randn_like(layer.depthwise)
    codes = torch.randn(3, generator.num_layers, 12)
    noise = generator.start_noise()
    inputs = [generator.head_inputs(code, noise, 16) for code in codes]
    maps, grain = torch.cat([i[0] for i in inputs]), torch.cat([i[2] for i in inputs])
    styles = [torch.stack(styles) for styles in zip(*(i[1] for i in inputs), strict=True)]
    with torch.no_grad():
        together = heads.draw(head, maps, grain, styles)
        apart = torch.cat([head(*i) for i in inputs])
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-4)


def test_an_untrained_head_knows_an_even_picture(generator: MobileStyleGAN) -> None:
    """Where a map is even, so is what follows, and the rest of the generator at its size is the same."""
    head = heads.fresh(generator, 16).requires_grad_(False)
    head.entry[:, 4:] = 0
    for layer in head.layers:
        half = layer.weight.shape[1] // 4 if layer.weight.shape[0] != layer.weight.shape[1] else None
        if half:
            layer.weight[:, half:] = 0
    head.bands.weight[3:] = 0
    code = torch.randn(generator.num_layers, 12)
    x = torch.zeros(1, 16, 8, 8)
    x[:, :4] = torch.randn(4)[:, None, None]
    styles, _ = generator.head_conditions(code, [None] * 7, 16)
    small = head(x, styles, None)
    for k, block in enumerate(generator.stages()[1:], 1):
        x = block(x, code[3 * k + 1 : 3 * k + 4], [None, None])
        x[:, x.shape[1] // 4 :] = 0
    full = generator.to_picture(x, code[-1])
    middle = full[..., 28:36, 28:36].mean((2, 3))
    torch.testing.assert_close(small[..., 7:9, 7:9].mean((2, 3)), middle, atol=0.02, rtol=0.05)


def test_a_direction_turns_no_head() -> None:
    torch.manual_seed(8)
    slopes, pose = torch.randn(3, 40), torch.randn(2, 40)
    slopes[0] += pose[0]
    names = ["bald", "eyeglasses", "bangs"]
    none = slopes[:0]
    free, held = (directions.conditioned(slopes, names, p, none)["bald"] for p in (none, pose))
    assert held @ slopes[0] == pytest.approx(1, abs=1e-4) and free @ slopes[0] == pytest.approx(1, abs=1e-4)
    assert (pose @ held).abs().max() < 0.1 * (pose @ free).abs().max()


def test_only_a_direction_of_the_skin_s_colour_changes_it() -> None:
    torch.manual_seed(8)
    slopes, tone = torch.randn(2, 40), torch.randn(3, 40)
    slopes += tone[0]
    moves = directions.conditioned(slopes, ["big_lips", "pale_skin"], slopes[:0], tone)
    changed = {name: float((tone @ move).abs().max()) for name, move in moves.items()}
    assert changed["big_lips"] < 0.1 * changed["pale_skin"]


def test_the_skin_s_colour_is_looked_for_amid_the_cheeks() -> None:
    pictures = np.full((3, 3, 256, 256), 200, np.uint8)
    pictures[1:, :, 120:160, 80:176] = np.array([90, 60, 50], np.uint8)[:, None, None]
    plain, dark, again = directions.tones(pictures)
    assert torch.equal(dark, again) and bool((dark < plain).all())
    assert dark.exp().tolist() == pytest.approx([91, 61, 51], rel=1e-4)


def test_codes_are_of_every_kind_and_repeatable(generator: MobileStyleGAN) -> None:
    mean = generator.mapping(torch.randn(2000, 12)).mean(0)
    codes = renders.Codes(generator, mean, 3)(40)
    again = renders.Codes(generator, mean, 3)(40)
    assert torch.equal(codes, again)
    in_w = (codes - codes[:, :1]).abs().amax((1, 2)) == 0
    assert 0 < int(in_w.sum()) < 40


def test_stored_pairs_come_back(tmp_path: Path) -> None:
    pairs = renders.Pairs(tmp_path)
    codes = torch.randn(2, 23, 512)
    pictures = torch.rand(2, 3, 256, 256)
    for code, picture in zip(codes, pictures, strict=True):
        pairs.add(code, picture[None])
    assert len(pairs) == 2
    read_codes, read_pictures = pairs.read()
    torch.testing.assert_close(torch.from_numpy(read_codes.copy()).float(), codes, atol=2e-3, rtol=2e-3)
    assert abs(read_pictures[1] / 255 - pictures[1].numpy()).max() < 0.003


def _slopes() -> tuple[list[str], torch.Tensor]:
    """Made-up slopes of logits with a part in common, as attributes of faces have."""
    torch.manual_seed(6)
    names = ["smiling", "eyeglasses", "male", "mouth_slightly_open", "pale_skin"]
    common = torch.randn(50)
    return names, torch.randn(5, 50) + common


def _held(names: list[str], name: str) -> list[int]:
    friends = {"smiling", "mouth_slightly_open"}
    return [i for i, other in enumerate(names) if other != name and not {name, other} <= friends]


def test_a_direction_moves_its_own_attribute_and_holds_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directions, "SLACK", 0.02)
    names, slopes = _slopes()
    moves = directions.conditioned(slopes, names, slopes[:0], slopes[:0])
    for i, name in enumerate(names):
        changes = slopes @ moves[name]
        assert float(changes[i]) == pytest.approx(1, abs=1e-4)
        assert changes[_held(names, name)].abs().max() < 0.1
    plain = slopes[0] / slopes[0].square().sum()
    assert float((slopes @ plain)[2]) > 0.3, "the plain direction would have changed it"


def test_held_loosely_a_direction_is_shorter_and_still_cleaner_than_a_plain_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names, slopes = _slopes()
    loose = directions.conditioned(slopes, names, slopes[:0], slopes[:0])
    monkeypatch.setattr(directions, "SLACK", 0.02)
    strict = directions.conditioned(slopes, names, slopes[:0], slopes[:0])
    for i, name in enumerate(names):
        held = _held(names, name)
        plain = slopes[i] / slopes[i].square().sum()
        assert float(slopes[i] @ loose[name]) == pytest.approx(1, abs=1e-4)
        assert float(plain.norm()) < float(loose[name].norm()) < float(strict[name].norm())
        assert (slopes[held] @ loose[name]).abs().sum() < 0.7 * (slopes[held] @ plain).abs().sum()
