"""A perceptual distance from the features of a pack's own networks, for packs without VGG16.

It is not LPIPS: no trained heads, no ImageNet features. Like LPIPS it compares feature maps of unit
length over the channels, so that it looks at structure more than at exact pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .perceptual import unit


class FeatureNetwork(Protocol):
    """A network that can show its feature maps."""

    def features(self, image: Tensor) -> list[Tensor]:
        """Pictures (N, 3, H, W) in 0..1 -> feature maps (N, C, h, w)."""
        ...


class PackPerceptual(nn.Module):
    """Distance (N,) between pictures (N, 3, H, W) in 0..1; 0 for equal ones, 2 at the most.

    The mean over the maps of half the squared difference of unit features (one minus their cosine).
    `mask` (N or 1, 1, H, W) in 0..1 weighs the places, area-resized to every map; None counts all.
    """

    name = "features of the pack's own networks (not LPIPS)"

    def __init__(self, networks: Sequence[FeatureNetwork]) -> None:
        super().__init__()
        if not networks:
            raise ValueError("a perceptual distance needs at least one network")
        # The networks belong to the pack; a tuple keeps them from being registered here a second time.
        self._networks = tuple(networks)

    def forward(self, a: Tensor, b: Tensor, mask: Tensor | None = None) -> Tensor:
        wanted = self._layers(a)
        return _distance(wanted, self._layers(b), _masks(mask, wanted))

    def against(self, a: Tensor, mask: Tensor | None = None) -> Callable[[Tensor], Tensor]:
        """The distance to `a` as a function of the other picture alone; see `MaskedLPIPS.against`."""
        with torch.no_grad():
            wanted = self._layers(a)
            masks = _masks(mask, wanted)
        return lambda b: _distance(wanted, self._layers(b), masks)

    def _layers(self, image: Tensor) -> list[Tensor]:
        return [unit(found) for network in self._networks for found in network.features(image)]


def _masks(mask: Tensor | None, layers: list[Tensor]) -> list[Tensor] | None:
    if mask is None:
        return None
    return [F.interpolate(mask, size=tuple(layer.shape[-2:]), mode="area") for layer in layers]


def _distance(a: list[Tensor], b: list[Tensor], masks: list[Tensor] | None) -> Tensor:
    terms = []
    for index, (one, other) in enumerate(zip(a, b, strict=True)):
        difference = (one - other).square().sum(1, keepdim=True) / 2
        if masks is not None:
            difference = difference * masks[index]
        terms.append(difference.mean((1, 2, 3)))
    return torch.stack(terms).mean(0)
