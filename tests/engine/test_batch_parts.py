"""The parts of a batch by themselves: edits as files, inputs, the ledger, watching, pace, memory,
simulation."""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import sys
import types
from pathlib import Path, PurePosixPath

import pytest

import engine
from engine import AttributeEdit, BatchEdit, BatchJob
from engine.batch import memory, simulate
from engine.batch.inputs import Inputs, Source
from engine.batch.ledger import DONE, FAILED, NAME, RUNNING, STATES, WAITING, Ledger
from engine.batch.pace import Pace
from engine.batch.place import Place, UnfitNameError
from engine.batch.pool import Died, Event, Pool, _Worker
from engine.batch.watching import Rested
from engine.batch.work import Refused, Task, edit_photo
from engine.errors import ConfigError, EngineError, SaveError

from . import batches

FULL = BatchEdit(
    (AttributeEdit("smiling", 1.0, 0.8, 0.0), AttributeEdit("big_nose", 0.0, None, 1.3)),
    "fast",
    "paper",
    "no_skin",
    0.1,
    True,
    True,
    7,
    {"steps.latent": 9},
    "starter",
)


def test_an_edit_comes_back_from_its_file(tmp_path: Path) -> None:
    path = engine.write_edit(tmp_path / "edit.json", FULL)
    assert engine.read_edit(path) == FULL
    record = json.loads(path.read_text())
    del record["settings"], record["pack"], record["seed"]
    path.write_text(json.dumps({**record, "of_a_later_version": 1}))
    assert engine.read_edit(path) == dataclasses.replace(FULL, settings={}, pack="", seed=0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "does not hold a saved edit"),
        ("[]", "format 1"),
        ('{"format": 2, "attributes": []}', "format 1"),
        ('{"format": 1}', "attributes"),
        ('{"format": 1, "attributes": []}', "no attribute"),
        ('{"format": 1, "attributes": [{"name": "smilling"}]}', "smilling"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "preset": "slow"}', "slow"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "seed": -1}', "seed"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "smoothing": 0.7}', "smoothing"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "mode": "loud"}', "mode"),
        ("[" * 5000, "does not hold"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "settings": {"steps.latnet": 3}}', "latnet"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "settings": {"steps.latent": "x"}}', "steps"),
        ('{"format": 1, "attributes": [{"name": "smiling", "target": NaN}]}', "attributes"),
        ('{"format": 1, "attributes": [{"name": "smiling", "size": NaN}]}', "attributes"),
        ('{"format": 1, "attributes": [{"name": "smiling"}], "smoothing": NaN}', "smoothing"),
    ],
)
def test_a_file_that_holds_no_edit_gets_a_sentence(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "edit.json").write_text(content)
    with pytest.raises(EngineError, match=words):
        engine.read_edit(tmp_path / "edit.json")


def test_every_end_says_what_to_do_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        engine.read_edit(tmp_path / "none.json")
    assert caught.value.hint

    def fails(*_: object) -> None:
        raise KeyError("a frame\nthat nobody thought of")

    monkeypatch.setattr("engine.batch.work._edited", fails)
    task = Task(1, tmp_path / "x.png", tmp_path / "1.part")
    refused = edit_photo(None, BatchJob(FULL), task)  # type: ignore[arg-type]
    assert isinstance(refused, Refused) and "KeyError" in refused.message and refused.hint
    assert not refused.everywhere


@pytest.mark.parametrize(("code", "words"), [(3, "exit code 3"), (-11, "SIGSEGV"), (-9, "SIGKILL")])
def test_a_worker_that_ended_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    """Amid a photo, and before it could begin: twice of the latter end the batch."""
    monkeypatch.setattr(Pool, "_start", lambda _: None)
    pool = Pool(BatchJob(FULL), 1)

    def ended(ready: bool) -> list[Event]:
        process = types.SimpleNamespace(exitcode=code, join=lambda: None)
        worker = _Worker(process, types.SimpleNamespace(close=lambda: None))  # type: ignore[arg-type]
        worker.ready, worker.task = ready, Task(1, tmp_path, tmp_path) if ready else None
        pool._workers.append(worker)
        return list(pool._bury(worker))

    (died,) = ended(True)
    assert isinstance(died, Died) and words in died.why and died.hint and died.blame
    assert ended(False) == []
    with pytest.raises(EngineError, match="could not begin") as caught:
        ended(False)
    assert words in caught.value.message and caught.value.hint


