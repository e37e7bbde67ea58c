"""The fit of the finder's last step: crops and landmarks that belong together, mistakes that do not count."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine.models.face_finder import CROP_SIZE, FaceFinder
from engine.paths import weights

sys.path.insert(0, str(weights("recipes")))
import augment
import common
import composites
import finder
import placer

MARKS = torch.tensor([[-0.4, -0.3], [0.35, -0.35], [0.0, 0.05], [-0.3, 0.4], [0.3, 0.45]])


def cuts() -> placer.Cuts:
    """Two grey cuts with a small disc at every landmark, brighter from one landmark to the next."""
    y, x = (np.mgrid[0 : placer.CUT, 0 : placer.CUT] + 0.5) / placer.CUT * 2 - 1
    image = np.zeros((placer.CUT, placer.CUT, 3), np.uint8)
    for k, (a, b) in enumerate(MARKS.tolist()):
        image[np.hypot(x - a, y - b) < 0.04] = 95 + 40 * k
    return placer.Cuts(
        torch.from_numpy(np.stack([image, image])), torch.stack([MARKS, MARKS]), np.array([0.5, 0.5])
    )


def test_landmarks_move_and_are_mirrored_with_their_crops(monkeypatch: pytest.MonkeyPatch) -> None:
    for change in ("colour", "shade"):
        monkeypatch.setattr(augment, change, lambda x: x)
    monkeypatch.setattr(augment, "degrade", lambda x, _: x)
    crops, marks, counts = placer.drawn(cuts(), np.random.default_rng(5))
    assert crops.shape == (placer.BATCH, 3, CROP_SIZE, CROP_SIZE)
    kinds = set()
    for crop, points, known in zip(crops, marks, counts, strict=True):
        places = points.clamp(0, CROP_SIZE - 1).long()
        seen = crop[0, places[:, 1], places[:, 0]] * 255
        mirrored = bool(seen[3] > seen[4])
        kinds.add(mirrored)
        wanted = 95.0 + 40 * torch.tensor(composites.SWAP if mirrored else range(5))
        assert ((seen - wanted).abs() < 18)[known > 0].all()
    assert kinds == {False, True}
    eyes = marks[:, 1, 0] - marks[:, 0, 0]
    assert (eyes > 0).all()  # the eye on the picture's left stays the first, mirrored or not
    assert counts.mean() > 0.9
    slopes = (marks[:, 1, 1] - marks[:, 0, 1]) / eyes
    assert (slopes > 0.02).any() and (slopes < -0.02).any()


def test_the_regression_finds_the_map_and_passes_over_mistakes() -> None:
    source = torch.Generator().manual_seed(3)
    rows = torch.randn(4000, 6, generator=source) * torch.tensor([1.0, 20.0, 0.1, 1.0, 1.0, 1.0])
    rows[:, 5] = 1
    wanted = torch.tensor([[0.02, 0.0], [0.001, -0.002], [0.0, 0.3], [0.0, 0.0], [0.01, 0.01], [0.05, -0.05]])
    steps = rows @ wanted
    steps[::5] += torch.tensor([0.8, 0.8])  # a fifth is far off, to one side
    known = torch.ones(4000)
    found = placer.regression(rows, steps, known)
    torch.testing.assert_close(rows @ found, rows @ wanted, atol=0.02, rtol=0)
    known[::5] = 0
    torch.testing.assert_close(rows @ placer.regression(rows, steps, known), rows @ wanted, atol=5e-3, rtol=0)


def test_what_was_fitted_moves_landmarks_to_where_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placer, "SAMPLES", 10 * placer.BATCH)
    for change in ("colour", "shade"):
        monkeypatch.setattr(augment, change, lambda x: x)
    torch.manual_seed(4)
    network = FaceFinder((8, 8, 8), (8, 8, 8)).eval()
    torch.nn.init.normal_(network.refiner.head.weight, std=0.5)
    placer.fit(network, cuts(), 0)
    crops, marks, counts = placer.drawn(cuts(), np.random.default_rng(9))
    with torch.inference_mode():
        before, after = network.refine(crops)[0], network.place(crops)
    misses = [float((torch.linalg.vector_norm(m - marks, dim=2) * counts).mean()) for m in (before, after)]
    assert misses[1] < 0.5 * misses[0]


def test_a_mouths_corner_is_the_end_of_its_mask(tmp_path: Path) -> None:
    mask = np.zeros((256, 256), np.uint8)
    mask[100:110, 80:110], mask[100:110, 150:180] = 4, 5
    mask[120:160, 115:145] = 2
    y, x = np.mgrid[0:256, 0:256]
    mask[np.abs(y - 190) < 12 * (1 - np.abs(x - 130) / 40)] = 11
    Image.fromarray(mask).save(tmp_path / "mask.png")
    marks = composites.mask_landmarks(tmp_path / "mask.png")
    assert marks is not None
    np.testing.assert_allclose(marks[[0, 1]], [(95, 105), (165, 105)], atol=1)
    np.testing.assert_allclose(marks[[3, 4]], [(91.5, 190.5), (169.5, 190.5)], atol=1.5)


def test_the_marks_made_by_hand_are_faces_of_the_held_out_end() -> None:
    rows = common.read_csv(finder.HAND_MARKS)
    assert len(rows) == 47
    for name, row in rows.items():
        marks = common.landmarks_of(row)
        eyes, mouth = marks[1] - marks[0], marks[3:].mean(0) - marks[:2].mean(0)
        assert eyes[0] > 30 and mouth[1] > 30 and marks[4, 0] > marks[3, 0]
        source, number = name.split("_")
        # 550 photos of lfw and 200 of aaf, of which the last 60 and 20 are held out.
        assert int(number) >= {"lfw": 490, "aaf": 180}[source]
