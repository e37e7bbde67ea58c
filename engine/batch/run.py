"""Runs a batch: gives photos to workers, gives results their names, and keeps the ledger.

One thread, one writer. Whatever happens to it, the ledger and the folder say together what is done.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..errors import ConfigError, EngineError, SaveError, printable
from .edit_file import BatchJob, job_of, job_text
from .events import BatchControl, BatchProgress, BatchSummary
from .inputs import Inputs, Source
from .ledger import DONE, FAILED, NAME, PUBLISHING, RUNNING, WAITING, Ledger, PhotoRow, has_ledger
from .memory import Budget, pixels_of, plan
from .pace import Pace
from .place import Place, UnfitNameError
from .pool import Died, Ended, Event, Pool, Workers
from .watching import LOOK_EVERY, Rested
from .work import SAVE_ANEW, Finished, Refused, Task

_KILLS = 2
"""Processes that may end under a photo before it is left out: it is tried again once."""

_TURN = 0.2
"""Seconds at the most until a wish of the control is heard."""

Report = Callable[[BatchProgress], object]


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is run, which changes nothing about its results.

    `resume` goes on with a folder's ledger, `retry` then tries again what failed; `watch` goes on with what
    comes into the folders. `jobs` is the number of workers and `memory` what they may take in bytes, None: as
    fits. `background` leaves the processor to others. `cluster` is "" for this machine, "local" or a Ray
    cluster's address; `trust_cluster` allows one that is not this machine.
    """

    resume: bool = False
    retry: bool = False
    watch: bool = False
    jobs: int | None = None
    memory: int | None = None
    background: bool = False
    cluster: str = ""
    trust_cluster: bool = False


def run_batch(
    inputs: Sequence[Path],
    job: BatchJob | None,
    outdir: Path,
    options: BatchOptions | None = None,
    control: BatchControl | None = None,
    report: Report = lambda _progress: None,
) -> BatchSummary:
    """Edit every photo of `inputs` (files and folders) into `outdir`; returns when all are through.

    `job` None takes that of the ledger, with `resume`. `report` is called in this thread: at the start, when
    a photo's state changes, and a few times a second. A photo that cannot be edited is in the ledger with its
    sentence, and the others go on. Raises `EngineError` where nothing can be done: another batch works on
    `outdir`, the ledger there belongs to another edit, results cannot be written, the pack cannot be loaded.
    """
    options = options or BatchOptions()
    if job is None and not has_ledger(outdir):  # before a folder is made for it
        raise _no_batch(outdir)
    with Place(outdir) as place:
        ledger, job = open_ledger(place, job, options, anew=bool(inputs))
        try:
            budget = None if options.cluster else plan(job, options.jobs, options.memory)
            batch = _Batch(place, ledger, job, options, budget, control or BatchControl(), report)
            return batch.run(Inputs(inputs, place.outdir))
        finally:
            ledger.close()


def open_ledger(
    place: Place, job: BatchJob | None, options: BatchOptions, anew: bool
) -> tuple[Ledger, BatchJob]:
    """The folder's ledger and the job; `ConfigError` where a run with these options would spoil it. Where no
    photo was begun (no memory, no pack) there is nothing to spoil: with `anew` it is begun again."""
    if job is not None:
        job.check()
    ledger = Ledger(place.ledger_path)
    try:
        return ledger, _settled(place, ledger, job, options, anew)
    except BaseException:
        ledger.close()
        raise


def stored_job(outdir: Path) -> BatchJob:
    """The job of the batch in a folder, which another driver may be at work on. `ConfigError` where none was
    begun."""
    if not has_ledger(outdir):
        raise _no_batch(outdir)
    ledger = Ledger(outdir / NAME, read_only=True)
    try:
        job = _stored_job(ledger)
    finally:
        ledger.close()
    if job is None:
        raise _no_batch(outdir)
    return job


def _no_batch(outdir: Path) -> ConfigError:
    return ConfigError(
        f"There is no batch in {outdir.absolute()} to go on with.", "Say what is to be edited."
    )


def _stored_job(ledger: Ledger) -> BatchJob | None:
    """The job that a ledger has; None where none was set. `EngineError` for one that is not understood."""
    text = ledger.meta("job")
    try:
        return job_of(text) if text else None
    except (KeyError, TypeError, ValueError) as error:
        raise EngineError(
            f"The ledger in {ledger.path.parent} says no edit that is understood: {error}.",
            "Go on with the version of this program that began it, or choose another output folder.",
        ) from error


