"""`--self-test` in a process of its own, on a pack of small networks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from maskfacegan_gui import selftest


@pytest.mark.slow
def test_the_self_test_reaches_its_end(pack_folder: Path, tmp_path: Path) -> None:
    home, report = tmp_path / "self", tmp_path / "report.json"
    home.mkdir()
    settings = QSettings(str(home / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("pack", str(pack_folder))
    settings.sync()
    environment = {**os.environ, "MASKFACEGAN_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "maskfacegan_gui", "--self-test", str(report)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + (report.read_text() if report.exists() else "")
    said = json.loads(report.read_text())
    assert said["ok"] and said["steps"] > 0 and said["not reached"] == [] and said["errors"] == []
    assert set(said["complete"]) == {"list of packs", "built-in pack", "likeness", "packages"}
    assert set(said["seconds"]) == {"complete", "pack loaded", "photo open", "face found", "edited", "saved"}


def test_the_option_names_the_report() -> None:
    assert selftest.target(["x", "--self-test", "out.json"]) == Path("out.json")
    assert selftest.target(["x", "photo.png"]) is None
    assert selftest.target(["x", "--self-test"]) is None
