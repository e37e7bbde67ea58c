"""The same edit weaker or stronger, without optimising again: on the line between two latent codes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ..errors import EngineError
from ..imaging import warp
from ..models.generators.base import size_at_most
from ..models.generators.fine_tuned import with_weights
from ..packs.pack import ModelPack
from ..packs.spare import falls_back
from ..types import EditRequest, EditResult, FloatArray
from .settings import describe_preset

STRONGEST = 1.5
"""Beyond this the line leaves the faces that the generator knows."""


@falls_back
def at_strength(result: EditResult, pack: ModelPack, strength: float) -> EditResult:
    """The result of a run as it is at `strength` (0..`STRONGEST`): 0 is the photo, 1 the result itself.

    Renders w = before + strength x (after - before) with the result's noise maps and composes it as the
    result was; blend mask, losses and settings stay. At 1 (or of a result that is at this strength
    already) the argument itself comes back, at 0 `image` is `source`. A result without the code from
    before the edit is faded instead. Raises EngineError for a strength out of range or a code of another
    pack.
    """
    if result.strength == strength:
        return result
    if result.strength != 1:
        raise EngineError("This picture is not at its full strength; start from what the run made.")
    if not 0 <= strength <= STRONGEST:
        raise EngineError(f"The strength has to lie between 0 and {STRONGEST}.")
    return along(result, pack, strength)


def along(result: EditResult, pack: ModelPack, strength: float) -> EditResult:
    """`at_strength` of a whole result, however strong."""
    moved = moved_along(result, pack, strength)
    scores = _scores(moved.image, pack)
    both = {name: (pair[0], scores[name]) for name, pair in result.probabilities.items()}
    return replace(moved, probabilities=both)


def moved_along(result: EditResult, pack: ModelPack, strength: float) -> EditResult:
    """`along` without asking the classifier: the probabilities stay those of the `result`."""
    latent, generated = _between(result, pack, strength)
    lacking = max(1 - strength, 0.0)
    before = result.source if result.reconstruction is None else result.reconstruction
    shown = generated + np.float32(lacking) * (result.source - before)
    mask = result.blend_mask[..., None] * np.float32(strength > 0)
    image = np.clip(mask * shown + (1 - mask) * result.source, 0, 1).astype(np.float32)
    return replace(result, image=image, generated=generated, latent=latent, strength=strength)


def reduced(result: EditResult, pack: ModelPack, side: int) -> EditResult:
    """A result with pictures and masks of the generator's largest size up to `side` px, to look at many
    strengths of it in less time; itself where it is no larger, or has no code from before the edit.

    Both its pictures are drawn at that size: a generator's small picture is not its large one, reduced.
    """
    size = size_at_most(pack.generator, side)
    if size >= len(result.generated) or result.latent_before is None:
        return result
    require_pack(result, pack)
    small = replace(
        result,
        generated=_render(result.latent, result, pack, size),
        reconstruction=_render(result.latent_before, result, pack, size),
        source=warp.resized(result.source, size),
        blend_mask=warp.resized(result.blend_mask, size),
        masks={name: warp.resized(mask, size) for name, mask in result.masks.items()},
    )
    return moved_along(small, pack, result.strength)


def continuing(request: EditRequest, earlier: EditResult, pack: ModelPack) -> EditRequest:
    """The request of a run that starts from the latent code, and the weights, of an `earlier` result.

    It has no reconstruction phase, which would undo the edit that the code holds. EngineError, naming the
    pack that is needed, where the result's codes are not those of `pack`.
    """
    require_pack(earlier, pack)
    preset = {**describe_preset(request.preset).settings, **pack.presets.get(request.preset, {})}
    hold = {**preset, **request.settings}.get("steps.hold_region", 0)
    skipped = {"steps.e4e_start": hold} if hold else {}
    return replace(
        request,
        settings={**skipped, **request.settings},
        initial_latent=earlier.latent,
        tuned=earlier.tuned,
    )


@falls_back
def continued(result: EditResult, earlier: EditResult, pack: ModelPack) -> EditResult:
    """The result of a run that started from the code of `earlier`, as one edit of the photo.

    Such a run takes the face it starts from, edited already, for the unedited one. Here the edit counts
    from where the earlier one began, so that compositing and strength include both.
    """
    if earlier.latent_before is None or not _fits(earlier, pack):
        return result
    before = _render(earlier.latent_before, result, pack, len(result.generated))
    return replace(result, reconstruction=before, latent_before=earlier.latent_before)


def _between(result: EditResult, pack: ModelPack, strength: float) -> tuple[FloatArray, FloatArray]:
    """The latent code (L, D) on the line, and its picture (R, R, 3), 0..1."""
    if result.latent_before is None:
        before = result.source if result.reconstruction is None else result.reconstruction
        faded = before + np.float32(strength) * (result.generated - before)
        return result.latent, np.clip(faded, 0, 1)
    require_pack(result, pack)
    amount = np.float32(strength)
    latent = (1 - amount) * result.latent_before + amount * result.latent
    return latent, _render(latent, result, pack, len(result.generated))


def require_pack(result: EditResult, pack: ModelPack) -> None:
    """EngineError, naming the pack that is needed, when a result's latent codes are not those of `pack`."""
    if _fits(result, pack):
        return
    hint = "Load that pack to go on with the edit."
    if result.pack and result.pack != pack.name:
        raise EngineError(f"The edit was made with the model pack '{result.pack}'.", hint)
    raise EngineError("The edit was made with another model pack.", hint)


def _fits(result: EditResult, pack: ModelPack) -> bool:
    generator = pack.generator
    sizes = [noise.shape[-1] for noise in result.noise]
    same_code = result.latent.shape == (generator.num_layers, generator.style_dim)
    return same_code and sizes == list(generator.noise_sizes)


@torch.no_grad()
def _render(latent: FloatArray, result: EditResult, pack: ModelPack, size: int) -> FloatArray:
    """G(latent) with the result's noise maps: (R, R, 3), 0..1, or at another `size` of the generator's."""
    maps = [_tensor(noise, pack)[None, None] for noise in result.noise]
    generator = pack.generator if result.tuned is None else with_weights(pack.generator, result.tuned)
    code, whole = _tensor(latent, pack)[None], size >= pack.resolution
    render = pack.refined(generator(code, maps)) if whole else generator(code, maps, size)
    return np.ascontiguousarray(render[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy())


@torch.no_grad()
def _scores(image: FloatArray, pack: ModelPack) -> dict[str, float]:
    logits = pack.classifier(_tensor(image, pack).permute(2, 0, 1)[None])
    return dict(zip(pack.attributes, logits.sigmoid()[0].tolist(), strict=True))


def _tensor(values: FloatArray, pack: ModelPack) -> Tensor:
    return torch.from_numpy(np.array(values, np.float32)).to(pack.device)
