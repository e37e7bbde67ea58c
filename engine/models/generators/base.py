"""What the program asks of a generator, whichever network it is: the interface, and noise maps for it.

A generator is added by its module (a class that fits `Generator`, with `from_state`; `matches` and
`code_shape` beside it, see `packs.registry`), a line of the registry and a test. Nothing else asks which
class draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor, nn


class Generator(Protocol):
    """G: a latent code in W+, L vectors of D numbers, and noise maps to a picture. A frozen torch module.

    Names of weights (`tunable`, `named_parameters`) are kept in results and projects: they may not change.
    """

    @property
    def num_layers(self) -> int:
        """L, the number of vectors of a code."""
        ...

    @property
    def style_dim(self) -> int:
        """D, the width of a vector of a code; also that of the normal samples which `mapping` takes."""
        ...

    @property
    def resolution(self) -> int:
        """R, the side of the whole picture in px."""
        ...

    @property
    def picture_sizes(self) -> Sequence[int]:
        """Sides in px, rising, at which it can stop for less work; `resolution` is the last."""
        ...

    @property
    def noise_sizes(self) -> Sequence[int]:
        """Sides S of the noise maps in px, in the order of the layers that take them."""
        ...

    @property
    def compute_dtype(self) -> torch.dtype | None:
        """What `set_precision` was given last."""
        ...

    @property
    def device(self) -> torch.device:
        """Where its weights are, and its noise maps are made."""
        ...

    def set_precision(self, dtype: torch.dtype | None) -> None:
        """Compute the large layers in `dtype` (bfloat16 or float16); None is float32 throughout."""
        ...

    def mapping(self, z: Tensor) -> Tensor:
        """z (N, D), standard normal -> w (N, D)."""
        ...

    def mapping_state(self) -> Mapping[str, Tensor]:
        """All tensors that `mapping` depends on: the mean code is computed once for them."""
        ...

    def start_noise(self) -> Sequence[Tensor | None]:
        """The maps that stage 1 draws with, (1, 1, S, S) each, None for zeros."""
        ...

    def draw_noise(self, seed: int) -> Sequence[Tensor]:
        """The maps that stage 2 starts from, (1, 1, S, S) each; the same on every device."""
        ...

    def normalise_noise_(self, maps: Sequence[Tensor]) -> None:
        """Give maps the statistics of drawn ones, in place and unseen by autograd; in every stage 2 step."""
        ...

    def tunable(self, size: int) -> Mapping[str, nn.Parameter]:
        """Names and weights that may be fitted to one face on pictures of `size` px; may be empty."""
        ...

    def named_parameters(self) -> Iterator[tuple[str, nn.Parameter]]:
        """All weights by name, as torch modules have them."""
        ...

    def __call__(
        self, w_plus: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None, /
    ) -> Tensor:
        """Codes (N, L, D) and noise maps (1 or N, 1, S, S) -> (N, 3, R, R), 0..1, not clamped.

        None for a map (or for all) means zeros. `resolution`, one of `picture_sizes`, asks for a picture of
        that side.
        """
        ...


class Window(NamedTuple):
    """A square of the whole picture: its first row and column and its side, in px of that picture."""

    top: int
    left: int
    side: int


WINDOW_EDGE = 16
"""px of the whole picture beside a window's border that are not to be believed: the layers of 3x3 between a
map of an eighth of its side and the picture reach 12 px."""


@runtime_checkable
class DrawsWindows(Protocol):
    """A generator that finishes a part of its picture at a part of the cost."""

    def tunable_behind(self, size: int) -> Mapping[str, nn.Parameter]:
        """Names and weights that may be fitted to one face and change no picture of `size` px."""
        ...

    def map_before(self, w_plus: Tensor, noise: Sequence[Tensor | None], size: int) -> Tensor:
        """The feature map (1, C, S, S) of a code (1, L, D) from which the picture of `size` px is drawn."""
        ...

    def window(
        self, features: Tensor, w_plus: Tensor, noise: Sequence[Tensor | None], window: Window
    ) -> Tensor:
        """What the whole picture has in a window, (1, 3, side, side), 0..1, from such a map."""
        ...


def windowed(image: Tensor, window: Window, resolution: int) -> Tensor:
    """The window's part of maps (N, C, S, S) of a picture of `resolution` px, S / resolution of its side.

    The window has to begin and end between two of the maps' pixels.
    """
    top, left, side = (length * image.shape[-1] // resolution for length in window)
    return image[..., top : top + side, left : left + side]


def size_at_most(generator: Generator, side: int) -> int:
    """The largest of the generator's picture sizes that is not above `side` px, or else the smallest."""
    sizes = generator.picture_sizes
    return max((size for size in sizes if size <= side), default=min(sizes))


def standard_normal_maps(sizes: Sequence[int], seed: int, device: torch.device) -> list[Tensor]:
    """Maps (1, 1, S, S) from N(0, 1), drawn on the CPU one after another: the same on every device."""
    source = torch.Generator().manual_seed(seed)
    return [torch.randn(1, 1, size, size, generator=source).to(device) for size in sizes]


def standardise_(maps: Sequence[Tensor]) -> None:
    """Mean 0 and (unbiased) standard deviation 1 for every map, in place and unseen by autograd."""
    for noise in maps:
        data = noise.data
        mean, std = data.mean(), data.std()
        data.sub_(mean).div_(std)
