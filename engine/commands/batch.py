"""`maskfacegan batch`: one edit of many photos, on this machine or on a cluster."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..batch.inputs import is_folder
from ..errors import ConfigError, printable
from .edit_options import (
    add_computing,
    add_edit,
    add_results,
    check_edit,
    check_quality,
    config_of,
    settings_of,
)
from .inputs import expanded
from .places import check_name, prepare_folder

if TYPE_CHECKING:
    from ..batch.edit_file import BatchEdit, BatchJob
    from ..batch.events import BatchControl, BatchProgress, BatchSummary

_LINE_EVERY = 30.0
"""Seconds between two lines about the progress where there is no terminal for a bar."""

_DESCRIPTION = """\
Edit faces in many photos. Results lie in OUT as their photos do in FOLDER, and take no file's place.
OUT/batch.sqlite is the ledger: every photo's state, time, error and its result's SHA-256. Ended at any
moment, --resume goes on. Exit codes: 0 all done, 1 an error, or photos that failed (in earlier runs, too), 2
wrong arguments, 130 stopped, and photos are waiting."""

_OF_THE_JOB = ("faces", "aligned", "format", "quality", "no_tag")
_OF_THE_MACHINE = ("device", "precision")


def add_parser(commands: Any) -> None:
    parser: argparse.ArgumentParser = commands.add_parser(
        "batch", help="edit faces in folders of photos", description=_DESCRIPTION
    )
    add = parser.add_argument
    add("inputs", nargs="*", type=Path, metavar="FOLDER_OR_FILE", help="photos, and folders of them")
    add("--outdir", required=True, type=Path, metavar="OUT", help="folder for the results")
    add("--edit", type=Path, metavar="EDIT.json", help="an edit that the window saved for many photos")
    names = add_edit(parser, attribute_required=False)
    add(
        "--faces",
        type=_faces,
        default="largest",
        metavar="all|largest|N",
        help="which faces (default: largest)",
    )
    add("--aligned", action="store_true", help="the photos are aligned square faces")
    add_results(parser)
    add_computing(parser)
    add("--jobs", type=_count, metavar="N", help="workers (default: one a core or GPU, as memory allows)")
    add(
        "--memory",
        type=float,
        metavar="GB",
        help="what they may take together (default: 80 %% of what is free)",
    )
    add("--cluster", metavar="local|ADDRESS", help="work on a Ray cluster; see docs/cluster.md")
    add("--trust-cluster", action="store_true", help="ADDRESS is a cluster of yours, closed to others")
    add("--resume", action="store_true", help="go on with the batch in OUT; it knows its photos and its edit")
    add("--retry", action="store_true", help="with --resume: try again what failed")
    add("--watch", action="store_true", help="go on with what comes into the folders, until Ctrl-C")
    add("--report", type=Path, metavar="REPORT.html", help="write a page about all photos at the end")
    add("--thumbnails", action="store_true", help="the report shows the photos, small")
    add("--quiet", action="store_true", help="no progress bar")
    parser.set_defaults(run=run, wrong=parser.error, edit_names=names)
    all_names = [*names, *_OF_THE_JOB, *_OF_THE_MACHINE]
    parser.set_defaults(edit_defaults={name: parser.get_default(name) for name in all_names})


def run(options: argparse.Namespace) -> int:
    """Check what needs no network, run, tell; the exit code."""
    _check_arguments(options)
    from ..batch.run import BatchOptions, run_batch

    job, inputs = job_of(options) or _job_as_begun(options), _inputs(options)
    if options.cluster:
        from ..batch.cluster import check_address, load_ray

        check_address(options.cluster, options.trust_cluster)
        load_ray()
    how = BatchOptions(
        resume=options.resume,
        retry=options.retry,
        watch=options.watch,
        jobs=options.jobs,
        memory=None if options.memory is None else round(options.memory * 1e9),
        cluster=options.cluster or "",
        trust_cluster=options.trust_cluster,
    )
    if options.report is not None:
        check_name(options.report)
        prepare_folder(options.report.parent)
    with _interruptible(options.watch) as control, _Bar(options.quiet) as bar:
        summary = run_batch(inputs, job, options.outdir, how, control, bar.show)
    _tell(summary)
    if options.report is not None:
        from ..batch.report import write_report

        write_report(options.report, options.outdir, thumbnails=options.thumbnails)
    if not (options.watch or control.finishing or control.cancelled or _total(summary)):
        raise ConfigError("There is no photo in what was named.", "Name photos, or folders of them.")
    if summary.failures:
        return 1
    return 130 if summary.waiting else 0


def _given(options: argparse.Namespace, names: Iterable[str]) -> list[str]:
    """Those of the options that say something else than they do by themselves."""
    return [name for name in names if getattr(options, name) != options.edit_defaults[name]]


def _check_arguments(options: argparse.Namespace) -> None:
    _check_edit(options)
    if not options.inputs and not options.resume:
        options.wrong("name photos, or folders of them")
    if options.retry and not options.resume:
        options.wrong("--retry belongs to --resume")
    if options.watch and not any(map(is_folder, options.inputs)):
        options.wrong("--watch needs a folder")
    if options.thumbnails and not options.report:
        options.wrong("--thumbnails belongs to --report")
    if options.report and options.report.suffix.lower() not in (".html", ".htm"):
        options.wrong("--report is a page: name it REPORT.html")  # a slip would replace a photo by it
    if options.memory is not None and not 0 < options.memory < math.inf:
        options.wrong("--memory is a number of gigabytes above 0")
    _check_cluster(options)


def _check_cluster(options: argparse.Namespace) -> None:
    if options.cluster is not None and not options.cluster.strip():
        options.wrong("--cluster is 'local' or an address")
    if options.trust_cluster and not options.cluster:
        options.wrong("--trust-cluster belongs to --cluster")
    if options.memory is not None and options.cluster:
        options.wrong("--memory is that of this machine; a cluster's takes --jobs")


def _check_edit(options: argparse.Namespace) -> None:
    given = _given(options, options.edit_names)
    beside = [name for name in given if name != "weights"]
    if options.edit and beside:
        options.wrong(f"--edit says what is to be done; leave out --{beside[0].replace('_', '-')}")
    if not options.edit and not options.attribute and not options.resume:
        options.wrong("say what is to be done: --edit EDIT.json or --attribute")
    if given and not options.edit and not options.attribute:
        options.wrong(f"--{given[0].replace('_', '-')} belongs to --attribute")
    of_job = _given(options, _OF_THE_JOB)
    if of_job and not options.edit and not options.attribute:
        name = of_job[0].replace("_", "-")
        options.wrong(f"--{name} belongs to --edit or --attribute; without them --resume goes on as begun")


def _inputs(options: argparse.Namespace) -> list[Path]:
    """The photos and folders that were named. `ConfigError` for what is not there and is not called like a
    photo, which it would be taken for: a folder, misspelt."""
    from ..photo.folders import SUFFIXES

    named = [found for path in options.inputs for found in expanded(path, folders=True)]
    for path in named:
        if not os.path.lexists(path) and path.suffix.lower() not in SUFFIXES:
            raise ConfigError(f"There is no file or folder {path}.", "Check its name.", path=path)
    return named


def _job_as_begun(options: argparse.Namespace) -> BatchJob:
    """The job of the batch in OUT, computed as the options say where they do: its results are the same."""
    from dataclasses import replace

    from ..batch.run import stored_job

    how = {name: getattr(options, name) for name in _given(options, _OF_THE_MACHINE)}
    return replace(stored_job(options.outdir), **how)


def job_of(options: argparse.Namespace) -> BatchJob | None:
    """The job that the options say; None where they leave it to the ledger."""
    from ..batch.edit_file import BatchJob

    if not options.edit and not options.attribute:
        return None
    check_quality(options)
    job = BatchJob(
        edit_of(options),
        options.faces,
        options.aligned,
        options.format,
        options.quality,
        not options.no_tag,
        options.device,
        options.precision,
    )
    job.check()
    return job


def edit_of(options: argparse.Namespace) -> BatchEdit:
    """The edit of --edit, or of the options of `edit`."""
    from dataclasses import replace

    from ..batch.edit_file import BatchEdit, read_edit

    if options.edit:
        edit = read_edit(options.edit)
        return replace(edit, pack=_pack(options.weights or edit.pack))
    attributes = check_edit(options)
    return BatchEdit(
        attributes,
        options.preset or "",
        options.composite,
        options.blend,
        options.smoothing,
        options.e4e_init,
        options.force_global,
        options.seed,
        {**config_of(options), **settings_of(options)},
        _pack(options.weights),
    )


def _pack(weights: str | None) -> str:
    """A pack's name, or its folder as it is called from everywhere. A name that is not known here may be
    one on a cluster's machines."""
    from ..packs.manifest import list_packs

    if not weights or any(info.name == weights for info in list_packs()):
        return weights or ""
    folder = Path(weights).expanduser()
    return str(folder.absolute()) if len(folder.parts) > 1 or folder.exists() else weights


