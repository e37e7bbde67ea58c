"""A model pack of the published sizes with random weights: its edits mean nothing, their cost is real."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ..models.attribute_classifier import AttributeClassifier
from ..models.directions import AttributeDirections
from ..models.encoders import e4e
from ..models.generators.stylegan2 import StyleGAN2
from ..models.parsers import deeplab
from ..models.perceptual import MaskedLPIPS
from ..packs.manifest import Manifest
from ..packs.pack import ModelPack
from ..types import REGIONS, Face, FloatArray, RegionMasks
from .generator_step import standin_generator
from .report import whole_face

_BODY = (64,) * 3 + (128,) * 4 + (256,) * 14 + (512,) * 3
_VGG = ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3)
_STEP = 0.05


class StandinPack(ModelPack):
    """Networks in the published layouts: config F generator, DeepLabV3, classifier, e4e, VGG16."""

    def __init__(
        self,
        size: int,
        device: torch.device,
        precision: torch.dtype | None,
        kind: type[StyleGAN2] = StyleGAN2,
    ) -> None:
        torch.manual_seed(0)
        self.manifest = Manifest("stand-in", "Stand-in weights", Path("stand-in"), {}, size)
        self.name, self.title, self.presets = "stand-in", "Stand-in weights", {}
        self.device, self.precision = device, precision
        self.generator = standin_generator(size, kind).to(device)
        self.generator.set_precision(precision)
        self.parser = _ready(deeplab.FaceParser(deeplab.PUBLISHED), device)
        self.classifier = _ready(AttributeClassifier(64, 224), device)
        self.attributes = self.classifier.names
        codes, width = self.generator.num_layers, self.generator.style_dim
        widths = e4e.Widths(64, _BODY, tuple(w // 16 for w in _BODY), 512, width, codes)
        directions = {name: _STEP * torch.randn(codes, width) for name in self.attributes}
        self._lock = threading.RLock()
        self._late: dict[str, Any] = {
            "encoder": _ready(e4e.Encoder(widths), device),
            "perceptual": _ready(MaskedLPIPS(_VGG), device),
            "latent_mean": torch.zeros(codes, width, device=device),
            "directions": _ready(AttributeDirections(directions), device),
        }

    @property
    def can_fall_back(self) -> bool:
        """There are no files to read it from again."""
        return False

    def _has(self, role: str) -> bool:
        return role in self._late


def _ready(network: Any, device: torch.device) -> Any:
    assert isinstance(network, nn.Module)
    return network.requires_grad_(False).eval().to(device)


def standin_face(size: int, mouth: float = 0.02) -> tuple[Face, RegionMasks]:
    """An aligned picture of noise, (size, size, 3) uint8, and masks with regions where a face has them.

    `mouth` is the share of the square that the mouth's region covers.
    """
    crop = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    y, x = np.mgrid[0:512, 0:512].astype(np.float32) / 511 * 2 - 1
    wide = np.sqrt(mouth * 4 / np.pi * 2)
    shapes = {
        "hair": (0, -0.2, 0.9, 0.75),
        "skin": (0, 0.1, 0.55, 0.7),
        "eyebrows": (0, -0.2, 0.4, 0.05),
        "eyes": (0, -0.08, 0.4, 0.06),
        "nose": (0, 0.15, 0.12, 0.2),
        "mouth": (0, 0.44, wide, wide / 2),
    }
    found = np.zeros((len(REGIONS), 512, 512), np.float32)
    found[0] = 1
    for name, (cx, cy, rx, ry) in shapes.items():
        inside: FloatArray = (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1).astype(np.float32)
        found *= 1 - inside
        found[REGIONS.index(name)] += inside
    return whole_face(crop), RegionMasks(found)
