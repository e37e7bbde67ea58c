"""What the command line takes, says and writes, as it was frozen: options, exit codes, sentences, records."""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import math
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

import engine
from engine.cli import build_parser, main

from . import runs
from .photos import Place, Scene, photo

FILE = runs.DATA / "command_line.json"
_STEPS = ["steps.latent=3", "steps.hold_region=1", "steps.noise=0", "steps.tune=0", "steps.coarse=0"]
_SHORT = [*_STEPS, "loss.start_steps.classf=1", "loss.start_steps.seg=1"]
_POINTS = (Place(80, 70, 110), [(64, 66), (97, 66), (80, 84), (68, 97), (93, 97)])

EDITS: dict[str, list[str]] = {
    "aligned": ["--aligned", "--attribute", "smiling=0", "--preset", "fast", "--set", *_SHORT],
    "marked": ["--attribute", "arched_eyebrows=0.7", "male=0", "--blend", "no_skin", "--seed", "5"],
    "published": ["--aligned", "--attribute", "mouth_slightly_open:1.2", "--preset", "paper", "--no-tag"],
}
"""Runs of a few steps; what is told of them is compared, not the picture."""
EDITS["marked"] += ["--landmarks", *(str(v) for point in _POINTS[1] for v in point), "--set", *_SHORT]
EDITS["published"] += ["--set", *_SHORT[:5], "loss.start_steps.classf=1", "loss.start_steps.seg=1"]

_EDIT = ["edit", "--image", "face.png", "--outdir", "out", "--quiet", "--device", "cpu"]
OUTCOMES: dict[str, list[str]] = {
    "nothing": [],
    "packs": ["packs"],
    "packs list": ["packs", "list"],
    "packs verify": ["packs", "verify", "starter", "--device", "cpu"],
    "packs verify nothing": ["packs", "verify", "nothing"],
    "packs remove nothing": ["packs", "remove", "nothing"],
    "packs install nothing": ["packs", "install", "nothing"],
    "packs import nothing": ["packs", "import", "nothing"],
    "packs no such action": ["packs", "eat"],
    "edit without an attribute": _EDIT,
    "edit without a place": ["edit", "--image", "face.png", "--attribute", "smiling"],
    "edit, no such attribute": [*_EDIT, "--attribute", "smilling"],
    "edit, not supported": [*_EDIT, "--attribute", "big_nose", "--aligned"],
    "edit, no such target": [*_EDIT, "--attribute", "smiling=often"],
    "edit, no such preset": [*_EDIT, "--attribute", "smiling", "--preset", "slow"],
    "edit, no such key": [*_EDIT, "--attribute", "smiling", "--aligned", "--set", "steps.latend=3"],
    "edit, no such pack": [*_EDIT, "--attribute", "smiling", "--weights", "nothing"],
    "edit, no such face": [*_EDIT, "--attribute", "smiling", "--face", "9"],
    "edit, no face": [*_EDIT[:2], "wall.png", *_EDIT[3:], "--attribute", "smiling"],
    "edit, no such photo": [*_EDIT[:2], "nothing.png", *_EDIT[3:], "--attribute", "smiling"],
    "edit, no photo": [*_EDIT[:2], "text.png", *_EDIT[3:], "--attribute", "smiling"],
    "edit, not square": [*_EDIT[:2], "wall.png", *_EDIT[3:], "--attribute", "smiling", "--aligned"],
    "edit, no such format": [*_EDIT[:3], "--output", "a.xyz", "--attribute", "smiling"],
}


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """A folder to work in, with a photo, a face, a wall and a text, and a home of its own."""
    kept, home = Path.cwd(), os.environ.get("MASKFACEGAN_HOME")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        os.environ["MASKFACEGAN_HOME"] = str(folder / "home")
        os.chdir(folder)
        try:
            Image.fromarray(runs.face("seven")).save("face.png")
            scene = Scene((170, 150), (("seven", _POINTS[0]),))
            Image.fromarray(photo(scene).pixels).save("photo.png")
            Image.new("RGB", (120, 90), (90, 100, 110)).save("wall.png")
            Path("text.png").write_text("no picture", encoding="utf-8")
            yield folder
        finally:
            os.chdir(kept)
            if home is None:
                del os.environ["MASKFACEGAN_HOME"]
            else:
                os.environ["MASKFACEGAN_HOME"] = home


def options() -> dict[str, dict[str, Any]]:
    """Every command's options: how they are written and what they take. The words of the help are free."""
    return dict(_options(build_parser(), "maskfacegan"))


def _options(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found: dict[str, Any] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command, below in action.choices.items():
                yield from _options(below, f"{name} {command}")
        elif not isinstance(action, argparse._HelpAction | argparse._VersionAction):
            found[" ".join(action.option_strings) or action.dest] = {
                "default": action.default,
                "choices": None if action.choices is None else list(action.choices),
                "nargs": action.nargs,
                "required": action.required,
            }
    yield name, found


def outcome(name: str, folder: Path) -> dict[str, Any]:
    """The exit code of a command, and what it says; of wrong arguments the code alone: argparse words
    them."""
    said, told = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
            code = main(OUTCOMES[name])
    except SystemExit as ended:
        return {"code": ended.code}
    return {"code": code, "out": _without_places(said, folder), "err": _without_places(told, folder)}


def _without_places(text: io.StringIO, folder: Path) -> list[str]:
    plain = text.getvalue().replace(str(engine.data_root()), "ROOT").replace(str(folder), "HERE")
    return re.sub(r"\d+\.\d+", "N", plain).replace("\\", "/").splitlines()  # figures, which differ a little


def record(name: str) -> dict[str, Any]:
    """The record that `edit` writes, with the names of its files and without its times and folders."""
    aligned = "--aligned" in EDITS[name]
    image = "face.png" if aligned else "photo.png"
    arguments = ["edit", "--image", image, "--outdir", name, "--device", "cpu", "--quiet", *EDITS[name]]
    with contextlib.redirect_stdout(io.StringIO()):
        assert main(arguments) == 0
    (path,) = Path(name).glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert found.pop("seconds") > 0
    assert found.pop("version") == engine.__version__
    found["request"]["image"] = Path(found["request"]["image"]).name
    found["files"] = sorted(file.name for file in Path(name).iterdir())
    return found


def write() -> None:
    """Freeze all of it."""
    with place() as folder:
        kept = {
            "options": options(),
            "outcomes": {name: outcome(name, folder) for name in OUTCOMES},
            "records": {name: record(name) for name in EDITS},
        }
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


@functools.cache
def frozen() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


SCORE_NOISE = 5e-3
"""An optimisation carries rounding on: with two threads in the place of one a score of these runs is another
by up to 0.001 on the same machine."""


def differences(found: Any, wanted: Any, where: str = "") -> Iterator[str]:
    """Where two records differ: keys and their order, texts and whole numbers at all, figures by a
    thousandth, probabilities by `SCORE_NOISE`."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        if list(found) != list(wanted):
            yield f"{where}: {list(found)} instead of {list(wanted)}"
            return
        for key in wanted:
            yield from differences(found[key], wanted[key], f"{where}.{key}")
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, pair in enumerate(zip(found, wanted, strict=True)):
            yield from differences(*pair, f"{where}[{index}]")
    elif isinstance(wanted, float) and isinstance(found, float):
        least = SCORE_NOISE if where.startswith(".probabilities") else 1e-4
        if not math.isclose(found, wanted, rel_tol=1e-3, abs_tol=least):
            yield f"{where}: {found} instead of {wanted}"
    elif type(found) is not type(wanted) or found != wanted:
        yield f"{where}: {found!r} instead of {wanted!r}"
