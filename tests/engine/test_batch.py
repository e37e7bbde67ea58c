"""Several photos at once: which are meant, names that are hard to write, and that none costs another."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import tqdm
from PIL import Image

from engine.cli import main
from engine.commands import inputs
from engine.commands.places import Beside
from engine.errors import ConfigError

from . import standin
from .conftest import as_bytes
from .test_cli import SHORT

POSIX = pytest.mark.skipif(os.name != "posix", reason="names with anything in them")
SMILE = ["--attribute", "smiling"]


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(as_bytes(standin.face(96))).save(path, "PNG")
    return path


def edit(models: Path, *arguments: object) -> int:
    fixed = ["--aligned", "--weights", models, "--device", "cpu", "--preset", "paper", "--quiet", *SHORT]
    return main([str(word) for word in ("edit", *fixed, *SMILE, *arguments)])


def photos(folder: Path, *named: str, recursive: bool = False, outdir: Path | None = None) -> list[str]:
    found = inputs.photos([folder / name for name in named], recursive, outdir)
    return [path.relative_to(folder).as_posix() for path in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (
        "a.jpg",
        "b.JPG",
        "[c].jpg",
        "note.txt",
        "sub/d.png",
        "sub/deep/e.webp",
        ".hidden/f.jpg",
        "out/g.png",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        (["a.jpg", "note.txt"], ["a.jpg", "note.txt"]),
        (["*.jpg"], ["[c].jpg", "a.jpg"]),
        (["?.jpg", "a.jpg"], ["a.jpg"]),
        (["[c].jpg"], ["[c].jpg"]),
        (["**/*.png"], ["out/g.png", "sub/d.png"]),
        (["sub/*.png", "*.jpg"], ["sub/d.png", "[c].jpg", "a.jpg"]),
        (["none.jpg"], ["none.jpg"]),
        (["n" * 300 + ".jpg"], ["n" * 300 + ".jpg"]),
        (["y [1]/*.jpg"], ["y [1]/h.jpg"]),
        (["y [1]/**/*.jpg"], ["y [1]/h.jpg", "y [1]/z/[i].jpg"]),
        (["y [1]/z/?i?.jpg"], ["y [1]/z/[i].jpg"]),
        (["y [[]1]/*.jpg"], ["y [1]/h.jpg"]),
        (["y [1]/../~[x]?.jpg"], ["y [1]/../~x1.jpg"]),
    ],
)
def test_patterns_that_the_shell_left(folder: Path, named: list[str], meant: list[str]) -> None:
    if any("y [" in name for name in named):
        for name in ("y [1]/h.jpg", "y [1]/z/[i].jpg", "y 1/no.jpg", "~x1.jpg"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"")
    assert photos(folder, *named) == meant


def test_a_name_that_begins_as_a_home_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "~of nobody 1.jpg").write_bytes(b"")
    monkeypatch.chdir(folder)
    assert inputs.photos([Path("~of nobody*.jpg")], False) == [Path("~of nobody 1.jpg")]


def test_folders(folder: Path) -> None:
    everything = ["[c].jpg", "a.jpg", "b.JPG", "out/g.png", "sub/d.png", "sub/deep/e.webp"]
    assert photos(folder, ".", recursive=True) == everything
    assert photos(folder, ".", recursive=True, outdir=folder / "out") == [
        n for n in everything if "out" not in n
    ]
    assert photos(folder, "s*", "*.JPG", recursive=True) == ["sub/d.png", "sub/deep/e.webp", "b.JPG"]
    (folder / "a.json").write_text('{"request": {}}')
    assert photos(folder, ".", recursive=True, outdir=folder) == [n for n in everything if n != "a.jpg"]
    (folder / "sub" / "round").symlink_to(folder)
    assert photos(folder, "sub", "a.jpg", recursive=True) == ["sub/d.png", "sub/deep/e.webp", "a.jpg"]


@pytest.mark.parametrize(
    ("named", "recursive", "words"),
    [
        ("*.tiff", False, "No file is called like"),
        ("sub", False, "--recursive"),
        ("empty", True, "no photo in the folder"),
    ],
)
def test_what_is_meant_by_nothing(folder: Path, named: str, recursive: bool, words: str) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(ConfigError) as caught:
        photos(folder, named, recursive=recursive)
    assert words in f"{caught.value.message} {caught.value.hint}"


def test_a_pattern_and_a_folder_are_edited(narrow_models: Path, tmp_path: Path) -> None:
    for name in ("in/a.png", "in/b.png", "in/below/a.png"):
        picture(tmp_path / name)
    assert edit(narrow_models, "--image", tmp_path / "in" / "*.png", "--outdir", tmp_path / "one") == 0
    assert edit(narrow_models, "--image", tmp_path / "in", "--recursive", "--outdir", tmp_path / "two") == 0
    done = "smiling-0.95-paper"
    assert sorted(p.name for p in (tmp_path / "one").glob("*.png")) == [f"a-{done}.png", f"b-{done}.png"]
    two = sorted(p.name for p in (tmp_path / "two").glob("*.png"))
    assert two == [f"a-{done}-2.png", f"a-{done}.png", f"b-{done}.png"]


@POSIX
@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("n" * 251 + ".png", "n" * 231),
        ("n" * 245 + ".png", "n" * 231),
        ("ä" * 125 + ".png", "ä" * 115),
        ("two\nlines.png", "two_lines"),
        ("caf\udce9.png", "caf_"),
        ("\x1b[31mred.png", "_[31mred"),
    ],
)
def test_names_that_are_hard_to_write(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, made: str
) -> None:
    """Long ones are shortened, so that picture and record fit; what cannot be printed is not in the
    result's."""
    image = picture(tmp_path / name)
    assert edit(narrow_models, "--image", image, "--outdir", tmp_path / "out") == 0
    [result] = (tmp_path / "out").glob("*.png")
    assert result.stem == f"{made}-smiling-0.95-paper"
    assert json.loads(result.with_suffix(".json").read_text())["request"]["image"] == str(image)
    told = capsys.readouterr()
    assert told.out.strip() == str(result) and all(line.isprintable() for line in told.err.splitlines())


