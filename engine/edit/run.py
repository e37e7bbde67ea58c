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
from .learning import Learning
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
    begun = session.resume(problem)
    reached.give(problem, pack)
    if failed:
        problem.warnings.append(f"The graphics card failed ({failed}); the processor went on with this edit.")
    total = _planned(problem)
    work = Work(problem, session.pace(request.preset))
    last: dict[StageName, Mapping[str, float]] = dict(reached.losses)
    guessed = False
    made = Step(*reached.place(problem), LossTerms((), lambda: [0.0]), reached.made, total, 0.0)
    for stage, number, terms, render in _all_stages(problem, begun, control, session):
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
        if pack.can_fall_back and (begun is None or begun.done):  # what is learnt first has no place yet
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


def _all_stages(
    problem: Problem, begun: Learning | None, control: RunControl, session: FaceSession
) -> Iterator[tuple[StageName, int, LossTerms, Tensor]]:
    """What is left of a reconstruction that was `begun`, and the two stages behind it."""
    if begun is not None:
        for step, terms, render in begun.rest(control):
            yield "latent", step, terms, render
        if begun.done:
            session.remember(begun.problem)
            session.resume(problem)
        else:  # cancelled: this is how far it came
            problem.latent = begun.problem.latent.detach().clone()
    for step, terms, render in optimise_latent(problem, control):
        yield "latent", step, terms, render
    for step, terms, render in optimise_noise(problem, control):
        yield "noise", step, terms, render


def learn(
    request: EditRequest, pack: ModelPack, session: FaceSession, threads: int | None = None
) -> Iterator[Step]:
    """Reconstruct a face ahead of its first edit, as far as its session does not know it yet.

    The steps are those that a run of the request would begin with; they do not depend on its attributes. They
    may be left off anywhere, with nothing to be undone: a run, and another call with the same session, go on
    from there. `share` and `seconds_left` are those of the steps here. Nothing for presets without such steps
    (paper). With `threads` each step computes in so many, beside what a person does. Raises the typed errors
    of `engine.errors`.
    """
    with _memory_guard(gives_back=False), _arithmetic(request, pack):
        learning = session.learning(build(request, pack))
    if learning is None:
        return
    total, seconds = learning.end - learning.next_step, 0.0
    for done in range(1, total + 1):
        if learning.done:  # a run did the rest
            return
        start = time.monotonic()
        with _memory_guard(gives_back=False), _arithmetic(request, pack), _in_threads(threads):
            number, terms, _ = learning.step()
        if number + 1 == learning.end:
            session.remember(learning.problem)
        seconds += time.monotonic() - start
        share, left = (number + 1) / learning.end, seconds / done * (total - done)
        yield Step("latent", number, terms, done, total, seconds, share=share, seconds_left=left)


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
        if pack.device.type == "cuda":  # where it was not changed: the call imports torch's compiler
            torch.use_deterministic_algorithms(repeatable, warn_only=warn_only)


@contextmanager
def _in_threads(count: int | None) -> Iterator[None]:
    """Compute in `count` threads; None: in as many as ever."""
    usual = torch.get_num_threads()
    if count is not None:
        torch.set_num_threads(min(count, usual))
    try:
        yield
    finally:
        if count is not None:
            torch.set_num_threads(usual)


@contextmanager
def _memory_guard(gives_back: bool = True) -> Iterator[None]:
    """Turn a device's out-of-memory failure into a typed error, after giving back what was taken.

    Without a failure what is free is given back where that is worth it: after a run, not after a step.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not memory.is_exhaustion(error):
            raise
        error.__traceback__, gives_back = None, True
        raise OutOfMemoryError("There was not enough memory for this edit.") from None
    finally:
        if gives_back:
            memory.release_memory()
