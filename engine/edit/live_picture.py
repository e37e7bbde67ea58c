"""What is seen of a face that follows sliders: the result of a moved code, and its composed picture."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from ..compositing.pipeline import BlendMode, recipe
from ..compositing.recipe import laid_over
from ..compositing.render import render
from ..imaging.tensor_filters import array_of
from ..imaging.tensors import picture, resize
from ..models.composite_classifier import Selective, logits_of
from ..packs.pack import ModelPack
from ..types import ByteArray, EditResult, Face, FloatArray
from .masks import Masks, build_masks
from .problem import Problem


@dataclass(frozen=True, eq=False)
class LivePicture:
    """The aligned square as an edit shows it. `picture` is (S, S, 3) uint8 sRGB, `mask` (S, S) float32, 0..1,
    where the edit may be seen; `scores` are the classifier's of the picture, 0..1, by attribute; `result` is
    what `engine.paste` takes."""

    picture: ByteArray = field(repr=False)
    mask: FloatArray = field(repr=False)
    scores: dict[str, float]
    result: EditResult


@dataclass(frozen=True, eq=False)
class Prepared:
    """An edit's photo at one size: its `source` (1, 3, S, S) and `masks`, `before` (1, 3, S, S), the render
    of its unedited code, and the classifier's `scores` of the photo, 0..1, in its own order."""

    problem: Problem
    source: Tensor
    masks: Masks
    before: Tensor
    scores: list[float]

    @classmethod
    def of(cls, problem: Problem, before: Tensor, scores: list[float]) -> Prepared:
        size = before.shape[-1]
        masks = build_masks(problem.photo_probabilities, problem.classes, size)
        return cls(problem, resize(problem.source, size), masks, before, scores)

    def result(
        self, code: Tensor, after: Tensor, region: Tensor | None, kept: Tensor | None = None
    ) -> EditResult:
        """The result of a `code` (1, L, D) that was not optimised, whose render is `after` (1, 3, S, S).

        `region` (1, 1, T, T) is the edited region in it, None where masks do not follow it; `kept`, likewise,
        is what keeps its pixels, None for what lies before the photo's face. How sure the
        parser is of a mouth is asked when an edit is done, and the probabilities after it are still to be
        measured.
        """
        problem, masks = self.problem, replace(self.masks)
        if region is not None:
            here = resize(region, after.shape[-1])
            masks.follow(self.masks, here, problem.settings.flag("models.update_shape"))
        maps = {"recon": masks.recon, "dynamic": masks.dynamic, "blend": masks.blend, **problem.shown_by}
        if kept is not None:
            maps["in_front"] = kept
        elif problem.uncovered is not None:
            maps["in_front"] = 1 - problem.uncovered
        image = (masks.blend * after + (1 - masks.blend) * self.source).clamp(0, 1)
        scores = dict(zip(problem.pack.attributes, self.scores, strict=True))
        return EditResult(
            image=array_of(image),
            generated=array_of(after),
            source=array_of(self.source),
            blend_mask=array_of(masks.blend),
            latent=code[0].cpu().numpy(),
            noise=_noise_maps(problem),
            masks={name: array_of(resize(mask, after.shape[-1])) for name, mask in maps.items()},
            losses={},
            probabilities={name: (score, score) for name, score in scores.items()},
            settings=dict(problem.settings.values),
            seed=problem.request.seed,
            cancelled=False,
            seconds=0.0,
            steps_done=0,
            reconstruction=array_of(self.before),
            latent_before=problem.latent[0].cpu().numpy(),
            tuned=problem.tuned,
            enlarged=problem.enlarged,
            everywhere=problem.everywhere,
            recolours=problem.recolours,
            pack=problem.pack.name,
        )


@torch.no_grad()
def shown(
    result: EditResult,
    face: Face,
    pack: ModelPack,
    side: int,
    mode: BlendMode = "detail",
    moving: Collection[str] | None = None,
) -> LivePicture:
    """The picture of a result as `mode` composes it, `side` px wide.

    While a slider is `moving` these attributes, the photo's grain is not made the same on edited skin, which
    takes a third of a small picture's time and is not seen in it, and attributes that another network tells
    keep the photo's scores.
    """
    own = picture(face.crop, side, torch.device("cpu"))[0].permute(1, 2, 0).contiguous().numpy()
    plan = laid_over(recipe(result, mode=mode), side)
    plan = plan if moving is None else replace(plan, skin=None)
    composed = np.asarray(np.clip(render(own, plan), 0, 1), np.float32)
    before = {name: pair[0] for name, pair in result.probabilities.items()}
    scores = _scores(composed, pack) if moving is None else before | _scores(composed, pack, moving)
    seen: ByteArray = np.rint(composed * 255).astype(np.uint8)
    return LivePicture(seen, plan.mask, scores, _with_scores(result, scores))


def scored_on_image(result: EditResult, pack: ModelPack) -> EditResult:
    """The result with the probabilities after the edit measured on its `image`, as a run does."""
    return _with_scores(result, _scores(result.image, pack))


@torch.no_grad()
def _scores(image: FloatArray, pack: ModelPack, wanted: Collection[str] = ()) -> dict[str, float]:
    """The classifier's probabilities of the `wanted` attributes, and what comes with them; () is all."""
    batch = torch.from_numpy(image).permute(2, 0, 1)[None].to(pack.device)
    classifier = pack.classifier
    index: Sequence[int] = range(len(pack.attributes))
    if wanted and isinstance(classifier, Selective):
        index = classifier.beside([pack.attributes.index(name) for name in wanted])
    found = logits_of(classifier, batch, index).sigmoid()[0].tolist()
    return dict(zip((pack.attributes[i] for i in index), found, strict=True))


def _with_scores(result: EditResult, scores: Mapping[str, float]) -> EditResult:
    both = {name: (pair[0], scores[name]) for name, pair in result.probabilities.items()}
    return replace(result, probabilities=both)


def _noise_maps(problem: Problem) -> tuple[FloatArray, ...]:
    sizes = problem.generator.noise_sizes
    return tuple(
        np.zeros((size, size), np.float32) if noise is None else array_of(noise)
        for size, noise in zip(sizes, problem.noise, strict=True)
    )
