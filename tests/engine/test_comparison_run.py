"""`maskfacegan evaluate` from a folder of faces to its report, and what it refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

import engine
from engine.cli import main
from engine.errors import ConfigError, EngineError
from engine.evaluate.comparison import run
from engine.evaluate.comparison.ledger import EditRow, Ledger
from engine.evaluate.comparison.plan import Plan, methods_of, wishes_of
from engine.packs.pack import ModelPack
from engine.run_control import RunControl

SEEDS = (4, 7, 9)
WISH = "bangs"


@pytest.fixture(scope="module")
def data(pack: ModelPack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three faces of nobody, aligned, and a file that is none."""
    folder = tmp_path_factory.mktemp("faces")
    for seed in SEEDS:
        Image.fromarray(engine.random_face(pack, seed)).save(folder / f"{seed}.png")
    (folder / "broken.png").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def results(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faces as another program left them: the first as it is, the second blurred and smaller."""
    folder = tmp_path_factory.mktemp("results")
    with Image.open(data / "4.png") as image:
        image.save(folder / f"4-{WISH}.png")
    with Image.open(data / "7.png") as image:
        image.filter(ImageFilter.GaussianBlur(2)).resize((128, 128)).save(folder / f"7-{WISH}.png")
    return folder


def plan_of(data: Path, *methods: str, wishes: tuple[str, ...] = (WISH,), **more: Any) -> Plan:
    named = methods_of(methods, ["fast"])
    return Plan((("celebahq", data),), wishes_of(wishes), named, "starter", "cpu", **more)


def evaluated(plan: Plan, out: Path, resume: bool = False, stop: int | None = None) -> dict[str, Any]:
    """The report; with `stop` the comparison is cancelled when so many edits are done."""
    control = RunControl()

    def watch(now: run.Progress) -> None:
        if now.part == "edits" and not now.note and stop is not None and now.done >= stop:
            control.cancel()

    return run.evaluate(plan, out, resume, control, watch, "maskfacegan evaluate")


def of_first(report: dict[str, Any], face: str = "4") -> dict[str, Any]:
    return next(p for p in report["pictures"] if p["face"] == face)


def test_pictures_of_another_program_are_judged(data: Path, results: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    report = run.evaluate(
        plan_of(data, f"results:OTHER={results}"),
        tmp_path,
        False,
        RunControl(),
        lambda now: notes.append(now.note),
    )
    assert report["finished"]
    assert report["dataset"]["faces"] == 3
    assert [gone["file"] for gone in report["dataset"]["left_out"]] == ["broken.png"]
    assert [p["face"] for p in report["pictures"]] == ["4", "7"]
    assert report["methods"][0]["missing"] == [f"9: {WISH}"]
    assert [note for note in notes if note] == [
        f"results:OTHER has 2 of 3 pictures; there is none of 9: {WISH}."
    ]

    # What was given back as it came is no edit, and the same person.
    same, blurred = of_first(report), of_first(report, "7")
    assert same["entanglement"] == 0
    assert same["psnr_outside"] == 100
    assert same["sharpness"] == pytest.approx(1)
    assert not same["reached"]
    assert same["identity"] is None or same["identity"] > 1.3
    assert blurred["entanglement"] > 0
    assert blurred["sharpness"] < 0.6
    assert same["seconds"] is None

    stored = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert stored == report
    with (tmp_path / "report.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["attribute"] for row in rows] == [WISH, "all"]
    assert float(rows[0]["entanglement_low"]) <= float(rows[0]["entanglement"])
    with Image.open(tmp_path / same["result"]) as image, Image.open(tmp_path / same["input"]) as own:
        assert np.abs(np.asarray(image, int) - np.asarray(own)).max() == 0


def test_an_evaluation_goes_on_where_it_stopped(data: Path, results: Path, tmp_path: Path) -> None:
    plan = plan_of(data, f"results:OTHER={results}")
    begun = evaluated(plan, tmp_path, stop=1)
    assert not begun["finished"]  # Ctrl-C ends in a report of what there is
    assert len(begun["pictures"]) == 1
    made = (tmp_path / begun["pictures"][0]["result"]).stat().st_mtime_ns

    with pytest.raises(ConfigError, match="holds an evaluation already"):
        evaluated(plan, tmp_path)
    with pytest.raises(ConfigError, match="evaluation of other data"):
        evaluated(plan_of(data, f"results:OTHER={results}", wishes=("smiling",)), tmp_path, resume=True)
    ended = evaluated(plan, tmp_path, resume=True)
    assert ended["finished"]
    assert len(ended["pictures"]) == 2
    assert (tmp_path / begun["pictures"][0]["result"]).stat().st_mtime_ns == made  # not made again


def test_our_edit_and_interfacegans_on_one_face(
    narrow_pack: ModelPack, narrow_models: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASKFACEGAN_HOME", str(tmp_path / "home"))
    methods = methods_of(["maskfacegan", "interfacegan", "interfacegan-d"], ["fast"])
    wishes = wishes_of(["pointy_nose", "pointy_nose=0", "5_o_clock_shadow=0"])
    plan = Plan((("celebahq", data),), wishes, methods, str(narrow_models), "cpu", faces=1, renders=60)
    report = evaluated(plan, tmp_path / "out")
    assert report["finished"]
    assert [p["error"] for p in report["pictures"]] == [None] * len(report["pictures"])
    made = {(p["attribute"], p["method"]): p for p in report["pictures"]}
    assert {method for _, method in made} == {"maskfacegan", "interfacegan", "interfacegan-d"}
    figures = {(f["method"], f["attribute"]): f for f in report["figures"]}
    for method in methods:
        of_all = figures[method.name, "all"]
        assert of_all["faces"] == 1
        assert of_all["seconds"]["value"] > 0
        assert of_all["memory_mb"] > 0
    # The photo's own pixels stay in ours, the whole render is shown of the other.
    ours, theirs = (figures[name, "all"]["psnr_outside"]["value"] for name in ("maskfacegan", "interfacegan"))
    assert ours > theirs
    assert "reconstruction took" in report["methods"][1]["how"]
    # Another method comes to what is there, and nothing is made again.
    more = evaluated(
        Plan(plan.data, wishes, methods_of(["interfacegan"], ["fast"]), plan.pack, "cpu", 1, 60),
        tmp_path / "out",
        resume=True,
        stop=len(report["pictures"]),
    )
    assert more["finished"]


def test_what_is_refused(
    data: Path, results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walls = tmp_path / "walls"
    walls.mkdir()
    Image.new("RGB", (90, 90), (90, 100, 110)).save(walls / "wall.png")
    taken = tmp_path / "taken"
    taken.write_text("a file")
    (tmp_path / "empty").mkdir()
    other = tmp_path / "other"
    other.mkdir()
    Image.new("RGB", (90, 90)).save(other / "somebody.png")
    out = str(tmp_path / "out")
    asked = {
        "There is no method called 'stgan'": ["--methods", "stgan"],
        "There is no attribute called 'smilling'": ["--attributes", "smilling"],
        "cannot tell 'big nose'": ["--attributes", "big_nose"],
        "There are no pictures in": ["--data", str(tmp_path / "empty")],
        "There is no face in any of the pictures": ["--data", str(walls), "--dataset", "folder"],
        "There is no layout called 'ffhq'": ["--dataset", "ffhq"],
        "is no folder": ["--out", str(taken)],
        "No picture of results:A is called like a face": ["--methods", f"results:A={other}"],
    }
    usual = {
        "--data": str(data),
        "--dataset": "celebahq",
        "--attributes": WISH,
        "--methods": f"results:A={results}",
        "--out": out,
        "--weights": "starter",
    }
    for sentence, options in asked.items():
        given = usual | dict(zip(options[::2], options[1::2], strict=True))
        assert main(["evaluate", "--quiet", *(word for pair in given.items() for word in pair)]) == 1
        told = capsys.readouterr().err
        assert sentence in told
        assert "Traceback" not in told


def test_one_process_works_in_a_folder_and_lines_are_whole(tmp_path: Path) -> None:
    with Ledger(tmp_path, "key", resume=False) as ledger:
        ledger.add_edit(EditRow("4", WISH, "maskfacegan", {"error": None, "seconds": 1.5}))
        with pytest.raises(EngineError, match="Another run is at work"), Ledger(tmp_path, "key", True):
            pass
    with Ledger(tmp_path, "key", resume=True) as ledger:
        ledger.add_edit(EditRow("4", WISH, "maskfacegan", {"error": "It failed."}))
        assert [row.record for row in ledger.edits()] == [{"error": "It failed."}]
