"""The command line on narrow real networks: results, names, records, and one sentence per failure."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

import engine
from engine.cli import main
from engine.commands.edit_options import parse_attributes
from engine.errors import ConfigError

from . import standin
from .conftest import as_bytes

SHORT = ["--set", "steps.latent=4", "steps.noise=1", "loss.start_steps.classf=1", "loss.start_steps.seg=1"]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "portrait.png"
    Image.fromarray(as_bytes(standin.face(96))).save(path)
    return path


def edit(narrow_models: Path, out: Path | None, image: Path, *more: str) -> int:
    """Edit one aligned picture into the folder `out`; None where `more` names the result."""
    folder = ["--outdir", str(out)] if out else []
    arguments = ["edit", "--image", str(image), "--aligned", *folder, "--weights", str(narrow_models)]
    return main([*arguments, "--device", "cpu", "--preset", "paper", "--quiet", *SHORT, *more])


@pytest.mark.parametrize("verbose", [False, True])
def test_what_pillow_finds_odd_is_no_message(verbose: bool, tmp_path: Path) -> None:
    """A sentence of Pillow's names a file of this program, and says nothing to a person."""
    path = tmp_path / "cut.tif"
    path.write_bytes(b"II*\0" + struct.pack("<I", 4000) + bytes(200))
    more = ["--verbose"] if verbose else []
    command = [
        sys.executable,
        "-m",
        "engine.cli",
        *more,
        "edit",
        "--image",
        str(path),
        "--attribute",
        "smiling",
    ]
    command += ["--outdir", str(tmp_path / "out"), "--weights", "starter"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1 and "cut.tif is not a picture that can be read." in run.stderr
    assert ("Warning" in run.stderr) == verbose


def test_result_record_mask_latent_and_trace(narrow_models: Path, tmp_path: Path, picture: Path) -> None:
    out = tmp_path / "out"
    files = {name: tmp_path / name for name in ("m.png", "w.npy", "t.jsonl")}
    extra = [
        "--save-mask",
        str(files["m.png"]),
        "--save-latent",
        str(files["w.npy"]),
        "--trace",
        str(files["t.jsonl"]),
    ]
    assert edit(narrow_models, out, picture, "--attribute", "smiling", "--blend", "no_skin", *extra) == 0
    result = out / "portrait-smiling-0.95-paper-no_skin.png"
    before, after = np.asarray(Image.open(picture)), np.asarray(Image.open(result))
    mask = np.asarray(Image.open(files["m.png"]))
    assert after.shape == before.shape and mask.shape == before.shape[:2] and mask.dtype == np.uint8
    assert np.array_equal(after[mask == 0], before[mask == 0])
    lines = [json.loads(line) for line in files["t.jsonl"].read_text().splitlines()]
    assert [line["stage"] for line in lines] == ["latent"] * 4 + ["noise"] * 2
    again = tmp_path / "again"
    arguments = ["--attribute", "smiling", "--init-latent", str(files["w.npy"])]
    assert edit(narrow_models, again, picture, *arguments) == 0
    record = json.loads(next(again.glob("*.json")).read_text())
    assert record["request"]["initial_latent"] == str(files["w.npy"])


def test_strengths_and_other_settings_keep_their_own_files(
    narrow_models: Path, tmp_path: Path, picture: Path
) -> None:
    runs = (
        ["--attribute", "smiling"],
        ["--attribute", "smiling", "--smoothing", "0.4"],
        ["--attribute", "smiling", "--seed", "3"],
        ["--attribute", "smiling=0.7", "bushy_eyebrows=0:1.5"],
        ["--attribute", "smiling"],
    )
    for run in runs:
        assert edit(narrow_models, tmp_path, picture, *run) == 0
    assert sorted(p.name for p in tmp_path.glob("portrait-*.png")) == [
        "portrait-smiling-0.60-paper.png",
        "portrait-smiling-0.70-bushy_eyebrows-0.05-x1.5-paper.png",
        "portrait-smiling-0.95-paper-2.png",
        "portrait-smiling-0.95-paper.png",
    ]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tiff"])
def test_the_suffix_says_the_format_and_everything_goes_along(
    narrow_models: Path, tmp_path: Path, suffix: str
) -> None:
    """A photo that lies on its side, with profile, camera and resolution, into each format."""
    before, photo, out = as_bytes(standin.face(96)), tmp_path / "photo.jpg", tmp_path / f"made{suffix}"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Some camera", 6
    Image.fromarray(before).save(photo, quality=97, icc_profile=profile, exif=exif, dpi=(300, 300))
    mask = tmp_path / "mask.png"
    arguments = ["--attribute", "smiling", "--output", str(out), "--save-mask", str(mask), "--quality", "96"]
    assert edit(narrow_models, None, photo, *arguments) == 0
    with Image.open(out) as made:
        assert made.format == {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".tiff": "TIFF"}[suffix]
        assert made.info["icc_profile"] == profile
        kept = made.getexif()
        assert (kept[0x010F], kept.get(0x0112, 1)) == ("Some camera", 1)
        assert suffix == ".webp" or [round(float(d)) for d in made.info["dpi"]] == [300, 300]
        pixels = np.asarray(made.convert("RGB")).astype(int)
    upright = engine.open_photo(photo).pixels.astype(int)
    outside = np.asarray(Image.open(mask)) == 0
    assert outside.any() and np.abs(pixels - upright)[outside].mean() < 3
    if suffix in (".png", ".tiff"):
        assert np.array_equal(pixels[outside], upright[outside])
    assert json.loads(out.with_suffix(".json").read_text())["request"]["image"] == str(photo)


def test_what_the_results_format_cannot_hold_is_said(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "inks.tif"
    Image.fromarray(as_bytes(standin.face(96))).convert("CMYK").save(photo)
    for name, lost in (("made.tif", False), ("made.png", True)):
        assert (
            edit(narrow_models, None, photo, "--attribute", "smiling", "--output", str(tmp_path / name)) == 0
        )
        assert ("no inks" in capsys.readouterr().err) == lost


def test_a_folder_of_results_in_another_format(narrow_models: Path, tmp_path: Path, picture: Path) -> None:
    out, smile = tmp_path / "out", ["--attribute", "smiling", "--format", "jpg"]
    for more in (smile, smile, [*smile, "--seed", "3"], ["--attribute", "smiling", "--seed", "4"]):
        assert edit(narrow_models, out, picture, *more) == 0
    stem = "portrait-smiling-0.95-paper"
    made = sorted(p.name for p in out.glob("portrait-*.???"))
    assert made == [f"{stem}-2.jpg", f"{stem}-3.png", f"{stem}.jpg"]
    seeds = [json.loads((out / f"{n}.json").read_text())["request"]["seed"] for n in (stem, f"{stem}-2")]
    assert seeds == [0, 3]


@pytest.mark.parametrize(
    ("output", "more", "words"),
    [
        ("made.gif", [], "its format is not known"),
        ("made", [], "its format is not known"),
        ("portrait.png", [], "the photo's own place"),
        ("made.png", ["--image", "second.png"], "belongs to one photo"),
        ("made.jpg", ["--quality", "0"], "between 1 and 100"),
        ("notes.png", [], "take the place of notes.json"),
    ],
)
def test_a_place_that_cannot_be_is_told_of_before_any_work(
    narrow_models: Path,
    tmp_path: Path,
    picture: Path,
    capsys: pytest.CaptureFixture[str],
    output: str,
    more: list[str],
    words: str,
) -> None:
    (tmp_path / "notes.json").write_text("[1]")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    arguments = ["--attribute", "smiling", "--output", str(tmp_path / output), *more]
    assert edit(narrow_models, None, picture, *arguments) == 1
    assert words in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_one_bad_picture_does_not_stop_the_others(
    narrow_models: Path, tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:200])
    out = tmp_path / "out"
    assert edit(narrow_models, out, broken, "--attribute", "smiling", "--image", str(picture)) == 1
    assert len(list(out.glob("*.png"))) == 1
    told = capsys.readouterr().err
    assert "broken.png" in told and "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--attribute", "smilling"], "Did you mean 'smiling'?"),
        (["--attribute", "smiling=2"], "not understood"),
        (["--attribute", "smiling", "--set", "steps.latnet=3"], "steps.latent"),
        (["--attribute", "smiling", "--set", "steps.latent"], "KEY=VALUE|steps.latent=300"),
        (["--attribute", "smiling", "--preset", "fast-as-light"], "Presets"),
        (["--attribute", "smiling", "--smoothing", "0.9"], "smoothing"),
        (["--attribute", "smiling", "--init-latent", "nowhere.npy"], "latent code"),
        (["--attribute", "smiling", "--config", "nowhere.yml"], "configuration file"),
        (["--attribute", "smiling", "--device", "abacus"], "abacus"),
    ],
)
def test_wrong_arguments_get_a_sentence(
    narrow_models: Path,
    tmp_path: Path,
    picture: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    assert edit(narrow_models, tmp_path / "out", picture, *arguments) == 1
    told = capsys.readouterr().err
    assert any(word in told for word in words.split("|")), told
    assert "Traceback" not in told


def test_names_are_checked_before_any_model_is_looked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["edit", "--image", "none.png", "--attribute", "smilling", "--outdir", str(tmp_path)]
    assert main([*arguments, "--weights", str(tmp_path / "no-such-pack")]) == 1
    assert "smilling" in capsys.readouterr().err


def test_unwritable_output_folder(
    narrow_models: Path, tmp_path: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    assert edit(narrow_models, tmp_path / "file" / "out", picture, "--attribute", "smiling") == 1
    assert "cannot be written to" in capsys.readouterr().err


def test_interrupt_saves_what_there_is(narrow_models: Path, tmp_path: Path, picture: Path) -> None:
    trace = tmp_path / "t.jsonl"

    def interrupt_once_running() -> None:
        while not (trace.exists() and trace.stat().st_size):
            if finished.wait(0.05):
                return
        os.kill(os.getpid(), signal.SIGINT)

    finished = threading.Event()
    watcher = threading.Thread(target=interrupt_once_running)
    watcher.start()
    more = ["--attribute", "smiling", "--trace", str(trace), "--set", "steps.latent=100000"]
    try:
        assert edit(narrow_models, tmp_path / "out", picture, *more) == 0
    finally:
        finished.set()
        watcher.join()
    record = json.loads(next((tmp_path / "out").glob("*.json")).read_text())
    assert record["cancelled"] and 0 < record["steps"] < 100000
    assert len(list((tmp_path / "out").glob("*.png"))) == 1


def test_version_and_packs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert main(["packs"]) == 0
    told = capsys.readouterr().out
    assert "maskfacegan" in told and "starter" in told


def test_attribute_syntax() -> None:
    one, two, three = parse_attributes(["smiling", "young=0", "big_nose=0.7:1.3"], 1.0, 0.0)
    assert (one.name, one.target, one.probability) == ("smiling", 1.0, None)
    assert two.goal(0.05) == 0.05
    assert (three.probability, three.size) == (0.7, 1.3)
    with pytest.raises(ConfigError):
        parse_attributes(["smiling=often"], 1.0, 0.0)
