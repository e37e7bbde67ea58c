"""The mean latent code of a generator: where stage 1 starts without an encoder.

It comes from a file beside the generator, from the generator's own file, or from the mean of 50,000
mapped samples, which is computed once per mapping network and kept in the person's folder.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .. import paths
from ..atomic_file import atomic_write
from ..errors import CheckpointError, SaveError
from ..models.generators.base import Generator

SAMPLES = 50_000
SEED = 0
BESIDE = "latent_mean.pt"
"""The file that the reference implementation writes beside its generator; it wins over the others."""

_BATCH = 2_000
_log = logging.getLogger(__name__)


def expand(mean: Any, generator: Generator, path: Path) -> Tensor:
    """A stored mean, (D,), (1, D) or (L, D), as (L, D) float32. `path` is named when it does not fit."""
    rows, width = generator.num_layers, generator.style_dim
    if not isinstance(mean, Tensor) or not mean.is_floating_point():
        raise CheckpointError(f"The mean latent code in {path.name} is not a tensor of numbers.", path=path)
    if tuple(mean.shape) not in ((width,), (1, width), (rows, width)):
        raise CheckpointError(
            f"The mean latent code in {path.name} has the shape {tuple(mean.shape)} where {(width,)} or "
            f"{(rows, width)} is needed.",
            path=path,
        )
    if not bool(torch.isfinite(mean).all()):
        raise CheckpointError(
            f"The mean latent code in {path.name} holds numbers that are not finite.", path=path
        )
    return mean.detach().float().expand(rows, width).clone()


def sampled(generator: Generator) -> Tensor:
    """The mean of 50,000 mapped samples as (L, D) float32 on the CPU, from the cache when it is there."""
    path = paths.user_folder() / "latent_means" / f"{_fingerprint(generator)}.safetensors"
    mean = _cached(path, generator.style_dim)
    if mean is None:
        mean = _compute(generator)
        _keep(mean, path)
    return mean.expand(generator.num_layers, generator.style_dim).clone()


@torch.no_grad()
def _compute(generator: Generator) -> Tensor:
    """Drawn on the CPU, so that every device sees the same samples."""
    source = torch.Generator().manual_seed(SEED)
    device = generator.device
    total = torch.zeros(generator.style_dim, dtype=torch.float64)
    for _ in range(SAMPLES // _BATCH):
        z = torch.randn(_BATCH, generator.style_dim, generator=source)
        total += generator.mapping(z.to(device)).cpu().double().sum(0)
    return (total / SAMPLES).float()


def _fingerprint(generator: Generator) -> str:
    digest = hashlib.sha256(f"{SAMPLES} {SEED}".encode())
    for key, tensor in generator.mapping_state().items():
        digest.update(f"{key} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:32]


def _cached(path: Path, width: int) -> Tensor | None:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        mean = load(path.read_bytes()).get("mean")
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError) as error:
        _log.warning("The kept mean latent code %s is not readable (%s); it is computed again.", path, error)
        return None
    fits = mean is not None and tuple(mean.shape) == (width,) and bool(torch.isfinite(mean).all())
    return mean if fits else None


def _keep(mean: Tensor, path: Path) -> None:
    """Kept for the next time; without it the mean is computed again."""
    from safetensors.torch import save

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as file:
            file.write(save({"mean": mean}))
    except (OSError, SaveError) as error:
        _log.warning("The mean latent code could not be kept in %s: %s", path, error)
