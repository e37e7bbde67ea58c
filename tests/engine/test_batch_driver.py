"""What the driver of a batch does about names, ledgers, options and ends. No photo is edited: results are
copies."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

import engine
from engine import AttributeEdit, BatchEdit, BatchJob, BatchOptions, BatchProgress, BatchSummary
from engine.batch.inputs import Source
from engine.batch.ledger import DONE, FAILED, NAME, PUBLISHING, WAITING, Ledger
from engine.batch.pool import Event
from engine.batch.run import failure_table, stored_job
from engine.cli import main
from engine.errors import ConfigError, EngineError

from . import batches

JOB = BatchJob(BatchEdit((AttributeEdit("smiling"),), pack="starter"), device="cpu")
ON = BatchOptions(resume=True)
CRASHING = """
import os, sys
from pathlib import Path
from tests.engine import batches, test_batch_driver
import engine.batch.run as driver

batches.copy_only(lambda name, value: setattr(driver, name.rpartition(".")[2], value))
driver.pixels_of = lambda path: os._exit(11) if path.name == "deadly.png" else 0
test_batch_driver.run(Path(sys.argv[1]), Path(sys.argv[2]), test_batch_driver.ON)
"""
"""A driver that is ended by the header of one photo."""
POSIX = pytest.mark.skipif(os.name != "posix", reason="names and signals of POSIX")


@pytest.fixture(autouse=True)
def copying(monkeypatch: pytest.MonkeyPatch) -> None:
    batches.copy_only(monkeypatch.setattr)


def files(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"a photo")
    return folder


def run(inputs: Path, out: Path, options: BatchOptions | None = None, job: BatchJob = JOB) -> BatchSummary:
    return engine.run_batch([inputs], job, out, options)


def rows(out: Path) -> list[engine.PhotoRow]:
    ledger = Ledger(out / NAME, read_only=True)
    try:
        return list(ledger.photos())
    finally:
        ledger.close()


def outputs(out: Path) -> list[str]:
    return [str(row.output) for row in rows(out) if row.state == DONE]


def words(inputs: Path, out: Path, *more: str) -> list[str]:
    given = ["--attribute", "smiling", "--weights", "starter", "--device", "cpu"]
    return ["batch", str(inputs), "--outdir", str(out), "--quiet", *given, *more]


# --- names


@POSIX
@pytest.mark.parametrize("form", ["png", "webp"])
def test_results_of_long_names_are_cut_and_end_nothing(tmp_path: Path, form: str) -> None:
    long = "n" * 251
    inside = files(tmp_path / "in", f"{long}.png", f"{long}.jpg", f"{'ä' * 125}.tiff", "z.png")
    summary = run(inside, tmp_path / "out", job=replace(JOB, format=form))
    assert summary.done == 4 and not summary.failures
    made = outputs(tmp_path / "out")
    assert sorted(made) == sorted(path.name for path in (tmp_path / "out").glob(f"*.{form}"))
    assert len({len(os.fsencode(name)) for name in made}) > 1
    assert all(len(os.fsencode(name)) <= 255 for name in made) and "ä" * 100 in "".join(made)


def test_only_results_end_in_png(tmp_path: Path) -> None:
    """Folders that are called like pictures, or like what is ours, are mirrored by another name."""
    inside = files(tmp_path / "in", "a.png/x.jpg", "a.jpg", "b/c.PNG/d/y.jpg", f"{NAME}/z.jpg")
    out = tmp_path / "out"
    assert run(inside, out).done == 4
    assert sorted(outputs(out)) == ["a.png", "a.png_/x.png", "b/c.PNG_/d/y.png", f"{NAME}_/z.png"]
    found = [path for path in out.rglob("*") if path.name.lower().endswith(".png")]
    assert len(found) == 4 and all(path.is_file() for path in found)


def test_a_file_in_a_folders_way_costs_its_photos_alone(tmp_path: Path) -> None:
    inside, out = files(tmp_path / "in", "a.png", "b/x.png", "b/deep/y.png", "c.png"), tmp_path / "out"
    files(out, "b")
    parts: list[int] = []

    def count(now: BatchProgress) -> None:
        if not now.running and not now.waiting:
            parts.append(len(list((out / ".batch" / "parts").iterdir())))

    summary = engine.run_batch([inside], JOB, out, report=count)
    assert summary.done == 2 and summary.waiting == 0 and not any(parts)
    assert {row.source.name for row in summary.failures} == {"x.png", "y.png"}
    assert all("is no folder" in row.error and "try" in row.hint for row in summary.failures)
    (out / "b").unlink()
    assert run(inside, out, BatchOptions(resume=True, retry=True)).done == 4


def test_what_a_kill_left_and_cannot_have_its_name_has_failed(tmp_path: Path) -> None:
    inside, out = files(tmp_path / "in", "b/x.png", "c.png"), tmp_path / "out"
    run(inside, out)
    first = next(row for row in rows(out) if row.source.name == "x.png")
    (out / ".batch" / "parts").mkdir()
    (out / "b" / "x.png").rename(out / ".batch" / "parts" / f"{first.id}-00000000.part")
    (out / "b").rmdir()
    files(out, "b")
    with sqlite3.connect(out / NAME) as base:
        base.execute("UPDATE photos SET state = ? WHERE id = ?", (PUBLISHING, first.id))
    summary = run(inside, out, ON)
    assert [row.source.name for row in summary.failures] == ["x.png"] and summary.done == 1


def test_one_photo_by_two_folders_is_edited_once(tmp_path: Path) -> None:
    """Through a link to its folder it is the same; a link to the photo itself is another."""
    inside, out = files(tmp_path / "in", "a.png", "s/b.png"), tmp_path / "out"
    (tmp_path / "link").symlink_to(inside, target_is_directory=True)
    (inside / "c.png").symlink_to(inside / "a.png")
    engine.run_batch([inside, tmp_path / "link", inside / "s" / "b.png"], JOB, out)
    assert sorted(row.source.name for row in rows(out)) == ["a.png", "b.png", "c.png"]
    assert run(tmp_path / "link", out, ON).done_now == 0
    assert run(tmp_path / "link" / "s", out, ON).done_now == 0 and len(rows(out)) == 3


def test_many_photos_of_one_name_are_named_fast(tmp_path: Path) -> None:
    """Each would otherwise ask for all names before its own: 3000 take 4.5 million questions."""
    ledger, asked = Ledger(tmp_path / NAME), list[object]()
    taken = ledger._is_taken
    ledger._is_taken = lambda *named: (asked.append(named), taken(*named))[1]  # type: ignore[method-assign]
    photos = (Source(tmp_path / str(n) / "face.jpg", PurePosixPath("face")) for n in range(300))
    added = ledger.add(photos, tmp_path, ".png")
    assert str(ledger.photo(added[-1]).output) == "face-300.png" and len(asked) == 300
    ledger.close()


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are Linux's")
def test_a_failure_is_told_on_a_line_whatever_its_name_holds(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("two\nlines.png", "\x1b[31mred.png", "caf\udce9.png"):
        (tmp_path / "in" / name).write_bytes(b"")
    summary = run(tmp_path / "in", tmp_path / "out")
    lines = failure_table(summary.failures).splitlines()
    assert len(lines) == 6 and all(line.isprintable() for line in lines)
    assert any("caf\\udce9.png is empty." in line for line in lines)


# --- ledgers


def test_the_pack_that_was_taken_by_itself_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one may be installed before the rest of the photos is edited."""
    inside, out = files(tmp_path / "in", "a.png"), tmp_path / "out"
    anyone = replace(JOB, edit=replace(JOB.edit, pack=""))
    monkeypatch.setattr("engine.packs.manifest.default_pack", lambda: "starter")
    run(inside, out, job=anyone)
    assert stored_job(out).edit.pack == "starter"
    monkeypatch.setattr("engine.packs.manifest.default_pack", lambda: "portrait")
    taken: list[str] = []

    class Noting(batches.Copying):
        def __init__(self, job: BatchJob, count: int, background: bool = False) -> None:
            taken.append(job.edit.pack)
            super().__init__(job, count, background)

    batches.copy_only(monkeypatch.setattr, Noting)
    files(inside, "b.png")
    assert run(inside, out, ON, anyone).done == 2 and taken == ["starter"]
    other = replace(JOB, edit=replace(JOB.edit, pack="portrait"))
    with pytest.raises(ConfigError, match="the edit differs"):
        run(inside, out, ON, other)