def test_an_edit_that_an_editor_saved_again_is_read(tmp_path: Path) -> None:
    """Some put a mark before the text that says how it is coded."""
    path = engine.write_edit(tmp_path / "edit.json", FULL)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert engine.read_edit(path) == FULL


def test_jobs_differ_in_what_their_results_depend_on() -> None:
    job = BatchJob(FULL)
    assert job.difference(BatchJob(FULL, device="cpu")) == ""
    assert "faces" in job.difference(BatchJob(FULL, "all"))
    assert "edit" in job.difference(BatchJob(dataclasses.replace(FULL, seed=8)))
    with pytest.raises(ConfigError, match="gif"):
        BatchJob(FULL, format="gif").check()


# --- inputs


def places(named: list[Path], out: Path) -> list[str]:
    return [str(source.place) for source in Inputs(named, out)]


def test_folders_are_mirrored_and_results_are_no_photos(tmp_path: Path) -> None:
    album = batches.album(tmp_path / "album")
    batches.photo(album / "out" / "a" / "x.png")
    batches.photo(album / "b" / "out" / "z.png")  # another folder of the same name
    assert places([album], album / "out") == ["broken", "a/x", "a/x", "b/deep/y", "b/out/z"]
    batches.photo(tmp_path / "more" / "album" / "z.png")
    both = places([album, tmp_path / "more" / "album"], tmp_path / "out")
    assert both[0] == "album/broken" and both[-1] == "album-2/z"
    assert places([album / "notes.txt", album / "a" / "x.png"], tmp_path / "out") == ["notes", "x"]


def test_a_folder_that_links_to_itself_is_walked_once(tmp_path: Path) -> None:
    batches.photo(tmp_path / "album" / "x.png")
    (tmp_path / "album" / "again").symlink_to(tmp_path / "album")
    assert places([tmp_path / "album"], tmp_path / "out") == ["x"]


@pytest.mark.skipif(os.name != "posix", reason="names of POSIX")
def test_odd_names_are_files_to_be_opened(tmp_path: Path) -> None:
    """Opening them says what is wrong."""
    named = [tmp_path / "..jpg", tmp_path / ".jpg", tmp_path / ("n" * 300)]
    assert places(named, tmp_path / "out") == ["..jpg", ".jpg", "n" * 300]


# --- the ledger


def source(path: Path, place: str) -> Source:
    return Source(path, PurePosixPath(place))


def test_names_take_no_place_that_is_taken(tmp_path: Path) -> None:
    (tmp_path / "b.png").write_text("somebody's")
    ledger = Ledger(tmp_path / NAME)
    names = ["a", "A", "a", "b", "c.d"]
    added = ledger.add(
        (source(tmp_path / f"{i}.jpg", name) for i, name in enumerate(names)), tmp_path, ".png"
    )
    assert [str(ledger.photo(number).output) for number in added] == [
        *("a.png", "A-2.png", "a-3.png", "b-2.png", "c.d.png")
    ]
    assert ledger.add([source(tmp_path / "0.jpg", "a")], tmp_path, ".png") == []
    (tmp_path / "c.d.png").write_text("somebody's, too")
    assert str(ledger.rename(added[-1], tmp_path)) == "c.d-2.png"


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are Linux's")
def test_names_that_are_no_text_are_kept(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg"))
    ledger = Ledger(tmp_path / NAME)
    (number,) = ledger.add([source(path, path.stem)], tmp_path, ".png")
    row = ledger.photo(number)
    assert row.source == path and os.fsencode(row.output) == b"caf\xe9.png"
    assert ledger.add([source(path, path.stem)], tmp_path, ".png") == []


def test_a_photos_way_through_the_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / NAME)
    first, second = ledger.add([source(tmp_path / n, n) for n in ("a", "b")], tmp_path, ".png")
    ledger.begin(first, "worker 1")
    ledger.announce(first, "ab" * 32, 10, 1.5, {"faces": []})
    ledger.finish(first, 0.1)
    ledger.begin(second, "worker 2")
    ledger.put_back(second, killed=True)
    ledger.fail(second, "It is broken.", "Mend it.")
    row = ledger.photo(second)
    assert (row.state, row.kills, row.tries, row.error) == (FAILED, 1, 1, "It is broken.")
    assert ledger.counts() == {**dict.fromkeys(STATES, 0), DONE: 1, FAILED: 1}
    assert ledger.retry_failed() == 1 and ledger.photo(second).kills == 0
    waiting = ledger.next_waiting()
    assert waiting is not None and waiting.id == second
    ledger.close()
    reader = Ledger(tmp_path / NAME, read_only=True)
    assert [row.state for row in reader.photos()] == [DONE, WAITING]
    assert list(reader.photos(RUNNING)) == []
    with pytest.raises(EngineError, match="cannot be used"):
        reader.fail(first, "no", "")


