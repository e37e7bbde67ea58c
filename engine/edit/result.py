"""From a render to a picture: the published blend, and the result of a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from ..attributes import only_colour
from ..compositing.painting import is_known
from ..compositing.strategy import is_fine_enough, is_recognised
from ..compositing.tone import in_tone, tone_of
from ..imaging.tensors import resize
from ..packs.pack import ModelPack
from ..types import REGIONS, ByteArray, EditRequest, EditResult, FloatArray
from .direction_step import way_chosen
from .lenses import seen_through
from .problem import Problem
from .shown_in import beside_the_face, shown_in, spectacles_in, teeth

_GRID = 256
_PERHAPS, _CERTAIN = 0.1, 0.5
FINE = 512
"""A pack that draws detail of so many px a side draws mouths: those of the portrait pack with teeth in rows
on two choosing faces had a sureness of 0.58 and 0.68 by its own parser, whose edges are wide."""
_NOT_DRAWN = (
    "The pack could not draw the edited mouth convincingly on this face, so the photo's own was only moved."
)


def blended(problem: Problem, render: Tensor) -> Tensor:
    """blend x G + (1 - blend) x I, clamped to 0..1; (1, 3, R, R). A coarse render is enlarged."""
    mask = problem.masks.blend
    render = resize(render, mask.shape[-1])
    return (mask * render + (1 - mask) * problem.source).clamp(0, 1)


@torch.no_grad()
def preview(problem: Problem, render: Tensor) -> ByteArray:
    """The composite as it stands, (R, R, 3) uint8, in the tone of a photo that has one only."""
    shown = in_tone(tone_of(problem.source), problem.source, blended(problem, render)).clamp(0, 1)
    picture = (shown[0] * 255).round().to(torch.uint8)
    return picture.permute(1, 2, 0).contiguous().cpu().numpy()


@torch.no_grad()
def make_result(
    problem: Problem, losses: Mapping[str, Mapping[str, float]], seconds: float, steps_done: int
) -> EditResult:
    """The outcome of what has been optimised so far."""
    generator = problem.generator
    latent = problem.latent.detach()
    render = problem.pack.refined(generator(latent, problem.noise))
    begun = problem.latent_before_edit
    drawn = None if begun is None else problem.pack.refined(generator(begun, problem.noise))
    before = None if drawn is None else _picture(drawn)
    image = blended(problem, render)
    sure = recognised(problem, render) if drawn is None or knows_mouth(problem, drawn) else 0.0
    if is_fine_enough(problem.enlarged) and not is_recognised(sure):
        problem.warnings.append(_NOT_DRAWN)
    logits = problem.pack.classifier(torch.cat([problem.source, image]))
    scores = logits.sigmoid().cpu().tolist()
    return EditResult(
        image=_picture(image),
        generated=_picture(render),
        source=_picture(problem.source),
        blend_mask=_plane(problem.masks.blend),
        latent=latent[0].cpu().numpy(),
        noise=tuple(_noise_maps(problem)),
        masks=_mask_arrays(problem, render),
        losses=losses,
        probabilities={name: (scores[0][i], scores[1][i]) for i, name in enumerate(problem.pack.attributes)},
        settings=dict(problem.settings.values),
        seed=problem.request.seed,
        cancelled=problem.cancelled,
        seconds=seconds,
        steps_done=steps_done,
        reconstruction=before,
        warnings=tuple(problem.warnings),
        latent_before=None if begun is None else begun[0].cpu().numpy(),
        tuned=problem.tuned,
        enlarged=problem.enlarged,
        everywhere=problem.everywhere,
        recognised=sure,
        recolours=problem.recolours,
        pack=problem.pack.name,
    )


@torch.no_grad()
def recognised(problem: Problem, render: Tensor) -> float:
    """How sure the parser is of an edited mouth in a render (`mouth_sureness`), where mode "detail" may show
    it; 1 where it is not asked. Lips in another colour stay the photo's, and what else is edited is thin, or
    never painted. Asked of packs with attribute directions: on such a leap a code may leave the faces, if the
    pack draws softly; what is sure enough was measured with the built-in pack's parser. Where the request
    says how far the edit starts along its directions, a person has seen that mouth in the photo, and is surer
    than a parser."""
    mouth = [REGIONS.index("mouth")]
    opened = list(problem.classes.dynamic) == mouth and not only_colour(problem.request.attributes)
    leaps = problem.settings.flag("optimizer.directions") and problem.pack.directions is not None
    soft = problem.pack.detail < FINE
    asked = opened and leaps and soft and way_chosen(problem) is None
    return mouth_sureness(problem.pack, render) if asked else 1.0


@torch.no_grad()
def knows_mouth(problem: Problem, before: Tensor) -> bool:
    """Whether the reconstruction (1, 3, R, R), 0..1, shows the photo's mouth, where an expression moves the
    whole face; True for any other edit.

    Of a head that is turned far to the side it has another mouth, and a smile of that is a ghost beside the
    photo's: of eleven faces one of the Apollo 1 crew's correlates by .91 (`painting.is_known`), all others by
    .97 and more.
    """
    if not problem.settings.expression:
        return True
    size = min(_GRID, problem.source.shape[-1])
    mouth = problem.photo_probabilities[:, [REGIONS.index("mouth")]]
    photo, render = resize(problem.source, size), resize(before.clamp(0, 1), size)
    return is_known(photo, render, resize(mouth, size))


@torch.no_grad()
def mouth_sureness(pack: ModelPack, render: Tensor) -> float:
    """The parser's mean probability over all that may be mouth in a render (1, 3, R, R), 0..1; 0 without
    any."""
    found = pack.parser(render)[:, REGIONS.index("mouth")]
    region = found[found > _PERHAPS]
    return float(region.mean()) if len(region) else 0.0


def _picture(image: Tensor) -> FloatArray:
    return np.ascontiguousarray(image[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy())


def _plane(mask: Tensor) -> FloatArray:
    return np.ascontiguousarray(mask[0, 0].clamp(0, 1).float().cpu().numpy())


def _noise_maps(problem: Problem) -> list[FloatArray]:
    sizes = problem.generator.noise_sizes
    return [
        np.zeros((size, size), np.float32) if noise is None else noise[0, 0].detach().cpu().numpy()
        for size, noise in zip(sizes, problem.noise, strict=True)
    ]


def _is_of_spectacles(request: EditRequest) -> bool:
    return any(edit.name == "eyeglasses" for edit in request.attributes)


def _mask_arrays(problem: Problem, render: Tensor) -> dict[str, FloatArray]:
    masks, request = problem.masks, problem.request
    arrays = {"recon": _plane(masks.recon), "dynamic": _plane(masks.dynamic), "blend": _plane(masks.blend)}
    if masks.shape is not None:
        arrays["shape"] = _plane(masks.shape)
    size = render.shape[-1]
    arrays |= {name: _plane(resize(mask, size)) for name, mask in problem.shown_by.items()}
    if problem.within is not None and _is_of_spectacles(request):
        worn = spectacles_in(problem.pack, problem.source, render)
        within = shown_in(request.attributes, problem.photo_probabilities, worn)
        assert within is not None  # as it was without spectacles
        arrays["within"] = _plane(resize(within, size))
    keeps = kept(problem, render)
    if keeps is not None:
        arrays["in_front"] = _plane(resize(keeps, problem.source.shape[-1]))
    return arrays


def _seen_through_lenses(problem: Problem, render: Tensor) -> Tensor | None:
    """What of the photo is seen through spectacles, unless something else is edited there, (1, 1, 512, 512)
    in 0..1; None where none are put on."""
    wanted = problem.request.attributes
    puts_on = any(edit.name == "eyeglasses" and edit.target > _CERTAIN for edit in wanted)
    worn = spectacles_in(problem.pack, render) if puts_on and problem.settings.confined else None
    if worn is None:
        return None
    through = seen_through(problem.source, render, worn)
    others = [edit for edit in wanted if edit.name != "eyeglasses"]
    if not others:
        return through
    edited = shown_in(others, problem.photo_probabilities)
    return None if edited is None else through * (1 - edited)


def kept(problem: Problem, render: Tensor) -> Tensor | None:
    """What keeps its pixels, (1, 1, 512, 512) in 0..1: what lies before the face, what is no part of one in
    the render either, what is seen through the lenses of new spectacles, and teeth where none are edited."""
    found = [None if problem.uncovered is None else 1 - problem.uncovered]
    found.append(_seen_through_lenses(problem, render))
    if problem.everywhere and not problem.settings.expression:
        found.append(teeth(problem.pack, problem.source, render))
    if problem.settings.confined:
        found.append(beside_the_face(problem.pack, problem.source, render))
    known = [mask for mask in found if mask is not None]
    return torch.stack(known).amax(0) if known else None
