"""What the system lacks is named, and installed only where a person agrees: `make run`, `make test`, `make
system`.

Package managers are scripts that write down what they are told; the library that is missing exists nowhere.
"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from maskfacegan_gui.process import platform_check
from tests import no_screen

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")

ROOT = Path(__file__).resolve().parents[2]
RUN = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import system
system.libraries.BASE.clear()
system.libraries.XCB.clear()
system.FONT_FOLDERS = (sys.argv.pop(1),)
system.libraries.BASE["libnowhere.so.9"] = ("libnowhere9", "nowhere-libs", "nowhere")
system.libraries.ALL["libnowhere.so.9"] = system.libraries.BASE["libnowhere.so.9"]
uid = int(sys.argv.pop(1))
system.os.geteuid = lambda: uid
sys.exit(system.main(sys.argv[1:]))
"""
MANAGER = """#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
[ "$(basename "$0")" != sudo ] || exec "$@"
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def place(tmp_path: Path, log: Path, *programs: str) -> dict[str, str]:
    """An environment with these programs only, and what every shell has."""
    (tmp_path / "some.ttf").write_bytes(b"")
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in programs:
        (folder / name).write_text(MANAGER.format(log=log))
        (folder / name).chmod(0o755)
    for name in ("sh", "basename", "Xvfb", "xauth", "xdotool"):
        (folder / name).symlink_to("/bin/sh" if name not in ("basename",) else "/usr/bin/basename")
    return {"PATH": str(folder), "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}


def words(fonts: str, what: str, *more: str, uid: int = 0) -> list[str]:
    return [sys.executable, "-c", RUN, str(ROOT / "packaging"), fonts, str(uid), what, *more]


def run(environment: dict[str, str], what: str, *more: str, uid: int = 0) -> tuple[int, str]:
    done = subprocess.run(
        words(environment["HOME"], what, *more, uid=uid),
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def at_a_terminal(environment: dict[str, str], answer: str, what: str, uid: int = 0) -> tuple[int, str]:
    """As `run`, with a person who answers."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        words(environment["HOME"], what, uid=uid), env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as started:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        said = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            said += block
    os.close(ours)
    return started.returncode, said.decode()


@pytest.mark.parametrize(("what", "code"), [("run", 1), ("system", 1), ("test", 0)])
def test_without_a_terminal_nothing_is_asked_or_installed(
    tmp_path: Path, log: Path, what: str, code: int
) -> None:
    returned, said = run(place(tmp_path, log, "apt-get", "sudo"), what)
    assert returned == code and not log.exists()
    assert "libnowhere.so.9" in said and "apt-get install libnowhere9" in said and "[y/N]" not in said
    assert ("skipped, each by name" in said) == (what == "test")


@pytest.mark.parametrize("what", ["run", "test", "system"])
@pytest.mark.parametrize(("answer", "agreed"), [("y", True), ("yes", True), ("", False), ("n", False)])
def test_a_person_is_asked(tmp_path: Path, log: Path, what: str, answer: str, agreed: bool) -> None:
    returned, said = at_a_terminal(place(tmp_path, log, "apt-get"), answer, what)
    assert "Install them now?" in said and "libnowhere9" in said
    assert log.exists() == agreed
    if agreed:
        update, install = log.read_text().splitlines()
        assert update == "apt-get update -qq" and install.startswith("apt-get -qq install -y")
        assert install.endswith("libnowhere9")
    assert returned == (0 if what == "test" else 1), "the library is still missing"


def test_yes_beforehand(tmp_path: Path, log: Path) -> None:
    returned, said = run(place(tmp_path, log, "apt-get", "sudo"), "system", "--yes", uid=1000)
    assert returned == 1 and "[y/N]" not in said
    lines = log.read_text().splitlines()
    assert lines[0] == "sudo apt-get update -qq" and lines[1] == "apt-get update -qq"
    assert lines[2].startswith("sudo apt-get -qq install -y --no-install-recommends")


def test_who_may_not_install_is_told_what_to_ask_for(tmp_path: Path, log: Path) -> None:
    returned, said = run(place(tmp_path, log, "apt-get"), "run", "--yes", uid=1000)
    assert returned == 1 and not log.exists() and "apt-get install libnowhere9" in said


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "dnf install -y nowhere-libs"),
        ("pacman", "pacman -S --needed --noconfirm nowhere"),
        ("zypper", "zypper --non-interactive install libnowhere.so.9()(64bit)"),
    ],
)
def test_other_package_managers(tmp_path: Path, log: Path, manager: str, command: str) -> None:
    returned, said = run(place(tmp_path, log, manager), "run", "--yes")
    assert returned == 1 and manager in said and log.read_text().splitlines() == [command]


def test_without_any_package_manager_every_ones_names_are_told(tmp_path: Path, log: Path) -> None:
    returned, said = run(place(tmp_path, log), "run", "--yes")
    assert returned == 1
    for name in (
        "apt-get install libnowhere9",
        "dnf install nowhere-libs",
        "pacman -S --needed nowhere",
        "zypper",
    ):
        assert name in said


def test_where_nothing_is_missing_nothing_is_said() -> None:
    no_screen.require(platform_check.BASE)
    command = [sys.executable, str(ROOT / "packaging" / "system.py"), "run"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert (done.stdout, "lib" in done.stderr) == ("", False)


def test_every_library_has_a_package_of_every_manager() -> None:
    for name in platform_check.ALL:
        for manager in platform_check.MANAGERS:
            [package] = platform_check.packages([name], manager)
            assert package and (" " not in package)
    everything = list(platform_check.ALL)
    assert "'libEGL.so.1()(64bit)'" in platform_check.install_command(
        "zypper", platform_check.packages(everything, "zypper")
    )