@pytest.mark.parametrize("content", [b"", b"no ledger" * 999])
def test_a_file_that_is_no_ledger(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    if content:
        with pytest.raises(EngineError, match="ledger"):
            Ledger(tmp_path / NAME)
    else:
        assert Ledger(tmp_path / NAME).next_waiting() is None


def test_a_ledger_of_a_later_version(tmp_path: Path) -> None:
    Ledger(tmp_path / NAME).close()
    with sqlite3.connect(tmp_path / NAME) as base:
        base.execute("UPDATE meta SET value = '2' WHERE name = 'format'")
    with pytest.raises(EngineError, match="another version") as caught:
        Ledger(tmp_path / NAME)
    assert "another output folder" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="a disk of POSIX")
def test_a_name_that_the_disk_does_not_take_is_told_of(tmp_path: Path) -> None:
    with Place(tmp_path / "out") as place:
        place.part(1).write_bytes(b"a result")
        with pytest.raises(UnfitNameError, match="takes no file called") as caught:
            place.publish(place.part(1), PurePosixPath("n" * 300 + ".png"))
        assert "shorter" in caught.value.hint and place.part(1).exists()
    with pytest.raises(SaveError, match="name is too long"), Place(tmp_path / ("n" * 300)):
        pytest.fail("a folder that cannot be")


def test_a_second_driver_is_refused(tmp_path: Path) -> None:
    with Place(tmp_path / "out") as first:
        with pytest.raises(EngineError, match="Another run"), Place(tmp_path / "out"):
            pytest.fail("two at once")
        assert first.parts.is_dir()
    with Place(tmp_path / "out"):
        pass


# --- watching, pace, memory


def test_a_photo_rests_before_it_is_taken(tmp_path: Path) -> None:
    now = [0.0]
    rested = Rested(2.0, lambda: now[0])
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    one.write_bytes(b"1")

    def look(at: float) -> list[str]:
        now[0] = at
        there = [source(path, path.stem) for path in (one, other) if path.exists()]
        return [found.path.name for found in rested.of(there)]

    assert look(0) == [] and look(1.9) == []
    one.write_bytes(b"12")  # it grows
    assert look(2.1) == []
    other.write_bytes(b"1")
    assert look(3.0) == []
    assert look(4.2) == ["one.png"]
    other.unlink()
    assert look(5) == []
    other.write_bytes(b"1")  # comes again: it rests anew
    assert look(6) == [] and look(7.9) == [] and look(8) == ["other.png"] and look(20) == []


def test_the_pace_leaves_out_time_without_work() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    assert pace.per_minute == 0 and pace.seconds_left(5, 1) is None
    pace.busy(True)
    for second in range(1, 101):
        now[0] = float(second)
        pace.ended()
    assert pace.per_minute == pytest.approx(60)
    pace.busy(False)
    now[0] = 5000.0
    pace.busy(True)
    now[0] = 5001.0
    pace.ended()
    assert pace.per_minute == pytest.approx(60)
    assert pace.seconds_left(10, 2) == pytest.approx(11)