@POSIX
def test_two_long_names_that_are_cut_alike_keep_both_results(narrow_models: Path, tmp_path: Path) -> None:
    one, two = (picture(tmp_path / ("n" * 248 + end + ".png")) for end in ("-1", "-2"))
    arguments = [
        "--image",
        one,
        two,
        "--outdir",
        tmp_path / "out",
        "--save-mask",
        tmp_path / "m" / "mask.png",
    ]
    (tmp_path / "m").mkdir()
    for _ in range(2):
        assert edit(narrow_models, *arguments) == 0
        assert len(list((tmp_path / "out").glob("*.png"))) == len(list((tmp_path / "m").iterdir())) == 2


@pytest.mark.parametrize("option", ["--output", "--save-mask", "--save-latent", "--trace"])
def test_a_name_that_is_too_long_is_told_of_before_any_work(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    image, long = picture(tmp_path / "a.png"), tmp_path / ("n" * 251 + ".jpeg")
    place = [] if option == "--output" else ["--outdir", tmp_path / "out"]
    assert edit(narrow_models, "--image", image, *place, option, long) == 1
    assert "is too long" in capsys.readouterr().err and [p.name for p in tmp_path.iterdir()] == ["a.png"]


@POSIX
def test_a_record_with_too_long_a_name_is_told_of_before_any_work(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = picture(tmp_path / "a.png")
    assert edit(narrow_models, "--image", image, "--output", tmp_path / ("n" * 251 + ".png")) == 1
    assert "is too long" in capsys.readouterr().err


@POSIX
def test_a_read_only_result_is_not_replaced(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image, out = picture(tmp_path / "a.png"), tmp_path / "out"
    assert edit(narrow_models, "--image", image, "--outdir", out) == 0
    [made] = out.glob("*.png")
    made.chmod(0o444)
    before = made.read_bytes()
    assert edit(narrow_models, "--image", image, "--outdir", out) == 0
    assert sorted(p.name for p in out.glob("*.png")) == [f"{made.stem}-2.png", made.name]
    assert edit(narrow_models, "--image", image, "--output", made) == 1
    assert "is read-only" in capsys.readouterr().err and made.read_bytes() == before


def test_whatever_goes_wrong_with_one_photo_costs_no_other(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken, missing, unreadable in an unforeseen way, with a record in the way; the last one is done."""
    images = [picture(tmp_path / f"{name}.png") for name in ("broken", "odd", "memory", "blocked", "good")]
    images[0].write_bytes(images[0].read_bytes()[:99])
    opened = Image.open

    def opening(file: object, *args: object, **more: object) -> Image.Image:
        name = Path(getattr(file, "name", "")).name
        if name == "memory.png":
            raise MemoryError
        return opened(file, *args, **more)  # type: ignore[arg-type]

    def bar(*args: object, **more: object) -> tqdm.tqdm:
        if more["desc"] == "odd.png":
            raise RuntimeError("a terminal nobody thought of")
        return shown(*args, **more)

    shown = tqdm.tqdm
    monkeypatch.setattr(Image, "open", opening)
    monkeypatch.setattr(tqdm, "tqdm", bar)
    out = tmp_path / "out"
    named = [images[0], tmp_path / "none.png", *images[1:]]
    (out / "blocked-smiling-0.95-paper.json").mkdir(parents=True)
    arguments = ["--image", *named, "--outdir", out]
    assert edit(narrow_models, *arguments) == 1
    made = sorted(p.name for p in out.glob("*.png"))
    assert made == [f"{name}-smiling-0.95-paper{end}.png" for name, end in (("blocked", "-2"), ("good", ""))]
    told = capsys.readouterr().err
    assert (
        all(f"{name}.png" in told for name in ("broken", "none", "memory", "odd")) and "Traceback" not in told
    )


def test_a_file_beside_the_picture_that_cannot_be_written_costs_neither_it_nor_the_others(
    narrow_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image, mask = picture(tmp_path / "a.png"), tmp_path / "none" / "mask.png"
    latent, trace = tmp_path / "latent.npy", Path("/dev/full")
    more = ["--trace", trace] if trace.exists() else []
    arguments = ["--output", tmp_path / "out.png", "--save-mask", mask, "--save-latent", latent, *more]
    assert edit(narrow_models, "--image", image, *arguments) == 1
    told = capsys.readouterr()
    assert "There is no folder" in told.err and told.out.strip() == str(tmp_path / "out.png")
    assert not more or "The trace ends here" in told.err
    assert np.load(latent).ndim == 2 and json.loads((tmp_path / "out.json").read_text())["steps"] == 6


def test_photos_that_are_called_alike_share_no_file_beside_them(tmp_path: Path) -> None:
    beside, mask = Beside(True), tmp_path / "mask.png"
    one, two = Path("a/face.jpg"), Path("b/face.jpg")
    names = [beside.name(mask, image) for image in (one, two, one, Path("x.jpg"))]
    assert [n.name for n in names if n] == ["mask-face.png", "mask-face-2.png", "mask-face.png", "mask-x.png"]
    assert Beside(False).name(mask, one) == mask and beside.name(None, one) is None
