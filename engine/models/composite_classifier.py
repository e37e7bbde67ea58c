"""Two attribute classifiers as one: every attribute's logit is that of the network that serves it better.

A network that was trained to bear an edit draws an attribute when its gradient is followed; another one may
know attributes that the first does not, or tell them better. An edit of attributes that one of them knows
costs nothing of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self, runtime_checkable

import torch
from torch import Tensor, nn

from ..attributes import CELEBA_ATTRIBUTES
from ..errors import CheckpointError
from . import attribute_classifier, backbone_classifier, trunk_classifier
from .encoders.trunk_encoder import Backbone, NeedsBackbone
from .state_dict import State, has_keys

_PARTS = ("first", "second")
_SERVED = "second_serves"
_LAYOUTS = (
    (attribute_classifier, attribute_classifier.AttributeClassifier),
    (trunk_classifier, trunk_classifier.TrunkClassifier),
    (backbone_classifier, backbone_classifier.BackboneClassifier),
)
_NAME = "attribute classifier of two networks"


@runtime_checkable
class Selective(Protocol):
    """A classifier that can leave out what the attributes in question do not need."""

    def selected(self, image: Tensor, index: Sequence[int]) -> Tensor:
        """Pictures (N, 3, H, W) -> logits (N, len(index)) of these attributes."""
        ...

    def beside(self, index: Sequence[int]) -> Sequence[int]:
        """These attributes and all that are told with them at no cost."""
        ...


def logits_of(classifier: nn.Module, image: Tensor, index: Sequence[int]) -> Tensor:
    """Logits (N, len(index)) of pictures (N, 3, H, W), by any classifier, for what an edit follows."""
    if isinstance(classifier, Selective):
        return classifier.selected(image, index)
    found: Tensor = classifier(image)[:, list(index)]
    return found


def matches(state: State) -> bool:
    """True when `state` has this classifier's keys."""
    return has_keys(state, _SERVED) and all(any(k.startswith(f"{part}.") for k in state) for part in _PARTS)


class CompositeClassifier(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 -> (N, 40) logits in the order of `CELEBA_ATTRIBUTES`.

    `second_serves` (40,) is 1 where the logit is the second network's, 0 where it is the first's.
    """

    second_serves: Tensor

    def __init__(self, first: nn.Module, second: nn.Module, second_serves: Tensor) -> None:
        super().__init__()
        if tuple(second_serves.shape) != (len(CELEBA_ATTRIBUTES),):
            raise CheckpointError(f"This is no {_NAME}: '{_SERVED}' has no entry for each attribute.")
        self.names: tuple[str, ...] = CELEBA_ATTRIBUTES
        self.first, self.second = first, second
        self.register_buffer(_SERVED, second_serves.float())
        self._by_second: list[bool] = (second_serves > 0.5).tolist()

    @classmethod
    def from_state(cls, state: State) -> Self:
        """The classifier whose tensors these are; either network is of any layout that there is."""
        first, second = (_part(state, part) for part in _PARTS)
        return cls(first, second, state[_SERVED].detach().clone())

    def attach(self, backbone: Backbone) -> None:
        """Give the parser's backbone to the network that reads its maps."""
        for part in (self.first, self.second):
            if isinstance(part, NeedsBackbone):
                part.attach(backbone)

    def forward(self, image: Tensor) -> Tensor:
        return torch.where(self.second_serves > 0.5, self.second(image), self.first(image))

    def selected(self, image: Tensor, index: Sequence[int]) -> Tensor:
        """Logits (N, len(index)) of some attributes; a network that serves none of them computes nothing."""
        by_second = [self._by_second[i] for i in index]
        columns = list(index)
        if all(by_second):
            found: Tensor = self.second(image)[:, columns]
        elif not any(by_second):
            found = self.first(image)[:, columns]
        else:
            found = self(image)[:, columns]
        return found

    def beside(self, index: Sequence[int]) -> Sequence[int]:
        """The attributes that the networks serve which serve these."""
        asked = {self._by_second[i] for i in index}
        return [i for i, by_second in enumerate(self._by_second) if by_second in asked]

    def features(self, image: Tensor) -> list[Tensor]:
        """The first network's maps, for a perceptual distance."""
        found: list[Tensor] = self.first.features(image)  # type: ignore[operator]
        return found


def _part(state: State, part: str) -> nn.Module:
    own = {key.removeprefix(f"{part}."): value for key, value in state.items() if key.startswith(f"{part}.")}
    for module, layout in _LAYOUTS:
        if module.matches(own):
            return layout.from_state(own)
    raise CheckpointError(f"This is no {_NAME}: its {part} network is none that this program knows.")