def test_memory_says_how_many_workers_fit() -> None:
    job = BatchJob(dataclasses.replace(FULL, pack="starter"), device="cpu")
    need = memory.need(job)
    one = need.of(24_000_000)
    assert memory.plan(job, memory=one).workers == 1
    assert memory.plan(job, memory=10**15).workers == memory.cores()
    with pytest.raises(EngineError, match="A worker needs"):  # a bound is kept to, or refused
        memory.plan(job, memory=need.base - 1)
    with pytest.raises(EngineError, match="3 workers need"):
        memory.plan(job, jobs=3, memory=2 * need.base)
    budget = memory.Budget(3, 3 * one, need)
    assert budget.fits([], 10**12)  # alone, whatever it takes
    assert budget.fits([24_000_000, 24_000_000], 24_000_000)
    assert not budget.fits([24_000_000], 300_000_000)


def test_free_memory_is_no_more_than_there_is() -> None:
    import psutil

    assert 0 < memory.free_memory() <= psutil.virtual_memory().total
    assert 1 <= memory.cores() <= (os.cpu_count() or 1)


def test_pixels_by_the_header_alone(tmp_path: Path) -> None:
    path = batches.photo(tmp_path / "x.png")
    assert memory.pixels_of(path) == 96 * 96
    path.write_bytes(path.read_bytes()[:60])
    assert memory.pixels_of(path) == 96 * 96
    path.write_bytes(b"nothing")
    assert memory.pixels_of(path) == 0


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), MemoryError()])
def test_a_header_that_cannot_be_read_ends_no_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    path = batches.photo(tmp_path / "x.png")
    monkeypatch.setattr("PIL.Image.open", fails)
    assert memory.pixels_of(path) == 0
    monkeypatch.setattr("engine.photo.api.photo_size", fails)
    assert memory.pixels_of(path) == 0


# --- the simulation


def test_it_scales_until_something_is_busy_all_the_time() -> None:
    photos = [simulate.Photo(10.0, 0.1, 1_000_000)] * 4000
    found = {n: simulate.simulate(photos, n, 100e6) for n in (1, 2, 8, 200)}
    assert found[1].per_minute == pytest.approx(60 / 10.11, rel=0.01)
    assert found[2].per_minute == pytest.approx(2 * found[1].per_minute, rel=0.01)
    assert found[8].first == "workers" and found[8].work > 0.95
    assert found[200].first == "driver" and found[200].per_minute == pytest.approx(600, rel=0.03)
    assert simulate.limits(photos, 100e6)["driver"] == pytest.approx(600)
    slow = simulate.simulate(photos, 200, 1e6)
    assert slow.first == "storage" and slow.per_minute == pytest.approx(60, rel=0.03)


def test_the_simulation_reads_a_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger = Ledger(tmp_path / NAME)
    assert simulate.main([str(tmp_path / NAME)]) == 1
    (number,) = ledger.add([source(batches.photo(tmp_path / "a.png"), "a")], tmp_path, ".png")
    ledger.announce(number, "ab" * 32, 5000, 2.0, {})
    ledger.finish(number, 0.02)
    assert simulate.main([str(tmp_path / NAME), "--workers", "1", "4", "--price", "0.1"]) == 0
    told = capsys.readouterr().out
    assert "cost/1000" in told and "The driver lets 3000" in told
    if sys.platform == "linux":  # where a name need not be text
        other = Path(os.fsdecode(b"caf\xe9.png"))
        (number,) = ledger.add([source(tmp_path / other, "b")], tmp_path, ".png")
        ledger.announce(number, "ab" * 32, 5000, 2.0, {})
        ledger.finish(number, 0.02)
        assert [photo.bytes > 5000 for photo in simulate.measured(tmp_path / NAME)] == [True, True]


def test_the_simulation_of_what_is_no_ledger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "junk").write_bytes(b"no ledger" * 999)
    for name, told in (("none", "no ledger"), ("junk", "cannot be used")):
        assert simulate.main([str(tmp_path / name)]) == 1
        assert told in capsys.readouterr().err and not (tmp_path / "none").exists()
    for words in (["--workers", "0"], ["--photos", "0"], ["--storage", "0"], ["--storage", "nan"]):
        with pytest.raises(SystemExit):
            simulate.main([str(tmp_path / "junk"), *words])
