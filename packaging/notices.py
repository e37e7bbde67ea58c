"""Collect the licences of everything that is in the application into one text.

`write` is called by build_installer.spec with the libraries that PyInstaller found; by hand, for the
packages alone: `python packaging/notices.py OUT`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

_OWN = "maskfacegan-editor"
_NAMES = ("licen", "copying", "notice", "authors")
_TOOLS = {
    "pip", "wheel", "pytest", "pytest-qt", "mypy", "ruff", "build", "import-linter", "altgraph",
    "pyinstaller-hooks-contrib",
}  # fmt: skip
"""Installed for the build only. PyInstaller is not among them: its starter is the program's first file."""
RULE = "\n\n" + "=" * 80 + "\n\n"


def notice(package: Distribution) -> str:
    """Name, version, licence and the licence files' text of one package."""
    data = package.metadata
    kinds = [
        text.split(" :: ")[-1] for text in data.get_all("Classifier") or [] if text.startswith("License")
    ]
    stated = data.get("License-Expression") or ", ".join(kinds) or (data.get("License") or "").split("\n")[0]
    lines = [f"{data['Name']} {package.version}", f"Licence: {stated or 'see below'}"]
    addresses = [line.split(", ", 1)[-1] for line in data.get_all("Project-URL") or []]
    if data.get("Home-page") or addresses:
        lines.append(str(data.get("Home-page") or addresses[0]))
    for file in package.files or []:
        if file.name.lower().startswith(_NAMES) and file.suffix.lower() in ("", ".txt", ".md", ".rst"):
            path = Path(str(file.locate()))
            if path.is_file():
                lines += ["", _text(path)]
    return "\n".join(lines)


def of_packages() -> list[str]:
    """The notices of all installed packages, by name."""
    found = {str(d.metadata["Name"]).lower(): d for d in distributions()}
    return [notice(d) for name, d in sorted(found.items()) if name != _OWN and name not in _TOOLS]


def of_python() -> list[str]:
    """Python's own licence, where its installation has it."""
    path = Path(sysconfig.get_path("stdlib"), "LICENSE.txt")
    return [f"Python {sys.version.split()[0]}\n\n{_text(path)}"] if path.is_file() else []


def of_system(libraries: Iterable[str]) -> list[str]:
    """The copyright files of the Debian packages that some libraries come from; nothing elsewhere."""
    if shutil.which("dpkg") is None:
        return []
    paths = sorted({path for library in libraries for path in (library, str(Path(library).resolve()))})
    paths += [path.removeprefix("/usr") for path in paths if path.startswith("/usr/lib")]  # the older place
    # One question for all, since each takes a second; its status only says that some are of no package.
    asked = subprocess.run(["dpkg", "-S", *paths], capture_output=True, text=True, check=False)
    lines = [line for line in asked.stdout.splitlines() if not line.startswith("diversion")]
    packages = {name.split(":")[0] for line in lines for name in line.split(": ")[0].split(", ")}
    files = {name: Path("/usr/share/doc", name, "copyright") for name in sorted(packages)}
    return [
        f"{name} (a library of the system)\n\n{_text(path)}" for name, path in files.items() if path.is_file()
    ]


def write(out: Path, libraries: Iterable[str] = ()) -> None:
    """Write the notices of the packages, of Python, and of the system's libraries among `libraries`."""
    foreign = [path for path in libraries if not Path(path).is_relative_to(sys.prefix)]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(RULE.join([*of_packages(), *of_python(), *of_system(foreign)]) + "\n", encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip()


if __name__ == "__main__":
    write(Path(sys.argv[1]))