def test_going_on_with_nothing_makes_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match="no batch"):
        engine.run_batch([], None, tmp_path / "out", ON)
    assert main(["batch", "--resume", "--outdir", str(tmp_path / "out")]) == 1
    assert "There is no batch in" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_ledger_that_cannot_be_gone_on_with_says_what_to_do(tmp_path: Path) -> None:
    inside, out = files(tmp_path / "in", "a.png"), tmp_path / "out"
    run(inside, out)
    with sqlite3.connect(out / NAME) as base:
        base.execute("UPDATE meta SET value = '[3]' WHERE name = 'job'")
    with pytest.raises(EngineError, match="no edit that is understood") as caught:
        run(inside, out, ON)
    assert "another output folder" in caught.value.hint
    (out / NAME).write_bytes(b"no ledger" * 999)
    with pytest.raises(EngineError, match="cannot be used") as caught:
        run(inside, out, ON)
    assert "begin again in another output folder" in caught.value.hint


@pytest.mark.parametrize("what", ["out", "out/.batch"])
def test_a_folder_that_goes_meanwhile_ends_it_with_a_sentence(tmp_path: Path, what: str) -> None:
    inside, out = files(tmp_path / "in", "a.png"), tmp_path / "out"

    class Going(batches.Copying):
        def close(self) -> None:
            shutil.rmtree(tmp_path / what)

    with pytest.MonkeyPatch.context() as patch:
        batches.copy_only(patch.setattr, Going)
        try:
            run(inside, out)
        except EngineError as error:  # the ledger is gone with it
            assert what == "out" and error.hint
    run(inside, out, ON)  # nobody holds the folder