def _faces(text: str) -> str | int:
    if text in ("all", "largest"):
        return text
    return _count(text)


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of 1 or more")
    return number


class _Bar:
    """The progress bar: photos that ended of all that are known, a minute, and the time left."""

    def __init__(self, quiet: bool) -> None:
        from tqdm import tqdm

        form = "{l_bar}{bar}| {n_fmt} of {total_fmt}{postfix}"
        self._bar = tqdm(unit="photo", bar_format=form, disable=quiet or None, mininterval=0.2)
        self._quiet, self._told = quiet, False
        self._lines = not quiet and self._bar.disable  # stderr is a file or a pipe
        self._said = float("-inf")

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, now: BatchProgress) -> None:
        if now.budget is not None and not self._told and not self._quiet:
            self._told = True
            self._bar.write(_plan(now), file=sys.stderr)
        self._bar.total = now.total
        words = [f"{now.failed} failed"] if now.failed else []
        if now.per_minute:
            words.append(f"{now.per_minute:.1f} a minute")
        if now.seconds_left is not None and now.waiting + now.running:
            words.append(f"{duration(now.seconds_left)} left")
        if self._lines and time.monotonic() - self._said >= _LINE_EVERY:
            self._said = time.monotonic()
            print(", ".join([f"{now.done} of {now.total} done", *words]), file=sys.stderr, flush=True)
        self._bar.set_postfix_str(", ".join(words), refresh=False)
        self._bar.update(now.done + now.failed - self._bar.n)
        self._bar.refresh()


