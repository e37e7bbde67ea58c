"""Stage 1: the latent code in W+ is optimised under the masks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from ..compositing.differentiable import ShownOnPhoto
from ..imaging.tensors import resize
from ..models.composite_classifier import logits_of
from ..models.generators.base import size_at_most
from ..run_control import RunControl
from ..types import LossTerms
from .adam import Adam
from .augmentation import random_views
from .direction_step import along_directions
from .face_windows import FaceDistance
from .fitting import Fitting
from .losses import area_divergence, masked_squared_error, step_size, target_divergence
from .masks import to_size
from .problem import Problem, loss_terms
from .reached import Reached
from .settings import Settings
from .whitened_adam import AxesAdam, WhitenedAdam

COARSE_SIZE = 256
"""Where the generator stops in the steps before `steps.coarse`, or at half its size where that is less: at
the next smaller size that it has."""
_LATE = 2.25
"""In the axes of W a reconstruction keeps its rate for three fifths of its steps and falls to a tenth of it:
face 805 of CelebA-HQ ends at a perceptual distance of 0.220, 0.228 where the rate falls from the start."""


def optimise_latent(
    problem: Problem, control: RunControl, until: int | None = None
) -> Iterator[tuple[int, LossTerms, Tensor]]:
    """Yield (step, terms, that step's render (1, 3, R, R)) after every update of the latent code.

    Leaves the code, the masks and the noise maps in `problem`; sets `problem.cancelled` when the control
    said so. The steps end before `until`, where that is given. Source: the paper's latent code optimisation;
    schedule and defaults as published.
    """
    settings, resolution = problem.settings, problem.pack.resolution
    last = settings.count("steps.latent") if until is None else until
    classifier_start = settings.count("loss.start_steps.classf")
    follow_from = settings.count("loss.start_steps.seg")
    follow_to = follow_from + settings.count("dynamic_masking_iters")
    second_stage = settings.count("steps.noise") > 0
    objective = _Objective(problem)
    latent = problem.latent.requires_grad_(True)
    optimiser = _new_optimiser(problem, latent)
    coarse, shared = size_at_most(problem.generator, min(COARSE_SIZE, resolution // 2)), 0.0
    fitting = _fitting_from(problem, coarse)
    tuning: Fitting | None = None
    first, resumed = problem.first_step, problem.resumed
    if resumed is not None and (after := resumed.after("latent", last)) is not None:
        first = after
        if problem.latent_before_edit is not None and first < last:
            objective.show_on_photo(problem.latent_before_edit)
            shared = min(settings.number("optimizer.shared"), 1.0)
        if resumed.stage == "latent":
            _resume(optimiser, objective, resumed)
    for step in range(first, last):
        if not control.wait():
            problem.cancelled = True
            break
        if fitting <= step < settings.count("steps.hold_region"):
            tuning = tuning or Fitting(problem, latent, coarse, settings.count("steps.hold_region") - step)
            problem.tuning = True
            terms, total, render = tuning.step()
            yield step, loss_terms(terms, total), render
            continue
        if tuning is not None:
            tuning.finish()
            tuning, problem.tuning = None, False
        if settings.flag("optimizer.reinit") and step == classifier_start:
            optimiser = _new_optimiser(problem, latent)
        editing_starts = step == max(classifier_start, problem.first_step)
        if editing_starts:
            problem.latent_before_edit = latent.detach().clone()
            objective.show_on_photo(latent)
            shared = min(settings.number("optimizer.shared"), 1.0)
            # What Adam has gathered for each layer would part them, and is of other axes.
            fresh = shared > 0 or settings.flag("optimizer.whitened")
            optimiser = _new_optimiser(problem, latent) if fresh else optimiser
        if step == follow_to and second_stage:
            problem.redraw_noise()
        if step == max(settings.count("steps.hold_region"), problem.first_step):
            problem.latent_held = latent.detach().clone()
        if editing_starts and settings.flag("optimizer.directions"):
            latent.data.copy_(along_directions(problem, latent.detach(), objective.seen))
            problem.latent_anchor = latent.detach().clone()
        _set_learning_rate(optimiser, problem, step)
        size = coarse if step < settings.count("steps.coarse") else None
        render = problem.generator(latent, problem.noise, size)
        terms, total = objective.at(step, render, latent)
        total.backward()  # type: ignore[no-untyped-call]
        if problem.latent_before_edit is not None:
            _confine(latent, problem.moved_codes)
        if shared:
            _share(latent, shared, problem.moved_codes)
        optimiser.step()
        follows = settings.flag("dynamic_masking") and follow_from <= step < follow_to
        if follows and parses(settings, step):
            region = to_size(objective.parse(render).detach(), problem.classes.dynamic, resolution)
            problem.masks.follow(problem.photo_masks, region, settings.flag("models.update_shape"))
        yield step, loss_terms(terms, total), render.detach()
    if tuning is not None:
        tuning.finish()
        problem.tuning = False
    problem.latent = latent.detach()


def parses(settings: Settings, step: int) -> bool:
    """Whether the parser is asked in a step. Counted from the end of those in which the masks follow the
    region, so that the last of them is among these."""
    follow_to = settings.count("loss.start_steps.seg") + settings.count("dynamic_masking_iters")
    return (follow_to - 1 - step) % max(settings.count("steps.parse_every"), 1) == 0


def _new_optimiser(problem: Problem, latent: Tensor) -> Adam:
    rate = problem.settings.number("optimizer.lr_latent")
    edits = problem.latent_before_edit is not None
    if edits and problem.settings.flag("optimizer.whitened"):
        problem.optimiser = WhitenedAdam([latent], rate, problem.pack.latent_axes)
    elif not edits and problem.settings.flag("optimizer.hold_whitened"):
        problem.optimiser = AxesAdam([latent], rate, problem.pack.latent_axes)
    else:
        problem.optimiser = Adam([latent], rate)
    return problem.optimiser


def _resume(optimiser: Adam, objective: _Objective, resumed: Reached) -> None:
    """Go on with what the optimiser had gathered on another device, and with the chances that came next."""
    if resumed.adam is not None:
        optimiser.resume(resumed.adam)
    if resumed.views is not None:
        objective.views.set_state(resumed.views)


def _fitting_from(problem: Problem, side: int) -> int:
    """The first step that fits the generator's weights; the last one is before `steps.hold_region`."""
    hold, count = (problem.settings.count(f"steps.{key}") for key in ("hold_region", "tune"))
    can = problem.tuned is None and bool(problem.generator.tunable(side))
    return max(hold - count, problem.first_step) if can else hold


def _confine(latent: Tensor, moved: slice) -> None:
    """Leave the codes that draw nothing of what is edited as they are."""
    assert latent.grad is not None
    kept = torch.zeros_like(latent.grad)
    kept[:, moved] = latent.grad[:, moved]
    latent.grad = kept


def _share(latent: Tensor, share: float, moved: slice) -> None:
    """Draw the moved layers' gradients to their mean: steps in W, where the generator was trained.

    A layer that goes its own way draws what pleases the classifier and what no face has.
    """
    assert latent.grad is not None
    gradient = latent.grad[:, moved]
    gradient.lerp_(gradient.mean(1, keepdim=True).expand_as(gradient), share)


def _set_learning_rate(optimiser: Adam, problem: Problem, step: int) -> None:
    settings, start = problem.settings, problem.schedule_start
    decay, hold = settings.number("optimizer.decay"), settings.count("steps.hold_region")
    held = hold - settings.count("steps.tune")
    holding = settings.number("optimizer.lr_hold")
    if holding > 0 and step < hold:
        done = min((step - start) / max(held - start, 1), 1)
        late = settings.flag("optimizer.hold_whitened")
        rate = holding * (min(1.0, 0.1 + _LATE * (1 - done)) if late else 1 - 0.9 * done)
    elif decay == 1 and holding == 0:
        return
    else:
        start = max(start, hold) if holding > 0 else start
        done = (step - start) / max(settings.count("steps.latent") - 1 - start, 1)
        # Full rate for the first half, then an even fall to the last step's fraction.
        rate = settings.number("optimizer.lr_latent") * (1 - (1 - decay) * max(0.0, 2 * done - 1))
        rate *= problem.pack.share_of_rate(edit.name for edit in problem.request.attributes)
    optimiser.rate = rate


class _Objective:
    """The weighted terms of stage 1; keeps one parse of the current render."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._distances: dict[int, FaceDistance] = {}
        self._face_distances: dict[int, FaceDistance] = {}
        self.views = problem.views = torch.Generator().manual_seed(problem.request.seed)
        self.seen: Callable[[Tensor], Tensor] | None = None
        self._parsed_of: Tensor | None = None
        self._parsed: Tensor | None = None

    @torch.no_grad()
    def show_on_photo(self, latent: Tensor) -> None:
        """From now on the classifier sees edits of `latent` on the photo, if the settings say so."""
        if self.problem.settings.flag("loss.on_photo"):
            size = size_at_most(self.problem.generator, COARSE_SIZE)
            before = self.problem.generator(latent, self.problem.noise, size)
            self.seen = ShownOnPhoto(self.problem, before)

    def parse(self, render: Tensor) -> Tensor:
        """The parser's answer for this step's render; with a gradient when a term asked first."""
        if self._parsed_of is not render or self._parsed is None:
            with torch.no_grad():
                self._parsed = self.problem.parsed(render)
            self._parsed_of = render
        return self._parsed

    def at(self, step: int, render: Tensor, latent: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Unweighted terms and their weighted sum."""
        settings = self.problem.settings
        self._parsed_of = self._parsed = None
        terms: dict[str, Tensor] = {}
        weights: dict[str, float] = {}
        if step >= settings.count("loss.start_steps.mse"):
            held = step < settings.count("steps.hold_region")
            perceptual = self.problem.everywhere and not held
            terms["recon"] = self._distance(step, render) if perceptual else self._squared_error(render, held)
            weights["recon"] = settings.number("loss.weights.lpips" if perceptual else "loss.weights.mse")
        weight = settings.number("loss.weights.classf")
        if weight > 0 and step >= settings.count("loss.start_steps.classf"):
            terms["classf"], weights["classf"] = self._classification(render), weight
        if step >= settings.count("loss.start_steps.seg") and parses(settings, step):
            # As often as the masks follow, and as much heavier (lazy regularisation, Karras et al. 2020).
            every = max(settings.count("steps.parse_every"), 1)
            shape, weight = self.problem.masks.shape, settings.number("loss.weights.seg")
            if weight > 0 and shape is not None:
                found = self._parse_with_gradient(render)[:, list(self.problem.classes.shape)]
                terms["seg"] = (found.sum(1, keepdim=True) - shape).square().mean()
                weights["seg"] = every * weight
            if self.problem.sizes:
                terms["size"] = self._size(render)
                weights["size"] = every * settings.number("loss.weights.size")
        weight = settings.number("loss.weights.prior")
        anchor = (
            self.problem.latent_anchor if self.problem.latent_anchor is not None else self.problem.latent_held
        )
        if weight > 0 and anchor is not None:
            terms["prior"], weights["prior"] = step_size(latent - anchor), weight
        total = self._held_likeness(step, render)
        for name, term in terms.items():
            total = total + weights[name] * term
        return terms, total

    def _distance(self, step: int, render: Tensor) -> Tensor:
        size = render.shape[-1]
        if size not in self._distances:
            self._distances[size] = self.problem.perceptual_distance(size)
        return self._distances[size](render, step).sum()

    def _held_likeness(self, step: int, render: Tensor) -> Tensor:
        """The weighted perceptual distance of the whole face while it is reconstructed; part of its likeness,
        so no term of its own."""
        settings, size = self.problem.settings, render.shape[-1]
        weight = settings.number("loss.weights.hold_lpips")
        if weight == 0 or step >= settings.count("steps.hold_region"):
            return render.new_zeros(())
        if size not in self._face_distances:
            self._face_distances[size] = self.problem.face_distance(size)
        return weight * self._face_distances[size](render, step).sum()

    def _squared_error(self, render: Tensor, held: bool) -> Tensor:
        size = render.shape[-1]
        mask = self.problem.whole_face if held else self.problem.masks.recon
        return masked_squared_error(resize(self.problem.source, size), render, resize(mask, size))

    def _classification(self, render: Tensor) -> Tensor:
        classifier, index = self.problem.pack.classifier, self.problem.attribute_index
        count = self.problem.settings.count("loss.views")
        picture = render if self.seen is None else self.seen(render)
        logits = logits_of(classifier, picture, index)
        if count:
            views = random_views(picture, count, self.views)
            logits = torch.cat([logits, logits_of(classifier, views, index)])
        return target_divergence(logits, self.problem.goals.expand(len(logits), -1))

    def _size(self, render: Tensor) -> Tensor:
        parsed = self._parse_with_gradient(render)
        side = render.shape[-1]
        fractions = [to_size(parsed, target.classes, side).mean() for target in self.problem.sizes]
        goals = [target.fraction for target in self.problem.sizes]
        return area_divergence(torch.stack(fractions), torch.stack(goals))

    def _parse_with_gradient(self, render: Tensor) -> Tensor:
        if self._parsed is None:
            self._parsed, self._parsed_of = self.problem.parsed(render), render
        return self._parsed
