"""`maskfacegan batch`: one edit of many photos, on this machine or on a cluster."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from ..batch.edit_file import BatchEdit, BatchJob
    from ..batch.events import BatchControl, BatchProgress, BatchSummary

_LINE_EVERY = 30.0
"""Seconds between two lines about the progress where there is no terminal for a bar."""

_DESCRIPTION = """\
Edit faces in many photos. Results lie in OUT as their photos do in FOLDER, and take no file's place.
OUT/batch.sqlite is the ledger: every photo's state, time, error and its result's SHA-256. Ended at any
moment, --resume goes on. Exit codes: 0 all done, 1 an error, or photos that failed (in earlier runs, too), 2
wrong arguments, 130 stopped."""


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
    parser.set_defaults(edit_defaults={name: parser.get_default(name) for name in names})


def run(options: argparse.Namespace) -> int:
    """Check what needs no network, run, tell; the exit code."""
    _check_arguments(options)
    from ..batch.run import BatchOptions, run_batch

    job = job_of(options)
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
    named = [path for given in options.inputs for path in expanded(given, folders=True)]
    with _interruptible(options.watch) as control, _Bar(options.quiet) as bar:
        summary = run_batch(named, job, options.outdir, how, control, bar.show)
    if options.report is not None:
        from ..batch.report import write_report

        write_report(options.report, options.outdir, thumbnails=options.thumbnails)
    _tell(summary)
    if summary.failures:
        return 1
    return 130 if summary.stopped and not options.watch else 0


def _check_arguments(options: argparse.Namespace) -> None:
    given = [name for name in options.edit_names if getattr(options, name) != options.edit_defaults[name]]
    if options.edit and [name for name in given if name != "weights"]:
        options.wrong(f"--edit says what is to be done; leave out --{given[0].replace('_', '-')}")
    if not options.edit and not options.attribute and not options.resume:
        options.wrong("say what is to be done: --edit EDIT.json or --attribute")
    if given and not options.edit and not options.attribute:
        options.wrong(f"--{given[0].replace('_', '-')} belongs to --attribute")
    if not options.inputs and not options.resume:
        options.wrong("name photos, or folders of them")
    if options.retry and not options.resume:
        options.wrong("--retry belongs to --resume")
    if options.watch and not any(os.path.isdir(path) for path in options.inputs):  # noqa: PTH112  (long names)
        options.wrong("--watch needs a folder")
    if options.thumbnails and not options.report:
        options.wrong("--thumbnails belongs to --report")
    if options.memory is not None and options.memory <= 0:
        options.wrong("--memory is a number of gigabytes above 0")
    if options.trust_cluster and not options.cluster:
        options.wrong("--trust-cluster belongs to --cluster")


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
        return replace(edit, pack=_pack(options.weights)) if options.weights else edit
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
    """A pack's name, or its folder as it is called from everywhere."""
    from ..packs.manifest import list_packs

    if not weights or any(info.name == weights for info in list_packs()):
        return weights or ""
    return str(Path(weights).expanduser().absolute())


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

    total = summary.done + summary.waiting + len(summary.failures)
    more = [f"{len(summary.failures)} failed"] if summary.failures else []
    more += [f"{summary.waiting} waiting"] if summary.waiting else []
    pace = (
        f"; {summary.done_now} in this run, in {duration(summary.seconds)}: {summary.per_minute:.1f} a minute"
    )
    print(f"{', '.join([f'{summary.done} of {total} done', *more])}{pace}. Results: {summary.outdir}")
    if summary.failures:
        print(f"Failed, of this run and earlier ones ({len(summary.failures)}):", file=sys.stderr)
        print(failure_table(summary.failures), file=sys.stderr)
        print("--resume --retry tries them again.", file=sys.stderr)


@contextmanager
def _interruptible(watch: bool) -> Iterator[BatchControl]:
    """Ctrl-C lets the photos under way come to their end; a second one stops at once. Either loses
    nothing."""
    from ..batch.events import BatchControl

    control = BatchControl()

    def interrupt(_number: int, _frame: Any) -> None:
        if control.finishing:
            control.cancel()
            return
        how = "" if watch else "; --resume goes on later"
        print(f"\nThe photos under way come to their end{how}. Ctrl-C again stops at once.", file=sys.stderr)
        control.finish()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield control
    finally:
        signal.signal(signal.SIGINT, before)