def _plan(now: BatchProgress) -> str:
    budget = now.budget
    assert budget is not None
    each = (
        f"{budget.need.of(0) / 1e9:.1f} GB each and {budget.need.per_pixel:.0f} MB per megapixel of its photo"
    )
    workers = "1 worker" if budget.workers == 1 else f"{budget.workers} workers"
    return f"{workers} of one thread, {each}; {budget.bytes / 1e9:.1f} GB may be taken together."


def duration(seconds: float) -> str:
    """3725 -> "1 h 2 min"; 75 -> "1 min 15 s"."""
    whole = max(0, round(seconds))
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def _tell(summary: BatchSummary) -> None:
    """What became of it, on stdout; the failures of all runs, on stderr."""
    from ..batch.run import failure_table

    total = _total(summary)
    more = [f"{len(summary.failures)} failed"] if summary.failures else []
    more += [f"{summary.waiting} waiting"] if summary.waiting else []
    pace = (
        f"; {summary.done_now} in this run, in {duration(summary.seconds)}: {summary.per_minute:.1f} a minute"
    )
    where = f" Results: {printable(str(summary.outdir))}"
    print(f"{', '.join([f'{summary.done} of {total} done', *more])}{pace}.{where}")
    if summary.failures:
        print(f"Failed, of this run and earlier ones ({len(summary.failures)}):", file=sys.stderr)
        print(failure_table(summary.failures), file=sys.stderr)
        print("--resume --retry tries them again.", file=sys.stderr)


def _total(summary: BatchSummary) -> int:
    return summary.done + summary.waiting + len(summary.failures)


@contextmanager
def _interruptible(watch: bool) -> Iterator[BatchControl]:
    """Ctrl-C lets the photos under way come to their end; a second one stops at once, and so does SIGTERM,
    by which queues and containers end what runs in them. Neither loses anything."""
    from ..batch.events import BatchControl

    control = BatchControl()

    def interrupt(_number: int, _frame: Any) -> None:
        if control.finishing:
            control.cancel()
            return
        how = "" if watch else "; --resume goes on later"
        print(f"\nThe photos under way come to their end{how}. Ctrl-C again stops at once.", file=sys.stderr)
        control.finish()

    def end(_number: int, _frame: Any) -> None:
        control.cancel()

    before = {signal.SIGINT: signal.signal(signal.SIGINT, interrupt)}
    before[signal.SIGTERM] = signal.signal(signal.SIGTERM, end)
    try:
        yield control
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