def test_a_photo_whose_header_ends_the_driver_is_left_out(tmp_path: Path) -> None:
    """A library that reads headers may crash. It is tried once more, as one that ends a worker is."""
    inside, out = files(tmp_path / "in", "a.png", "deadly.png", "z.png"), tmp_path / "out"
    for ends in (True, True, False):
        code = subprocess.call([sys.executable, "-c", CRASHING, str(inside), str(out)], cwd=batches.ROOT)
        assert (code == 11) == ends
    by_name = {row.source.name: row for row in rows(out)}
    assert [row.state for row in by_name.values()] == [DONE, FAILED, DONE]
    assert by_name["deadly.png"].kills == 2 and "header" in by_name["deadly.png"].error
    assert by_name["deadly.png"].hint
    assert not (out / ".batch" / "opening").exists()


# --- the command line


def test_going_on_computes_where_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What computes is no part of the edit, and another machine may go on."""
    inside, out, asked = files(tmp_path / "in", "a.png"), tmp_path / "out", list[BatchJob | None]()

    def watched(_inputs: object, job: BatchJob | None, *_: object) -> BatchSummary:
        asked.append(job)
        return BatchSummary(out, 1, 0, 0, (), 1.0, 0.0, False)

    run(inside, out, job=replace(JOB, device="cuda", faces="all"))
    monkeypatch.setattr("engine.batch.run.run_batch", watched)
    assert main(["batch", "--resume", "--outdir", str(out), "--device", "cpu", "--quiet"]) == 0
    assert main(["batch", "--resume", "--outdir", str(out), "--quiet"]) == 0
    assert [(job.device, job.faces) for job in asked if job] == [("cpu", "all"), ("cuda", "all")]


@pytest.mark.parametrize("by", ["edit", "weights"])
@pytest.mark.parametrize(
    ("pack", "stored"),
    [("packs/mine", "{0}/packs/mine"), ("mine", "{0}/mine"), ("starter", "starter"), ("theirs", "theirs")],
)
def test_a_packs_folder_is_found_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, pack: str, stored: str
) -> None:
    """Another run may begin elsewhere; the name of a pack that only a cluster has stays one."""
    files(tmp_path, "in/a.png", "mine/manifest.json")
    monkeypatch.chdir(tmp_path)
    edit = replace(JOB.edit, pack=pack if by == "edit" else "starter")
    engine.write_edit(tmp_path / "edit.json", edit)
    weights = ["--weights", pack] if by == "weights" else []
    assert main(["batch", "in", "--edit", "edit.json", *weights, "--outdir", "out", "--quiet"]) == 0
    assert stored_job(tmp_path / "out").edit.pack == stored.format(tmp_path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--resume", "--faces", "all"], "--faces belongs to --edit or --attribute"),
        (["--resume", "--format", "jpg"], "--format belongs"),
        (["--resume", "--quality", "50"], "--quality belongs"),
        (["--resume", "--no-tag"], "--no-tag belongs"),
        (["--edit", "e.json", "--weights", "starter", "--seed", "3"], "leave out --seed"),
        (["--attribute", "smiling", "--memory", "nan"], "--memory is a number"),
        (["--attribute", "smiling", "--memory", "inf"], "--memory is a number"),
        (["--attribute", "smiling", "--cluster", ""], "--cluster is 'local' or an address"),
        (["--attribute", "smiling", "--cluster", "local", "--memory", "4"], "--memory is that of this"),
        (["--attribute", "smiling", "--report", "photo.jpg"], "name it REPORT.html"),
    ],
)
def test_options_that_would_do_nothing_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["batch", str(files(tmp_path / "in", "a.png")), "--outdir", str(tmp_path / "out"), *more])
    assert ended.value.code == 2 and told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--set", "steps.latnet=3"], "unknown key 'steps.latnet'"),
        (["--set", "steps.latent=few"], "should be a whole number"),
        (["--report", "{0}/in/a.png/report.html"], "cannot be written to"),
    ],
)
def test_what_no_photo_would_survive_is_told_before_any(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], told: str
) -> None:
    inside = files(tmp_path / "in", "a.png")
    assert main(words(inside, tmp_path / "out", *(word.format(tmp_path) for word in more))) == 1
    assert told in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_names_that_stand_for_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt folder is no photo that fails; an empty one holds none."""
    out = tmp_path / "out"
    files(tmp_path / "in", "a.png", "b.jpg", "c.txt")
    (tmp_path / "empty").mkdir()
    for name, told in (("inn", "no file or folder"), ("in/*.tiff", "called like"), ("empty", "no photo")):
        assert main(words(tmp_path / name, out)) == 1
        assert told in capsys.readouterr().err
    assert main(words(tmp_path / "in" / "*.jpg", out)) == 0  # as a shell of Windows passes it on
    assert outputs(out) == ["b.png"]
    assert main(words(tmp_path / "in" / ("n" * 300 + ".jpg"), tmp_path / "long")) == 1
    assert "n" * 300 in capsys.readouterr().err


