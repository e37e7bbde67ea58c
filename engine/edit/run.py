"""One edit as a generator of steps: both stages, cancel, pause, previews, the result."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor

from .. import memory
from ..errors import OutOfMemoryError
from ..packs.device import in_short
from ..packs.pack import ModelPack
from ..packs.spare import spare_of
from ..run_control import RunControl
from ..types import ByteArray, EditRequest, LossTerms, StageName, Step
from .direction_step import first_guess
from .latent_stage import optimise_latent
from .line_search import reaching
from .noise_stage import optimise_noise
from .problem import Problem, build
from .progress import Work
from .reached import Reached
from .result import make_result, preview
from .session import FaceSession
from .settings import describe_preset


def run(
    request: EditRequest,
    pack: ModelPack,
    control: RunControl | None = None,
    session: FaceSession | None = None,
) -> Iterator[Step]:
    """Walk the method for one edit; the last step carries the `EditResult`.

    Nothing is computed before the first `next`. A cancel acts before the next step: then one more Step
    repeats the last one and carries what there is so far. The same seed gives the same result on the
    same device. With a `session` of the same face, a later edit starts where the first one's
    reconstruction ended, if the preset has such a phase. Where the graphics card fails, the processor goes on
    from the last step, and the result's `warnings` say so. Raises the typed errors of `engine.errors`; out of
    memory frees what the run took.
    """
    control = control or RunControl()
    session = session or FaceSession(request.face, pack)
    reached, spare, reason = Reached(), pack.on_cpu if pack.lost_device else None, ""
    with _memory_guard():
        if spare is None:
            try:
                with _arithmetic(request, pack):
                    yield from _steps(request, pack, control, session, reached)
                return
            except (RuntimeError, MemoryError) as error:
                spare, reason = spare_of(pack, error), in_short(error)
                if spare is None:
                    raise
                error.__traceback__ = None  # it holds what lies on the card
        with _arithmetic(request, spare):
            yield from _steps(request, spare, control, FaceSession(request.face, spare), reached, reason)


def _steps(
    request: EditRequest,
    pack: ModelPack,
    control: RunControl,
    session: FaceSession,
    reached: Reached,
    failed: str = "",
) -> Iterator[Step]:
    """The run's steps on the pack's device, from where it has `reached` on another one, which `failed`."""
    start = reached.begin(control.paused_seconds)
    problem = build(request, pack)
    session.resume(problem)
    reached.give(problem, pack)
    if failed:
        problem.warnings.append(f"The graphics card failed ({failed}); the processor went on with this edit.")
    total = _planned(problem)
    work = Work(problem, session.pace(request.preset))
    last: dict[StageName, Mapping[str, float]] = dict(reached.losses)
    guessed = False
    made = Step(*reached.place(problem), LossTerms((), lambda: [0.0]), reached.made, total, 0.0)
    for stage, number, terms, render in _both_stages(problem, control):
        picture, guess = None, None
        if control.take_preview():
            picture = preview(problem, render)
            guess = None if guessed else _first_guess(problem, stage, number, render)
            guessed = True
        last[stage] = terms
        seconds = time.monotonic() - start - control.paused_seconds
        share, left, done = work.share(stage, number), work.left(stage, number, seconds), made.done + 1
        made = Step(
            stage,
            number,
            terms,
            done,
            total,
            seconds,
            picture,
            share=share,
            seconds_left=left,
            first_guess=guess,
        )
        if pack.can_fall_back:
            reached.note(problem, stage, number, terms, made.done)
        if made.done < total:
            yield made
        session.remember(problem)
    # The last step, or after a cancel the last one made once more.
    losses: dict[str, dict[str, float]] = {name: dict(terms) for name, terms in last.items()}
    result = make_result(problem, losses, time.monotonic() - start - control.paused_seconds, made.done)
    result = reaching(result, request, pack, problem.settings.number("optimizer.farthest"), control)
    seconds = time.monotonic() - start - control.paused_seconds
    if not result.cancelled:
        session.keep_pace(request.preset, work.pace(seconds))
    yield replace(made, seconds=seconds, seconds_left=0.0, result=result)


def _first_guess(problem: Problem, stage: StageName, step: int, render: Tensor) -> ByteArray | None:
    """The composite of a guess at the edit, while the face is still being reconstructed."""
    if stage != "latent" or step >= problem.settings.count("loss.start_steps.classf"):
        return None
    guess = first_guess(problem, problem.latent.detach(), render.shape[-1])
    return None if guess is None else preview(problem, guess)


def _planned(problem: Problem) -> int:
    settings = problem.settings
    noise = settings.count("steps.noise")
    latent = max(settings.count("steps.latent") - problem.first_step, 0)
    return latent + (noise + 1 if noise else 0)


def _both_stages(problem: Problem, control: RunControl) -> Iterator[tuple[StageName, int, LossTerms, Tensor]]:
    for step, terms, render in optimise_latent(problem, control):
        yield "latent", step, terms, render
    for step, terms, render in optimise_noise(problem, control):
        yield "noise", step, terms, render


@contextmanager
def _arithmetic(request: EditRequest, pack: ModelPack) -> Iterator[None]:
    """Single precision for presets that promise exact numbers, repeatable kernels on CUDA."""
    generator = pack.generator
    chosen = generator.compute_dtype
    repeatable = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    if describe_preset(request.preset).exact:
        generator.set_precision(None)
    if pack.device.type == "cpu":
        memory.keep_freed_blocks()
    if pack.device.type == "cuda":
        torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        generator.set_precision(chosen)
        torch.use_deterministic_algorithms(repeatable, warn_only=warn_only)


@contextmanager
def _memory_guard() -> Iterator[None]:
    """Turn a device's out-of-memory failure into a typed error, after giving back what was taken."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not memory.is_exhaustion(error):
            raise
        error.__traceback__ = None
        raise OutOfMemoryError("There was not enough memory for this edit.") from None
    finally:
        memory.release_memory()