def _settled(
    place: Place, ledger: Ledger, job: BatchJob | None, options: BatchOptions, anew: bool
) -> BatchJob:
    """The job that the ledger and the caller agree on; from now on the ledger has it."""
    before = _stored_job(ledger)
    if before is None:
        if job is None:
            raise _no_batch(place.outdir)
        return _begun(ledger, job)
    different = ""
    if job is not None:
        different = before.difference(_with_pack(job, before.edit.pack))
    if options.resume and not different:
        return before if job is None else _with_pack(job, before.edit.pack)
    if job is not None and anew and not ledger.begun():
        ledger.clear()
        return _begun(ledger, job)
    if not options.resume:
        raise ConfigError(
            f"{place.outdir} holds a batch already.",
            "Add --resume to go on with it, or choose another output folder.",
        )
    raise ConfigError(
        f"The batch in {place.outdir} was begun otherwise: {different} differs.",
        "Go on with it as it was begun, or choose another output folder.",
    )


def _begun(ledger: Ledger, job: BatchJob) -> BatchJob:
    """Put the job into the ledger, with its pack by name: which one is taken by itself changes when another
    is installed, and the photos that are left would then be edited otherwise."""
    if not job.edit.pack:
        from ..packs.manifest import default_pack

        job = _with_pack(job, default_pack())
    ledger.set_meta("job", job_text(job))
    return job


def _with_pack(job: BatchJob, pack: str) -> BatchJob:
    """A job that leaves the pack open, with this one."""
    return job if job.edit.pack else replace(job, edit=replace(job.edit, pack=pack))


