"""Batches with real worker processes on narrow networks: results, failures, kills, and going on
afterwards."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine import AttributeEdit, BatchControl, BatchEdit, BatchJob, BatchOptions, BatchProgress
from engine.batch.edit_file import Faces
from engine.batch.ledger import DONE, FAILED, NAME, WAITING, Ledger
from engine.batch.place import Place
from engine.batch.work import Finished, Outcome, Refused, Task, edit_photo
from engine.cli import main
from engine.errors import EngineError
from tests.gui import tiny_pack

from . import batches
from .batches import album, arguments, job, photo, pixels

TWO = BatchOptions(jobs=2)
ON = BatchOptions(resume=True, jobs=2)
WAIT = 120.0


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return album(tmp_path_factory.mktemp("batch") / "album")


@pytest.fixture(scope="module")
def undisturbed(narrow_models: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    summary = engine.run_batch([photos], job(narrow_models), out, TWO)
    assert (summary.done, summary.done_now, summary.waiting, summary.stopped) == (3, 3, 0, False)
    assert [row.source.name for row in summary.failures] == ["broken.jpg"]
    return out


def rows(out: Path) -> dict[str, engine.PhotoRow]:
    ledger = Ledger(out / NAME, read_only=True)
    try:
        return {str(row.output): row for row in ledger.photos()}
    finally:
        ledger.close()


def test_results_are_those_of_the_editor_and_the_ledger_knows_them(
    undisturbed: Path, photos: Path, narrow_models: Path
) -> None:
    assert sorted(pixels(undisturbed)) == ["a/x-2.png", "a/x.png", "b/deep/y.png"]
    found = rows(undisturbed)
    for name in pixels(undisturbed):
        content = (undisturbed / name).read_bytes()
        assert found[name].sha256 == hashlib.sha256(content).hexdigest() and found[name].bytes == len(content)
        assert found[name].state == DONE and found[name].tries == 1 and (found[name].seconds or 0) > 0
    failed = found["broken.png"]
    assert failed.state == FAILED and "broken.jpg" in failed.error and failed.hint
    left = {path.name for path in undisturbed.rglob("*") if path.is_file() and path.suffix != ".png"}
    assert left == {NAME, "lock"}
    editor = engine.Editor.load(narrow_models, device="cpu")
    editor.open(photos / "b" / "deep" / "y.png")
    face, asked = editor.whole(), job(narrow_models).edit
    request = editor.request(face, *asked.attributes, preset="paper", settings=asked.settings)
    after = editor.paste(face, editor.edit(request), mode="paper")
    made = engine.open_photo(undisturbed / "b" / "deep" / "y.png")
    assert np.abs(made.pixels.astype(int) - after.pixels.astype(int)).max() <= 1  # threads round differently
    assert b"compositeWithTrainedAlgorithmicMedia" in made.info["xmp"]


@pytest.mark.slow
def test_which_faces_are_edited(tmp_path: Path) -> None:
    """Every one, the largest, or one by its number; where there is none of that number, that is said."""
    pack = engine.load_pack(tiny_pack.write(tmp_path / "pack", finder=True), device="cpu")
    group = Image.new("RGB", (560, 300), (120, 128, 122))
    group.paste(tiny_pack.face_picture(160), (30, 70))
    group.paste(tiny_pack.face_picture(256), (270, 22))
    group.save(tmp_path / "group.png")

    def edited(faces: Faces) -> Outcome:
        edit = BatchEdit((AttributeEdit("smiling"),), "paper", settings=batches.SHORT)
        task = Task(1, tmp_path / "group.png", tmp_path / "result.part")
        return edit_photo(pack, BatchJob(edit, faces, device="cpu"), task)

    for faces, numbers, left_of_230 in (
        ("largest", [1], [False]),
        (2, [2], [True]),
        ("all", [1, 2], [False, True]),
    ):
        outcome = edited(faces)
        assert isinstance(outcome, Finished)
        found = outcome.record["faces"]
        assert [face["face"] for face in found] == numbers
        assert [np.mean(face["quad"], axis=0)[0] < 230 for face in found] == left_of_230
        after = engine.open_photo(tmp_path / "result.part").pixels.astype(int)
        changed = np.abs(after - np.asarray(group)).max(2) > 0
        assert [changed[:, 230:].any(), changed[:, :230].any()] == [1 in numbers, 2 in numbers]
    refused = edited(3)
    assert isinstance(refused, Refused) and "no face number 3; 2 faces found" in refused.message


def test_a_folder_with_a_batch_is_not_begun_again(
    undisturbed: Path, photos: Path, narrow_models: Path
) -> None:
    for options, asked, words in (
        (BatchOptions(), job(narrow_models), "holds a batch already"),
        (BatchOptions(resume=True), job(narrow_models, faces="all"), "the choice of faces differs"),
        (BatchOptions(resume=True), job(narrow_models, format="jpg"), "the format"),
    ):
        with pytest.raises(EngineError, match=words):
            engine.run_batch([photos], asked, undisturbed, options)
    with pytest.raises(EngineError, match="no batch"):
        engine.run_batch([photos], None, photos.parent / "new", BatchOptions(resume=True))


@pytest.mark.parametrize("options", [BatchOptions(jobs=1), ON], ids=["begun", "resumed"])
def test_a_batch_that_began_no_photo_is_begun_again(
    narrow_models: Path, tmp_path: Path, options: BatchOptions
) -> None:
    """Too little memory, a pack that is not there: the next try says something else, and is not refused."""
    out, other, gone = tmp_path / "out", job(narrow_models, format="jpg"), tmp_path / "gone.png"
    with pytest.raises(EngineError, match="which is enough for 1"):
        engine.run_batch([gone], job(narrow_models), out, BatchOptions(jobs=9, memory=2 * 10**9))
    with pytest.raises(EngineError, match="the format of the results differs"):
        engine.run_batch([], other, out, ON)  # names no photos to begin with
    summary = engine.run_batch([gone], other, out, options)
    assert [row.source for row in summary.failures] == [gone]
    with pytest.raises(EngineError, match="holds a batch already"):
        engine.run_batch([gone], other, out)


@pytest.mark.slow
def test_a_photo_that_kills_its_process_is_left_out(narrow_models: Path, tmp_path: Path) -> None:
    for number, name in enumerate(("one", "deadly", "three")):
        photo(tmp_path / "in" / f"{name}.png", number)
    killed: list[int] = []

    def watch(now: BatchProgress) -> None:
        for row in now.changed:
            if row.state == "running" and row.source.stem == "deadly":
                killed.append(now.workers[row.worker])
                os.kill(now.workers[row.worker], signal.SIGKILL)

    summary = engine.run_batch([tmp_path / "in"], job(narrow_models), tmp_path / "out", TWO, report=watch)
    assert summary.done == 2 and len(killed) == 2 and len(set(killed)) == 2
    (failed,) = summary.failures
    assert failed.source.stem == "deadly" and failed.kills == 2 and failed.tries == 2
    assert "signal SIGKILL" in failed.error if sys.platform != "win32" else failed.error
    assert sorted(pixels(tmp_path / "out")) == ["one.png", "three.png"]


@pytest.mark.slow
def test_failures_are_tried_again_only_when_asked(narrow_models: Path, tmp_path: Path) -> None:
    good, bad = photo(tmp_path / "in" / "good.png"), tmp_path / "in" / "bad.png"
    bad.write_bytes(b"")
    out = tmp_path / "out"
    assert main(arguments(narrow_models, tmp_path / "in", out, "--jobs", "1")) == 1
    bad.write_bytes(good.read_bytes())
    before = (out / "good.png").stat()
    assert main(["batch", "--outdir", str(out), "--resume", "--quiet"]) == 1  # of the earlier run
    assert rows(out)["bad.png"].tries == 1
    assert main(["batch", "--outdir", str(out), "--resume", "--retry", "--quiet"]) == 0
    assert rows(out)["bad.png"].tries == 2
    assert (out / "good.png").stat() == before
    made = pixels(out)
    assert made["good.png"] == made["bad.png"]


@pytest.mark.slow
def test_the_table_of_failures_is_told_and_reported(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo(tmp_path / "in" / "ok.png")
    (tmp_path / "in" / "<b>.png").write_bytes(b"nothing")
    report, out = tmp_path / "report.html", tmp_path / "out"
    words = arguments(narrow_models, tmp_path / "in", out, "--jobs", "1", "--report", str(report))
    assert main(words) == 1
    said = capsys.readouterr()
    assert "1 of 2 done, 1 failed" in said.out and "<b>.png" in said.err and "not a picture" in said.err
    page = report.read_text()
    assert "&lt;b&gt;.png" in page and "<b>" not in page and "<img" not in page and "http" not in page
    assert main(
        ["batch", "--outdir", str(out), "--resume", "--quiet", "--report", str(report), "--thumbnails"]
    )
    assert report.read_text().count("<img") == 2


@pytest.mark.slow
def test_what_a_kill_left_is_finished(
    undisturbed: Path, photos: Path, narrow_models: Path, tmp_path: Path
) -> None:
    """One result with its name, one whole without it, one half, and one that was under way."""
    out = tmp_path / "out"
    engine.run_batch([photos], job(narrow_models), out, TWO)
    wanted, before = pixels(undisturbed), rows(out)
    place = Place(out)
    place.parts.mkdir(exist_ok=True)
    named, whole, half = (before[name] for name in ("a/x.png", "a/x-2.png", "b/deep/y.png"))
    (out / whole.output).rename(place.part(whole.id))
    content = (out / half.output).read_bytes()
    (out / half.output).unlink()
    place.part(half.id).write_bytes(content[: len(content) // 2])
    set_state(out, "publishing", named.id, whole.id, half.id)
    set_state(out, "running", before["broken.png"].id)
    summary = engine.run_batch([], None, out, ON)
    assert pixels(out) == wanted and summary.done == 3 and summary.done_now == 1
    tries = {name: row.tries - before[name].tries for name, row in rows(out).items()}
    assert tries == {"a/x.png": 0, "a/x-2.png": 0, "b/deep/y.png": 1, "broken.png": 1}
    assert not place.parts.exists() or not list(place.parts.iterdir())


def set_state(out: Path, state: str, *numbers: int) -> None:
    with sqlite3.connect(out / NAME) as base:
        for number in numbers:
            base.execute("UPDATE photos SET state = ? WHERE id = ?", (state, number))


@pytest.mark.slow
def test_killed_and_gone_on_with(
    undisturbed: Path, photos: Path, narrow_models: Path, tmp_path: Path
) -> None:
    """The driver is killed twice: while workers begin, and when the first result is there."""
    out = tmp_path / "out"
    for wanted in (0, 1):
        process = batches.started(arguments(narrow_models, photos, out, "--jobs", "2", "--resume"))
        end = time.monotonic() + WAIT
        while time.monotonic() < end and not ((out / NAME).exists() and len(pixels(out)) >= wanted):
            time.sleep(0.02)
        process.kill()
        process.wait()
    assert main(arguments(narrow_models, photos, out, "--jobs", "2", "--resume")) == 1
    assert pixels(out) == pixels(undisturbed)
    assert [row.state for row in rows(out).values()].count(DONE) == 3


@pytest.mark.slow
def test_cancelled_photos_wait_for_the_next_time(narrow_models: Path, tmp_path: Path) -> None:
    for number in range(4):
        photo(tmp_path / "in" / f"{number}.png", number)
    control, states = BatchControl(), list[str]()

    def stop(now: BatchProgress) -> None:
        states.extend(row.state for row in now.changed)
        if now.done:
            control.cancel()

    one = BatchOptions(jobs=1)
    summary = engine.run_batch([tmp_path / "in"], job(narrow_models), tmp_path / "out", one, control, stop)
    # The next photo may have been done by the time that its worker hears of the cancel.
    assert summary.stopped and 1 <= summary.done < 4 and summary.waiting == 4 - summary.done
    assert "running" in states and not summary.failures
    again = engine.run_batch([], None, tmp_path / "out", BatchOptions(resume=True, jobs=1))
    assert again.done == 4 and again.done_now == 4 - summary.done


@pytest.mark.slow
def test_a_watched_folder_is_gone_on_with(narrow_models: Path, tmp_path: Path) -> None:
    """Photos come, one of them slowly, while the batch runs; it ends when it is told to."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    control = BatchControl()
    content = photo(tmp_path / "source.png").read_bytes()

    def bring() -> None:
        with (inbox / "slow.png").open("wb") as file:
            for start in range(0, len(content), len(content) // 4):
                file.write(content[start : start + len(content) // 4])
                file.flush()
                time.sleep(0.5)

    def watch(now: BatchProgress) -> None:
        if now.done == 1:
            control.finish()

    writer = threading.Thread(target=bring)
    writer.start()
    options = BatchOptions(jobs=1, watch=True)
    summary = engine.run_batch([inbox], job(narrow_models), tmp_path / "out", options, control, watch)
    writer.join()
    assert summary.done == 1 and not summary.failures and not summary.stopped
    assert list(pixels(tmp_path / "out")) == ["slow.png"]


@pytest.mark.slow
def test_somebody_took_the_name_meanwhile(narrow_models: Path, tmp_path: Path) -> None:
    photo(tmp_path / "in" / "x.png")
    out = tmp_path / "out"

    def take(now: BatchProgress) -> None:
        if now.running:
            (out / "x.png").write_bytes(b"somebody's")

    summary = engine.run_batch([tmp_path / "in"], job(narrow_models), out, BatchOptions(jobs=1), report=take)
    assert summary.done == 1 and (out / "x.png").read_bytes() == b"somebody's"
    assert rows(out)["x-2.png"].state == DONE and (out / "x-2.png").is_file()


@pytest.mark.slow
def test_results_beside_their_photos_are_no_photos(narrow_models: Path, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    before = photo(inside / "x.png").read_bytes()
    one = BatchOptions(jobs=1, resume=True)
    for _ in range(2):
        summary = engine.run_batch([inside], job(narrow_models), inside, one)
        assert summary.done == 1 and sorted(pixels(inside)) == ["x-2.png", "x.png"]
    assert (inside / "x.png").read_bytes() == before


@pytest.mark.slow
def test_a_pack_that_cannot_be_loaded_ends_it_with_its_sentence(narrow_models: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    for path in narrow_models.rglob("*.*"):
        target = pack / path.relative_to(narrow_models)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    next(pack.rglob("stylegan2*.pt")).write_bytes(b"no network")
    photo(tmp_path / "in" / "x.png")
    with pytest.raises(EngineError, match="stylegan2"):
        engine.run_batch([tmp_path / "in"], job(pack), tmp_path / "out", BatchOptions(jobs=1))
    assert [row.state for row in rows(tmp_path / "out").values()] == [WAITING]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["in"], "say what is to be done"),
        (["in", "--seed", "3", "--resume"], "--seed belongs to --attribute"),
        (["in", "--edit", "e.json", "--attribute", "smiling"], "leave out --attribute"),
        (["--attribute", "smiling"], "name photos"),
        (["in", "--attribute", "smiling", "--retry"], "--retry belongs to --resume"),
        (["in", "--attribute", "smiling", "--faces", "none"], "whole number"),
        (["in", "--attribute", "smiling", "--jobs", "0"], "whole number"),
        (["in", "--attribute", "smiling", "--watch"], "--watch needs a folder"),
        (["in", "--attribute", "smiling", "--thumbnails"], "--thumbnails belongs to --report"),
        (["in", "--attribute", "smiling", "--trust-cluster"], "--trust-cluster belongs"),
    ],
)
def test_wrong_arguments(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["batch", *words, "--outdir", str(tmp_path / "out")])
    assert ended.value.code == 2 and told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_an_edit_file_does_what_the_options_do(
    undisturbed: Path, photos: Path, narrow_models: Path, tmp_path: Path
) -> None:
    path = engine.write_edit(tmp_path / "edit.json", job(narrow_models).edit)
    words = ["batch", str(photos), "--edit", str(path), "--outdir", str(tmp_path / "out"), "--quiet"]
    assert main([*words, "--aligned", "--device", "cpu", "--jobs", "1"]) == 1  # one is broken
    assert pixels(tmp_path / "out") == pixels(undisturbed)
