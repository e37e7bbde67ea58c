"""Make the environment that installers are built from: `python packaging/environment.py FOLDER [--cuda]`.

It is separate from the one for work, since it holds another torch: the CPU build, which is a tenth of the
CUDA build's size; `--cuda` takes the latter. Of the package `lpips` only the data files are used (the engine
computes the distance itself), so that it comes without torchvision, which it would otherwise bring along.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "2.13.0"
CPU_WHEELS = "https://download.pytorch.org/whl/cpu/torch/"
APART = ("torch", "torchvision", "lpips")
"""Dependencies of the project that are installed in another way here."""


def torch_wheel(system: str, cuda: bool) -> list[str]:
    """pip's words for torch. On macOS there is one build only, which has no CUDA."""
    if cuda:
        return ["torch"]
    if system == "darwin":
        return [f"torch=={TORCH}"]
    return [f"torch=={TORCH}+cpu", "--find-links", CPU_WHEELS]


def dependencies() -> list[str]:
    """The project's dependencies, but for those that are installed apart."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = ((re.split(r"[<>=!~;\[ ]", line)[0].lower(), line) for line in project["dependencies"])
    return [line for name, line in named if name not in APART]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cuda", action="store_true", help="torch with the CUDA libraries (several GB)")
    options = parser.parse_args()
    venv.create(options.folder, with_pip=True)
    programs = options.folder / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for words in (
        ["--no-deps", *torch_wheel(sys.platform, options.cuda)],
        ["--no-deps", "lpips>=0.1.4"],
        ["torch", *dependencies(), "pyinstaller>=6.10"],  # torch is there: this brings what it depends on
    ):
        subprocess.run([*pip, *words], check=True)


if __name__ == "__main__":
    main()
