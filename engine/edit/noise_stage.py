"""Stage 2: the noise maps take up the fine detail, the latent code stands still."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from ..run_control import RunControl
from ..types import LossTerms
from .adam import Adam
from .losses import masked_squared_error, noise_regulariser
from .problem import Problem, loss_terms


def optimise_noise(problem: Problem, control: RunControl) -> Iterator[tuple[int, LossTerms, Tensor]]:
    """Yield (step, terms, that step's render (1, 3, R, R)) after every update of the noise maps.

    Makes one step more than `steps.noise`, none when that is 0. Within a step the order is render,
    regulariser, normalisation in place, then the reconstruction of that render, as published: the
    regulariser's gradient multiplies the normalised map with the rolled copy taken before.
    """
    settings = problem.settings
    count = settings.count("steps.noise")
    if count == 0 or problem.cancelled:
        return
    first = None if problem.resumed is None else problem.resumed.after("noise", count + 1)
    if not problem.noise_drawn:
        problem.redraw_noise()
    maps = [noise.requires_grad_(True) for noise in problem.noise if noise is not None]
    optimiser = problem.optimiser = Adam(maps, settings.number("optimizer.lr_noise"))
    if first is not None and problem.resumed is not None and problem.resumed.adam is not None:
        optimiser.resume(problem.resumed.adam)
    recon_weight = settings.number("loss.weights.lpips" if problem.everywhere else "loss.weights.mse")
    noise_weight = settings.number("loss.weights.n_loss")
    latent = problem.latent.detach()
    for step in range(first or 0, count + 1):
        if not control.wait():
            problem.cancelled = True
            break
        render = problem.generator(latent, maps)
        terms = {}
        total = render.new_zeros(())
        if step >= settings.count("loss.start_steps.n_loss"):
            terms["n_loss"] = noise_regulariser(maps)
            total = total + noise_weight * terms["n_loss"]
        problem.generator.normalise_noise_(maps)
        terms["recon"] = masked_squared_error(problem.source, render, problem.masks.recon)
        total = total + recon_weight * terms["recon"]
        total.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        yield step, loss_terms(terms, total), render.detach()
    problem.noise = [noise.detach() for noise in maps]
