"""Where packages are looked for: pip's own files and variables, in pip's order."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from engine.distribution.pip_settings import PipSettings, read_pip_settings


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Empty folders in place of the person's, the system's and the environment's own."""
    found = {name: tmp_path / name for name in ("home", "config", "system", "prefix")}
    for path in found.values():
        path.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(Path, "home", lambda: found["home"])
    monkeypatch.setattr(sys, "prefix", str(found["prefix"]))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(found["config"]))
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{found['system']}{os.pathsep}{tmp_path / 'none'}")
    monkeypatch.setattr("engine.distribution.pip_settings._name", lambda: "pip-test.conf")
    return found


def write(folder: Path, text: str, place: str = "pip/pip-test.conf") -> Path:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_is_configured() -> None:
    assert read_pip_settings() == PipSettings()


def test_later_files_win_and_variables_win_over_all(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(places["system"], "[global]\nindex-url = https://system/simple\nproxy = http://proxy:3128\n")
    assert read_pip_settings().index == "https://system/simple"
    write(places["home"], "[global]\nindex_url = https://legacy/simple\n", ".pip/pip-test.conf")
    assert read_pip_settings().index == "https://legacy/simple"
    write(places["config"], "[install]\nindex-url = https://person/simple\n")
    assert read_pip_settings().index == "https://person/simple"
    write(places["prefix"], "[global]\nindex-url = https://environment/simple\n", "pip-test.conf")
    assert read_pip_settings().index == "https://environment/simple"
    monkeypatch.setenv("PIP_INDEX_URL", "https://variable/simple")
    monkeypatch.setenv("PIP_PROXY", "")
    assert read_pip_settings() == PipSettings("https://variable/simple", proxy="http://proxy:3128")


def test_a_named_file_stands_in_for_the_persons_and_wins(
    places: dict[str, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write(places["config"], "[global]\nno-index = yes\n")
    write(places["system"], "[global]\nindex-url = https://system/simple\n")
    named = write(tmp_path, "[global]\nindex-url = https://named/simple\n", "named.conf")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(named))
    assert read_pip_settings() == PipSettings("https://named/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert read_pip_settings() == PipSettings()


def test_lists_and_switches(places: dict[str, Path], tmp_path: Path) -> None:
    certificate = write(tmp_path, "-----", "bundle.pem")
    write(
        places["config"],
        "[global]\nextra-index-url =\n    file:///one/simple\n    https://two/simple\nfind-links = /a /b\n"
        f"no-index = true\ncert = {certificate}\n[download]\nindex-url = https://other-command/simple\n",
    )
    assert read_pip_settings() == PipSettings(
        "", ("file:///one/simple", "https://two/simple"), ("/a", "/b"), True, certificate
    )
    certificate.unlink()
    assert read_pip_settings().certificates is None


@pytest.mark.parametrize("text", ["no section\n", "[global\n", "[global]\na\n = b\n\x00"])
def test_a_broken_file_is_passed_over(places: dict[str, Path], text: str) -> None:
    write(places["system"], "[global]\nindex-url = https://system/simple\n")
    write(places["config"], text)
    assert read_pip_settings().index == "https://system/simple"
