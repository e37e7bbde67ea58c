"""Narrow stand-in packs for the tests of the edit loop and the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import engine
from engine.packs.pack import ModelPack

from . import standin


@pytest.fixture(scope="session")
def narrow_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the reference implementation's layout with narrow networks of every role."""
    return standin.write_folder(tmp_path_factory.mktemp("narrow") / "models", standin.narrow_contents())


@pytest.fixture(scope="session")
def narrow_pack(narrow_models: Path) -> ModelPack:
    return engine.load_pack(narrow_models, device="cpu", precision="float32")


def as_bytes(picture: torch.Tensor) -> np.ndarray:
    return (picture.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)


@pytest.fixture(scope="session")
def drawn_face(narrow_pack: ModelPack) -> engine.Face:
    size = narrow_pack.resolution
    quad = np.array([[0, 0], [0, size], [size, size], [size, 0]], dtype=np.float64)
    return engine.Face(as_bytes(standin.face(size)), quad)


@pytest.fixture(scope="session")
def drawn_masks(drawn_face: engine.Face, narrow_pack: ModelPack) -> engine.RegionMasks:
    return engine.parse(drawn_face, narrow_pack)


@pytest.fixture(scope="session")
def picture(pack: ModelPack) -> np.ndarray:
    """A face of nobody, (256, 256, 3) uint8."""
    return engine.random_face(pack, 4)
