"""Attribute directions: how a latent code moves, on average, when one attribute changes.

A direction is the partial effect of an attribute's label on the codes of labelled pictures (a linear
regression on all attributes at once, so that "smiling" does not bring "female" along). Linear directions
in the latent space of a style-based generator are those of Shen et al. 2020, "Interpreting the latent
space of GANs for semantic face editing"; here they only give an edit its first step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import torch
from torch import Tensor, nn

from ..attributes import ATTRIBUTES
from ..errors import CheckpointError
from .state_dict import State

_NAME = "set of attribute directions"


def matches(state: State) -> bool:
    """True when every tensor of `state` is named after an attribute."""
    return bool(state) and all(key in ATTRIBUTES for key in state)


def code_shape(state: State) -> tuple[int, int]:
    """(L, D) of the codes that the directions move; CheckpointError when they differ in it."""
    shapes = {tuple(tensor.shape) for tensor in state.values()}
    if len(shapes) != 1 or len(shape := next(iter(shapes))) != 2:
        raise CheckpointError(f"This is no {_NAME}: its tensors differ in shape.")
    return shape[0], shape[1]


class AttributeDirections(nn.Module):
    """Directions (L, D) in W+ by attribute; one unit is the step from "no" to "yes" of average pictures."""

    def __init__(self, directions: Mapping[str, Tensor]) -> None:
        super().__init__()
        for name, direction in directions.items():
            self.register_buffer(name, direction)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """From a checkpoint's tensors; CheckpointError when they do not fit together."""
        code_shape(state)
        return cls({name: tensor.float() for name, tensor in state.items()})

    def confined(self, spans: Mapping[str, tuple[int, int] | None]) -> Self:
        """The same directions, each moving the code's vectors from the first to before the second of its span
        only; all where it has none."""
        moved = {name: direction.clone() for name, direction in self.named_buffers()}
        for name, span in spans.items():
            if span is not None and name in moved:
                moved[name][: span[0]] = 0
                moved[name][span[1] :] = 0
        return type(self)(moved)

    def __contains__(self, attribute: object) -> bool:
        return attribute in self._buffers

    def toward(self, signs: Mapping[str, float]) -> Tensor | None:
        """The sum of the named attributes' directions, each times its sign; None when one is unknown."""
        if not signs or not all(name in self for name in signs):
            return None
        return torch.stack([sign * self.get_buffer(name) for name, sign in signs.items()]).sum(0)
