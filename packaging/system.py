"""Installs what the system lacks, where its package manager may be used: `python3 packaging/system.py WHAT
[--yes]`.

    run     the libraries that the window needs on this screen (`make run`); ends with 1 while one is missing
    test    those, and the tools that tests work a window with (`make test`); tests without them are skipped
    system  all of them, nothing else (`make system`, `make system YES=1`); ends with 1 while one is missing
    options prints what pytest is told besides, where Qt cannot be imported

Nothing is installed unasked: a person at a terminal confirms, or `--yes` was given. Without a terminal what
is missing is only named. Runs on any Python 3.8 or newer, before there is an environment.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "maskfacegan_gui" / "process"))
import platform_check as libraries  # noqa: E402  (needs nothing but Python)

TOOLS = {"Xvfb": "xvfb", "xauth": "xauth", "xdotool": "xdotool"}
"""Programs that tests work a window with, and their packages of Debian and Ubuntu, which CI runs on."""

FONT, VENV = "a font", "Python's venv"
PARTS = {**TOOLS, FONT: "fonts-dejavu-core", VENV: "python3-venv"}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
INSTALL = {
    "apt-get": ["install", "-y", "--no-install-recommends"],
    "dnf": ["install", "-y"],
    "pacman": ["-S", "--needed", "--noconfirm"],
    "zypper": ["--non-interactive", "install"],
}


def missing_of(what: str) -> tuple[list[str], list[str]]:
    """Libraries that are missing, and parts that only Debian's packages are known of: tools, Python's own
    venv."""
    platform = libraries.chosen_platform(os.environ)
    wanted = libraries.wanted(platform) if what == "run" else {**libraries.BASE, **libraries.XCB}
    found = libraries.missing_libraries(wanted)
    parts = [] if what == "run" else [name for name in TOOLS if shutil.which(name) is None]
    if not any(map(has_font, FONT_FOLDERS)):
        parts.append(FONT)
    if not (ROOT / ".venv").exists() and importlib.util.find_spec("ensurepip") is None:
        parts.append(VENV)
    return found, parts


def has_font(folder: str) -> bool:
    return any(
        path.suffix.lower() in (".ttf", ".otf", ".ttc") for path in Path(folder).expanduser().rglob("*.*")
    )


def packages_of(missing: list[str], parts: list[str], manager: str) -> list[str]:
    names = libraries.packages(missing, manager)
    if manager == "apt-get":
        names += [PARTS[part] for part in parts]
    return list(dict.fromkeys(names))


def manager_here() -> str:
    return next((name for name in libraries.MANAGERS if shutil.which(name)), "")


def as_administrator() -> list[str] | None:
    """What goes before a command that only an administrator may give; None where this person cannot."""
    if os.geteuid() == 0:
        return []
    return ["sudo"] if shutil.which("sudo") else None


def install(names: list[str], manager: str, before: list[str]) -> bool:
    """Whether the manager said that it installed the packages."""
    commands = [[*before, manager, *INSTALL[manager], *names]]
    if manager == "apt-get":
        commands.insert(0, [*before, manager, "update", "-qq"])
        commands[1].insert(len(before) + 1, "-qq")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return all(subprocess.run(command, env=environment, check=False).returncode == 0 for command in commands)


def confirmed(command: str, yes: bool) -> bool:
    """Whether a person at a terminal agrees to a command, or somebody did beforehand."""
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(f"Install them now?  {command}  [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def tell(missing: list[str], parts: list[str], what: str, manager: str) -> None:
    """What is missing, and what to ask for."""
    print(f"The system lacks {', '.join([*missing, *parts])}.", file=sys.stderr)
    if manager:
        sudo = "" if os.geteuid() == 0 else "sudo "
        command = libraries.install_command(manager, packages_of(missing, parts, manager))
        print(
            f"This installs it; whoever looks after the computer may have to:\n  {sudo}{command}",
            file=sys.stderr,
        )
    elif missing:
        print(libraries.describe(missing).partition("\n")[2], file=sys.stderr)
    if what == "test":
        if VENV in parts:
            print(f"{VENV} is needed for any test.", file=sys.stderr)
        print("Tests that need one of the others are skipped, each by name.", file=sys.stderr)


def main(arguments: list[str]) -> int:
    if arguments == ["options"]:  # pytest's plugin for Qt cannot even be imported without its libraries
        print("-p no:pytest-qt" if libraries.missing_libraries(libraries.BASE) else "")
        return 0
    what, yes = arguments[0], "--yes" in arguments
    if not sys.platform.startswith("linux"):
        return 0
    missing, parts = missing_of(what)
    if not missing and not parts:
        return 0
    manager, before = manager_here(), as_administrator()
    tell(missing, parts, what, manager)
    names = packages_of(missing, parts, manager) if manager else []
    if names and before is not None:
        command = " ".join([*before, libraries.install_command(manager, names)])
        if confirmed(command, yes) and install(names, manager, before):
            missing, parts = missing_of(what)
    if what == "test":
        return 1 if VENV in parts else 0
    return 1 if missing or parts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
