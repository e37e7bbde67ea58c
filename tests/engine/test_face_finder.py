"""The face finder's two networks: coordinates, sizes, files."""

from __future__ import annotations

import pytest
import torch

from engine.errors import CheckpointError
from engine.models.conv_blocks import fold
from engine.models.face_finder import CROP_SIZE, LANDMARK_UNIT, STRIDE, FaceFinder, matches

SMALL = ((8, 12, 16), (8, 12, 16))


def test_landmarks_are_counted_from_the_cell_that_answers() -> None:
    finder = FaceFinder(*SMALL).eval()
    head = finder.detector.head
    torch.nn.init.zeros_(head.weight)
    with torch.no_grad():
        head.bias.copy_(torch.tensor([2.0, -0.5, -0.5, 0.5, -0.5, 0.0, 0.1, -0.4, 0.5, 0.4, 0.5]))
        scores, marks = finder(torch.rand(1, 3, 64, 96))
    assert scores.shape == (1, 16, 24)
    assert marks.shape == (1, 16, 24, 5, 2)
    torch.testing.assert_close(scores, torch.full((1, 16, 24), 2.0).sigmoid())
    cell = torch.tensor([(7 + 0.5) * STRIDE, (3 + 0.5) * STRIDE])
    wanted = torch.tensor([[-0.5, -0.5], [0.5, -0.5], [0.0, 0.1], [-0.4, 0.5], [0.4, 0.5]])
    torch.testing.assert_close(marks[0, 3, 7], cell + wanted * LANDMARK_UNIT)


def test_a_sharp_heat_map_places_the_landmark_in_its_cell() -> None:
    finder = FaceFinder(*SMALL).eval()
    refiner = finder.refiner
    seen: list[torch.Tensor] = []
    torch.nn.init.zeros_(refiner.head.weight)
    torch.nn.init.zeros_(refiner.head.bias)

    def spike(_: torch.nn.Module, __: object, heat: torch.Tensor) -> torch.Tensor:
        heat = heat.clone()
        for k in range(5):
            heat[:, k, 2 * k, 20 - k] += 60.0
        seen.append(heat)
        return heat

    with torch.no_grad():
        even, _ = finder.refine(torch.rand(2, 3, CROP_SIZE, CROP_SIZE))
        torch.testing.assert_close(even, torch.full((2, 5, 2), CROP_SIZE / 2))
        refiner.head.register_forward_hook(spike)
        marks, scores = finder.refine(torch.rand(1, 3, CROP_SIZE, CROP_SIZE))
    cell = CROP_SIZE / seen[0].shape[-1]
    wanted = torch.tensor([[(20 - k + 0.5) * cell, (2 * k + 0.5) * cell] for k in range(5)])
    torch.testing.assert_close(marks[0], wanted)
    assert ((scores > 0) & (scores < 1)).all()


def test_the_linear_step_moves_a_landmark_by_what_is_seen_around_it() -> None:
    torch.manual_seed(2)
    finder = FaceFinder(*SMALL).eval()
    crops = torch.rand(2, 3, CROP_SIZE, CROP_SIZE)
    with torch.no_grad():
        torch.nn.init.normal_(finder.refiner.head.weight, std=2.0)
        before, _ = finder.refine(crops)
        torch.testing.assert_close(finder.place(crops), before)
        features, marks = finder.placer.features(finder.refiner, crops)
        torch.testing.assert_close(marks, before)
        finder.placer.weight[3, -1] = torch.tensor([0.5, -0.25])  # the constant one
        finder.placer.weight[1, 4, 0] = 2.0  # the refiner's first coarse map, at the landmark itself
        moved = (finder.place(crops) - before) / torch.hypot(*(before[:, 1] - before[:, 0]).T)[:, None, None]
        _, coarse, _ = finder.refiner.maps(crops)
    wanted = torch.zeros(2, 5, 2)
    wanted[:, 3] = torch.tensor([0.5, -0.25])
    places = before[:, 1] / CROP_SIZE * coarse.shape[-1] - 0.5
    for k, (x, y) in enumerate(places):
        column, row = int(x), int(y)
        right, down = x - column, y - row
        square = coarse[k, 0, row : row + 2, column : column + 2]
        across = square[:, 0] * (1 - right) + square[:, 1] * right
        wanted[k, 1, 0] = 2 * (across[0] * (1 - down) + across[1] * down)
    torch.testing.assert_close(moved, wanted, atol=1e-4, rtol=1e-4)
    assert features.shape[1] == 5


def test_the_detector_does_not_care_where_a_picture_begins() -> None:
    torch.manual_seed(1)
    finder = FaceFinder(*SMALL).eval()
    big = torch.rand(1, 3, 256, 256)
    with torch.no_grad():
        whole, _ = finder(big)
        part, _ = finder(big[:, :, 32:224, 32:224])
    torch.testing.assert_close(whole[:, 24:40, 24:40], part[:, 16:32, 16:32], atol=1e-5, rtol=1e-4)


def test_sizes_come_from_the_tensors() -> None:
    torch.manual_seed(2)
    network = FaceFinder((8, 16, 12), (12, 8, 16), norm=True)
    for _ in range(3):
        network(torch.rand(2, 3, 64, 64))
        network.refine(torch.rand(2, 3, CROP_SIZE, CROP_SIZE))
    folded = fold(network)
    again = FaceFinder.from_state(folded.state_dict())
    assert matches(folded.state_dict())
    x, crops = torch.rand(1, 3, 64, 64), torch.rand(1, 3, CROP_SIZE, CROP_SIZE)
    with torch.no_grad():
        torch.testing.assert_close(again(x)[0], network.eval()(x)[0], atol=1e-4, rtol=1e-3)
        torch.testing.assert_close(again.refine(crops)[0], network.refine(crops)[0], atol=1e-2, rtol=1e-3)


def test_a_foreign_file_is_refused() -> None:
    state = FaceFinder(*SMALL).state_dict()
    foreign = {"stem.conv.weight": torch.zeros(8, 12, 3, 3)}
    assert matches(state)
    assert not matches(foreign)
    with pytest.raises(CheckpointError):
        FaceFinder.from_state(foreign)
    with pytest.raises(CheckpointError):
        FaceFinder.from_state({k: v for k, v in state.items() if not k.startswith("refiner.judge")})
    with pytest.raises(CheckpointError, match="placer"):
        FaceFinder.from_state({k: v for k, v in state.items() if k != "placer.weight"})
