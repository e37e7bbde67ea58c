"""Reports and logs are made to be passed on: nothing of a person, a picture or a clipboard is in them."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from maskfacegan_gui import app, bootstrap
from maskfacegan_gui.process import crash_reports
from maskfacegan_gui.text.messages import Failure


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a user with a name."""
    folder = tmp_path / "users" / "user77"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "user77")
    return folder


def errors(home: Path) -> list[BaseException]:
    photo = home / "photos" / "x.png"
    picture = np.random.default_rng(0).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    return [
        FileNotFoundError(2, "No such file", str(photo)),
        ValueError(f"bad {photo} and /media/user77/stick/y.png, caf\udce9"),
        ValueError(f"bad {picture!r}"),
        ValueError(f"bad {picture.tolist()}"),
        ValueError(f"bad {(picture / 255).tolist()}"),
        ValueError(picture.tobytes() * 40),
        RuntimeError("x" * 10_000),
    ]


FORMS = {
    "path": "{0}/x.png",
    "address": "file://{1}/x.png",
    "part of an address": "folder={2}",
    "in Python's quotes": "{3}",
    "as another place": "/var{0}/x.png",
    "a folder of the system": "/tmp/runtime-{4}/socket",
    "a folder of tests": "/tmp/pytest-of-{4}/y",
    "a stick": "/run/media/{4}/stick",
    "of a shell": "~{4}/x.png",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "name", ["user77", "user77.lee", "Jürgen user77", "Ju\u0308user77", "user77@corp.example"]
)
def test_a_name_in_all_that_paths_are_written_as(
    form: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = f"/home/{name}"
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, home)
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, name)
    text = FORMS[form].format(home, quote(home), quote(home, safe=""), ascii(home), name)
    said = f"of {crash_reports.private(f'of {text} and user77s')}"
    assert "user77" not in said.replace("and user77s", "") and "~" in said and "user77s" in said


@pytest.mark.parametrize("number", range(7))
def test_a_report_of_an_error(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    error = errors(home)[number]
    reports = crash_reports.CrashReports(tmp_path / "crashes")
    reports.folder.mkdir()
    told: list[str] = []
    reports.listener = lambda text, details: told.extend((text, details))
    reports.record(type(error), error)
    [report] = reports.folder.glob("*.txt")
    text = report.read_text(encoding="utf-8")
    assert type(error).__name__ in text
    for said in (text, *told):
        assert "user77" not in said and max(map(len, said.split("\n"))) <= crash_reports.LONGEST_LINE + 40
        assert not crash_reports.PIXELS.search(said)
    failure = Failure.of(error)
    assert "user77" not in failure.message + failure.details and failure.message.isprintable()


def test_the_log(home: Path, tmp_path: Path) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        bootstrap.set_up_log(tmp_path / "logs")
        for error in errors(home):
            try:
                raise error
            except Exception:
                logging.getLogger("maskfacegan.test").exception("failed on %s", home / "a\udce9.png")
        text = (tmp_path / "logs" / "editor.log").read_text(encoding="utf-8")
    finally:
        root.setLevel(level)
        for handler in [h for h in root.handlers if h not in before]:
            root.removeHandler(handler)
            handler.close()
    assert "user77" not in text and text.count("Traceback") == 7 and r"~/a\udce9.png" in text


NATIVE = """
import ctypes, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from maskfacegan_gui.process import crash_reports
crash_reports.install(Path(sys.argv[1]))
import of_user77
"""


def test_what_a_native_crash_left_is_private_before_it_is_offered(home: Path, tmp_path: Path) -> None:
    (home / "of_user77.py").write_text("import ctypes; ctypes.string_at(0)")
    folder = tmp_path / "crashes"
    done = subprocess.run(
        [sys.executable, "-c", NATIVE, str(folder), str(home)], check=False, capture_output=True
    )
    assert done.returncode != 0
    [report] = folder.glob("native-*.txt")
    assert str(home) in report.read_text()
    times = report.stat().st_mtime_ns
    [found] = crash_reports.CrashReports(folder).earlier()
    text = found.read_text()
    assert str(home) not in text and "~/of_user77.py" in text and found.stat().st_mtime_ns == times


def test_names_on_the_command_line_are_those_that_were_typed() -> None:
    odd = os.fsdecode(b"caf\xe9.png")
    typed = ["editor", "-style", "fusion", "a.png", odd]
    assert app.named(typed, ["editor", "a.png", "caf\ufffd.png"]) == ["a.png", odd]