@POSIX
@pytest.mark.parametrize("watch", [False, True])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ended_by_a_signal_it_tells_what_is_waiting(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    watch: bool,
) -> None:
    """By its exit code, too, and the handlers of before are there again."""
    inside, out = files(tmp_path / "in", *(f"{n}.png" for n in range(5))), tmp_path / "out"

    class Signalled(batches.Copying):
        def wait(self, timeout: float) -> list[Event]:
            if self._tasks and not sent:
                sent.append(number)
                os.kill(os.getpid(), number)
            return super().wait(timeout)

    sent: list[int] = []
    batches.copy_only(monkeypatch.setattr, Signalled)
    before = [signal.getsignal(known) for known in (signal.SIGTERM, signal.SIGINT)]
    assert main(words(inside, out, *(["--watch"] if watch else []))) == 130
    assert [signal.getsignal(known) for known in (signal.SIGTERM, signal.SIGINT)] == before
    assert "waiting" in capsys.readouterr().out
    states = [row.state for row in rows(out)]
    assert len(states) == 5 and set(states) <= {DONE, WAITING} and WAITING in states
    assert main(["batch", "--resume", "--outdir", str(out), "--quiet"]) == 0
    assert len(outputs(out)) == 5 and all(row.tries <= 2 for row in rows(out))


def test_what_was_said_is_reported_though_the_report_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside, out = files(tmp_path / "in", "a.png"), tmp_path / "out"
    page = tmp_path / "pages" / "report.html"
    assert main(words(inside, out, "--report", str(page))) == 0 and page.is_file()
    page.unlink()
    page.mkdir()
    assert main(["batch", "--resume", "--outdir", str(out), "--quiet", "--report", str(page)]) == 1
    said = capsys.readouterr()
    assert "1 of 1 done" in said.out and "is a folder" in said.err
