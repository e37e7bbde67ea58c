"""What an edit needs of a generator, whatever its architecture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn


class FaceGenerator(Protocol):
    """A frozen network from a W+ code and noise maps to a picture.

    `num_layers` L and `style_dim` D are a code's shape, `resolution` is the side in px of the full picture,
    `sizes` are the sides at which it can stop, ascending, the full one included, `noise_sizes` the sides of
    the noise maps, in order, `style` is the mapping network, `compute_dtype` what
    `set_precision` was given.
    """

    num_layers: int
    style_dim: int
    resolution: int
    noise_sizes: list[int]
    style: nn.ModuleDict
    compute_dtype: torch.dtype | None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Sides in px of the pictures that cost less the smaller they are."""
        ...

    def __call__(
        self, w_plus: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None
    ) -> Tensor:
        """(N, L, D) -> (N, 3, R, R), 0..1 is the image range, not clamped. None for a map means zeros."""
        ...

    def mapping(self, z: Tensor) -> Tensor:
        """z (N, D), standard normal -> w (N, D)."""
        ...

    def start_noise(self) -> list[Tensor | None]:
        """The noise maps that a reconstruction starts with: (1, 1, S, S) each, or None for zeros."""
        ...

    def zero_noise(self) -> list[Tensor]:
        """Noise maps of zeros: (1, 1, S, S) each."""
        ...

    def draw_noise(self, seed: int) -> list[Tensor]:
        """Noise maps from N(0, 1), the same on every device: (1, 1, S, S) each."""
        ...

    def tunable(self, size: int) -> Iterator[tuple[str, nn.Parameter]]:
        """Names and weights that may be fitted to a face, of layers of at most `size` px."""
        ...

    def set_precision(self, dtype: torch.dtype | None) -> None:
        """Compute in a shorter type where that costs nothing visible; None is float32 throughout."""
        ...

    def forget(self) -> None:
        """Drop what was derived from the weights; needed after changing them in place."""
        ...

    def named_parameters(self) -> Any:
        """Names and weights, as of a torch module."""
        ...
