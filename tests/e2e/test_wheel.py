"""The built wheel in an environment of its own: data files travel along, the commands start and edit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

import engine

ROOT = Path(__file__).resolve().parents[2]


def run(command: list[str], folder: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")}
    clean["MASKFACEGAN_HOME"] = str(folder / "home")
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def requirements(distribution: metadata.Distribution) -> set[str]:
    """Names of the distributions that ``distribution`` asks for on this machine, directly."""
    asked = [Requirement(line) for line in distribution.requires or ()]
    return {canonicalize_name(r.name) for r in asked if r.marker is None or r.marker.evaluate({"extra": ""})}


def link_dependencies(wheel: metadata.Distribution, site: Path) -> None:
    """Lend ``site`` what ``wheel`` declares, and what that declares in turn, from this environment.

    Links instead of a second installation: torch's CUDA build alone is 5 GB. Only what is declared is lent,
    so an import without its entry in pyproject.toml fails as it would on a person's machine.
    """
    waiting, seen = requirements(wheel), set[str]()
    while waiting - seen:
        name = (waiting - seen).pop()
        seen.add(name)
        distribution = metadata.distribution(name)
        waiting |= requirements(distribution)
        for entry in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            if not (site / entry).exists():
                (site / entry).symlink_to(Path(str(distribution.locate_file(entry))))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of the new environment's commands, and a folder to work in."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        folder,
    )
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    commands = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = str(commands / "python")
    run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], folder)
    site = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder)
    (distribution,) = metadata.distributions(name="maskfacegan-editor", path=[site.strip()])
    link_dependencies(distribution, Path(site.strip()))
    run([python, "-m", "pip", "check"], folder)
    return commands, folder


@pytest.mark.slow
def test_installed_wheel_edits_a_face(installed: tuple[Path, Path]) -> None:
    commands, folder = installed
    maskfacegan = str(commands / "maskfacegan")
    assert engine.__version__ in run([maskfacegan, "--version"], folder)
    assert "starter" in run([maskfacegan, "packs"], folder)
    face = engine.random_face(engine.load_pack("starter", device="cpu"), seed=1)
    Image.fromarray(face).save(folder / "face.png")
    short = ["--set", "steps.latent=6", "steps.noise=2", "steps.hold_region=2", "loss.start_steps.classf=2"]
    arguments = ["--image", "face.png", "--aligned", "--attribute", "smiling", "--outdir", "out", "--quiet"]
    run([maskfacegan, "edit", *arguments, *short], folder)
    record = json.loads(next((folder / "out").glob("*.json")).read_text())
    assert record["steps"] == 9 and record["pack"]["name"] == "starter"
    where = run([str(commands / "python"), "-c", "import engine; print(engine.resource('icons'))"], folder)
    assert Path(where.strip()).is_dir() and str(folder) in where
