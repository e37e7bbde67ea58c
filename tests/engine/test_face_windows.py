"""Windows of a face: where they lie, and what a perceptual distance sees in them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.edit.face_windows import COUNT, face_windows, windowed_distance
from engine.imaging.tensors import picture as tensor_of
from engine.models.generators.base import windowed
from engine.packs.pack import ModelPack

SIDE = 64


@pytest.fixture
def oval() -> torch.Tensor:
    """A face's mask (1, 1, 128, 128), to the left of the middle."""
    at = torch.linspace(0, 1, 128)
    x, y = at[None, :], at[:, None]
    return (((x - 0.4) / 0.25) ** 2 + ((y - 0.5) / 0.4) ** 2 < 1).float()[None, None]


@pytest.fixture
def photo(picture: np.ndarray) -> torch.Tensor:
    """A face of nobody, (1, 3, 128, 128)."""
    return tensor_of(picture, 128, torch.device("cpu"))


def test_they_lie_in_the_photoand_cover_the_face(oval: torch.Tensor) -> None:
    windows = face_windows(oval, SIDE)
    assert len(windows) == COUNT == len(set(windows))
    covered = torch.zeros_like(oval)
    for top, left, side in windows:
        assert side == SIDE and 0 <= top <= 128 - side and 0 <= left <= 128 - side
        covered[..., top : top + side, left : left + side] = 1
    assert float((covered * oval).sum() / oval.sum()) > 0.95
    # The first holds as much as any.
    first = float(windowed(oval, windows[0], 128).sum())
    assert all(first >= float(windowed(oval, window, 128).sum()) for window in windows)


def test_their_corners_are_multiples_of_what_a_map_has_as_a_pixel(oval: torch.Tensor) -> None:
    for window in face_windows(oval, SIDE, least=16):
        assert window.top % 16 == 0 and window.left % 16 == 0


def test_each_step_sees_its_window_only(pack: ModelPack, photo: torch.Tensor, oval: torch.Tensor) -> None:
    distance = windowed_distance(pack.perceptual, photo, oval, SIDE)
    windows = face_windows(oval, SIDE)
    assert all(float(distance(photo, step)) == pytest.approx(0, abs=1e-6) for step in range(COUNT))
    for step in range(2 * COUNT):
        other = torch.rand(photo.shape, generator=torch.Generator().manual_seed(step))
        window = windows[step % COUNT]
        outside, inside = other.clone(), photo.clone()
        windowed(outside, window, 128).copy_(windowed(photo, window, 128))
        windowed(inside, window, 128).copy_(windowed(other, window, 128))
        assert float(distance(outside, step)) == pytest.approx(0, abs=1e-6)
        assert float(distance(inside, step)) > 0.01