@dataclass
class _Batch:
    place: Place
    ledger: Ledger
    job: BatchJob
    options: BatchOptions
    budget: Budget | None  # None where the workers' memory is a cluster's
    control: BatchControl
    report: Report
    pace: Pace = field(default_factory=Pace)
    running: dict[int, int] = field(default_factory=dict)  # photos under way, and their pixels
    handed: dict[int, float] = field(default_factory=dict)  # seconds that it took to hand them out
    changed: dict[int, PhotoRow] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    done_now: int = 0
    workers: Workers | None = None

    def run(self, inputs: Inputs) -> BatchSummary:
        start = time.monotonic()
        self._recover()
        if self.options.retry:
            self.ledger.retry_failed()
        rested = Rested() if self.options.watch else None
        if rested is None:
            self.ledger.add(inputs, self.place.outdir, self.job.suffix)
        self.counts = self.ledger.counts()
        self.changed = {row.id: row for row in self.ledger.photos()}
        self._tell()
        try:
            self._go(inputs, rested)
        finally:
            self._put_back()
        return self._summary(time.monotonic() - start)

    def _go(self, inputs: Inputs, rested: Rested | None) -> None:
        looked = float("-inf")
        while not self.control.cancelled:
            if rested is not None and time.monotonic() - looked >= LOOK_EVERY:
                self._add(rested.of(inputs))
                looked = time.monotonic()
            held = self.control.paused or self.control.finishing
            if not held:
                self._fill()
            self.pace.busy(bool(self.running))
            self._tell()
            watching = rested is not None and not self.control.finishing
            if not self.running and not watching and (self.control.finishing or not self.counts[WAITING]):
                return
            if self.workers is None:
                time.sleep(_TURN)
            else:
                for event in self.workers.wait(_TURN):
                    self._take(event)

    def _add(self, sources: Iterable[Source]) -> None:
        for number in self.ledger.add(sources, self.place.outdir, self.job.suffix):
            self._note(self.ledger.photo(number), before="")

    # --- photos go out

    def _fill(self) -> None:
        """Give out as many photos as there are free workers and as memory allows."""
        if self.counts[WAITING] and self.workers is None:
            self.workers = self._hire()
        while self.workers is not None and self.workers.free:
            start = time.monotonic()
            row = self.ledger.next_waiting()
            if row is None:
                return
            pixels = self._pixels(row)
            if self.budget is not None and not self.budget.fits(list(self.running.values()), pixels):
                return
            self.running[row.id] = pixels
            worker = self.workers.submit(Task(row.id, row.source, self.place.part(row.id)))
            self.ledger.begin(row.id, worker)
            self._note(self.ledger.photo(row.id), before=WAITING)
            self.handed[row.id] = time.monotonic() - start

    def _pixels(self, row: PhotoRow) -> int:
        """Of a photo, by its header; nobody asks on a cluster."""
        if self.budget is None:
            return 0
        with self.place.opening(row.id):
            return pixels_of(row.source)

    def _hire(self) -> Workers:
        options = self.options
        if self.budget is None:
            from .cluster import Cluster

            return Cluster(self.job, self.place, options.cluster, options.trust_cluster, options.jobs)
        count = self.budget.workers if options.watch else min(self.budget.workers, self.counts[WAITING])
        return Pool(self.job, count, options.background)

    # --- and come back

    def _take(self, event: Event) -> None:
        number = event.task.id
        self.running.pop(number, None)
        if isinstance(event, Died):
            self._take_death(event)
        elif isinstance(event.outcome, Refused):
            self._refused(number, event.outcome)
        else:
            self._publish(event, event.outcome)
        row = self.ledger.photo(number)
        if row.state == DONE:  # most failures take no time, and would promise too much
            self.pace.ended()
        self._note(row, before=RUNNING)

    def _take_death(self, event: Died) -> None:
        self._blame(event.task.id, event.why, event.hint, event.blame)

    def _blame(self, number: int, why: str, hint: str, blame: bool = True) -> None:
        """A process ended under the photo: it waits again, or has failed when that was not the first."""
        self.ledger.put_back(number, killed=blame)
        if self.ledger.photo(number).kills >= _KILLS:
            self.ledger.fail(number, why, hint)

    def _refused(self, number: int, outcome: Refused) -> None:
        if outcome.everywhere:
            self.ledger.put_back(number)
            raise SaveError(outcome.message, outcome.hint)
        self.ledger.fail(number, outcome.message, outcome.hint)

    def _publish(self, event: Ended, outcome: Finished) -> None:
        """First the ledger, then the name, then the ledger again: see `ledger`."""
        start, number = time.monotonic(), event.task.id
        self.ledger.announce(number, outcome.sha256, outcome.bytes, outcome.seconds, outcome.record)
        if self._name(number, event.task.part):
            self.ledger.finish(number, self.handed.pop(number, 0.0) + time.monotonic() - start)
            self.done_now += 1

    def _name(self, number: int, part: Path) -> bool:
        """Give a result its name, another one where somebody took that meanwhile. False where it cannot have
        any, with which the photo has failed."""
        output = self.ledger.photo(number).output
        while True:
            try:
                self.place.publish(part, output)
            except FileExistsError:
                output = self.ledger.rename(number, self.place.outdir)
            except UnfitNameError as error:
                self.ledger.fail(number, error.message, error.hint)
                with contextlib.suppress(OSError):
                    part.unlink()
                return False
            else:
                return True

    # --- after a kill, and before an end

    def _recover(self) -> None:
        """What a run left that was killed: finish what was all but done, let the rest wait again."""
        for row in self.ledger.photos(PUBLISHING):
            if self.place.holds(row.output, row.sha256):
                self.ledger.finish(row.id)
                continue
            whole = [part for part in self.place.parts_of(row.id) if self.place.is_whole(part, row.sha256)]
            if whole:
                if self._name(row.id, whole[0]):
                    self.ledger.finish(row.id)
            else:
                self.ledger.put_back(row.id)
        for row in self.ledger.photos(RUNNING):
            self.ledger.put_back(row.id)
        opened = self.place.opened_at_its_end()
        if opened in {row.id for row in self.ledger.photos(WAITING)}:
            self._blame(opened, "The program ended when it read the header of this photo.", SAVE_ANEW)
        self.place.sweep()

    def _put_back(self) -> None:
        """End the workers; what they had waits again."""
        if self.workers is not None:
            self.workers.close()
        for number in list(self.running):
            row = self.ledger.photo(number)
            if row.state == RUNNING:
                self.ledger.put_back(number)
                self._note(self.ledger.photo(number), before=RUNNING)
        self.running.clear()
        self._tell()

    # --- what is told

    def _note(self, row: PhotoRow, before: str) -> None:
        if before:
            self.counts[before] -= 1
        self.counts[row.state] += 1
        self.changed[row.id] = row

    def _tell(self) -> None:
        waiting, running = self.counts[WAITING], self.counts[RUNNING]
        changed, self.changed = tuple(self.changed.values()), {}
        self.report(
            BatchProgress(
                self.counts[DONE],
                self.counts[FAILED],
                running,
                waiting,
                self.pace.per_minute,
                self.pace.seconds_left(waiting, running),
                changed,
                self.workers.processes if isinstance(self.workers, Pool) else {},
                self.budget,
            )
        )

    def _summary(self, seconds: float) -> BatchSummary:
        counts = self.ledger.counts()
        return BatchSummary(
            self.place.outdir,
            counts[DONE],
            self.done_now,
            counts[WAITING],
            tuple(self.ledger.photos(FAILED)),
            seconds,
            60 * self.done_now / max(seconds, 1e-3),
            self.control.cancelled or (self.control.finishing and counts[WAITING] > 0),
        )


def failure_table(failures: Iterable[PhotoRow]) -> str:
    """One photo a line, then its sentence and what to do."""
    lines = []
    for row in failures:
        lines.append(f"  {printable(str(row.source))}")
        lines.append(f"      {row.error}" + (f" {row.hint}" if row.hint else ""))
    return "\n".join(lines)
