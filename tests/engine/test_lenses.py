"""Through the lenses of new spectacles the photo is seen; their rims are the edit's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.edit.lenses import seen_through

SIDE = 512
RIM = 8


def spectacles() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A photo with two eyes, where spectacles are (1, 1, S, S), and where their rims are (S, S)."""
    y, x = np.mgrid[:SIDE, :SIDE]
    photo = np.full((3, SIDE, SIDE), 0.6, np.float32) + 0.02 * np.sin(x / 9) * np.cos(y / 7)
    worn, rims = (np.zeros((SIDE, SIDE), np.float32) for _ in range(2))
    for centre in (180, 332):
        photo[:, np.hypot(x - centre, (y - 250) * 2) < 22] = 0.2
        box = np.maximum(np.abs(x - centre) / 65, np.abs(y - 255) / 42)
        worn[box < 1] = 0.9
        rims[(box < 1) & (np.maximum(np.abs(x - centre) + RIM - 65, np.abs(y - 255) + RIM - 42) > 0)] = 1
    bridge = (np.abs(x - 256) < 14) & (np.abs(y - 240) < 6)
    worn[bridge], rims[bridge] = 0.9, 1
    picture = torch.from_numpy(photo.astype(np.float32))[None]
    return picture, torch.from_numpy(worn)[None, None], torch.from_numpy(rims)


@pytest.mark.parametrize("tint", [1.0, 0.6, 0.05])
def test_rims_stay_and_the_eyes_are_the_photos(tint: float) -> None:
    photo, worn, rims = spectacles()
    lens = (worn[0, 0] > 0.5) & (rims < 0.5)
    render = photo.clone()
    render[:, :, lens] *= tint
    render[:, :, 246:254, 175:185] = 0.9 * tint  # a glint where the pupil was: the eye is drawn anew
    render[:, :, rims > 0] = 0.03
    through = seen_through(photo, render, worn)[0, 0]
    assert through[250, 180] > 0.8 and through[270, 332] > 0.8
    assert float(through[worn[0, 0] < 0.5].max()) < 0.02
    edge = rims.numpy() > 0
    # Black rims of black lenses are told by the edge alone.
    assert float(through[edge].mean()) < (0.05 if tint > 0.1 else 0.2)


def test_where_no_spectacles_are_nothing_is_seen_through() -> None:
    photo, worn, _ = spectacles()
    assert not seen_through(photo, photo, torch.zeros_like(worn)).any()


def test_a_visor_is_shown_as_it_is_drawn() -> None:
    photo, worn, _ = spectacles()
    worn[:, :, 218:292, 115:397] = 0.9
    render = photo.clone()
    render[:, :, worn[0, 0] > 0.5] = 0.05
    assert not seen_through(photo, render, worn).any()
